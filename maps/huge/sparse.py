"""Sparse: arrays of zeros of which only the touched pages take memory, for structures as large as the map that are little used."""

import math
import mmap
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["release", "sparse_zeros"]


def sparse_zeros(shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """An array of zeros; a page of it is taken from the system when it is first written to.

    ``np.zeros`` asks for pages of 2 MB where the system has them, so that a few writes here and there take all of the memory.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    pages = mmap.mmap(-1, max(size, 1))
    if hasattr(mmap, "MADV_NOHUGEPAGE"):
        pages.madvise(mmap.MADV_NOHUGEPAGE)
    return np.frombuffer(pages, dtype=dtype, count=math.prod(shape)).reshape(shape)


def release(array: npt.NDArray[Any]) -> None:
    """Give the pages of an array that is mapped from a file back to the system; they are read again when they are needed."""
    if isinstance(array, np.memmap) and array.mode == "r" and hasattr(mmap, "MADV_DONTNEED"):
        array._mmap.madvise(mmap.MADV_DONTNEED)  # type: ignore[attr-defined]
