"""Exact clearance of straight motion: the distance from segments to the nearest obstacle square.

A segment is cut into pieces that are bounded by the field (``maps.pieces``); only pieces that this leaves open are measured,
against the few squares in the ring that can decide. All lengths here are in cells, x = column, y = row. Inside this module points
are kept as (2, n), all x and then all y: numpy is several times faster along the longer axis.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maps.compiled import compiled, use_numba
from maps.huge.capped import CAP
from maps.huge.reading import sight_field
from maps.nearest_piece import FAR, KERNELS, SQUARES
from maps.pieces import Pieces, cut, narrowed, pairs, piece_counts
from maps.segment_square import point_to_square, segment_apart, segment_to_square
from maps.sightline import MISSING

__all__ = ["Tightest", "clear_segments", "furthest_clear", "room_at", "tightest"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

NANO = 1e-9
"""Cells: what rounding may take from a clearance that is met exactly."""

_ROUNDING = 1e-12
"""Cells: more than rounding can change in a distance to a square nearby."""


@dataclass(frozen=True, slots=True)
class Tightest:
    """Where a polyline comes nearest to an obstacle: the exact distance and the point on the polyline, cells."""

    clearance: float
    x: float
    y: float


def clear_segments(
    blocked: BoolArray, clearance: FloatArray, a: FloatArray, b: FloatArray, needed: float, scale: float = 1.0
) -> BoolArray:
    """Which segments keep at least ``needed`` from every obstacle square and from the outside.

    Args:
        blocked: (H, W) obstacle cells.
        clearance: (H, W) exact clearance of the cell centres.
        a: (N, 2) starts as (x, y) in cells.
        b: (N, 2) ends.
        needed: Clearance in cells, met to within 1e-9.
        scale: What one cell is in the unit of ``clearance``.

    Returns:
        (N,) whether each segment is clear.
    """
    a, b = np.asarray(a, dtype=np.float64).reshape(-1, 2), np.asarray(b, dtype=np.float64).reshape(-1, 2)
    pieces = cut(clearance, scale, a, b)
    clear = np.ones(len(a), dtype=bool)
    clear[pieces.owner[pieces.high < needed - NANO]] = False
    _strike(clear, blocked, pieces[(pieces.low < needed - NANO) & clear[pieces.owner]], needed)
    return clear


def furthest_clear(
    blocked: BoolArray, clearance: FloatArray, a: FloatArray, b: FloatArray, group: IntArray, needed: float, scale: float = 1.0
) -> IntArray:
    """The last clear segment of each group: what ``clear_segments`` would tell, without measuring those before it.

    Args:
        blocked: (H, W) obstacle cells.
        clearance: (H, W) exact clearance of the cell centres.
        a: (N, 2) starts as (x, y) in cells.
        b: (N, 2) ends.
        group: (N,) the group of each segment, 0 to G - 1 in rising order.
        needed: Clearance in cells, met to within 1e-9.
        scale: What one cell is in the unit of ``clearance``.

    Returns:
        (G,) index of a segment, -1 where a group has no clear one.
    """
    pieces = cut(clearance, scale, a, b)
    clear, sure = np.ones(len(a), dtype=bool), np.ones(len(a), dtype=bool)
    clear[pieces.owner[pieces.high < needed - NANO]] = False
    close = pieces.low < needed - NANO
    sure[pieces.owner[close]] = False
    number = np.arange(len(a))
    last = np.full(int(group[-1]) + 1, -1)
    np.maximum.at(last, group[sure], number[sure])
    clear &= number >= last[group]
    _strike(clear, blocked, pieces[close & clear[pieces.owner]], needed)
    np.maximum.at(last, group[clear], number[clear])
    return last


def room_at(blocked: BoolArray, clearance: FloatArray, points: FloatArray, most: float, scale: float = 1.0) -> FloatArray:
    """The exact distance of points to the nearest obstacle square, as far as it is below some value.

    Args:
        blocked: (H, W) obstacle cells.
        clearance: (H, W) exact clearance of the cell centres.
        points: (N, 2) as (x, y) in cells.
        most: No larger distance than this needs to be told apart, cells.
        scale: What one cell is in the unit of ``clearance``.

    Returns:
        (N,) cells: the distance where it is below ``most``, else ``most``; 0 outside the map.
    """
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    pieces = cut(clearance, scale, points, points)
    near = pieces.low < most
    pieces, at = pieces[near], points[near].T
    found = np.where(pieces.high > 0, most, 0.0)
    for piece, corner in pairs(blocked, pieces, most):
        np.minimum.at(found, piece, point_to_square(at.take(piece, axis=1), corner))
    room = np.full(len(points), most)
    room[near] = found
    return room


def tightest(blocked: BoolArray, clearance: FloatArray, points: FloatArray, scale: float = 1.0) -> Tightest:
    """The exact clearance of a polyline, and where.

    Args:
        blocked: (H, W) obstacle cells.
        clearance: (H, W) exact clearance of the cell centres.
        points: (N, 2) vertices as (x, y) in cells, N >= 1.
        scale: What one cell is in the unit of ``clearance``.

    Returns:
        The least distance to an obstacle square or the outside, and its point.
    """
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if len(points) == 1:
        points = np.repeat(points, 2, axis=0)
    if use_numba(blocked.size):
        found = _tightest_compiled(blocked, clearance, points, scale)
        if found is not None:
            return found
    pieces = cut(clearance, scale, points[:-1], points[1:])
    bound = float(pieces.high.min())
    if bound == math.inf:  # no obstacle within the cap of the field: now it has to say how far they are
        pieces = narrowed(clearance, scale, pieces)
        bound = float(pieces.high.min())
    pieces = pieces[pieces.low <= bound]
    distance, at = _measure(blocked, pieces, bound + 1e-6)
    best = int(np.argmin(distance))
    return Tightest(float(distance[best]), float(at[best, 0]), float(at[best, 1]))


def _tightest_compiled(blocked: BoolArray, clearance: FloatArray, points: FloatArray, scale: float) -> Tightest | None:
    """``tightest`` of two points or more, to the bit: kernels find the few squares that decide, and only those are measured.

    None where the polyline meets an obstacle.
    """
    field, room, fill = sight_field(clearance, 0.0)
    lines = np.ascontiguousarray(points.T)
    counts = piece_counts(lines[:, :-1], lines[:, 1:])
    total = int(counts.sum())
    segments, indices, rooms = np.empty(total, dtype=np.int64), np.empty(total, dtype=np.int64), np.empty(total)
    cells = blocked.view(np.uint8)
    cap = math.inf if fill is None else math.sqrt(CAP) / 2.0
    find, exact = compiled(room, *KERNELS), False
    while (found := int(find(cells, field, scale, cap, *lines, counts, exact, segments, indices, rooms))) < 0:
        if found == FAR:
            exact = True
        elif fill is not None:
            fill(*divmod(MISSING - found, blocked.shape[1]))
    segments, indices, rooms = segments[:found], indices[:found], rooms[:found]
    if rooms.min() < 1e-6:
        return None
    steps = (lines[:, 1:] - lines[:, :-1]) / counts
    a, step = lines[:, segments] + indices * steps[:, segments], steps[:, segments]
    b = np.where(indices == counts[segments] - 1, lines[:, segments + 1], a + step)
    most = 256
    while True:
        pieces, corner = np.empty(most, dtype=np.int64), np.empty((2, most))
        count = int(compiled(*SQUARES)(cells, *a, *b, rooms, pieces, *corner))
        if count <= most:
            break
        most = count
    pieces, corner = pieces[:count], corner[:, :count]
    apart, point = segment_to_square(a[:, pieces], b[:, pieces], corner)
    best = int(np.lexsort((pieces, apart))[0])  # of the squares of a piece that are as near the first, as in ``_measure``
    return Tightest(float(apart[best]), float(point[best, 0]), float(point[best, 1]))


def _measure(blocked: BoolArray, pieces: Pieces, cap: float) -> tuple[FloatArray, FloatArray]:
    """Exact distance of each piece to the nearest blocked square, where that is below ``cap``; infinite otherwise.

    Returns:
        (n,) distances and (n, 2) the points of the pieces where they are taken.
    """
    inside = pieces.high > 0
    a, b = pieces.ends()
    distance, at = np.where(inside, np.inf, 0.0), ((a + b) / 2).T
    for piece, corner in pairs(blocked, pieces, cap):
        apart, point = segment_to_square(a.take(piece, axis=1), b.take(piece, axis=1), corner)
        order = np.lexsort((apart, piece))
        piece, apart, point = piece[order], apart[order], point[order]
        leading = np.ones(len(piece), dtype=bool)
        leading[1:] = piece[1:] != piece[:-1]
        leading &= inside[piece]
        distance[piece[leading]], at[piece[leading]] = apart[leading], point[leading]
    return distance, at


def _strike(clear: BoolArray, blocked: BoolArray, pieces: Pieces, needed: float) -> None:
    """Strike out the segments of which a piece comes nearer to a blocked square than needed.

    How far a piece's middle is says it for most squares: the piece comes no nearer than that less half its length.
    """
    a, b = pieces.ends()
    middle, half = (a + b) / 2, np.hypot(*(b - a)) / 2
    limit = needed - NANO
    for piece, corner in pairs(blocked, pieces, needed):
        away = point_to_square(middle.take(piece, axis=1), corner)
        clear[pieces.owner[piece[away < limit - _ROUNDING]]] = False
        still_open = np.flatnonzero((away < limit + half.take(piece) + _ROUNDING) & clear[pieces.owner[piece]])
        piece, corner = piece.take(still_open), corner.take(still_open, axis=1)
        apart = segment_apart(a.take(piece, axis=1), b.take(piece, axis=1), corner)
        clear[pieces.owner[piece[apart < limit]]] = False
