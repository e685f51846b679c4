"""Cut off: whether what has come since a route was found leaves no way to its goal, proved without a search of the map.

A body's centre stays within cells whose clearance is no more than half a cell's diagonal below what the body needs. So where such
cells around the start, or around all of the goal, are closed in, there is no way at all, not between the centres of cells either.
Both ends are filled in turn, row by row within a window, until one is closed in: that takes as long as the smaller part is large.
"""

from collections.abc import Mapping
from math import ceil, sqrt
from threading import local
from typing import Any

import numpy as np
import numpy.typing as npt

from maps.body import Body
from maps.clearance import UnknownPolicy, layers_before
from maps.compiled import compiled, uncompiled, use_numba
from maps.difference import difference
from maps.evidence import Evidence
from maps.features import DoorState
from maps.geometry import Point
from maps.goals import Goal
from maps.huge.clear import least_square
from maps.huge.field import LazyField
from maps.mend import can_be_mended
from maps.reach.gaps import TOLERANCE
from maps.reach.index import HALF_DIAGONAL
from maps.route import Route
from maps.world import World

__all__ = ["closed_in", "cut_off"]

IntArray = npt.NDArray[np.int64]

_MOST_ADDED = 4_000
_SIDE = 1024
"""Cells: a part that leads out of a window of this side around what has come counts as open."""
_MOST_CELLS = 120_000
"""A part of more cells is not filled: a search takes about as long."""


def cut_off(
    world: World,
    body: Body,
    route: Route,
    goal: Goal,
    unknown: UnknownPolicy = "blocked",
    doors: Mapping[str, DoorState] | None = None,
) -> Point | None:
    """Where what has come cuts a route off its goal for good.

    Args:
        world: The map.
        body: The disc that moves.
        route: What was found on another revision of it, with its evidence, for the same body, start, unknown cells and overriding
            doors.
        goal: Where it may end now.
        unknown: Whether unknown cells are obstacles.
        doors: Door states that override the map's.

    Returns:
        A place (metres) among what has come; None where there may be a way: something has gone as well, the start itself is
        taken, a part is too large, or the route is of a kind that is not mended either (``maps.mend``).
    """
    why = route.evidence
    if unknown == "ask" or not isinstance(why, Evidence) or not can_be_mended(world, body, route, why):
        return None
    found = difference(why.revision, world)
    known = None if found is None else layers_before(world, found, unknown=unknown, doors=doors)
    if found is None or known is None:
        return None
    came, went = map(np.ascontiguousarray, found.obstacles(why.unknown_blocks, why.doors))
    field, scale = known.clearance, world.frame.resolution
    if not len(came) or len(came) > _MOST_ADDED or len(went) or not isinstance(field, LazyField):
        return None
    start, needed = why.line[0], body.needed_clearance_m / scale
    ends = goal.cells[((goal.cells >= 0) & (goal.cells < world.frame.shape)).all(axis=1)]
    if not field.below_cap(body.needed_clearance_m) or _apart(came, start) < needed:
        return None
    run = compiled if use_numba(known.blocked.size) else uncompiled
    if goal.exact is None or _apart(came, world.frame.local([goal.exact.point])[0]) >= needed - TOLERANCE:
        least = max(1, least_square((needed - HALF_DIAGONAL - TOLERANCE) * scale, scale))
        window = _window(came, world.frame.shape)
        marks = _MARKS.of(window[1] - window[0], window[3] - window[2])
        cell = np.array(((int(start[1]), int(start[0])),))
        if not run(*CLOSED_IN)(field.near, came, least, window[0], window[2], cell, ends, _MOST_CELLS, marks):
            return None
    row, col = came[int(run(*NEAREST)(why.cells, came))].tolist()
    return world.frame.centre(row, col)


