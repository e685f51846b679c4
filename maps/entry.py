"""Entry: how a body gets from where it stands, anywhere in a cell, onto the grid of clear cell centres."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maps.astar import search
from maps.body import Body
from maps.clearance import LayerName, Layers, UnknownPolicy, closed_doors, layers
from maps.features import DoorState
from maps.geometry import Point, Pose
from maps.grid import OCCUPIED
from maps.huge.reading import clear_at
from maps.huge.size import is_huge
from maps.keepout import disc_in, keepout_beyond
from maps.polygon import line_cells
from maps.route import NoRoute
from maps.string_pull import pull
from maps.swept import NANO, clear_segments, room_at, tightest
from maps.world import World

__all__ = ["Entry", "connections", "enter", "middles", "position"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


_AROUND = 1000
"""Cells around a start in which a way out of a keep-out is looked for on a very large map."""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """Where a route may begin on the grid.

    Attributes:
        here: The layers that the route keeps clear of.
        base: The layers that its head keeps clear of: those without the keep-outs that it starts in.
        free: (H, W) cells whose clearance suffices.
        cells: (k, 2) first cells of a route.
        costs: (k,) length of the way to them, cells.
        head: (m, 2) that way's points as (x, y) in cells, without the first cell's centre.
        strict: Whether the start itself has the needed clearance; if not, the head is fixed.
    """

    here: Layers
    base: Layers
    free: BoolArray
    cells: IntArray
    costs: FloatArray
    head: FloatArray
    strict: bool


def enter(
    world: World,
    body: Body,
    start: Pose,
    *,
    unknown: UnknownPolicy = "blocked",
    doors: Mapping[str, DoorState] | None = None,
    ignore: frozenset[LayerName] = frozenset(),
) -> Entry | NoRoute:
    """Join a start pose to the clear cells.

    A start with less than the needed clearance may still be left, straight and without coming nearer to anything; keep-outs
    that the body stands in may be left by the shortest way, which enters no other.

    Args:
        world: The map.
        body: Who stands there.
        start: Where.
        unknown: Whether unknown cells are obstacles.
        doors: Door states that override the map's.
        ignore: Layers to leave out.

    Returns:
        The entry (without cells when nothing clear is near), or START_OUTSIDE_MAP, START_OCCUPIED, or DOOR_CLOSED for a robot
        that stands in a doorway which is said to be shut: either side of it would be a guess.
    """
    if not world.frame.contains(start.point):
        return NoRoute(code="START_OUTSIDE_MAP", where=start.point)
    scale = world.frame.resolution
    needed, radius = body.needed_clearance_m / scale, body.radius_m / scale
    at = world.frame.local([start.point])
    room = _room_in_walls(world, at[0], radius)
    if world.grid.at(*world.frame.cells([start.point]).T)[0] == OCCUPIED or room < radius - NANO:
        return NoRoute(code="START_OCCUPIED", where=start.point, needed=body.radius_m, available=room * scale)

    shut = () if "doors" in ignore else _stands_in(world, start.point, doors)
    if shut:
        return NoRoute(code="DOOR_CLOSED", where=start.point, subjects=shut)
    here = layers(world, unknown=unknown, doors=doors, ignore=ignore)
    free = here.clear(body.needed_clearance_m)
    cells, costs = connections(here, at[0], needed, scale)
    strict = bool(room_at(here.blocked, here.clearance, at, needed, scale)[0] >= needed - NANO)
    if strict:
        return Entry(here, here, free, cells, costs, at, True)

    keepout = None if "keepout" in ignore else keepout_beyond(world, disc_in(at[0], radius))
    base = here if keepout is None else layers(world, unknown=unknown, doors=doors, ignore=ignore, keepout=keepout)
    structure = layers(world, ignore=frozenset(("unknown", "doors", "keepout")))
    cells, costs = _ways_out(structure, base, at[0], needed, scale)
    if base.blocked is here.blocked or not len(cells):
        return Entry(here, base, free, cells, costs, at, False)
    clear = base.clear(body.needed_clearance_m)
    outside = _free_around(free, at[0])
    out = search(clear, cells, costs, outside, np.zeros(len(outside)))
    if out is None:
        return Entry(here, base, free, np.empty((0, 2), dtype=np.int64), np.empty(0), at, False)
    path = pull(base.blocked, base.clearance, middles(out.cells), needed, scale)
    head = np.concatenate((at, path[:-1]))
    return Entry(here, base, free, out.cells[-1:], np.array([out.total]), head, False)


def _free_around(free: BoolArray, at: FloatArray) -> IntArray:
    """The free cells (N, 2), on a very large map those within 1000 rows and columns of a point (x, y)."""
    if not is_huge(free.shape):
        return np.argwhere(free)
    low = max(0, int(at[1]) - _AROUND), max(0, int(at[0]) - _AROUND)
    return np.asarray(np.argwhere(free[low[0] : int(at[1]) + _AROUND, low[1] : int(at[0]) + _AROUND]) + low)


def _room_in_walls(world: World, at: FloatArray, most: float) -> float:
    """Distance of a point (x, y) on the map to the nearest occupied square or the outside, cells, as far as it is below ``most``.

    Measured among the few cells around, so that no field of the walls alone is needed for a start that has room.
    """
    height, width = world.frame.shape
    x, y = float(at[0]), float(at[1])
    reach = math.ceil(most) + 1
    lines = (
        np.arange(max(0, int(y) - reach), min(height, int(y) + reach + 1)),
        np.arange(max(0, int(x) - reach), min(width, int(x) + reach + 1)),
    )
    around = np.stack(np.meshgrid(*lines, indexing="ij"), axis=-1).reshape(-1, 2)
    near = around[world.grid.at(around[:, 0], around[:, 1]) == OCCUPIED]
    room = min(x, y, width - x, height - y, most)
    if len(near):
        gap = np.maximum(np.abs(near[:, ::-1] + 0.5 - (x, y)) - 0.5, 0.0)
        room = min(room, float(np.hypot(gap[:, 0], gap[:, 1]).min()))
    return room


def _stands_in(world: World, at: Point, doors: Mapping[str, DoorState] | None) -> tuple[str, ...]:
    """The shut doors on whose own cells a point lies."""
    cell = world.frame.cell(at)
    span = 2 * world.frame.resolution

    def holds(name: str) -> bool:
        (x0, y0), (x1, y1) = world.doors[name].segment
        if not (min(x0, x1) - span < at[0] < max(x0, x1) + span and min(y0, y1) - span < at[1] < max(y0, y1) + span):
            return False
        cells = line_cells(world.frame, world.doors[name].segment)
        return bool((cells == cell).all(axis=1).any())

    return tuple(name for name in closed_doors(world, doors) if holds(name))


def connections(here: Layers, at: FloatArray, needed: float, scale: float) -> tuple[IntArray, FloatArray]:
    """The clear cells near a point whose centres it reaches straight with the needed clearance, and how far they are.

    Args:
        here: Obstacles.
        at: The point (x, y), cells.
        needed: Clearance, cells.
        scale: Metres per cell.

    Returns:
        (k, 2) cells and (k,) distances in cells; just the one cell when the point is its centre.
    """
    cells = _clear_near(here, at, 2, needed, scale)
    away = _distances(cells, at)
    if len(away) and away.min() < NANO:
        best = away.argmin()
        return cells[best : best + 1], np.zeros(1)
    ends = middles(cells)
    seen = clear_segments(here.blocked, here.clearance, np.tile(at, (len(ends), 1)), ends, needed, scale)
    return cells[seen], away[seen]


def _ways_out(structure: Layers, base: Layers, at: FloatArray, needed: float, scale: float) -> tuple[IntArray, FloatArray]:
    """The clear cells that a cramped point reaches straight without coming nearer to anything than it stands."""
    field, solid = base.clearance, structure.clearance
    room = tightest(base.blocked, field, at[None], scale).clearance
    cells = _clear_near(base, at, math.ceil(max(0.0, needed - room)) + 2, needed, scale)
    starts, ends = np.tile(at, (len(cells), 1)), middles(cells)
    seen = clear_segments(base.blocked, field, starts, ends, min(room, needed), scale)
    least = min(tightest(structure.blocked, solid, at[None], scale).clearance, needed)
    seen &= clear_segments(structure.blocked, solid, starts, ends, least, scale)
    return cells[seen], _distances(cells, at)[seen]


def _clear_near(layer: Layers, at: FloatArray, span: int, needed: float, scale: float) -> IntArray:
    """The clear cells within a few cells of a point."""
    if not np.isfinite(at).all():
        return np.empty((0, 2), dtype=np.int64)
    col, row = (int(value) for value in np.floor(at))
    height, width = layer.blocked.shape
    lines = np.arange(max(0, row - span), min(height, row + span + 1)), np.arange(max(0, col - span), min(width, col + span + 1))
    rows, cols = (part.ravel() for part in np.meshgrid(*lines, indexing="ij"))
    clear = clear_at(layer.clearance, rows, cols, needed * scale - 1e-9)
    return np.stack((rows[clear], cols[clear]), axis=1)


def _distances(cells: IntArray, at: FloatArray) -> FloatArray:
    return np.asarray(np.hypot(cells[:, 1] + 0.5 - at[0], cells[:, 0] + 0.5 - at[1]))


def middles(cells: IntArray) -> FloatArray:
    """The centres (N, 2) as (x, y) in cells of cells (N, 2) as (row, column)."""
    return np.asarray(cells[:, ::-1] + 0.5, dtype=np.float64)


def position(world: World, xy: FloatArray) -> Point:
    """A point given as (x, y) in cells, in the map frame."""
    scale = world.frame.resolution
    return world.frame.to_map(float(xy[0]) * scale, float(xy[1]) * scale)
