"""Jump point search: the shortest grid route on a large map, many times faster than A* and exactly as long.

Harabor and Grastien's pruning in its form without corner cutting, over tables of straight runs. Only cells where a route may
have to turn enter the open list. The same code runs compiled on large maps and as plain Python, so both give the same route.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from threading import Lock
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import compiled, use_numba
from maps.jump_tables import EAST, NORTH, SOUTH, WEST, Tables

__all__ = ["jump_route"]

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]

_DIAGONAL = 2.0**0.5
_NEVER = 1 << 30
"""Steps: more than any run has."""

_DESKS: dict[int, tuple[FloatArray, npt.NDArray[np.int32], npt.NDArray[np.uint8]]] = {}
_LOCK = Lock()


def jump_route(
    tables: Tables, shape: tuple[int, int], starts: IntArray, start_costs: FloatArray, ends: IntArray, end_costs: FloatArray
) -> IntArray | None:
    """The cheapest route from any start to any end.

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
    order = np.lexsort((end_costs, ends))
    goals, goal_costs = ends[order], end_costs[order]
    cheapest = np.append(True, goals[1:] != goals[:-1])
    goals, goal_costs = goals[cheapest], goal_costs[cheapest]
    rows, cols = goals // width, goals % width
    box = (int(rows[0]), int(rows[-1]), int(cols.min()), int(cols.max()))
    runs = tables[EAST], tables[NORTH], tables[WEST], tables[SOUTH]
    if use_numba(tables.shape[1]):
        with _desk(tables.shape[1]) as (reached, parents, marks):
            marks[goals] = 1
            settle = compiled(_bound, _straight, _diagonal, _run, _way, _turns, _search)
            touched = settle(*runs, reached, parents, marks, width, starts, start_costs, goals, goal_costs, *box)
            found = _turns_of(int(touched[0]), parents)
            reached[touched[1:]] = parents[touched[1:]] = 0
            marks[goals] = 0
    else:  # memory views give plain numbers, several times faster than numpy's scalars
        lengths: defaultdict[int, float] = defaultdict(float)
        before: defaultdict[int, int] = defaultdict(int)
        seen = np.zeros(tables.shape[1], dtype=np.uint8)
        seen[goals] = 1
        views = (*(table.data for table in runs), lengths, before, seen.data)
        asked: tuple[Any, ...] = (*views, width, starts.tolist(), start_costs.tolist(), goals, goal_costs, *box)
        touched = _search(*asked)
        found = _turns_of(int(touched[0]), before)
    return None if not found else _between(np.array(found[::-1], dtype=np.int64), width)


@contextmanager
def _desk(size: int) -> Iterator[tuple[FloatArray, npt.NDArray[np.int32], npt.NDArray[np.uint8]]]:
    """Zeroed lengths, parents and marks to work on, one for each cell; whoever takes them leaves them zeroed.

    Searches touch few cells of many pages, and the first touch of a page costs more than the search does there.
    """
    with _LOCK:
        found = _DESKS.pop(size, None)
    if found is None:
        found = np.zeros(size), np.zeros(size, dtype=np.int32), np.zeros(size, dtype=np.uint8)
    yield found
    with _LOCK:
        _DESKS.clear()
        _DESKS[size] = found


def _turns_of(goal: int, parents: Any) -> list[int]:
    """The cells where the route to a goal turns, from the goal back; none for -1. Parents are stored plus one."""
    turns = [] if goal < 0 else [goal]
    while turns and parents[turns[-1]] > 0:
        turns.append(int(parents[turns[-1]]) - 1)
    return turns


def _between(turns: IntArray, width: int) -> IntArray:
    """All cells of a route from those where it turns; between two of them it is straight or diagonal."""
    rows, cols = turns // width, turns % width
    steps = np.maximum(np.abs(np.diff(rows)), np.abs(np.diff(cols)))
    stride = np.sign(np.diff(rows)) * width + np.sign(np.diff(cols))
    along = np.arange(int(steps.sum())) - np.repeat(np.cumsum(steps) - steps, steps)
    return np.append(np.repeat(turns[:-1], steps) + along * np.repeat(stride, steps), turns[-1])


def _bound(row: int, col: int, low: int, high: int, left: int, right: int) -> float:
    """Octile distance to the goals' bounding box."""
    down = low - row if row < low else row - high if row > high else 0
    across = left - col if col < left else col - right if col > right else 0
    return down + (_DIAGONAL - 1.0) * across if down > across else across + (_DIAGONAL - 1.0) * down


def _straight(run: int, marks: Any, cell: int, step: int, first: int, last: int) -> int:
    """Steps to the first goal or jump point of a straight run; 0 where it has none.

    ``first`` and ``last`` are the steps between which a goal can lie, by the goals' bounding box.
    """
    reach = run if run > 0 else -run
    if first <= reach:
        if last > reach:
            last = reach
        for steps in range(first if first > 1 else 1, last + 1):
            if marks[cell + steps * step]:
                return steps
    return run if run > 0 else 0


