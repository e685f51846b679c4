"""Blame: why there is no route. Obstacle layers are peeled off until there is one; the layer that had to go is the cause."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from maps.astar import search
from maps.body import Body
from maps.clearance import LayerName, UnknownPolicy, closed_doors, layers
from maps.crossings import doors_crossed, zones_touched
from maps.entry import Entry, connections, enter, middles, position
from maps.features import DoorState
from maps.geometry import Point, Pose
from maps.goals import Goal
from maps.labels import component, labels_of
from maps.narrow import is_joined
from maps.reach.gaps import gaps_of
from maps.reach.nearby import tightest_nearby
from maps.region_graph import region_graph, smallest_opening
from maps.route import NoRoute, NoRouteCode
from maps.swept import room_at
from maps.world import World

__all__ = ["explain"]

IntArray = npt.NDArray[np.int64]

_AROUND = (40, 320)
"""Cells around a goal in which the nearest reachable one is looked for before it is on all of the map, the fewer first."""

_PEEL: tuple[LayerName, ...] = ("keepout", "doors", "unknown")
_CODES: Mapping[LayerName, NoRouteCode] = {"keepout": "KEEPOUT", "doors": "DOOR_CLOSED", "unknown": "UNKNOWN_SPACE"}


@dataclass(frozen=True, slots=True)
class _Case:
    """A question that had no route."""

    world: World
    body: Body
    start: Pose
    goal: Goal
    unknown: UnknownPolicy
    doors: Mapping[str, DoorState]

    def enter(self, ignore: frozenset[LayerName] = frozenset(), doors: Mapping[str, DoorState] | None = None) -> Entry | None:
        """The entry on peeled layers."""
        shut = self.doors if doors is None else doors
        entry = enter(self.world, self.body, self.start, unknown=self.unknown, doors=shut, ignore=ignore)
        return None if isinstance(entry, NoRoute) else entry

    def goals(self, entry: Entry) -> IntArray:
        """The goal's cells on peeled layers."""
        if self.goal.exact is None:
            return self.goal.cells
        scale = self.world.frame.resolution
        end = self.world.frame.local([self.goal.exact.point])[0]
        return connections(entry.here, end, self.body.needed_clearance_m / scale, scale)[0]

    def joined(self, entry: Entry | None) -> bool:
        """Whether start and goal are joined on these layers."""
        if entry is None:
            return False
        scale = self.world.frame.resolution
        end = None if self.goal.exact is None else self.world.frame.local([self.goal.exact.point])[0]
        return is_joined(entry, self.goals(entry), end, self.body.needed_clearance_m / scale, scale)

    @property
    def target(self) -> Point | None:
        """The one point that stands for the goal."""
        if self.goal.exact is not None:
            return self.goal.exact.point
        if self.goal.face is not None:
            return self.goal.face
        if not len(self.goal.cells):
            return None
        x, y = self.world.frame.centres(self.goal.cells).mean(axis=0).tolist()
        return (x, y)


def explain(
    world: World,
    body: Body,
    start: Pose,
    goal: Goal,
    *,
    unknown: UnknownPolicy = "blocked",
    doors: Mapping[str, DoorState] | None = None,
) -> NoRoute:
    """Say why a body cannot get to a goal.

    One layer is peeled at a time: keep-outs, doors, unknown space; then the body's own width, if half of it would pass; then
    several layers together; then any width at all.

    Args:
        world: The map.
        body: The body, whose start is on the map and not in an obstacle.
        start: Where it stands.
        goal: Where it cannot get.
        unknown: Whether unknown cells are obstacles.
        doors: Door states that override the map's.

    Returns:
        The cause, with numbers and names, and the reachable pose nearest to the goal.
    """
    case = _Case(world, body, start, goal, unknown, doors or {})
    plain = case.enter()
    nearest = None if plain is None else _nearest(case, plain)
    code = _goal_code(case)
    if code is not None:
        return NoRoute(code=code, where=case.target, nearest=nearest)
    peelings = list(_peelings(case))
    single = [ignore for ignore in peelings if len(ignore) == 1]
    for ignore in single:
        found = _peeled(case, ignore, nearest)
        if found is not None:
            return found
    narrow = None if plain is None else _narrow(case, frozenset(), nearest)
    if narrow is not None and (narrow.available or 0.0) >= body.needed_clearance_m / 2:
        return narrow
    for ignore in peelings[len(single) :]:
        found = _peeled(case, ignore, nearest)
        if found is not None:
            return found
    for ignore in (frozenset[LayerName](), *peelings):
        found = narrow if plain is not None and not ignore else _narrow(case, ignore, nearest)
        if found is not None:
            return found
    return NoRoute(code="NO_VALID_PATH", where=case.target, nearest=nearest)


