"""Layers: attention and feed-forward blocks in the plainest form, so that every exporter and runtime takes them."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["Attention", "Block", "FeedForward", "Look", "Stem", "joint_token"]


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


def joint_token(dims: int, width: int) -> nn.Sequential:
    """From joints (..., D) to a token (..., W)."""
    return nn.Sequential(nn.Linear(dims, width), nn.GELU(approximate="tanh"), nn.Linear(width, width))


class Stem(nn.Module):
    """A picture to a map of features, a quarter as high and wide: fine enough to say where things are, and cheap on a CPU.

    It knows nothing of the instruction, so that one look serves every question about a picture.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        sizes = [3, channels // 3 // 8 * 8, channels, channels, channels]
        self.convs = nn.ModuleList(
            nn.Conv2d(a, b, 5 if n == 0 else 3, stride=2 if n < 2 else 1, padding=2 if n == 0 else 1)
            for n, (a, b) in enumerate(pairwise(sizes))
        )
        self.norms = nn.ModuleList(nn.GroupNorm(8, b) for b in sizes[2:])

    def forward(self, picture: Tensor) -> Tensor:
        """(B, 3, S, S) in [-1, 1] -> (B, channels, S/4, S/4)."""
        x = F.relu(self.convs[0](picture))
        for conv, norm in zip(list(self.convs)[1:], self.norms, strict=True):
            x = F.relu(norm(conv(x)))
        return x


class Look(nn.Module):
    """Looks for what it is asked for: each question finds its place in a picture, and what is to be seen there, or nothing.

    Attention whose answer holds the middle of the places that were attended to (spatial softmax): finer than a cell of the map.
    """

    def __init__(self, width: int, channels: int, side: int) -> None:
        super().__init__()
        line = (torch.arange(side) + 0.5) / side * 2 - 1
        grid = torch.stack((line.repeat(side), line.repeat_interleave(side)), 1)
        self.register_buffer("grid", grid, persistent=False)
        self.grid: Tensor
        self.keys = nn.Linear(width, channels)
        self.nowhere = nn.Linear(width, 1)
        self.tokens = nn.Linear(channels + 3, width)

    def forward(self, seen: Tensor, asked: Tensor) -> tuple[Tensor, Tensor]:
        """Find.

        Args:
            seen: A map (B, channels, S/4, S/4).
            asked: (B, Q, W).

        Returns:
            Tokens (B, Q, W), and how much each cell of the map is it, row by row, and last that none is: logits (B, Q, cells + 1).
        """
        flat = seen.flatten(2)
        logits = torch.cat((self.keys(asked) @ flat / flat.shape[1] ** 0.5, self.nowhere(asked)), 2)
        share = logits.softmax(-1)
        here, none = share[..., :-1], share[..., -1:]
        return self.tokens(torch.cat((here @ flat.transpose(1, 2), here @ self.grid, none), -1)), logits
