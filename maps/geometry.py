"""Poses and points in the map frame: metres and radians, right-handed, yaw counter-clockwise from +x."""

import math
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Point", "Pose", "distance", "wrap_angle"]

Point: TypeAlias = tuple[float, float]
"""A position in the map frame, metres."""


@dataclass(frozen=True, slots=True)
class Pose:
    """A planar pose: x, y in metres and yaw in radians, map frame."""

    x: float
    y: float
    yaw: float = 0.0

    @property
    def point(self) -> Point:
        """The position without the heading."""
        return (self.x, self.y)


def distance(a: Point, b: Point) -> float:
    """Euclidean distance between two points, metres."""
    return math.hypot(a[0] - b[0], a[1] - b[1])


def wrap_angle(angle: float) -> float:
    """The same angle in [-pi, pi)."""
    return (angle + math.pi) % (2 * math.pi) - math.pi
