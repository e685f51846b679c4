"""Sightline: whether one straight segment keeps its distance from every obstacle square; exact, and quick in open space.

Clearance changes no faster than position, so the field's value at a cell says how far one can go before looking again. What
it leaves open is measured against the obstacle squares around. Written for numba and plain Python alike; lengths are in cells.
"""

from collections.abc import Callable
from math import ceil, floor, sqrt
from typing import Any

__all__ = ["KERNELS", "MISSING", "centre_room", "is_clear", "last_clear_of"]

MISSING = -(1 << 40)
"""Less the number of a cell: a value of the field that has to be worked out before a question can be answered."""

_NANO = 1e-9
"""What rounding may take from a clearance that is met exactly."""


def centre_room(field: Any, cell: int, scale: float) -> float:
    """The clearance of a cell's centre, cells; very large maps put another kernel of this name in its place."""
    return float(field[cell] / scale)


def _square_apart(ax: float, ay: float, bx: float, by: float, col: int, row: int) -> float:
    """Squared distance from a segment to a closed unit square given by its low corner."""
    gap_x = max(col - ax, ax - col - 1.0, 0.0)
    gap_y = max(row - ay, ay - row - 1.0, 0.0)
    best = gap_x * gap_x + gap_y * gap_y
    gap_x = max(col - bx, bx - col - 1.0, 0.0)
    gap_y = max(row - by, by - row - 1.0, 0.0)
    best = min(best, gap_x * gap_x + gap_y * gap_y)
    along_x, along_y = bx - ax, by - ay
    square = along_x * along_x + along_y * along_y
    if square < 1e-300 or best == 0.0:
        return best
    # Either a corner of the square is nearest to the segment's inside, or the two cross: then corners lie on both sides of it.
    lowest, highest = 1e300, -1e300
    for corner in range(4):
        tip_x, tip_y = col + (corner & 1) - ax, row + (corner >> 1) - ay
        share = (tip_x * along_x + tip_y * along_y) / square
        side = along_x * tip_y - along_y * tip_x
        lowest, highest = min(lowest, side), max(highest, side)
        if 0.0 < share < 1.0:
            best = min(best, side * side / square)
    if lowest <= 0.0 <= highest and _spans(ax, bx, col) and _spans(ay, by, row):
        return 0.0
    return best


def _spans(a: float, b: float, low: int) -> bool:
    """Whether a segment and a unit square overlap along one axis; with corners on both sides of its line they then cross."""
    return min(a, b) <= low + 1.0 and max(a, b) >= low


def _near_clear(
    blocked: Any, width: int, height: int, ax: float, ay: float, bx: float, by: float, needed: float
) -> bool:  # fmt: skip
    """Whether a short segment keeps ``needed`` from every obstacle square and the outside, measured exactly."""
    limit = needed - _NANO
    if min(ax, bx) < limit or min(ay, by) < limit or max(ax, bx) > width - limit or max(ay, by) > height - limit:
        return False
    first_col, last_col = max(0, floor(min(ax, bx) - needed)), min(width - 1, floor(max(ax, bx) + needed))
    first_row, last_row = max(0, floor(min(ay, by) - needed)), min(height - 1, floor(max(ay, by) + needed))
    for row in range(first_row, last_row + 1):
        for cell in range(row * width + first_col, row * width + last_col + 1):
            if blocked[cell] and _square_apart(ax, ay, bx, by, cell - row * width, row) < limit * limit:
                return False
    return True


