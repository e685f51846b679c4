"""Structure: clearance from what is there whatever the doors, the rules and what nobody has seen: the occupied cells.

Goals ask for it at a few places of a map. There it is measured in windows around them, until that has cost as much as the whole
field does, from which all further questions are answered.
"""

import math

import numpy as np
import numpy.typing as npt

from maps.clearance import clearance
from maps.grid import OCCUPIED
from maps.huge.size import is_huge
from maps.recent import Recent
from maps.squares import capped_field
from maps.world import World

__all__ = ["structure_at"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_MEASURED: Recent[int] = Recent(64)
"""How many cells have been measured in windows, by the map's revision."""


def structure_at(world: World, cells: IntArray, most_m: float) -> FloatArray:
    """The distance of cell centres to the nearest occupied square or the outside, as far as it is below some value.

    Args:
        world: The map.
        cells: (N, 2) cells of the map.
        most_m: No larger distances than this need to be told apart, metres.

    Returns:
        (N,) metres: the distance where it is below ``most_m``, else no less than that.
    """
    if not len(cells):
        return np.empty(0)
    height, width = world.frame.shape
    margin = math.ceil(most_m / world.frame.resolution)
    (top, left), (bottom, right) = cells.min(axis=0).tolist(), cells.max(axis=0).tolist()
    rows = min(height, bottom + 1 + margin) - max(0, top - margin)
    cols = min(width, right + 1 + margin) - max(0, left - margin)
    key = world.revision.encode()
    measured = (_MEASURED.get(key) or 0) + rows * cols
    if measured > height * width or is_huge(world.frame.shape):
        field = clearance(world, ignore=frozenset(("unknown", "doors", "keepout")))
        return np.asarray(field[cells[:, 0], cells[:, 1]])
    _MEASURED.put(key, measured, 1)
    field = capped_field(world.cells == OCCUPIED, (top, bottom + 1), (left, right + 1), margin, world.frame.resolution)
    return np.asarray(field[cells[:, 0] - top, cells[:, 1] - left])
