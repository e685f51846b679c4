"""Routes: the shortest collision-free polyline of a body to a goal, or the reason why not; what it can get to, and how far that is.

A route that was found before is not searched for again: not on the same map, nor on another on which its evidence shows that a
search would only find it once more.
"""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from maps.astar import distances, search
from maps.body import Body
from maps.clearance import UnknownPolicy
from maps.disc_route import find_disc_route, is_joined_on_grid
from maps.entry import enter
from maps.features import DoorState
from maps.geometry import Pose
from maps.goals import Goal
from maps.huge.size import is_huge
from maps.labels import component
from maps.recent import Recent
from maps.route import NoRoute, Route
from maps.route_request import RouteRequest
from maps.world import World

__all__ = ["can_reach", "find_route", "reachable", "travel_distances"]

FloatArray = npt.NDArray[np.float64]

_ROUTES: Recent[Route | NoRoute] = Recent(16 * 2**20)
_STANDING: Recent[tuple[Route, ...]] = Recent(64 * 2**20)
"""Routes by all that they depend on but the map, those that were of use last first."""
_MOST_STANDING = 4


def find_route(
    world: World,
    body: Body,
    start: Pose,
    goal: Goal,
    *,
    unknown: UnknownPolicy = "blocked",
    doors: Mapping[str, DoorState] | None = None,
    mend: bool = False,
) -> Route | NoRoute:
    """Find the shortest route of a body to a goal.

    Args:
        world: The map.
        body: Who moves, and its margin.
        start: Where it stands; need not be a cell's centre. Inside a keep-out, or nearer to an obstacle than its margin allows,
            it may leave but not come closer. Standing in one of the goal's cells it is there.
        goal: Where it may end.
        unknown: Whether unknown cells are obstacles; with ``ask`` they are, but where no other route exists one through them is
            given, marked as such.
        doors: Door states that override the map's.
        mend: Whether a route that is known from before a change of the map may be mended instead, with ``excess_m``.

    Returns:
        The route, with certified clearance, or the reason why there is none.
    """
    request = RouteRequest(world, body, start, goal, unknown, doors)
    question = request.key()
    key = world.revision.encode() + question
    known, likely = _ROUTES.get(key), None
    if known is None:
        known, likely = _standing(question, world)
    if known is None and mend:
        quick = _mended(question, request)
        if quick is not None:
            return quick
    if known is None:
        known = _searched(request, likely)
        _let_stand(question, known)
    blocks = known.evidence.nbytes if isinstance(known, Route) and known.evidence is not None else 0
    _ROUTES.put(key, known, 512 + blocks + 128 * (len(known.points) if isinstance(known, Route) else 1))
    return known


def reachable(
    world: World,
    body: Body,
    start: Pose,
    *,
    unknown: UnknownPolicy = "blocked",
    doors: Mapping[str, DoorState] | None = None,
) -> npt.NDArray[np.bool_]:
    """The cells that the body can get to from a start over cell centres, (H, W) bool: one labelling for any number of goals.

    What lies behind a doorway between cell centres is not among them; ``can_reach`` tells.
    """
    entry = enter(world, body.inner_disc, start, unknown=unknown, doors=doors)
    if isinstance(entry, NoRoute):
        return np.zeros(world.frame.shape, dtype=bool)
    return component(entry.free, entry.cells)


def can_reach(
    world: World,
    body: Body,
    start: Pose,
    goal: Goal,
    *,
    unknown: UnknownPolicy = "blocked",
    doors: Mapping[str, DoorState] | None = None,
) -> bool:
    """Whether ``find_route`` would find a route, by labels and, where they leave it open, by exact gaps; nothing is searched.

    For a body with a footprint: whether the disc inside it could get there.
    """
    request = RouteRequest(world, body.inner_disc, start, goal, unknown, doors)
    entry = request.enter()
    if isinstance(entry, NoRoute) or request.ends_outside:
        return False
    if not is_huge(world.frame.shape):
        return request.is_joined(entry)
    if is_joined_on_grid(entry, request.goal_cells(entry.here)[0]):
        return True
    return isinstance(find_route(world, request.body, start, goal, unknown=unknown, doors=doors), Route)