def _march(
    blocked: Any, field: Any, width: int, height: int, scale: float,
    ax: float, ay: float, bx: float, by: float, needed: float, exact: bool,
) -> int:  # fmt: skip
    """Go along a segment in pieces of at most a cell: 1 clear, 0 left open by the field where ``exact`` is not set.

    The field may be capped, at more than ``needed`` and a cell: it then says less of what is far, and the answer is the same.

    Where it is not clear, minus the number of the first piece found so, counted from 1. Where the field has 0 in a cell that is no
    obstacle, it is not worked out there (``maps.huge.field``): ``MISSING`` less that cell.
    """
    length = sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay))
    pieces = max(1, ceil(length))
    step_x, step_y = (bx - ax) / pieces, (by - ay) / pieces
    piece = length / pieces
    index, settled = 0, 1
    while index < pieces:
        x, y = ax + step_x * (index + 0.5), ay + step_y * (index + 0.5)
        col, row = floor(x), floor(y)
        if col < 0 or row < 0 or col >= width or row >= height:
            return -1 - index
        off_x, off_y = x - col - 0.5, y - row - 0.5
        centre = centre_room(field, row * width + col, scale)
        if centre == 0.0 and not blocked[row * width + col]:
            return MISSING - (row * width + col)
        offset = sqrt(off_x * off_x + off_y * off_y)
        if centre + offset < needed - _NANO:
            return -1 - index
        room = centre - offset - piece / 2.0 - needed + _NANO
        if room >= 0.0:
            index += 1 + (int(room / piece) if piece > 0.0 else 0)
            continue
        if exact:
            from_x, from_y = ax + step_x * index, ay + step_y * index
            index += 1
            last = index == pieces
            onto_x, onto_y = bx if last else ax + step_x * index, by if last else ay + step_y * index
            if not _near_clear(blocked, width, height, from_x, from_y, onto_x, onto_y, needed):
                return -index
        else:
            settled = 0
            index += 1
    return settled


def _settled(
    blocked: Any, field: Any, width: int, height: int, scale: float, ax: float, ay: float, bx: float, by: float, needed: float
) -> int:
    """1 where a segment is clear, else minus the number of a piece that is not."""
    settled = _march(blocked, field, width, height, scale, ax, ay, bx, by, needed, False)
    if settled == 0:  # the field alone does not say
        settled = _march(blocked, field, width, height, scale, ax, ay, bx, by, needed, True)
    return settled


def is_clear(
    blocked: Any, field: Any, width: int, height: int, scale: float, ax: float, ay: float, bx: float, by: float, needed: float
) -> bool:
    """Whether a segment keeps at least ``needed`` from every obstacle square and from the outside, to within 1e-9.

    Args:
        blocked: (H * W,) whether a cell is an obstacle.
        field: (H * W,) exact clearance of the cell centres.
        width: Columns.
        height: Rows.
        scale: What one cell is in the unit of ``field``.
        ax: Start; likewise ay, bx, by: its end.
        ay: Start.
        bx: End.
        by: End.
        needed: Clearance.
    """
    return _settled(blocked, field, width, height, scale, ax, ay, bx, by, needed) > 0


def last_clear_of(
    blocked: Any, field: Any, width: int, height: int, scale: float, x: float, y: float, xs: Any, ys: Any, needed: float,
    where: Any,
) -> int:  # fmt: skip
    """Index of the last of several ends that is clear from one start; -1 where none is; or what ``_march`` says is missing.

    ``where`` (N, 2) is given the middle (x, y) of a piece that is not clear, for every end after that one.
    """
    for index in range(len(xs) - 1, -1, -1):
        along_x, along_y = xs[index] - x, ys[index] - y
        settled = _settled(blocked, field, width, height, scale, x, y, xs[index], ys[index], needed)
        if settled > 0:
            return index
        if settled <= MISSING:
            return settled
        share = (-settled - 0.5) / max(1, ceil(sqrt(along_x * along_x + along_y * along_y)))
        where[index, 0], where[index, 1] = x + share * along_x, y + share * along_y
    return -1


KERNELS: tuple[Callable[..., Any], ...] = (_spans, _square_apart, _near_clear, _march, _settled, is_clear)
"""For ``maps.compiled.compiled`` after a ``centre_room``, in the order in which they call one another."""
