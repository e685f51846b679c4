"""Exploring: the frontiers of what is known, best first, each with a goal that the body can drive to in known free space.

A frontier is a connected run of free cells that touch unknown ones (B. Yamauchi, "A frontier-based approach for autonomous
exploration", CIRA 1997). Yamauchi goes to the nearest; here a larger frontier may be as good as a nearer one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maps import FREE, OCCUPIED, UNKNOWN, Body, DoorState, Goal, Point, Pose, Route, World
from maps.astar import distances
from maps.polygon import touched_cells
from maps.routing import reachable

__all__ = ["Frontier", "edge_towards", "frontiers"]

BLOCK_M = 0.25
MOST_MIDDLES = 24
"""How many cells of a frontier are tried before it counts as out of sight."""
NEAR_M = 0.3
"""How much farther from the frontier than the nearest possible cell a goal cell may be, metres."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Frontier:
    """An edge of the known.

    Attributes:
        at: Its middle, on a free cell, metres.
        size_m: Its length, metres: cells times resolution.
        distance_m: Length of the way to its goal, metres, to within some blocks of 0.25 m.
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
    smallest_m: float = 0.4,
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
    reached = reachable(world, body, start, doors=doors)
    if count == 0 or not reached.any():
        return ()
    coarse = _Coarse.of(reached, world, start)
    found = []
    for label, window in enumerate(ndimage.find_objects(labels), start=1):
        cells = np.argwhere(labels[window] == label) + np.array([window[0].start, window[1].start])
        size = len(cells) * world.frame.resolution
        middles = () if size < smallest_m else _middles(cells, coarse, body.sense_range_m)
        tried = (_frontier(world, reached, coarse, middle, size) for middle in middles)
        if (made := next(filter(None, tried), None)) is not None:
            found.append(made)
    ceiling = 2 * body.sense_range_m
    return tuple(sorted(found, key=lambda frontier: (frontier.distance_m - min(frontier.size_m, ceiling), frontier.at)))


def edge_towards(
    world: World, body: Body, start: Pose, goal: Goal, *, doors: Mapping[str, DoorState] | None = None
) -> Frontier | None:
    """The edge of the known at which the shortest way to a goal, were all that is unknown free, leaves the known.

    Args:
        world: What is known.
        body: Its clearance says where it fits.
        start: Where it is.
        goal: Where it is to get to in the end.
        doors: Door states that override the map's.

    Returns:
        None where a known way leads there, where not even the unknown can hold one, or where the edge is in no sight.
    """
    from maps import find_route
    from maps.crossings import first_unknown

    way = find_route(world, body, start, goal, unknown="allowed", doors=doors)
    leaves = first_unknown(world, way.points) if isinstance(way, Route) else None
    reached = reachable(world, body, start, doors=doors)
    if leaves is None or not reached.any():
        return None
    return _frontier(world, reached, _Coarse.of(reached, world, start), world.frame.cell(leaves), world.frame.resolution)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Coarse:
    """Where the body can get to, in blocks of cells: enough to rank frontiers, and fast on large maps.

    Attributes:
        side: Cells per block.
        ways: Distance along blocks from the start, metres; infinite where the body cannot get to.
        away: Distance from each block to the nearest one that can be reached, metres.
    """

    side: int
    ways: NDArray[np.float64]
    away: NDArray[np.float64]

    @classmethod
    def of(cls, reached: NDArray[np.bool_], world: World, start: Pose) -> "_Coarse":
        from scipy import ndimage

        scale = world.frame.resolution
        side = max(1, round(BLOCK_M / scale))
        height, width = (-(-size // side) for size in reached.shape)
        blocks = np.zeros((height * side, width * side), dtype=bool)
        blocks[: reached.shape[0], : reached.shape[1]] = reached
        blocks = np.asarray(blocks.reshape(height, side, width, side).any(axis=(1, 3)))
        here = np.argwhere(blocks)
        row, column = world.frame.cell(start.point)
        nearest = here[[int(np.argmin((here[:, 0] - row // side) ** 2 + (here[:, 1] - column // side) ** 2))]]
        ways = distances(blocks, nearest, np.zeros(1)) * (side * scale)
        away = ndimage.distance_transform_edt(~blocks) * (side * scale)
        return cls(side=side, ways=ways, away=away)

    def distance_to_reached(self, cells: NDArray[np.int64]) -> NDArray[np.float64]:
        """(n,) metres from cells to where the body can get to, to within a block's diagonal."""
        return np.asarray(self.away[cells[:, 0] // self.side, cells[:, 1] // self.side])


def _middles(cells: NDArray[np.int64], coarse: _Coarse, sense_range_m: float) -> Iterator[tuple[int, int]]:
    """Cells to look at a frontier by, of those that can be sensed from where the body fits: the one nearest to its centre first.

    The centre of an edge that runs around a room lies behind its walls, so others follow: one per half a metre, nearest to
    where the body fits first.
    """
    away = coarse.distance_to_reached(cells)
    near = away <= 0.6 * sense_range_m
    cells, away = cells[near], away[near]
    if not len(cells):
        return
    offset = ((cells - cells.mean(axis=0)) ** 2).sum(axis=1)
    order = np.lexsort((offset, away))
    _, first = np.unique(cells[order] // (2 * coarse.side), axis=0, return_index=True)
    for index in (int(np.argmin(offset)), *order[np.sort(first)[:MOST_MIDDLES]]):
        row, column = cells[index]
        yield int(row), int(column)


def _frontier(world: World, reached: NDArray[np.bool_], coarse: _Coarse, middle: tuple[int, int], size: float) -> Frontier | None:
    """A frontier with its goal: cells that can be reached, near its middle and in its sight."""
    scale, side = world.frame.resolution, coarse.side
    span = int(coarse.distance_to_reached(np.array([middle]))[0] / scale) + 2 * side + int(NEAR_M / scale)
    low = np.maximum(np.array(middle) - span, 0)
    high = np.minimum(np.array(middle) + span + 1, reached.shape)
    cells = np.argwhere(reached[low[0] : high[0], low[1] : high[1]]) + low
    apart = np.hypot(cells[:, 0] - middle[0], cells[:, 1] - middle[1])
    clear = _sighted(world.cells == OCCUPIED, cells, middle)
    cells, apart = cells[clear], apart[clear]
    if not len(cells):
        return None
    near = apart <= apart.min() + NEAR_M / scale
    cells, apart = cells[near], apart[near]
    at = world.frame.centre(*middle)
    way = float(coarse.ways[cells[:, 0] // side, cells[:, 1] // side].min())
    goal = Goal(cells=cells, costs=0.5 * (apart - apart.min()) * scale, face=at, subject="the edge of the known")
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
