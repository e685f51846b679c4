"""Moves: which of the eight steps every free cell allows; kept by content."""

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from maps.digest import cells_digest
from maps.recent import Recent

__all__ = ["DIAGONAL", "MOVES", "STEP", "allowed_moves", "moves_of"]

BoolArray: TypeAlias = npt.NDArray[np.bool_]
MoveArray: TypeAlias = npt.NDArray[np.uint8]

MOVES: tuple[tuple[int, int], ...] = ((0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, -1), (-1, 1))
"""(row, column) steps; the first four are straight. Bit i of an allowed-moves byte stands for MOVES[i]."""

DIAGONAL = math.sqrt(2.0)
STEP: npt.NDArray[np.float64] = np.array([1.0] * 4 + [DIAGONAL] * 4)

_MOVES: Recent[MoveArray] = Recent(32 * 2**20)


def moves_of(free: BoolArray) -> MoveArray:
    """``allowed_moves`` of some free cells, read-only; worked out once for the same content."""
    key = cells_digest(free)
    moves = _MOVES.get(key)
    if moves is None:
        moves = allowed_moves(free)
        moves.flags.writeable = False
        _MOVES.put(key, moves, moves.nbytes)
    return moves


def allowed_moves(free: BoolArray) -> MoveArray:
    """Which of the eight MOVES each free cell allows, one bit each; (H, W) uint8, 0 in cells that are not free.

    Args:
        free: (H, W) cells that may be visited; a diagonal step needs all four cells of its block.
    """
    height, width = free.shape
    wide = np.zeros((height + 2, width + 2), dtype=bool)
    wide[1:-1, 1:-1] = free

    def shifted(row: int, col: int) -> BoolArray:
        return wide[1 + row : 1 + row + height, 1 + col : 1 + col + width]

    moves = np.zeros((height, width), dtype=np.uint8)
    for bit, (row, col) in enumerate(MOVES):
        allowed = free & shifted(row, col)
        if row and col:
            allowed &= shifted(row, 0)
            allowed &= shifted(0, col)
        moves |= allowed.view(np.uint8) << np.uint8(bit)
    return moves
