"""Routes: the shortest collision-free polyline for a disc body, found on the fine grid and drawn taut, or the reason why not.

The grid route visits cells whose exact clearance is at least what the body needs. A straight step is as clear as its worse
end and a diagonal one as the worst of its 2 x 2 block, so without corner cutting the clearance holds all along it.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from maps.astar import GridRoute, distances, search
from maps.body import Body
from maps.clearance import UnknownPolicy, layers
from maps.crossings import doors_crossed, zones_touched
from maps.entry import Entry, connections, enter, middles, position
from maps.evidence import Sights, evidence
from maps.features import DoorState
from maps.geometry import Pose
from maps.goals import Goal
from maps.huge.size import is_huge
from maps.labels import component, labels_of
from maps.recent import Recent
from maps.route import NoRoute, Route
from maps.string_pull import pull
from maps.swept import Tightest, tightest
from maps.world import World

__all__ = ["can_reach", "find_route", "reachable", "travel_distances"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

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
        body: The disc that moves, and its margin.
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
    question = _key(world, body, start, goal, unknown, doors)
    key = world.revision.encode() + question
    known, likely = _ROUTES.get(key), None
    if known is None:
        known, likely = _standing(question, world)
    if known is None and mend:
        quick = _mended(question, world, body, unknown, doors)
        if quick is not None:
            return quick
    if known is None:
        known = _find(world, body, start, goal, unknown, doors, likely)
        if unknown == "ask" and isinstance(known, NoRoute) and world.has_unknown:
            through = find_route(world, body, start, goal, unknown="allowed", doors=doors)
            known = replace(through, through_unknown=True, evidence=None) if isinstance(through, Route) else through
        if isinstance(known, Route) and known.evidence is not None and world.lanes is not None:
            known = replace(known, evidence=None)  # it speaks of a part of the way only
        if isinstance(known, Route) and known.evidence is not None:
            before = _STANDING.get(question) or ()
            _STANDING.put(question, (known, *before[: _MOST_STANDING - 1]), 4096 + known.evidence.nbytes * (1 + len(before)))
    blocks = known.evidence.nbytes if isinstance(known, Route) and known.evidence is not None else 0
    _ROUTES.put(key, known, 512 + blocks + 128 * (len(known.points) if isinstance(known, Route) else 1))
    return known


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


def _mended(
    question: bytes, world: World, body: Body, unknown: UnknownPolicy, doors: Mapping[str, DoorState] | None
) -> Route | None:
    """A route found on another revision of the map, mended on this one."""
    from maps.mend import mended

    tried = (mended(world, body, route, unknown, doors) for route in _STANDING.get(question) or ())
    return next((route for route in tried if route is not None), None)


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
    body = body.inner_disc
    entry = enter(world, body, start, unknown=unknown, doors=doors)
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
    from maps.narrow import is_joined

    entry = enter(world, body.inner_disc, start, unknown=unknown, doors=doors)
    if isinstance(entry, NoRoute):
        return False
    scale = world.frame.resolution
    needed = body.inner_disc.needed_clearance_m / scale
    if goal.exact is not None and not world.frame.contains(goal.exact.point):
        return False
    end = None if goal.exact is None else world.frame.local([goal.exact.point])[0]
    cells = goal.cells if end is None else connections(entry.here, end, needed, scale)[0]
    if is_huge(world.frame.shape):
        if _is_joined_on_grid(entry, cells):
            return True
        return isinstance(find_route(world, body.inner_disc, start, goal, unknown=unknown, doors=doors), Route)
    return is_joined(entry, cells, end, needed, scale)


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


def _found_again(
    world: World, body: Body, likely: Route, unknown: UnknownPolicy, doors: Mapping[str, DoorState] | None
) -> Route | None:
    """A route that ``_standing`` told of, if a search between the same ends, where nothing has changed, finds its cells."""
    why = likely.evidence
    if body.footprint or world.lanes is not None or is_huge(world.frame.shape) or not math.isfinite(why.total):
        return None
    free = layers(world, unknown=unknown, doors=doors).clear(body.needed_clearance_m)
    found = search(free, why.starts[:, :2].astype(np.int64), why.starts[:, 2], *why.ends)
    if found is None or not np.array_equal(found.cells, why.cells):
        return None
    return replace(likely, revision=world.revision, evidence=why.moved_to(world))


def _find(
    world: World,
    body: Body,
    start: Pose,
    goal: Goal,
    unknown: UnknownPolicy,
    doors: Mapping[str, DoorState] | None,
    likely: Route | None = None,
) -> Route | NoRoute:
    """The route, searched for; ``likely`` it is one that ``_standing`` told of."""
    again = None if likely is None else _found_again(world, body, likely, unknown, doors)
    if again is not None:
        return again
    if world.lanes is None:
        return _find_freely(world, body, start, goal, unknown, doors)
    from maps.lane_route import find_lane_route

    return find_lane_route(world, body, start, goal, unknown, doors, _find_freely)


def _find_freely(
    world: World,
    body: Body,
    start: Pose,
    goal: Goal,
    unknown: UnknownPolicy,
    doors: Mapping[str, DoorState] | None,
    why: bool = True,
) -> Route | NoRoute:
    """The route, searched for; without ``why`` what ``explain`` would have to tell is a plain NO_VALID_PATH."""
    if body.footprint:
        from maps.footprint.route import find_footprint_route

        return find_footprint_route(world, body, start, goal, unknown, doors, partial(_find_freely, why=False))
    entry = enter(world, body, start, unknown=unknown, doors=doors)
    if isinstance(entry, NoRoute):
        return entry
    if goal.exact is not None and not world.frame.contains(goal.exact.point):
        if is_huge(world.frame.shape):
            return NoRoute(code="GOAL_OUTSIDE_MAP", where=goal.exact.point)
        return _explained(world, body, start, goal, unknown, doors, why)
    scale = world.frame.resolution
    needed = body.needed_clearance_m / scale
    at = world.frame.local([start.point])
    asked = (unknown != "allowed", doors)
    if _is_there(world, entry, start, goal):
        nowhere = np.empty((0, 2), dtype=np.int64), np.empty(0)
        here = np.array([world.frame.cell(start.point)])
        return _route(world, body, goal, entry, at, 0.0, _Searched(nowhere, here, -math.inf, asked))
    end = None if goal.exact is None else world.frame.local([goal.exact.point])
    if end is None:
        goal_cells, goal_costs = goal.cells, goal.costs / scale
    else:
        goal_cells, goal_costs = connections(entry.here, end[0], needed, scale)
    if is_huge(world.frame.shape) and not _is_joined_on_grid(entry, goal_cells):
        from maps.huge.near import far_route

        return far_route(world, body, start, goal, entry, goal_cells, lambda a, b, c, d: _find_freely(a, b, c, d, unknown, doors))
    found = search(entry.free, entry.cells, entry.costs, goal_cells, goal_costs)
    if found is None:
        way = _between_centres(world, body, entry, goal_cells, goal_costs, None if end is None else end[0])
        if way is None:
            return _explained(world, body, start, goal, unknown, doors, why)
        if isinstance(way, NoRoute):
            return way
        points = np.concatenate((entry.head, way))
        return _route(world, body, goal, entry, points, float(np.hypot(*np.diff(points, axis=0).T).sum()))
    searched = _Searched((goal_cells, goal_costs), found.cells, found.total, asked)
    return _along(world, body, goal, entry, found, None if end is None else end[0], searched)


def _along(
    world: World, body: Body, goal: Goal, entry: Entry, found: GridRoute, end: FloatArray | None, searched: "_Searched"
) -> Route:
    """The route that follows a grid route, to an exact end (cells) where there is one."""
    points = middles(found.cells)
    length = found.length + float(entry.costs[(entry.cells == found.cells[0]).all(axis=1)].min())
    if end is not None:
        length += float(np.hypot(*(end - points[-1])))
        points = np.concatenate((points, end[None]))
    return _route(world, body, goal, entry, np.concatenate((entry.head, points)), length, searched)


def _is_joined_on_grid(entry: Entry, goal_cells: IntArray) -> bool:
    """Whether labels join the entry to a goal: a search that cannot succeed would go through all of a very large map."""
    labels = labels_of(entry.free)
    inside = goal_cells[((goal_cells >= 0) & (goal_cells < labels.shape)).all(axis=1)]
    return bool(np.isin(labels.at(inside), np.setdiff1d(labels.at(entry.cells), [0])).any())


# What follows is imported only where the grid has no route: most plans are right, and start-up is short.


def _between_centres(
    world: World, body: Body, entry: Entry, goal_cells: IntArray, goal_costs: FloatArray, exact: FloatArray | None
) -> FloatArray | NoRoute | None:
    """A way that the grid does not have (cells), WITHIN_TOLERANCE, or None."""
    from maps.narrow import narrow_way
    from maps.reach.gaps import Gap

    scale = world.frame.resolution
    way = narrow_way(entry, goal_cells, goal_costs, exact, body.needed_clearance_m / scale, scale)
    if not isinstance(way, Gap):
        return way
    return NoRoute(
        code="WITHIN_TOLERANCE",
        where=position(world, np.array(way.middle)),
        needed=body.needed_clearance_m,
        available=way.half_width * scale,
    )


def _explained(
    world: World,
    body: Body,
    start: Pose,
    goal: Goal,
    unknown: UnknownPolicy,
    doors: Mapping[str, DoorState] | None,
    why: bool,
) -> NoRoute:
    if not why:
        return NoRoute(code="NO_VALID_PATH")
    from maps.blame import explain

    return explain(world, body, start, goal, unknown=unknown, doors=doors)


def _is_there(world: World, entry: Entry, start: Pose, goal: Goal) -> bool:
    """Whether a start counts as arrived."""
    if goal.exact is not None:
        return math.hypot(goal.exact.x - start.x, goal.exact.y - start.y) < 1e-6
    return entry.strict and bool((goal.cells == world.frame.cell(start.point)).all(axis=1).any())


@dataclass(frozen=True, slots=True, eq=False)
class _Searched:
    """What a search on the grid was asked and gave: the goal's cells and costs, the route's cells, its cost, the layers."""

    ends: tuple[npt.NDArray[np.int64], FloatArray]
    cells: npt.NDArray[np.int64]
    total: float
    layers: tuple[bool, Mapping[str, DoorState] | None]


def _route(
    world: World, body: Body, goal: Goal, entry: Entry, points: FloatArray, grid_length: float, searched: _Searched | None = None
) -> Route:
    """Draw a polyline (cells) taut and say what there is to say of it; with evidence where the grid alone gave it."""
    scale = world.frame.resolution
    needed = body.needed_clearance_m / scale
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
        grid = (searched.ends, searched.cells, searched.total)
        why = evidence(world, entry, *grid, sights, taut, tight.clearance, needed, *searched.layers)
    return Route(
        points=spots,
        goal_yaw=_final_yaw(goal, spots[-1]),
        length_m=length,
        grid_length_m=max(grid_length * scale, length),
        clearance_m=_certified(tight, body.needed_clearance_m, scale),
        clearance_at=position(world, np.array((tight.x, tight.y))),
        doors=doors_crossed(world, spots),
        zones=zones_touched(world, spots, body.radius_m),
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


def _key(
    world: World,
    body: Body,
    start: Pose,
    goal: Goal,
    unknown: UnknownPolicy,
    doors: Mapping[str, DoorState] | None,
) -> bytes:
    """Everything that a route depends on besides the map."""
    exact = (goal.exact, goal.face, unknown, sorted((doors or {}).items()))
    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr((world.frame, body.radius_m, body.margin_m, body.footprint, start, exact)).encode())
    digest.update(np.ascontiguousarray(goal.cells).tobytes())
    digest.update(np.ascontiguousarray(goal.costs).tobytes())
    return digest.digest()
