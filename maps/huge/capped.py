"""Capped: squared distances to the nearest obstacle square as far as they are below a cap, two bytes for each cell.

Routes ask how near obstacles are, not how far: beyond the cap it is enough to know that they are beyond it. So a change of the map
changes these only near by, and a part of them can be measured again without a look at the rest.
"""

from math import sqrt
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import compiled, in_threads, use_numba

__all__ = ["CAP", "REACH", "SquareArray", "capped_squares", "centre_room", "measure_capped"]

BoolArray: TypeAlias = npt.NDArray[np.bool_]
SquareArray: TypeAlias = npt.NDArray[np.uint16]

REACH = 40
"""Cells: obstacles whose square begins farther away are not looked for."""

CAP = (2 * REACH + 1) ** 2
"""Squared half cells: lesser squares are exact, and this stands for it and all above it."""

_STRIP = 256
"""Rows that are measured at a time."""


def capped_squares(blocked: BoolArray, out: SquareArray) -> None:
    """Squared distance from each cell centre to the nearest blocked square or the outside, in half cells, at most ``CAP``.

    Args:
        blocked: (H, W) obstacle cells; the outside counts as obstacle.
        out: (H, W) is filled.
    """
    height, width = blocked.shape

    def work(low: int, high: int) -> None:
        for first in range(low, high, _STRIP):
            last = min(high, first + _STRIP)
            measure_capped(blocked, (first, last), (0, width), out[first:last])

    in_threads(work, height)


def measure_capped(blocked: BoolArray, rows: tuple[int, int], cols: tuple[int, int], out: SquareArray) -> None:
    """``capped_squares`` in a box, without a look at obstacles that are beyond reach.

    Args:
        blocked: (H, W) obstacle cells of the whole map.
        rows: First row and that after the last; ``cols`` likewise.
        cols: Columns.
        out: (h, w) is filled.
    """
    height, width = blocked.shape
    top, bottom = max(0, rows[0] - REACH), min(height, rows[1] + REACH)
    left, right = max(0, cols[0] - REACH), min(width, cols[1] + REACH)
    part = blocked[top:bottom, left:right].view(np.uint8)
    # Half cells to an obstacle of the same column; columns beyond the map's ends are obstacles, those beyond the box are far.
    gaps = np.zeros((rows[1] - rows[0], cols[1] - cols[0] + 2 * REACH), dtype=np.uint16)
    near = left - cols[0] + REACH
    inner = gaps[:, near : near + right - left]
    ends = (1 if top == 0 else 2 * REACH + 1, 1 if bottom == height else 2 * REACH + 1)
    fast = use_numba(blocked.size)
    (compiled(_column_gaps) if fast else _column_gaps_plain)(part, inner, rows[0] - top, *ends)
    (compiled(_least) if fast else _least_plain)(gaps, out)


def centre_room(squares: Any, cell: int, scale: float) -> float:
    """For ``maps.sightline``: the clearance of a cell's centre, cells; ``scale`` is not needed, squares are in half cells."""
    return sqrt(squares[cell]) / 2.0


def _column_gaps_plain(blocked: Any, gaps: Any, skipped: int, below: int, above: int) -> None:
    """Squared half cells to the nearest obstacle of the same column, at most ``CAP``; the first rows of ``blocked`` are around."""
    most = 2 * REACH + 1
    line = np.full(blocked.shape[1], below, dtype=np.uint16)
    steps = np.empty(blocked.shape, dtype=np.uint16)
    for row in range(len(blocked)):
        line[blocked[row].view(bool)] = 0
        steps[row] = line
        line += (line > 0) + np.uint16(1)
        np.minimum(line, most, out=line)
    line[:] = above
    for row in range(len(blocked) - 1, -1, -1):
        np.minimum(line, steps[row], out=line)
        steps[row] = line
        line += (line > 0) + np.uint16(1)
    wanted = steps[skipped : skipped + len(gaps)]
    np.multiply(wanted, wanted, out=gaps)


def _least_plain(gaps: Any, out: Any) -> None:
    """The least of the squares of a row, each plus the squared half cells to its column."""
    width = out.shape[1]
    out[:] = gaps[:, REACH : REACH + width]
    spare = np.empty_like(out)
    for step in range(1, REACH + 1):
        np.minimum(gaps[:, REACH - step :][:, :width], gaps[:, REACH + step :][:, :width], out=spare)
        spare += np.uint16((2 * step - 1) ** 2)
        np.minimum(out, spare, out=out)


def _column_gaps(blocked: Any, gaps: Any, skipped: int, below: int, above: int) -> None:
    """For numba: ``_column_gaps_plain``."""
    height, width = blocked.shape
    most = 2 * REACH + 1
    steps = np.empty((height, width), dtype=np.uint8)
    for col in range(width):
        steps[0, col] = 0 if blocked[0, col] else below
    for row in range(1, height):
        for col in range(width):
            last = steps[row - 1, col]
            steps[row, col] = 0 if blocked[row, col] else min(most, last + (2 if last > 0 else 1))
    for col in range(width):
        steps[height - 1, col] = min(steps[height - 1, col], above)
    for row in range(height - 2, -1, -1):
        for col in range(width):
            last = steps[row + 1, col]
            steps[row, col] = min(steps[row, col], last + (2 if last > 0 else 1))
    for row in range(gaps.shape[0]):
        for col in range(width):
            gaps[row, col] = np.uint16(steps[row + skipped, col]) * np.uint16(steps[row + skipped, col])


def _least(gaps: Any, out: Any) -> None:
    """For numba: ``_least_plain``; a block of cells looks no farther than to where nothing can be nearer."""
    height, width = out.shape
    reach = REACH  # a multiple of four
    best = np.empty(128, dtype=np.uint16)
    for row in range(height):
        line = gaps[row]
        for first in range(0, width, 128):
            count = min(128, width - first)
            best[:count] = line[first + reach : first + reach + count]
            step = 1
            while step <= reach:
                most = np.uint16(0)
                for k in range(count):
                    most = max(most, best[k])
                if (2 * step - 1) * (2 * step - 1) >= most:
                    break
                for _ in range(4):
                    away = np.uint16((2 * step - 1) * (2 * step - 1))
                    at = first + reach - step
                    back, ahead = line[at : at + count], line[at + 2 * step : at + 2 * step + count]
                    for k in range(count):
                        other = np.uint16(min(back[k], ahead[k]) + away)
                        best[k] = min(best[k], other)
                    step += 1
            out[row, first : first + count] = best[:count]
