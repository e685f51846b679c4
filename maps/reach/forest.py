"""WidthForest: how wide a disc may be to get from one cell to another, for millions of pairs and any radius.

Cells are ranked by clearance, ties by their index, so that the narrowest cell of the widest way between two cells is one certain
cell. Every cell belongs to the hill that it climbs to over ever wider neighbours, and joins it as soon as the cell itself is wide
enough. Hills are joined at passes, widest pass first; written in the order in which they are joined, any two of them are
joined by the lowest pass between their places, which a table of minima over runs of length 2^k answers in two loads.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maps.built_from import BuiltFrom

__all__ = ["WidthForest", "width_forest"]

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_SHIFT = 32
_MASK = (1 << _SHIFT) - 1


@dataclass(frozen=True, eq=False)
class WidthForest(BuiltFrom):
    """Plain arrays; they may be saved and mapped into memory again.

    Attributes:
        squares: (H * W,) int32 squared clearance of each cell, half cells; 0 in obstacles.
        hill: (H * W,) int32 place of each cell's hill in the order of joining.
        passes: (K, hills) int64; row k holds at i the lowest of the 2^k passes from place i on. A pass is its cell's key:
            squared clearance and, in the low 32 bits, index counted down.
        shape: Rows and columns.
        revision: Of the map and layers that it was made from.
    """

    squares: npt.NDArray[np.int32]
    hill: npt.NDArray[np.int32]
    passes: IntArray
    shape: tuple[int, int]
    revision: str = ""

    def keys(self, starts: IntArray, goals: IntArray) -> IntArray:
        """Keys (N,) of the narrowest cells on the widest ways between cells given by flat indices (N,); 0 where there is none."""
        a, b = self.hill[starts], self.hill[goals]
        low, span = np.minimum(a, b), np.abs(a - b)
        # The exponent of a float is the number of doublings that fit; float32 holds every span below 2^24 exactly.
        row = np.frexp(np.maximum(span, 1).astype(np.float32 if self.passes.shape[1] < 1 << 24 else np.float64))[1] - 1
        flat, width = self.passes.ravel(), self.passes.shape[1]
        first = row * width + low
        found = np.minimum(flat[first], flat[first + span - np.left_shift(1, row)])
        found[span == 0] = np.iinfo(np.int64).max
        return np.asarray(np.minimum(found, np.minimum(self._key(starts), self._key(goals))))

    def widths(self, starts: IntArray, goals: IntArray) -> FloatArray:
        """Least clearance (N,) along the widest ways over cell centres, in cells; 0 where there is none."""
        return np.asarray(np.sqrt(self.keys(starts, goals) >> _SHIFT) / 2)

    def narrowest(self, starts: IntArray, goals: IntArray) -> IntArray:
        """Flat indices (N,) of the cells where those ways are narrowest, the doorways to blame; -1 where there is no way."""
        keys = self.keys(starts, goals)
        return np.asarray(np.where(keys >> _SHIFT > 0, _MASK - (keys & _MASK), -1))

    def _key(self, cells: IntArray) -> IntArray:
        return (self.squares[cells].astype(np.int64) << _SHIFT) | (_MASK - cells)


def width_forest(squares: npt.NDArray[np.int32], revision: str = "") -> WidthForest:
    """Build the forest of a map.

    Args:
        squares: (H, W) squared clearance of the cell centres, half cells, as ``maps.squares.square_distances`` gives it.
        revision: What it is made from.
    """
    flat = np.ascontiguousarray(squares, dtype=np.int32).ravel()
    summit = _climb(squares)
    tops = np.flatnonzero(summit == np.arange(len(summit)))
    number = np.zeros(len(summit), dtype=np.int32)
    number[tops] = np.arange(len(tops), dtype=np.int32)
    hill = number[summit]
    one, other, key = _ridges(squares, hill.reshape(squares.shape))
    order, passes = _joined(len(tops), one, other, key)
    place = np.zeros(len(tops), dtype=np.int32)
    place[order] = np.arange(len(tops), dtype=np.int32)
    return WidthForest(flat, place[hill], _minima(passes), squares.shape, revision)


def _climb(squares: npt.NDArray[np.int32]) -> IntArray:
    """(H * W,) the cell at which each cell's climb over its best neighbours ends; obstacles share one."""
    height, width = squares.shape
    wide = np.zeros((height + 2, width + 2), dtype=np.int32)
    wide[1:-1, 1:-1] = squares
    index = np.arange(squares.size, dtype=np.int64).reshape(squares.shape)
    best, step = wide[:-2, 1:-1].copy(), np.full(squares.shape, -width, dtype=np.int64)
    # In the order of their indices, so that of equal ones the first stays.
    for seen, by in ((wide[1:-1, :-2], -1), (squares, 0), (wide[1:-1, 2:], 1), (wide[2:, 1:-1], width)):
        better = seen > best
        np.copyto(best, seen, where=better)
        step[better] = by
    index += step
    summit = index.ravel()
    solid = squares.ravel() == 0
    free = np.flatnonzero(~solid)
    summit[solid] = free[0] if len(free) else 0
    while True:
        higher = summit[summit]
        if (higher == summit).all():
            return summit
        summit = higher


