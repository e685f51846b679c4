"""Footprint routes: the way of a polygon to a goal with a heading at every vertex, or the reason why there is none.

The body's outer disc is tried first: where that has a route, any heading will do. Then straight drives through the tight places
of a thinner disc's way are. Otherwise ``decide`` proves that there is a way, or that there is none for a body moving as it likes; a
way becomes a route once turns and straight drives are found along it that are clear, swept exactly. What is proven neither way is
refused as WITHIN_TOLERANCE, what is proven but was found no drives for as NOT_DRIVABLE.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from maps.body import Body
from maps.crossings import doors_crossed, zones_touched
from maps.disc_route import find_disc_route
from maps.entry import position
from maps.footprint.bricks import Space
from maps.footprint.decide import Configuration, Decider
from maps.footprint.doorway import Doorways
from maps.footprint.drive import Stop, drivable
from maps.footprint.ends import Case, goals_of, head_of, to_room
from maps.footprint.intervals import Shape
from maps.footprint.obstacles import rectangles
from maps.footprint.refusal import no_goal, undecided_at, why_not
from maps.footprint.shape import circumscribed_radius, convex_parts, inscribed_radius
from maps.footprint.sweep import Sweeper
from maps.footprint.trace import trace
from maps.geometry import wrap_angle
from maps.layers import Layers
from maps.recent import Recent
from maps.route import NoRoute, Route
from maps.route_request import RouteRequest
from maps.swept import tightest

__all__ = ["find_footprint_route", "shape_of"]

BEST_GOALS = 50
_ROUNDING = 1e-9

_DECIDERS: Recent[Decider] = Recent(256 * 2**20)


def find_footprint_route(request: RouteRequest) -> Route | NoRoute:
    """Find a route of a polygon to a goal.

    Args:
        request: What is asked. The body's footprint is a polygon. Nearer to an obstacle than its margin allows, or in a keep-out,
            it may leave, straight and without coming nearer. The goal may end it faced, or with the heading of an exact pose.

    Returns:
        A route, with ``headings`` unless the body fits in any, or why there is none.
    """
    world, body, start, goal = request.world, request.body, request.start, request.goal
    if not world.frame.contains(start.point):
        return NoRoute(code="START_OUTSIDE_MAP", where=start.point)
    around = find_disc_route(replace(request, body=body.outer_disc), why=False)
    if isinstance(around, Route) and around.keeps(body):
        return around
    x, y = request.at[0].tolist()
    case = Case(request, shape_of(body, request.scale), (x, y, start.yaw - world.frame.origin.yaw))
    here = request.layers()
    head = head_of(case, here)
    if isinstance(head, str):
        return NoRoute(code=head, where=start.point)
    goals, complete = goals_of(case, here)
    if not goals:
        return no_goal(case, around)
    decider = _decider(case, here)
    sweeper = Sweeper(case.shape, decider.space.boxes)
    tail: list[Stop] = []
    if goal.exact is not None:
        tail = [(x, y, yaw or 0.0) for x, y, yaw in goals]
        goals = [*to_room(sweeper, tail[0])] or goals
        tail = tail if goals[0] != tail[0] else []
    stops = Doorways(request, sweeper, decider.space.clearance).stops(head[-1], goals)
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
        return why_not(case, head[-1]) if complete else NoRoute(code="WITHIN_TOLERANCE", where=start.point)
    if decision.outcome == "undecided":
        return NoRoute(code="WITHIN_TOLERANCE", where=undecided_at(case, decider, decision.chain), needed=body.margin_m)
    return NoRoute(code="NOT_DRIVABLE", where=start.point)


def shape_of(body: Body, resolution: float) -> Shape:
    """A polygon body in cells."""
    ring = tuple((x / resolution, y / resolution) for x, y in body.footprint)
    return Shape(convex_parts(ring), body.margin_m / resolution, inscribed_radius(ring), circumscribed_radius(ring))


def _decider(case: Case, here: Layers) -> Decider:
    request = case.request
    key = repr((request.world.revision, case.shape, request.unknown == "allowed", sorted((request.doors or {}).items()))).encode()
    found = _DECIDERS.get(key)
    if found is None:
        boxes = rectangles(here.blocked)
        found = Decider(Space(case.shape, here.clearance / request.scale, boxes))
        _DECIDERS.put(key, found, 2**20 + here.clearance.nbytes + boxes.nbytes)
    return found


def _in_turn(goals: list[Configuration]) -> Iterator[list[Configuration]]:
    """The best goals at which any heading fits, then all of them."""
    best = [goal for goal in goals[:BEST_GOALS] if goal[2] is None]
    if 0 < len(best) < len(goals):
        yield best
    yield goals


def _route(case: Case, here: Layers, space: Space, stops: list[Stop], cramped: int) -> Route:
    """The stops in the map's frame, and what there is to say of them; the first ``cramped`` moves leave a tight start."""
    world, body, scale = case.request.world, case.request.body, case.request.scale
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
        body_clearance_m=max(clear, body.margin_m) if clear >= body.margin_m - _ROUNDING else clear,
        doors=doors_crossed(world, spots),
        zones=zones_touched(world, spots, body.radius_m),
        revision=world.revision,
    )
