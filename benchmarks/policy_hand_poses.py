"""States and actions told as the pose of the hand instead of as joints; for ``benchmarks.policy_hand_actions``.

A pose is seven numbers: where the fingertips are, x, y and z in metres in the base's frame; how the hand is turned, as the rotation
vector, radians along the base's axes, that brings there the hand as it points straight down with the turret ahead; and the gripper's
opening as it is. That reference is the mean of the demonstrations to within 5 mrad, and the hand is never turned further from it
than by 2 rad: rotation vectors jump at pi, and no chunk comes near. Measured from the hand pointing straight up, or down but the
other way round, most of them would.
"""

from __future__ import annotations

import json
import shutil
from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation
from torch import Tensor

from policies.arm import ARM
from policies.policy import STATE, Batch, Chunk, PolicyError, PolicySpec, check_state
from policies.vla.chunked import ChunkedPolicy
from policies.vla.dataset import Batch as Found
from policies.vla.dynamics import load_chain
from policies.vla.folders import open_policy
from policies.vla.joined import Joined
from policies.vla.proprioception import Proprioception
from policies.vla.samples import Samples

__all__ = ["POSE", "Hand", "HandPolicy", "HandProprioception", "HandSamples", "apart", "open_hand_policy", "told_as_poses"]

Floats = NDArray[np.float64]
POSE = ("x", "y", "z", "turn_x", "turn_y", "turn_z", "gripper")
"""Names of the entries of states and actions; other than a robot's joints, so that none is moved by a policy of poses by mistake."""

_LINKS = 6
_DOWN: Floats = np.diag([-1.0, 1.0, -1.0])
"""How the hand is turned that points straight down with the turret ahead: half a turn about y, as far as the pitch joints bend."""
_MOST_RAD = 3.0
_LENGTH_M = 0.2
"""An error of one radian counts as much as one of so many metres."""
_ITERATIONS, _STEP_RAD = 15, 0.5
_NEAR, _DAMPING = 1e-13, 1e-6
"""Square metres: an error below which the hand is there, and what of damping is left where it vanishes."""
_ROWS = 20_000
_METRES, _TURNS = 4.0, 3.0
"""Scales of places and axes, those of ``policies.vla.proprioception``."""


