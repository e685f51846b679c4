"""What mending needs to know of lists of cells; all lengths are in cells."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

__all__ = ["cuts", "joined_cells", "way_length"]

IntArray = npt.NDArray[np.int64]

_DIAGONAL = 2.0**0.5


def joined_cells(came: IntArray, more: IntArray, width: int) -> IntArray:
    """All cells of two lists, which most often hold the same ones."""
    if (
        more is came
        or not len(more)
        or (len(came) == len(more) and np.array_equal(np.sort(came @ (width, 1)), np.sort(more @ (width, 1))))
    ):
        return came
    return np.concatenate((came, more))


def cuts(at: IntArray, margin: int, count: int) -> Iterator[tuple[int, int]]:
    """The first and last places of stretches that hold all given ones, with a margin; those that meet are one."""
    first = last = None
    for place in at.tolist():
        if first is None or last is None:
            first, last = place, place
        elif place - last <= 2 * margin + 1:
            last = place
        else:
            yield max(first - margin, 0), min(last + margin, count - 1)
            first, last = place, place
    if first is not None and last is not None:
        yield max(first - margin, 0), min(last + margin, count - 1)


def way_length(cells: IntArray) -> float:
    """Length of a way over neighbouring cells (N, 2)."""
    diagonal = int((np.abs(np.diff(cells, axis=0)).sum(axis=1) == 2).sum())
    return len(cells) - 1 - diagonal + diagonal * _DIAGONAL
