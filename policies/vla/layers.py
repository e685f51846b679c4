"""Layers: attention and feed-forward blocks in the plainest form, so that every exporter and runtime takes them."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["Attention", "Block", "ConvStem", "FeedForward"]


class Attention(nn.Module):
    """Multi-head attention without masks: all shapes are static, padding is a token like any other.

    The four projections are plain linear layers named q, k, v and o, where LoRA goes.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q = nn.Linear(width, width)
        self.k = nn.Linear(width, width)
        self.v = nn.Linear(width, width)
        self.o = nn.Linear(width, width)

    def forward(self, x: Tensor, memory: Tensor) -> Tensor:
        """(B, T, W) looks at (B, N, W) -> (B, T, W)."""
        q, k, v = (self._split(part) for part in (self.q(x), self.k(memory), self.v(memory)))
        mixed = F.scaled_dot_product_attention(q, k, v)
        out: Tensor = self.o(mixed.transpose(1, 2).flatten(2))
        return out

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(2, (self.heads, -1)).transpose(1, 2)


class FeedForward(nn.Module):
    """Two layers with a GELU between, four times as wide inside."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """(..., W) -> (..., W)."""
        out: Tensor = self.down(F.gelu(self.up(x), approximate="tanh"))
        return out


class Block(nn.Module):
    """Pre-normalised self-attention, optional cross-attention, feed-forward."""

    def __init__(self, width: int, heads: int, *, cross: bool = False) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.cross_norm = nn.LayerNorm(width) if cross else None
        self.cross = Attention(width, heads) if cross else None
        self.norm2 = nn.LayerNorm(width)
        self.feed = FeedForward(width)

    def forward(self, x: Tensor, memory: Tensor | None = None) -> Tensor:
        """(B, T, W), looking also at (B, N, W) -> (B, T, W)."""
        h = self.norm1(x)
        x = x + self.attention(h, h)
        if self.cross is not None and self.cross_norm is not None and memory is not None:
            x = x + self.cross(self.cross_norm(x), memory)
        out: Tensor = x + self.feed(self.norm2(x))
        return out


class ConvStem(nn.Module):
    """Pictures to tokens: four halvings with GroupNorm, each scaled and shifted by what the instruction says (FiLM).

    All patch tokens are kept: one token for the whole picture would lose where things are.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        channels = [3, width // 6 // 8 * 8, width // 3 // 8 * 8, width * 2 // 3 // 8 * 8, width]
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 3, stride=2, padding=1) for a, b in pairwise(channels))
        self.norms = nn.ModuleList(nn.GroupNorm(8, b) for b in channels[1:])
        self.films = nn.ModuleList(nn.Linear(width, 2 * b) for b in channels[1:])
        for film in self.films:
            nn.init.zeros_(film.weight)
            nn.init.zeros_(film.bias)

    def forward(self, pictures: Tensor, text: Tensor) -> Tensor:
        """(B, 3, S, S) in [-1, 1] and the instruction (B, W) -> (B, (S/16)^2, W)."""
        x = pictures
        for conv, norm, film in zip(self.convs, self.norms, self.films, strict=True):
            scale, shift = film(text)[:, :, None, None].chunk(2, dim=1)
            x = F.silu(norm(conv(x)) * (1 + scale) + shift)
        return torch.flatten(x, 2).transpose(1, 2)
