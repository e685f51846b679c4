"""Poses of the hand: from joints to where it is and how it is turned, and back; for ``benchmarks.policy_hand_actions``.

A pose is seven numbers: where the fingertips are, x, y and z in metres in the base's frame; how the hand is turned, as the rotation
vector, radians along the base's axes, that brings it there from pointing straight down with the turret ahead; and the gripper's
opening as it is. Rotation vectors jump at pi, so that what they are measured from matters: in 1,300 demonstrations the mean of how
the hand is turned is 5 mrad from this reference, and 2 rad from it is the furthest. From a hand that points down the other way
round half of them would be further than 2.7 rad.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from policies.arm import ARM
from policies.policy import PolicyError
from policies.vla.dynamics import load_chain

__all__ = ["DOWN", "POSE", "Hand", "apart"]

Floats = NDArray[np.float64]
POSE = ("x", "y", "z", "turn_x", "turn_y", "turn_z", "gripper")
"""Names of a pose's entries; they are no robot's joints, so that a policy of poses is refused where joints are asked for."""
DOWN: Floats = np.diag([-1.0, 1.0, -1.0])
"""How the hand is turned that points straight down with the turret ahead: half a turn about y, as far as the pitch joints bend."""

_LINKS = 6
_LENGTH_M = 0.2
"""An error of one radian counts as much as one of so many metres."""
_ITERATIONS, _STEP_RAD, _STILL_RAD = 12, 0.5, 1e-5
"""At most so many steps, none of a joint longer than that; where none is longer than the last number, the arm comes no nearer."""
_NEAR, _DAMPING, _MOST_DAMPING = 1e-13, 1e-6, 1e-2
"""Square metres: an error below which the hand is there, what of damping is left where it vanishes, and the most of it."""
_ROWS = 20_000


class Hand:
    """Joints to poses of the hand and back, for an arm of six joints that turn and a gripper.

    Everything is numpy, not torch: for one arm at a time an operator of numpy costs less than half, and inverse kinematics of one
    chunk is some thousands of them.

    Args:
        file: The arm, as ``Chain.save`` writes it.
        joints: Their names, the gripper last. Of ``ARM``'s the limits and the fingertips are known; others have no limits, and a
            pose is that of the last link's frame.

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
            out[rows, 3:6] = Rotation.from_matrix(turn @ DOWN).as_rotvec()
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
        turns = Rotation.from_rotvec(given[..., 3:6].reshape(-1, 3)).as_matrix().reshape(*given.shape[:2], 3, 3) @ DOWN
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
            normal = jacobian @ jacobian.swapaxes(1, 2) + (_DAMPING + np.minimum(left, _MOST_DAMPING))[:, None, None] * np.eye(
                _LINKS
            )
            step = np.linalg.solve(normal, jacobian @ error[..., None])[..., 0]
            before, joints = joints, np.clip(joints + np.clip(step, -_STEP_RAD, _STEP_RAD), self._lower, self._upper)
            if np.abs(joints - before).max(initial=0.0) < _STILL_RAD:
                break
        return joints


def apart(one: NDArray[Any], other: NDArray[Any]) -> tuple[Floats, Floats]:
    """How far poses (..., 7) are apart: metres (...) between the fingertips, radians (...) between how the hand is turned."""
    a, b = (np.asarray(poses, dtype=np.float64) for poses in (one, other))
    by = Rotation.from_rotvec(a[..., 3:6].reshape(-1, 3)) * Rotation.from_rotvec(b[..., 3:6].reshape(-1, 3)).inv()
    metres: Floats = np.linalg.norm(a[..., :3] - b[..., :3], axis=-1)
    return metres, np.asarray(by.magnitude()).reshape(a.shape[:-1])
