"""Points and lines that several checks measure: distance to a ring, a door's middle and its two sides."""

import math

import numpy as np
import numpy.typing as npt

from maps.features import Door
from maps.geometry import Point

__all__ = ["middle_of", "side_points", "to_ring"]


def to_ring(outline: tuple[Point, ...], point: Point) -> float:
    """Distance from a point to a ring's border, metres."""
    a = np.array(outline)
    d = np.roll(a, -1, axis=0) - a
    t = np.clip(((np.array(point) - a) * d).sum(axis=1) / np.maximum((d * d).sum(axis=1), 1e-12), 0.0, 1.0)
    return float(np.min(np.linalg.norm(a + d * t[:, None] - np.array(point), axis=1)))


def middle_of(door: Door) -> Point:
    """The middle of a doorway, metres."""
    (x0, y0), (x1, y1) = door.segment
    return ((x0 + x1) / 2, (y0 + y1) / 2)


def side_points(door: Door, away: npt.ArrayLike, along: int = 5) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Points before and behind a doorway.

    Args:
        door: The door.
        away: (k,) distances from the doorway, metres.
        along: So many points along its middle four fifths.

    Returns:
        Two arrays (k * along, 2), metres: on the left and on the right of the way from the first jamb to the second.
    """
    (x0, y0), (x1, y1) = door.segment
    length = math.hypot(x1 - x0, y1 - y0)
    normal = np.array([-(y1 - y0), x1 - x0]) / length
    share = np.linspace(0.1, 0.9, along)[:, None]
    line = np.array([x0, y0]) + share * np.array([x1 - x0, y1 - y0])
    offsets = np.atleast_1d(np.asarray(away, dtype=np.float64))[:, None, None] * normal
    return (line[None] + offsets).reshape(-1, 2), (line[None] - offsets).reshape(-1, 2)
