"""Footprint routes: the way of a polygon to a goal with a heading at every vertex, or the reason why there is none.

The body's outer disc is tried first: where that has a route, any heading will do. Then straight drives through the tight places
of a thinner disc's way are. Otherwise ``decide`` proves that there is a way, or that there is none for a body moving as it likes; a
way becomes a route once turns and straight drives are found along it that are clear, swept exactly. What is proven neither way is
refused as WITHIN_TOLERANCE, what is proven but was found no drives for as NOT_DRIVABLE.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from maps.blame import explain
from maps.body import Body
from maps.clearance import LayerName, Layers, UnknownPolicy, layers
from maps.crossings import doors_crossed, zones_touched
from maps.entry import position
from maps.features import DoorState
from maps.footprint.bricks import Space
from maps.footprint.decide import Configuration, Decider
from maps.footprint.doorway import Doorways, Finder
from maps.footprint.drive import Stop, drivable
from maps.footprint.intervals import Shape
from maps.footprint.obstacles import rectangles
from maps.footprint.shape import circumscribed_radius, convex_parts, inscribed_radius, passing_radius
from maps.footprint.sweep import Sweeper
from maps.footprint.trace import trace
from maps.geometry import Point, Pose, wrap_angle
from maps.goals import Goal
from maps.keepout import keepout_beyond
from maps.recent import Recent
from maps.route import NoRoute, NoRouteCode, Route
from maps.swept import tightest
from maps.world import World

__all__ = ["find_footprint_route", "shape_of"]

MOST_GOALS = 3000
"""Goal cells whose fit is looked at one by one; with more, a refusal is no proof."""
BEST_GOALS = 50
ROOM = 0.1
"""Cells beyond the margin at which a start or goal counts as not touching anything."""
_PEELINGS: tuple[tuple[LayerName, str], ...] = (("keepout", "KEEPOUT"), ("doors", "DOOR_CLOSED"), ("unknown", "UNKNOWN_SPACE"))
_ROUNDING = 1e-9

_DECIDERS: Recent[Decider] = Recent(256 * 2**20)


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """One question, in cells and in the grid's own frame."""

    world: World
    body: Body
    shape: Shape
    start: Stop
    goal: Goal
    unknown: UnknownPolicy
    doors: Mapping[str, DoorState] | None

    def layers(self, ignore: frozenset[LayerName] = frozenset()) -> Layers:
        return layers(self.world, unknown=self.unknown, doors=self.doors, ignore=ignore)


def find_footprint_route(
    world: World,
    body: Body,
    start: Pose,
    goal: Goal,
    unknown: UnknownPolicy,
    doors: Mapping[str, DoorState] | None,
    find_disc: Finder,
) -> Route | NoRoute:
    """Find a route of a polygon to a goal.

    Args:
        world: The map.
        body: Its footprint is a polygon.
        start: Where it stands. Nearer to an obstacle than its margin allows, or in a keep-out, it may leave, straight and
            without coming nearer.
        goal: Where it may end; faced, or with the heading of an exact pose.
        unknown: Whether unknown cells are obstacles.
        doors: Door states that override the map's.
        find_disc: Finds routes of discs, or says NO_VALID_PATH where there is more to tell: only a refusal asks for that.

    Returns:
        A route, with ``headings`` unless the body fits in any, or why there is none.
    """
    if not world.frame.contains(start.point):
        return NoRoute(code="START_OUTSIDE_MAP", where=start.point)
    around = find_disc(world, body.outer_disc, start, goal, unknown, doors)
    if isinstance(around, Route) and around.keeps(body):
        return around
    x, y = world.frame.local([start.point])[0].tolist()
    case = _Case(
        world, body, shape_of(body, world.frame.resolution), (x, y, start.yaw - world.frame.origin.yaw), goal, unknown, doors
    )
    here = case.layers()
    head = _head(case, here)
    if isinstance(head, str):
        return NoRoute(code=head, where=start.point)
    goals, complete = _goals(case, here)
    if not goals:
        return _no_goal(case, start, around)
    decider = _decider(case, here)
    tail: list[Stop] = []
    if goal.exact is not None:
        tail = [(x, y, yaw or 0.0) for x, y, yaw in goals]
        goals = [*_to_room(Sweeper(case.shape, decider.space.boxes), tail[0])] or goals
        tail = tail if goals[0] != tail[0] else []
    drives = Doorways(world, body, Sweeper(case.shape, decider.space.boxes), decider.space.clearance, unknown, doors, find_disc)
    stops = drives.stops(start, head[-1], goal, goals)
    for some in () if stops is not None else _in_turn(goals):
        decision = decider.decide(head[-1], some)
        if decision.outcome == "free":
            assert decision.goal is not None
            way = trace(decider, decision.chain, head[-1], some[decision.goal])
            stops = drivable(Sweeper(case.shape, decider.space.boxes), way)
            if stops is not None:
                break
    if stops is not None:
        return _route(case, here, decider.space, [*head[:-1], *stops, *tail], len(head) - 1)
    if decision.outcome == "stuck":
        return _why(case, start, head[-1]) if complete else NoRoute(code="WITHIN_TOLERANCE", where=start.point)
    if decision.outcome == "undecided":
        return NoRoute(code="WITHIN_TOLERANCE", where=_undecided_at(case, decider, decision.chain), needed=body.margin_m)
    return NoRoute(code="NOT_DRIVABLE", where=start.point)


