"""Taut route: a way over the grid drawn taut, as the route that is driven, with its certified clearance and what it crosses."""

import math
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from maps.crossings import doors_crossed, zones_touched
from maps.entry import Entry, position
from maps.evidence import Searched, Sights, evidence
from maps.goals import Goal
from maps.route import Route
from maps.route_request import RouteRequest
from maps.string_pull import pull
from maps.swept import Tightest, tightest

__all__ = ["taut_route"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def taut_route(
    request: RouteRequest, entry: Entry, points: FloatArray, grid_length: float, searched: Searched | None = None
) -> Route:
    """Draw a way taut and say what there is to say of it.

    Args:
        request: What was asked.
        entry: How the way gets onto the grid.
        points: (N, 2) the way as (x, y) in cells, its head included; clear all along.
        grid_length: Its length, cells.
        searched: The search that it came of, where the grid alone gave it: then the route has evidence.
    """
    world, scale, needed = request.world, request.scale, request.needed
    field = entry.here.clearance
    split = 0 if entry.strict or len(points) == 1 else len(entry.head)
    sights = None if searched is None else Sights()
    taut = pull(entry.here.blocked, field, _distinct(points[split:]), needed, scale, sights)
    if split:
        head = np.concatenate((points[:split], taut[:1]))
        tight = tightest(entry.base.blocked, entry.base.clearance, head, scale)
        rest = tightest(entry.here.blocked, field, taut, scale)
        tight = min(tight, rest, key=lambda found: found.clearance)
        taut = np.concatenate((points[:split], taut))
    else:
        tight = tightest(entry.here.blocked, field, taut, scale)
    spots = tuple(position(world, point) for point in taut)
    length = math.fsum(math.dist(a, b) for a, b in pairwise(spots))
    why = None
    if searched is not None and sights is not None:
        why = evidence(request, entry, searched, sights, taut, tight.clearance)
    return Route(
        points=spots,
        goal_yaw=_final_yaw(request.goal, spots[-1]),
        length_m=length,
        grid_length_m=max(grid_length * scale, length),
        clearance_m=_certified(tight, request.body.needed_clearance_m, scale),
        clearance_at=position(world, np.array((tight.x, tight.y))),
        doors=doors_crossed(world, spots),
        zones=zones_touched(world, spots, request.body.radius_m),
        revision=world.revision,
        evidence=why,
    )


def _distinct(points: FloatArray) -> FloatArray:
    """Without vertices that repeat the one before."""
    keep = np.ones(len(points), dtype=bool)
    keep[1:] = np.hypot(*np.diff(points, axis=0).T) > 1e-9
    return points[keep]


def _final_yaw(goal: Goal, end: tuple[float, float]) -> float | None:
    if goal.exact is not None:
        return goal.exact.yaw
    if goal.face is None or math.dist(goal.face, end) < 1e-9:
        return None
    return math.atan2(goal.face[1] - end[1], goal.face[0] - end[0])


def _certified(tight: Tightest, needed: float, scale: float) -> float:
    """The clearance in metres, rid of rounding at the needed value (a nanometre)."""
    value = tight.clearance * scale
    return needed if needed - 1e-9 <= value < needed else value
