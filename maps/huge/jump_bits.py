"""Jump bits: the straight runs of a very large map in bits, nine for each cell where tables take eight bytes.

A run from a cell ends at the next *stop* of its line: a wall, or a jump point (``maps.jump_tables``). Stops are bits, found by
looking at 32 cells at a time, and at 1024 where those are empty; a second bit tells for each cell whether a jump point comes next.
Lines are rows for runs to the east, columns for runs to the north, and both mirrored for runs to the west and the south. The map
has a border of one cell that is not free.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import compiled, in_threads, use_numba
from maps.digest import cells_digest, changed_bands
from maps.pages import Kind, Pages
from maps.recent import Recent

__all__ = ["JumpBits", "LinePlaces", "Lines", "Words", "bits_of", "fill_lines", "jump_bits", "mirrored"]

BoolArray: TypeAlias = npt.NDArray[np.bool_]
Words: TypeAlias = npt.NDArray[np.uint32]
"""(L, N) bits of L lines, 32 to a word, the first cell's lowest."""

Lines: TypeAlias = tuple[Words, Words, Words]
"""Of each line its stops; which words of those are not empty; and the cells that a jump point comes after."""

LinePlaces: TypeAlias = tuple[int, int, int, int, int, int, int]
"""The first word of the stops and how many words a line has; the same of their summary; the first word of what comes next, whose
lines are as long as those of the stops; the first word of the free cells by row, and how many words a row has."""

_BAND = 1024
"""Lines that are worked on at a time."""
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_HALVES = ((16, 0x0000FFFF), (8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555))


