"""Plane geometry of small polygons: containment, area, and which grid cells a shape touches."""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from maps.geometry import Point
from maps.grid import GridFrame

__all__ = ["area", "contains", "is_simple", "line_cells", "touched_cells"]

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


@lru_cache(maxsize=4096)
def line_cells(frame: GridFrame, line: tuple[Point, ...]) -> npt.NDArray[np.int64]:
    """``touched_cells`` of a polyline, such as a shut door: read-only, and worked out once."""
    cells = _one_line(frame, *line) if len(line) == 2 else touched_cells(frame, line, closed=False)
    cells.flags.writeable = False
    return cells


def _one_line(frame: GridFrame, start: Point, end: Point) -> npt.NDArray[np.int64]:
    """``touched_cells`` of one straight line, row by row: a door that has just shut is short, and arrays would take longer."""
    (ax, ay), (bx, by) = frame.local((start, end)).tolist()
    if not math.isfinite(ax + ay + bx + by):
        return touched_cells(frame, (start, end), closed=False)
    y0, y1 = min(ay, by), max(ay, by)
    flat = y1 - y0 < _TOLERANCE
    slope = 0.0 if flat else (bx - ax) / (by - ay)
    cells: list[tuple[int, int]] = []
    for row in range(max(math.ceil(y0 - _TOLERANCE) - 1, 0), min(math.floor(y1 + _TOLERANCE), frame.height - 1) + 1):
        sides = (ax, bx) if flat else [ax + (min(max(row + side, y0), y1) - ay) * slope for side in (0, 1)]
        first, last = math.ceil(min(sides) - _TOLERANCE) - 1, math.floor(max(sides) + _TOLERANCE)
        cells += [(row, col) for col in range(max(first, 0), min(last, frame.width - 1) + 1)]
    return np.array(cells, dtype=np.int64).reshape(-1, 2)


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
    spans = _segment_spans(shape, np.roll(shape, -1, axis=0) if closed else shape[1:], low, high)
    if closed:
        spans = np.concatenate((spans, _inside_spans(shape, low, high)), axis=1)
    rows, first, last = spans
    first, last = np.maximum(first, low[0]), np.minimum(last, high[0])
    seen = last >= first
    return _cells_of(rows[seen], first[seen], last[seen], int(high[0]) + 2)


def _cells_of(
    rows: npt.NDArray[np.int64], first: npt.NDArray[np.int64], last: npt.NDArray[np.int64], width: int
) -> npt.NDArray[np.int64]:
    """The cells of spans that may overlap, each once: as stretches of one long row, merged and written out."""
    begins, ends = rows * width + first, rows * width + last
    if not len(begins):
        return np.empty((0, 2), dtype=np.int64)
    order = np.argsort(begins, kind="stable")
    begins, reached = begins[order], np.maximum.accumulate(ends[order])
    new = np.ones(len(begins), dtype=bool)
    new[1:] = begins[1:] > reached[:-1]
    starts = np.flatnonzero(new)
    begins, reached = begins[starts], reached[np.append(starts[1:], len(reached)) - 1]
    counts = reached - begins + 1
    steps = np.ones(int(counts.sum()), dtype=np.int64)
    steps[0] = begins[0]
    steps[np.cumsum(counts)[:-1]] = begins[1:] - reached[:-1]
    along = np.cumsum(steps, out=steps)
    cells = np.empty((len(along), 2), dtype=np.int64)
    cells[:, 0] = np.repeat(begins // width, counts)
    np.subtract(along, width * cells[:, 0], out=cells[:, 1])
    return cells


_Spans = npt.NDArray[np.int64]
"""(3, N) row, first and last column."""


def _rows_of(low: npt.NDArray[np.int64], high: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each edge every row from its first to its last: the edge's number and the row."""
    counts = np.maximum(high - low + 1, 0)
    edge = np.repeat(np.arange(len(counts)), counts)
    return edge, np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts) + low[edge]


def _segment_spans(
    a: npt.NDArray[np.float64], b: npt.NDArray[np.float64], low: npt.NDArray[np.int64], high: npt.NDArray[np.int64]
) -> _Spans:
    """The cells whose closed square meets a segment a-b (units of cells), row by row."""
    a = a[: len(b)]
    y0, y1 = np.minimum(a[:, 1], b[:, 1]), np.maximum(a[:, 1], b[:, 1])
    first = np.maximum(np.ceil(y0 - _TOLERANCE).astype(np.int64) - 1, low[1])
    last = np.minimum(np.floor(y1 + _TOLERANCE).astype(np.int64), high[1])
    edge, rows = _rows_of(first, last)
    a, b, y0, y1 = a[edge], b[edge], y0[edge], y1[edge]
    flat = y1 - y0 < _TOLERANCE
    slope = (b[:, 0] - a[:, 0]) / np.where(flat, 1.0, b[:, 1] - a[:, 1])
    at = [a[:, 0] + (np.clip(rows + side, y0, y1) - a[:, 1]) * slope for side in (0, 1)]
    left = np.where(flat, np.minimum(a[:, 0], b[:, 0]), np.minimum(*at))
    right = np.where(flat, np.maximum(a[:, 0], b[:, 0]), np.maximum(*at))
    ends = (np.ceil(left - _TOLERANCE).astype(np.int64) - 1, np.floor(right + _TOLERANCE).astype(np.int64))
    return np.stack((rows, *ends))


def _inside_spans(shape: npt.NDArray[np.float64], low: npt.NDArray[np.int64], high: npt.NDArray[np.int64]) -> _Spans:
    """The cells whose centre lies inside the ring (even-odd), one scan line per row."""
    a, b = shape, np.roll(shape, -1, axis=0)
    y0, y1 = np.minimum(a[:, 1], b[:, 1]), np.maximum(a[:, 1], b[:, 1])
    first = np.maximum(np.floor(y0).astype(np.int64) - 1, low[1])
    edge, rows = _rows_of(first, np.minimum(np.ceil(y1).astype(np.int64), high[1]))
    y = rows + 0.5
    crossing = (a[edge, 1] > y) != (b[edge, 1] > y)
    edge, rows, y = edge[crossing], rows[crossing], y[crossing]
    (ax, ay), (bx, by) = a[edge].T, b[edge].T
    hits = ax + (y - ay) / (by - ay) * (bx - ax)
    order = np.lexsort((hits, rows))
    hits, rows = hits[order], rows[order]
    ends = (np.ceil(hits[::2] - 0.5).astype(np.int64), np.floor(hits[1::2] - 0.5).astype(np.int64))
    return np.stack((rows[::2], *ends))


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
