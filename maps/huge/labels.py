"""Labels: the 4-connected components of a very large map, numbered tile by tile and joined across the tiles' borders.

Each cell holds its component's number within its tile, in 16 bits; a small table says which component of the whole map that is.
A question is four loads and a comparison, whatever the map's size.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import compiled, in_threads, use_numba
from maps.digest import cells_digest
from maps.recent import Recent

__all__ = ["LABEL_TILE", "TiledLabels", "tiled_labels", "tiled_labels_of"]

BoolArray: TypeAlias = npt.NDArray[np.bool_]
IntArray: TypeAlias = npt.NDArray[np.int64]

LABEL_TILE = 256
"""Side of a tile, cells: half of its cells at most are components, which 16 bits can number."""
_SHIFT = 8


@dataclass(frozen=True, eq=False)
class TiledLabels:
    """Which cells are joined.

    Attributes:
        local: (H, W) uint16 number of each cell's component within its tile, from 1; 0 where it has none.
        first: (R, C) where each tile's part of ``roots`` begins.
        roots: (N,) int32 component of the whole map, from 1, by a tile's ``first`` plus the local number; 0 for none.
        count: Components of the whole map.
    """

    local: npt.NDArray[np.uint16]
    first: npt.NDArray[np.int32]
    roots: npt.NDArray[np.int32]
    count: int

    def at(self, cells: npt.ArrayLike) -> npt.NDArray[np.int32]:
        """The components (N,) of cells (N, 2) on the map, as (row, column)."""
        rows, cols = np.asarray(cells, dtype=np.int64).reshape(-1, 2).T
        return np.asarray(self.roots[self.first[rows >> _SHIFT, cols >> _SHIFT] + self.local[rows, cols]])

    def joined(self, starts: IntArray, goals: IntArray) -> BoolArray:
        """Whether cells given by flat indices (N,) are joined."""
        if use_numba(self.local.size):
            out = np.empty(len(starts), dtype=bool)
            flat, width = self.local.reshape(-1), np.uint32(self.local.shape[1])
            compiled(_component, _joined)(flat, self.first, self.roots, width, starts, goals, out)
            return out
        here = self._of(starts)
        return np.asarray((here == self._of(goals)) & (here > 0))

    def mask(self, components: npt.ArrayLike) -> BoolArray:
        """(H, W) the cells of some components."""
        wanted = np.isin(self.roots, np.asarray(components)) & (self.roots > 0)
        height, width = self.local.shape
        mask = np.zeros((height, width), dtype=bool)
        for row in range(self.first.shape[0]):
            for col in range(self.first.shape[1]):
                begin = int(self.first[row, col])
                box = _box(row, col)
                table = wanted[begin : begin + int(self.local[box].max()) + 1]
                if table.any():
                    mask[box] = table[self.local[box]]
        return mask

    def _of(self, flat: IntArray) -> npt.NDArray[np.int32]:
        index = np.asarray(flat).astype(np.uint32)
        rows = index // np.uint32(self.local.shape[1])
        cols = index - rows * np.uint32(self.local.shape[1])
        tile = (rows >> _SHIFT) * np.uint32(self.first.shape[1]) + (cols >> _SHIFT)
        return np.asarray(self.roots[self.first.reshape(-1)[tile] + self.local.reshape(-1)[index]])


_LABELS: Recent[TiledLabels] = Recent(2**20)
"""The newest alone: they are large."""


def tiled_labels_of(free: BoolArray) -> TiledLabels:
    """``tiled_labels`` of some cells; worked out once for the same content."""
    key = cells_digest(free)
    labels = _LABELS.get(key)
    if labels is None:
        labels = tiled_labels(free)
        _LABELS.put(key, labels, labels.local.nbytes)
    return labels


def tiled_labels(free: BoolArray) -> TiledLabels:
    """Number the 4-connected components of some cells.

    Args:
        free: (H, W) cells that may be visited.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    height, width = free.shape
    down, across = -(-height // LABEL_TILE), -(-width // LABEL_TILE)
    local = np.zeros((height, width), dtype=np.uint16)
    counts = np.zeros((down, across), dtype=np.int32)
    if use_numba(free.size):
        number = compiled(_root, _number_tile, _number_bands)
        cells = np.ascontiguousarray(free).view(np.uint8)
        in_threads(lambda low, high: number(cells, local, counts, low, high), down, least=8)
    else:
        _number(free, local, counts)
    slots = counts.ravel() + 1  # the first of each tile's numbers stands for none
    first = (np.cumsum(slots) - slots).astype(np.int32).reshape(down, across)
    total = int(slots.sum())
    pairs = list(_border_pairs(local, first))
    one, other = np.concatenate(pairs, axis=1) if pairs else np.empty((2, 0), dtype=np.int64)
    graph = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(total, total))
    found = connected_components(graph.tocsr(), directed=False)[1]
    none = np.zeros(total, dtype=bool)
    none[first.ravel()] = True
    used, roots = np.unique(found[~none], return_inverse=True)
    numbered = np.zeros(total, dtype=np.int32)
    numbered[~none] = roots + 1
    return TiledLabels(local, first, numbered, len(used))


