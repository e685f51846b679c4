"""Conservative advancement along polylines, as kernels that ``maps.compiled`` compiles and that run as plain Python too.

All lengths are in cells, x = column, y = row; ``centre_room(field, row * width + col, scale)`` is the clearance of a cell's centre.
Above what is asked for it may be told as less, as ``maps.huge.reading.room_field`` does.
"""

import math
from typing import Any

import numpy as np

from maps.sightline import centre_room

__all__ = ["all_clear", "barred", "clear", "within"]

_LEAST_STEP = 1e-9
_HALF_DIAGONAL = 0.70711
"""Of a cell, and a little more."""


def _to_square(px: float, py: float, col: int, row: int) -> float:
    """Distance of a point from a cell's square."""
    x, y = max(max(col - px, px - col - 1.0), 0.0), max(max(row - py, py - row - 1.0), 0.0)
    return math.sqrt(x * x + y * y)


def _distance(blocked: Any, px: float, py: float, most: float) -> Any:
    """Exact distance of a point from the nearest obstacle square or the outside, as far as it is below ``most``."""
    height, width = blocked.shape
    best = min(min(px, py), min(width - px, height - py), most)
    if best <= 0.0:
        return 0.0
    reach = math.ceil(best) + 1
    col0, row0 = int(px), int(py)
    for row in range(max(0, row0 - reach), min(height, row0 + reach + 1)):
        for col in range(max(0, col0 - reach), min(width, col0 + reach + 1)):
            if blocked[row, col]:
                best = min(best, _to_square(px, py, col, row))
    return best