class Hand:
    """Joints to poses of the hand and back, for an arm of six joints that turn and a gripper.

    Everything is numpy, not torch: for one arm at a time an operator of numpy costs less than half, and inverse kinematics of one
    chunk is some thousands of them.

    Args:
        file: The arm, as ``Chain.save`` writes it.
        joints: Their names, the gripper last. Of ``ARM``'s joints the limits and the fingertips are known; others have no limits, and
            their pose is that of the last link's frame.

    Raises:
        PolicyError: The file is missing or none, or the arm is another kind.
    """

    def __init__(self, file: Path, joints: tuple[str, ...]) -> None:
        self.file, self.names = file, tuple(joints)
        chain, _ = load_chain(file)
        if len(chain.axes) != _LINKS or len(joints) != _LINKS + 1 or chain.slides.any():
            raise PolicyError(
                f"{str(file)!r} is an arm of {len(chain.axes)} joints for {', '.join(joints)}; "
                f"poses of the hand need {_LINKS} joints that turn, and a gripper"
            )
        x, y, z = chain.axes.T
        nought = np.zeros_like(x)
        spins = np.stack((nought, -z, y, z, nought, -x, -y, x, nought), 1).reshape(-1, 3, 3)
        spun, twice = chain.turns @ spins, chain.turns @ spins @ spins
        anchors = chain.anchors[..., None]
        # By Rodrigues' formula each link's frame in the one before is affine in the sine and the cosine of its joint.
        self._still = np.zeros((_LINKS, 4, 4))
        self._still[:, 3, 3] = 1.0
        self._still[:, :3] = np.concatenate((chain.turns + twice, chain.places[..., None] - twice @ anchors), 2)
        self._sine, self._cosine = np.zeros((2, _LINKS, 4, 4))
        self._sine[:, :3] = np.concatenate((spun, -spun @ anchors), 2)
        self._cosine[:, :3] = np.concatenate((-twice, twice @ anchors), 2)
        self._axes, self._anchors = chain.axes[..., None], np.concatenate((anchors, np.ones((_LINKS, 1, 1))), 1)
        known = self.names == ARM.joints
        self._lower, self._upper = (
            np.array(limits[:_LINKS]) if known else np.full(_LINKS, beyond)
            for limits, beyond in ((ARM.lower, -np.inf), (ARM.upper, np.inf))
        )
        tip = ARM.links[2] - float(chain.places[-1, 2]) if known else 0.0
        self._tip = np.array([0.0, 0.0, tip, 1.0])

    def save(self, folder: Path) -> None:
        """Keep it beside a policy."""
        shutil.copyfile(self.file, folder / "arm.npz")
        (folder / "hand.json").write_text(json.dumps({"joints": self.names}), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Hand:
        """That of a policy's folder.

        Raises:
            PolicyError: There is none.
        """
        try:
            joints = json.loads((folder / "hand.json").read_text(encoding="utf-8"))["joints"]
        except (OSError, json.JSONDecodeError, KeyError, TypeError) as error:
            raise PolicyError(f"{str(folder)!r} holds no policy of poses of the hand: {error!r}") from None
        return cls(folder / "arm.npz", tuple(map(str, joints)))

    def poses(self, joints: NDArray[Any]) -> NDArray[np.float32]:
        """Joints (..., 7), radians and metres, to poses (..., 7)."""
        flat = np.asarray(joints, dtype=np.float64).reshape(-1, _LINKS + 1)
        out = np.empty((len(flat), len(POSE)), dtype=np.float32)
        for begin in range(0, len(flat), _ROWS):  # frames of all links of a whole dataset would fill the memory
            rows = slice(begin, begin + _ROWS)
            place, turn = self.placed(flat[rows, :_LINKS])
            out[rows, :3], out[rows, 6] = place, flat[rows, 6]
            out[rows, 3:6] = Rotation.from_matrix(turn @ _DOWN).as_rotvec()
        return out.reshape(*np.shape(joints)[:-1], len(POSE))

    def placed(self, joints: Floats) -> tuple[Floats, Floats]:
        """Arm joints (B, 6) to where the fingertips are (B, 3), metres, and the hand's axes (B, 3, 3), in the base's frame."""
        last = self._frames(joints)[:, -1]
        return (last @ self._tip)[:, :3], last[:, :3, :3]

    def joints(self, poses: NDArray[Any], start: NDArray[Any]) -> NDArray[np.float32]:
        """Poses of chunks to joints, by inverse kinematics from where the arm is, each from the one before, so that none jumps.

        Args:
            poses: (B, K, 7).
            start: (B, 7) joints now.

        Returns:
            (B, K, 7) within the limits of the joints; as near as the arm comes where a pose is out of reach.
        """
        given = np.asarray(poses, dtype=np.float64)
        turns = Rotation.from_rotvec(given[..., 3:6].reshape(-1, 3)).as_matrix().reshape(*given.shape[:2], 3, 3) @ _DOWN
        angles = np.clip(np.asarray(start, dtype=np.float64)[:, :_LINKS], self._lower, self._upper)
        out = np.empty(given.shape, dtype=np.float32)
        out[..., 6] = given[..., 6]
        for step in range(given.shape[1]):
            angles = self._reached(angles, given[:, step, :3], turns[:, step])
            out[:, step, :_LINKS] = angles
        return out

    def _frames(self, joints: Floats) -> Floats:
        """Arm joints (B, 6) to the frame of every link in the base's, (B, 6, 4, 4)."""
        links = self._still + np.sin(joints)[..., None, None] * self._sine + np.cos(joints)[..., None, None] * self._cosine
        found = [links[:, 0]]
        for link in range(1, _LINKS):
            found.append(found[-1] @ links[:, link])
        return np.stack(found, 1)

    def _reached(self, joints: Floats, places: Floats, turns: Floats) -> Floats:
        """Arm joints (B, 6) that bring the fingertips to places (B, 3) and the hand to turns (B, 3, 3), or near.

        Damped least squares, the damping being the square of what is left (Sugihara, 2011): it holds back steps where the arm is
        stretched or a pose out of reach, and vanishes where the hand arrives.
        """
        for _ in range(_ITERATIONS):
            frames = self._frames(joints)
            tips, hand = frames[:, -1] @ self._tip, frames[:, -1, :3, :3]
            axes = (frames[..., :3, :3] @ self._axes)[..., 0]
            arms = tips[:, None, :3] - (frames @ self._anchors)[..., :3, 0]
            moved = axes[..., [1, 2, 0]] * arms[..., [2, 0, 1]] - axes[..., [2, 0, 1]] * arms[..., [1, 2, 0]]
            jacobian = np.concatenate((moved, _LENGTH_M * axes), -1)  # (B, 6 joints, 3 metres and 3 radians)
            off = turns @ hand.swapaxes(1, 2)
            about = np.stack((off[:, 2, 1] - off[:, 1, 2], off[:, 0, 2] - off[:, 2, 0], off[:, 1, 0] - off[:, 0, 1]), -1) / 2
            error = np.concatenate((places - tips[:, :3], _LENGTH_M * about), -1)
            left = (error * error).sum(-1)
            if left.max(initial=0.0) < _NEAR:
                break
            normal = jacobian @ jacobian.swapaxes(1, 2) + (_DAMPING + left)[:, None, None] * np.eye(_LINKS)
            step = np.linalg.solve(normal, jacobian @ error[..., None])[..., 0]
            joints = np.clip(joints + np.clip(step, -_STEP_RAD, _STEP_RAD), self._lower, self._upper)
        return joints


def apart(one: NDArray[Any], other: NDArray[Any]) -> tuple[Floats, Floats]:
    """How far poses (..., 7) are apart: metres (...) between the fingertips, radians (...) between how the hand is turned."""
    a, b = (np.asarray(poses, dtype=np.float64) for poses in (one, other))
    by = Rotation.from_rotvec(a[..., 3:6].reshape(-1, 3)) * Rotation.from_rotvec(b[..., 3:6].reshape(-1, 3)).inv()
    return np.linalg.norm(a[..., :3] - b[..., :3], axis=-1), by.magnitude().reshape(a.shape[:-1])


def told_as_poses(data: Joined, hand: Hand) -> NDArray[np.float32]:
    """Tell all states and actions of some data as poses, in place, also those that a demonstrator foresees.

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

    A policy of joints is told its hand as the turret sees it, with which the cameras turn. For the same from a pose the direction of
    the fingertips stands for the turret's: they are the same but for the forearm's roll, which moves them by less than 0.05 rad in
    the demonstrations. The numbers are as many as those of six joints, and the buffers the same, so that checkpoints are read as ever.
    """

    @classmethod
    def of(cls, body: Proprioception) -> HandProprioception:
        """In place of another of six joints and a gripper; of its buffers the normalisation counts."""
        made = cls(_LINKS + 1)
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
        axes = turned * turned.new_tensor(np.diag(_DOWN))
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
        return self.hand.joints(chunk[None], state[None])[0]


def open_hand_policy(folder: Path) -> HandPolicy:
    """The policy of poses in a folder, ready to move joints.

    Raises:
        PolicyError: There is none, or it is damaged.
    """
    policy = open_policy(folder, joints=POSE)
    network = policy.network  # type: ignore[attr-defined]
    network.body = HandProprioception.of(network.body)
    return HandPolicy(policy, Hand.load(folder))
