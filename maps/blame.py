"""Blame: why there is no route. Obstacle layers are peeled off until there is one; the layer that had to go is the cause."""

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np
import numpy.typing as npt

from maps.astar import search
from maps.clearance import LayerName, closed_doors, layers
from maps.crossings import zones_touched
from maps.entry import Entry, middles, position
from maps.geometry import Point, Pose
from maps.labels import component, labels_of
from maps.opening import smallest_opening_of
from maps.reach.gaps import gaps_of
from maps.reach.nearby import tightest_nearby
from maps.route import NoRoute, NoRouteCode
from maps.route_request import RouteRequest
from maps.swept import room_at
from maps.world import World

__all__ = ["explain"]

IntArray = npt.NDArray[np.int64]

_AROUND = (40, 320)
"""Cells around a goal in which the nearest reachable one is looked for before it is on all of the map, the fewer first."""

_PEEL: tuple[LayerName, ...] = ("keepout", "doors", "unknown")
_CODES: Mapping[LayerName, NoRouteCode] = {"keepout": "KEEPOUT", "doors": "DOOR_CLOSED", "unknown": "UNKNOWN_SPACE"}


def explain(request: RouteRequest) -> NoRoute:
    """Say why a body cannot get to a goal.

    One layer is peeled at a time: keep-outs, doors, unknown space; then the body's own width, if half of it would pass; then
    several layers together; then any width at all.

    Args:
        request: What has no route: the body is a disc whose start is on the map and not in an obstacle.

    Returns:
        The cause, with numbers and names, and the reachable pose nearest to the goal.
    """
    plain = request.enter()
    nearest = None if isinstance(plain, NoRoute) else _nearest(request, plain)
    code = _goal_code(request)
    if code is not None:
        return NoRoute(code=code, where=request.target, nearest=nearest)
    peelings = list(_peelings(request))
    single = [ignore for ignore in peelings if len(ignore) == 1]
    for ignore in single:
        found = _peeled(request, ignore, nearest)
        if found is not None:
            return found
    narrow = None if isinstance(plain, NoRoute) else _narrow(request, frozenset(), nearest)
    if narrow is not None and (narrow.available or 0.0) >= request.body.needed_clearance_m / 2:
        return narrow
    for ignore in peelings[len(single) :]:
        found = _peeled(request, ignore, nearest)
        if found is not None:
            return found
    for ignore in (frozenset[LayerName](), *peelings):
        found = narrow if not isinstance(plain, NoRoute) and not ignore else _narrow(request, ignore, nearest)
        if found is not None:
            return found
    return NoRoute(code="NO_VALID_PATH", where=request.target, nearest=nearest)


def _goal_code(request: RouteRequest) -> NoRouteCode | None:
    """GOAL_OUTSIDE_MAP or GOAL_OCCUPIED when the goal itself is impossible."""
    if request.goal.exact is not None:
        if not request.world.frame.contains(request.goal.exact.point):
            return "GOAL_OUTSIDE_MAP"
    elif not len(request.goal.cells):
        target = request.target
        return "GOAL_OUTSIDE_MAP" if target is not None and not request.world.frame.contains(target) else "GOAL_OCCUPIED"
    structure = layers(request.world, ignore=frozenset(_PEEL)).clearance
    cells = request.goal.cells
    return None if len(cells) and (structure[cells[:, 0], cells[:, 1]] > 0).any() else "GOAL_OCCUPIED"


def _peelings(request: RouteRequest) -> Iterator[frozenset[LayerName]]:
    """Sets of layers that are there to be peeled, fewest first."""
    there: list[LayerName] = []
    for layer in _PEEL:
        if layer == "keepout" and request.world.keepout is None:
            continue
        if layer == "doors" and not closed_doors(request.world, request.doors):
            continue
        if layer == "unknown" and request.unknown == "allowed":
            continue
        there.append(layer)
    for count in range(1, len(there) + 1):
        yield from map(frozenset, combinations(there, count))


def _peeled(request: RouteRequest, ignore: frozenset[LayerName], nearest: Pose | None) -> NoRoute | None:
    """The verdict if a route exists without these layers, else None."""
    entry = request.enter(ignore)
    if isinstance(entry, NoRoute) or not request.is_joined(entry):
        return None
    shut, lifted = smallest_opening_of(request, entry, ignore)
    if shut:
        opened = request.with_open(shut).enter(ignore - {"doors"})
        entry = entry if isinstance(opened, NoRoute) else opened
    goals, _ = request.goal_cells(entry.here)
    found = search(entry.free, entry.cells, entry.costs, goals, np.zeros(len(goals)))
    cells = np.empty((0, 2), dtype=np.int64) if found is None else found.cells  # None: joined between the cells' centres only
    points = [position(request.world, point) for point in middles(cells)]
    zones = lifted
    if "keepout" in ignore and not zones:
        touched = zones_touched(request.world, points, request.body.needed_clearance_m)
        zones = tuple(name for name in touched if request.world.zones[name].rule == "keepout")
    first = next(layer for layer in ("doors", "keepout", "unknown") if layer in ignore)
    return NoRoute(
        code=_CODES[first],
        where=_first_blocked(request, cells, points, shut),
        subjects=shut + zones,
        nearest=nearest,
    )


