"""Losses, each a named term; what is summed is logged term by term.

action + 0.1 physics + 0.01 smoothness + 0.1 where + 0.1 look    while learning to act
8 strain + stay                                           and where the policy got itself into (``policies.vla.met``)
alignment                                                 while learning to see
0.7 T^2 KL + 0.3 hard + 0.1 feature                       while a student learns from a teacher
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from policies.vla.dynamics import Chain, joint_torques

__all__ = [
    "WEIGHTS", "Distillation", "alignment_loss", "as_played", "look_loss", "smoothness_loss", "stay_loss", "strain_loss",
    "torque_loss", "torques_of", "weighted", "where_loss",
]  # fmt: skip

WEIGHTS: Mapping[str, float] = {
    "action": 1.0, "physics": 0.1, "smoothness": 0.01, "where": 0.1, "look": 0.1, "strain": 8.0, "stay": 1.0,
}  # fmt: skip
"""How much each term of learning to act counts."""
_NEAR = 0.85
"""From this share of a motor's limit on it is strained: what is learnt to lie just below a limit is often just above."""


def weighted(terms: Mapping[str, Tensor], weights: Mapping[str, float] = WEIGHTS) -> tuple[Tensor, dict[str, float]]:
    """The sum of the terms, and each of them for the log."""
    total = torch.stack([weights[name] * term for name, term in terms.items()]).sum()
    return total, {name: float(term.detach()) for name, term in terms.items()}


def torques_of(chain: Chain, chunk: Tensor, period_s: float, start: Tensor | None = None) -> Tensor:
    """What the motors would have to give to follow chunks exactly.

    Args:
        chain: The arm; the first n entries of the chunk are its joints.
        chunk: (B, K, D) radians and metres.
        period_s: Between two actions.
        start: (B, D) where the joints are one period before the first action; the chunk's first action if None.

    Returns:
        (B, K - 1, n) or, with a start, (B, K, n): all but the last action have one before and one after.
    """
    n = len(chain.masses)
    path = chunk[..., :n] if start is None else torch.cat((start[:, None, :n], chunk[..., :n]), 1)
    speed = path.diff(dim=1) / period_s
    middle = (speed[:, 1:] + speed[:, :-1]) / 2
    with torch.autocast(chunk.device.type, enabled=False):  # accelerations are differences of differences: not in bfloat16
        return joint_torques(chain, path[:, 1:-1], middle, speed.diff(dim=1) / period_s)


def torque_loss(chain: Chain, limits: Tensor, chunk: Tensor, period_s: float, mask: Tensor | None = None) -> Tensor:
    """By how much chunks ask for more torque than there is: the mean square of the share beyond the limits.

    Args:
        chain: The arm.
        limits: (n,) N m or N; infinite where nothing is known.
        chunk: (B, K, D) radians and metres.
        period_s: Between two actions.
        mask: (B, K) what counts; a torque counts where the three actions that it is made from do.
    """
    over = F.relu(torques_of(chain, chunk, period_s).abs() / limits - 1).square().sum(-1)
    if mask is None:
        return over.mean()
    counts = (mask[:, 2:] & mask[:, 1:-1] & mask[:, :-2]).float()
    return (over * counts).sum() / counts.sum().clamp(min=1)


def as_played(path: Tensor, ticks: int, actions: int, *, fade: int = 10) -> Tensor:
    """Where the joints are sent in every tick while the first actions of a chunk are carried out, as the runtime does it.

    It goes through the actions on Catmull-Rom curves, from where the joints have been sent last. By how much faster or slower it
    begins than they were moving dies away along a cubic (``policies.runtime.chunks.ChunkBuffer``).

    Args:
        path: (B, 2 + K, D): the last two actions before the chunk, then the chunk.
        ticks: Of a period.
        actions: How many of the chunk are carried out; less than K.
        fade: In how many ticks that has died away; 0 switches at once.

    Returns:
        (B, 3 + actions * ticks, D), the first three of which lie before the chunk.
    """
    earlier, origin, chunk = path[:, :1], path[:, 1:2], path[:, 2 : 3 + actions]
    knots = torch.cat((2 * origin - chunk[:, :1], origin, chunk), 1)
    s = torch.arange(1, ticks + 1, dtype=path.dtype, device=path.device) / ticks
    s2, s3 = s * s, s * s * s
    shares = (-0.5 * s3 + s2 - 0.5 * s, 1.5 * s3 - 2.5 * s2 + 1.0, -1.5 * s3 + 2.0 * s2 + 0.5 * s, 0.5 * (s3 - s2))
    curve = torch.einsum("tk,bakd->batd", torch.stack(shares, -1), knots.unfold(1, 4, 1).transpose(2, 3)).flatten(1, 2)
    step = (origin - earlier) / ticks
    if fade:
        tick = torch.arange(1, 1 + curve.shape[1], dtype=path.dtype, device=path.device).view(1, -1, 1)
        gone = (tick / fade).clamp(max=1)
        faster = step - (chunk[:, :1] - origin) / ticks  # per tick, where the chunk begins
        curve = curve + fade * gone * (1 - gone).square() * faster
    return torch.cat((origin - 2 * step, origin - step, origin, curve), 1)


