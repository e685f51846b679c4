"""The certificate of a route: its points are the witness, its clearance is measured anew."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np

from maps import Route
from maps.swept import clear_segments, tightest
from verifier.certificate import Leaving, RouteCertificate
from verifier.certified import NANO, Case, room_left, walls
from verifier.turning import turning_rooms

__all__ = ["route_certificate"]


def route_certificate(case: Case, route: Route) -> RouteCertificate | None:
    """The witness, or None where the route does not keep the clearance on these layers."""
    if any(case.doors[name] != "open" for name in route.doors):
        return None  # it starts on the door's own cells and leaves them on the other side
    if route.headings is not None:
        return _turning_route(case, route)
    line = case.local(route.points)
    a, b = (line[:-1], line[1:]) if len(line) > 1 else (line, line)
    here = case.layers
    clear = clear_segments(here.blocked, here.clearance, a, b, case.needed, case.scale)
    head = 0 if clear.all() else int(np.flatnonzero(~clear)[-1]) + 1
    leaving, found = None, []
    if head:
        base = replace(case, keepouts=False)
        room = base.room(line[0])
        free, occupied = base.layers, walls(case.world)
        if case.room(line[0]) >= case.needed - NANO:
            return None
        for part, mine in ((free, room), (occupied, case.room(line[0], occupied))):
            if not clear_segments(part.blocked, part.clearance, a[:head], b[:head], min(mine, case.needed), case.scale).all():
                return None
        leaving = Leaving(segments=head, room_m=room * case.scale)
        found.append(tightest(free.blocked, free.clearance, line[: head + 1], case.scale))
    if head < len(a):
        found.append(tightest(here.blocked, here.clearance, line[head:] if len(line) > 1 else line, case.scale))
    least = min(found, key=lambda at: at.clearance)
    return RouteCertificate.model_validate(
        {
            **case.terms,
            "points": route.points,
            "end_yaw": route.goal_yaw,
            "leaving": leaving,
            "clearance_m": least.clearance * case.scale,
            "clearance_at": case.world.frame.to_map(least.x * case.scale, least.y * case.scale),
            "length_m": _lengths(route),
            "crosses": route.doors,
        }
    )


def _turning_route(case: Case, route: Route) -> RouteCertificate | None:
    """The witness of a polygon that turns and drives; its body's clearance is a lower bound."""
    assert route.headings is not None
    moves = turning_rooms(case.world, case.scope.body, route, case.layers)
    margin = case.scope.body.margin_m / case.scale
    head = max((index + 1 for index, room in enumerate(moves) if room < margin - NANO), default=0)
    leaving = None
    if head:
        base = replace(case, keepouts=False)
        left = room_left(base)
        if min(turning_rooms(case.world, case.scope.body, route, base.layers)[:head]) < min(left, margin) - NANO:
            return None
        if head >= len(moves):
            return None
        leaving = Leaving(segments=head, room_m=left * case.scale)
    tight = tightest(case.layers.blocked, case.layers.clearance, case.local(route.points), case.scale)
    return RouteCertificate.model_validate(
        {
            **case.terms,
            "method": "hulls",
            "points": route.points,
            "headings": route.headings,
            "body_clearance_m": max(min(moves[head:]), margin) * case.scale,
            "end_yaw": route.headings[-1],
            "leaving": leaving,
            "clearance_m": tight.clearance * case.scale,
            "clearance_at": case.world.frame.to_map(tight.x * case.scale, tight.y * case.scale),
            "length_m": _lengths(route),
            "crosses": route.doors,
        }
    )


def _lengths(route: Route) -> tuple[float, float]:
    """From end to end, and along the route."""
    return math.dist(route.points[0], route.points[-1]), math.fsum(math.dist(p, q) for p, q in pairwise(route.points))
