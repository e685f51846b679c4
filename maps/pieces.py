"""Pieces: segments cut into pieces of at most one cell, with bounds on how near an obstacle comes, and the squares that can decide.

The clearance of the cell that holds a piece's middle bounds the piece's own from both sides, since distance to obstacles changes
no faster than position. All lengths here are in cells, x = column, y = row; points are kept as (2, n), all x and then all y: numpy
is several times faster along the longer axis.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from maps.huge.reading import bounds_at

__all__ = ["Pieces", "cut", "narrowed", "pairs", "piece_counts"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_BESIDE = 1.25
"""Cells: no point of a piece is farther from the centre of the cell that holds its middle."""

_PAIRS = 1 << 21


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Pieces of segments, each with the cell of its middle, that cell's clearance and bounds on the piece's own.

    Attributes:
        lines: Starts, steps from piece to piece, and ends of the segments, (2, N) each.
        owner: (n,) the segment that a piece belongs to.
        index: (n,) its place in it, from 0.
        final: (n,) whether it is the last of it.
        row: (n,) likewise col: the cell of its middle.
        col: Column.
        centre: (n,) the clearance of that cell.
        low: (n,) no piece comes nearer to an obstacle.
        high: (n,) each comes as near, or nearer.
    """

    lines: tuple[FloatArray, FloatArray, FloatArray]
    owner: IntArray
    index: IntArray
    final: BoolArray
    row: IntArray
    col: IntArray
    centre: FloatArray
    low: FloatArray
    high: FloatArray

    def __getitem__(self, which: BoolArray) -> "Pieces":
        kept = np.flatnonzero(which)
        return Pieces(
            self.lines,
            self.owner.take(kept),
            self.index.take(kept),
            self.final.take(kept),
            self.row.take(kept),
            self.col.take(kept),
            self.centre.take(kept),
            self.low.take(kept),
            self.high.take(kept),
        )

    def ends(self) -> tuple[FloatArray, FloatArray]:
        """Where the pieces start and end, (2, n) each."""
        start, step, end = (part.take(self.owner, axis=1) for part in self.lines)
        start = start + self.index * step
        return start, np.where(self.final, end, start + step)


def piece_counts(a: FloatArray, b: FloatArray) -> IntArray:
    """Into how many pieces of at most one cell each segment, (2, N) from a to b, is cut."""
    return np.asarray(np.maximum(np.ceil(np.hypot(*(b - a))).astype(np.int64), 1))


def cut(clearance: FloatArray, scale: float, a: FloatArray, b: FloatArray) -> Pieces:
    """Cut segments into pieces of at most one cell, with bounds from the field.

    Args:
        clearance: (H, W) exact clearance of the cell centres.
        scale: What one cell is in the unit of ``clearance``.
        a: (N, 2) starts as (x, y) in cells.
        b: (N, 2) ends.
    """
    a, b = a.T, b.T
    count = piece_counts(a, b)
    owner = np.repeat(np.arange(len(count)), count)
    last = np.cumsum(count) - 1
    index = np.arange(len(owner)) - (last - count + 1).take(owner)
    final = np.zeros(len(owner), dtype=bool)
    final[last] = True
    step = (b - a) / count
    x, y = a.take(owner, axis=1) + (index + 0.5) * step.take(owner, axis=1)
    height, width = clearance.shape
    col, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    outside = (col < 0) | (row < 0) | (col >= width) | (row >= height)
    if outside.any():
        col, row = np.clip(col, 0, width - 1), np.clip(row, 0, height - 1)
    x -= col + 0.5
    y -= row + 0.5
    offset = np.sqrt(x * x + y * y)
    half = np.hypot(*step) / 2
    centre, most = (side / scale for side in bounds_at(clearance, row, col))
    low, high = centre - offset - half.take(owner), most + offset
    low[outside] = 0.0
    high[outside | (centre <= 0)] = 0.0
    return Pieces((a, step, b), owner, index, final, row, col, centre, low, high)


def narrowed(clearance: FloatArray, scale: float, pieces: Pieces) -> Pieces:
    """The pieces among which the one nearest to an obstacle is, with the exact clearance of their cells.

    Clearance changes no faster than position, so a few cells tell how near the pieces beside them may come; of those that may come
    nearest more are looked at.
    """
    for step in (64, 16, 4, 1):
        every = np.arange(len(pieces.owner)) // step * step
        row, col = pieces.row[::step], pieces.col[::step]
        exact = np.repeat(clearance[row, col] / scale, step)[: len(every)]
        apart = np.hypot(pieces.row - pieces.row[every], pieces.col - pieces.col[every])
        low, high = exact - apart - _BESIDE, exact + apart + _BESIDE
        pieces = replace(pieces, centre=np.maximum(exact - apart, 0.0), low=low, high=high)
        pieces = pieces[low <= high.min()]
    return pieces


def pairs(blocked: BoolArray, pieces: Pieces, cap: float) -> Iterator[tuple[IntArray, FloatArray]]:
    """Pieces (k,) with the low corners (2, k) of the blocked squares near them, in bounded portions; the outside is blocked.

    Between them they hold, for every piece, the nearest square where that is nearer than ``cap``.
    """
    if not len(pieces.owner):
        return
    slack = 0.5 + math.sqrt(0.5) + 1e-6
    rows, cols = _ring(float(pieces.centre.min()) - 1e-6, cap + slack)
    if not len(rows):
        return
    height, width = blocked.shape
    size = max(1, _PAIRS // len(rows))
    for first in range(0, len(pieces.owner), size):
        row, col = pieces.row[first : first + size], pieces.col[first : first + size]
        if _all_within(row, rows, height) and _all_within(col, cols, width):
            hit = blocked.take((row * width + col)[:, None] + (rows * width + cols))
        else:
            row_of, col_of = row[:, None] + rows, col[:, None] + cols
            hit = (row_of < 0) | (col_of < 0) | (row_of >= height) | (col_of >= width)
            known = np.flatnonzero(~hit)
            hit.ravel()[known] = blocked[row_of.ravel()[known], col_of.ravel()[known]]
        pair = np.flatnonzero(hit)
        piece = pair // len(rows)
        offset = pair - piece * len(rows)
        corner = np.stack((col.take(piece) + cols.take(offset), row.take(piece) + rows.take(offset))).astype(np.float64)
        yield piece + first, corner


def _all_within(places: IntArray, offsets: IntArray, count: int) -> bool:
    """Whether every place lies within 0 to ``count`` - 1 by every offset."""
    return bool(places.min() + offsets.min() >= 0 and places.max() + offsets.max() < count)


def _ring(low: float, high: float) -> tuple[IntArray, IntArray]:
    """Offsets of the squares whose distance from a cell's centre lies in [low, high]."""
    reach = math.ceil(high + 0.5)
    side = np.arange(-reach, reach + 1)
    near = np.maximum(np.abs(side) - 0.5, 0.0)
    apart = np.hypot(near[:, None], near[None, :])
    rows, cols = np.nonzero((apart >= low) & (apart <= high))
    return rows - reach, cols - reach
