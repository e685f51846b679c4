"""Learning and acting by poses of the hand: data, samples, senses and the policy; for ``benchmarks.policy_hand_actions``."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.policy_hand_poses import DOWN, POSE, Hand
from policies.policy import STATE, Batch, Chunk, PolicyError, PolicySpec, check_state
from policies.vla.chunked import ChunkedPolicy
from policies.vla.dataset import Batch as Found
from policies.vla.folders import open_policy
from policies.vla.joined import Joined
from policies.vla.proprioception import Proprioception
from policies.vla.samples import Samples

__all__ = ["HandPolicy", "HandProprioception", "HandSamples", "open_hand_policy", "told_as_poses"]

_MOST_RAD = 3.0
"""Demonstrations whose hand is turned further than that from pointing down are refused: at pi rotation vectors jump."""
_METRES, _TURNS = 4.0, 3.0
"""Scales that bring places and axes to about the size of normalised numbers, those of ``policies.vla.proprioception``."""


def told_as_poses(data: Joined, hand: Hand) -> NDArray[np.float32]:
    """Tell all states and actions of some data as poses, in place; all that chunks are made of, also what a demonstrator foresees.

    Returns:
        (N, 7) the joints of every frame as they were.

    Raises:
        PolicyError: The hand is turned so far in it that rotation vectors jump.
    """
    joints = data.states
    for part in data.parts:
        part.states, part.actions, part.ahead = (hand.poses(told) for told in (part.states, part.actions, part.ahead))
        part.joints = POSE
    data.states = np.concatenate([part.states for part in data.parts])
    data.actions = np.concatenate([part.actions for part in data.parts])
    data.joints = POSE
    told = np.concatenate((data.states, data.actions, *(part.ahead.reshape(-1, len(POSE)) for part in data.parts)))
    most = float(np.linalg.norm(told[:, 3:6], axis=1).max())
    if most > _MOST_RAD:
        raise PolicyError(
            f"the hand is turned by up to {most:.2f} rad from pointing down; told as poses, from {_MOST_RAD} rad on it would jump"
        )
    return joints


class HandSamples(Samples):
    """Samples of data that are told as poses, where other instructions' places are still seen from the turret as it was.

    Args:
        of: The samples as a training makes them.
        joints: (N, 7) the joints of every frame: a pose has no turret, and its first number is none.
    """

    def __init__(self, of: Samples, joints: NDArray[np.float32]) -> None:
        super().__init__(of.data, of.config, of.stats, of.texts)
        self._joints = joints

    def of(self, frames: NDArray[np.int64], draw: np.random.Generator, **more: Any) -> dict[str, Tensor]:
        """As it is of joints."""
        self._frames = frames
        return super().of(frames, draw, **more)

    def _asked(self, episodes: list[int], found: Found, *more: Any) -> dict[str, Tensor]:
        return super()._asked(episodes, replace(found, then=self._joints[self._frames]), *more)


class HandProprioception(Proprioception):
    """What a policy of poses is told beside the pose, in place of the arm's kinematics, for which it has no joints.

    A policy of joints is told its hand as the turret sees it, with which the cameras turn. So is one of poses, or the comparison
    would be one of senses: the direction of the fingertips stands for the turret's, from which it differs only by the forearm's
    roll. The numbers are as many as those of six joints, and the buffers the same, so that checkpoints are read as ever.
    """

    @classmethod
    def of(cls, body: Proprioception) -> HandProprioception:
        """In place of another of six joints and a gripper; of its buffers the normalisation counts."""
        made = cls(len(POSE))
        made.load_state_dict(body.state_dict())
        return made

    def forward(self, state: Tensor) -> Tensor:
        """Normalised poses (B, 7) -> (B, 24): place, distance and direction, then axes seen from there and from the base."""
        pose = state * self.spread + self.middle
        x, y, _, turn_x, turn_y, turn_z, _ = pose.unbind(1)
        nought = torch.zeros_like(x)
        spin = torch.stack((nought, -turn_z, turn_y, turn_z, nought, -turn_x, -turn_y, turn_x, nought), 1).unflatten(1, (3, 3))
        angle = pose[:, 3:6].norm(dim=1)[:, None, None] / torch.pi
        turned = self.one + torch.sinc(angle) * spin + torch.sinc(angle / 2) ** 2 / 2 * (spin @ spin)
        axes = turned * turned.new_tensor(np.diag(DOWN))
        away = torch.hypot(x, y).clamp_min(1e-6)
        cos, sin = (x / away)[:, None], (y / away)[:, None]
        ahead = torch.cat((cos * axes[:, 0] + sin * axes[:, 1], cos * axes[:, 1] - sin * axes[:, 0], axes[:, 2]), 1)
        place = torch.cat((pose[:, :3], away[:, None]), 1)
        return torch.cat((place * _METRES, cos, sin, ahead * _TURNS, axes.flatten(1) * _TURNS), 1)


class HandPolicy:
    """A policy of poses as one of joints: it is told where its hand is, and what it asks for is brought about by the joints.

    Args:
        policy: Of poses.
        hand: The arm's.
    """

    def __init__(self, policy: ChunkedPolicy, hand: Hand) -> None:
        self.policy, self.hand = policy, hand
        self._spec = replace(policy.spec, joints=hand.names)
        self._queue: deque[Chunk] = deque()

    @property
    def spec(self) -> PolicySpec:
        """What it expects and gives: joints."""
        return self._spec

    def reset(self) -> None:
        """Forget the last episode."""
        self._queue.clear()
        self.policy.reset()

    def select_action(self, batch: Batch) -> Chunk:
        """The next action (7,)."""
        if not self._queue:
            self._queue.extend(self.predict_action_chunk(batch)[: self._spec.steps])
        return self._queue.popleft()

    def predict_action_chunk(self, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        """The next actions (K, 7)."""
        return self.decode(self.encode(batch), batch, inference_delay=inference_delay, prev_chunk_left_over=prev_chunk_left_over)

    def encode(self, batch: Batch) -> Any:
        """The slow half."""
        return self.policy.encode({**batch, STATE: self.hand.poses(check_state(batch, self._spec))})

    def decode(self, latent: Any, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        """The fast half: a chunk (K, 7) of joints."""
        state = check_state(batch, self._spec)
        left = None if prev_chunk_left_over is None else self.hand.poses(prev_chunk_left_over)
        told = {STATE: self.hand.poses(state)}
        chunk = self.policy.decode(latent, told, inference_delay=inference_delay, prev_chunk_left_over=left)
        found: Chunk = self.hand.joints(chunk[None], state[None])[0]
        return found


def open_hand_policy(folder: Path) -> HandPolicy:
    """The policy of poses in a folder, ready to move joints.

    Raises:
        PolicyError: There is none, or it is damaged.
    """
    policy = open_policy(folder, joints=POSE)
    network = policy.network  # type: ignore[attr-defined]
    network.body = HandProprioception.of(network.body)
    return HandPolicy(policy, Hand.load(folder))
