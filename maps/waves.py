"""Waves: the numpy engine of ``maps.astar``, Dijkstra by distance bands one cell wide.

Each band is one vector operation, since no step is shorter than a cell. A known route to some goal bounds the search without
changing its answer: from cells that even the octile distance cannot join to a goal within that bound no route goes on.
``upper_bound`` finds such a route on blocks of cells.
"""

import math

import numpy as np
import numpy.typing as npt

from maps.moves import BLOCK, DIAGONAL, MOVES, STEP, Grid, cut

__all__ = ["settle", "upper_bound", "window"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
MoveArray = npt.NDArray[np.uint8]

_SLACK = 1e-3
"""Cells: how far above the bound routes still are followed, so that neither rounding nor ties lose one."""

_NEAR = 8
"""Cells around sources and goals in which they are joined to whole blocks."""

_STEPS = STEP[:, None]
_BITS = np.left_shift(1, np.arange(8)).astype(np.uint8)[:, None]


def settle(
    moves: MoveArray,
    starts: IntArray,
    start_costs: FloatArray,
    ends: IntArray,
    end_costs: FloatArray,
    most: float = math.inf,
) -> FloatArray:
    """Distances band by band, until no unsettled cell can better the best goal.

    Args:
        moves: (H, W) allowed moves, as ``maps.moves.allowed_moves`` gives them.
        starts: Flat indices.
        start_costs: Costs >= 0 in cells.
        ends: Flat indices; without any, all cells are settled.
        end_costs: Costs >= 0 in cells.
        most: What some route to a goal costs in all; infinite when that is not known.

    Returns:
        (H, W) cells, exact on every cell of every shortest route to the best goal; on every cell when there are no goals.
    """
    flat, width = moves.ravel(), moves.shape[1]
    bounded = math.isfinite(most)
    ceiling = _ceiling(moves.shape, ends, most + _SLACK - float(end_costs.min())).ravel() if bounded else None
    if ceiling is None:
        reached = np.full(flat.shape, np.inf)
    else:
        reached = ceiling.copy()
        kept = start_costs < ceiling[starts]
        starts, start_costs = starts[kept], start_costs[kept]
    np.minimum.at(reached, starts, start_costs)
    offsets = np.array([[row * width + col] for row, col in MOVES], dtype=np.int64)
    ticket, numbers = np.empty(flat.shape, dtype=np.int64), np.arange(max(1024, len(starts)))
    best, least = most, float(end_costs.min()) if len(ends) else 0.0
    waiting, band, turn = starts, 0, 0
    while len(waiting):
        if len(waiting) > len(numbers):
            numbers = np.arange(2 * len(waiting))
        mine = numbers[: len(waiting)]
        ticket[waiting] = mine
        cells = waiting[ticket.take(waiting) == mine]
        here = reached.take(cells)
        now = here < band + 1
        waiting, cells, here = cells[~now], cells[now], here[now]
        if not len(cells):
            band = int(reached.take(waiting).min())
            continue
        if len(ends) and turn % 8 == 0:
            best = min(best, float((reached.take(ends) + end_costs).min()))
        if band + least > best + _SLACK:
            break
        onto = offsets + cells
        length = _STEPS + here
        better = length < reached.take(onto, mode="clip")
        better &= (flat.take(cells) & _BITS) != 0
        onto = onto[better]
        np.minimum.at(reached, onto, length[better])
        waiting = np.concatenate((waiting, onto))
        band, turn = band + 1, turn + 1
    if ceiling is not None:
        reached[reached >= ceiling] = np.inf
    return reached.reshape(moves.shape)


def window(
    shape: tuple[int, int], starts: IntArray, start_costs: FloatArray, ends: IntArray, end_costs: FloatArray, most: float
) -> tuple[tuple[int, int], tuple[int, int]]:
    """The rows and columns, low and high, that no route of total ``most`` leaves.

    Going k cells beyond the box around sources and goals and back costs at least 2 k (sqrt(2) - 1).
    """
    width = shape[1]
    lows, highs, gaps = [], [], []
    for first, last in zip(np.divmod(starts, width), np.divmod(ends, width), strict=True):
        lows.append(min(int(first.min()), int(last.min())))
        highs.append(max(int(first.max()), int(last.max())) + 1)
        gaps.append(max(int(last.min() - first.max()), int(first.min() - last.max()), 0))
    shortest = max(gaps) + (DIAGONAL - 1) * min(gaps) + float(start_costs.min() + end_costs.min())
    beyond = int(max(0.0, most + _SLACK - shortest) / (2 * (DIAGONAL - 1))) + 1
    return (
        (max(0, lows[0] - beyond), max(0, lows[1] - beyond)),
        (min(shape[0], highs[0] + beyond), min(shape[1], highs[1] + beyond)),
    )


def upper_bound(grid: Grid, starts: IntArray, start_costs: FloatArray, ends: IntArray, end_costs: FloatArray) -> float:
    """What some route from a source to a goal costs in all, cells, found on whole free blocks; infinite if none is found there.

    Args:
        grid: The moves.
        starts: Flat indices.
        start_costs: Costs >= 0 in cells.
        ends: Flat indices.
        end_costs: Costs >= 0 in cells.
    """
    sources, source_costs = _blocks_near(grid, starts, start_costs)
    goals, goal_costs = _blocks_of(grid, ends, end_costs)
    if not len(goals):
        goals, goal_costs = _blocks_near(grid, ends, end_costs)
    if not len(sources) or not len(goals):
        return math.inf
    reached = settle(grid.block_moves, sources, source_costs / BLOCK, goals, goal_costs / BLOCK)
    return float((reached.ravel()[goals] * BLOCK + goal_costs).min())


def _ceiling(shape: tuple[int, ...], ends: IntArray, room: float) -> FloatArray:
    """What a cell's distance may be at most: ``room`` less the octile distance to the box around the goals, (H, W)."""
    away = []
    for side, found in zip(shape, np.divmod(ends, shape[1]), strict=True):
        line = np.arange(side)
        away.append(np.maximum(np.maximum(found.min() - line, line - found.max()), 0).astype(np.float64))
    down, across = away
    part = DIAGONAL - 1
    return np.asarray(np.minimum((room - down)[:, None] - part * across, (room - part * down)[:, None] - across))


def _blocks_of(grid: Grid, cells: IntArray, costs: FloatArray) -> tuple[IntArray, FloatArray]:
    """The free blocks whose own cell, one of the middle four, is among some cells: flat indices and costs."""
    height, width = grid.blocks.shape
    row, col = np.divmod(cells, grid.moves.shape[1])
    (down, beside), (across, aside) = np.divmod(row, BLOCK), np.divmod(col, BLOCK)
    own = (beside == BLOCK // 2) & (aside == BLOCK // 2) & (down < height) & (across < width)
    blocks = down[own] * width + across[own]
    free = grid.blocks.ravel()[blocks]
    return blocks[free], costs[own][free]


def _blocks_near(grid: Grid, cells: IntArray, costs: FloatArray) -> tuple[IntArray, FloatArray]:
    """The free blocks whose own cell is joined to some cells nearby: flat indices and what it costs to get there."""
    shape = grid.moves.shape
    row, col = np.divmod(cells, shape[1])
    low = (max(0, int(row.min()) - _NEAR), max(0, int(col.min()) - _NEAR))
    high = (min(shape[0], int(row.max()) + _NEAR + 1), min(shape[1], int(col.max()) + _NEAR + 1))
    wide = high[1] - low[1]
    none = np.empty(0, dtype=np.int64)
    near = settle(cut(grid.moves, low, high), (row - low[0]) * wide + col - low[1], costs, none, np.empty(0)).ravel()
    joined = np.flatnonzero(np.isfinite(near))
    down, across = np.divmod(joined, wide)
    return _blocks_of(grid, (down + low[0]) * shape[1] + across + low[1], near[joined])
