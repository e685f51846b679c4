"""Jump point search: the shortest grid route on a large map, many times faster than A* and exactly as long.

Harabor and Grastien's pruning in its form without corner cutting, over tables of straight runs. Only cells where a route may
have to turn enter the open list. The same code runs compiled on large maps and as plain Python, so both give the same route.

Of all shortest routes it gives the *first*: that with the least start cell, then the one whose steps come first in the order of
``maps.jump_kernels.RANK``, diagonals before straights. Pruning drops a route only for a shorter one or for one of the same length
that is diagonal earlier, so the first of all is never dropped. It does not depend on how it was searched for: obstacles that leave
it free, added anywhere, leave it the first, since they only take other routes away.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import compiled, use_numba
from maps.jump_kernels import SEARCH
from maps.jump_tables import EAST, NORTH, SOUTH, WEST, Tables

__all__ = ["between", "goals_of", "jump_route"]

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]

_NO_SLOTS = np.zeros(0, dtype=np.uint8)
"""Stands for numbers of cells where each cell has its own."""

_Desk: TypeAlias = tuple[FloatArray, npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.uint8]]
_DESKS: dict[int, _Desk] = {}
_LOCK = Lock()


def jump_route(
    tables: Tables, shape: tuple[int, int], starts: IntArray, start_costs: FloatArray, ends: IntArray, end_costs: FloatArray
) -> IntArray | None:
    """The cheapest route from any start to any end; of equally cheap ones the first.

    Args:
        tables: What ``jump_tables`` gave for the map's free cells.
        shape: Rows and columns of the map.
        starts: (K,) flat indices of free cells.
        start_costs: (K,) costs >= 0 in cells, added to the length.
        ends: (N,) flat indices of free cells.
        end_costs: (N,) costs >= 0 in cells.

    Returns:
        Flat indices of all its cells, from the start to the end; None where no end is joined to a start.
    """
    width = shape[1]
    goals, goal_costs, box = goals_of(ends, end_costs, width)
    size = tables.shape[1]
    runs = EAST * size, NORTH * size, WEST * size, SOUTH * size
    if use_numba(size):
        with _desk(size) as (reached, arrivals, turns, marks):
            marks[goals] = 1
            settle = compiled(*SEARCH)
            asked: tuple[Any, ...] = (width, starts, start_costs, goals, goal_costs, *box, tables.size)
            found, touched = settle(tables.reshape(-1), *runs, _NO_SLOTS, reached, arrivals, turns, marks, *asked)
            reached[touched] = arrivals[touched] = turns[touched] = 0
            marks[goals] = 0
    else:  # memory views give plain numbers, several times faster than numpy's scalars
        lengths: defaultdict[int, float] = defaultdict(float)
        before: defaultdict[int, int] = defaultdict(int)
        ways: defaultdict[int, int] = defaultdict(int)
        seen = np.zeros(size, dtype=np.uint8)
        seen[goals] = 1
        views: Any = (tables.reshape(-1).data, *runs, _NO_SLOTS, lengths, before, ways, seen.data)
        asked = (*views, width, starts.tolist(), start_costs.tolist(), goals, goal_costs, *box, tables.size)
        found, _ = SEARCH[-1](*asked)
    return between(found, width) if len(found) else None


def goals_of(ends: IntArray, costs: FloatArray, width: int) -> tuple[IntArray, FloatArray, tuple[int, int, int, int]]:
    """Ends in rising order, each once at its least cost, and their bounding box: first and last row, first and last column."""
    order = np.lexsort((costs, ends))
    goals, goal_costs = ends[order], costs[order]
    cheapest = np.append(True, goals[1:] != goals[:-1])
    goals, goal_costs = goals[cheapest], goal_costs[cheapest]
    rows, cols = goals // width, goals % width
    return goals, goal_costs, (int(rows[0]), int(rows[-1]), int(cols.min()), int(cols.max()))


@contextmanager
def _desk(size: int) -> Iterator[_Desk]:
    """Zeroed lengths, arrivals, turns and marks to work on, one for each cell; whoever takes them leaves them zeroed.

    Searches touch few cells of many pages, and the first touch of a page costs more than the search does there.
    """
    with _LOCK:
        found = _DESKS.pop(size, None)
    if found is None:
        plain = np.zeros(size, dtype=np.int32), np.zeros(size, dtype=np.int32)
        found = (np.zeros(size), *plain, np.zeros(size, dtype=np.uint8))
    yield found
    with _LOCK:
        _DESKS.clear()
        _DESKS[size] = found


def between(turns: IntArray, width: int) -> IntArray:
    """All cells of a route from those where it turns; between two of them it is straight or diagonal."""
    rows, cols = turns // width, turns % width
    steps = np.maximum(np.abs(np.diff(rows)), np.abs(np.diff(cols)))
    stride = np.sign(np.diff(rows)) * width + np.sign(np.diff(cols))
    along = np.arange(int(steps.sum())) - np.repeat(np.cumsum(steps) - steps, steps)
    return np.append(np.repeat(turns[:-1], steps) + along * np.repeat(stride, steps), turns[-1])
