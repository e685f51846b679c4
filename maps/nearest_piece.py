"""Nearest piece: which pieces of a polyline may be the one that comes nearest to an obstacle, for ``maps.swept.tightest``.

Clearance changes no faster than position, so most of a polyline is leapt over; what is left is measured against the squares around.
Written for numba; lengths are in cells.
"""

from math import ceil, floor, sqrt
from typing import Any

from maps.huge.far import _nearest
from maps.sightline import MISSING, _spans, _square_apart, centre_room

__all__ = ["FAR", "KERNELS", "SQUARES", "nearest_pieces", "squares_at"]

FAR = -1
"""All of the polyline is farther from all obstacles than the field tells."""

_SLACK = 1e-7
"""Cells: more than rounding can make of a distance."""

_STRIDE = 64
"""One in so many pieces is looked at first, for a bound on the distance sought."""


def _room(
    blocked: Any, width: int, height: int, ax: float, ay: float, bx: float, by: float, free: float, most: float
) -> float:  # fmt: skip
    """Distance of a short segment from the nearest obstacle square or the outside, as far as it is below ``most``.

    There is none whose centre is nearer to the segment's middle than ``free``.
    """
    best = min(most, min(min(ax, bx), min(ay, by)), min(width - max(ax, bx), height - max(ay, by)))
    if best <= 0.0:
        return 0.0
    middle_x, middle_y = (ax + bx) / 2.0, (ay + by) / 2.0
    first_col, last_col = max(0, floor(min(ax, bx) - best)), min(width - 1, floor(max(ax, bx) + best))
    first_row, last_row = max(0, floor(min(ay, by) - best)), min(height - 1, floor(max(ay, by) + best))
    for row in range(first_row, last_row + 1):
        down = row + 0.5 - middle_y
        within = free * free - down * down
        left, right = last_col + 1, last_col
        if free > 0.0 and within > 0.0:  # between these columns there is none
            left = max(first_col, ceil(middle_x - 0.5 - sqrt(within)))
            right = min(last_col, floor(middle_x - 0.5 + sqrt(within)))
        for col in range(first_col, min(left, last_col + 1)):
            if blocked[row, col]:
                best = min(best, sqrt(_square_apart(ax, ay, bx, by, col, row)))
        for col in range(max(right + 1, left), last_col + 1):
            if blocked[row, col]:
                best = min(best, sqrt(_square_apart(ax, ay, bx, by, col, row)))
    return best


def _centre(blocked: Any, field: Any, scale: float, cap: float, exact: bool, row: int, col: int) -> float:
    """The clearance of a cell's centre; from the cap on only where that is asked for, else as much as the cap or more."""
    centre = centre_room(field, row * blocked.shape[1] + col, scale)
    if exact and centre >= cap:
        return sqrt(_nearest(blocked, row, col)) / 2.0
    return float(centre)


def _bound(blocked: Any, field: Any, scale: float, cap: float, x: Any, y: Any, counts: Any, exact: bool) -> float:
    """No less than the distance sought, by a few pieces of every segment; 1e300 where they tell nothing."""
    height, width = blocked.shape
    best = 1e300
    for segment in range(len(counts)):
        step_x, step_y = (x[segment + 1] - x[segment]) / counts[segment], (y[segment + 1] - y[segment]) / counts[segment]
        for index in range(0, counts[segment], _STRIDE):
            middle_x, middle_y = x[segment] + step_x * (index + 0.5), y[segment] + step_y * (index + 0.5)
            col, row = floor(middle_x), floor(middle_y)
            if not (0 <= col < width and 0 <= row < height):
                return 0.0
            centre = _centre(blocked, field, scale, cap, exact, row, col)
            if centre < cap or exact:
                off_x, off_y = middle_x - col - 0.5, middle_y - row - 0.5
                best = min(best, centre + sqrt(off_x * off_x + off_y * off_y))
    return best


