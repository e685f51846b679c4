"""What mending needs to know of lists of cells and of polylines; all lengths are in cells."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

__all__ = ["cuts", "distinct", "drawn_length", "is_on", "joined_cells", "way_length"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_NANO = 1e-9
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


def drawn_length(points: FloatArray) -> float:
    """Length of a polyline (N, 2)."""
    return float(np.hypot(*np.diff(points, axis=0).T).sum())


def is_on(line: FloatArray, point: FloatArray) -> bool:
    """Whether a point lies on a polyline (N, 2), to a thousandth of a cell."""
    along = np.diff(line, axis=0)
    gap = point - line[:-1]
    share = np.clip((gap * along).sum(axis=1) / np.maximum((along * along).sum(axis=1), 1e-300), 0.0, 1.0)
    return bool((np.abs(gap - share[:, None] * along).max(axis=1) < 1e-3).any())


def distinct(points: FloatArray) -> FloatArray:
    """Without vertices that repeat the one before."""
    keep = np.ones(len(points), dtype=bool)
    keep[1:] = np.hypot(*np.diff(points, axis=0).T) > _NANO
    return points[keep]