def travel_distances(
    world: World,
    body: Body,
    start: Pose,
    *,
    unknown: UnknownPolicy = "blocked",
    doors: Mapping[str, DoorState] | None = None,
) -> FloatArray:
    """Length of the shortest grid route from a start to every cell, (H, W) metres; infinite where there is none.

    One call answers for any number of goals, and for the way back, which is as long.
    """
    entry = enter(world, body.inner_disc, start, unknown=unknown, doors=doors)
    if isinstance(entry, NoRoute):
        return np.full(world.frame.shape, np.inf)
    return distances(entry.free, entry.cells, entry.costs) * world.frame.resolution


def _standing(question: bytes, world: World) -> tuple[Route | None, Route | None]:
    """A route found on another revision of the map that is surely the same on this one; else one that is, unless one is shorter."""
    known = _STANDING.get(question) or ()
    for route in known:
        if route.evidence is not None and route.evidence.holds(world):
            if route is not known[0]:
                size = 4096 + route.evidence.nbytes * len(known)
                _STANDING.put(question, (route, *(other for other in known if other is not route)), size)
            return replace(route, revision=world.revision), None
    likely = (route for route in known if route.evidence is not None and route.evidence.unless_shorter(world))
    return None, next(likely, None)


def _let_stand(question: bytes, known: Route | NoRoute) -> None:
    """Keep a route that was searched for, if it can tell whether it stands on other revisions of the map."""
    if isinstance(known, Route) and known.evidence is not None:
        before = _STANDING.get(question) or ()
        _STANDING.put(question, (known, *before[: _MOST_STANDING - 1]), 4096 + known.evidence.nbytes * (1 + len(before)))


def _mended(question: bytes, request: RouteRequest) -> Route | None:
    """A route found on another revision of the map, mended on this one."""
    from maps.mend import mended

    known = _STANDING.get(question) or ()
    tried = (mended(request.world, request.body, route, request.unknown, request.doors) for route in known)
    return next((route for route in tried if route is not None), None)


def _searched(request: RouteRequest, likely: Route | None) -> Route | NoRoute:
    """The route, searched for: through unknown space where that is to be asked for and there is no other."""
    found, world = _find(request, likely), request.world
    if request.unknown == "ask" and isinstance(found, NoRoute) and world.has_unknown:
        found = find_route(world, request.body, request.start, request.goal, unknown="allowed", doors=request.doors)
        if isinstance(found, Route):
            return replace(found, through_unknown=True, evidence=None)
    if isinstance(found, Route) and found.evidence is not None and world.lanes is not None:
        return replace(found, evidence=None)  # it speaks of a part of the way only
    return found


def _find(request: RouteRequest, likely: Route | None = None) -> Route | NoRoute:
    """The route, searched for; ``likely`` it is one that ``_standing`` told of."""
    again = None if likely is None else _found_again(request, likely)
    if again is not None:
        return again
    if request.world.lanes is not None:
        from maps.lane_route import find_lane_route

        return find_lane_route(request)
    if request.body.footprint:
        from maps.footprint.route import find_footprint_route

        return find_footprint_route(request)
    return find_disc_route(request)


def _found_again(request: RouteRequest, likely: Route) -> Route | None:
    """A route that ``_standing`` told of, if a search between the same ends, where nothing has changed, finds its cells."""
    world, why = request.world, likely.evidence
    if request.body.footprint or world.lanes is not None or is_huge(world.frame.shape) or not math.isfinite(why.total):
        return None
    free = request.layers().clear(request.body.needed_clearance_m)
    found = search(free, why.starts[:, :2].astype(np.int64), why.starts[:, 2], *why.ends)
    if found is None or not np.array_equal(found.cells, why.cells):
        return None
    return replace(likely, revision=world.revision, evidence=why.moved_to(world))
