"""Goals: which cells count as having arrived at a place, near a thing, in sight of it, or before a door."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maps.arm_reach import reach_to
from maps.body import Body
from maps.features import Door, Place, Thing
from maps.geometry import Point, Pose
from maps.grid import FREE, OCCUPIED, GridFrame
from maps.sight import cells_in_sight
from maps.structure import structure_at
from maps.world import World

__all__ = ["Goal", "goal_at", "goal_door", "goal_near", "goal_pose", "goal_seen"]

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

ROOMINESS = 2.0
"""Metres of detour that one metre more of room at the goal is worth."""


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """Where a route may end.

    Attributes:
        cells: (n, 2) acceptable cells, row and column. Whether the body fits there is for the route finder to judge.
        costs: (n,) metres added to the route's length as preference, >= 0.
        exact: Drive to exactly this pose at the end; the one cell is then the one that holds it.
        face: Turn to this point at the end.
        subject: What it is about, for messages.
        within: The cells that decided it: first row, row after the last, first column, column after the last; None where the
            map's frame did. It is the same on every map that has the same cells, doors and places there.
    """

    cells: IntArray
    costs: FloatArray
    exact: Pose | None = None
    face: Point | None = None
    subject: str = ""
    within: tuple[int, int, int, int] | None = None

    def offers_no_more_than(self, other: "Goal", end: tuple[int, int]) -> bool:
        """Whether no cell is new or cheaper than in another goal, and ending at one of them (row, column) costs the same.

        Then the first of the shortest ways to the other goal, if it ends there, is that to this one: all others only got dearer.
        """
        keys, mine = (goal.cells @ np.array((1 << 32, 1)) for goal in (other, self))
        order = np.argsort(keys)
        place = np.minimum(np.searchsorted(keys[order], mine), len(keys) - 1)
        if not len(keys) or not len(mine) or (keys[order][place] != mine).any():
            return False
        more = self.costs - other.costs[order][place]
        at_end = more[mine == (end[0] << 32) + end[1]]
        return bool((more >= 0.0).all()) and at_end.tolist() == [0.0]


def goal_at(world: World, place: Place, body: Body) -> Goal:
    """Be at a place: exactly on its pose if it has one, else inside its outline, where there is most room.

    Args:
        world: The map.
        place: The place.
        body: Who goes there.
    """
    if place.pose is not None:
        return goal_pose(world, place.pose, subject=place.name)
    inside = _cells_inside(world.frame, place.outline)
    spans = np.ptp(np.array(place.outline), axis=0) / 2  # no point lies deeper in it than half its narrower side
    reach = max(body.needed_clearance_m, float(spans.min()))
    room = structure_at(world, inside, reach)
    fit = _fit(world, body, inside, room)
    cells = inside[fit]
    room = np.minimum(room[fit], _depth(world.frame, cells, place.outline))
    best = float(room.max()) if len(room) else 0.0
    return Goal(cells, ROOMINESS * (best - room), subject=place.name, within=_box(world.frame, inside, reach))


def goal_pose(world: World, pose: Pose, *, subject: str = "") -> Goal:
    """Be at exactly this pose. Outside of the map the goal has no cell."""
    cells = np.array([world.frame.cell(pose.point)] if world.frame.contains(pose.point) else [], dtype=np.int64)
    return Goal(cells.reshape(-1, 2), np.zeros(len(cells)), exact=pose, subject=subject)


def goal_near(world: World, thing: Thing, body: Body) -> Goal:
    """Have a thing within reach: as near to the body's centre as ``reach_to`` says, not through a wall, facing it.

    The furniture that the thing stands on or in does not block. The tracking bound is kept off the reach.
    """
    return _around(world, thing, body, reach_to(body, thing), preference=0.5)


def goal_seen(world: World, thing: Thing, body: Body) -> Goal:
    """Have a thing in sight: within ``body.view_range_m``, not through a wall, facing it."""
    return _around(world, thing, body, body.view_range_m, preference=0.0)


def goal_door(world: World, door: Door, body: Body) -> Goal:
    """Have a door within reach, from either side of it and clear of the leaf, facing its middle."""
    (x0, y0), (x1, y1) = door.segment
    middle = ((x0 + x1) / 2, (y0 + y1) / 2)
    if not world.frame.contains(middle):
        return Goal(np.empty((0, 2), dtype=np.int64), np.empty(0), face=middle, subject=door.name)
    span = float(np.hypot(x1 - x0, y1 - y0))
    cells = _disc(world.frame, middle, body.reach_m + span / 2)
    within = _box(world.frame, cells, body.reach_m + span / 2 + body.needed_clearance_m)
    apart = np.sqrt(_square_to_segment(world.frame.centres(cells).T, *door.segment))
    cells = cells[(apart <= body.reach_m) & (apart >= body.needed_clearance_m)]
    cells = cells[cells_in_sight(world, middle, cells, body.reach_m + span / 2, through=frozenset((door.name,)))]
    cells = _fitting(world, body, cells)
    return Goal(cells, 0.5 * _away(world.frame, cells, middle), face=middle, subject=door.name, within=within)


def _around(world: World, thing: Thing, body: Body, reach: float, *, preference: float) -> Goal:
    """Cells within a distance of a thing and in its sight."""
    if not world.frame.contains(thing.position) or reach <= 0.0:
        return Goal(np.empty((0, 2), dtype=np.int64), np.empty(0), face=thing.position, subject=thing.name)
    cells = _disc(world.frame, thing.position, max(0.0, reach - body.tracking_m))
    within = _box(world.frame, np.concatenate((cells, [world.frame.cell(thing.position)])), reach + body.needed_clearance_m)
    away = _away(world.frame, cells, thing.position)
    cells = cells[(away >= min(body.radius_m, reach / 2)) & (world.cells[cells[:, 0], cells[:, 1]] != OCCUPIED)]
    home = world.places.get(thing.place) if thing.place else world.place_at(thing.position)
    outline = home.outline if home is not None else ()
    cells = cells[cells_in_sight(world, thing.position, cells, reach, outline=outline)]
    cells = _fitting(world, body, cells)
    costs = preference * _away(world.frame, cells, thing.position)
    return Goal(cells, costs, face=thing.position, subject=thing.name, within=within)


def _box(frame: GridFrame, cells: IntArray, reach: float) -> tuple[int, int, int, int] | None:
    """The box around some cells with a reach in metres, and a few cells to spare; None for no cells."""
    if not len(cells):
        return None
    more = int(np.ceil(reach / frame.resolution)) + 4
    (top, left), (bottom, right) = cells.min(axis=0).tolist(), cells.max(axis=0).tolist()
    return (top - more, bottom + more + 1, left - more, right + more + 1)


def _fitting(world: World, body: Body, cells: IntArray) -> IntArray:
    """The cells that hold the body if any does, else those that are not occupied; known ones if any is."""
    return cells[_fit(world, body, cells, structure_at(world, cells, body.needed_clearance_m))]


def _fit(world: World, body: Body, cells: IntArray, room: FloatArray) -> BoolArray:
    """Which cells, with so much room, hold the body: as ``_fitting`` says."""
    fit = room >= body.needed_clearance_m - 1e-9
    if not fit.any():
        fit = room > 0
    known = fit & (world.cells[cells[:, 0], cells[:, 1]] == FREE)
    return known if known.any() else fit


def _disc(frame: GridFrame, centre: Point, radius: float) -> IntArray:
    """The cells of the grid whose centres lie within a radius of a point."""
    row, col = frame.cell(centre)
    span = int(np.ceil(radius / frame.resolution)) + 1
    rows = np.arange(max(0, row - span), min(frame.height, row + span + 1))
    cols = np.arange(max(0, col - span), min(frame.width, col + span + 1))
    cells = np.stack(np.meshgrid(rows, cols, indexing="ij"), axis=-1).reshape(-1, 2)
    return np.asarray(cells[_away(frame, cells, centre) <= radius + 1e-9], dtype=np.int64)


def _away(frame: GridFrame, cells: IntArray, point: Point) -> FloatArray:
    """Distance of cell centres from a point, metres."""
    offset = frame.centres(cells) - point
    return np.asarray(np.hypot(offset[:, 0], offset[:, 1]))


def _cells_inside(frame: GridFrame, outline: tuple[Point, ...]) -> IntArray:
    """The cells of the grid whose centres lie in a simple ring (even-odd rule)."""
    ring = frame.local(np.array(outline))
    low = np.maximum(np.floor(ring.min(axis=0)), 0).astype(np.int64)
    high = np.minimum(np.ceil(ring.max(axis=0)), (frame.width, frame.height)).astype(np.int64)
    if (high <= low).any():
        return np.empty((0, 2), dtype=np.int64)
    x = np.arange(low[0], high[0]) + 0.5
    y = (np.arange(low[1], high[1]) + 0.5)[:, None]
    inside = np.zeros((len(y), len(x)), dtype=bool)
    for (x0, y0), (x1, y1) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if y0 != y1:
            inside ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) / (y1 - y0) * (x1 - x0))
    return np.asarray(np.argwhere(inside) + low[::-1], dtype=np.int64)


def _depth(frame: GridFrame, cells: IntArray, outline: tuple[Point, ...]) -> FloatArray:
    """How deep inside the outline cell centres lie, metres."""
    centres = np.ascontiguousarray(frame.centres(cells).T)
    square = np.full(len(cells), np.inf)
    for a, b in zip(outline, outline[1:] + outline[:1], strict=True):
        np.minimum(square, _square_to_segment(centres, a, b), out=square)
    return np.asarray(np.sqrt(square, out=square))


def _square_to_segment(points: FloatArray, a: Point, b: Point) -> FloatArray:
    """Squared distance of points, (2, N) with all x and then all y, from a segment, square metres."""
    x, y = points[0] - a[0], points[1] - a[1]
    along, across = b[0] - a[0], b[1] - a[1]
    share = (x * along + y * across) / max(along * along + across * across, 1e-300)
    np.minimum(np.maximum(share, 0.0, out=share), 1.0, out=share)
    x -= share * along
    y -= share * across
    return np.asarray(x * x + y * y)
