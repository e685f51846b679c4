"""Last safe: how far along a step the robot can go and still get back to a dock with its reserve untouched."""

import math
from itertools import pairwise
from typing import Any

from maps import Point, Route
from maps.compass import in_words
from verifier.budget import drive_energy, drive_time
from verifier.home import reversed_route
from verifier.step import Step

__all__ = ["last_safe_point"]

_HALVINGS = 12
"""Enough to place the point to within a foot's length on a route of a kilometre."""


def last_safe_point(step: Step) -> dict[str, Any]:
    """The last point of safe return on the step's route, going back the way it came and then the verified way to the dock.

    Args:
        step: The step after which the charge no longer does; the charge before it still did.

    Returns:
        ``step``, ``metres`` along its route, ``point`` on the map and the same in ``words``; nothing where no dock is known or
        where even the step's start is too far.
    """
    scope, before = step.scope, step.before
    leg, home = step.leg, before.home
    if home is None or scope.world.lanes is not None:  # with one-way lanes the way back is not the way there
        return {}
    left = before.state.battery[0] - scope.body.reserve_wh - drive_energy(scope.body, home.time_s)[1]
    left -= drive_energy(scope.body, (0.0, before.stray_s))[1]
    if left < 0:
        return {}
    if leg is None or not isinstance(leg.result, Route) or leg.result.length_m == 0:
        return _point(step, 0.0, before.pose.point)
    route = leg.result

    def returns(metres: float) -> bool:
        part = first_part(route, metres)
        there, back = drive_time(scope, part)[1], drive_time(scope, reversed_route(part))[1]
        return drive_energy(scope.body, (0.0, there + back))[1] <= left

    low, high = 0.0, route.length_m
    if returns(high):
        return _point(step, high, route.points[-1])
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if returns(middle) else (low, middle)
    return _point(step, low, first_part(route, low).points[-1])


def first_part(route: Route, metres: float) -> Route:
    """The first metres of a route, as a route that ends there with the heading of travel."""
    points: list[Point] = [route.points[0]]
    left = metres
    for (x0, y0), (x1, y1) in pairwise(route.points):
        span = math.dist((x0, y0), (x1, y1))
        if span >= left:
            share = left / span if span else 0.0
            points.append((x0 + share * (x1 - x0), y0 + share * (y1 - y0)))
            break
        points.append((x1, y1))
        left -= span
    length = math.fsum(math.dist(a, b) for a, b in pairwise(points))
    return Route(
        points=tuple(points),
        length_m=length,
        grid_length_m=length,
        clearance_m=route.clearance_m,
        clearance_at=route.clearance_at,
        revision=route.revision,
    )


def _point(step: Step, metres: float, point: Point) -> dict[str, Any]:
    spot = [round(point[0], 3), round(point[1], 3)]
    return {"step": step.number, "metres": round(metres, 2), "point": spot, "words": in_words(step.scope.world, point)}
