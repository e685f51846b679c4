"""Shortest 8-connected grid routes without corner cutting, between sets of cells with costs.

One search (``maps.jump``) and one way to settle all distances (``maps.waves``, or ``maps.dijkstra`` compiled); where numba is
not worth loading the same answers come from numpy and plain Python.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import use_numba
from maps.huge.size import is_large
from maps.jump import jump_route
from maps.jump_tables import tables_of
from maps.moves import DIAGONAL, moves_of
from maps.waves import settle

__all__ = ["GridRoute", "distances", "search"]

BoolArray: TypeAlias = npt.NDArray[np.bool_]
FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class GridRoute:
    """A shortest grid route.

    Attributes:
        cells: (N, 2) rows and columns from the source to the goal.
        length: Straight steps + sqrt(2) x diagonal steps, cells; costs of source and goal not included.
        total: Length plus the costs of its source and goal.
    """

    cells: IntArray
    length: float
    total: float


def search(
    free: BoolArray, sources: IntArray, source_costs: FloatArray, goals: IntArray, goal_costs: FloatArray
) -> GridRoute | None:
    """The cheapest route from any source to any goal.

    Args:
        free: (H, W) cells that may be visited; a diagonal step needs all four cells of its block.
        sources: (K, 2) cells; those that are not free are left out.
        source_costs: (K,) costs >= 0 in cells, added to the length.
        goals: (N, 2) cells; those that are not free are left out.
        goal_costs: (N,) costs >= 0 in cells.

    Returns:
        The route, or None when no goal is connected to a source.
    """
    sources, source_costs = _kept(free, sources, source_costs)
    goals, goal_costs = _kept(free, goals, goal_costs)
    if not len(sources) or not len(goals):
        return None
    goals, goal_costs = _worth_ending_at(goals, goal_costs)
    height, width = free.shape
    starts, ends = sources @ (width, 1), goals @ (width, 1)
    if is_large(free.shape):
        from maps.huge.bit_search import bit_route
        from maps.huge.jump_bits import bits_of

        found = bit_route(bits_of(free), starts, source_costs, ends, goal_costs)
    else:
        found = jump_route(tables_of(free), (height, width), starts, source_costs, ends, goal_costs)
    if found is None:
        return None
    cells = np.stack((found // width, found % width), axis=1)
    diagonal = int((np.abs(np.diff(cells, axis=0)).sum(axis=1) == 2).sum())
    length = len(cells) - 1 - diagonal + diagonal * DIAGONAL
    least = float(source_costs[starts == found[0]].min()), float(goal_costs[ends == found[-1]].min())
    return GridRoute(cells, length, least[0] + length + least[1])


def _worth_ending_at(goals: IntArray, costs: FloatArray) -> tuple[IntArray, FloatArray]:
    """Without the goals from which one step leads to another that is cheaper by more than that step: no route ends there."""
    if float(costs.max() - costs.min()) <= 1.0:
        return goals, costs
    low = goals.min(axis=0) - 1
    rows, cols = (goals - low).T
    width = int(cols.max()) + 2
    at = rows * width + cols
    grid = np.full((int(rows.max()) + 2) * width, math.inf)
    np.minimum.at(grid, at, costs)
    beside = np.minimum.reduce([grid.take(at + step) for step in (-width, width, -1, 1)])
    keep = costs <= beside + 1.0
    return goals[keep], costs[keep]


def distances(free: BoolArray, sources: IntArray, source_costs: FloatArray) -> FloatArray:
    """Length of the shortest grid route from the sources to every cell, cells; infinite where there is none.

    Args:
        free: (H, W) cells that may be visited.
        sources: (K, 2) cells; those that are not free are left out.
        source_costs: (K,) costs >= 0 in cells.
    """
    sources, source_costs = _kept(free, sources, source_costs)
    if not len(sources):
        return np.full(free.shape, math.inf)
    starts = sources @ (free.shape[1], 1)
    if use_numba(free.size):
        from maps.dijkstra import settle_compiled

        return settle_compiled(moves_of(free), starts, source_costs)
    return settle(moves_of(free), starts, source_costs)


def _kept(free: BoolArray, cells: IntArray, costs: FloatArray) -> tuple[IntArray, FloatArray]:
    """Only the cells on the grid that are free."""
    cells = np.asarray(cells, dtype=np.int64).reshape(-1, 2)
    costs = np.asarray(costs, dtype=np.float64).reshape(-1)
    rows, cols = cells.T
    keep = (rows >= 0) & (cols >= 0) & (rows < free.shape[0]) & (cols < free.shape[1])
    keep[keep] = free[rows[keep], cols[keep]]
    return cells[keep], costs[keep]
