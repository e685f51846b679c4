"""Kernels for mending a route: what some obstacles cut of it, and the line drawn taut anew beside them.

All lengths are in cells, x = column, y = row. ``added`` (K, 2) are the rows and columns of obstacles that the field does not know
of yet. Squares of distances from centres to squares are in half cells, as in ``maps.huge.capped``. They run as plain Python too.
Each does as much as it can in one go: after a change of the map every call finds an empty cache, and costs many times its work.
"""

from math import ceil, hypot, sqrt
from typing import Any

import numpy as np

from maps.leaps import MOST_TRIES, pulled, tries_of
from maps.sightline import KERNELS, MISSING, _settled, _square_apart

__all__ = ["ALL", "CUT", "DRAWN", "NOTHING", "REDRAWN", "centre_room", "cut", "last_clear_of", "redrawn"]

_NANO = 1e-9
NOTHING, DRAWN, ALL = 0, 1, 2
"""What of a line has yet to be measured."""


def _ball(added: Any) -> Any:
    """The middle (x, y) and radius of a ball that holds all squares."""
    top, bottom, left, right = added[0, 0], added[0, 0], added[0, 1], added[0, 1]
    for number in range(1, len(added)):
        top, bottom = min(top, added[number, 0]), max(bottom, added[number, 0])
        left, right = min(left, added[number, 1]), max(right, added[number, 1])
    high, wide = (bottom + 1 - top) / 2.0, (right + 1 - left) / 2.0
    return left + wide, top + high, hypot(high, wide)


