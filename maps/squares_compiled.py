"""The exact distance field of a large map, compiled: columns by two sweeps, rows by the lower envelope of parabolas.

A cell's centre lies at an odd half cell and every side of an obstacle square at an even one, so along a row each side carries
one parabola (Felzenszwalb and Huttenlocher), and the cell's own column is compared apart. All squares are integers.
"""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import compiled, in_threads

__all__ = ["compiled_distance_field", "compiled_window"]

BoolArray: TypeAlias = npt.NDArray[np.bool_]
FloatArray: TypeAlias = npt.NDArray[np.float64]


def compiled_distance_field(blocked: BoolArray, resolution: float, out: FloatArray | None = None) -> FloatArray:
    """What ``maps.squares.distance_field`` gives, to the bit.

    Args:
        blocked: (H, W) obstacle cells; the outside counts as obstacle. Neither side may exceed 30,000 cells.
        resolution: Side of a cell.
        out: (H, W) to be filled; a new array by default.
    """
    height, width = blocked.shape
    cells = np.ascontiguousarray(blocked).view(np.uint8)
    gaps = np.empty((height, width), dtype=np.uint16)
    field = np.empty((height, width)) if out is None else out
    vertical, across = compiled(_vertical), compiled(_across)
    in_threads(lambda low, high: vertical(cells[:, low:high], gaps[:, low:high]), width)
    in_threads(lambda low, high: across(gaps[low:high], field[low:high], resolution / 2), height)
    return field


def compiled_window(
    blocked: BoolArray, rows: tuple[int, int], cols: tuple[int, int], below: tuple[int, int], beside: tuple[int, int]
) -> npt.NDArray[np.int32]:
    """Squared half-cell distances in a box of a window.

    Args:
        blocked: (H, W) obstacle cells of the window.
        rows: First row wanted and that after the last; ``cols`` likewise.
        cols: Columns.
        below: Steps from the first row to the outside, and from the last.
        beside: Steps from the first column to the outside, and from the last.
    """
    squares = np.empty((rows[1] - rows[0], cols[1] - cols[0]), dtype=np.int32)
    compiled(_steps, _window)(blocked.view(np.uint8), squares, rows[0], cols[0], *below, *beside)
    return squares


def _steps(blocked: Any, below: int, above: int) -> Any:
    """Steps from each cell of a window to the nearest obstacle of its column, or to the outside; 0 in obstacles."""
    height, width = blocked.shape
    steps = np.empty((height, width), dtype=np.int32)
    for col in range(width):
        steps[0, col] = 0 if blocked[0, col] else below
    for row in range(1, height):
        for col in range(width):
            steps[row, col] = 0 if blocked[row, col] else min(steps[row - 1, col] + 1, 15_000)
    for col in range(width):
        steps[height - 1, col] = min(steps[height - 1, col], above)
    for row in range(height - 2, -1, -1):
        for col in range(width):
            steps[row, col] = min(steps[row, col], steps[row + 1, col] + 1)
    return steps


def _window(
    blocked: Any, squares: Any, first_row: int, first_col: int, below: int, above: int, left: int, right: int
) -> None:  # fmt: skip
    """For numba: columns by two sweeps, then the wanted rows by the lower envelope, as for a whole map."""
    steps = _steps(blocked, below, above)
    width = blocked.shape[1]
    sites = np.empty(width + 1, dtype=np.int32)
    values = np.empty(width + 1, dtype=np.int64)
    reaches = np.empty(width + 1, dtype=np.float64)
    for line in range(squares.shape[0]):
        count = 0
        gaps = np.maximum(2 * steps[first_row + line].astype(np.int64) - 1, 0) ** 2
        for site in range(width + 1):
            value = min(gaps[min(site, width - 1)], gaps[max(site - 1, 0)])
            if (site == 0 and left == 1) or (site == width and right == 1):
                value = np.int64(0)  # the outside
            reach = -1.0
            while count > 0:
                last = sites[count - 1]
                reach = (4.0 * (site * site - last * last) + (value - values[count - 1])) / (4.0 * (site - last))
                if reach > reaches[count - 1]:
                    break
                count -= 1
                reach = -1.0
            sites[count], values[count], reaches[count] = site, value, reach
            count += 1
        at = 0
        for spot in range(squares.shape[1]):
            col = first_col + spot
            while at + 1 < count and reaches[at + 1] <= 2 * col + 1:
                at += 1
            away = 2 * col + 1 - 2 * sites[at]
            best = min(values[at] + away * away, gaps[col])
            squares[line, spot] = min(best, 2_000_000_000)


def _vertical(blocked: Any, gaps: Any) -> None:
    """Half cells from each centre to the nearest obstacle square of its column, or to the map's edge; 0 in obstacles."""
    height, width = blocked.shape
    for col in range(width):
        gaps[0, col] = 0 if blocked[0, col] else 1
    for row in range(1, height):
        for col in range(width):
            above = gaps[row - 1, col]
            gaps[row, col] = 0 if blocked[row, col] else (above + 2 if above else 1)
    for col in range(width):
        gaps[height - 1, col] = min(gaps[height - 1, col], 1)
    for row in range(height - 2, -1, -1):
        for col in range(width):
            below = gaps[row + 1, col]
            gap = below + 2 if below else 1
            if gap < gaps[row, col]:
                gaps[row, col] = gap


def _across(gaps: Any, field: Any, half: float) -> None:
    """Rows of the field from their vertical gaps; ``half`` is half a cell."""
    height, width = gaps.shape
    sites = np.empty(width + 1, dtype=np.int32)
    values = np.empty(width + 1, dtype=np.int64)
    reaches = np.empty(width + 1, dtype=np.float64)
    for row in range(height):
        count = 0
        for site in range(width + 1):
            if site == 0 or site == width:
                value = np.int64(0)  # the outside
            else:
                low, high = np.int64(gaps[row, site - 1]), np.int64(gaps[row, site])
                value = np.int64(min(low, high) ** 2)
            # Where this side's parabola comes below that of the last one kept, in half cells.
            reach = -1.0
            while count > 0:
                last = sites[count - 1]
                reach = (4.0 * (site * site - last * last) + (value - values[count - 1])) / (4.0 * (site - last))
                if reach > reaches[count - 1]:
                    break
                count -= 1
                reach = -1.0
            sites[count], values[count], reaches[count] = site, value, reach
            count += 1
        at = 0
        for col in range(width):
            spot = 2 * col + 1
            while at + 1 < count and reaches[at + 1] <= spot:
                at += 1
            away = spot - 2 * sites[at]
            best = values[at] + away * away
            own = np.int64(gaps[row, col]) ** 2
            field[row, col] = np.sqrt(float(min(best, own))) * half
