"""Near: what very large maps are not searched for as a whole: ways between cell centres, and why there is no way.

Both are settled exactly in a window around the end that cannot be left or reached over cell centres, with the nearest cell on the
other side of it that can be driven to in place of the other end. The window's border counts as obstacle, so a way found in it is
one.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.crossings import doors_crossed
from maps.geometry import Point, Pose
from maps.goals import Goal, goal_pose
from maps.grid import Cell, GridFrame
from maps.labels import Labels, labels_of
from maps.route import NoRoute, Route

if TYPE_CHECKING:
    from maps.entry import Entry
    from maps.route_request import RouteRequest
    from maps.world import World

__all__ = ["far_route"]

IntArray: TypeAlias = npt.NDArray[np.int64]
Box: TypeAlias = tuple[Cell, Cell]
"""First cell and the one after the last, as (row, column) each."""

Find: TypeAlias = Callable[["RouteRequest"], Route | NoRoute]
"""Finds a route, on the map or on a window of it."""

_REACH = 1000
"""Cells around an end: 50 m at 0.05 m."""


def far_route(request: "RouteRequest", entry: "Entry", ends: IntArray, find: Find) -> Route | NoRoute:
    """A route that leads between cell centres near one of its ends, or why there is none.

    Args:
        request: What is asked; the map is very large, the body a disc.
        entry: Where its route may begin; no goal is joined to it over cell centres.
        ends: (N, 2) cells at which the grid's part of a route may end.
        find: Finds routes.
    """
    world, start, goal = request.world, request.start, request.goal
    labels = labels_of(entry.free)
    mine = np.setdiff1d(labels.at(entry.cells), [0])
    target, failure = _target(world, goal), None
    reached = None if target is None else _nearest(world, entry.free, labels, mine, target)
    if target is not None and reached is not None:
        box = box_around(world.frame, target, _REACH)
        last = find(replace(request, world=cropped(world, box), start=reached, goal=_moved(goal, box)))
        if isinstance(last, Route):
            last = _from_last(world, last, labels, mine)
            first = find(replace(request, goal=goal_pose(world, Pose(*last.points[0]))))
            return _joined(world, first, last) if isinstance(first, Route) else first
        failure = last
    ends = ends[((ends >= 0) & (ends < labels.shape)).all(axis=1)]
    away = _nearest(world, entry.free, labels, np.setdiff1d(labels.at(ends), [0]), start.point)
    if away is not None:  # the way may be lost at the start's end
        here = cropped(world, box_around(world.frame, start.point, _REACH))
        first = find(replace(request, world=here, goal=goal_pose(here, away)))
        if isinstance(first, Route):
            last = find(replace(request, start=away))
            return _joined(world, first, last) if isinstance(last, Route) else last
        failure = failure or first
    if failure is None:
        return NoRoute(code="NO_VALID_PATH", where=target)
    return failure


def box_around(frame: GridFrame, point: Point, reach: int) -> Box:
    """The cells within so many rows and columns of a point on the map."""
    row, col = frame.cell(point)
    low = max(0, row - reach), max(0, col - reach)
    return low, (min(frame.height, row + reach + 1), min(frame.width, col + reach + 1))


def cropped(world: "World", box: Box) -> "World":
    """A window of a map as a map of its own, in the same map frame and with all features."""
    (top, left), (bottom, right) = box
    frame = world.frame
    corner = frame.to_map(left * frame.resolution, top * frame.resolution)
    part = slice(top, bottom), slice(left, right)
    made = type(world).build(
        world.name,
        GridFrame(frame.resolution, Pose(*corner, frame.origin.yaw), right - left, bottom - top),
        world.cells[part],
        places=world.places.values(),
        things=world.things.values(),
        doors=world.doors.values(),
        zones=world.zones.values(),
        keepout_mask=None if world.keepout_mask is None else world.keepout_mask.array[part],
        speed_mask=None if world.speed_mask is None else world.speed_mask.array[part],
    )
    return made


def _target(world: "World", goal: Goal) -> Point | None:
    """A point on the map that stands for the goal."""
    if goal.exact is not None:
        return goal.exact.point
    if not len(goal.cells):
        return goal.face if goal.face is not None and world.frame.contains(goal.face) else None
    x, y = world.frame.centres(goal.cells[[int(goal.costs.argmin())]])[0].tolist()
    return (x, y)


def _nearest(
    world: "World", free: npt.NDArray[np.bool_], labels: Labels, components: npt.NDArray[np.int32], point: Point
) -> Pose | None:
    """The centre of the cell nearest to a point among those of some components, if one is near."""
    if not len(components):
        return None
    at = world.frame.local([point])[0]
    for reach in (_REACH // 16, _REACH // 4, _REACH // 2):  # well within the window
        low, high = box_around(world.frame, point, reach)
        cells = np.argwhere(free[low[0] : high[0], low[1] : high[1]]) + low
        cells = cells[np.isin(labels.at(cells), components)]
        apart = np.hypot(cells[:, 1] + 0.5 - at[0], cells[:, 0] + 0.5 - at[1])
        if len(cells) and (apart.min() <= reach or reach == _REACH // 2):
            return Pose(*world.frame.centre(*map(int, cells[int(apart.argmin())])))
    return None


def _moved(goal: Goal, box: Box) -> Goal:
    """A goal on a window of the map."""
    low, high = box
    inside = ((goal.cells >= low) & (goal.cells < high)).all(axis=1)
    return replace(goal, cells=goal.cells[inside] - low, costs=goal.costs[inside])


def _from_last(world: "World", route: Route, labels: Labels, components: npt.NDArray[np.int32]) -> Route:
    """A route from its last vertex on that lies in some components: what is before it need not be driven."""
    line = world.frame.local(route.points[:-1])
    centred = (np.abs(line - np.floor(line) - 0.5) < 1e-6).all(axis=1)  # others may see cells of other components only
    inside = np.flatnonzero(centred & np.isin(labels.at(world.frame.cells(route.points[:-1])), components))
    points = route.points[int(inside[-1]) if len(inside) else 0 :]
    length = math.fsum(math.dist(a, b) for a, b in pairwise(points))
    return replace(route, points=points, length_m=length, grid_length_m=length, doors=doors_crossed(world, points))


def _joined(world: "World", first: Route, last: Route) -> Route:
    """Two routes driven one after the other."""
    tight = min(first, last, key=lambda route: route.clearance_m)
    return replace(
        last,
        points=(*first.points, *last.points[1:]),
        length_m=first.length_m + last.length_m,
        grid_length_m=first.grid_length_m + last.grid_length_m,
        clearance_m=tight.clearance_m,
        clearance_at=tight.clearance_at,
        doors=tuple(dict.fromkeys((*first.doors, *last.doors))),
        zones=tuple(dict.fromkeys((*first.zones, *last.zones))),
        revision=world.revision,
        evidence=None,
    )