def _eights(blocked: Any) -> Any:
    """Obstacle cells (H, W) eight at a time, row after row; what is left over is not among them."""
    return blocked.reshape(-1)[: blocked.size // 8 * 8].view(np.uint64)


def _piece_clear(blocked: Any, eights: Any, ax: float, ay: float, bx: float, by: float, needed: float) -> bool:
    """Whether a short piece keeps a distance from all squares; the outside is judged by its ends. Eight free cells are one look."""
    height, width = blocked.shape
    if min(min(ax, bx), min(ay, by)) < needed or max(ax, bx) > width - needed or max(ay, by) > height - needed:
        return False
    left, right = max(0, int(min(ax, bx) - needed) - 1), min(width, int(max(ax, bx) + needed) + 2)
    for row in range(max(0, int(min(ay, by) - needed) - 1), min(height, int(max(ay, by) + needed) + 2)):
        low, high = row * width + left, row * width + right
        for eight in range(low >> 3, (high + 7) >> 3):
            if eight < len(eights) and eights[eight] == 0:
                continue
            for cell in range(max(low, eight << 3), min(high, (eight + 1) << 3)):
                col = cell - row * width
                if blocked[row, col] and not _square_clear(ax, ay, bx, by, needed, col, row):
                    return False
    return True


def _square_clear(ax: float, ay: float, bx: float, by: float, needed: float, col: int, row: int) -> bool:
    """Whether a segment keeps a distance from a cell's square."""
    dx, dy = bx - ax, by - ay
    square, limit = dx * dx + dy * dy, needed * needed
    mx, my, far = col + 0.5 - ax, row + 0.5 - ay, needed + _HALF_DIAGONAL
    aside = mx * dy - my * dx
    if aside * aside > far * far * square and square > 0.0:
        return True  # no point of the square is farther than sqrt(1/2) from its middle
    for end in range(2):
        px, py = (ax, ay) if end == 0 else (bx, by)
        x, y = max(max(col - px, px - col - 1.0), 0.0), max(max(row - py, py - row - 1.0), 0.0)
        if x * x + y * y < limit:
            return False
    for corner in range(4):
        cx, cy = col + corner % 2 - ax, row + corner // 2 - ay
        along, aside = cx * dx + cy * dy, cx * dy - cy * dx
        if 0.0 < along < square and aside * aside < limit * square:
            return False
    return needed >= 0.71 or not _crosses(ax, ay, dx, dy, col, row)


def _crosses(ax: float, ay: float, dx: float, dy: float, col: int, row: int) -> bool:
    """Whether a segment meets a square, by slabs."""
    low, high = 0.0, 1.0
    for axis in range(2):
        at, along, side = (ax, dx, float(col)) if axis == 0 else (ay, dy, float(row))
        if abs(along) < 1e-300:
            if at < side or at > side + 1.0:
                return False
        else:
            first, second = (side - at) / along, (side + 1.0 - at) / along
            low, high = max(low, min(first, second)), min(high, max(first, second))
    return low <= high


def _keeps(blocked: Any, field: Any, line: Any, needed: float, scale: float) -> bool:
    """Whether a polyline (N, 2), N >= 1, keeps a clearance all along."""
    height, width = blocked.shape
    eights = _eights(blocked)
    for index in range(max(len(line) - 1, 1)):
        ax, ay = line[index, 0], line[index, 1]
        bx, by = line[min(index + 1, len(line) - 1), 0], line[min(index + 1, len(line) - 1), 1]
        length = math.sqrt((bx - ax) ** 2 + (by - ay) ** 2)
        ux, uy = (bx - ax) / max(length, 1e-300), (by - ay) / max(length, 1e-300)
        gone = 0.0
        while True:
            px, py = ax + gone * ux, ay + gone * uy
            if not (px >= 0.0 and py >= 0.0 and px < width and py < height):
                return False
            col, row = int(px), int(py)
            room = centre_room(field, row * width + col, scale) - math.sqrt((px - col - 0.5) ** 2 + (py - row - 0.5) ** 2)
            step = room - needed
            if step < 0.25:
                step = min(max(1.0, needed), length - gone)
                end = gone + step
                if not _piece_clear(blocked, eights, px, py, ax + end * ux, ay + end * uy, needed):
                    return False
            gone += step
            if gone >= length or step <= 0.0:
                break
    return True


def _all_keep(
    blocked: Any, field: Any, starts: Any, ends: Any, needed: Any, scale: float, gone: Any, waiting: Any, kept: Any
) -> None:  # fmt: skip
    """Tell which of many segments keep their clearance; ``_keeps`` step by step for all of them in turn.

    Where to look next depends on what is found, and nearly every look waits for memory. Looks for other segments do not wait for
    one another.

    Args:
        blocked: (H, W) obstacle cells.
        field: What ``centre_room`` reads.
        starts: (n, 2) where they start.
        ends: (n, 2) where they end.
        needed: (n,) clearance to keep.
        scale: What one cell is in the unit of ``field``.
        gone: (n,) zeros, to work on.
        waiting: (k,) to work on: so many are looked at in turn.
        kept: (n,) is given the answers.
    """
    height, width = blocked.shape
    eights = _eights(blocked)
    fresh = count = 0
    while True:
        while count < len(waiting) and fresh < len(starts):
            waiting[count] = fresh
            fresh += 1
            count += 1
        if count == 0:
            break
        left = 0
        for place in range(count):
            number = waiting[place]
            ax, ay, bx, by = starts[number, 0], starts[number, 1], ends[number, 0], ends[number, 1]
            length = math.sqrt((bx - ax) ** 2 + (by - ay) ** 2)
            ux, uy = (bx - ax) / max(length, 1e-300), (by - ay) / max(length, 1e-300)
            px, py = ax + gone[number] * ux, ay + gone[number] * uy
            kept[number] = px >= 0.0 and py >= 0.0 and px < width and py < height
            if not kept[number]:
                continue
            col, row = int(px), int(py)
            room = centre_room(field, row * width + col, scale) - math.sqrt((px - col - 0.5) ** 2 + (py - row - 0.5) ** 2)
            step = room - needed[number]
            if step < 0.25:
                step = min(max(1.0, needed[number]), length - gone[number])
                kept[number] = _piece_clear(blocked, eights, px, py, px + step * ux, py + step * uy, needed[number])
            gone[number] += step
            if kept[number] and gone[number] < length and step > 0.0:
                waiting[left] = number
                left += 1
        count = left


def _piece_below(blocked: Any, field: Any, ax: float, ay: float, bx: float, by: float, level: float, scale: float) -> bool:
    """Whether every point of a segment is nearer than ``level`` to an obstacle."""
    height, width = blocked.shape
    length = math.sqrt((bx - ax) ** 2 + (by - ay) ** 2)
    ux, uy = (bx - ax) / max(length, 1e-300), (by - ay) / max(length, 1e-300)
    gone = 0.0
    while gone <= length:
        px, py = ax + gone * ux, ay + gone * uy
        if not (px >= 0.0 and py >= 0.0 and px <= width and py <= height):
            return False
        col, row = min(int(px), width - 1), min(int(py), height - 1)
        room = centre_room(field, row * width + col, scale) + math.sqrt((px - col - 0.5) ** 2 + (py - row - 0.5) ** 2)
        if room > level - 0.25:
            room = _distance(blocked, px, py, level + 1.0)
        if level - room < _LEAST_STEP:
            return False
        gone += level - room
    return True


def _edge_below(field: Any, shape: tuple[int, int], along: int, across: int, upright: bool, most: float, scale: float) -> bool:
    """Whether the side between two cells belongs to one whose centre is at most ``most`` clear, or to the outside."""
    height, width = shape
    if across == 0 or across == (width if upright else height):
        return True
    cell, before = (along * width + across, 1) if upright else (across * width + along, width)
    return centre_room(field, cell - before, scale) < most or centre_room(field, cell, scale) < most


def _stays_below(blocked: Any, field: Any, ring: Any, level: float, scale: float) -> bool:
    """Whether every point of a closed ring (N, 2) on the map is nearer than ``level`` to an obstacle.

    A cell's side is settled by the clearance of the two centres beside it: no point of it is farther than sqrt(1/2) from either.
    """
    most = level - math.sqrt(0.5)
    for index in range(len(ring)):
        ax, ay = ring[index, 0], ring[index, 1]
        bx, by = ring[(index + 1) % len(ring), 0], ring[(index + 1) % len(ring), 1]
        upright = ax == bx
        if (upright or ay == by) and ax == int(ax) and ay == int(ay) and bx == int(bx) and by == int(by):
            low, high = (int(min(ay, by)), int(max(ay, by))) if upright else (int(min(ax, bx)), int(max(ax, bx)))
            across = int(ax) if upright else int(ay)
            for along in range(low, high):
                if _edge_below(field, blocked.shape, along, across, upright, most, scale):
                    continue
                x0, y0 = (float(across), float(along)) if upright else (float(along), float(across))
                x1, y1 = (x0, y0 + 1.0) if upright else (x0 + 1.0, y0)
                if not _piece_below(blocked, field, x0, y0, x1, y1, level, scale):
                    return False
        elif not _piece_below(blocked, field, ax, ay, bx, by, level, scale):
            return False
    return True


def _within(ring: Any, points: Any, inside: Any) -> None:
    """Turn ``inside`` (M,) where points (M, 2) lie within a closed ring (N, 2): even-odd rule."""
    for index in range(len(ring)):
        x0, y0 = ring[index, 0], ring[index, 1]
        x1, y1 = ring[(index + 1) % len(ring), 0], ring[(index + 1) % len(ring), 1]
        if y0 == y1:
            continue
        for number in range(len(points)):
            x, y = points[number, 0], points[number, 1]
            if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
                inside[number] = not inside[number]


clear = (_to_square, _crosses, _square_clear, _eights, _piece_clear, _keeps)
all_clear = (*clear[:-1], _all_keep)
barred = (_to_square, _distance, _piece_below, _edge_below, _stays_below)
within = (_within,)
