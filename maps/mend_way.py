"""A way round: the shortest way between two cells of a route within a window around a cut; a kernel for ``maps.mend``.

Jump point search without corner cutting (D. Harabor and A. Grastien, AAAI 2011) on a copy of the window: only cells at which a way
may have to turn enter the open list. All lengths are in cells. ``added`` (K, 2) are the rows and columns of obstacles that the
field does not know of yet. Squares of distances from centres to squares are in half cells, as in ``maps.huge.capped``. It runs as
plain Python too.
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


def _copied(free: Any, near: Any, width: int, added: Any, least: int, top: int, left: int, high: int, wide: int) -> None:
    """Tell in ``free`` which cells of a window can be stood on; it has a border of cells that cannot."""
    side = wide + 2
    free[: (high + 2) * side] = 0
    for row in range(high):
        inside, outside = (row + 1) * side + 1, (row + top) * width + left
        for col in range(wide):
            free[inside + col] = near[outside + col] >= least
    reach = ceil(sqrt(float(least)) / 2.0) + 1
    for number in range(len(added)):
        for row in range(max(added[number, 0] - reach, top), min(added[number, 0] + reach + 1, top + high)):
            down = max(2 * abs(row - added[number, 0]) - 1, 0)
            for col in range(max(added[number, 1] - reach, left), min(added[number, 1] + reach + 1, left + wide)):
                across = max(2 * abs(col - added[number, 1]) - 1, 0)
                if down * down + across * across < least:
                    free[(row - top + 1) * side + col - left + 1] = 0


def _straight(free: Any, cell: int, step: int, beside: int, goal: int) -> int:
    """The next cell along a row or column at which a way may turn, because an obstacle beside it has just ended; -1 if none."""
    while True:
        behind = cell
        cell += step
        if free[cell] == 0:
            return -1
        if cell == goal:
            return cell
        if (free[cell - beside] > free[behind - beside]) or (free[cell + beside] > free[behind + beside]):
            return cell


def _slanting(free: Any, cell: int, down: int, across: int, side: int, goal: int) -> int:
    """The next cell along a diagonal from which a turn is seen; -1 if none."""
    while True:
        if free[cell + across] == 0 or free[cell + down] == 0 or free[cell + down + across] == 0:
            return -1
        cell += down + across
        if cell == goal:
            return cell
        if _straight(free, cell, across, side, goal) >= 0 or _straight(free, cell, down, 1, goal) >= 0:
            return cell


def _leads_on(down: int, across: int, came_down: int, came_across: int) -> bool:
    """Whether a direction is to be looked in by who has come in another: not back, and no turn that was shorter before."""
    if came_down == 0 and came_across == 0:
        return True
    if came_down != 0 and came_across != 0:
        return (down == came_down or down == 0) and (across == came_across or across == 0)
    if came_down == 0:
        return across == came_across or (across == 0 and down != 0)
    return down == came_down or (down == 0 and across != 0)


def _traced(before: Any, here: int, goal: int, width: int, top: int, left: int, side: int) -> Any:
    """The way that leads to a goal, as flat indices of the map."""
    count, cell = 1, goal
    while cell != here:
        last = int(before[cell])
        count += max(abs(cell // side - last // side), abs(cell % side - last % side))
        cell = last
    found, row, col, cell = np.empty(count, dtype=np.int64), goal // side, goal % side, goal
    for index in range(count - 1, -1, -1):
        found[index] = (row - 1 + top) * width + col - 1 + left
        if row == cell // side and col == cell % side and index > 0:
            cell = int(before[cell])
        row += (cell // side > row) - (cell // side < row)
        col += (cell % side > col) - (cell % side < col)
    return found


def way(
    near: Any, width: int, added: Any, least: int, top: int, left: int, high: int, wide: int, start: int, end: int,
    length: Any, before: Any, seen: Any, free: Any, turn: int,
) -> Any:  # fmt: skip
    """The shortest way between two cells within a window; a diagonal step needs all four cells of its block.

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
        length: Memory for a number of each cell of the window and of a border around it; it is taken again and again, since fresh
            memory takes longer to come by than most ways to find.
        before: Likewise.
        seen: Likewise; nowhere ``turn``.
        free: Likewise.
        turn: A number that no earlier search with this memory had.

    Returns:
        Flat indices of the way's cells; none where there is no way.
    """
    side = wide + 2
    here = (start // width - top + 1) * side + start % width - left + 1
    goal = (end // width - top + 1) * side + end % width - left + 1
    goal_row, goal_col = goal // side, goal % side
    _copied(free, near, width, added, least, top, left, high, wide)
    if free[here] == 0 or free[goal] == 0:
        return np.empty(0, dtype=np.int64)
    length[here], before[here], seen[here] = 0.0, here, turn
    heap = [(_octile(abs(here // side - goal_row), abs(here % side - goal_col)), here)]
    while heap:
        key, cell = heappop(heap)
        if cell == goal:
            return _traced(before, here, goal, width, top, left, side)
        row, col = cell // side, cell % side
        if key > length[cell] + _octile(abs(row - goal_row), abs(col - goal_col)) + _NANO:
            continue
        last = int(before[cell])
        came_down = (row > last // side) - (row < last // side)
        came_across = (col > last % side) - (col < last % side)
        for number in range(9):
            down, across = number // 3 - 1, number % 3 - 1
            if number == 4 or not _leads_on(down, across, came_down, came_across):
                continue
            if down != 0 and across != 0:
                onto = _slanting(free, cell, down * side, across, side, goal)
            elif across != 0:
                onto = _straight(free, cell, across, side, goal)
            else:
                onto = _straight(free, cell, down * side, 1, goal)
            if onto < 0:
                continue
            far_down, far_across = abs(onto // side - row), abs(onto % side - col)
            gone = length[cell] + _octile(far_down, far_across)
            if seen[onto] != turn or gone < length[onto] - _NANO:
                length[onto], before[onto], seen[onto] = gone, cell, turn
                heappush(heap, (gone + _octile(abs(onto // side - goal_row), abs(onto % side - goal_col)), onto))
    return np.empty(0, dtype=np.int64)


WAY = (_octile, _copied, _straight, _slanting, _leads_on, _traced, way)
"""For ``maps.compiled.compiled``."""
