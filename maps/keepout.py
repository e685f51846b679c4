"""Keepout: which keep-outs a body stands in. Those it may leave; all others stay closed to its footprint."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from maps.grid import OCCUPIED
from maps.polygon import touched_cells
from maps.world import World

__all__ = ["disc_in", "keepout_beyond"]

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


def keepout_beyond(world: World, stands_in: Callable[[IntArray], bool]) -> BoolArray | None:
    """The keep-out cells that belong to no keep-out that a body stands in.

    A zone is one keep-out, and so is each connected patch of the mask; a cell of several is closed while one of them is.

    Args:
        world: The map.
        stands_in: Whether the body, without its margin, overlaps any of some cells (N, 2).

    Returns:
        (H, W) bool; None where it stands in none.
    """
    if world.keepout is None:
        return None
    beyond = np.zeros(world.frame.shape, dtype=bool)
    standing = False
    for cells in _keepouts(world):
        if len(cells) and stands_in(cells):
            standing = True
        else:
            beyond[cells[:, 0], cells[:, 1]] = True
    return beyond if standing else None


def disc_in(at: npt.NDArray[np.float64], radius: float) -> Callable[[IntArray], bool]:
    """``stands_in`` of a disc whose centre is at (x, y), all in cells."""
    return lambda cells: _distance(cells, at) < radius - 1e-9


def _keepouts(world: World) -> list[IntArray]:
    """The cells (N, 2) of every keep-out."""
    found = [touched_cells(world.frame, zone.outline) for zone in world.zones.values() if zone.rule == "keepout"]
    if world.keepout_mask is not None:
        from scipy.ndimage import label

        labels, count = label(world.keepout_mask.array == OCCUPIED, structure=np.ones((3, 3), dtype=np.int8))
        cells = np.argwhere(labels)
        owner = labels[cells[:, 0], cells[:, 1]]
        found += [cells[owner == patch] for patch in range(1, count + 1)]
    return found


def _distance(cells: IntArray, at: npt.NDArray[np.float64]) -> float:
    """From a point to the nearest of some squares."""
    gap = np.maximum(np.abs(cells[:, ::-1] + 0.5 - at) - 0.5, 0.0)
    return float(np.hypot(gap[:, 0], gap[:, 1]).min())
