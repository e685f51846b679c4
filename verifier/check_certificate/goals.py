"""Goals: where a leg may end, as points that can be tested; and whether a goal is what the map's files say it is."""

from collections.abc import Iterator

import numpy as np
import shapely

from .document import Goal
from .frame import Array, Frame
from .obstacles import Obstacles
from .saved_map import SavedMap

__all__ = ["ends_at", "goal_points", "misnamed", "names_unknown", "standable"]

_SAME = 1e-6
"""Metres: two numbers nearer than this are the same."""


def goal_points(goal: Goal, frame: Frame) -> Array:
    """(N, 2) the points, in cells, at which a goal is reached: the pose, or the centres of its cells.

    Raises:
        ValueError: An outline is no simple ring.
    """
    if goal.kind == "pose":
        return frame.cells([goal.pose[:2]])
    if goal.kind == "reach":
        made = [(first + k + 0.5, row + 0.5) for row, first, count in goal.cells for k in range(count)]
        return np.array(made, dtype=np.float64).reshape(-1, 2)
    ring = frame.cells(goal.outline)
    if len(ring) < 3 or not (shape := shapely.Polygon(ring)).is_valid:
        raise ValueError("the goal's outline is no simple ring")
    low = np.maximum(np.floor(ring.min(axis=0)), 0).astype(np.int64)
    high = np.minimum(np.ceil(ring.max(axis=0)), (frame.width, frame.height)).astype(np.int64)
    if (high <= low).any():
        return np.empty((0, 2))
    x, y = np.meshgrid(np.arange(low[0], high[0]) + 0.5, np.arange(low[1], high[1]) + 0.5)
    shapely.prepare(shape)
    inside = shapely.contains_xy(shape, x.ravel(), y.ravel())
    return np.stack((x.ravel()[inside], y.ravel()[inside]), axis=1)


def standable(points: Array, obstacles: Obstacles, needed: float) -> Array:
    """Those of the points at which a body that needs so many cells of clearance can stand."""
    return np.asarray(points[obstacles.points(points) >= needed - 1e-7]) if len(points) else points


def ends_at(goal: Goal, frame: Frame, end: tuple[float, float], yaw: float | None, *, turned: bool) -> Iterator[str]:
    """What is wrong with an end as the end of a leg to this goal; ``turned`` is a body that ends as it came."""
    if goal.kind == "pose":
        if np.hypot(end[0] - goal.pose[0], end[1] - goal.pose[1]) > _SAME:
            yield f"it ends at ({end[0]:.3f}, {end[1]:.3f}), not at the pose that was asked for"
        if yaw is None or abs((yaw - goal.pose[2] + np.pi) % (2 * np.pi) - np.pi) > _SAME:
            yield "it does not end with the heading that was asked for"
        return
    cell = np.floor(frame.cells([end])) + 0.5
    if goal.kind == "region":
        ring = shapely.Polygon(frame.cells(goal.outline))
        if not shapely.intersects(ring, shapely.points([cell[0], frame.cells([end])[0]])).any():
            yield "it does not end in the region that was asked for"
        if yaw is not None and not turned:
            yield "it ends with a heading that nobody asked for"
        return
    centres = goal_points(goal, frame)
    if not len(centres) or not (np.abs(centres - cell).max(axis=1) < 1e-9).any():
        yield "it does not end in one of the goal's cells"
    middle = np.mean(goal.at, axis=0)
    away = float(np.hypot(*(middle - end)))
    if not turned and away > _SAME and (yaw is None or _turn(yaw, middle, end) > _SAME / min(away, 1.0)):
        yield "it does not end facing its goal"


def misnamed(goal: Goal, saved: SavedMap) -> Iterator[str]:
    """What is wrong with the goal itself: it is not where the map's files have it, or its cells are not within reach."""
    name = goal.subject
    if goal.kind == "region" and name in saved.outlines and not _same(saved.outlines[name], goal.outline):
        yield f"the outline of {name!r} is not that of the map's files"
    if goal.kind == "pose" and name in saved.poses and not _same([saved.poses[name]], [goal.pose]):
        yield f"the pose of {name!r} is not that of the map's files"
    if goal.kind != "reach":
        return
    if not 1 <= len(goal.at) <= 2 or not 0 < goal.reach_m < 1000:
        yield "a goal within reach needs a point or a segment, and a reach"
        return
    if name in saved.doors and len(goal.at) == 2 and not _same(saved.doors[name][0], goal.at):
        yield f"the door {name!r} is not where the map's files have it"
    centres = goal_points(goal, saved.frame)
    if len(centres) and not saved.frame.inside(centres).all():
        yield "a cell of the goal lies outside the map"
    target = saved.frame.cells([goal.at[0], goal.at[-1]])
    shape = shapely.Point(target[0]) if len(goal.at) == 1 else shapely.LineString(target)
    if len(centres) and shapely.distance(shape, shapely.points(centres)).max() * saved.frame.resolution > goal.reach_m + _SAME:
        yield f"a cell of the goal is farther than {goal.reach_m:g} m from it"


def names_unknown(goal: Goal, saved: SavedMap) -> Iterator[str]:
    """What a confirmed leg takes on trust about its goal."""
    name = goal.subject
    if goal.kind == "region" and name not in saved.outlines:
        yield f"the outline of {name!r} is the certificate's own: the map's files do not name it"
    if goal.kind == "reach" and len(goal.at) == 1:
        if name not in saved.things or not _same([saved.things[name]], goal.at):
            yield f"that {name!r} stands at ({goal.at[0][0]:.2f}, {goal.at[0][1]:.2f})"


def _same(a: object, b: object) -> bool:
    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    return first.shape == second.shape and bool((np.abs(first - second) <= _SAME).all())


def _turn(yaw: float, target: Array, at: tuple[float, float]) -> float:
    wanted = np.arctan2(target[1] - at[1], target[0] - at[0])
    return float(abs((yaw - wanted + np.pi) % (2 * np.pi) - np.pi))
