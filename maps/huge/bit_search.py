"""Bit search: jump point search on a very large map, the search of ``maps.jump`` over runs in bits.

The kernels here stand in for those of the same names there: runs are looked up in bits, and lengths are kept for the touched cells
only, in a hash table that starts small and is made larger when a search outgrows it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from maps import jump, jump_kernels
from maps.compiled import compiled, uncompiled, use_numba
from maps.huge.jump_bits import JumpBits
from maps.huge.sparse import sparse_zeros

__all__ = ["bit_route"]

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]

_Desk: TypeAlias = tuple[npt.NDArray[np.uint8], IntArray, FloatArray, npt.NDArray[np.int32], npt.NDArray[np.int32]]
_DESKS: dict[tuple[int, int], _Desk] = {}
_LOCK = Lock()

_NEVER = jump_kernels.NEVER
_FIRST_SLOTS = 1 << 17
_BRUIJN = 0x077CB531
_PLACE = (0, 1, 28, 2, 29, 14, 24, 3, 30, 22, 20, 15, 25, 17, 4, 8, 31, 27, 13, 23, 21, 19, 16, 7, 26, 12, 18, 6, 11, 5, 10, 9)
"""Where the one bit of a word is, by the top five bits of its product with the de Bruijn number."""


def bit_route(bits: JumpBits, starts: IntArray, start_costs: FloatArray, ends: IntArray, end_costs: FloatArray) -> IntArray | None:
    """What ``maps.jump.jump_route`` gives, from bits instead of tables.

    Args:
        bits: What ``jump_bits`` gave for the map's free cells.
        starts: (K,) flat indices of free cells.
        start_costs: (K,) costs >= 0 in cells, added to the length.
        ends: (N,) flat indices of free cells.
        end_costs: (N,) costs >= 0 in cells.
    """
    height, width = bits.shape
    goals, goal_costs, box = jump.goals_of(ends, end_costs, width)
    fast = use_numba(height * width)
    words: Any = bits.words
    begin: tuple[Any, Any] = (starts, start_costs)
    if not fast:  # memory views give plain numbers, several times faster than numpy's scalars
        words = words.data
        begin = (starts.tolist(), start_costs.tolist())
    search = (compiled if fast else uncompiled)(*_KERNELS)
    slots = _FIRST_SLOTS
    while True:
        with _desk(height * width, slots) as (marks, keys, reached, arrivals, turns):
            marks[goals] = 1
            kept: tuple[Any, ...] = (keys, reached, arrivals, turns, marks)
            if not fast:
                kept = tuple(each.data for each in kept)
            found, touched = search(words, *bits.places, *kept, width, *begin, goals, goal_costs, *box, slots // 2)
            marks[goals] = 0
            keys[touched] = arrivals[touched] = turns[touched] = 0
            reached[touched] = 0.0
        if len(touched) < slots // 2:
            return jump.between(found, width) if len(found) else None
        slots *= 8


@contextmanager
def _desk(size: int, slots: int) -> Iterator[_Desk]:
    """Zeroed marks, one for each cell, and keys, lengths, arrivals and turns by slot; whoever takes them leaves them zeroed.

    The first touch of a page costs more than a search does there, so they are kept. Of the marks only what lies between goals is
    looked at.
    """
    with _LOCK:
        found = _DESKS.pop((size, slots), None)
    if found is None:
        plain = np.zeros(slots, dtype=np.int32), np.zeros(slots, dtype=np.int32)
        found = (sparse_zeros((size,), np.uint8), np.zeros(slots, dtype=np.int64), np.zeros(slots), *plain)
    yield found
    with _LOCK:
        _DESKS.clear()
        _DESKS[size, slots] = found


def _slot(slots: Any, cell: int) -> int:
    """The place of a cell in the hash table, taken for it if it has none yet."""
    most = len(slots) - 1
    place = (cell * 0x9E3779B1 >> 7) & most
    while slots[place] != 0 and slots[place] != cell + 1:
        place = (place + 1) & most
    slots[place] = cell + 1
    return place


def _lowest(word: int) -> int:
    """The place of the lowest bit of a word."""
    return int(_PLACE[(((word & -word) * _BRUIJN) & 0xFFFFFFFF) >> 27])


def _has(words: Any, at: int, place: int) -> bool:
    """A bit of the line that begins at a word."""
    return bool(((words[at + (place >> 5)] | 0) >> (place & 31)) & 1)


def _length(words: Any, line: Any, number: int, at: int) -> int:
    """The straight run of a line from a cell on, as in ``maps.jump_tables``: to the next jump point, or minus that to the wall."""
    stops, wide, summary, narrow, kinds = line[0] + number * line[1], line[1], line[2], line[3], line[4]
    word, bit = (at + 1) >> 5, (at + 1) & 31
    rest = (words[stops + word] | 0) >> bit
    if rest != 0:
        steps = 1 + _lowest(rest)
    else:
        groups = summary + number * narrow
        group, bit = (word + 1) >> 5, (word + 1) & 31
        rest = (words[groups + group] | 0) >> bit << bit
        while rest == 0:
            group += 1
            rest = words[groups + group] | 0
        word = (group << 5) + _lowest(rest)
        steps = (word << 5) + _lowest(words[stops + word] | 0) - at
    return steps if _has(words, kinds + number * wide, at) else 1 - steps


def _place_on(row: int, col: int, dy: int, dx: int, far: int) -> tuple[int, int]:
    """The line and the place on it, for a run from a cell in a straight direction."""
    if dx > 0:
        return row + 1, col + 1
    if dx < 0:
        return row + 1, far - col
    return col + 1, (row + 1 if dy > 0 else far - row)


def _straight_run(
    words: Any, line: Any, marks: Any, cell: int, row: int, col: int, dy: int, dx: int, width: int,
    low: int, high: int, left: int, right: int,
) -> int:  # fmt: skip
    """Steps to the first goal or jump point of a straight run; 0 where it has none."""
    number, at = _place_on(row, col, dy, dx, (line[1] << 5) - 2)
    run = _length(words, line, number, at)
    if dy == 0:
        first, last = (left - col, right - col) if dx > 0 else (col - right, col - left)
        return int(_straight(run, marks, cell, dx, first if low <= row <= high else _NEVER, last))
    first, last = (low - row, high - row) if dy > 0 else (row - high, row - low)
    return int(_straight(run, marks, cell, dy * width, first if left <= col <= right else _NEVER, last))


def _run(
    words: Any, east: Any, north: Any, west: Any, south: Any, marks: Any, cell: int, row: int, col: int, dy: int, dx: int,
    width: int, low: int, high: int, left: int, right: int,
) -> int:  # fmt: skip
    """Steps to the next goal or jump point in a direction (dy, dx); 0 where there is none."""
    up = north if dy > 0 else south
    over = east if dx > 0 else west
    if dx == 0:
        return _straight_run(words, up, marks, cell, row, col, dy, 0, width, low, high, left, right)
    if dy == 0:
        return _straight_run(words, over, marks, cell, row, col, 0, dx, width, low, high, left, right)
    wide, tall, free, rising, crossing = over[1], up[1], over[5], up[4], over[4]
    far_row, far_col = (tall << 5) - 2, (wide << 5) - 2
    steps = 0
    here = free + (row + 1) * wide
    while True:
        onto = here + dy * wide
        if not (_has(words, onto, col + 1) and _has(words, here, col + 1 + dx) and _has(words, onto, col + 1 + dx)):
            return 0
        here = onto
        cell += dy * width + dx
        row += dy
        col += dx
        steps += 1
        if _has(words, rising + (col + 1) * tall, row + 1 if dy > 0 else far_row - row) or _has(
            words, crossing + (row + 1) * wide, col + 1 if dx > 0 else far_col - col
        ):
            return steps
        beside, below = low <= row <= high, left <= col <= right
        if beside and below and marks[cell] != 0:
            return steps
        if beside and _straight_run(words, over, marks, cell, row, col, 0, dx, width, low, high, left, right) > 0:
            return steps
        if below and _straight_run(words, up, marks, cell, row, col, dy, 0, width, low, high, left, right) > 0:
            return steps


def _turns(words: Any, east: Any, north: Any, west: Any, south: Any, cell: int, width: int, down: int, across: int) -> int:
    """The directions worth following from a jump point reached in the direction (down, across): bit 3 (dy + 1) + dx + 1 each."""
    if down == 0 and across == 0:
        return 0b111101111
    bits = 1 << (3 * down + across + 4)
    if down != 0 and across != 0:
        return bits | 1 << (3 * down + 4) | 1 << (across + 4)
    wide, col = east[6], cell % width + 1
    here = east[5] + (cell // width + 1) * wide
    if down == 0:
        if _has(words, here + wide, col) and not _has(words, here + wide, col - across):
            bits |= 1 << 7 | 1 << (across + 7)
        if _has(words, here - wide, col) and not _has(words, here - wide, col - across):
            bits |= 1 << 1 | 1 << (across + 1)
        return bits
    back = here - down * wide
    if _has(words, here, col + 1) and not _has(words, back, col + 1):
        bits |= 1 << 5 | 1 << (3 * down + 5)
    if _has(words, here, col - 1) and not _has(words, back, col - 1):
        bits |= 1 << 3 | 1 << (3 * down + 3)
    return bits


_straight = jump_kernels._straight
_KERNELS = (
    _slot, _lowest, _has, _length, _place_on, jump_kernels._straight, _straight_run, _run, _turns,
    jump_kernels._bound, jump_kernels._rank, jump_kernels._first, jump_kernels._end, jump_kernels._arrive, jump_kernels._search,
)  # fmt: skip
