"""Moves: which of the eight steps every free cell allows, and the same for blocks of cells; kept by content."""

import hashlib
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maps.recent import Recent

__all__ = ["BLOCK", "DIAGONAL", "MOVES", "STEP", "Grid", "allowed_moves", "cut", "grid_of"]

BoolArray = npt.NDArray[np.bool_]
MoveArray = npt.NDArray[np.uint8]

MOVES: tuple[tuple[int, int], ...] = ((0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, -1), (-1, 1))
"""(row, column) steps; the first four are straight. Bit i of an allowed-moves byte stands for MOVES[i]."""

DIAGONAL = math.sqrt(2.0)
STEP: npt.NDArray[np.float64] = np.array([1.0] * 4 + [DIAGONAL] * 4)
BLOCK = 4
"""Cells along the side of a block."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The moves on one choice of free cells. The arrays are read-only.

    Attributes:
        moves: (H, W) a byte for each cell.
        blocks: (H // BLOCK, W // BLOCK) blocks whose cells are all free.
        block_moves: A byte for each block: what it allows is free of obstacles from every cell to the one BLOCK cells on.
    """

    moves: MoveArray
    blocks: BoolArray
    block_moves: MoveArray


_GRIDS: Recent[Grid] = Recent(32 * 2**20)


def grid_of(free: BoolArray) -> Grid:
    """The moves on some free cells, (H, W) bool; worked out once for the same content."""
    digest = hashlib.blake2b(np.packbits(free).tobytes(), digest_size=16)
    digest.update(repr(free.shape).encode())
    key = digest.digest()
    grid = _GRIDS.get(key)
    if grid is None:
        moves = allowed_moves(free)
        height, width = (side // BLOCK for side in free.shape)
        rows = free[: height * BLOCK, : width * BLOCK].reshape(height, BLOCK, width * BLOCK).all(axis=1)
        blocks = np.asarray(rows.reshape(height, width, BLOCK).all(axis=2))
        grid = Grid(moves, blocks, allowed_moves(blocks))
        for array in (grid.moves, grid.blocks, grid.block_moves):
            array.flags.writeable = False
        _GRIDS.put(key, grid, grid.moves.nbytes + grid.blocks.nbytes + grid.block_moves.nbytes)
    return grid


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


def cut(moves: MoveArray, low: tuple[int, int], high: tuple[int, int]) -> MoveArray:
    """The moves that stay within a window of rows and columns from ``low`` up to, not including, ``high``."""
    window = moves[low[0] : high[0], low[1] : high[1]].copy()
    for axis, way, edge in ((0, -1, window[0]), (0, 1, window[-1]), (1, -1, window[:, 0]), (1, 1, window[:, -1])):
        edge &= np.uint8(sum(1 << bit for bit, move in enumerate(MOVES) if move[axis] != way))
    return window
