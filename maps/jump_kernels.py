"""Jump kernels: jump point search itself, in the Python that numba takes: where runs lead, what is settled, what is first.

The same code runs compiled on large maps and as plain Python, so both give the same route. Kernels call one another by name;
``maps.huge.bit_search`` puts its own in the place of some.
"""

from heapq import heappop, heappush
from typing import Any

import numpy as np

__all__ = ["NEVER", "RANK", "SEARCH"]

_DIAGONAL = 2.0**0.5

NEVER = 1 << 30
"""Steps: more than any run has."""

RANK = (0, 4, 1, 5, 8, 6, 2, 7, 3)
"""The order of steps by 3 (dy + 1) + dx + 1: the four diagonals, then the four straight ones."""


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
    runs: Any, up: Any, over: Any, marks: Any, cell: int, row: int, col: int, dy: int, dx: int, width: int,
    low: int, high: int, left: int, right: int,
) -> int:  # fmt: skip
    """Steps to the first goal or jump point of a diagonal run: where a straight run from it finds one; 0 where it has none."""
    steps = 0
    while runs[up + cell] != 0 and runs[over + cell] != 0 and runs[up + cell + dx] != 0:
        cell += dy * width + dx
        row += dy
        col += dx
        steps += 1
        if marks[cell] or runs[up + cell] > 0 or runs[over + cell] > 0:
            return steps
        if low <= row <= high:
            first, last = (left - col, right - col) if dx > 0 else (col - right, col - left)
            if _straight(runs[over + cell], marks, cell, dx, first, last) > 0:
                return steps
        if left <= col <= right:
            first, last = (low - row, high - row) if dy > 0 else (row - high, row - low)
            if _straight(runs[up + cell], marks, cell, dy * width, first, last) > 0:
                return steps
    return 0


def _run(
    runs: Any, east: Any, north: Any, west: Any, south: Any, marks: Any, cell: int, row: int, col: int, dy: int, dx: int,
    width: int, low: int, high: int, left: int, right: int,
) -> int:  # fmt: skip
    """Steps to the next goal or jump point in a direction (dy, dx); 0 where there is none."""
    up = north if dy > 0 else south
    over = east if dx > 0 else west
    if dy != 0 and dx != 0:
        return _diagonal(runs, up, over, marks, cell, row, col, dy, dx, width, low, high, left, right)
    if dy == 0:
        first, last = (left - col, right - col) if dx > 0 else (col - right, col - left)
        return _straight(runs[over + cell], marks, cell, dx, first if low <= row <= high else NEVER, last)
    first, last = (low - row, high - row) if dy > 0 else (row - high, row - low)
    return _straight(runs[up + cell], marks, cell, dy * width, first if left <= col <= right else NEVER, last)


def _turns(runs: Any, east: Any, north: Any, west: Any, south: Any, cell: int, width: int, down: int, across: int) -> int:
    """The directions worth following from a jump point reached in the direction (down, across): bit 3 (dy + 1) + dx + 1 each."""
    if down == 0 and across == 0:
        return 0b111101111
    bits = 1 << (3 * down + across + 4)
    if down != 0 and across != 0:
        return bits | 1 << (3 * down + 4) | 1 << (across + 4)
    if down == 0:
        if runs[north + cell] != 0 and runs[north + cell - across] == 0:
            bits |= 1 << 7 | 1 << (across + 7)
        if runs[south + cell] != 0 and runs[south + cell - across] == 0:
            bits |= 1 << 1 | 1 << (across + 1)
        return bits
    if runs[east + cell] != 0 and runs[east + cell - down * width] == 0:
        bits |= 1 << 5 | 1 << (3 * down + 5)
    if runs[west + cell] != 0 and runs[west + cell - down * width] == 0:
        bits |= 1 << 3 | 1 << (3 * down + 3)
    return bits


def _slot(slots: Any, cell: int) -> int:
    """Where lengths, arrivals and turns of a cell are kept: under the cell itself. ``maps.huge.bit_search`` has another way."""
    return cell


def _first(
    slots: Any, reached: Any, arrivals: Any, turns: Any, origins: Any, others: Any, ends: Any, width: int
) -> Any:  # fmt: skip
    """The first of the routes that the arrivals lead back along, as the cells where it turns; none without an end.

    Args:
        slots: What ``_slot`` finds the place of a cell by in the three that follow.
        reached: By cell; lengths are of no more use, and -1 is put where a route has been.
        arrivals: By cell the number + 1 of its last arrival.
        turns: By cell; what is in it is of no more use, and the next cell on the best way to an end + 1 is put there.
        origins: By arrival the cell that it comes from; -1 at a start.
        others: By arrival the number + 1 of another one at the same cell, 0 for none.
        ends: Cells that a cheapest route can end at.
        width: Columns.
    """
    open_ends = [-1]
    for end in ends:
        at = _slot(slots, end)
        turns[at] = 0
        if reached[at] >= 0.0:
            reached[at] = -1.0
            open_ends.append(end)
    start = -1
    while len(open_ends) > 1:
        cell = open_ends.pop()
        arrival = arrivals[_slot(slots, cell)]
        while arrival > 0:
            origin = origins[arrival - 1]
            arrival = others[arrival - 1]
            if origin < 0:
                start = cell if start < 0 or cell < start else start
                continue
            before = _slot(slots, origin)
            if reached[before] >= 0.0:
                reached[before] = -1.0
                turns[before] = 0
                open_ends.append(origin)
            if turns[before] == 0 or _rank(origin, cell, width) < _rank(origin, turns[before] - 1, width):
                turns[before] = cell + 1
    route = [start]
    if start < 0:
        route.pop()
        return route
    final = set(ends)
    while route[-1] not in final:
        route.append(turns[_slot(slots, route[-1])] - 1)
    return route


