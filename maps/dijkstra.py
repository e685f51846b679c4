"""All distances, compiled: Dijkstra over the allowed moves of a large map. Calling it needs numba."""

from heapq import heappop, heappush
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import compiled
from maps.moves import MOVES, STEP

__all__ = ["settle_compiled"]

FloatArray: TypeAlias = npt.NDArray[np.float64]


def settle_compiled(moves: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], start_costs: FloatArray) -> FloatArray:
    """Distances in cells to every cell; the same as ``maps.waves.settle``.

    Args:
        moves: (H, W) allowed moves, as ``maps.moves.allowed_moves`` gives them.
        starts: Flat indices.
        start_costs: Costs >= 0 in cells.
    """
    offsets = np.array([row * moves.shape[1] + col for row, col in MOVES], dtype=np.int64)
    reached = np.full(moves.size, np.inf)
    np.minimum.at(reached, starts, start_costs)
    compiled(_settle)(moves.ravel(), offsets, STEP, np.unique(starts), reached)
    return reached.reshape(moves.shape)


def _settle(moves: Any, offsets: Any, steps: Any, starts: Any, reached: Any) -> None:
    heap = [(0.0, 0)]
    heap.pop()
    for cell in starts:
        heappush(heap, (reached[cell], cell))
    while heap:
        here, cell = heappop(heap)
        if here > reached[cell]:
            continue
        byte = moves[cell]
        for bit in range(8):
            if byte >> bit & 1:
                onto = cell + offsets[bit]
                length = here + steps[bit]
                if length < reached[onto]:
                    reached[onto] = length
                    heappush(heap, (length, onto))
