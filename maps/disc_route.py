"""Disc route: the search for the shortest route of a disc, over the grid or, where that has none, between its cells' centres.

The grid route visits cells whose exact clearance is at least what the body needs. A straight step is as clear as its worse
end and a diagonal one as the worst of its 2 x 2 block, so without corner cutting the clearance holds all along it.
"""

import math

import numpy as np
import numpy.typing as npt

from maps.astar import GridRoute, search
from maps.entry import Entry, middles, position
from maps.evidence import Searched
from maps.huge.size import is_huge
from maps.labels import labels_of
from maps.route import NoRoute, Route
from maps.route_request import RouteRequest
from maps.taut_route import taut_route

__all__ = ["find_disc_route", "is_joined_on_grid"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def find_disc_route(request: RouteRequest, why: bool = True) -> Route | NoRoute:
    """Find the route of a disc, which need not keep to lanes.

    Args:
        request: What is asked; the body is a disc.
        why: Whether a refusal is to be explained; else what would take ``explain`` to tell is a plain NO_VALID_PATH.
    """
    entry = request.enter()
    if isinstance(entry, NoRoute):
        return entry
    if request.ends_outside:
        return _outside(request, why)
    if _is_there(request, entry):
        return _stay(request, entry)
    ends = request.goal_cells(entry.here)
    if is_huge(request.world.frame.shape) and not is_joined_on_grid(entry, ends[0]):
        return _far_route(request, entry, ends[0])
    found = search(entry.free, entry.cells, entry.costs, *ends)
    return _between_centres(request, entry, ends, why) if found is None else _along(request, entry, found, ends)


def is_joined_on_grid(entry: Entry, goal_cells: IntArray) -> bool:
    """Whether labels join the entry to a goal (n, 2): a search that cannot succeed would go through all of a very large map."""
    labels = labels_of(entry.free)
    inside = goal_cells[((goal_cells >= 0) & (goal_cells < labels.shape)).all(axis=1)]
    return bool(np.isin(labels.at(inside), np.setdiff1d(labels.at(entry.cells), [0])).any())


def _is_there(request: RouteRequest, entry: Entry) -> bool:
    """Whether the start counts as arrived."""
    start, goal = request.start, request.goal
    if goal.exact is not None:
        return math.hypot(goal.exact.x - start.x, goal.exact.y - start.y) < 1e-6
    return entry.strict and bool((goal.cells == request.world.frame.cell(start.point)).all(axis=1).any())


def _stay(request: RouteRequest, entry: Entry) -> Route:
    """The route of a robot that is there already."""
    nowhere = np.empty((0, 2), dtype=np.int64), np.empty(0)
    here = np.array([request.world.frame.cell(request.start.point)])
    return taut_route(request, entry, request.at, 0.0, Searched(nowhere, here, -math.inf))


def _along(request: RouteRequest, entry: Entry, found: GridRoute, ends: tuple[IntArray, FloatArray]) -> Route:
    """The route that follows a grid route, to an exact end where there is one."""
    points, end = middles(found.cells), request.end
    length = found.length + float(entry.costs[(entry.cells == found.cells[0]).all(axis=1)].min())
    if end is not None:
        length += float(np.hypot(*(end - points[-1])))
        points = np.concatenate((points, end[None]))
    return taut_route(request, entry, np.concatenate((entry.head, points)), length, Searched(ends, found.cells, found.total))


# What follows is imported only where the grid has no route: most plans are right, and start-up is short.


def _between_centres(request: RouteRequest, entry: Entry, ends: tuple[IntArray, FloatArray], why: bool) -> Route | NoRoute:
    """The route over a way that the grid does not have, WITHIN_TOLERANCE, or why there is none."""
    from maps.narrow import narrow_way
    from maps.reach.gaps import Gap

    way = narrow_way(entry, *ends, request.end, request.needed, request.scale)
    if way is None:
        return _explained(request, why)
    if isinstance(way, Gap):
        return NoRoute(
            code="WITHIN_TOLERANCE",
            where=position(request.world, np.array(way.middle)),
            needed=request.body.needed_clearance_m,
            available=way.half_width * request.scale,
        )
    points = np.concatenate((entry.head, way))
    return taut_route(request, entry, points, float(np.hypot(*np.diff(points, axis=0).T).sum()))


def _far_route(request: RouteRequest, entry: Entry, goal_cells: IntArray) -> Route | NoRoute:
    """The route on a very large map that the grid alone does not have."""
    from maps.huge.near import far_route

    return far_route(request, entry, goal_cells, find_disc_route)


def _outside(request: RouteRequest, why: bool) -> NoRoute:
    """Why there is no route to a point outside of the map."""
    if is_huge(request.world.frame.shape) and request.goal.exact is not None:
        return NoRoute(code="GOAL_OUTSIDE_MAP", where=request.goal.exact.point)
    return _explained(request, why)


def _explained(request: RouteRequest, why: bool) -> NoRoute:
    """Why there is no route, if that is to be told."""
    if not why:
        return NoRoute(code="NO_VALID_PATH")
    from maps.blame import explain

    return explain(request)