def shape_of(body: Body, resolution: float) -> Shape:
    """A polygon body in cells."""
    ring = tuple((x / resolution, y / resolution) for x, y in body.footprint)
    return Shape(convex_parts(ring), body.margin_m / resolution, inscribed_radius(ring), circumscribed_radius(ring))


def _decider(case: _Case, here: Layers) -> Decider:
    key = repr((case.world.revision, case.shape, case.unknown == "allowed", sorted((case.doors or {}).items()))).encode()
    found = _DECIDERS.get(key)
    if found is None:
        boxes = rectangles(here.blocked)
        found = Decider(Space(case.shape, here.clearance / case.world.frame.resolution, boxes))
        _DECIDERS.put(key, found, 2**20 + here.clearance.nbytes + boxes.nbytes)
    return found


def _head(case: _Case, here: Layers) -> list[Stop] | NoRouteCode:
    """The start, and if it is cramped the stop at which it no longer is.

    Keep-outs that the body stands in may be left; all others stay closed meanwhile. START_OCCUPIED where the body overlaps
    what is there, NOT_DRIVABLE where no straight way out was found, which is no proof that there is none.
    """
    sweeper = Sweeper(case.shape, rectangles(here.blocked))
    if sweeper.clear(sweeper.at(*case.start)):
        return [case.start, *_to_room(sweeper, case.start)]

    def stands_in(cells: npt.NDArray[np.int64]) -> bool:
        mask = np.zeros(here.blocked.shape, dtype=bool)
        mask[cells[:, 0], cells[:, 1]] = True
        return Sweeper(case.shape, rectangles(mask)[:-4]).at(*case.start) <= _ROUNDING  # without the outside

    keepout = keepout_beyond(case.world, stands_in)
    base = here if keepout is None else layers(case.world, unknown=case.unknown, doors=case.doors, keepout=keepout)
    boxes = rectangles(base.blocked)
    left = Sweeper(case.shape, boxes).at(*case.start)
    if left <= _ROUNDING:
        return "START_OCCUPIED"
    leaving = Sweeper(replace(case.shape, margin=min(left, case.shape.margin)), boxes)
    for to in _straight_on(case.shape, case.start):
        if sweeper.clear(sweeper.at(*to)) and leaving.clear(leaving.straight(*case.start[:2], *to)):
            return [case.start, to]
    return "NOT_DRIVABLE"


def _to_room(sweeper: Sweeper, stop: Stop) -> list[Stop]:
    """One move, if need be, from a stop that all but touches something to one that does not; it can be driven both ways."""
    shape = sweeper.shape
    roomy = Sweeper(replace(shape, margin=shape.margin + ROOM), sweeper.boxes)
    if roomy.clear(roomy.at(*stop)):
        return []
    for to in _straight_on(shape, stop):
        if roomy.clear(roomy.at(*to)) and sweeper.clear(sweeper.straight(*stop[:2], *to)):
            return [to]
    for degrees in (3, -3, 10, -10, 30, -30, 90, -90):
        to = (stop[0], stop[1], stop[2] + math.radians(degrees))
        if roomy.clear(roomy.at(*to)) and sweeper.clear(sweeper.turn(*stop, to[2])):
            return [to]
    return []


def _straight_on(shape: Shape, stop: Stop) -> Iterator[Stop]:
    """Stops before and behind one, in its heading, up to two bodies away."""
    x, y, yaw = stop
    for step in range(1, math.ceil(8 * (shape.outer + shape.margin)) + 1):
        for way in (step / 4, -step / 4):
            yield (x + way * math.cos(yaw), y + way * math.sin(yaw), yaw)


def _goals(case: _Case, here: Layers) -> tuple[list[Configuration], bool]:
    """The configurations that count as arrived and fit, and whether they are all that do."""
    frame, shape, goal = case.world.frame, case.shape, case.goal
    sweeper = Sweeper(shape, rectangles(here.blocked))
    if goal.exact is not None:
        if not len(goal.cells):
            return [], True
        x, y = frame.local([goal.exact.point])[0].tolist()
        exact = (x, y, goal.exact.yaw - frame.origin.yaw)
        return ([exact] if sweeper.clear(sweeper.at(*exact)) else []), True
    room = here.clearance[goal.cells[:, 0], goal.cells[:, 1]] / frame.resolution
    wide = goal.cells[order := np.argsort(goal.costs, kind="stable")][room[order] >= shape.outer + shape.margin + math.sqrt(0.5)]
    tight = goal.cells[(room >= shape.inner + shape.margin - _ROUNDING) & (room < shape.outer + shape.margin + math.sqrt(0.5))]
    found: list[Configuration] = [(col + 0.5, row + 0.5, None) for row, col in wide.tolist()]
    face = None if goal.face is None else frame.local([goal.face])[0]
    for row, col in tight[:MOST_GOALS].tolist():
        x, y = col + 0.5, row + 0.5
        yaw = None if face is None else math.atan2(float(face[1]) - y, float(face[0]) - x)
        if yaw is None or sweeper.clear(sweeper.at(x, y, yaw)):
            found.append((x, y, yaw))
    return found, len(tight) <= MOST_GOALS