def _number(free: BoolArray, local: npt.NDArray[np.uint16], counts: npt.NDArray[np.int32]) -> None:
    """Number the components of every tile, and count them."""
    from scipy.ndimage import label

    for row in range(counts.shape[0]):
        for col in range(counts.shape[1]):
            numbers, counts[row, col] = label(np.ascontiguousarray(free[_box(row, col)]))
            local[_box(row, col)] = numbers


def _box(row: int, col: int) -> tuple[slice, slice]:
    rows = slice(row * LABEL_TILE, (row + 1) * LABEL_TILE)
    return rows, slice(col * LABEL_TILE, (col + 1) * LABEL_TILE)


def _border_pairs(local: npt.NDArray[np.uint16], first: npt.NDArray[np.int32]) -> Any:
    """Pairs (2, N) of numbers that meet across the borders between tiles."""
    height, width = local.shape
    for edge in range(LABEL_TILE, height, LABEL_TILE):
        offset = np.repeat(first[edge // LABEL_TILE - 1 : edge // LABEL_TILE + 1], LABEL_TILE, axis=1)[:, :width]
        yield _meeting(local[edge - 1], local[edge], *offset)
    for edge in range(LABEL_TILE, width, LABEL_TILE):
        offset = np.repeat(first[:, edge // LABEL_TILE - 1 : edge // LABEL_TILE + 1], LABEL_TILE, axis=0)[:height]
        yield _meeting(local[:, edge - 1], local[:, edge], *offset.T)


def _meeting(a: Any, b: Any, first_a: Any, first_b: Any) -> IntArray:
    both = (a > 0) & (b > 0)
    one, other = a[both].astype(np.int64) + first_a[both], b[both].astype(np.int64) + first_b[both]
    fresh = np.append(True, (one[1:] != one[:-1]) | (other[1:] != other[:-1])) if len(one) else np.zeros(0, dtype=bool)
    return np.stack((one[fresh], other[fresh]))


def _root(parents: Any, label: Any) -> Any:
    """The least label joined to this one."""
    while parents[label] != label:
        parents[label] = parents[parents[label]]
        label = parents[label]
    return label


def _number_tile(free: Any, local: Any, parents: Any) -> int:
    """Number the components of one tile in the order of their first cells; how many there are."""
    height, width = free.shape
    used = 0
    for row in range(height):
        left = 0
        for col in range(width):
            if free[row, col] == 0:
                local[row, col] = 0
                left = 0
                continue
            above = parents[local[row - 1, col]] if row > 0 else 0
            if left == 0 and above == 0:
                used += 1
                parents[used] = used
                left = used
            elif left == 0:
                left = above
            elif above != 0 and above != left:
                here, there = _root(parents, left), _root(parents, above)
                parents[max(here, there)] = min(here, there)
                left = min(here, there)
            local[row, col] = left
    count = 0
    for label in range(1, used + 1):  # a root is numbered before all that point to it, since they are greater
        if parents[label] == label:
            count += 1
            parents[label] = -count
        else:
            parents[label] = parents[parents[label]]
    for row in range(height):
        for col in range(width):
            local[row, col] = -parents[local[row, col]]
    return count


def _number_bands(free: Any, local: Any, counts: Any, low: int, high: int) -> None:
    """For numba: number some rows of tiles."""
    parents = np.zeros(256 * 256, dtype=np.int32)
    for row in range(low, high):
        for col in range(counts.shape[1]):
            top, left = row * 256, col * 256
            tile = free[top : top + 256, left : left + 256]
            counts[row, col] = _number_tile(tile, local[top : top + 256, left : left + 256], parents)


def _component(local: Any, first: Any, roots: Any, width: Any, index: Any) -> Any:
    row = index // width
    col = index - row * width
    return roots[first[row >> 8, col >> 8] + local[index]]


def _joined(local: Any, first: Any, roots: Any, width: Any, starts: Any, goals: Any, out: Any) -> None:
    """For numba: answer pairs of flat indices."""
    for k in range(len(starts)):
        here = _component(local, first, roots, width, np.uint32(starts[k]))
        out[k] = here > 0 and here == _component(local, first, roots, width, np.uint32(goals[k]))
