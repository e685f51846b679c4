"""Waves: all distances in numpy, Dijkstra by distance bands one cell wide: no step is shorter, so a band is one operation."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from maps.moves import MOVES, STEP

__all__ = ["settle"]

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
MoveArray: TypeAlias = npt.NDArray[np.uint8]

_STEPS = STEP[:, None]
_BITS = np.left_shift(1, np.arange(8)).astype(np.uint8)[:, None]


def settle(moves: MoveArray, starts: IntArray, start_costs: FloatArray) -> FloatArray:
    """Distances band by band.

    Args:
        moves: (H, W) allowed moves, as ``maps.moves.allowed_moves`` gives them.
        starts: Flat indices.
        start_costs: Costs >= 0 in cells.

    Returns:
        (H, W) cells; infinite where no move leads.
    """
    flat, width = moves.ravel(), moves.shape[1]
    reached = np.full(flat.shape, np.inf)
    np.minimum.at(reached, starts, start_costs)
    offsets = np.array([[row * width + col] for row, col in MOVES], dtype=np.int64)
    ticket, numbers = np.empty(flat.shape, dtype=np.int64), np.arange(max(1024, len(starts)))
    waiting, band = starts, 0
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
        onto = offsets + cells
        length = _STEPS + here
        better = length < reached.take(onto, mode="clip")
        better &= (flat.take(cells) & _BITS) != 0
        onto = onto[better]
        np.minimum.at(reached, onto, length[better])
        waiting = np.concatenate((waiting, onto))
        band += 1
    return reached.reshape(moves.shape)