def _ridges(squares: npt.NDArray[np.int32], hill: npt.NDArray[np.int32]) -> tuple[IntArray, IntArray, IntArray]:
    """The highest pass between each two hills that touch: the two, one < other, and its key; (E,) each, widest first."""
    height, width = squares.shape
    index = np.arange(squares.size, dtype=np.int64).reshape(squares.shape)
    found = []
    for a, b in (
        ((slice(None), slice(width - 1)), (slice(None), slice(1, None))),
        ((slice(height - 1), slice(None)), (slice(1, None), slice(None))),
    ):
        apart = (hill[a] != hill[b]) & (squares[a] > 0) & (squares[b] > 0)
        # Of two equally clear cells the one with the larger index ranks lower, and that is the second.
        first = squares[a][apart] < squares[b][apart]
        key = np.minimum(squares[a][apart], squares[b][apart]).astype(np.int64) << _SHIFT
        key |= _MASK - np.where(first, index[a][apart], index[b][apart])
        pair = np.minimum(hill[a][apart], hill[b][apart]).astype(np.int64) << _SHIFT
        pair |= np.maximum(hill[a][apart], hill[b][apart])
        found.append((pair, key))
    pair, key = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.argsort(-key, kind="stable")
    _, kept = np.unique(pair[order], return_index=True)
    kept = order[np.sort(kept)]
    return pair[kept] >> _SHIFT, pair[kept] & _MASK, key[kept]


def _joined(count: int, one: IntArray, other: IntArray, key: IntArray) -> tuple[IntArray, IntArray]:
    """The hills (count,) in an order of joining, and the pass from each place to the next (count,), 0 where there is none."""
    one, other, key = _spanning(count, one, other, key)
    owner = list(range(count))
    last, after = list(range(count)), [-1] * count
    gap = [0] * count
    for a, b, value in zip(one.tolist(), other.tolist(), key.tolist(), strict=True):
        while owner[a] != a:
            owner[a] = a = owner[owner[a]]
        while owner[b] != b:
            owner[b] = b = owner[owner[b]]
        end = last[a]
        after[end], gap[end] = b, value
        last[a] = last[b]
        owner[b] = a
    order = []
    for head in (hill for hill in range(count) if owner[hill] == hill):
        at = head
        while at >= 0:
            order.append(at)
            at = after[at]
    places = np.array(order, dtype=np.int64)
    return places, np.array(gap, dtype=np.int64)[places]


def _spanning(count: int, one: IntArray, other: IntArray, key: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """The passes of a widest spanning forest, widest first; the input is sorted so."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    if not len(one):
        return one, other, key
    rank = np.arange(1, len(one) + 1, dtype=np.float64)
    tree = minimum_spanning_tree(coo_array((rank, (one, other)), shape=(count, count)).tocsr())
    kept = np.sort(tree.data.astype(np.int64)) - 1
    return one[kept], other[kept], key[kept]


def _minima(passes: IntArray) -> IntArray:
    """(K, max(1, n)) row k: the least of 2^k values from each place on, as far as there are so many."""
    rows = [passes if len(passes) else np.zeros(1, dtype=np.int64)]
    run = 1
    while 2 * run <= len(passes):
        row = rows[-1].copy()
        np.minimum(rows[-1][:-run], rows[-1][run:], out=row[:-run])
        rows.append(row)
        run *= 2
    return np.stack(rows)