def _foot(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> Any:
    """The point of a segment that is nearest to a point."""
    along_x, along_y = bx - ax, by - ay
    square = along_x * along_x + along_y * along_y
    share = ((x - ax) * along_x + (y - ay) * along_y) / square if square > 1e-300 else 0.0
    share = min(max(share, 0.0), 1.0)
    return ax + share * along_x, ay + share * along_y


def _is_beside(ax: float, ay: float, bx: float, by: float, ball: Any, most: float) -> bool:
    """Whether a segment surely keeps ``most`` from all that a ball holds."""
    x, y = _foot(ax, ay, bx, by, ball[0], ball[1])
    return bool(hypot(x - ball[0], y - ball[1]) >= ball[2] + most)


def _least_apart(ax: float, ay: float, bx: float, by: float, added: Any, ball: Any, most: float) -> float:
    """Distance of a segment from the nearest square, where it is below ``most``; else that."""
    if _is_beside(ax, ay, bx, by, ball, most):
        return most
    best = most * most
    for number in range(len(added)):
        best = min(best, _square_apart(ax, ay, bx, by, added[number, 1], added[number, 0]))
    return sqrt(best)


def _keeps_off(ax: float, ay: float, bx: float, by: float, added: Any, ball: Any, limit: float) -> bool:
    """Whether a segment is no nearer to any square than that."""
    if _is_beside(ax, ay, bx, by, ball, limit):
        return True
    for number in range(len(added)):
        if _square_apart(ax, ay, bx, by, added[number, 1], added[number, 0]) < limit * limit:
            return False
    return True


def _place_apart(ax: float, ay: float, bx: float, by: float, added: Any, apart: float) -> Any:
    """The point of a segment at which it is so far from the nearest square."""
    best, place = 1e300, (ax, ay)
    for number in range(len(added)):
        row, col = added[number, 0], added[number, 1]
        if sqrt(_square_apart(ax, ay, bx, by, col, row)) > apart + _NANO:
            continue
        for tip in range(6):  # it is nearest at one of its ends or across from a corner
            x, y = ax, ay
            if tip == 1:
                x, y = bx, by
            elif tip > 1:
                x, y = _foot(ax, ay, bx, by, col + float(tip & 1), row + float(tip >> 2))
            down, across = max(row - y, y - row - 1.0, 0.0), max(col - x, x - col - 1.0, 0.0)
            if down * down + across * across < best:
                best, place = down * down + across * across, (x, y)
    return place


def _line_apart(line: Any, count: int, added: Any, ball: Any) -> Any:
    """Distance of a polyline's first vertices from the nearest square, and where it is taken (x, y)."""
    best, which = 1e150, 0
    for index in range(count - 1):
        apart = _least_apart(line[index, 0], line[index, 1], line[index + 1, 0], line[index + 1, 1], added, ball, best)
        if apart < best:
            best, which = apart, index
    x, y = line[0, 0], line[0, 1]
    if count > 1:
        x, y = _place_apart(line[which, 0], line[which, 1], line[which + 1, 0], line[which + 1, 1], added, best)
    return best, x, y


def cut(line: Any, cells: Any, added: Any, needed: float, least: int, hits: Any) -> Any:
    """What obstacles cut of a route.

    Args:
        line: (V, 2) its vertices (x, y).
        cells: (N, 2) the cells that it was drawn from.
        added: The obstacles.
        needed: What the line has to keep from them.
        least: Squares from which on a cell is not struck.
        hits: (N,) is given the places of the cells that are struck.

    Returns:
        How many these are, -1 where the way from the start to the first cell or from the last cell to the end is cut; the vertices
        before and behind what is cut of the line, -1 where nothing is; the line's distance from the obstacles, and where it is
        taken (x, y).
    """
    ball, limit, last = _ball(added), needed - _NANO, len(cells) - 1
    for end, cell in ((0, 0), (len(line) - 1, last)):
        x, y = cells[cell, 1] + 0.5, cells[cell, 0] + 0.5
        if not _keeps_off(line[end, 0], line[end, 1], x, y, added, ball, limit):
            return -1, -1, -1, 0.0, x, y
    count, low, high, reach = 0, -1, -1, ceil(ball[2] + sqrt(float(least)) / 2.0) + 1
    for index in range(last + 1):
        row, col = cells[index, 0], cells[index, 1]
        if abs(row + 0.5 - ball[1]) > reach or abs(col + 0.5 - ball[0]) > reach:
            continue
        for number in range(len(added)):
            down = max(2 * abs(row - added[number, 0]) - 1, 0)
            across = max(2 * abs(col - added[number, 1]) - 1, 0)
            if down * down + across * across < least:
                hits[count] = index
                count += 1
                break
    for index in range(len(line) - 1):
        if not _keeps_off(line[index, 0], line[index, 1], line[index + 1, 0], line[index + 1, 1], added, ball, limit):
            low, high = index if low < 0 else low, index + 1
    apart, x, y = _line_apart(line, len(line), added, ball)
    return count, low, high, apart, x, y


def _places(line: Any, cells: Any, found: Any) -> bool:
    """The places (V,) of a polyline's inner vertices among the cells that it was drawn from; whether all of them were found.

    The first one counts as before all cells, the last one as behind them.
    """
    at, last = 0, len(line) - 1
    found[0], found[last] = -1, len(cells)
    for vertex in range(1, last):
        row, col = int(line[vertex, 1]), int(line[vertex, 0])
        while at < len(cells) and (cells[at, 0] != row or cells[at, 1] != col):
            at += 1
        if at == len(cells):
            return False
        found[vertex] = at
    return True


def centre_room(field: Any, cell: int, scale: float) -> float:
    """For ``maps.sightline``: the clearance of a cell's centre from what the field knows of."""
    return sqrt(float(field[0][cell])) / 2.0


def last_clear_of(
    blocked: Any, field: Any, width: int, height: int, scale: float, x: float, y: float, xs: Any, ys: Any, needed: float,
    where: Any,
) -> int:  # fmt: skip
    """``maps.sightline.last_clear_of`` beside obstacles that the field does not know of: ``field`` is it, these, and their ball."""
    for index in range(len(xs) - 1, -1, -1):
        if _keeps_off(x, y, xs[index], ys[index], field[1], field[2], needed - _NANO):
            settled = _settled(blocked, field, width, height, scale, x, y, xs[index], ys[index], needed)
            if settled > 0:
                return index
            if settled <= MISSING:
                return settled
    return -1


def _drawn_length(x: Any, y: Any, kept: Any, count: int) -> float:
    """Length of the polyline of some vertices."""
    length = 0.0
    for number in range(1, count):
        length += hypot(x[kept[number]] - x[kept[number - 1]], y[kept[number]] - y[kept[number - 1]])
    return length


def _is_on(line: Any, count: int, x: float, y: float) -> bool:
    """Whether a point lies on a polyline, to a thousandth of a cell."""
    for index in range(count - 1):
        foot_x, foot_y = _foot(line[index, 0], line[index, 1], line[index + 1, 0], line[index + 1, 1], x, y)
        if max(abs(foot_x - x), abs(foot_y - y)) < 1e-3:
            return True
    return False


def _taut(blocked: Any, field: Any, width: int, height: int, scale: float, x: Any, y: Any, needed: float, kept: Any) -> int:
    """Draw a polyline taut from both ends, the shorter of both; how many of its vertices are kept, told in ``kept``."""
    size, last = len(x), len(x) - 1
    tries, xs, ys = np.empty(MOST_TRIES, dtype=np.int64), np.empty(MOST_TRIES), np.empty(MOST_TRIES)
    where, lines, points, told = np.empty((MOST_TRIES, 2)), np.empty((0, 4)), np.empty((0, 2)), np.empty(2, dtype=np.int64)
    back, back_x, back_y = np.empty(size, dtype=np.int64), x[::-1].copy(), y[::-1].copy()
    work = (tries, xs, ys, where)
    ahead = pulled(blocked, field, width, height, scale, x, y, needed, *work, kept, lines, points, told)
    count = pulled(blocked, field, width, height, scale, back_x, back_y, needed, *work, back, lines, points, told)
    if count > 0 and (
        ahead <= 0 or _drawn_length(back_x, back_y, back, count) < _drawn_length(x, y, kept, ahead) - _NANO
    ):  # fmt: skip
        for number in range(count):
            kept[number] = last - back[count - 1 - number]
        ahead = count
    return ahead


def _stretch(line: Any, new: Any, low: int, high: int, begin: int, end: int, x: Any, y: Any) -> int:
    """A vertex, the centres of some cells and another vertex, none of them twice, in ``x`` and ``y``; how many they are."""
    x[0], y[0], count = line[low, 0], line[low, 1], 1
    for index in range(begin, end + 1):
        to_x, to_y = (line[high, 0], line[high, 1]) if index == end else (new[index, 1] + 0.5, new[index, 0] + 0.5)
        if hypot(to_x - x[count - 1], to_y - y[count - 1]) > _NANO:
            x[count], y[count] = to_x, to_y
            count += 1
    return count


def _keeps(blocked: Any, field: Any, width: int, height: int, scale: float, line: Any, first: int, last: int, room: float) -> bool:
    """Whether the segments of a polyline between two of its vertices keep so far from all that the field knows of."""
    for index in range(first, last):
        ax, ay, bx, by = line[index, 0], line[index, 1], line[index + 1, 0], line[index + 1, 1]
        if _settled(blocked, field, width, height, scale, ax, ay, bx, by, room) <= 0:
            return False
    return True


def redrawn(
    blocked: Any, near: Any, added: Any, width: int, height: int, scale: float, line: Any, old: Any, new: Any, low: int, high: int,
    first: int, last: int, needed: float, place: Any, room: float, most: float, made: Any,
) -> Any:  # fmt: skip
    """Draw a route's line anew beside obstacles, taut between the vertices around what is cut.

    Args:
        blocked: (H * W,) obstacles that the field knows of.
        near: (H * W,) capped squares of the field.
        added: The others.
        width: Columns of the map.
        height: Rows.
        scale: Side of a cell.
        line: (V, 2) the old line.
        old: (N, 2) the cells that it was drawn from.
        new: (M, 2) the cells of the route now.
        low: The vertex before what is cut of the line.
        high: That behind it.
        first: The first of the old cells that is no longer one; -1 where all are kept.
        last: The last of them.
        needed: What the line has to keep from all obstacles.
        place: (2,) where the old line came nearest to an obstacle.
        room: How near.
        most: Distances below this the field tells.
        made: (n, 2) is given the new line; V + M + 2 vertices are enough.

    Returns:
        How many vertices it has, 0 where it cannot be drawn; how many of the old ones it begins with, and the old one with which it
        goes on behind what is drawn anew; its clearance, and where that is taken (x, y). And what has yet to be measured, since
        obstacles that the field knows of come nearer, or it does not tell: nothing, what is drawn anew, or all of it.
    """
    ball, size = _ball(added), len(line)
    field, places = (near, added, ball), np.empty(size, dtype=np.int64)
    if not _places(line, old, places):
        return 0, 0, 0, 0.0, 0.0, 0.0, ALL
    while first >= 0 and low > 0 and places[low] >= first:
        low -= 1
    while first >= 0 and high < size - 1 and places[high] <= last:
        high += 1
    begin, end = places[low] + 1, places[high] + len(new) - len(old)
    x, y = np.empty(end - begin + 2), np.empty(end - begin + 2)
    count = _stretch(line, new, low, high, begin, end, x, y)
    kept = np.empty(count, dtype=np.int64)
    count = _taut(blocked, field, width, height, scale, x[:count], y[:count], needed, kept)
    if count <= 0:
        return 0, 0, 0, 0.0, 0.0, 0.0, ALL
    total = low + count + size - high - 1
    made[:low] = line[:low]
    for number in range(count):
        made[low + number, 0], made[low + number, 1] = x[kept[number]], y[kept[number]]
    made[low + count : total] = line[high + 1 :]
    apart, at_x, at_y = _line_apart(made, total, added, ball)
    is_kept = _is_on(made, total, place[0], place[1])
    if is_kept and room <= apart:
        apart, at_x, at_y = room, place[0], place[1]
    if is_kept and apart <= needed + _NANO:  # what is drawn keeps that
        return total, low + 1, high, apart, at_x, at_y, NOTHING
    drawn = (low, low + count - 1) if is_kept else (0, total - 1)
    if apart < most and _keeps(blocked, field, width, height, scale, made, *drawn, max(apart, needed)):
        return total, low + 1, high, apart, at_x, at_y, NOTHING
    return total, low + 1, high, apart, at_x, at_y, DRAWN if is_kept else ALL


_APART = (KERNELS[0], KERNELS[1], _ball, _foot, _is_beside, _keeps_off, _least_apart, _place_apart, _line_apart)
CUT = (*_APART, cut)
REDRAWN = (
    centre_room, *KERNELS, *_APART[2:], last_clear_of, tries_of, pulled, _places, _drawn_length, _is_on, _taut, _stretch, _keeps,
    redrawn,
)  # fmt: skip
