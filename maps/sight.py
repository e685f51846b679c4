"""Line of sight on the grid: from which cells a point can be reached or seen without a wall or a shut door between."""

import numpy as np
import numpy.typing as npt

from maps.astar import distances
from maps.clearance import closed_doors
from maps.geometry import Point
from maps.grid import FREE, OCCUPIED
from maps.polygon import touched_cells
from maps.world import World

__all__ = ["cells_in_sight"]

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_SPACING = 0.4
_SAMPLES = 1 << 21
_DETOUR = 1.5
"""How much longer the way round furniture may be than over it, before it is taken for a wall."""


def cells_in_sight(
    world: World,
    point: Point,
    cells: IntArray,
    reach: float,
    *,
    outline: tuple[Point, ...] = (),
    through: frozenset[str] = frozenset(),
) -> BoolArray:
    """Which cells see a point.

    What the point itself stands on or in (the run of cells that are not free at the point's end of each ray) does not block,
    unless it is a wall with another room behind it: such cells must lie in ``outline`` or be a short way round from the point's
    nearest open cell.

    Args:
        world: The map; occupied cells and shut doors block.
        point: What is looked at, metres, on the map.
        cells: (N, 2) rows and columns.
        reach: How far it may be, metres; bounds the way round.
        outline: The room that the point belongs to, if known.
        through: Names of doors that do not block.

    Returns:
        (N,) bool.
    """
    if not len(cells):
        return np.zeros(0, dtype=bool)
    row, col = world.frame.cell(point)
    margin = int(np.ceil(reach / world.frame.resolution)) + 2
    low = np.maximum(np.minimum(cells.min(axis=0), (row, col)) - margin, 0)
    high = np.minimum(np.maximum(cells.max(axis=0), (row, col)) + margin + 1, world.frame.shape)
    window = slice(low[0], high[0]), slice(low[1], high[1])  # all that the rays and the ways round can meet
    solid = world.cells[window] == OCCUPIED
    for name in closed_doors(world):
        if name not in through:
            shut = touched_cells(world.frame, world.doors[name].segment, closed=False) - low
            rows, cols = shut[((shut >= 0) & (shut < solid.shape)).all(axis=1)].T
            solid[rows, cols] = True
    _close_corners(solid)
    soft = solid | (world.cells[window] != FREE)
    x, y = world.frame.local([point])[0] - low[::-1]
    cells = cells - low
    seen = np.zeros(len(cells), dtype=bool)
    longest = float(np.hypot(cells[:, 1] + 0.5 - x, cells[:, 0] + 0.5 - y).max())
    count = max(2, int(np.ceil(longest / _SPACING)) + 1)
    block = max(1, _SAMPLES // count)
    for first in range(0, len(cells), block):
        part = slice(first, first + block)
        seen[part] = _rays(solid, soft, x, y, cells[part], count)
    if seen.any() and soft[row - low[0], col - low[1]]:
        seen &= _same_side(world, solid, point, cells + low, low, seen, reach, outline)
    return seen


def _rays(solid: BoolArray, soft: BoolArray, x: float, y: float, cells: IntArray, count: int) -> BoolArray:
    """Whether the ray from (x, y) to each cell's centre, once in the open, meets nothing solid."""
    height, width = solid.shape
    share = np.linspace(0.0, 1.0, count)
    cols = (x + (cells[:, 1:] + 0.5 - x) * share).astype(np.int32)
    rows = (y + (cells[:, :1] + 0.5 - y) * share).astype(np.int32)
    np.minimum(cols, width - 1, out=cols)
    np.minimum(rows, height - 1, out=rows)
    met = solid[rows, cols]
    if soft[rows[0, 0], cols[0, 0]]:
        met &= ~np.logical_and.accumulate(soft[rows, cols], axis=1)
    return np.asarray(~met.any(axis=1))


def _close_corners(solid: BoolArray) -> None:
    """Fill one cell wherever two solid cells touch at a corner only, so that no ray slips between them."""
    a, b, c, d = solid[:-1, :-1], solid[:-1, 1:], solid[1:, :-1], solid[1:, 1:]
    falling, rising = b & c & ~a & ~d, a & d & ~b & ~c
    solid[:-1, :-1] |= falling
    solid[:-1, 1:] |= rising


def _inside(outline: tuple[Point, ...], points: npt.NDArray[np.float64]) -> BoolArray:
    """Which points (N, 2) lie in a simple ring (even-odd rule)."""
    x, y = points.T
    inside = np.zeros(len(points), dtype=bool)
    for (x0, y0), (x1, y1) in zip(outline, outline[1:] + outline[:1], strict=True):
        if y0 != y1:
            inside ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) / (y1 - y0) * (x1 - x0))
    return inside


def _same_side(
    world: World,
    solid: BoolArray,
    point: Point,
    cells: IntArray,
    corner: IntArray,
    seen: BoolArray,
    reach: float,
    outline: tuple[Point, ...],
) -> BoolArray:
    """Which cells are on the open side of a point inside furniture, or a short way round from it.

    ``solid`` begins at the map's cell ``corner``.
    """
    centres = world.frame.centres(cells)
    home = np.zeros(len(cells), dtype=bool)
    if outline:
        home[seen] = _inside(outline, centres[seen])
    away = np.hypot(centres[:, 0] - point[0], centres[:, 1] - point[1])
    side = home if home.any() else seen
    front = side & (away <= away[side].min() + 1e-9)
    margin = int(np.ceil(reach / world.frame.resolution)) + 2
    low = np.maximum(cells.min(axis=0) - margin, 0)
    high = np.minimum(cells.max(axis=0) + margin + 1, world.frame.shape)
    first, last = low - corner, high - corner
    around = distances(~solid[first[0] : last[0], first[1] : last[1]], cells[front] - low, np.zeros(int(front.sum())))
    limit = _DETOUR * (away + away[front].min()) / world.frame.resolution
    local = cells - low
    return np.asarray(home | (around[local[:, 0], local[:, 1]] <= limit))
