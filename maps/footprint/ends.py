"""Ends: where the way of a polygon begins, out of a cramped place if it stands in one, and where it may end."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from maps.clearance import Layers, layers
from maps.footprint.decide import Configuration
from maps.footprint.drive import Stop
from maps.footprint.intervals import Shape
from maps.footprint.obstacles import rectangles
from maps.footprint.sweep import Sweeper
from maps.keepout import keepout_beyond
from maps.route import NoRouteCode
from maps.route_request import RouteRequest

__all__ = ["Case", "goals_of", "head_of", "to_room"]

MOST_GOALS = 3000
"""Goal cells whose fit is looked at one by one; with more, a refusal is no proof."""
ROOM = 0.1
"""Cells beyond the margin at which a start or goal counts as not touching anything."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A question for a polygon.

    Attributes:
        request: What is asked.
        shape: The body, cells.
        start: Where it stands, in cells and in the grid's own frame.
    """

    request: RouteRequest
    shape: Shape
    start: Stop


def head_of(case: Case, here: Layers) -> list[Stop] | NoRouteCode:
    """The start, and if it is cramped the stop at which it no longer is.

    Keep-outs that the body stands in may be left; all others stay closed meanwhile. START_OCCUPIED where the body overlaps
    what is there, NOT_DRIVABLE where no straight way out was found, which is no proof that there is none.
    """
    request, sweeper = case.request, Sweeper(case.shape, rectangles(here.blocked))
    if sweeper.clear(sweeper.at(*case.start)):
        return [case.start, *to_room(sweeper, case.start)]

    def stands_in(cells: npt.NDArray[np.int64]) -> bool:
        mask = np.zeros(here.blocked.shape, dtype=bool)
        mask[cells[:, 0], cells[:, 1]] = True
        return Sweeper(case.shape, rectangles(mask)[:-4]).at(*case.start) <= _ROUNDING  # without the outside

    keepout = keepout_beyond(request.world, stands_in)
    base = here if keepout is None else layers(request.world, unknown=request.unknown, doors=request.doors, keepout=keepout)
    boxes = rectangles(base.blocked)
    left = Sweeper(case.shape, boxes).at(*case.start)
    if left <= _ROUNDING:
        return "START_OCCUPIED"
    leaving = Sweeper(replace(case.shape, margin=min(left, case.shape.margin)), boxes)
    for to in _straight_on(case.shape, case.start):
        if sweeper.clear(sweeper.at(*to)) and leaving.clear(leaving.straight(*case.start[:2], *to)):
            return [case.start, to]
    return "NOT_DRIVABLE"


def to_room(sweeper: Sweeper, stop: Stop) -> list[Stop]:
    """One move, if need be, from a stop that all but touches something to one that does not; it can be driven both ways."""
    shape = sweeper.shape
    roomy = Sweeper(replace(shape, margin=shape.margin + ROOM), sweeper.boxes)
    if roomy.clear(roomy.at(*stop)):
        return []
    for to in _straight_on(shape, stop):
        if roomy.clear(roomy.at(*to)) and sweeper.clear(sweeper.straight(*stop[:2], *to)):
            return [to]
    for degrees in (3, -3, 10, -10, 30, -30, 90, -90):
        to = (stop[0], stop[1], stop[2] + math.radians(degrees))
        if roomy.clear(roomy.at(*to)) and sweeper.clear(sweeper.turn(*stop, to[2])):
            return [to]
    return []


def goals_of(case: Case, here: Layers) -> tuple[list[Configuration], bool]:
    """The configurations that count as arrived and fit, and whether they are all that do."""
    frame, shape, goal = case.request.world.frame, case.shape, case.request.goal
    sweeper = Sweeper(shape, rectangles(here.blocked))
    if goal.exact is not None:
        if not len(goal.cells):
            return [], True
        x, y = frame.local([goal.exact.point])[0].tolist()
        exact = (x, y, goal.exact.yaw - frame.origin.yaw)
        return ([exact] if sweeper.clear(sweeper.at(*exact)) else []), True
    room = here.clearance[goal.cells[:, 0], goal.cells[:, 1]] / frame.resolution
    wide = goal.cells[order := np.argsort(goal.costs, kind="stable")][room[order] >= shape.outer + shape.margin + math.sqrt(0.5)]
    tight = goal.cells[(room >= shape.inner + shape.margin - _ROUNDING) & (room < shape.outer + shape.margin + math.sqrt(0.5))]
    found: list[Configuration] = [(col + 0.5, row + 0.5, None) for row, col in wide.tolist()]
    face = None if goal.face is None else frame.local([goal.face])[0]
    for row, col in tight[:MOST_GOALS].tolist():
        x, y = col + 0.5, row + 0.5
        yaw = None if face is None else math.atan2(float(face[1]) - y, float(face[0]) - x)
        if yaw is None or sweeper.clear(sweeper.at(x, y, yaw)):
            found.append((x, y, yaw))
    return found, len(tight) <= MOST_GOALS


def _straight_on(shape: Shape, stop: Stop) -> Iterator[Stop]:
    """Stops before and behind one, in its heading, up to two bodies away."""
    x, y, yaw = stop
    for step in range(1, math.ceil(8 * (shape.outer + shape.margin)) + 1):
        for way in (step / 4, -step / 4):
            yield (x + way * math.cos(yaw), y + way * math.sin(yaw), yaw)
