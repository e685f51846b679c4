"""Contacts: which components of bricks touch, inside one brick and across the faces of two that may differ in level."""

import numpy as np
import numpy.typing as npt

from maps.footprint.bricks import CELLS, Brick
from maps.footprint.intervals import HEADINGS

__all__ = ["contact", "face_boxes", "inner_pairs"]


def contact(one: Brick, two: Brick, axis: int, sign: int) -> list[tuple[int, int]]:
    """Which components touch across a face.

    Args:
        one: A leaf.
        two: Another that lies beyond its face.
        axis: 0 heading, 1 row, 2 column.
        sign: On which side of ``one`` the other lies.

    Returns:
        Label of one, label of the other, each pair once.
    """
    if one.key[0] >= two.key[0]:
        return _contact(one, two, axis, sign)
    return [(b, a) for a, b in _contact(two, one, axis, -sign)]


def _contact(fine: Brick, coarse: Brick, axis: int, sign: int) -> list[tuple[int, int]]:
    if fine.key[0] == 0 and fine.is_whole and coarse.is_whole:
        return [(1, 1)]
    mine, its = face_boxes(fine, coarse, axis, sign)
    a, b = fine.labels[mine], coarse.labels[its]
    touching = (a > 0) & (b > 0)
    width = len(coarse.free)
    return [(code // width, code % width) for code in set((a[touching] * width + b[touching]).tolist())]


Indices = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]


def face_boxes(fine: Brick, coarse: Brick, axis: int, sign: int) -> tuple[Indices, Indices]:
    """The boxes of a fine brick's face and, one for each, the boxes of a coarse brick that they touch across it."""
    level, column, row, turn = fine.key
    shape = fine.labels.shape
    ranges = [np.arange(size) for size in shape]
    ranges[axis] = np.array([shape[axis] - 1 if sign > 0 else 0])
    k, i, j = (grid.ravel() for grid in np.meshgrid(*ranges, indexing="ij"))
    there = [turn * shape[0] + k, row * CELLS + i, column * CELLS + j]
    there[axis] = there[axis] + sign
    down = max(level, 1) - max(coarse.key[0], 1)
    heading = np.zeros_like(k) if coarse.key[0] == 0 else (there[0] % (HEADINGS << max(level - 1, 0))) >> down
    if coarse.key[0] > 0:
        heading = heading - coarse.key[3] * HEADINGS
    return (k, i, j), (heading, (there[1] >> down) - coarse.key[2] * CELLS, (there[2] >> down) - coarse.key[1] * CELLS)


def inner_pairs(labels: npt.NDArray[np.int32]) -> set[tuple[int, int]]:
    """Pairs of different components that touch inside a brick."""
    pairs: set[tuple[int, int]] = set()
    width = int(labels.max()) + 1
    for axis in range(3):
        a, b = np.moveaxis(labels, axis, 0)[:-1], np.moveaxis(labels, axis, 0)[1:]
        mixed = (a != b) & (a > 0) & (b > 0)
        pairs.update((int(code) // width, int(code) % width) for code in np.unique(a[mixed] * width + b[mixed]))
    return pairs
