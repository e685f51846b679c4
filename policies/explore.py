"""Exploring: the frontiers of what is known, best first, each with a goal that the body can drive to in known free space.

A frontier is a connected run of free cells that touch unknown ones (B. Yamauchi, "A frontier-based approach for autonomous
exploration", CIRA 1997). Yamauchi goes to the nearest; here a larger frontier may be as good as a nearer one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maps import FREE, OCCUPIED, UNKNOWN, Body, DoorState, Goal, Point, Pose, World
from maps.polygon import touched_cells
from maps.routing import travel_distances

__all__ = ["Frontier", "frontiers"]

NEAR_M = 0.3
"""How much farther from the frontier than the nearest possible cell a goal cell may be, metres."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Frontier:
    """An edge of the known.

    Attributes:
        at: Its middle, on a free cell, metres.
        size_m: Its length, metres: cells times resolution.
        distance_m: Length of the way to its goal, metres.
        goal: Cells near it, in its sight, where the body fits; facing it.
    """

    at: Point
    size_m: float
    distance_m: float
    goal: Goal


def frontiers(
    world: World,
    body: Body,
    start: Pose,
    *,
    region: Sequence[Point] | None = None,
    doors: Mapping[str, DoorState] | None = None,
    smallest_m: float = 0.3,
) -> tuple[Frontier, ...]:
    """The frontiers that a body can get near to, best first.

    Args:
        world: What is known.
        body: Its clearance says where it fits, its sensing range how near it must get.
        start: Where it is.
        region: Outline, metres; only unknown cells inside count. None for the whole map.
        doors: Door states that override the map's.
        smallest_m: Shorter frontiers are left out, metres.

    Returns:
        Ranked by distance less size (a metre of frontier is worth a metre of way); empty when nothing is left to explore.
    """
    from scipy import ndimage

    unknown = world.cells == UNKNOWN
    if region is not None:
        unknown &= _mask(world, region)
    if not unknown.any():
        return ()
    edge = (world.cells == FREE) & ndimage.binary_dilation(unknown)
    labels, count = ndimage.label(edge, structure=np.ones((3, 3)))
    ways = travel_distances(world, body, start, doors=doors)
    reached = np.isfinite(ways)
    if count == 0 or not reached.any():
        return ()
    away, nearest = ndimage.distance_transform_edt(~reached, return_indices=True)
    scale = world.frame.resolution
    found = []
    for label, window in enumerate(ndimage.find_objects(labels), start=1):
        cells = np.argwhere(labels[window] == label) + np.array([window[0].start, window[1].start])
        size = len(cells) * scale
        if size < smallest_m:
            continue
        middle = _middle(cells, away, body, scale)
        if middle is None:
            continue
        made = _frontier(world, body, ways, middle, nearest[:, middle[0], middle[1]].astype(np.int64), size)
        if made is not None:
            found.append(made)
    ceiling = 2 * body.sense_range_m
    return tuple(sorted(found, key=lambda frontier: (frontier.distance_m - min(frontier.size_m, ceiling), frontier.at)))


def _middle(cells: NDArray[np.int64], away: NDArray[np.float64], body: Body, scale: float) -> tuple[int, int] | None:
    """The cell nearest to a frontier's centre among those that can be sensed from where the body fits."""
    apart = away[cells[:, 0], cells[:, 1]] * scale
    cells = cells[apart <= 0.6 * body.sense_range_m]
    if not len(cells):
        return None
    offset = cells - cells.mean(axis=0)
    row, column = cells[int(np.argmin((offset**2).sum(axis=1)))]
    return int(row), int(column)


def _frontier(
    world: World, body: Body, ways: NDArray[np.float64], middle: tuple[int, int], nearest: NDArray[np.int64], size: float
) -> Frontier | None:
    """A frontier with its goal: cells that can be reached, near its middle and in its sight."""
    scale = world.frame.resolution
    near = float(np.hypot(nearest[0] - middle[0], nearest[1] - middle[1])) + NEAR_M / scale
    span = int(np.ceil(near))
    low = np.maximum(np.array(middle) - span, 0)
    high = np.minimum(np.array(middle) + span + 1, ways.shape)
    cells = np.argwhere(np.isfinite(ways[low[0] : high[0], low[1] : high[1]])) + low
    apart = np.hypot(cells[:, 0] - middle[0], cells[:, 1] - middle[1])
    cells, apart = cells[apart <= near], apart[apart <= near]
    clear = _sighted(world.cells == OCCUPIED, cells, middle)
    cells, apart = cells[clear], apart[clear]
    if not len(cells):
        return None
    at = world.frame.centre(*middle)
    way = float(ways[cells[:, 0], cells[:, 1]].min())
    goal = Goal(cells=cells, costs=0.5 * apart * scale, face=at, subject="the edge of the known")
    return Frontier(at=at, size_m=size, distance_m=way, goal=goal)


def _sighted(solid: NDArray[np.bool_], cells: NDArray[np.int64], target: tuple[int, int]) -> NDArray[np.bool_]:
    """(n,) which cells see a target cell."""
    count = max(2, int(2 * np.abs(cells - target).max(initial=1)) + 1)
    share = np.linspace(0.0, 1.0, count)[:, None, None]
    ray = np.rint(cells + (np.array(target) - cells) * share).astype(np.int64)
    return np.asarray(~solid[ray[..., 0], ray[..., 1]].any(axis=0))


def _mask(world: World, outline: Sequence[Point]) -> NDArray[np.bool_]:
    """(H, W) the cells that an outline touches."""
    mask = np.zeros(world.frame.shape, dtype=bool)
    rows, columns = touched_cells(world.frame, tuple(outline)).T
    mask[rows, columns] = True
    return mask
