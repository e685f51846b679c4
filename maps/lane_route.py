"""Routes that keep to lanes: onto them by the shortest way, along them in their direction, and off them at the goal.

A robot gets onto the lanes, and off them, at most twice as far from where it stands, or has to be, as the nearest of them is, and a
metre; a metre off the lanes counts as ``OFF_LANE`` on them. A goal that is nearer than the lanes are is driven to directly.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from maps.astar import distances
from maps.body import Body
from maps.crossings import doors_crossed, zones_touched
from maps.disc_route import find_disc_route
from maps.entry import Entry, enter
from maps.features import DoorState
from maps.geometry import Point, Pose
from maps.goals import Goal, goal_pose
from maps.lanes import Lanes
from maps.route import NoRoute, Route
from maps.route_request import RouteRequest
from maps.swept import clear_segments, tightest
from maps.world import World

__all__ = ["OFF_LANE", "find_lane_route", "lane_spots"]

FloatArray = npt.NDArray[np.float64]

OFF_LANE = 10.0
_FARTHER, _FARTHER_M = 2.0, 1.0
_SPACING_M = 0.5
_MOST_SAMPLES = 200_000
_SAME = 1e-9


def find_lane_route(request: RouteRequest) -> Route | NoRoute:
    """Find the route of a body that keeps to the lanes of a map.

    Args:
        request: What is asked; the map has lanes. A polygon is led along them where it may have any heading.

    Returns:
        The route; why there is none on the grid; or ``NO_LANE`` where only the lanes are in the way.
    """
    request = replace(request, body=request.body.outer_disc)
    world, scale = request.world, request.scale
    assert world.lanes is not None
    free = find_disc_route(request)
    if isinstance(free, NoRoute) or len(free.points) == 1:
        return free
    entry = request.enter()
    if isinstance(entry, NoRoute):
        return entry
    net = _Net.of(world, world.lanes, entry, request.needed)
    on = net.off_lane(distances(entry.free, entry.cells, entry.costs)) * scale
    off = net.off_lane(distances(entry.free, *request.goal_cells(entry.here))) * scale
    if not len(net.spots) or free.length_m <= on.min() + off.min():
        return free if len(net.spots) else _no_lane(world, request.goal)
    for away in (on, off):
        away[away > _FARTHER * away.min() + _FARTHER_M] = math.inf
    path = net.shortest(on * OFF_LANE, off * OFF_LANE)
    if path is None:
        return _no_lane(world, request.goal)
    line = [(float(x), float(y)) for x, y in net.metres[path]]
    first = find_disc_route(replace(request, goal=goal_pose(world, Pose(*line[0]))))
    last = find_disc_route(replace(request, start=Pose(*line[-1])))
    if isinstance(first, NoRoute) or isinstance(last, NoRoute):
        return first if isinstance(first, NoRoute) else last
    return _joined(world, request.body, entry, first, net.corners(path), last)


def lane_spots(
    world: World, body: Body, start: Pose, *, doors: Mapping[str, DoorState] | None = None, back: bool = False
) -> FloatArray:
    """Points along lanes, half a metre apart, that lanes lead a body to from where it stands.

    Args:
        world: The map; it has lanes.
        body: The disc that moves.
        start: Where it stands.
        doors: Door states that override the map's.
        back: The points from which lanes lead to where it stands, instead.

    Returns:
        (n, 2) metres; none where it gets onto no lane.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    assert world.lanes is not None
    entry = enter(world, body, start, doors=doors)
    nowhere = np.empty((0, 2))
    if isinstance(entry, NoRoute):
        return nowhere
    net = _Net.of(world, world.lanes, entry, body.needed_clearance_m / world.frame.resolution)
    away = net.off_lane(distances(entry.free, entry.cells, entry.costs)) * world.frame.resolution
    if not len(away) or not np.isfinite(away.min()):
        return nowhere
    count, near = len(away), np.flatnonzero(away <= _FARTHER * away.min() + _FARTHER_M)
    a, b = net.links.T[::-1] if back else net.links.T
    rows, cols = np.concatenate((a, np.full(len(near), count))), np.concatenate((b, near))
    graph: Any = csr_array((np.ones(len(rows)), (rows, cols)), shape=(count + 1, count + 1))
    order = np.asarray(breadth_first_order(graph, count, return_predecessors=False))
    return np.asarray(net.metres[order[order < count]])


def _no_lane(world: World, goal: Goal) -> NoRoute:
    where = goal.exact.point if goal.exact is not None else world.frame.centre(*goal.cells[int(goal.costs.argmin())].tolist())
    return NoRoute(code="NO_LANE", where=where)


