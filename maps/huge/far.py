"""Far: the exact clearance of single cells that are farther from all obstacles than the cap of ``capped``."""

from math import sqrt
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import compiled, use_numba

__all__ = ["far_squares"]

BoolArray: TypeAlias = npt.NDArray[np.bool_]
IntArray: TypeAlias = npt.NDArray[np.int64]

_MARGIN = 64
"""Cells around a cell in which its nearest obstacle is looked for at first."""


def far_squares(blocked: BoolArray, rows: IntArray, cols: IntArray) -> IntArray:
    """Squared distance from the centres of some cells (N,) to the nearest blocked square or the outside, in half cells; exact.

    Args:
        blocked: (H, W) obstacle cells; the outside counts as obstacle.
        rows: (N,) their rows.
        cols: (N,) their columns.
    """
    found = np.empty(len(rows), dtype=np.int64)
    if use_numba(blocked.size):
        compiled(_nearest, _all_nearest)(blocked.view(np.uint8), rows, cols, found)
    else:
        for at, (row, col) in enumerate(zip(rows.tolist(), cols.tolist(), strict=True)):
            found[at] = _nearest_plain(blocked, row, col)
    return found


def _nearest_plain(blocked: BoolArray, row: int, col: int) -> int:
    """``_nearest`` by array operations, in windows that are made larger until nothing beyond them can be nearer."""
    height, width = blocked.shape
    best: int = (2 * min(row, height - 1 - row, col, width - 1 - col) + 1) ** 2
    margin = _MARGIN
    while True:
        top, left = max(0, row - margin), max(0, col - margin)
        rows, cols = np.nonzero(blocked[top : row + margin + 1, left : col + margin + 1])
        if len(rows):
            down, across = (np.maximum(2 * np.abs(part) - 1, 0) for part in (rows + (top - row), cols + (left - col)))
            best = min(best, int((down * down + across * across).min()))
        if best <= (2 * margin + 1) ** 2:
            return best
        margin *= 2


def _all_nearest(blocked: Any, rows: Any, cols: Any, found: Any) -> None:
    """For numba: all cells, one after the other."""
    for at in range(len(rows)):
        found[at] = _nearest(blocked, rows[at], cols[at])


def _nearest(blocked: Any, row: int, col: int) -> int:
    """Rows from the cell outward; in each of them columns outward, as far as something nearer can be."""
    height, width = blocked.shape
    if blocked[row, col]:
        return 0
    edge = min(min(row, height - 1 - row), min(col, width - 1 - col)) + 1
    best = (2 * edge - 1) ** 2
    away = 0
    while away < height:
        down = max(2 * away - 1, 0) ** 2
        if down >= best:
            break
        for side in range(2 if away > 0 else 1):
            line = row - away if side == 0 else row + away
            if line < 0 or line >= height:
                continue
            reach = int((sqrt(float(best - down)) + 1.0) / 2.0) + 1
            for step in range(min(reach, max(col, width - 1 - col)) + 1):
                if (col - step >= 0 and blocked[line, col - step]) or (col + step < width and blocked[line, col + step]):
                    best = min(best, down + max(2 * step - 1, 0) ** 2)
                    break
        away += 1
    return int(best)
