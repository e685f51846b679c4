"""Obstacle cells: which cells of a map are obstacles, for all of it or for a few: walls, unknown cells, keep-outs, shut doors."""

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import in_threads
from maps.geometry import Point
from maps.grid import OCCUPIED, UNKNOWN, GridFrame
from maps.huge.sparse import release
from maps.polygon import line_cells

if TYPE_CHECKING:
    from maps.world import World

__all__ = ["are_obstacles", "mark_obstacles"]

IntArray: TypeAlias = npt.NDArray[np.int64]

_STRIP = 2_000_000
"""Cells that are marked at a time."""


def mark_obstacles(
    world: "World", shut: tuple[str, ...], keepout: npt.NDArray[np.bool_] | None, no_unknown: bool, blocked: npt.NDArray[np.bool_]
) -> None:
    """Mark all obstacles of a map.

    Args:
        world: The map.
        shut: Names of the doors that are obstacles.
        keepout: (H, W) cells that are, too; None for none.
        no_unknown: Whether unknown cells are none.
        blocked: (H, W) is given whether each cell is an obstacle.
    """
    in_threads(lambda low, high: _mark(world.cells, keepout, no_unknown, blocked, low, high), len(blocked), least=2048)
    release(world.cells)
    for door in shut:
        rows, cols = line_cells(world.frame, world.doors[door].segment).T
        blocked[rows, cols] = True


def _mark(
    cells: npt.NDArray[np.int8],
    keepout: npt.NDArray[np.bool_] | None,
    no_unknown: bool,
    blocked: npt.NDArray[np.bool_],
    low: int,
    high: int,
) -> None:
    """Mark the obstacles of some rows, a few at a time."""
    rows = max(1, _STRIP // cells.shape[1])
    for first in range(low, high, rows):
        part = slice(first, min(high, first + rows))
        np.equal(cells[part], OCCUPIED, out=blocked[part])
        if not no_unknown:
            blocked[part] |= cells[part] == UNKNOWN
        if keepout is not None:
            blocked[part] |= keepout[part]


def are_obstacles(
    world: "World", cells: IntArray, shut: tuple[str, ...], no_unknown: bool, no_keepout: bool
) -> npt.NDArray[np.bool_]:
    """Whether some cells (N, 2) are obstacles: what ``mark_obstacles`` marks there, with the keep-outs of the map or without."""
    rows, cols = cells.T
    there = world.grid.at(rows, cols)
    found = np.asarray((there == OCCUPIED) | ((there == UNKNOWN) & (not no_unknown)))
    if not no_keepout and world.keepout is not None:
        found |= world.keepout[rows, cols]
    if not len(cells):
        return found
    (low_row, low_col), (high_row, high_col) = cells.min(axis=0).tolist(), cells.max(axis=0).tolist()
    key = rows * world.frame.width + cols
    for name in shut:
        top, bottom, left, right = _around(world.frame, world.doors[name].segment)
        if top > high_row or bottom < low_row or left > high_col or right < low_col:
            continue
        found |= np.isin(key, line_cells(world.frame, world.doors[name].segment) @ (world.frame.width, 1))
    return found


@lru_cache(maxsize=4096)
def _around(frame: GridFrame, segment: tuple[Point, Point]) -> tuple[int, int, int, int]:
    """Rows and columns, the first and the last, that hold all cells of a door."""
    (row, col), (other_row, other_col) = map(frame.cell, segment)
    return min(row, other_row) - 1, max(row, other_row) + 1, min(col, other_col) - 1, max(col, other_col) + 1
