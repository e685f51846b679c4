"""String pulling: a grid route drawn taut, keeping the needed clearance exactly along every segment.

The same code runs compiled on large maps and as plain Python, so both give the same route. All lengths are in cells.
"""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import compiled, use_numba
from maps.sightline import KERNELS, is_clear

__all__ = ["pull"]

FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]


def pull(blocked: BoolArray, clearance: FloatArray, points: FloatArray, needed: float, scale: float = 1.0) -> FloatArray:
    """Shorten a polyline by leaping from vertex to the farthest vertex that is straight ahead and clear.

    Pulled from both ends, and the shorter of the two is taken. Consecutive input vertices are trusted to be joined by
    clear segments, as those of a grid route are.

    Args:
        blocked: (H, W) obstacle cells, C order.
        clearance: (H, W) exact clearance of the cell centres, C order.
        points: (N, 2) vertices as (x, y) in cells.
        needed: Clearance to keep, cells.
        scale: What one cell is in the unit of ``clearance``.

    Returns:
        (M, 2) vertices, a part of ``points`` with the same first and last.
    """
    if len(points) < 3:
        return points
    ahead = points[_kept(blocked, clearance, points, needed, scale)]
    back = points[::-1][_kept(blocked, clearance, points[::-1], needed, scale)][::-1]
    return ahead if _length(ahead) <= _length(back) + 1e-9 else back


def _kept(blocked: BoolArray, clearance: FloatArray, points: FloatArray, needed: float, scale: float) -> npt.NDArray[np.int64]:
    """Indices of the vertices that stay, pulled from the first on."""
    height, width = blocked.shape
    kept = np.empty(len(points), dtype=np.int64)
    cells, field = blocked.view(np.uint8).reshape(-1), clearance.reshape(-1)
    xs, ys = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    if use_numba(blocked.size):
        count = compiled(*KERNELS, _leap)(cells, field, width, height, scale, xs, ys, needed, kept)
    else:
        count = _leap(cells.data, field.data, width, height, scale, xs.tolist(), ys.tolist(), needed, kept)
    return kept[:count]


def _leap(blocked: Any, field: Any, width: int, height: int, scale: float, xs: Any, ys: Any, needed: float, kept: Any) -> int:
    """Fill in the indices of the kept vertices; returns how many they are.

    From each, the farthest of the vertices 2, 4, 8, ... ahead and the last that is clear, then halving up to the next of them.
    """
    last = len(xs) - 1
    at, count = 0, 1
    kept[0] = 0
    while at < last:
        low, high = at + 1, last + 1
        stride = 2
        while at + stride < last:
            stride *= 2
        probe = last
        while probe > at + 1:
            if is_clear(blocked, field, width, height, scale, xs[at], ys[at], xs[probe], ys[probe], needed):
                low = probe
                break
            high = probe
            stride //= 2
            probe = at + stride
        while high - low > 1:
            middle = (low + high) // 2
            if is_clear(blocked, field, width, height, scale, xs[at], ys[at], xs[middle], ys[middle], needed):
                low = middle
            else:
                high = middle
        kept[count] = low
        count += 1
        at = low
    return count


def _length(points: FloatArray) -> float:
    return float(np.hypot(*np.diff(points, axis=0).T).sum())
