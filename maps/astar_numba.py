"""The compiled engine of ``maps.astar``: A* with the octile bound to the goals' bounding box. Importing it needs numba."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

__all__ = ["settle"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_DIAGONAL = 2.0**0.5
_TIE = 1e-7


def settle(
    moves: npt.NDArray[np.uint8], starts: IntArray, start_costs: FloatArray, ends: IntArray, end_costs: FloatArray
) -> FloatArray:
    """Distances in cells, exact on every shortest route to the best goal; on every cell when there are no goals.

    Args:
        moves: (H, W) allowed moves, a bit each in the order of ``maps.astar.MOVES``.
        starts: Flat indices.
        start_costs: Costs >= 0 in cells.
        ends: Flat indices.
        end_costs: Costs >= 0 in cells.
    """
    width = moves.shape[1]
    rows, cols = ends // width, ends % width
    box = np.array([rows.min(), rows.max(), cols.min(), cols.max()] if len(ends) else [0, 0, 0, 0], dtype=np.int64)
    reached: Any = _settle(moves.ravel(), width, starts, start_costs, ends, end_costs, box)
    return np.asarray(reached, dtype=np.float64).reshape(moves.shape)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _bound(cell: int, width: int, box: Any) -> float:  # pragma: no cover - compiled
    row, col = cell // width, cell % width
    down = float(max(box[0] - row, row - box[1], 0))
    across = float(max(box[2] - col, col - box[3], 0))
    return max(down, across) + (_DIAGONAL - 1.0) * min(down, across)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _push(keys: Any, cells: Any, size: int, key: float, cell: int) -> int:  # pragma: no cover - compiled
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if keys[parent] <= key:
            break
        keys[at], cells[at] = keys[parent], cells[parent]
        at = parent
    keys[at], cells[at] = key, cell
    return size + 1


@njit(cache=True)  # type: ignore[untyped-decorator]
def _pop(keys: Any, cells: Any, size: int) -> int:  # pragma: no cover - compiled
    size -= 1
    key, cell = keys[size], cells[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[at], cells[at] = keys[child], cells[child]
        at = child
    keys[at], cells[at] = key, cell
    return size


@njit(cache=True)  # type: ignore[untyped-decorator]
def _settle(
    moves: Any, width: int, starts: Any, start_costs: Any, ends: Any, end_costs: Any, box: Any
) -> Any:  # pragma: no cover - compiled
    reached = np.full(moves.shape, np.inf)
    done = np.zeros(moves.shape, dtype=np.bool_)
    goals = len(ends) > 0
    finish = np.full(moves.shape if goals else (1,), np.inf)
    for i in range(len(ends)):
        finish[ends[i]] = min(finish[ends[i]], end_costs[i])
    least = end_costs.min() if goals else 0.0
    offsets = np.array([1, width, -1, -width, width + 1, width - 1, -width - 1, -width + 1])
    keys = np.empty(1024 + len(starts))
    cells = np.empty(1024 + len(starts), dtype=np.int64)
    size = 0
    for i in range(len(starts)):
        cell = starts[i]
        if start_costs[i] < reached[cell]:
            reached[cell] = start_costs[i]
            bound = _bound(cell, width, box) + least if goals else 0.0
            size = _push(keys, cells, size, start_costs[i] + bound, cell)
    best = np.inf
    while size > 0:
        key, cell = keys[0], cells[0]
        if key > best + 2.0 * _TIE:
            break
        size = _pop(keys, cells, size)
        if done[cell]:
            continue
        done[cell] = True
        here = reached[cell]
        if goals:
            best = min(best, here + finish[cell])
        byte = moves[cell]
        if size + 9 >= len(keys):
            keys = np.concatenate((keys, np.empty_like(keys)))
            cells = np.concatenate((cells, np.empty_like(cells)))
        for bit in range(8):
            if byte >> bit & 1:
                onto = cell + offsets[bit]
                length = here + (1.0 if bit < 4 else _DIAGONAL)
                if length < reached[onto]:
                    reached[onto] = length
                    done[onto] = False
                    bound = _bound(onto, width, box) + least if goals else 0.0
                    size = _push(keys, cells, size, length + bound, onto)
    return reached