def _goal_code(case: _Case) -> NoRouteCode | None:
    """GOAL_OUTSIDE_MAP or GOAL_OCCUPIED when the goal itself is impossible."""
    if case.goal.exact is not None:
        if not case.world.frame.contains(case.goal.exact.point):
            return "GOAL_OUTSIDE_MAP"
    elif not len(case.goal.cells):
        target = case.target
        return "GOAL_OUTSIDE_MAP" if target is not None and not case.world.frame.contains(target) else "GOAL_OCCUPIED"
    structure = layers(case.world, ignore=frozenset(_PEEL)).clearance
    cells = case.goal.cells
    return None if len(cells) and (structure[cells[:, 0], cells[:, 1]] > 0).any() else "GOAL_OCCUPIED"


def _peelings(case: _Case) -> Iterator[frozenset[LayerName]]:
    """Sets of layers that are there to be peeled, fewest first."""
    there: list[LayerName] = []
    for layer in _PEEL:
        if layer == "keepout" and case.world.keepout is None:
            continue
        if layer == "doors" and not closed_doors(case.world, case.doors):
            continue
        if layer == "unknown" and case.unknown == "allowed":
            continue
        there.append(layer)
    for count in range(1, len(there) + 1):
        yield from map(frozenset, combinations(there, count))


def _peeled(case: _Case, ignore: frozenset[LayerName], nearest: Pose | None) -> NoRoute | None:
    """The verdict if a route exists without these layers, else None."""
    entry = case.enter(ignore)
    if entry is None or not case.joined(entry):
        return None
    shut, lifted = _opening(case, entry, ignore)
    if shut:
        entry = case.enter(ignore - {"doors"}, _opened(case, shut)) or entry
    goals = case.goals(entry)
    found = search(entry.free, entry.cells, entry.costs, goals, np.zeros(len(goals)))
    cells = np.empty((0, 2), dtype=np.int64) if found is None else found.cells  # None: joined between the cells' centres only
    points = [position(case.world, point) for point in middles(cells)]
    zones = lifted
    if "keepout" in ignore and not zones:
        touched = zones_touched(case.world, points, case.body.needed_clearance_m)
        zones = tuple(name for name in touched if case.world.zones[name].rule == "keepout")
    first = next(layer for layer in ("doors", "keepout", "unknown") if layer in ignore)
    return NoRoute(
        code=_CODES[first],
        where=_first_blocked(case, cells, points, shut),
        subjects=shut + zones,
        nearest=nearest,
    )


