"""Processors: raw observations to the network's numbers and back. The statistics belong to one robot and are hashed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policies.policy import IMAGES, Batch, Chunk, PolicyError
from policies.vla.config import VLAConfig

__all__ = ["PACE_S", "Stats", "StatsMismatch", "digest_of", "pictures_of", "prefix_of"]

Floats = NDArray[np.float32]
PACE_S = 0.5
"""What makes velocities normalised ones: how far the joints get in this time, seconds."""
_LEAST_SPREAD = 1e-3
"""Radians or metres: a joint that hardly moves in the data is not blown up to fill [-1, 1]."""


class StatsMismatch(PolicyError):
    """Normalisation that was made for another robot; the message names the joints that differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """Middle and half range per joint, from the 0.1 % and 99.9 % quantiles of a dataset's states and actions together.

    State and action share them, because both are joint positions; what lies beyond goes beyond [-1, 1] and is not cut off.

    Attributes:
        joints: Names, in order.
        middle: (D,) radians or metres.
        spread: (D,) half of the range.
    """

    joints: tuple[str, ...]
    middle: tuple[float, ...]
    spread: tuple[float, ...]

    @classmethod
    def of(cls, joints: tuple[str, ...], values: NDArray[np.floating[Any]]) -> Stats:
        """From (N, D) states and actions."""
        low, high = np.quantile(np.asarray(values, dtype=np.float64), (0.001, 0.999), axis=0)
        spread = np.maximum((high - low) / 2, _LEAST_SPREAD)
        return cls(joints=tuple(joints), middle=tuple(((low + high) / 2).tolist()), spread=tuple(spread.tolist()))

    @property
    def digest(self) -> str:
        """A hash that goes into checkpoints and exports, 16 hexadecimal digits."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()[:16]

    def normalise(self, values: NDArray[np.floating[Any]]) -> Floats:
        """(..., D) radians and metres to about [-1, 1]."""
        return np.asarray((np.asarray(values) - self.middle) / self.spread, dtype=np.float32)

    def paced(self, velocities: NDArray[np.floating[Any]]) -> Floats:
        """(..., D) rad/s and m/s to about the size of normalised joints."""
        return np.asarray(np.asarray(velocities) * (PACE_S / np.array(self.spread)), dtype=np.float32)

    def restore(self, values: NDArray[np.floating[Any]]) -> Floats:
        """The inverse of ``normalise``."""
        return np.asarray(np.asarray(values, dtype=np.float64) * self.spread + self.middle, dtype=np.float32)

    def check(self, joints: tuple[str, ...]) -> None:
        """Make sure that they are for these joints.

        Raises:
            StatsMismatch: They are not.
        """
        if tuple(joints) != self.joints:
            raise StatsMismatch(
                f"the statistics are for the joints {', '.join(self.joints)}, the robot has {', '.join(joints)}; "
                "a policy moves only the robot that it was trained on"
            )

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {"joints": list(self.joints), "middle": [*map(float, self.middle)], "spread": [*map(float, self.spread)]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Stats:
        """From plain data.

        Raises:
            StatsMismatch: A list is missing, of another length, or holds what is no positive, finite number.
        """
        try:
            joints = tuple(str(name) for name in data["joints"])
            middle, spread = (tuple(float(value) for value in data[key]) for key in ("middle", "spread"))
        except (KeyError, TypeError, ValueError) as error:
            raise StatsMismatch(f"the statistics cannot be read: {error!r}; export the policy anew") from None
        numbers = np.array([*middle, *spread])
        if not (len(joints) == len(middle) == len(spread)) or not np.isfinite(numbers).all() or min(spread, default=0.0) <= 0:
            raise StatsMismatch(
                f"the statistics are broken: {len(joints)} joints, {len(middle)} middles, {len(spread)} spreads, which must be "
                "as many, finite and (spreads) positive; export the policy anew"
            )
        return cls(joints=joints, middle=middle, spread=spread)


def digest_of(file: Path) -> str:
    """A hash of a file's content, 16 hexadecimal digits."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()[:16]


def pictures_of(batch: Batch, cameras: tuple[str, ...]) -> Floats:
    """The pictures of a checked batch, (C, 3, S, S) in [-1, 1]."""
    stacked = np.stack([np.asarray(batch[IMAGES + name]) for name in cameras])
    return np.ascontiguousarray(stacked.transpose(0, 3, 1, 2), dtype=np.float32) / np.float32(127.5) - np.float32(1.0)


def prefix_of(config: VLAConfig, stats: Stats, inference_delay: int, left_over: Chunk | None) -> tuple[Floats, Floats]:
    """The committed actions as decode takes them: (P, D) normalised and (P,) which are given; at most ``config.prefix``."""
    prefix = np.zeros((config.prefix, len(config.joints)), dtype=np.float32)
    given = np.zeros(config.prefix, dtype=np.float32)
    if left_over is not None and inference_delay > 0:
        count = min(inference_delay, len(left_over), config.prefix)
        prefix[:count] = stats.normalise(np.asarray(left_over)[:count])
        given[:count] = 1.0
    return prefix, given
