"""Proprioception: what an arm knows of its own hand. From joints to where it is and how it is turned, by the arm's kinematics.

A network can learn this from joints alone, but late: a hand that is tilted by a tenth of a radian is a small difference of large
numbers, and until it is seen the hand is never straightened again.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from policies.vla.dynamics import Chain
from policies.vla.processors import Stats

__all__ = ["Proprioception", "QuickProprioception"]

_METRES, _TURNS = 4.0, 3.0
"""Scales that bring places and axes to about the size of normalised joints."""


class Proprioception(nn.Module):
    """Forward kinematics of a serial arm, in the frame of its first joint, with which what is ahead turns.

    Args:
        joints: Entries of the state; all but the last move the hand.

    Attributes:
        features: How many numbers come out.
    """

    def __init__(self, joints: int) -> None:
        super().__init__()
        links = joints - 1
        self.features = 12 + 2 * links
        self.places: Tensor
        self.turns: Tensor
        self.anchors: Tensor
        self.spins: Tensor
        self.one: Tensor
        self.middle: Tensor
        self.spread: Tensor
        for name in ("places", "anchors"):
            self.register_buffer(name, torch.zeros(links, 3, 1))
        self.register_buffer("turns", torch.eye(3).repeat(links, 1, 1))
        self.register_buffer("spins", torch.zeros(links, 3, 3))
        # A buffer, for a constant made on the way would keep its precision where a program is made half.
        self.register_buffer("one", torch.eye(3), persistent=False)
        self.register_buffer("middle", torch.zeros(joints))
        self.register_buffer("spread", torch.ones(joints))

    def fill(self, chain: Chain, stats: Stats) -> None:
        """Become the kinematics of an arm of revolute joints, for states normalised by ``stats``."""
        x, y, z = chain.axes.T
        nought = np.zeros_like(x)
        spins = np.stack((nought, -z, y, z, nought, -x, -y, x, nought), 1).reshape(-1, 3, 3)
        given = {"places": chain.places[..., None], "anchors": chain.anchors[..., None], "turns": chain.turns, "spins": spins}
        for name, value in {**given, "middle": stats.middle, "spread": stats.spread}.items():
            buffer: Tensor = getattr(self, name)
            buffer.copy_(torch.as_tensor(np.asarray(value), dtype=buffer.dtype))

    def forward(self, state: Tensor) -> Tensor:
        """Normalised joints (B, D) -> (B, features): the hand's place, its axes, and every joint's sine and cosine."""
        links = len(self.spins)
        angles = (state * self.spread + self.middle)[:, :links]
        sine, cosine = angles.sin(), angles.cos()
        at, turned, first = self.places[0], self.turns[0], self.turns[0]
        for link in range(links):
            if link:
                at = at + turned @ self.places[link]
                turned = turned @ self.turns[link]
            spin, anchor = self.spins[link], self.anchors[link]
            about = turned @ anchor
            rodrigues = self.one + sine[:, link, None, None] * spin + (1 - cosine[:, link, None, None]) * (spin @ spin)
            turned = turned @ rodrigues
            at = at + about - turned @ anchor
            first = turned if link == 0 else first
        back = first.transpose(1, 2)
        place, axes = (back @ at).flatten(1), (back @ turned).flatten(1)
        return torch.cat((place * _METRES, axes * _TURNS, sine, cosine), 1)


class QuickProprioception(Proprioception):
    """The same numbers, in another order, by a third of the operators: at batch 1 each costs more than what it computes.

    How a link lies in the one before is affine in its joint's sine and cosine, so that all links are one product, and only they
    themselves are multiplied one by one.
    """

    def __init__(self, joints: int) -> None:
        super().__init__(joints)
        links = joints - 1
        self.apart: Tensor
        self.scales: Tensor
        self.low: Tensor
        self.register_buffer("apart", torch.eye(links), persistent=False)
        self.register_buffer("scales", torch.tensor([_TURNS, _TURNS, _TURNS, _METRES]), persistent=False)
        self.register_buffer("low", torch.eye(4)[3:].repeat(links, 1, 1), persistent=False)

    def forward(self, state: Tensor) -> Tensor:
        """Normalised joints (B, D) -> (B, features): the hand's axes and its place, row by row; sines, then cosines."""
        links = len(self.spins)
        angles = (state * self.spread + self.middle)[:, :links]
        spun = self.turns @ self.spins
        twice = spun @ self.spins
        still = torch.cat((torch.cat((self.turns + twice, self.places - twice @ self.anchors), 2), self.low), 1)
        by_sine, by_cosine = (
            torch.cat((torch.cat((turn, -turn @ self.anchors), 2), torch.zeros_like(self.low)), 1) for turn in (spun, -twice)
        )
        around = torch.cat((angles.sin(), angles.cos()), 1)
        moved = torch.cat([(self.apart[:, :, None] * by.flatten(1)).flatten(1) for by in (by_sine, by_cosine)])
        first, *others = (still.flatten() + around @ moved).view(-1, links, 4, 4).chunk(links, 1)
        hand = first
        for pose in others:
            hand = hand @ pose
        ahead = first[:, :, :3, :3].transpose(2, 3) @ hand[:, :, :3] * self.scales
        return torch.cat((ahead.flatten(1), around), 1)