def _opening(case: _Case, entry: Entry, ignore: frozenset[LayerName]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fewest shut doors and keep-outs whose opening suffices, in the order of passing; checked by the router's own labels."""
    if not ignore & {"doors", "keepout"}:
        return (), ()
    unknown: UnknownPolicy = "allowed" if "unknown" in ignore else case.unknown
    shut = {name: case.doors.get(name, case.world.doors[name].state) for name in closed_doors(case.world, case.doors)}
    barriers = smallest_opening(
        region_graph(case.world, case.body, unknown=unknown).on(case.world.revision),
        entry.cells,
        case.goals(entry),
        shut=shut,
        doors="doors" in ignore,
        zones="keepout" in ignore,
    )
    doors = tuple(barrier.name for barrier in barriers or () if barrier.kind == "door")
    zones = tuple(barrier.name for barrier in barriers or () if barrier.kind == "zone" and barrier.name)
    if "doors" in ignore and not case.joined(case.enter(ignore - {"doors"}, _opened(case, doors))):
        doors = _doors_to_open(case, ignore)
    return doors, zones


def _opened(case: _Case, names: tuple[str, ...]) -> dict[str, DoorState]:
    opened: dict[str, DoorState] = dict.fromkeys(names, "open")
    return {**case.doors, **opened}


def _doors_to_open(case: _Case, ignore: frozenset[LayerName]) -> tuple[str, ...]:
    """A set of shut doors whose opening suffices and of which none can be left out, in the order of passing.

    For a start so near a door that the region graph cannot tell its two sides apart.
    """
    entry = case.enter(ignore)
    if entry is None:
        return ()
    goals = case.goals(entry)
    found = search(entry.free, entry.cells, entry.costs, goals, np.zeros(len(goals)))
    rest = ignore - {"doors"}
    crossed = () if found is None else doors_crossed(case.world, case.world.frame.centres(found.cells).tolist())
    shut = closed_doors(case.world, case.doors)
    names = tuple(name for name in crossed if name in shut)
    if not case.joined(case.enter(rest, _opened(case, names))):
        names = names + tuple(name for name in shut if name not in names)
    for name in names:
        fewer = tuple(other for other in names if other != name)
        if fewer and case.joined(case.enter(rest, _opened(case, fewer))):
            names = fewer
    return names


def _first_blocked(case: _Case, cells: IntArray, points: list[Point], shut: tuple[str, ...]) -> Point | None:
    """Where a peeled route meets what was peeled: a door's middle, the cell at which it last leaves what is reached, or the goal.

    What it meets before that is not in the way: there is a way around.
    """
    if shut:
        (x0, y0), (x1, y1) = case.world.doors[shut[0]].segment
        return ((x0 + x1) / 2, (y0 + y1) / 2)
    if not points:
        return case.target
    plain = case.enter()
    if plain is not None and len(plain.cells):
        reached = np.flatnonzero(component(plain.free, plain.cells)[cells[:, 0], cells[:, 1]])
        if len(reached):
            return points[min(int(reached[-1]) + 1, len(points) - 1)]
    field = layers(case.world, unknown=case.unknown, doors=case.doors).clearance
    tight = field[cells[:, 0], cells[:, 1]] < case.body.needed_clearance_m - 1e-9
    return points[int(tight.argmax())]


def _narrow(case: _Case, ignore: frozenset[LayerName], nearest: Pose | None) -> NoRoute | None:
    """CLEARANCE if a thinner body could pass, else None: the exact width of the widest way, and where it is taken."""
    world, needed = case.world, case.body.needed_clearance_m
    scale = world.frame.resolution
    here = layers(world, unknown=case.unknown, doors=case.doors, ignore=ignore)
    start = world.frame.local([case.start.point])
    entry = case.enter(ignore)
    left = entry is not None and not entry.strict and len(entry.cells) > 0
    spots = middles(case.goal.cells) if case.goal.exact is None else world.frame.local([case.goal.exact.point])
    rooms = room_at(here.blocked, here.clearance, np.concatenate((start, spots)), needed / scale, scale)
    starts = middles(entry.cells) if entry is not None and left else start
    goals, room = spots[rooms[1:] > 0], rooms[1:][rooms[1:] > 0]
    if not len(goals) or rooms[0] <= 0:
        return None
    gap = None
    if entry is not None:
        ends = (starts, entry.cells), (goals, case.goals(entry))
        gap = tightest_nearby(here.blocked, labels_of(entry.free), *ends, room, needed / scale)
    gap = gap or gaps_of(here.blocked).tightest(starts, goals, room)
    if gap is None:
        return None
    cramped = not left and rooms[0] < gap.half_width
    available, where = (float(rooms[0]), case.start.point) if cramped else (gap.half_width, position(world, np.array(gap.middle)))
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


def _nearest(case: _Case, entry: Entry) -> Pose | None:
    """The reachable cell nearest to the goal, facing it."""
    target = case.target
    if target is None or not len(entry.cells):
        return None
    reached = component(entry.free, entry.cells)
    frame = case.world.frame
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