class _Net:
    """The lanes that the body fits along, as points half a metre apart.

    Attributes:
        spots: (N, 2) points in cells.
        metres: (N, 2) the same in the map frame.
        joints: (N,) whether a point is the end of a lane.
        links: (M, 2) from point to point in the lanes' direction.
    """

    def __init__(self, world: World, spots: FloatArray, joints: npt.NDArray[np.bool_], links: npt.NDArray[np.int64]) -> None:
        self.spots, self.joints, self.links = spots, joints, links
        frame = world.frame
        self.metres = np.array([frame.to_map(x * frame.resolution, y * frame.resolution) for x, y in spots.tolist()]).reshape(-1, 2)
        self._shape = frame.shape

    @classmethod
    def of(cls, world: World, lanes: Lanes, entry: Entry, needed: float) -> "_Net":
        """Those of a world."""
        scale = world.frame.resolution
        points = world.frame.local(lanes.points)
        ends = np.array([(lane.start, lane.end) for lane in lanes.edges], dtype=np.int64).reshape(-1, 2)
        inside = np.asarray(((points >= 0) & (points < (world.frame.width, world.frame.height))).all(axis=1))
        ends = ends[inside[ends].all(axis=1) & (ends[:, 0] != ends[:, 1])]
        ends = np.unique(ends, axis=0)  # a sparse graph adds up what is given twice
        if len(ends):
            clear = clear_segments(entry.here.blocked, entry.here.clearance, points[ends[:, 0]], points[ends[:, 1]], needed, scale)
            ends = ends[clear]
        used = np.unique(ends)
        number = np.full(len(points), -1, dtype=np.int64)
        number[used] = np.arange(len(used))
        lengths = np.hypot(*(points[ends[:, 1]] - points[ends[:, 0]]).T) * scale
        spacing = max(_SPACING_M, float(lengths.sum()) / _MOST_SAMPLES)
        spots, links, count = [points[used]], [], len(used)
        for (a, b), length in zip(ends.tolist(), lengths.tolist(), strict=True):
            parts = max(1, math.ceil(length / spacing))
            between = np.arange(count, count + parts - 1)
            count += parts - 1
            spots.append(points[a] + (points[b] - points[a]) * (np.arange(1, parts) / parts)[:, None])
            chain = np.concatenate(([number[a]], between, [number[b]]))
            links.append(np.stack((chain[:-1], chain[1:]), axis=1))
        joints = np.zeros(count, dtype=bool)
        joints[: len(used)] = True
        return cls(world, np.concatenate(spots), joints, np.concatenate(links) if links else np.empty((0, 2), np.int64))

    def off_lane(self, field: FloatArray) -> FloatArray:
        """What a field of distances (H, W), cells, is at the points: by the nearest of the cells around each."""
        best = np.full(len(self.spots), math.inf)
        at = np.floor(self.spots).astype(np.int64)
        for dr in (-1, 0, 1):
            for dc in (-1, 0, 1):
                rows = np.clip(at[:, 1] + dr, 0, self._shape[0] - 1)
                cols = np.clip(at[:, 0] + dc, 0, self._shape[1] - 1)
                away = np.hypot(self.spots[:, 0] - cols - 0.5, self.spots[:, 1] - rows - 0.5)
                best = np.minimum(best, np.maximum(0.0, field[rows, cols] - away))
        return best

    def shortest(self, on: FloatArray, off: FloatArray) -> list[int] | None:
        """The points of the cheapest way from wherever ``on`` says to wherever ``off`` says, metres."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        count = len(self.spots)
        a, b = self.links.T
        lengths = np.hypot(*(self.metres[b] - self.metres[a]).T)
        may_start, may_end = np.flatnonzero(np.isfinite(on)), np.flatnonzero(np.isfinite(off))
        rows = np.concatenate((a, np.full(len(may_start), count), may_end))
        cols = np.concatenate((b, may_start, np.full(len(may_end), count + 1)))
        costs = np.concatenate((lengths, on[may_start], off[may_end])) + _SAME  # a zero would be no edge
        graph: Any = csr_array((costs, (rows, cols)), shape=(count + 2, count + 2))
        search: Any = dijkstra
        length, before = search(graph, indices=count, return_predecessors=True)
        if not math.isfinite(length[count + 1]):
            return None
        path = [int(before[count + 1])]
        while (previous := int(before[path[-1]])) != count:
            path.append(previous)
        return path[::-1]

    def corners(self, path: list[int]) -> list[Point]:
        """The ends of the path and the ends of lanes on it."""
        kept = [index for place, index in enumerate(path) if self.joints[index] or place in (0, len(path) - 1)]
        return [(float(x), float(y)) for x, y in self.metres[kept]]


def _joined(world: World, body: Body, entry: Entry, first: Route, line: list[Point], last: Route) -> Route:
    points: list[Point] = []
    for point in (*first.points, *line, *last.points):
        if not points or math.dist(points[-1], point) > 1e-6:
            points.append(point)
    scale = world.frame.resolution
    tight = tightest(entry.here.blocked, entry.here.clearance, world.frame.local(line), scale)
    needed, found = body.needed_clearance_m, tight.clearance * scale
    found = needed if needed - 1e-9 <= found < needed else found
    spots = [(first.clearance_m, first.clearance_at), (last.clearance_m, last.clearance_at)]
    spots.append((found, world.frame.to_map(tight.x * scale, tight.y * scale)))
    clearance, where = min(spots, key=lambda spot: spot[0])
    length = math.fsum(math.dist(a, b) for a, b in pairwise(points))
    return replace(
        last,
        points=tuple(points),
        length_m=length,
        grid_length_m=max(length, first.grid_length_m + last.grid_length_m),
        clearance_m=clearance,
        clearance_at=where,
        doors=doors_crossed(world, points),
        zones=zones_touched(world, points, body.radius_m),
    )
