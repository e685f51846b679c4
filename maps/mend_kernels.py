"""Kernels for mending a route: what some obstacles strike of it, a way round them in a window, and lines of sight beside them.

All lengths are in cells, x = column, y = row. ``added`` (K, 2) are the rows and columns of obstacles that the field does not know
of yet. Squares of distances from centres to squares are in half cells, as in ``maps.huge.capped``. They run as plain Python too.
"""

from heapq import heappop, heappush
from math import ceil, sqrt
from typing import Any

import numpy as np

from maps.leaps import pulled, tries_of
from maps.sightline import KERNELS, MISSING, _settled, _square_apart

__all__ = ["NEAREST", "PLACES", "STRUCK", "TAUT", "WAY", "centre_room", "last_clear_of"]

_DIAGONAL = 2.0**0.5
_NANO = 1e-9


def struck(cells: Any, added: Any, least: int, found: Any) -> None:
    """Tell of cells (N, 2) whether the square of an obstacle is nearer to their centre than ``least``, in ``found`` (N,)."""
    top, bottom, left, right = added[0, 0], added[0, 0], added[0, 1], added[0, 1]
    for number in range(1, len(added)):
        top, bottom = min(top, added[number, 0]), max(bottom, added[number, 0])
        left, right = min(left, added[number, 1]), max(right, added[number, 1])
    reach = ceil(sqrt(float(least)) / 2.0) + 1
    for index in range(len(cells)):
        row, col = cells[index, 0], cells[index, 1]
        found[index] = 0
        if row < top - reach or row > bottom + reach or col < left - reach or col > right + reach:
            continue
        for number in range(len(added)):
            down = max(2 * abs(row - added[number, 0]) - 1, 0)
            across = max(2 * abs(col - added[number, 1]) - 1, 0)
            if down * down + across * across < least:
                found[index] = 1
                break


def nearest(line: Any, added: Any, most: float, apart: Any) -> None:
    """Least squared distance of each segment of a polyline (N, 2) to an obstacle's square, where it is below ``most``; else more.

    ``apart`` (N - 1,) is given the answers.
    """
    top, bottom, left, right = added[0, 0], added[0, 0], added[0, 1], added[0, 1]
    for number in range(1, len(added)):
        top, bottom = min(top, added[number, 0]), max(bottom, added[number, 0])
        left, right = min(left, added[number, 1]), max(right, added[number, 1])
    reach = sqrt(most)
    for index in range(len(line) - 1):
        ax, ay, bx, by = line[index, 0], line[index, 1], line[index + 1, 0], line[index + 1, 1]
        apart[index] = 2.0 * most + 1.0
        if max(ax, bx) < left - reach or min(ax, bx) > right + 1.0 + reach:
            continue
        if max(ay, by) < top - reach or min(ay, by) > bottom + 1.0 + reach:
            continue
        for number in range(len(added)):
            apart[index] = min(apart[index], _square_apart(ax, ay, bx, by, added[number, 1], added[number, 0]))


def places(line: Any, cells: Any, found: Any) -> int:
    """The places (N,) of a polyline's inner vertices among the cells (M, 2) that it was drawn from; how many were found.

    The first one counts as before all cells, the last one as behind them.
    """
    at, last = 0, len(line) - 1
    found[0], found[last] = -1, len(cells)
    for vertex in range(1, last):
        row, col = int(line[vertex, 1]), int(line[vertex, 0])
        while at < len(cells) and (cells[at, 0] != row or cells[at, 1] != col):
            at += 1
        if at == len(cells):
            return vertex
        found[vertex] = at
    return last + 1


def _octile(down: int, across: int) -> float:
    """Octile length of so many rows and columns >= 0."""
    return down + (_DIAGONAL - 1.0) * across if down > across else across + (_DIAGONAL - 1.0) * down


def _shut(added: Any, least: int, top: int, left: int, high: int, wide: int) -> Any:
    """(high * wide,) which cells of a window are too near to an obstacle that the field does not know of."""
    shut = np.zeros(high * wide, dtype=np.uint8)
    reach = ceil(sqrt(float(least)) / 2.0) + 1
    for number in range(len(added)):
        for row in range(max(added[number, 0] - reach, top), min(added[number, 0] + reach + 1, top + high)):
            down = max(2 * abs(row - added[number, 0]) - 1, 0)
            for col in range(max(added[number, 1] - reach, left), min(added[number, 1] + reach + 1, left + wide)):
                across = max(2 * abs(col - added[number, 1]) - 1, 0)
                if down * down + across * across < least:
                    shut[(row - top) * wide + col - left] = 1
    return shut


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


def way(near: Any, width: int, added: Any, least: int, top: int, left: int, high: int, wide: int, start: int, end: int) -> Any:
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

    Returns:
        Flat indices of the way's cells; none where there is no way.
    """
    shut = _shut(added, least, top, left, high, wide)
    length, before = np.full(high * wide, np.inf), np.full(high * wide, -1, dtype=np.int32)
    here = (start // width - top) * wide + start % width - left
    goal = (end // width - top) * wide + end % width - left
    goal_row, goal_col = goal // wide, goal % wide
    if shut[here] != 0 or near[start] < least:
        return np.empty(0, dtype=np.int64)
    length[here] = 0.0
    heap = [(_octile(abs(here // wide - goal_row), abs(here % wide - goal_col)), here)]
    while heap:
        key, cell = heappop(heap)
        if cell == goal:
            break
        row, col = cell // wide, cell % wide
        if key > length[cell] + _octile(abs(row - goal_row), abs(col - goal_col)) + _NANO:
            continue
        for turn in range(9):
            dy, dx = turn // 3 - 1, turn % 3 - 1
            if turn == 4 or not (0 <= row + dy < high and 0 <= col + dx < wide):
                continue
            onto, at = cell + dy * wide + dx, (row + dy + top) * width + col + dx + left
            gone = length[cell] + (_DIAGONAL if dy != 0 and dx != 0 else 1.0)
            if gone < length[onto] - _NANO and _can_step(near, shut, least, onto, at, wide, width, dy, dx):
                length[onto], before[onto] = gone, cell
                heappush(heap, (gone + _octile(abs(row + dy - goal_row), abs(col + dx - goal_col)), onto))
    if before[goal] < 0:
        return np.empty(0, dtype=np.int64)
    return _traced(before, here, goal, width, top, left, wide)


def centre_room(field: Any, cell: int, scale: float) -> float:
    """For ``maps.sightline``: the clearance of a cell's centre from what the field knows of."""
    return sqrt(float(field[0][cell])) / 2.0


def last_clear_of(
    blocked: Any, field: Any, width: int, height: int, scale: float, x: float, y: float, xs: Any, ys: Any, needed: float,
    where: Any,
) -> int:  # fmt: skip
    """``maps.sightline.last_clear_of`` beside obstacles that the field does not know of: ``field`` is the field and these."""
    added, limit = field[1], needed - _NANO
    for index in range(len(xs) - 1, -1, -1):
        clear = True
        for number in range(len(added)):
            if _square_apart(x, y, xs[index], ys[index], added[number, 1], added[number, 0]) < limit * limit:
                clear = False
                break
        if clear:
            settled = _settled(blocked, field, width, height, scale, x, y, xs[index], ys[index], needed)
            if settled > 0:
                return index
            if settled <= MISSING:
                return settled
    return -1


_APART = (KERNELS[0], KERNELS[1])
STRUCK = (struck,)
NEAREST = (*_APART, nearest)
PLACES = (places,)
WAY = (_octile, _shut, _traced, _can_step, way)
TAUT = (centre_room, *KERNELS, last_clear_of, tries_of, pulled)
