"""Doorways: straight drives through what is too narrow to turn in, where boxes alone do not settle whether a body fits.

A body that all but fills a doorway passes it in one heading only, along its middle. That one drive is looked for here and swept
exactly; boxes of positions and headings would have to become very small to hold it.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from maps.disc_route import find_disc_route
from maps.entry import position
from maps.footprint.decide import Configuration
from maps.footprint.drive import Stop, drivable
from maps.footprint.obstacles import near
from maps.footprint.sweep import Sweeper
from maps.geometry import Point, Pose, wrap_angle
from maps.goals import goal_pose
from maps.route import Route
from maps.route_request import RouteRequest
from maps.routing import can_reach

__all__ = ["Doorways"]

FloatArray = npt.NDArray[np.float64]

MOST_DOORWAYS = 20
_STEP = 0.5
_CENTRINGS = 4
_OPPOSITE = 0.5
"""Cosine: so far to the side of straight across may the other jamb lie."""


@dataclass(frozen=True, slots=True, eq=False)
class Doorways:
    """What ways through doorways are looked for in.

    Attributes:
        request: What is asked; the body's footprint is a polygon.
        sweeper: Tells what is clear for it.
        clearance: (H, W) of cell centres, cells.
    """

    request: RouteRequest
    sweeper: Sweeper
    clearance: FloatArray

    def stops(self, at: Stop, goals: Sequence[Configuration]) -> list[Stop] | None:
        """Drives with a straight one through every tight place on the way of a disc as wide as the body, or of one in it.

        Args:
            at: Where the body stands, or where it is once it has left a cramped start, in cells.
            goals: The configurations at the goal that fit, best first.

        Returns:
            Stops, each drive and turn between them swept; None where none were found, which proves nothing.
        """
        body = self.request.body
        sides = [y for _, y in body.footprint]
        for radius in dict.fromkeys((max((max(sides) - min(sides)) / 2, body.inscribed_m), body.inscribed_m)):
            points = _points(replace(self.request, body=replace(body.inner_disc, radius_m=radius)))
            if not points:
                continue
            way = np.concatenate(([at[:2]], self.request.world.frame.local(points)))
            end = min(goals, key=lambda spot: math.dist(spot[:2], way[-1]))
            way[-1] = end[:2]
            found = self._through(way, at, end)
            stops = None if found is None else drivable(self.sweeper, found)
            if stops is not None:
                return stops
        return None

    def _through(self, way: FloatArray, start: Stop, goal: Configuration) -> list[Configuration] | None:
        """A way (n, 2) whose tight stretches are straight drives that were swept; the rest is for ``drivable`` to judge."""
        shape = self.sweeper.shape
        spots = _spots(way)
        height, width = self.clearance.shape
        rows = np.clip(np.floor(spots[:, 1]).astype(np.int64), 0, height - 1)
        cols = np.clip(np.floor(spots[:, 0]).astype(np.int64), 0, width - 1)
        wide = shape.outer + shape.margin + math.sqrt(0.5)
        tight = np.flatnonzero(self.clearance[rows, cols] < wide)
        runs = [] if not len(tight) else np.split(tight, np.flatnonzero(np.diff(tight) > 1) + 1)
        runs = [run for run in runs if run[0] > 0 and run[-1] < len(spots) - 1]
        if len(runs) > MOST_DOORWAYS:
            return None
        found: list[Configuration] = [start]
        for run in runs:
            drive = _drive(self.sweeper, self.clearance, spots[run], wide)
            if drive is None:
                return None
            found += [*self._joined(found[-1], drive[0]), *drive]
        return [*found, *self._joined(found[-1], goal), goal]

    def _joined(self, a: Configuration, b: Configuration) -> list[Configuration]:
        """The bends of a way between two configurations on which any heading fits."""
        request, world = self.request, self.request.world
        here, there = (Pose(*position(world, np.array(spot[:2]))) for spot in (a, b))
        bends = _points(replace(request, body=request.body.outer_disc, start=here, goal=goal_pose(world, there)))[:-1]
        return [(x, y, None) for x, y in world.frame.local(bends).tolist()] if bends else []


def _points(request: RouteRequest) -> list[Point]:
    """Where a disc drives to; nothing where it cannot, which is not explained here."""
    asked = request.world, request.body, request.start, request.goal
    if not can_reach(*asked, unknown=request.unknown, doors=request.doors):
        return []
    found = find_disc_route(request, why=False)
    return list(found.points[1:]) if isinstance(found, Route) else []


def _spots(way: FloatArray) -> FloatArray:
    """Points along a way, half a cell apart at most."""
    steps = np.maximum(1, np.ceil(np.hypot(*np.diff(way, axis=0).T) / _STEP)).astype(np.int64)
    parts = [np.linspace(a, b, count, endpoint=False) for a, b, count in zip(way[:-1], way[1:], steps.tolist(), strict=True)]
    return np.concatenate((*parts, way[-1:]))


def _drive(sweeper: Sweeper, clearance: FloatArray, run: FloatArray, wide: float) -> tuple[Stop, Stop] | None:
    """A straight drive along the middle of a tight stretch, from where there is room for any heading to where there is again."""
    shape = sweeper.shape
    sides = [y for part in shape.parts for _, y in part]
    aside = -(min(sides) + max(sides)) / 2
    reach = len(run) * _STEP + 4 * (shape.outer + shape.margin)
    for x, y, yaw in _middles(sweeper, run):
        for heading in (yaw, yaw + math.pi):
            at = np.array((x - aside * math.sin(heading), y + aside * math.cos(heading)))
            way = np.array((math.cos(yaw), math.sin(yaw)))
            ends = [_roomy(clearance, at, sign * way, reach, wide) for sign in (-1.0, 1.0)]
            if ends[0] is None or ends[1] is None:
                continue
            (ax, ay), (bx, by) = ends[0].tolist(), ends[1].tolist()
            if sweeper.clear(sweeper.straight(ax, ay, bx, by, heading)):
                return (ax, ay, wrap_angle(heading)), (bx, by, wrap_angle(heading))
    return None


def _middles(sweeper: Sweeper, run: FloatArray) -> Iterator[tuple[float, float, float]]:
    """Where the middle of a stretch's narrowest place may be, and how the way leads through there."""
    boxes = near(sweeper.boxes, run.min(axis=0), run.max(axis=0), 2 * (sweeper.shape.outer + sweeper.shape.margin))
    if not len(boxes):
        return
    middle = run[int(np.argmin([np.hypot(*(_nearest(boxes, spot) - spot).T).min() for spot in run]))]
    across = None
    for _ in range(_CENTRINGS):
        touched = _nearest(boxes, middle)
        away = np.hypot(*(touched - middle).T)
        one = touched[int(away.argmin())]
        if away.min() <= 0:
            return
        facing = (touched - middle) @ (middle - one) / (away * away.min())
        if not (facing >= _OPPOSITE).any():
            return
        two = touched[int(np.where(facing >= _OPPOSITE, away, np.inf).argmin())]
        middle, across = (one + two) / 2, two - one
    assert across is not None
    chord = math.atan2(*(run[-1] - run[0])[::-1].tolist())
    along = math.atan2(across[0], -across[1])
    along = along if math.cos(along - chord) >= 0 else along + math.pi
    for yaw in (along, round(along / (math.pi / 2)) * (math.pi / 2), chord):
        yield float(middle[0]), float(middle[1]), yaw


def _nearest(boxes: FloatArray, point: FloatArray) -> FloatArray:
    """(n, 2) the point of each rectangle that is nearest to a point."""
    return np.asarray(np.clip(point, boxes[:, :2], boxes[:, 2:]))


def _roomy(clearance: FloatArray, at: FloatArray, way: FloatArray, reach: float, wide: float) -> FloatArray | None:
    """The first point from here on, cell by cell, where there is room for any heading."""
    spots = at + np.arange(1, math.ceil(reach) + 1)[:, None] * way
    cols, rows = np.floor(spots).astype(np.int64).T
    inside = (rows >= 0) & (rows < clearance.shape[0]) & (cols >= 0) & (cols < clearance.shape[1])
    room = np.where(inside, clearance[np.where(inside, rows, 0), np.where(inside, cols, 0)], 0.0)
    there = np.flatnonzero(room >= wide)
    return spots[there[0]] if len(there) else None