def nearest_pieces(
    blocked: Any, field: Any, scale: float, cap: float, x: Any, y: Any, counts: Any, exact: bool,
    segments: Any, indices: Any, rooms: Any,
) -> int:  # fmt: skip
    """Find the pieces of a polyline that may come nearest to an obstacle.

    Args:
        blocked: (H, W) whether a cell is an obstacle.
        field: What ``centre_room`` reads.
        scale: What one cell is in its unit.
        cap: From here on the field tells no more than that, cells.
        x: (N,) the vertices; likewise y.
        y: Vertices.
        counts: (N - 1,) into how many equal pieces of at most a cell each segment is cut.
        exact: Whether what the field does not tell is measured.
        segments: (n,) is given the segments of those pieces, of which there can be no more than pieces.
        indices: (n,) is given which piece of its segment each is, from 0.
        rooms: (n,) to work on.

    Returns:
        How many; ``FAR``; or what ``maps.sightline`` says is missing.
    """
    height, width = blocked.shape
    best, count = _bound(blocked, field, scale, cap, x, y, counts, exact), 0
    for segment in range(len(counts)):
        pieces = counts[segment]
        ax, ay = x[segment], y[segment]
        step_x, step_y = (x[segment + 1] - ax) / pieces, (y[segment + 1] - ay) / pieces
        piece = sqrt(step_x * step_x + step_y * step_y)
        index = 0
        while index < pieces:
            from_x, from_y = ax + step_x * index, ay + step_y * index
            middle_x, middle_y = from_x + step_x / 2.0, from_y + step_y / 2.0
            col, row = floor(middle_x), floor(middle_y)
            room = 0.0
            if 0 <= col < width and 0 <= row < height:
                centre = _centre(blocked, field, scale, cap, exact, row, col)
                if centre == 0.0 and not blocked[row, col]:
                    return int(MISSING - (row * width + col))
                off_x, off_y = middle_x - col - 0.5, middle_y - row - 0.5
                spare = centre - sqrt(off_x * off_x + off_y * off_y) - piece / 2.0 - best - _SLACK
                if spare > 0.0:
                    index += 1 + (int(spare / piece) if piece > 0.0 else 0)
                    continue
                if centre >= cap and not exact:
                    index += 1
                    continue
                most = min(best, centre + 1.0) + 2.0 * _SLACK
                onto_x, onto_y = from_x + step_x, from_y + step_y
                room = _room(blocked, width, height, from_x, from_y, onto_x, onto_y, centre - 1.0, most)
            if room <= best + _SLACK:
                segments[count], indices[count], rooms[count] = segment, index, room
                count += 1
                best = min(best, room)
            index += 1
    if best > cap - 2.0 and not exact:
        return FAR
    kept = 0
    for number in range(count):
        if rooms[number] <= best + _SLACK:
            segments[kept], indices[kept], rooms[kept] = segments[number], indices[number], rooms[number]
            kept += 1
    return kept


def squares_at(blocked: Any, ax: Any, ay: Any, bx: Any, by: Any, rooms: Any, pieces: Any, cols: Any, rows: Any) -> int:
    """For numba: the obstacle squares that are as near to short segments as the nearest one is; the outside is one.

    Args:
        blocked: (H, W) whether a cell is an obstacle.
        ax: (n,) starts; likewise ay, bx, by.
        ay: Starts.
        bx: Ends.
        by: Ends.
        rooms: (n,) how near the nearest square is, to within rounding.
        pieces: (m,) is given the number of the segment for each square found; they rise.
        cols: (m,) its column; likewise rows; those of one segment row by row.
        rows: Row.

    Returns:
        How many; more than m where there is not room for all.
    """
    height, width = blocked.shape
    count = 0
    for number in range(len(ax)):
        near = rooms[number] + _SLACK
        low_x, high_x = min(ax[number], bx[number]) - near, max(ax[number], bx[number]) + near
        low_y, high_y = min(ay[number], by[number]) - near, max(ay[number], by[number]) + near
        for row in range(max(-1, floor(low_y) - 1), min(height, floor(high_y) + 1) + 1):
            for col in range(max(-1, floor(low_x) - 1), min(width, floor(high_x) + 1) + 1):
                if 0 <= row < height and 0 <= col < width and not blocked[row, col]:
                    continue
                if sqrt(_square_apart(ax[number], ay[number], bx[number], by[number], col, row)) > near:
                    continue
                if count < len(pieces):
                    pieces[count], cols[count], rows[count] = number, col, row
                count += 1
    return count


SQUARES = (_spans, _square_apart, squares_at)
KERNELS = (_spans, _square_apart, _nearest, _room, _centre, _bound, nearest_pieces)
"""For ``maps.compiled.compiled`` after a ``centre_room``, in the order in which they call one another."""
