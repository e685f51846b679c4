"""Rejected legs: a region that holds the start, holds no goal, and whose whole border is barred; or a start or goal with no room.

Lemma. Let P be a region of the plane that holds the start and none of the goal's points, and let every point of P's border be
nearer than L to an obstacle, the outside of the map being obstacle. Then no continuous motion from the start to the goal keeps a
clearance of L: it begins in P and ends outside of it, so that it meets the border, and there its clearance is less than L.
"""

from collections.abc import Iterator

import numpy as np
import shapely

from .document import Goal, Leg
from .frame import Array
from .goals import goal_points, standable
from .obstacles import Obstacles
from .outlines import stands
from .saved_map import SavedMap

__all__ = ["check_goal", "check_start", "check_unreachable"]

_SAME = 1e-6
"""Metres: a claimed number must be true to this."""
_MOST_CELLS = 5e6


def check_unreachable(leg: Leg, saved: SavedMap, here: Obstacles, full: Obstacles) -> Iterator[str]:
    """Say what is false in the proof that a goal cannot be reached.

    The level L is what the disc in the body needs, or the room that its start has where that is less: it may come no nearer to
    anything. A cramped polygon may come as near as it stands, which brings its disc as near as that and its own radius.

    Args:
        leg: The claim.
        saved: The map.
        here: The obstacles of the proof's layers.
        full: The same with keep-outs: what a body must keep clear of where it ends.
    """
    own, scale, needed = leg.own, saved.frame.resolution, leg.body.inner_m + leg.body.margin_m
    start = saved.frame.cells([leg.start[:2]])
    if not saved.frame.inside(start).all():
        yield "the robot does not stand on the map"
        return
    room = float(here.points(start)[0]) * scale
    level, most = own.number("level_m"), min(room, needed)
    if leg.body.footprint:
        ring = np.asarray(leg.body.footprint, dtype=np.float64) / scale
        left = stands(here, ring, start[0], leg.start[2] - saved.frame.yaw) * scale
        most = min(most, leg.body.inner_m + left)
    if abs(level - most) > _SAME or level <= 0:
        yield f"its level is not the lesser of the {needed:g} m that the body needs and the {room:.6f} m that its start has"
        return
    rings = [np.asarray(ring, dtype=np.float64).reshape(-1, 2) for ring in own.rings("region")]
    if not rings or any(len(ring) < 3 for ring in rings):
        yield "its region has no border"
        return
    if any((ring < 0).any() or (ring > (saved.frame.width, saved.frame.height)).any() for ring in rings):
        yield "its region leaves the map"
        return
    if leg.method == "cells" and any((ring != np.round(ring)).any() for ring in rings):
        yield "its region is not made of whole cells"
    region = shapely.Polygon(rings[0], rings[1:])
    if not region.is_valid or not np.isfinite(region.length) or region.length > _MOST_CELLS:
        yield "its region is no plane region with holes, or larger than this program checks"
        return
    if not region.contains(shapely.Point(start[0])):
        yield "its region does not hold the robot's start"
    a, b = np.concatenate(rings), np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    barred = here.barred(a, b, level / scale - 1e-8)
    if not barred.all():
        x, y = a[int(np.argmin(barred))]
        yield f"the border of its region is open near column {x:.0f}, row {y:.0f}"
    assert leg.goal is not None
    yield from _holds_goal(leg.goal, saved, region, full, needed / scale)
    if "gap" in own:
        yield from _gap(leg, saved, full)


def _holds_goal(goal: Goal, saved: SavedMap, region: shapely.Polygon, full: Obstacles, needed: float) -> Iterator[str]:
    points = goal_points(goal, saved.frame)
    if goal.kind == "reach" and not len(points):
        yield "it lists no cell of its goal"
    shapely.prepare(region)
    within = points[shapely.intersects_xy(region, points[:, 0], points[:, 1])] if len(points) else points
    free = standable(within, full, needed)
    if len(free):
        x, y = free[0]
        yield f"its region holds the goal: column {x:.1f}, row {y:.1f}"


def _gap(leg: Leg, saved: SavedMap, full: Obstacles) -> Iterator[str]:
    """The tightest gap must be as narrow as it says, and too narrow."""
    gap, needed = leg.own.within("gap", "where available_m needed_m"), leg.body.inner_m + leg.body.margin_m
    available = gap.number("available_m")
    found = float(full.points(saved.frame.cells([gap.point("where")]))[0]) * saved.frame.resolution
    if abs(found - available) > _SAME or available >= needed or abs(gap.number("needed_m") - needed) > _SAME:
        yield f"its gap has {found:.6f} m of clearance, not as claimed"


def check_start(leg: Leg, saved: SavedMap, walls: Obstacles) -> Iterator[str]:
    """Say what is false in the claim that the robot cannot stand where it starts: outside of the map, or in a wall."""
    at = saved.frame.cells([leg.start[:2]])
    inside = bool(saved.frame.inside(at).all())
    code = leg.own.one_of("code", "START_OUTSIDE_MAP", "START_OCCUPIED")
    available, needed = leg.own.number("available_m"), leg.own.number("needed_m")
    if (code == "START_OUTSIDE_MAP") == inside:
        yield f"the robot stands {'on' if inside else 'outside of'} the map"
        return
    room = float(walls.points(at)[0]) * saved.frame.resolution
    if leg.method == "outline":
        ring = np.asarray(leg.body.footprint, dtype=np.float64) / saved.frame.resolution
        if not leg.body.footprint or stands(walls, ring, at[0], leg.start[2] - saved.frame.yaw) > 1e-7 or available or needed:
            yield "its outline does not overlap an obstacle where it starts"
        return
    if abs(needed - leg.body.inner_m) > _SAME:
        yield "what is needed is not the radius of the disc in the body"
    if abs(room - available) > _SAME or available >= needed:
        yield f"its start has {room:.6f} m of room, not as claimed"


def check_goal(leg: Leg, saved: SavedMap, full: Obstacles) -> Iterator[str]:
    """Say what is false in the claim that no point of the goal has room for the body."""
    assert leg.goal is not None
    points = goal_points(leg.goal, saved.frame)
    if leg.goal.kind == "reach" and not len(points):
        yield "it lists no cell of its goal"
    inside: Array = points[saved.frame.inside(points)]
    room = float(full.points(inside).max()) * saved.frame.resolution if len(inside) else 0.0
    claimed = leg.own.number("room_m")
    outside = leg.own.text("code") == "GOAL_OUTSIDE_MAP"
    if outside == bool(len(inside)):
        yield f"the goal lies {'on' if len(inside) else 'outside of'} the map"
    if abs(room - claimed) > _SAME or claimed >= leg.body.inner_m + leg.body.margin_m - 1e-9:
        yield f"the goal has {room:.6f} m of room, not as claimed"
