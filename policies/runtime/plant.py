"""Plant: the small protocol between the real-time engine and a body, so that a real arm can take a simulated one's place.

Positions are joint positions: radians for revolute joints, metres for prismatic ones (a parallel gripper's opening is one of them).
No verb may wait: ``read`` and ``image`` return the newest that there is, ``send`` hands over and returns.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from maps import Pose

__all__ = ["BaseReading", "Frame", "Plant", "PlantState", "SteppedPlant", "Targets"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseReading:
    """Where a mobile base is.

    Attributes:
        stamp: When that was true, seconds of the plant's clock.
        pose: In the map's frame, as the localisation says.
        linear: Forward speed, m/s.
        angular: Yaw rate, rad/s.
    """

    stamp: float
    pose: Pose
    linear: float = 0.0
    angular: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantState:
    """What the joints and the base measure.

    Attributes:
        stamp: When the joints were read, seconds of the plant's clock.
        positions: (n,) rad or m, in the order of ``Plant.joint_names``.
        velocities: (n,) rad/s or m/s.
        efforts: (n,) measured N m or N; None when the robot does not measure them.
        base: None for an arm that is bolted down.
    """

    stamp: float
    positions: tuple[float, ...]
    velocities: tuple[float, ...]
    efforts: tuple[float, ...] | None = None
    base: BaseReading | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A camera's picture.

    Attributes:
        stamp: When it was taken, seconds of the plant's clock.
        pixels: (height, width, 3) uint8, RGB.
    """

    stamp: float
    pixels: NDArray[np.uint8] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What is sent in one tick; it has been through the safety filter.

    Attributes:
        positions: (n,) where the joints shall be one tick from now, rad or m.
        velocities: (n,) with which speed they then move, rad/s or m/s: feed-forward for a servo that takes it.
        grip_force_n: What each finger may press with at most, newtons.
        linear: Base: forward speed, m/s.
        angular: Base: yaw rate, rad/s.
        hold_s: How long these two hold without newer ones, seconds; then the base is to brake by itself, as with a ``cmd_vel``
            timeout. A base that does not drives on when the engine dies.
    """

    positions: tuple[float, ...]
    velocities: tuple[float, ...]
    grip_force_n: float = 0.0
    linear: float = 0.0
    angular: float = 0.0
    hold_s: float = 0.05


@runtime_checkable
class Plant(Protocol):
    """A body that the engine drives."""

    @property
    def joint_names(self) -> tuple[str, ...]:
        """The joints, in the order of every vector; a limits file must name the same ones."""

    @property
    def cameras(self) -> Mapping[str, tuple[int, int]]:
        """(height, width) of each camera's pictures, by the camera's name."""

    def now(self) -> float:
        """The plant's clock, seconds, never going back; ``time.monotonic`` for a real robot, simulated time otherwise."""

    def read(self) -> PlantState:
        """The newest measurements."""

    def image(self, camera: str) -> Frame:
        """The newest picture of a camera."""

    def send(self, targets: Targets) -> None:
        """Take new targets; called once per tick."""

    def hold(self) -> None:
        """Stay where you are until the next ``send``: joints at their positions, base at rest, grip as it is."""

    def close(self) -> None:
        """Give the hardware back; called once, after ``hold``."""


@runtime_checkable
class SteppedPlant(Plant, Protocol):
    """A simulated plant, whose time passes when it is told to."""

    def advance(self, seconds: float) -> None:
        """Let simulated time pass; ``now`` is then that much later."""
