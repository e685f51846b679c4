"""A Llama-shaped causal language model in plain torch, without the layer that names words: not what it says is wanted here.

The names of its weights are those of Hugging Face's checkpoints (Llama, Mistral, Qwen 2, Qwen 3). Source: Touvron et al., 2023.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from policies.vla.shapes import LanguageShape

__all__ = ["CausalModel", "rotary_speeds"]


def rotary_speeds(shape: LanguageShape) -> Tensor:
    """(head_width / 2,) radians per position; Llama 3 slows the slow ones down, with a gentle passage between."""
    speeds = shape.theta ** -(torch.arange(0, shape.head_width, 2, dtype=torch.float32) / shape.head_width)
    if shape.stretch is None:
        return speeds
    factor, low, high, length = shape.stretch
    turns = length * speeds / (2 * math.pi)
    share = ((turns - low) / (high - low)).clamp(0, 1)
    return (1 - share) * speeds / factor + share * speeds


class CausalModel(nn.Module):
    """Tokens that each look at themselves and those before.

    Args:
        shape: Which.
        length: Most tokens that it will be given.
    """

    def __init__(self, shape: LanguageShape, length: int) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.words, shape.width)
        self.layers = nn.ModuleList(_Layer(shape) for _ in range(shape.layers))
        self.norm = _Norm(shape.width, shape.eps)
        angles = torch.arange(length)[:, None] * rotary_speeds(shape)
        angles = torch.cat((angles, angles), 1)
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)
        nn.init.normal_(self.embed_tokens.weight, std=0.02)

    def forward(self, x: Tensor) -> Tensor:
        """Embedded tokens (B, T, L) -> (B, T, L)."""
        cos, sin = (part[: x.shape[1]].to(x.dtype) for part in (self.cos, self.sin))
        for layer in self.layers:
            x = layer(x, cos, sin)
        out: Tensor = self.norm(x)
        return out


class _Norm(nn.Module):
    """Root mean square, computed in float32 whatever comes in."""

    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """(..., W) -> (..., W)."""
        wide = x.float()
        wide = wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + self.eps)
        return self.weight * wide.to(x.dtype)


class _Attention(nn.Module):
    def __init__(self, shape: LanguageShape) -> None:
        super().__init__()
        self.shape = shape
        queries, others = shape.heads * shape.head_width, shape.groups * shape.head_width
        self.q_proj = nn.Linear(shape.width, queries, bias=shape.qkv_bias)
        self.k_proj = nn.Linear(shape.width, others, bias=shape.qkv_bias)
        self.v_proj = nn.Linear(shape.width, others, bias=shape.qkv_bias)
        self.o_proj = nn.Linear(queries, shape.width, bias=shape.o_bias)
        self.q_norm = _Norm(shape.head_width, shape.eps) if shape.head_norm else nn.Identity()
        self.k_norm = _Norm(shape.head_width, shape.eps) if shape.head_norm else nn.Identity()

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """(B, T, L) -> (B, T, L)."""
        q, k, v = (part(x).unflatten(2, (-1, self.shape.head_width)) for part in (self.q_proj, self.k_proj, self.v_proj))
        q, k = (_turned(part.transpose(1, 2), cos, sin) for part in (self.q_norm(q), self.k_norm(k)))
        v = v.transpose(1, 2)
        shared = self.shape.heads // self.shape.groups
        if shared > 1:  # written out: not every exporter knows grouped attention
            k, v = (part.repeat_interleave(shared, dim=1) for part in (k, v))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        out: Tensor = self.o_proj(mixed.transpose(1, 2).flatten(2))
        return out


def _turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions on (B, H, T, head_width)."""
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat((-second, first), -1) * sin


class _Feed(nn.Module):
    def __init__(self, shape: LanguageShape) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(shape.width, shape.inner, bias=shape.mlp_bias)
        self.up_proj = nn.Linear(shape.width, shape.inner, bias=shape.mlp_bias)
        self.down_proj = nn.Linear(shape.inner, shape.width, bias=shape.mlp_bias)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, L) -> (B, T, L)."""
        out: Tensor = self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))
        return out


class _Layer(nn.Module):
    def __init__(self, shape: LanguageShape) -> None:
        super().__init__()
        self.self_attn = _Attention(shape)
        self.mlp = _Feed(shape)
        self.input_layernorm = _Norm(shape.width, shape.eps)
        self.post_attention_layernorm = _Norm(shape.width, shape.eps)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """(B, T, L) -> (B, T, L)."""
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        out: Tensor = x + self.mlp(self.post_attention_layernorm(x))
        return out
