"""Plane geometry of small polygons: containment, area, and which grid cells a shape touches."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from maps.geometry import Point
from maps.grid import GridFrame

__all__ = ["area", "contains", "is_simple", "touched_cells"]

_TOLERANCE = 1e-9
_PAIRS = 1 << 16
"""So many pairs of edges, about, are looked at in one go."""


def area(outline: Sequence[Point]) -> float:
    """Area of a simple ring (closed, without the repeated last point), square metres."""
    total = 0.0
    for i, (x0, y0) in enumerate(outline):
        x1, y1 = outline[(i + 1) % len(outline)]
        total += x0 * y1 - x1 * y0
    return abs(total) / 2


def contains(outline: Sequence[Point], point: Point) -> bool:
    """Whether a point lies in a simple ring or on its border (even-odd rule)."""
    x, y = point
    inside = False
    for i, (x0, y0) in enumerate(outline):
        x1, y1 = outline[(i + 1) % len(outline)]
        cross = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)
        if (
            abs(cross) <= _TOLERANCE * max(1.0, abs(x1 - x0) + abs(y1 - y0))
            and min(x0, x1) - _TOLERANCE <= x <= max(x0, x1) + _TOLERANCE
            and min(y0, y1) - _TOLERANCE <= y <= max(y0, y1) + _TOLERANCE
        ):
            return True
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
            inside = not inside
    return inside


def touched_cells(frame: GridFrame, points: Sequence[Point], *, closed: bool = True) -> npt.NDArray[np.int64]:
    """The cells whose closed square touches a shape.

    Args:
        frame: The grid.
        points: Vertices of a filled polygon (``closed``) or of a polyline, metres.
        closed: Whether the points are a ring whose inside counts too.

    Returns:
        (N, 2) array of (row, column), sorted, inside the grid.
    """
    if not points:
        return np.empty((0, 2), dtype=np.int64)
    shape = frame.local(points)
    low = np.maximum(np.floor(shape.min(axis=0) - 1), 0).astype(np.int64)
    high = np.minimum(np.floor(shape.max(axis=0) + 1), (frame.width - 1, frame.height - 1)).astype(np.int64)
    if np.any(high < low):
        return np.empty((0, 2), dtype=np.int64)
    touched = np.zeros((high[1] - low[1] + 1, high[0] - low[0] + 1), dtype=bool)
    ends = np.roll(shape, -1, axis=0) if closed else shape[1:]
    for a, b in zip(shape, ends, strict=False):
        _mark_segment(touched, low, a, b)
    if closed:
        _mark_inside(touched, low, shape)
    return np.asarray(np.argwhere(touched) + low[::-1], dtype=np.int64)


def _mark_segment(
    touched: npt.NDArray[np.bool_],
    low: npt.NDArray[np.int64],
    a: npt.NDArray[np.float64],
    b: npt.NDArray[np.float64],
) -> None:
    """Mark the cells whose closed square meets the segment a-b (units of cells), row by row."""
    y0, y1 = min(a[1], b[1]), max(a[1], b[1])
    first = max(int(np.ceil(y0 - _TOLERANCE)) - 1 - int(low[1]), 0)
    last = min(int(np.floor(y1 + _TOLERANCE)) - int(low[1]), touched.shape[0] - 1)
    if last < first:
        return
    rows = np.arange(first, last + 1)
    if y1 - y0 < _TOLERANCE:
        x_low = np.full(rows.shape, min(a[0], b[0]))
        x_high = np.full(rows.shape, max(a[0], b[0]))
    else:
        bottom = np.clip(rows + low[1], y0, y1)
        top = np.clip(rows + low[1] + 1, y0, y1)
        slope = (b[0] - a[0]) / (b[1] - a[1])
        x_bottom, x_top = a[0] + (bottom - a[1]) * slope, a[0] + (top - a[1]) * slope
        x_low, x_high = np.minimum(x_bottom, x_top), np.maximum(x_bottom, x_top)
    col_low = np.maximum(np.ceil(x_low - _TOLERANCE).astype(np.int64) - 1 - low[0], 0)
    col_high = np.minimum(np.floor(x_high + _TOLERANCE).astype(np.int64) - low[0], touched.shape[1] - 1)
    for row, c0, c1 in zip(rows, col_low, col_high, strict=True):
        touched[row, c0 : max(c1 + 1, c0)] = True


def _mark_inside(touched: npt.NDArray[np.bool_], low: npt.NDArray[np.int64], shape: npt.NDArray[np.float64]) -> None:
    """Mark the cells whose centre lies inside the ring (even-odd), one scan line per row."""
    xs, ys = shape[:, 0], shape[:, 1]
    xn, yn = np.roll(xs, -1), np.roll(ys, -1)
    for row in range(touched.shape[0]):
        y = row + low[1] + 0.5
        crossing = (ys > y) != (yn > y)
        if not crossing.any():
            continue
        x0, y0, x1, y1 = xs[crossing], ys[crossing], xn[crossing], yn[crossing]
        hits = np.sort(x0 + (y - y0) / (y1 - y0) * (x1 - x0))
        for left, right in zip(hits[::2], hits[1::2], strict=True):
            c0 = max(int(np.ceil(left - 0.5)) - int(low[0]), 0)
            c1 = min(int(np.floor(right - 0.5)) - int(low[0]), touched.shape[1] - 1)
            touched[row, c0 : max(c1 + 1, c0)] = True


def is_simple(outline: Sequence[Point]) -> bool:
    """Whether a ring has at least three corners and no two of its edges cross, overlap or touch but at their shared corner."""
    n = len(outline)
    if n < 3 or len(set(outline)) != n:
        return False
    a = np.asarray(outline, dtype=np.float64)
    b = np.concatenate((a[1:], a[:1]))
    rows = max(1, _PAIRS // n)
    for first in range(0, n - 1, rows):
        counts = np.arange(n - 1 - first, max(n - 1 - first - rows, 0), -1)
        edge = np.repeat(np.arange(first, first + len(counts)), counts)
        other = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts) + edge + 1
        p, q, c, d = a[edge], b[edge], a[other], b[other]
        side_c, side_d = _cross(q - p, c - p), _cross(q - p, d - p)
        side_p, side_q = _cross(d - c, p - c), _cross(d - c, q - c)
        apart = (side_c * side_d > 0) | (side_p * side_q > 0) | _boxes_apart(p, q, c, d)
        neighbour = (other == edge + 1) | ((edge == 0) & (other == n - 1))
        folded = neighbour & (side_c == 0) & (side_d == 0) & (((q - p) * (d - c)).sum(axis=1) < 0)
        if np.any(~apart & ~neighbour) or np.any(folded):
            return False
    return True


def _cross(u: npt.NDArray[np.float64], v: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0])


def _boxes_apart(
    p: npt.NDArray[np.float64], q: npt.NDArray[np.float64], c: npt.NDArray[np.float64], d: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    low, high = np.minimum(p, q), np.maximum(p, q)
    return np.asarray(((np.minimum(c, d) > high) | (np.maximum(c, d) < low)).any(axis=1))
