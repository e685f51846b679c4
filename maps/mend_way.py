"""A way round: the shortest way between two cells of a route within a window around a cut; a kernel for ``maps.mend``.

All lengths are in cells. ``added`` (K, 2) are the rows and columns of obstacles that the field does not know of yet. Squares of
distances from centres to squares are in half cells, as in ``maps.huge.capped``. It runs as plain Python too.
"""

from heapq import heappop, heappush
from math import ceil, sqrt
from typing import Any

import numpy as np

__all__ = ["WAY", "way"]

_DIAGONAL = 2.0**0.5
_NANO = 1e-9


def _octile(down: int, across: int) -> float:
    """Octile length of so many rows and columns >= 0."""
    return down + (_DIAGONAL - 1.0) * across if down > across else across + (_DIAGONAL - 1.0) * down


def _mark(shut: Any, mark: int, added: Any, least: int, top: int, left: int, high: int, wide: int) -> None:
    """Mark in ``shut`` the cells of a window that are too near to an obstacle that the field does not know of."""
    reach = ceil(sqrt(float(least)) / 2.0) + 1
    for number in range(len(added)):
        for row in range(max(added[number, 0] - reach, top), min(added[number, 0] + reach + 1, top + high)):
            down = max(2 * abs(row - added[number, 0]) - 1, 0)
            for col in range(max(added[number, 1] - reach, left), min(added[number, 1] + reach + 1, left + wide)):
                across = max(2 * abs(col - added[number, 1]) - 1, 0)
                if down * down + across * across < least:
                    shut[(row - top) * wide + col - left] = mark


def _traced(before: Any, here: int, goal: int, width: int, top: int, left: int, wide: int) -> Any:
    """The way that leads to a goal, as flat indices of the map."""
    count, cell = 1, goal
    while cell != here:
        cell = before[cell]
        count += 1
    found, cell = np.empty(count, dtype=np.int64), goal
    for index in range(count - 1, -1, -1):
        found[index] = (cell // wide + top) * width + cell % wide + left
        if index > 0:
            cell = before[cell]
    return found


def _can_step(near: Any, shut: Any, least: int, cell: int, at: int, wide: int, width: int, dy: int, dx: int) -> bool:
    """Whether a step onto a cell, ``cell`` in the window and ``at`` on the map, leads over free cells alone."""
    if shut[cell] != 0 or near[at] < least:
        return False
    if dy == 0 or dx == 0:
        return True
    return not (shut[cell - dx] != 0 or shut[cell - dy * wide] != 0 or near[at - dy * width] < least or near[at - dx] < least)


def way(
    near: Any, width: int, added: Any, least: int, top: int, left: int, high: int, wide: int, start: int, end: int,
    length: Any, before: Any, seen: Any, shut: Any, turn: int,
) -> Any:  # fmt: skip
    """The shortest way between two cells within a window, by A*; a diagonal step needs all four cells of its block.

    Args:
        near: (H * W,) capped squares of the field.
        width: Columns of the map.
        added: (K, 2) obstacles that it does not know of.
        least: Squares from which on a cell is free.
        top: First row of the window.
        left: First column.
        high: Rows.
        wide: Columns.
        start: Flat index of a cell of the map in the window.
        end: Another one.
        length: Memory for a number of each cell of the window; it is taken again and again, since fresh memory takes longer to come
            by than most ways to find.
        before: Likewise.
        seen: Likewise; nowhere ``turn``.
        shut: Likewise; zeros, before and after.
        turn: A number that no earlier search with this memory had.

    Returns:
        Flat indices of the way's cells; none where there is no way.
    """
    _mark(shut, 1, added, least, top, left, high, wide)
    here = (start // width - top) * wide + start % width - left
    goal = (end // width - top) * wide + end % width - left
    goal_row, goal_col = goal // wide, goal % wide
    if shut[here] != 0 or near[start] < least:
        _mark(shut, 0, added, least, top, left, high, wide)
        return np.empty(0, dtype=np.int64)
    length[here], seen[here] = 0.0, turn
    heap = [(_octile(abs(here // wide - goal_row), abs(here % wide - goal_col)), here)]
    while heap:
        key, cell = heappop(heap)
        if cell == goal:
            break
        row, col = cell // wide, cell % wide
        if key > length[cell] + _octile(abs(row - goal_row), abs(col - goal_col)) + _NANO:
            continue
        for side in range(9):
            dy, dx = side // 3 - 1, side % 3 - 1
            if side == 4 or not (0 <= row + dy < high and 0 <= col + dx < wide):
                continue
            onto, at = cell + dy * wide + dx, (row + dy + top) * width + col + dx + left
            gone = length[cell] + (_DIAGONAL if dy != 0 and dx != 0 else 1.0)
            if (seen[onto] != turn or gone < length[onto] - _NANO) and _can_step(near, shut, least, onto, at, wide, width, dy, dx):
                length[onto], before[onto], seen[onto] = gone, cell, turn
                heappush(heap, (gone + _octile(abs(row + dy - goal_row), abs(col + dx - goal_col)), onto))
    _mark(shut, 0, added, least, top, left, high, wide)
    if seen[goal] != turn:
        return np.empty(0, dtype=np.int64)
    return _traced(before, here, goal, width, top, left, wide)


WAY = (_octile, _mark, _traced, _can_step, way)
"""For ``maps.compiled.compiled``."""
