"""Leaps: one side of the pulling taut of ``maps.string_pull`` in one go, written for numba; and which leaps are tried next."""

from typing import Any

from maps.sightline import MISSING, last_clear_of

__all__ = ["FULL", "MOST_TRIES", "pulled", "tries_of"]

FULL = -2
"""There is no more room for lines of sight."""
MOST_TRIES = 64


def tries_of(low: int, high: int, at: int, reach: int, tries: Any) -> int:
    """A few vertices strictly between two indices: doubling leaps at first, even steps once both ends are known.

    Args:
        low: A vertex that is seen, or the next one.
        high: One that is not, or that after the last.
        at: From where.
        reach: 2 for the first question from there.
        tries: (MOST_TRIES,) is filled in rising order.

    Returns:
        How many there are.
    """
    count = 0
    if reach == 2:
        leap = 2
        while leap <= 2 * (high - at):
            if low < at + leap < high:
                tries[count] = at + leap
                count += 1
            leap *= 2
        if high - 1 > low and (count == 0 or tries[count - 1] != high - 1):
            tries[count] = high - 1
            count += 1
        return count
    step = (high - low) / 9
    for part in range(1, 9):
        leap = min(max(int(part * step + low), low + 1), high - 1)
        if count == 0 or tries[count - 1] != leap:
            tries[count] = leap
            count += 1
    return count


def pulled(
    blocked: Any, field: Any, width: int, height: int, scale: float, x: Any, y: Any, needed: float,
    tries: Any, ends_x: Any, ends_y: Any, where: Any, kept: Any, clear: Any, barred: Any, counts: Any,
) -> int:  # fmt: skip
    """For numba: leap along a polyline from each vertex to the farthest one found to be seen.

    Args:
        blocked: (H * W,) whether a cell is an obstacle.
        field: What ``centre_room`` reads.
        width: Columns.
        height: Rows.
        scale: What one cell is in the unit of ``field``.
        x: (N,) the vertices; likewise y.
        y: Vertices.
        needed: Clearance to keep, cells.
        tries: (MOST_TRIES,) to work on; likewise ends_x, ends_y, and where, (MOST_TRIES, 2).
        ends_x: To work on.
        ends_y: To work on.
        where: To work on.
        kept: (N,) is given the vertices that are kept.
        clear: (n, 4) is given the lines that were found clear; with n = 0 nobody asks for them.
        barred: (n, 2) is given a point of each line that was not; likewise.
        counts: (2,) is given how many of these there are.

    Returns:
        How many vertices are kept; ``FULL``; or what ``maps.sightline`` says is missing.
    """
    last = len(x) - 1
    kept[0] = 0
    number, at, clears, bars, asked = 1, 0, 0, 0, len(clear) > 0
    while at < last:
        low, high, reach = at + 1, last + 1, 2
        while low + 1 < high:
            count = tries_of(low, high, at, reach, tries)
            for index in range(count):
                ends_x[index], ends_y[index] = x[tries[index]], y[tries[index]]
            seen = last_clear_of(blocked, field, width, height, scale, x[at], y[at], ends_x[:count], ends_y[:count], needed, where)
            if seen <= MISSING:
                return seen
            if asked and (clears == len(clear) or bars + count > len(barred)):
                return FULL
            if seen >= 0:
                low = tries[seen]
            if asked and seen >= 0:
                clear[clears, 0], clear[clears, 1], clear[clears, 2], clear[clears, 3] = x[at], y[at], ends_x[seen], ends_y[seen]
                clears += 1
            for index in range(seen + 1, count if asked else 0):
                barred[bars, 0], barred[bars, 1] = where[index, 0], where[index, 1]
                bars += 1
            if seen + 1 < count:
                high = tries[seen + 1]
            reach *= 16
        at = low
        kept[number] = at
        number += 1
    counts[0], counts[1] = clears, bars
    return number