def _diagonal(
    up: Any, over: Any, marks: Any, cell: int, row: int, col: int, dy: int, dx: int, width: int,
    low: int, high: int, left: int, right: int,
) -> int:  # fmt: skip
    """Steps to the first goal or jump point of a diagonal run: where a straight run from it finds one; 0 where it has none."""
    steps = 0
    while up[cell] != 0 and over[cell] != 0 and up[cell + dx] != 0:
        cell += dy * width + dx
        row += dy
        col += dx
        steps += 1
        if marks[cell] or up[cell] > 0 or over[cell] > 0:
            return steps
        if low <= row <= high:
            first, last = (left - col, right - col) if dx > 0 else (col - right, col - left)
            if _straight(over[cell], marks, cell, dx, first, last) > 0:
                return steps
        if left <= col <= right:
            first, last = (low - row, high - row) if dy > 0 else (row - high, row - low)
            if _straight(up[cell], marks, cell, dy * width, first, last) > 0:
                return steps
    return 0


def _run(
    east: Any, north: Any, west: Any, south: Any, marks: Any, cell: int, row: int, col: int, dy: int, dx: int, width: int,
    low: int, high: int, left: int, right: int,
) -> int:  # fmt: skip
    """Steps to the next goal or jump point in a direction (dy, dx); 0 where there is none."""
    up = north if dy > 0 else south
    over = east if dx > 0 else west
    if dy != 0 and dx != 0:
        return _diagonal(up, over, marks, cell, row, col, dy, dx, width, low, high, left, right)
    if dy == 0:
        first, last = (left - col, right - col) if dx > 0 else (col - right, col - left)
        return _straight(over[cell], marks, cell, dx, first if low <= row <= high else _NEVER, last)
    first, last = (low - row, high - row) if dy > 0 else (row - high, row - low)
    return _straight(up[cell], marks, cell, dy * width, first if left <= col <= right else _NEVER, last)


def _way(parent: int, row: int, col: int, width: int) -> tuple[int, int]:
    """The direction in which a cell was reached from its parent, (0, 0) at a start (parent -1)."""
    if parent < 0:
        return 0, 0
    above, beside = parent // width, parent % width
    return (row > above) - (row < above), (col > beside) - (col < beside)


def _turns(east: Any, north: Any, west: Any, south: Any, cell: int, width: int, down: int, across: int) -> int:
    """The directions worth following from a jump point reached in the direction (down, across): bit 3 (dy + 1) + dx + 1 each."""
    if down == 0 and across == 0:
        return 0b111101111
    bits = 1 << (3 * down + across + 4)
    if down != 0 and across != 0:
        return bits | 1 << (3 * down + 4) | 1 << (across + 4)
    if down == 0:
        if north[cell] != 0 and north[cell - across] == 0:
            bits |= 1 << 7 | 1 << (across + 7)
        if south[cell] != 0 and south[cell - across] == 0:
            bits |= 1 << 1 | 1 << (across + 1)
        return bits
    if east[cell] != 0 and east[cell - down * width] == 0:
        bits |= 1 << 5 | 1 << (3 * down + 5)
    if west[cell] != 0 and west[cell - down * width] == 0:
        bits |= 1 << 3 | 1 << (3 * down + 3)
    return bits


def _search(
    east: Any, north: Any, west: Any, south: Any, reached: Any, parents: Any, marks: Any, width: int,
    starts: Any, start_costs: Any, goals: Any, goal_costs: Any, low: int, high: int, left: int, right: int,
) -> Any:  # fmt: skip
    """Settle jump points until no goal can be cheaper; the best goal, or -1, and then all cells that were touched.

    Lengths and parents are stored plus one, 0 is none.
    """
    least = float(goal_costs.min())
    heap = [(0.0, 0)]
    heap.pop()
    touched = [-1]
    for i in range(len(starts)):
        cell = starts[i]
        if reached[cell] == 0.0 or start_costs[i] + 1.0 < reached[cell]:
            reached[cell] = start_costs[i] + 1.0
            touched.append(cell)
            bound = _bound(cell // width, cell % width, low, high, left, right)
            heappush(heap, (start_costs[i] + bound + least, cell))
    best = np.inf
    while heap:
        key, cell = heappop(heap)
        if key >= best - 1e-9:
            break
        row, col = cell // width, cell % width
        here = reached[cell] - 1.0
        if here + _bound(row, col, low, high, left, right) + least < key - 1e-9:
            continue  # an older, longer entry
        if marks[cell]:
            total = here + float(goal_costs[np.searchsorted(goals, cell)])
            if total < best:
                best = total
                touched[0] = cell
        down, across = _way(parents[cell] - 1, row, col, width)
        turns = _turns(east, north, west, south, cell, width, down, across)
        for turn in range(9):
            if not turns >> turn & 1:
                continue
            dy, dx = turn // 3 - 1, turn % 3 - 1
            steps = _run(east, north, west, south, marks, cell, row, col, dy, dx, width, low, high, left, right)
            if steps == 0:
                continue
            onto = cell + steps * (dy * width + dx)
            length = here + (steps * _DIAGONAL if dy != 0 and dx != 0 else steps)
            if reached[onto] == 0.0 or length + 1.0 < reached[onto] - 1e-9:
                reached[onto] = length + 1.0
                touched.append(onto)
                parents[onto] = cell + 1
                bound = _bound(row + steps * dy, col + steps * dx, low, high, left, right)
                heappush(heap, (length + bound + least, onto))
    return np.array(touched)