class _Marks(local):
    """What the fills of one thread write to, one after the other: fresh memory takes longer to come by than most parts to fill."""

    def __init__(self) -> None:
        self._all = np.zeros(_SIDE * _SIDE, dtype=np.uint8)

    def of(self, high: int, wide: int) -> npt.NDArray[np.uint8]:
        """Zeros, (high, wide); whoever writes to them puts zeros back."""
        return self._all[: high * wide].reshape(high, wide)


_MARKS = _Marks()


def _window(came: IntArray, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """First row and that after the last, first column and that after the last around the middle of what has come."""
    found: list[int] = []
    for low, high, size in zip(came.min(axis=0).tolist(), came.max(axis=0).tolist(), shape, strict=True):
        first = max(0, min((low + high) // 2 - _SIDE // 2, size - _SIDE))
        found += [first, min(size, first + _SIDE)]
    return found[0], found[1], found[2], found[3]


def _apart(cells: IntArray, point: npt.NDArray[np.float64]) -> float:
    """Distance of a point (x, y) from the nearest of some squares (N, 2), cells."""
    away = np.maximum(np.abs(cells[:, ::-1] + 0.5 - point) - 0.5, 0.0)
    return float(np.hypot(away[:, 0], away[:, 1]).min())


def _touch(touched: Any, low: int, high: int, left: int, right: int) -> None:
    """Grow a box, first row and that after the last, first column and that after the last, so that it holds another one."""
    touched[0], touched[1] = min(touched[0], low), max(touched[1], high)
    touched[2], touched[3] = min(touched[2], left), max(touched[3], right)


def _mark_shut(marks: Any, added: Any, least: int, top: int, left: int, touched: Any) -> None:
    """Mark with 3 all cells of a window that are too near to the obstacles that the field does not know of."""
    high, wide = marks.shape
    reach = ceil(sqrt(float(least)) / 2.0) + 1
    for number in range(len(added)):
        at_row, at_col = added[number, 0] - top, added[number, 1] - left
        first, last = max(at_row - reach, 0), min(at_row + reach + 1, high)
        begin, end = max(at_col - reach, 0), min(at_col + reach + 1, wide)
        _touch(touched, first, last, begin, end)
        for row in range(first, last):
            down = max(2 * abs(row - at_row) - 1, 0)
            for col in range(begin, end):
                across = max(2 * abs(col - at_col) - 1, 0)
                if down * down + across * across < least:
                    marks[row, col] = 3


def _fill_row(
    near: Any, marks: Any, least: int, top: int, left: int, row: int, col: int, side: int, stack: Any, count: int, touched: Any
) -> Any:  # fmt: skip
    """Fill the run of free cells of a row in which a cell lies, and put one cell of each run beside it on the stack.

    Returns:
        How many the stack holds, -1 where the run leads out of the window or the stack is full, and -2 where the other side's cells
        are met; and how many cells are filled.
    """
    high, wide = marks.shape
    height, width = near.shape
    first, last = col, col
    line, mine = near[top + row], marks[row]
    while first > 0 and line[left + first - 1] >= least and mine[first - 1] != 3:
        first -= 1
    while last < wide - 1 and line[left + last + 1] >= least and mine[last + 1] != 3:
        last += 1
    _touch(touched, row, row + 1, first, last + 1)
    for at in range(first, last + 1):
        if mine[at] != 0 and mine[at] != side:
            return -2, 0
        mine[at] = side
    if (first == 0 and left > 0) or (last == wide - 1 and left + wide < width):
        return -1, 0
    if (row == 0 and top > 0) or (row == high - 1 and top + high < height):
        return -1, 0
    for beside in (row - 1, row + 1):
        if beside < 0 or beside >= high:
            continue
        other, theirs, inside = near[top + beside], marks[beside], False
        for at in range(max(first - 1, 0), min(last + 1, wide - 1) + 1):
            free = other[left + at] >= least and theirs[at] != 3
            if free and not inside and theirs[at] != side:
                if count >= len(stack):
                    return -1, 0
                stack[count, 0], stack[count, 1] = beside, at
                count += 1
            inside = free
    return count, last - first + 1


def _seed(near: Any, marks: Any, least: int, top: int, left: int, cells: Any, side: int, stack: Any, touched: Any) -> Any:
    """Put free cells (N, 2) of the map on a side's stack.

    Returns:
        How many there are, -2 where one is the other side's; and whether there are others out of the window.
    """
    high, wide = marks.shape
    count, is_open = 0, False
    for number in range(len(cells)):
        row, col = cells[number, 0] - top, cells[number, 1] - left
        if near[cells[number, 0], cells[number, 1]] < least:
            continue
        if row < 0 or row >= high or col < 0 or col >= wide:
            is_open = True
        elif marks[row, col] == 0:
            _touch(touched, row, row + 1, col, col + 1)
            stack[count, 0], stack[count, 1], marks[row, col] = row, col, side
            count += 1
        elif marks[row, col] < 3 and marks[row, col] != side:
            return -2, False
    return count, is_open


def closed_in(near: Any, added: Any, least: int, top: int, left: int, start: Any, ends: Any, most: int, marks: Any) -> bool:
    """Whether a cell is surely not joined to any of others, over cells that share a side or a corner.

    Args:
        near: (H, W) capped squares of the field.
        added: (K, 2) obstacles that it does not know of.
        least: Squares from which on a cell is free, at least 1.
        top: First row of the window that is looked at.
        left: Its first column.
        start: (1, 2) row and column of the one cell.
        ends: (N, 2) the others.
        most: So many cells are filled on either side at most.
        marks: (h, w) zeros, as large as the window; zeros again in the end.
    """
    touched = np.array((len(marks), 0, marks.shape[1], 0))
    found = _joined_to_none(near, added, least, top, left, start, ends, most, marks, touched)
    for row in range(touched[0], touched[1]):
        marks[row, touched[2] : touched[3]] = 0
    return found


def _joined_to_none(
    near: Any, added: Any, least: int, top: int, left: int, start: Any, ends: Any, most: int, marks: Any, touched: Any
) -> bool:  # fmt: skip
    """``closed_in``; ``touched`` is told a box of the marks that holds all that are not zeros."""
    _mark_shut(marks, added, least, top, left, touched)
    mine, other = np.empty((4096, 2), dtype=np.int64), np.empty((4096 + len(ends), 2), dtype=np.int64)
    counts, sizes, is_open = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.bool_)
    counts[0], is_open[0] = _seed(near, marks, least, top, left, start, 1, mine, touched)
    counts[1], is_open[1] = _seed(near, marks, least, top, left, ends, 2, other, touched)
    if counts[1] < 0 or (counts[0] == 0 and not is_open[0]):  # the start itself is taken: that is for others to judge
        return False
    while not (is_open[0] and is_open[1]):
        which = 0 if is_open[1] or (not is_open[0] and sizes[0] <= sizes[1]) else 1
        if counts[which] == 0:
            return True
        stack = mine if which == 0 else other
        counts[which] -= 1
        row, col = stack[counts[which], 0], stack[counts[which], 1]
        count, filled = _fill_row(near, marks, least, top, left, row, col, which + 1, stack, counts[which], touched)
        if count == -2:
            return False
        if count == -1 or sizes[which] + filled > most:
            is_open[which] = True
        else:
            counts[which], sizes[which] = count, sizes[which] + filled
    return False


def nearest(cells: Any, added: Any) -> int:
    """The number of the obstacle that is nearest to any of some cells, by rows and columns; of many only some are looked at."""
    best, which, stride = 1 << 60, 0, 1 + len(added) // 256
    for number in range(0, len(added), stride):
        for index in range(len(cells)):
            away = max(abs(cells[index, 0] - added[number, 0]), abs(cells[index, 1] - added[number, 1]))
            if away < best:
                best, which = away, number
    return which


CLOSED_IN = (_touch, _mark_shut, _fill_row, _seed, _joined_to_none, closed_in)
NEAREST = (nearest,)
"""For ``maps.compiled.compiled``."""
