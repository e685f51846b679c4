"""Pocket: a start or goal that is closed in on all sides, told from a window around it without a look at the rest of the map.

A way of some clearance stays on cells that may hold points so clear. Where those that are joined to an end all lie well within a
window, nothing outside the window has a say in them: they are all that is joined to it on the whole map.
"""

import math
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from maps.body import Body
from maps.clearance import UnknownPolicy, layers
from maps.entry import Entry, enter
from maps.features import DoorState
from maps.geometry import Pose
from maps.goals import Goal
from maps.huge.near import Box, box_around, cropped
from maps.reach.index import possible_cells
from maps.world import World

__all__ = ["is_shut_in"]

IntArray = npt.NDArray[np.int64]

_REACHES = (64, 320)
"""Cells around an end that are looked at, the fewer first: 3 m and 16 m at 0.05 m."""
_WIDEST = 1000
"""Cells: goals that lie farther apart are not looked at."""
_SPARE = 3
"""Cells added to a body's clearance: cells stand for their centres."""


def is_shut_in(
    world: World,
    body: Body,
    start: Pose,
    goal: Goal,
    *,
    unknown: UnknownPolicy = "blocked",
    doors: Mapping[str, DoorState] | None = None,
) -> bool:
    """Whether there surely is no way from a start to a goal because one of them lies in a pocket near by; False settles nothing.

    Args:
        world: The map.
        body: The body; for one with a footprint the disc inside it.
        start: Where it stands.
        goal: Where it may end.
        unknown: Whether unknown cells are obstacles.
        doors: Door states that override the map's.
    """
    frame, disc = world.frame, body.inner_disc
    ends = goal.cells[((goal.cells >= 0) & (goal.cells < frame.shape)).all(axis=1)]
    if not frame.contains(start.point) or not len(ends) or len(ends) < len(goal.cells):
        return False
    needed = disc.needed_clearance_m / frame.resolution
    around = cropped(world, box_around(frame, start.point, math.ceil(2.0 * needed) + 16))
    entry = enter(around, disc, start, unknown=unknown, doors=doors)
    if not isinstance(entry, Entry) or not entry.strict:  # what is left by rules of its own may lead out of any pocket
        return False
    here = np.array([frame.cell(start.point)])
    for inside, outside in ((ends, here), (here, ends)):
        for box in _boxes(world, inside):
            known = _apart(world, box, inside, outside, needed, unknown, doors)
            if known is not None:
                if known:
                    return True
                break
    return False


def _boxes(world: World, cells: IntArray) -> Iterator[Box]:
    """Windows around cells, the smaller first."""
    low, high = cells.min(axis=0), cells.max(axis=0)
    if (high - low).max() > _WIDEST:
        return
    for reach in _REACHES:
        (top, left), (bottom, right) = np.maximum(low - reach, 0).tolist(), (high + reach + 1).tolist()
        yield (top, left), (min(bottom, world.frame.height), min(right, world.frame.width))


def _apart(
    world: World, box: Box, inside: IntArray, outside: IntArray, needed: float, unknown: UnknownPolicy,
    doors: Mapping[str, DoorState] | None,
) -> bool | None:  # fmt: skip
    """Whether none of some cells is joined to any of others; None where what they are joined to does not end in the window."""
    from scipy.ndimage import label

    here = layers(cropped(world, box), unknown=unknown, doors=doors)
    scale = world.frame.resolution
    labels, _ = label(possible_cells(here.blocked, here.clearance, needed, scale))
    mine = np.setdiff1d(labels[tuple((inside - box[0]).T)], [0])
    rim = math.ceil(needed) + _SPARE
    height, width = labels.shape
    edges = (
        (box[0][0] > 0, labels[:rim]),
        (box[1][0] < world.frame.height, labels[max(0, height - rim) :]),
        (box[0][1] > 0, labels[:, :rim]),
        (box[1][1] < world.frame.width, labels[:, max(0, width - rim) :]),
    )
    if any(is_open and np.isin(edge, mine).any() for is_open, edge in edges):
        return None
    seen = outside[((outside >= box[0]) & (outside < box[1])).all(axis=1)]
    return not np.isin(labels[tuple((seen - box[0]).T)], mine).any()