@dataclass(frozen=True, slots=True, eq=False)
class JumpBits:
    """The straight runs of a map, its cell (row, column) at (row + 1, column + 1).

    Attributes:
        shape: Rows and columns of the map.
        free: Bits of the free cells by row.
        turned: The same by column.
        east: Lines for runs to the east, by row.
        north: Lines by column.
        west: Lines by row, mirrored: their first cell is the last of all words.
        south: Lines by column, mirrored.
        pages: What all of it lies in, in this order.
    """

    shape: tuple[int, int]
    free: Words
    turned: Words
    east: Lines
    north: Lines
    west: Lines
    south: Lines
    pages: Pages

    @classmethod
    def of(cls, shape: tuple[int, int], pages: Pages) -> "JumpBits":
        """The runs in some pages, which nobody writes to any more."""
        free, turned, *parts = pages.seal().arrays
        lines = [(parts[k], parts[k + 1], parts[k + 2]) for k in range(0, 12, 3)]
        return cls(shape, free, turned, lines[0], lines[1], lines[2], lines[3], pages)

    @property
    def words(self) -> npt.NDArray[np.uint32]:
        """All of it in one row: kernels that are handed many arrays spend half of their time on counting who holds them."""
        return self.pages.octets.view(np.uint32)

    @property
    def places(self) -> tuple["LinePlaces", "LinePlaces", "LinePlaces", "LinePlaces"]:
        """Where the lines to the east, the north, the west and the south lie in ``words``."""
        first = [place // 4 for place in self.pages.places]
        of_free = first[0], self.free.shape[1]
        east, north, west, south = (
            (first[at], words.shape[1], first[at + 1], -(-words.shape[1] // 32), first[at + 2], *of_free)
            for at, words in ((2, self.free), (5, self.turned), (8, self.free), (11, self.turned))
        )
        return east, north, west, south


_BITS: Recent[JumpBits] = Recent(256 * 2**20)
_Known: TypeAlias = tuple[BoolArray, JumpBits]
_LAST: Recent[tuple[_Known, ...]] = Recent(256 * 2**20)
"""Some of every size, with their free cells; what a change of the map leaves as it was is taken from them."""
_MOST_LAST = 4


def bits_of(free: BoolArray) -> JumpBits:
    """``jump_bits`` of some free cells; worked out once for the same content."""
    from maps.huge.bit_changes import carried_bits

    key = cells_digest(free)
    bits = _BITS.get(key)
    if bits is None:
        kind = repr(free.shape).encode()
        last = _closest(_LAST.get(kind) or (), free)
        bits = carried_bits(last[0][1], last[0][0], free) if last else None
        bits = bits or jump_bits(free)
        _BITS.put(key, bits, bits.pages.nbytes)
        if not free.flags.writeable:
            newest = ((free, bits), *last[: _MOST_LAST - 1])
            _LAST.put(kind, newest, sum(known.pages.nbytes for _, known in newest))
    return bits


def _closest(last: tuple[_Known, ...], free: BoolArray) -> tuple[_Known, ...]:
    """The known ones, first the one that differs from some free cells in the fewest bands of rows."""
    return tuple(sorted(last, key=lambda known: sum(high - low for low, high in changed_bands(known[0], free))))


def jump_bits(free: BoolArray) -> JumpBits:
    """The straight runs between some cells.

    Args:
        free: (H, W) cells that may be visited.
    """
    by_row = _packed(free)
    by_column = _turned(by_row)
    kinds: list[Kind] = [(by_row.shape, np.uint32), (by_column.shape, np.uint32)]
    for words in (by_row, by_column) * 2:
        kinds += [(words.shape, np.uint32), ((len(words), -(-words.shape[1] // 32)), np.uint32), (words.shape, np.uint32)]
    pages = Pages(*kinds)
    np.copyto(pages.arrays[0], by_row)
    np.copyto(pages.arrays[1], by_column)
    for at, words in ((2, by_row), (5, by_column), (8, mirrored(by_row)), (11, mirrored(by_column))):
        _lines(words, (pages.arrays[at], pages.arrays[at + 1], pages.arrays[at + 2]))
    return JumpBits.of((free.shape[0], free.shape[1]), pages)


def _packed(free: BoolArray) -> Words:
    """Cells (H, W) as bits, with the border and filled up to whole blocks of 32 x 32 with cells that are not free."""
    height, width = free.shape
    down, across = -(-(height + 2) // 32), -(-(width + 2) // 32)
    words = np.zeros((32 * down, across), dtype="<u4")
    octets = words.view(np.uint8)

    def work(low: int, high: int) -> None:
        for first in range(low, high, 64):
            last = min(high, first + 64)
            strip = np.zeros((last - first, width + 1), dtype=bool)
            strip[:, 1:] = free[first:last]
            packed = np.packbits(strip, axis=1, bitorder="little")
            octets[first + 1 : last + 1, : packed.shape[1]] = packed

    in_threads(work, height)
    return words.astype(np.uint32, copy=False)


def _turned(words: Words) -> Words:
    """Bits by column from bits by row: blocks of 32 x 32 bits are transposed by halves (Warren, Hacker's Delight, 7-3)."""
    down, across = len(words) // 32, words.shape[1]
    turned = np.empty((32 * across, down), dtype=np.uint32)

    def work(low: int, high: int) -> None:
        block = words[32 * low : 32 * high].reshape(high - low, 32, across).copy()
        for half, mask in _HALVES:
            pair = block.reshape(high - low, 16 // half, 2, half, across)
            one, other = pair[:, :, 0], pair[:, :, 1]
            moved = ((one >> np.uint32(half)) ^ other) & np.uint32(mask)
            other ^= moved
            one ^= moved << np.uint32(half)
        turned.reshape(across, 32, down)[:, :, low:high] = block.transpose(2, 1, 0)

    def bands(low: int, high: int) -> None:
        for first in range(low, high, _BAND // 32):
            work(first, min(high, first + _BAND // 32))

    in_threads(bands, down, least=32)
    return turned


def mirrored(words: Words) -> Words:
    """The same lines from their other end."""
    octets = words.astype("<u4", copy=False).view(np.uint8)
    turned = np.empty_like(octets)
    for first in range(0, len(octets), _BAND):
        part = octets[first : first + _BAND]
        swapped = np.frombuffer(part.tobytes().translate(_MIRRORED), dtype=np.uint8).reshape(part.shape)
        turned[first : first + _BAND] = swapped[:, ::-1]
    return turned.view("<u4").astype(np.uint32, copy=False)


def _lines(free: Words, lines: Lines) -> None:
    """Fill in the stops of lines, which lie side by side, and what comes after each cell."""
    count = len(free)
    for part in lines:
        part[0] = part[count - 1] = 0
    fast = use_numba(32 * free.size)

    def work(low: int, high: int) -> None:
        for first in range(low + 1, high + 1, _BAND):
            fill_lines(free, lines, first, min(high + 1, first + _BAND), fast)

    in_threads(work, count - 2)  # the first and the last are the border


def fill_lines(free: Words, lines: Lines, low: int, high: int, fast: bool) -> None:
    """Fill in some lines: the stops, their summary and what comes next.

    Args:
        free: Bits of the free cells, with a line more on either side.
        lines: To be filled.
        low: First line; ``high`` is that after the last.
        high: Line.
        fast: Whether to compile.
    """
    if fast:
        lines[1][low:high] = 0
        compiled(_fill_words)(free, *lines, low, high)
    else:
        _fill(free, *lines, low, high)


def _fill(free: Words, stops: Words, summary: Words, kinds: Words, low: int, high: int) -> None:
    """Fill some lines of the stops, of their summary and of what comes next."""
    part = free[low - 1 : high + 1]
    before = part << np.uint32(1)
    before[:, 1:] |= part[:, :-1] >> np.uint32(31)
    opening = part & ~before  # free where the cell before is not
    here = free[low:high]
    jumps = here & (opening[2:] | opening[:-2])
    stops[low:high] = jumps | ~here
    summary[low:high] = _summed(stops[low:high])
    kinds[low:high] = _kinds(stops[low:high], jumps)


def _summed(stops: Words) -> Words:
    packed = np.packbits(stops != 0, axis=1, bitorder="little")
    octets = np.zeros((len(stops), 4 * -(-stops.shape[1] // 32)), dtype=np.uint8)
    octets[:, : packed.shape[1]] = packed
    return octets.view("<u4").astype(np.uint32, copy=False)


def _kinds(stops: Words, jumps: Words) -> Words:
    """For every cell whether the next stop after it is a jump point."""
    lowest = stops & (~stops + np.uint32(1))
    place: npt.NDArray[Any] = np.arange(stops.shape[1], dtype=np.int32)
    later = np.where(stops != 0, place, np.int32(stops.shape[1] - 1))
    later = np.minimum.accumulate(later[:, ::-1], axis=1)[:, ::-1]  # the first word from here on with a stop
    carried = np.zeros(stops.shape, dtype=np.uint32)
    carried[:, :-1] = np.take_along_axis((jumps & lowest) != 0, later[:, 1:].astype(np.intp), axis=1)
    # Within a word from the top down: a cell has what the next one brings, unless that is a stop itself.
    found = (jumps >> np.uint32(1)) | (carried << np.uint32(31))
    through = ~(stops >> np.uint32(1)) & np.uint32(0x7FFFFFFF)
    for shift in (1, 2, 4, 8, 16):
        found |= through & (found >> np.uint32(shift))
        through &= through >> np.uint32(shift)
    return found


def _fill_words(free: Any, stops: Any, summary: Any, kinds: Any, low: int, high: int) -> None:
    """For numba: ``_fill``."""
    words = free.shape[1]
    full = np.uint32(0xFFFFFFFF)
    one, most = np.uint32(1), np.uint32(31)
    for line in range(low, high):
        last_over = last_under = np.uint32(0)
        for word in range(words):
            here, over, under = free[line, word], free[line + 1, word], free[line - 1, word]
            opening = over & ~((over << one) | (last_over >> most)) | under & ~((under << one) | (last_under >> most))
            last_over, last_under = over, under
            jumps = here & opening
            stop = jumps | (here ^ full)
            stops[line, word] = stop
            kinds[line, word] = jumps
            if stop != 0:
                summary[line, word >> 5] |= one << np.uint32(word & 31)
        carried = np.uint32(0)
        for back in range(words):
            word = words - 1 - back
            stop, jumps = stops[line, word], kinds[line, word]
            found = (jumps >> one) | (carried << most)
            through = ((stop >> one) ^ full) & np.uint32(0x7FFFFFFF)
            shift = one
            for _ in range(5):
                found |= through & (found >> shift)
                through &= through >> shift
                shift = np.uint32(shift << one)
            kinds[line, word] = found
            if stop != 0:
                carried = one if jumps & (stop & ((stop ^ full) + one)) else np.uint32(0)