def _in_turn(goals: list[Configuration]) -> Iterator[list[Configuration]]:
    """The best goals at which any heading fits, then all of them."""
    best = [goal for goal in goals[:BEST_GOALS] if goal[2] is None]
    if 0 < len(best) < len(goals):
        yield best
    yield goals


def _no_goal(case: _Case, start: Pose, around: Route | NoRoute) -> NoRoute:
    """The body fits nowhere at the goal."""
    if isinstance(around, NoRoute) and around.code == "NO_VALID_PATH":
        around = _blamed(case, start)
    exact = case.goal.exact
    if isinstance(around, NoRoute) and around.code in (
        "GOAL_OUTSIDE_MAP",
        "GOAL_OCCUPIED",
        "KEEPOUT",
        "DOOR_CLOSED",
        "UNKNOWN_SPACE",
    ):
        return around
    where = exact.point if exact is not None else case.goal.face
    return NoRoute(code="GOAL_OCCUPIED", where=where, nearest=around.nearest if isinstance(around, NoRoute) else None)


def _why(case: _Case, start: Pose, at: Stop) -> NoRoute:
    """The layer without which there would be a way; else the space.

    The numbers are those of the body's least width where the gap is too narrow for that, whatever the heading; else of the disc
    around it, which would pass in any heading.
    """
    blamed = _blamed(case, start)
    for layer, code in _PEELINGS:
        ignore = frozenset((layer,))
        peeled = case.layers(ignore)
        if np.array_equal(peeled.blocked, case.layers().blocked):
            continue
        if blamed.code == code:
            return blamed  # without it, or several with it, even the disc around the body has a way
        goals, _ = _goals(case, peeled)
        space = Space(case.shape, peeled.clearance / case.world.frame.resolution, rectangles(peeled.blocked))
        if goals and Decider(space, finest=4).decide(at, goals).outcome == "free":
            return NoRoute(code=code, where=blamed.where, nearest=blamed.nearest)  # type: ignore[arg-type]
    if blamed.code == "CLEARANCE":
        least = passing_radius(case.body.footprint) + case.body.margin_m
        return replace(blamed, needed=least) if (blamed.available or 0.0) < least else blamed
    return NoRoute(code="NO_VALID_PATH", where=blamed.where, nearest=blamed.nearest)


def _blamed(case: _Case, start: Pose) -> NoRoute:
    """Why the disc around the body has no way."""
    return explain(case.world, case.body.outer_disc, start, case.goal, unknown=case.unknown, doors=case.doors)


def _undecided_at(case: _Case, decider: Decider, chain: tuple[tuple[tuple[int, int, int, int], int], ...]) -> Point:
    """Where a way stayed open."""
    key = max((key for key, label in chain if not decider.bricks[key].free[label]), default=chain[0][0])
    side = 8 * 0.5 ** max(key[0] - 1, 0)
    return position(case.world, np.array(((key[1] + 0.5) * side, (key[2] + 0.5) * side)))


def _route(case: _Case, here: Layers, space: Space, stops: list[Stop], cramped: int) -> Route:
    """The stops in the map's frame, and what there is to say of them; the first ``cramped`` moves leave a tight start."""
    world, scale = case.world, case.world.frame.resolution
    points = np.array([stop[:2] for stop in stops])
    tight = tightest(here.blocked, here.clearance, points, scale)
    sweeper = Sweeper(case.shape, space.boxes, enough=case.shape.margin + case.shape.outer)
    rooms = [sweeper.at(*stops[0])]
    for a, b in pairwise(stops):
        rooms.append(sweeper.turn(a[0], a[1], a[2], b[2]) if a[:2] == b[:2] else sweeper.straight(*a[:2], *b))
    spots = tuple(position(world, point) for point in points)
    yaw = world.frame.origin.yaw
    length = math.fsum(math.dist(a, b) for a, b in pairwise(spots))
    clear = min(rooms[cramped + 1 :], default=rooms[0]) * scale
    return Route(
        points=spots,
        headings=tuple(wrap_angle(stop[2] + yaw) for stop in stops),
        goal_yaw=wrap_angle(stops[-1][2] + yaw),
        length_m=length,
        grid_length_m=length,
        clearance_m=tight.clearance * scale,
        clearance_at=position(world, np.array((tight.x, tight.y))),
        body_clearance_m=max(clear, case.body.margin_m) if clear >= case.body.margin_m - _ROUNDING else clear,
        doors=doors_crossed(world, spots),
        zones=zones_touched(world, spots, case.body.radius_m),
        revision=world.revision,
    )