def _rank(cell: int, onto: int, width: int) -> int:
    """Which place the step from a cell towards another one has in the order."""
    down, across = onto // width - cell // width, onto % width - cell % width
    return int(RANK[3 * ((down > 0) - (down < 0) + 1) + (across > 0) - (across < 0) + 1])


def _end(ends: Any, cell: int, total: float, best: float) -> float:
    """Note an end that can be reached at a cost, if it is as cheap as any; the least cost so far. The first of the list is none."""
    if total < best - 1e-9:
        while len(ends) > 1:
            ends.pop()
        best = total
    if total <= best + 1e-9:
        ends.append(cell)
    return best


def _arrive(
    reached: Any, arrivals: Any, turns: Any, origin: int, onto: int, length: float, wanted: int, origins: Any, others: Any
) -> int:  # fmt: skip
    """Note an arrival at a cell if it is as short as any: 2 where it is the shortest, 1 where it brings new turns, else 0."""
    if reached[onto] != 0.0 and length > reached[onto] + 1e-9:
        return 0
    shorter = reached[onto] == 0.0 or length < reached[onto] - 1e-9
    origins.append(origin)
    others.append(0 if shorter else arrivals[onto])
    arrivals[onto] = len(origins)
    if shorter:
        reached[onto] = length
        turns[onto] = wanted
        return 2
    if wanted & ~turns[onto]:
        turns[onto] |= wanted
        return 1
    return 0


def _search(
    runs: Any, east: Any, north: Any, west: Any, south: Any, slots: Any, reached: Any, arrivals: Any, turns: Any, marks: Any,
    width: int, starts: Any, start_costs: Any, goals: Any, goal_costs: Any, low: int, high: int, left: int, right: int, most: int,
) -> Any:  # fmt: skip
    """Settle jump points until no route can be as cheap; where the first route turns, none for no route, and the touched places.

    Lengths are stored plus one, 0 is none. ``turns`` holds which directions a cell is to be followed in, by bits, and above
    them those that it has been followed in. A cell keeps all arrivals that are equally short. Once more than ``most`` cells are
    touched it gives up and tells of none.
    """
    least = float(goal_costs.min())
    heap = [(0.0, 0)]
    heap.pop()
    touched, origins, others, ends = [-1], [-1], [0], [-1]
    for i in range(len(starts)):
        cell = starts[i]
        at = _slot(slots, cell)
        if reached[at] == 0.0 or start_costs[i] + 1.0 < reached[at]:
            reached[at], arrivals[at], turns[at] = start_costs[i] + 1.0, 1, 0b111101111
            touched.append(at)
            bound = _bound(cell // width, cell % width, low, high, left, right)
            heappush(heap, (start_costs[i] + bound + least, cell))
    best = np.inf
    while heap and len(touched) <= most:
        key, cell = heappop(heap)
        if key > best + 1e-9:
            break
        row, col = cell // width, cell % width
        at = _slot(slots, cell)
        here = reached[at] - 1.0
        to_do = turns[at] & ~(turns[at] >> 9) & 0b111111111
        if to_do == 0 or here + _bound(row, col, low, high, left, right) + least < key - 1e-9:
            continue  # followed already, or an older, longer entry
        if low <= row <= high and left <= col <= right and marks[cell] and turns[at] >> 9 == 0:
            total = here + float(goal_costs[np.searchsorted(goals, cell)])
            best = _end(ends, cell, total, best)
        turns[at] |= to_do << 9
        for turn in range(9):
            dy, dx = turn // 3 - 1, turn % 3 - 1
            follow = to_do >> turn & 1
            steps = (
                _run(runs, east, north, west, south, marks, cell, row, col, dy, dx, width, low, high, left, right) if follow else 0
            )
            if steps == 0:
                continue
            onto = cell + steps * (dy * width + dx)
            length = here + (steps * _DIAGONAL if dy != 0 and dx != 0 else steps)
            wanted = _turns(runs, east, north, west, south, onto, width, dy, dx)
            there = _slot(slots, onto)
            fresh = _arrive(reached, arrivals, turns, cell, there, length + 1.0, wanted, origins, others)
            if fresh == 0:
                continue
            if fresh == 2:
                touched.append(there)
            bound = _bound(row + steps * dy, col + steps * dx, low, high, left, right)
            heappush(heap, (reached[there] - 1.0 + bound + least, onto))
    final = ends[1:] if len(touched) <= most else ends[:0]
    route = _first(slots, reached, arrivals, turns, origins, others, final, width)
    return np.array(route, dtype=np.int64), np.array(touched[1:])


SEARCH = (_bound, _straight, _diagonal, _run, _turns, _rank, _slot, _first, _end, _arrive, _search)
"""All of them, each after those that it calls."""
