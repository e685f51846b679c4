"""Bit changes: the straight runs in bits of almost the same free cells, carried over.

A run changes only along the rows and columns of cells that differ, and along the lines beside those. All other lines are shared.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import use_numba
from maps.digest import changed_bands, differing_cells
from maps.huge.jump_bits import JumpBits, Lines, Words, fill_lines, mirrored
from maps.pages import Pages

__all__ = ["carried_bits"]

BoolArray: TypeAlias = npt.NDArray[np.bool_]
Range: TypeAlias = tuple[int, int]

_MOST_LINES = 512
"""With more rows or columns changed all of it is made anew."""


def carried_bits(bits: JumpBits, before: BoolArray, free: BoolArray) -> JumpBits | None:
    """What ``jump_bits(free)`` gives, from the bits of other free cells.

    Args:
        bits: The straight runs between the others.
        before: (H, W) the others, read-only.
        free: (H, W) cells that may be visited, read-only.

    Returns:
        The runs, or None where so many rows or columns differ that making all of them is no dearer.
    """
    found = [np.empty((0, 2), dtype=np.int64)]
    for low, high in changed_bands(before, free):
        found.append(differing_cells(before[low:high], free[low:high]) + np.array((low, 0)))
    cells = np.concatenate(found)
    down, across = _ranges(np.unique(cells[:, 0])), _ranges(np.unique(cells[:, 1]))
    if max(sum(high - low for low, high in ranges) for ranges in (down, across)) > _MOST_LINES:
        return None
    pages = bits.pages.copy()
    fast = use_numba(free.size)
    for number, ranges, ahead, back, which in ((0, down, 2, 8, cells), (1, across, 5, 11, cells[:, ::-1])):
        words = pages.arrays[number]
        lines, places = (which + 1).T
        np.bitwise_xor.at(words, (lines, places >> 5), np.uint32(1) << (places & 31).astype(np.uint32))
        for low, high in ranges:
            pages.wrote(number, (slice(low + 1, high + 1),))
            # Line n + 1 holds row or column n. Of those that differ the neighbours change too, and theirs are needed to find how.
            first, last = max(1, low), min(len(words) - 1, high + 2)
            part = words[first - 1 : last + 1]
            _refill(pages, ahead, part, first, last, fast)
            _refill(pages, back, mirrored(part), first, last, fast)
    return JumpBits.of(bits.shape, pages)


def _refill(pages: Pages, at: int, words: Words, first: int, last: int, fast: bool) -> None:
    """Fill some lines anew; ``words`` are theirs, with one more on either side."""
    window = slice(first - 1, last + 1)
    lines: Lines = (pages.arrays[at][window], pages.arrays[at + 1][window], pages.arrays[at + 2][window])
    fill_lines(words, lines, 1, last - first + 1, fast)
    for number in range(at, at + 3):
        pages.wrote(number, (slice(first, last),))


def _ranges(places: npt.NDArray[np.int64]) -> list[Range]:
    """Places as ranges; those that are close share one."""
    if not len(places):
        return []
    ends = np.flatnonzero(np.diff(places) > 3)
    return list(zip(places[np.append(0, ends + 1)].tolist(), (places[np.append(ends, len(places) - 1)] + 1).tolist(), strict=True))