def _first_blocked(request: RouteRequest, cells: IntArray, points: list[Point], shut: tuple[str, ...]) -> Point | None:
    """Where a peeled route meets what was peeled: a door's middle, the cell at which it last leaves what is reached, or the goal.

    What it meets before that is not in the way: there is a way around.
    """
    if shut:
        (x0, y0), (x1, y1) = request.world.doors[shut[0]].segment
        return ((x0 + x1) / 2, (y0 + y1) / 2)
    if not points:
        return request.target
    plain = request.enter()
    if not isinstance(plain, NoRoute) and len(plain.cells):
        reached = np.flatnonzero(component(plain.free, plain.cells)[cells[:, 0], cells[:, 1]])
        if len(reached):
            return points[min(int(reached[-1]) + 1, len(points) - 1)]
    field = request.layers().clearance
    tight = field[cells[:, 0], cells[:, 1]] < request.body.needed_clearance_m - 1e-9
    return points[int(tight.argmax())]


def _narrow(request: RouteRequest, ignore: frozenset[LayerName], nearest: Pose | None) -> NoRoute | None:
    """CLEARANCE if a thinner body could pass, else None: the exact width of the widest way, and where it is taken."""
    world, needed = request.world, request.body.needed_clearance_m
    scale = request.scale
    here = request.layers(ignore)
    start = request.at
    found = request.enter(ignore)
    entry = None if isinstance(found, NoRoute) else found
    left = entry is not None and not entry.strict and len(entry.cells) > 0
    spots = middles(request.goal.cells) if request.end is None else request.end[None]
    rooms = room_at(here.blocked, here.clearance, np.concatenate((start, spots)), needed / scale, scale)
    starts = middles(entry.cells) if entry is not None and left else start
    goals, room = spots[rooms[1:] > 0], rooms[1:][rooms[1:] > 0]
    if not len(goals) or rooms[0] <= 0:
        return None
    gap = None
    if entry is not None:
        ends = (starts, entry.cells), (goals, request.goal_cells(entry.here)[0])
        gap = tightest_nearby(here.blocked, labels_of(entry.free), *ends, room, needed / scale)
    gap = gap or gaps_of(here.blocked).tightest(starts, goals, room)
    if gap is None:
        return None
    cramped = not left and rooms[0] < gap.half_width
    available, where = (
        (float(rooms[0]), request.start.point) if cramped else (gap.half_width, position(world, np.array(gap.middle)))
    )
    if available * scale >= needed:
        return None
    near = [name for name in world.doors if _to_door(world, name, where) <= needed + scale]
    near.sort(key=lambda name: _to_door(world, name, where))
    return NoRoute(
        code="CLEARANCE", where=where, needed=needed, available=available * scale, subjects=tuple(near[:1]), nearest=nearest
    )


def _to_door(world: World, name: str, point: Point) -> float:
    a, b = (np.array(end) for end in world.doors[name].segment)
    along = b - a
    share = float(np.clip((point - a) @ along / max(float(along @ along), 1e-300), 0.0, 1.0))
    return float(np.hypot(*(point - a - share * along)))


def _nearest(request: RouteRequest, entry: Entry) -> Pose | None:
    """The reachable cell nearest to the goal, facing it."""
    target = request.target
    if target is None or not len(entry.cells):
        return None
    reached = component(entry.free, entry.cells)
    frame = request.world.frame
    row, col = frame.cell(target) if frame.contains(target) else (0, 0)
    for reach in (*_AROUND, None) if frame.contains(target) else (None,):
        low = (0, 0) if reach is None else (max(0, row - reach), max(0, col - reach))
        high = frame.shape if reach is None else (row + reach + 1, col + reach + 1)
        cells = np.argwhere(reached[low[0] : high[0], low[1] : high[1]]) + low
        centres = frame.centres(cells)
        apart = np.hypot(centres[:, 0] - target[0], centres[:, 1] - target[1])
        if len(cells) and (reach is None or apart.min() <= (reach - 1) * frame.resolution):  # none outside is as near
            x, y = centres[int(apart.argmin())].tolist()
            return Pose(x, y, float(np.arctan2(target[1] - y, target[0] - x)))
    return None
