"""Clear: all cells whose centre has some clearance, in strips; the distances themselves are not kept.

A cell has it when no column within reach has an obstacle square too near: steps to the nearest obstacle of each column, counted in
bytes, are compared with what each column's offset demands. Integers only, so the answer is that of the exact distance field.
"""

import math
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import compiled, in_threads, use_numba

__all__ = ["clear_cells", "least_square"]

BoolArray: TypeAlias = npt.NDArray[np.bool_]

_STRIP = 2_000_000
"""Cells of a strip: what a core's cache takes."""


@lru_cache(maxsize=64)
def least_square(needed: float, resolution: float) -> int:
    """The least squared distance in half cells that ``sqrt(square) * resolution / 2 >= needed`` holds for, as floats have it."""
    square = max(0, math.floor((2 * needed / resolution) ** 2) - 2)
    while np.sqrt(float(square)) * (resolution / 2) < needed:
        square += 1
    return square


def clear_cells(blocked: BoolArray, square: int) -> BoolArray:
    """The cells whose centre is so far from every obstacle square.

    Args:
        blocked: (H, W) obstacle cells; the outside counts as obstacle.
        square: Least squared distance, half cells.

    Returns:
        (H, W), read-only.
    """
    height, width = blocked.shape
    clear = np.empty((height, width), dtype=bool)
    demands = _demands(square)
    fast = use_numba(blocked.size)
    rows = max(64, _STRIP // width)

    def work(low: int, high: int) -> None:
        for first in range(low, high, rows):
            _strip(blocked, clear, first, min(high, first + rows), demands, fast)

    in_threads(work, height)
    clear.flags.writeable = False
    return clear


def _demands(square: int) -> list[int]:
    """For columns 0, 1, 2, ... away the steps to an obstacle of that column which are enough; columns beyond the last need none."""
    found: list[int] = []
    while True:
        beside = max(2 * len(found) - 1, 0)
        rest = square - beside * beside
        if rest <= 0:
            return found
        steps = (math.isqrt(rest - 1) + 2) // 2  # the least n with (2 n - 1)^2 >= rest
        found.append(steps + 1 if (2 * steps - 1) ** 2 < rest else steps)


def _strip(blocked: BoolArray, clear: BoolArray, low: int, high: int, demands: list[int], fast: bool) -> None:
    """Fill the rows of ``clear`` from low up to, not including, high."""
    height, width = blocked.shape
    most = demands[0] if demands else 0
    reach = max(len(demands) - 1, 0)
    kind: Any = np.uint8 if most < 255 else np.uint16
    first, last = max(0, low - most), min(height, high + most)
    steps = np.zeros((last - first, width + 2 * reach), dtype=kind)
    ends = kind(0 if first == 0 else most), kind(0 if last == height else most)
    wanted = np.array([*demands[:0:-1], *demands], dtype=kind)
    (compiled(_count) if fast else _count_rows)(blocked[first:last].view(np.uint8), steps, reach, kind(most), *ends)
    part, out = steps[low - first : high - first], clear[low:high].view(np.uint8)
    (compiled(_compare) if fast else _compare_rows)(part, wanted, out)


def _count_rows(blocked: Any, steps: Any, reach: int, most: Any, below: Any, above: Any) -> None:
    """Steps to the nearest obstacle of the same column, 0 in one, at most ``most``; beyond the ends ``below`` and ``above``.

    Columns have the number of theirs plus ``reach``; those of the outside stay 0.
    """
    inner = steps[:, reach : reach + blocked.shape[1]]
    line = np.full(blocked.shape[1], below, dtype=steps.dtype)
    for row in range(len(blocked)):
        line += steps.dtype.type(1)
        np.minimum(line, most, out=line)
        line[blocked[row].view(bool)] = 0
        inner[row] = line
    line[:] = above
    for row in range(len(blocked) - 1, -1, -1):
        line += steps.dtype.type(1)
        np.minimum(line, inner[row], out=line)
        inner[row] = line


def _compare_rows(steps: Any, wanted: Any, out: Any) -> None:
    """Which cells find in every column around them at least the steps wanted there."""
    out[:] = 1
    near = np.empty(out.shape, dtype=bool)
    for offset, least in enumerate(wanted):
        np.greater_equal(steps[:, offset : offset + out.shape[1]], least, out=near)
        out &= near.view(np.uint8)


def _count(blocked: Any, steps: Any, reach: int, most: Any, below: Any, above: Any) -> None:
    """For numba: ``_count_rows``."""
    height, width = blocked.shape
    for row in range(height):
        for col in range(width):
            last = below if row == 0 else steps[row - 1, reach + col]
            next_ = most if last >= most else steps.dtype.type(last + 1)
            steps[row, reach + col] = steps.dtype.type(0) if blocked[row, col] else next_
    for row in range(height - 1, -1, -1):
        for col in range(width):
            last = above if row == height - 1 else steps[row + 1, reach + col]
            if last < steps[row, reach + col]:
                steps[row, reach + col] = steps.dtype.type(last + 1)


def _compare(steps: Any, wanted: Any, out: Any) -> None:
    """For numba: ``_compare_rows``."""
    height, width = out.shape
    for row in range(height):
        for col in range(width):
            out[row, col] = 1
        for offset in range(len(wanted)):
            least = wanted[offset]
            for col in range(width):
                out[row, col] &= steps[row, offset + col] >= least
