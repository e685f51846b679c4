"""CLIP's picture tower in plain torch: the names of its weights are those of Hugging Face's checkpoints.

Source: Radford et al., 2021. Patch tokens of the last layer but one, as LLaVA takes them: one token for the whole picture would
lose where things are.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from policies.vla.shapes import VisionShape

__all__ = ["ClipVision"]

_MEAN, _SPREAD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
"""Of the pictures that CLIP was trained on, in [0, 1]."""


class ClipVision(nn.Module):
    """Pictures to patch tokens."""

    def __init__(self, shape: VisionShape) -> None:
        super().__init__()
        self.shape = shape
        self.embeddings = _Embeddings(shape)
        self.pre_layrnorm = nn.LayerNorm(shape.width, eps=shape.eps)
        self.encoder = nn.Module()
        self.encoder.layers = nn.ModuleList(_Layer(shape) for _ in range(shape.layers - 1))
        self.register_buffer("mean", torch.tensor(_MEAN).view(3, 1, 1), persistent=False)
        self.register_buffer("spread", torch.tensor(_SPREAD).view(3, 1, 1), persistent=False)

    def forward(self, pictures: Tensor) -> Tensor:
        """(B, 3, S, S) in [-1, 1], of any size -> (B, P, V)."""
        side = self.shape.image
        if pictures.shape[-1] != side:
            pictures = F.interpolate(pictures, (side, side), mode="bilinear", align_corners=False)
        x = self.pre_layrnorm(self.embeddings(((pictures + 1) / 2 - self.mean) / self.spread))
        for layer in self.encoder.layers:
            x = layer(x)
        return x[:, 1:]


class _Embeddings(nn.Module):
    def __init__(self, shape: VisionShape) -> None:
        super().__init__()
        self.class_embedding = nn.Parameter(torch.randn(shape.width) * 0.02)
        self.patch_embedding = nn.Conv2d(3, shape.width, shape.patch, stride=shape.patch, bias=False)
        self.position_embedding = nn.Embedding(shape.tokens + 1, shape.width)

    def forward(self, pictures: Tensor) -> Tensor:
        """(B, 3, S, S) -> (B, 1 + P, V)."""
        patches = self.patch_embedding(pictures).flatten(2).transpose(1, 2)
        whole = self.class_embedding.expand(len(patches), 1, -1)
        out: Tensor = torch.cat((whole, patches), 1) + self.position_embedding.weight
        return out


class _Attention(nn.Module):
    def __init__(self, shape: VisionShape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.k_proj, self.v_proj, self.q_proj, self.out_proj = (nn.Linear(shape.width, shape.width) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        """(B, N, V) -> (B, N, V)."""
        q, k, v = (part(x).unflatten(2, (self.heads, -1)).transpose(1, 2) for part in (self.q_proj, self.k_proj, self.v_proj))
        out: Tensor = self.out_proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))
        return out


class _Feed(nn.Module):
    def __init__(self, shape: VisionShape) -> None:
        super().__init__()
        self.quick = shape.activation == "quick_gelu"
        self.fc1 = nn.Linear(shape.width, shape.inner)
        self.fc2 = nn.Linear(shape.inner, shape.width)

    def forward(self, x: Tensor) -> Tensor:
        """(B, N, V) -> (B, N, V)."""
        h = self.fc1(x)
        out: Tensor = self.fc2(h * torch.sigmoid(1.702 * h) if self.quick else F.gelu(h))
        return out


class _Layer(nn.Module):
    def __init__(self, shape: VisionShape) -> None:
        super().__init__()
        self.self_attn = _Attention(shape)
        self.layer_norm1 = nn.LayerNorm(shape.width, eps=shape.eps)
        self.mlp = _Feed(shape)
        self.layer_norm2 = nn.LayerNorm(shape.width, eps=shape.eps)

    def forward(self, x: Tensor) -> Tensor:
        """(B, N, V) -> (B, N, V)."""
        x = x + self.self_attn(self.layer_norm1(x))
        out: Tensor = x + self.mlp(self.layer_norm2(x))
        return out
