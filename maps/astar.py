"""Shortest 8-connected grid routes without corner cutting, between sets of cells with costs.

Two engines give the same answer: ``waves`` (numpy: Dijkstra by bands of distance) and ``numba`` (A* with the octile bound,
compiled). Both only settle distances; the route is then read off the distances by one rule, so that ties are broken alike.
"""

import math
import os
import sys
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.moves import DIAGONAL, MOVES, STEP, allowed_moves, cut, grid_of
from maps.waves import settle, upper_bound, window

__all__ = ["Engine", "GridRoute", "allowed_moves", "distances", "read_route", "search"]

Engine: TypeAlias = Literal["auto", "waves", "numba"]
"""``auto`` takes numba when it is installed and the map is large enough to repay its loading; SUREFOOT_NUMBA=0/1 decides."""

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]

TIE = 1e-7
"""Cells: lengths closer than this are equal. Different sums of 1 and sqrt(2) differ by far more on any real grid."""

_LARGE = 2_000_000
_SMALL = 4_096
"""Cells of a grid on which waves are through before a bound is found."""


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
    free: npt.NDArray[np.bool_],
    sources: IntArray,
    source_costs: FloatArray,
    goals: IntArray,
    goal_costs: FloatArray,
    *,
    engine: Engine = "auto",
) -> GridRoute | None:
    """The cheapest route from any source to any goal.

    Args:
        free: (H, W) cells that may be visited; a diagonal step needs all four cells of its block.
        sources: (K, 2) cells; those that are not free are left out.
        source_costs: (K,) costs >= 0 in cells, added to the length.
        goals: (N, 2) cells; those that are not free are left out.
        goal_costs: (N,) costs >= 0 in cells.
        engine: Which implementation; the answer is the same.

    Returns:
        The route, or None when no goal is connected to a source.
    """
    sources, source_costs = _kept(free, sources, source_costs)
    goals, goal_costs = _kept(free, goals, goal_costs)
    if not len(sources) or not len(goals):
        return None
    grid = grid_of(free)
    starts, ends = _flat(sources, free.shape[1]), _flat(goals, free.shape[1])
    kernel = _kernel(engine, free.size)
    if kernel is not None:
        reached = kernel(grid.moves, starts, source_costs, ends, goal_costs)
        return read_route(reached, grid.moves, (starts, source_costs), (ends, goal_costs))
    most = math.inf if free.size < _SMALL else upper_bound(grid, starts, source_costs, ends, goal_costs)
    if math.isinf(most):
        reached = settle(grid.moves, starts, source_costs, ends, goal_costs)
        return read_route(reached, grid.moves, (starts, source_costs), (ends, goal_costs))
    low, high = window(free.shape, starts, source_costs, ends, goal_costs, most)
    moves = cut(grid.moves, low, high)
    starts, ends = _flat(sources - low, moves.shape[1]), _flat(goals - low, moves.shape[1])
    reached = settle(moves, starts, source_costs, ends, goal_costs, most)
    route = read_route(reached, moves, (starts, source_costs), (ends, goal_costs))
    return None if route is None else replace(route, cells=route.cells + low)


def distances(free: npt.NDArray[np.bool_], sources: IntArray, source_costs: FloatArray, *, engine: Engine = "auto") -> FloatArray:
    """Length of the shortest grid route from the sources to every cell, cells; infinite where there is none."""
    sources, source_costs = _kept(free, sources, source_costs)
    moves = grid_of(free).moves
    starts = _flat(sources, free.shape[1])
    kernel = _kernel(engine, free.size)
    none, nothing = np.empty(0, dtype=np.int64), np.empty(0)
    if kernel is None:
        return settle(moves, starts, source_costs, none, nothing)
    return np.asarray(kernel(moves, starts, source_costs, none, nothing))


def read_route(
    reached: FloatArray,
    moves: npt.NDArray[np.uint8],
    sources: tuple[IntArray, FloatArray],
    goals: tuple[IntArray, FloatArray],
) -> GridRoute | None:
    """Walk back from the best goal over settled distances.

    Args:
        reached: (H, W) distances, exact on every cell of every shortest route to the best goal.
        moves: What ``allowed_moves`` gave.
        sources: Flat indices and costs.
        goals: Flat indices and costs.

    Returns:
        The route that keeps its direction longest (ties by the order of MOVES); None when no goal is reached.
    """
    flat, allowed, width = reached.ravel(), moves.ravel(), moves.shape[1]
    ends, end_costs = goals
    totals = flat[ends] + end_costs
    total = float(totals.min())
    if not math.isfinite(total):
        return None
    at = int(ends[totals <= total + TIE].min())
    finish = at
    entry: dict[int, float] = {}
    for cell, cost in zip(sources[0].tolist(), sources[1].tolist(), strict=True):
        entry[cell] = min(cost, entry.get(cell, math.inf))
    offsets = [row * width + col for row, col in MOVES]
    steps = STEP.tolist()
    route, bits, last = [at], [0] * 8, -1
    while not (at in entry and entry[at] <= flat[at] + TIE):
        here, byte = float(flat[at]), int(allowed[at])
        order = range(8) if last < 0 else (last, *range(8))
        for bit in order:
            if byte >> bit & 1 and abs(float(flat[at + offsets[bit]]) + steps[bit] - here) <= TIE:
                break
        else:  # pragma: no cover - distances that no search gives
            raise AssertionError("distances do not lead back to a source")
        last = bit
        bits[bit] += 1
        at += offsets[bit]
        route.append(at)
    length = sum(bits[:4]) + sum(bits[4:]) * DIAGONAL
    cells = np.array(route[::-1], dtype=np.int64)
    end_cost = float(end_costs[ends == finish].min())
    return GridRoute(np.stack((cells // width, cells % width), axis=1), length, entry[at] + length + end_cost)


def _kept(free: npt.NDArray[np.bool_], cells: IntArray, costs: FloatArray) -> tuple[IntArray, FloatArray]:
    """Only the cells on the grid that are free."""
    cells = np.asarray(cells, dtype=np.int64).reshape(-1, 2)
    costs = np.asarray(costs, dtype=np.float64).reshape(-1)
    keep = (cells >= 0).all(axis=1) & (cells < free.shape).all(axis=1)
    cells, costs = cells[keep], costs[keep]
    keep = free[cells[:, 0], cells[:, 1]]
    return cells[keep], costs[keep]


def _flat(cells: IntArray, width: int) -> IntArray:
    """Flat indices of cells (N, 2) on a grid of that width."""
    return np.asarray(cells[:, 0] * width + cells[:, 1])


def _kernel(engine: Engine, size: int) -> Any:
    """The compiled engine, or None for waves."""
    if engine == "waves":
        return None
    if engine == "auto":
        wish = os.environ.get("SUREFOOT_NUMBA", "")
        if wish == "0" or not (wish == "1" or "numba" in sys.modules or size >= _LARGE):
            return None
    return _compiled(engine == "numba")


@lru_cache(maxsize=2)
def _compiled(required: bool) -> Any:
    try:
        from maps.astar_numba import settle
    except ImportError:
        if required:
            raise
        return None
    return settle
