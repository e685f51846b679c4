"""Headings: a route whose every heading was verified, made drivable without rounding anything off.

The body turns in place where the route does, the short way, and drives straight in between, forward or in reverse; it rests at
every vertex where its heading changes.
"""

import math
from dataclasses import replace

import numpy as np

from maps.body import Body
from maps.geometry import Point, Pose, distance, wrap_angle
from maps.route import Route
from policies.smooth import Leg, SpeedLimit, smooth_legs

__all__ = ["headed_legs"]

_SAME_M = 1e-9
_SAME_RAD = 1e-9


def headed_legs(route: Route, start: Pose, body: Body, *, limit: SpeedLimit | None = None) -> list[Leg]:
    """The turns and straight drives of a route with headings.

    Args:
        route: Has headings.
        start: Where the robot is; it drives straight from there to the route's first vertex that lies elsewhere.
        body: Whose limits hold.
        limit: Speed limits along the way.

    Returns:
        Legs in order, turns as legs of one sample.
    """
    assert route.headings is not None
    here = start.point
    legs = [_turn(here, route.headings[0])]
    at, last = 0, len(route.points) - 1
    while at < last:
        if distance(route.points[at], route.points[at + 1]) < _SAME_M:
            legs.append(_turn(here, route.headings[at + 1]))
            at += 1
            continue
        reverse = _is_reverse(route, at)
        run = [here]
        while at < last and _goes_on(route, at, reverse, run):
            at += 1
            run.append(route.points[at])
        for leg in smooth_legs(run, body, allowance=0.0, limit=limit):
            legs.append(replace(leg, yaws=leg.yaws + math.pi, reverse=True) if reverse else leg)
        here = run[-1]
    return legs


def _goes_on(route: Route, at: int, reverse: bool, run: list[Point]) -> bool:
    """Whether the straight drive continues over the next segment."""
    assert route.headings is not None
    if distance(route.points[at], route.points[at + 1]) < _SAME_M:
        return False
    same = abs(wrap_angle(route.headings[at + 1] - route.headings[at])) < _SAME_RAD
    return len(run) == 1 or (same and _is_reverse(route, at) == reverse)


def _is_reverse(route: Route, at: int) -> bool:
    """Whether the segment after a vertex is driven backwards."""
    assert route.headings is not None
    (ax, ay), (bx, by) = route.points[at], route.points[at + 1]
    yaw = route.headings[at + 1]
    return (bx - ax) * math.cos(yaw) + (by - ay) * math.sin(yaw) < 0


def _turn(at: Point, yaw: float) -> Leg:
    nothing = np.zeros(1)
    return Leg(
        along=nothing, xs=np.array([at[0]]), ys=np.array([at[1]]), yaws=np.array([yaw]), curvatures=nothing, speeds=nothing,
        times=nothing,
    )  # fmt: skip
