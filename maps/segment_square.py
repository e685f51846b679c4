"""Exact distances from segments to closed unit squares: one segment and one square each, all at once.

Points are (2, n), all x and then all y: numpy is several times faster along the longer axis. A square is given by its low corner.
"""

import numpy as np
import numpy.typing as npt

__all__ = ["point_to_square", "segment_apart", "segment_to_square"]

FloatArray = npt.NDArray[np.float64]

_CORNERS = np.array(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))[..., None]


def segment_to_square(a: FloatArray, b: FloatArray, corner: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Distance from segments to unit squares given by their low corners, and the points (n, 2) of the segments nearest to them.

    For disjoint convex shapes the least distance is taken at a corner of one of them; crossing gives 0.
    """
    along = b - a
    foot, apart = _feet(a, along, corner)
    points = np.concatenate((a[None], b[None], foot))
    apart = np.concatenate((point_to_square(a, corner)[None], point_to_square(b, corner)[None], apart))
    which, number = apart.argmin(axis=0), np.arange(len(apart[0]))
    best, point = apart[which, number], points[which, :, number]
    enter = _entry(a, along, corner)
    crossing = enter <= 1.0
    best[crossing] = 0.0
    point[crossing] = (a[:, crossing] + enter[crossing] * along[:, crossing]).T
    return best, point


def segment_apart(a: FloatArray, b: FloatArray, corner: FloatArray) -> FloatArray:
    """Only the distance (n,) from segments to unit squares."""
    along = b - a
    apart = np.asarray(_feet(a, along, corner)[1].min(axis=0))
    np.minimum(apart, point_to_square(a, corner), out=apart)
    np.minimum(apart, point_to_square(b, corner), out=apart)
    apart[_entry(a, along, corner) <= 1.0] = 0.0
    return apart


def _feet(a: FloatArray, along: FloatArray, corner: FloatArray) -> tuple[FloatArray, FloatArray]:
    """For each corner of the squares the nearest point of the segment, (4, 2, n), and how far it is, (4, n)."""
    tip = corner + _CORNERS
    square = np.maximum(along[0] * along[0] + along[1] * along[1], 1e-300)
    gap = tip - a
    share = np.clip((gap[:, 0] * along[0] + gap[:, 1] * along[1]) / square, 0.0, 1.0)
    foot = a + share[:, None] * along
    gap = tip - foot
    return foot, np.hypot(gap[:, 0], gap[:, 1])


def point_to_square(point: FloatArray, corner: FloatArray) -> FloatArray:
    """The distance (n,) from points to unit squares, 0 inside."""
    return np.asarray(np.hypot(*np.maximum(np.maximum(corner - point, point - corner - 1.0), 0.0)))


def _entry(a: FloatArray, along: FloatArray, corner: FloatArray) -> FloatArray:
    """The share of each segment at which it enters its closed square; 2 where it does not."""
    still = np.abs(along) < 1e-300
    safe = np.where(still, 1.0, along)
    first, second = (corner - a) / safe, (corner + 1.0 - a) / safe
    low, high = np.minimum(first, second), np.maximum(first, second)
    if still.any():
        within = (corner <= a) & (a <= corner + 1.0)
        low[still], high[still] = np.where(within[still], -np.inf, np.inf), np.where(within[still], np.inf, -np.inf)
    enter, leave = np.maximum(low.max(axis=0), 0.0), np.minimum(high.min(axis=0), 1.0)
    return np.asarray(np.where(enter <= leave, enter, 2.0))
