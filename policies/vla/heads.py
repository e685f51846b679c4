"""Heads: from the decoder's tokens to actions. All give the same thing, a chunk of normalised actions in [-1, 1] or about it."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from policies.vla.config import VLAConfig

__all__ = ["BinnedHead", "FlowHead", "L1Head", "make_head"]

_FARTHEST, _BEND = 6.0, 4.0
"""Bins reach as far as demonstrations go, six root mean squares, and lie 15 times as close where most actions are: at none."""


class L1Head(nn.Module):
    """Regression: half the latency of flow for a few points of success."""

    passes = 1
    noisy = False

    def __init__(self, config: VLAConfig) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(config.width)
        self.out = nn.Linear(config.width, len(config.joints))

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, K, W) -> actions (B, K, D)."""
        actions: Tensor = self.out(self.norm(tokens))
        return actions

    def actions(self, out: Tensor) -> Tensor:
        """What was regressed."""
        return out

    def loss(self, out: Tensor, target: Tensor, mask: Tensor) -> Tensor:
        """Mean absolute error over (B, K, D) where the mask (B, K) is true."""
        error = (out - target).abs().mean(-1)
        return (error * mask).sum() / mask.sum().clamp(min=1)


class FlowHead(L1Head):
    """Flow matching: the decoder is asked for the velocity from noise to actions, a few Euler steps from 0 to 1."""

    noisy = True

    def __init__(self, config: VLAConfig) -> None:
        super().__init__(config)
        self.passes = config.flow_steps

    def loss(self, out: Tensor, target: Tensor, mask: Tensor) -> Tensor:
        """Mean squared error of the velocity."""
        error = (out - target).square().mean(-1)
        return (error * mask).sum() / mask.sum().clamp(min=1)


class BinnedHead(nn.Module):
    """Classification into bins, close around zero and wide far from it: what distillation by KL divergence needs."""

    passes = 1
    noisy = False

    def __init__(self, config: VLAConfig) -> None:
        super().__init__()
        self.shape = (len(config.joints), config.bins)
        self.norm = nn.LayerNorm(config.width)
        self.out = nn.Linear(config.width, len(config.joints) * config.bins)
        bent = torch.sinh(_BEND * torch.linspace(-1, 1, config.bins, dtype=torch.float64))
        self.register_buffer("centres", (_FARTHEST * bent / bent[-1]).float(), persistent=False)
        self.centres: Tensor

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, K, W) -> logits (B, K, D, bins)."""
        logits: Tensor = self.out(self.norm(tokens)).unflatten(-1, self.shape)
        return logits

    def actions(self, out: Tensor) -> Tensor:
        """The mean over the bin with the most weight and its neighbours: finer than a bin, and not between two peaks."""
        best = out.argmax(-1, keepdim=True)
        near = (torch.arange(out.shape[-1], device=out.device) - best).abs() <= 1
        weight = torch.where(near, out, out.new_full((), -1e4)).softmax(-1)
        return (weight * self.centres).sum(-1)

    def loss(self, out: Tensor, target: Tensor, mask: Tensor) -> Tensor:
        """Cross-entropy against the two bins around the target, weighted by nearness (B, K, D)."""
        error = -(self.soft(target) * F.log_softmax(out, -1)).sum(-1).mean(-1)
        return (error * mask).sum() / mask.sum().clamp(min=1)

    def soft(self, target: Tensor) -> Tensor:
        """Actions (...) as weights of the two bins around them (..., bins), with that mean; what is beyond all bins is the last."""
        upper = torch.bucketize(target, self.centres).clamp(1, self.shape[1] - 1)
        low, high = self.centres[upper - 1], self.centres[upper]
        share = ((target - low) / (high - low)).clamp(0, 1).unsqueeze(-1)
        weights = torch.zeros(*target.shape, self.shape[1], dtype=target.dtype, device=target.device)
        weights.scatter_(-1, (upper - 1).unsqueeze(-1), 1 - share)
        return weights.scatter_(-1, upper.unsqueeze(-1), share)


def make_head(config: VLAConfig) -> L1Head | FlowHead | BinnedHead:
    """The head that a configuration names."""
    if config.head == "binned":
        return BinnedHead(config)
    return FlowHead(config) if config.head == "flow" else L1Head(config)
