"""Pages: arrays of which a changed copy takes only the memory pages that differ.

Large arrays lie in a file in memory. A copy is a private mapping of that file: the system copies a page of it when it is written to
(copy-on-write), so that a copy of 100 MB with a few changed rows takes microseconds and some kilobytes. Small arrays, and those of
systems without such files, are copied as they are.
"""

import math
import mmap
import os
from itertools import accumulate
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Kind", "Pages"]

Kind: TypeAlias = tuple[tuple[int, ...], npt.DTypeLike]
"""An array's shape and type."""

_Box: TypeAlias = tuple[int, tuple[slice, ...]]
"""Which array, and what part of it."""

_LEAST = 1 << 20
"""Bytes from which pages pay."""
_MOST_BOXES = 400
"""With more changes than these, or with an eighth of all pages written to, a copy becomes a file of its own."""
_LEAST_COUNTED = 4 << 20
"""Bytes that a copy counts for at least: each takes a mapping and a file number, of which there are not endlessly many."""


class _File:
    """A file in memory, for as long as somebody holds this."""

    def __init__(self, size: int) -> None:
        self.number = os.memfd_create("surefoot", os.MFD_CLOEXEC)
        os.ftruncate(self.number, size)

    def __del__(self) -> None:
        if hasattr(self, "number"):
            os.close(self.number)


class Pages:
    """Some arrays that are written once, then copied and changed.

    Attributes:
        arrays: The arrays; they can be written to until :meth:`seal`.
        octets: All that they lie in, one after the other, as bytes; each begins at its place in ``places``.
        nbytes: What they count for in a cache: about how much memory they take beside what others share with them, or more.
    """

    arrays: tuple[npt.NDArray[Any], ...]
    octets: npt.NDArray[np.uint8]

    def __init__(self, *kinds: Kind) -> None:
        """Make room for arrays; their content is not defined."""
        self._kinds = kinds
        self._boxes: tuple[_Box, ...] = ()
        self._written = 0
        self._file: _File | None = None
        self._size = sum(_aligned(_bytes_of(kind)) for kind in kinds)
        self._whole = True
        if self._size >= _LEAST and hasattr(os, "memfd_create"):
            try:
                self._file = _File(self._size)
                self.octets, self.arrays = _cut(mmap.mmap(self._file.number, self._size), kinds)
                return
            except OSError:
                self._file = None
        self.octets, self.arrays = _cut(np.empty(self._size, dtype=np.uint8), kinds)

    def seal(self) -> "Pages":
        """Let nobody write to the arrays any more."""
        for array in (self.octets, *self.arrays):
            array.flags.writeable = False
        return self

    @property
    def places(self) -> tuple[int, ...]:
        """The bytes before each array."""
        sizes = [_aligned(_bytes_of(kind)) for kind in self._kinds]
        return tuple(accumulate(sizes[:-1], initial=0))

    def copy(self) -> "Pages":
        """A copy that can be written to; :meth:`wrote` has to be told where it was."""
        if self._file is not None and not self._crowded():
            try:
                octets, arrays = _cut(mmap.mmap(self._file.number, self._size, access=mmap.ACCESS_COPY), self._kinds)
            except OSError:  # too many files or mappings
                return self._whole_copy()
            made = Pages.__new__(Pages)
            made._kinds, made._size, made._whole, made.octets, made.arrays = self._kinds, self._size, False, octets, arrays
            made._file, made._boxes, made._written = self._file, self._boxes, self._written
            for number, part in self._boxes:
                arrays[number][part] = self.arrays[number][part]
            return made
        return self._whole_copy()

    def _whole_copy(self) -> "Pages":
        made = Pages(*self._kinds)
        for onto, array in zip(made.arrays, self.arrays, strict=True):
            np.copyto(onto, array)
        return made

    def wrote(self, number: int, part: tuple[slice, ...]) -> None:
        """Say that a part of an array was written to, after it was copied."""
        if self._file is not None and (number, part) not in self._boxes:
            self._boxes += ((number, part),)
            self._written += _touched(self.arrays[number], part)

    @property
    def nbytes(self) -> int:
        """As told above."""
        return self._size if self._whole else max(self._written, self._size // 4, _LEAST_COUNTED)

    def _crowded(self) -> bool:
        return len(self._boxes) > _MOST_BOXES or self._written > self._size // 8


def _touched(array: npt.NDArray[Any], part: tuple[slice, ...]) -> int:
    """Bytes of the pages that a part of an array lies on: each of its rows takes one at least, unless rows are short."""
    box = array[part]
    rows = len(box)
    by_row = rows * (box.nbytes // max(rows, 1) // mmap.PAGESIZE + 1)
    return min(by_row, rows * array.strides[0] // mmap.PAGESIZE + 2) * mmap.PAGESIZE


def _bytes_of(kind: Kind) -> int:
    return math.prod(kind[0]) * np.dtype(kind[1]).itemsize


def _aligned(size: int) -> int:
    """Rounded up, so that every array begins on a page."""
    return max(1, -(-size // mmap.PAGESIZE)) * mmap.PAGESIZE


def _cut(
    buffer: mmap.mmap | npt.NDArray[np.uint8], kinds: tuple[Kind, ...]
) -> tuple[npt.NDArray[np.uint8], tuple[npt.NDArray[Any], ...]]:
    """A stretch of memory as bytes, and the arrays in it, one after the other."""
    found, at = [], 0
    for shape, dtype in kinds:
        found.append(np.frombuffer(buffer, dtype=dtype, count=math.prod(shape), offset=at).reshape(shape))
        at += _aligned(_bytes_of((shape, dtype)))
    return np.frombuffer(buffer, dtype=np.uint8), tuple(found)
