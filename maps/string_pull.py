"""String pulling: a grid route drawn taut, keeping the needed clearance exactly along every segment."""

import numpy as np
import numpy.typing as npt

from maps.swept import clear_segments

__all__ = ["pull"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def pull(blocked: BoolArray, clearance: FloatArray, points: FloatArray, needed: float, scale: float = 1.0) -> FloatArray:
    """Shorten a polyline by leaping from vertex to the farthest vertex that is straight ahead and clear.

    Pulled from both ends, and the shorter of the two is taken. Consecutive input vertices are trusted to be joined by
    clear segments, as those of a grid route are.

    Args:
        blocked: (H, W) obstacle cells.
        clearance: (H, W) exact clearance of the cell centres.
        points: (N, 2) vertices as (x, y) in cells.
        needed: Clearance to keep, cells.
        scale: What one cell is in the unit of ``clearance``.

    Returns:
        (M, 2) vertices, a part of ``points`` with the same first and last.
    """
    if len(points) < 3:
        return points
    ahead = _leap(blocked, clearance, points, needed, scale)
    back = _leap(blocked, clearance, points[::-1], needed, scale)[::-1]
    return ahead if _length(ahead) <= _length(back) + 1e-9 else back


def _leap(blocked: BoolArray, clearance: FloatArray, points: FloatArray, needed: float, scale: float = 1.0) -> FloatArray:
    last = len(points) - 1
    kept = [0]
    while kept[-1] < last:
        at = kept[-1]
        low, high = at + 1, last + 1
        reach = 2
        while low + 1 < high:
            tries = _candidates(low, high, at, reach)
            clear = clear_segments(blocked, clearance, np.repeat(points[at : at + 1], len(tries), 0), points[tries], needed, scale)
            good = tries[clear]
            if len(good):
                low = int(good[-1])
            later = tries[tries > low]
            if len(later):
                high = int(later[0])
            reach *= 16
        kept.append(low)
    return points[kept]


def _candidates(low: int, high: int, at: int, reach: int) -> npt.NDArray[np.int64]:
    """A few vertices strictly between two indices: doubling leaps at first, even steps once both ends are known."""
    if reach == 2:
        leaps = at + np.left_shift(2, np.arange(40, dtype=np.int64))
        leaps = leaps[leaps < high]
        if high - 1 > low and (not len(leaps) or leaps[-1] != high - 1):
            leaps = np.append(leaps, high - 1)
        return leaps[leaps > low]
    tries = np.linspace(low, high, 10).astype(np.int64)[1:-1].clip(low + 1, high - 1)
    return np.asarray(tries[np.append(True, tries[1:] > tries[:-1])])


def _length(points: FloatArray) -> float:
    return float(np.hypot(*np.diff(points, axis=0).T).sum())