def strain_loss(
    chain: Chain, limits: Tensor, path: Tensor, period_s: float, *, ticks: int = 5, actions: int = 6, fade: int = 10
) -> Tensor:
    """By how much what is sent in every tick comes near to the motors' limits or goes beyond, as a share of them, on average.

    What is under way before a chunk counts too: a start is as hard as a chunk that does not go on from it.

    Args:
        chain: The arm and what it carries.
        limits: (n,) N m or N.
        path: (B, 2 + K, D) where the joints have been sent one period ago and now, and the chunk, radians and metres.
        period_s: Between two actions.
        ticks: Of a period.
        actions: How many of a chunk to look at: those that are carried out and some more.
        fade: In how many ticks a difference of velocity dies away.
    """
    torques = torques_of(chain, as_played(path, ticks, actions, fade=fade), period_s / ticks)
    return F.relu(torques.abs() / limits - _NEAR).sum(-1).mean()


def stay_loss(chunk: Tensor, answer: Tensor, reach: Tensor) -> Tensor:
    """How far a chunk (B, K, D) is from another answer on average, in the head's unit, ``reach`` (K, D)."""
    return ((chunk - answer) / reach).abs().mean()


def where_loss(found: Tensor, spots: Tensor) -> Tensor:
    """By how far places (..., 2) are missed on average, decimetres: about as much as an action's loss."""
    return (found - spots).abs().mean() * 10


def look_loss(logits: Tensor, views: Tensor) -> Tensor:
    """Cross-entropy of where was looked: the four cells about the place, by nearness, or none where it is outside the picture.

    Args:
        logits: (B, C, S, cells + 1) of a square map, row by row; the last is that it is nowhere.
        views: (B, C, S, 2) right and down, -1 to 1 from edge to edge.
    """
    side = round((logits.shape[-1] - 1) ** 0.5)
    line = (torch.arange(side, device=views.device) + 0.5) / side * 2 - 1
    held = views.clamp(-1 + 1 / side, 1 - 1 / side)
    across, down = ((1 - (held[..., n, None] - line).abs() * side / 2).clamp(min=0) for n in (0, 1))
    inside = (views.abs() <= 1).all(-1, keepdim=True).to(logits.dtype)
    cells = (down.unsqueeze(-1) * across.unsqueeze(-2)).flatten(-2)
    wanted = torch.cat((cells * inside, 1 - inside), -1)
    return -(wanted * F.log_softmax(logits, -1)).sum(-1).mean()


def smoothness_loss(chunk: Tensor, mask: Tensor | None = None) -> Tensor:
    """The mean square of second differences along the chunk's time, normalised actions (B, K, D)."""
    bend = chunk.diff(n=2, dim=1).square().mean(-1)
    if mask is None:
        return bend.mean()
    counts = (mask[:, 2:] & mask[:, 1:-1] & mask[:, :-2]).float()
    return (bend * counts).sum() / counts.sum().clamp(min=1)


def alignment_loss(pictures: Tensor, texts: Tensor, temperature: float = 0.07, same: Tensor | None = None) -> Tensor:
    """InfoNCE in both directions: which caption belongs to which picture of the batch.

    Args:
        pictures: (B, W) embeddings.
        texts: (B, W) embeddings.
        temperature: Of the softmax.
        same: (B, B) bool, captions that fit a picture as well as its own does, such as equal ones; they are no negatives.

    Source: Oord et al., 2018; symmetric as in CLIP, 2021.
    """
    scores = F.normalize(pictures, dim=-1) @ F.normalize(texts, dim=-1).T / temperature
    own = torch.eye(len(scores), dtype=torch.bool, device=scores.device)
    if same is not None:
        scores = scores.masked_fill(same & ~own, -torch.inf)
    wanted = torch.arange(len(scores), device=scores.device)
    return (F.cross_entropy(scores, wanted) + F.cross_entropy(scores.T, wanted)) / 2


class Distillation(nn.Module):
    """A student learns a teacher's distributions over bins, the true actions, and the teacher's features.

    Softened by a temperature, the KL divergence needs distributions: it is over the bins of a binned head, never over joint values.

    Args:
        student: Width of the student's features.
        teacher: Width of the teacher's.
        temperature: T.
        weights: Of the KL divergence (times T^2), the hard loss, and the features' mean square error.
    """

    def __init__(
        self, student: int, teacher: int, *, temperature: float = 4.0, weights: tuple[float, float, float] = (0.7, 0.3, 0.1)
    ) -> None:
        super().__init__()
        self.adaptor = nn.Linear(student, teacher)
        self.temperature = temperature
        self.weights = weights

    def forward(
        self, student: Tensor, teacher: Tensor, hard: Tensor, features: tuple[Tensor, Tensor], mask: Tensor
    ) -> tuple[Tensor, dict[str, float]]:
        """The loss and its terms.

        Args:
            student: Logits (B, K, D, bins).
            teacher: Logits of the same shape; no gradient flows into them.
            hard: The student's loss against the true actions.
            features: The student's (B, W) and the teacher's (B, V).
            mask: (B, K) which actions count.
        """
        warm = self.temperature
        soft = F.kl_div(
            (student / warm).log_softmax(-1), (teacher.detach() / warm).log_softmax(-1), reduction="none", log_target=True
        )
        soft = (soft.sum(-1).mean(-1) * mask).sum() / mask.sum().clamp(min=1) * warm**2
        feature = F.mse_loss(self.adaptor(features[0]), features[1].detach())
        terms = {"soft": soft, "hard": hard, "feature": feature}
        return weighted(terms, dict(zip(terms, self.weights, strict=True)))
