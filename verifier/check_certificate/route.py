"""Accepted legs: the polyline goes from the start to the goal and keeps the clearance that it claims, by exact geometry."""

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import shapely

from .document import Leg
from .frame import Array
from .goals import ends_at
from .obstacles import Obstacles
from .outlines import check_moves
from .saved_map import SavedMap

__all__ = ["check_route"]

_SAME = 1e-6
"""Metres: a claimed number must be true to this."""
_MOST_CELLS = 5e6


def check_route(leg: Leg, saved: SavedMap, full: Obstacles, base: Obstacles, walls: Obstacles) -> Iterator[str]:
    """Say what is false in an accepted leg.

    The first ``leaving.segments`` of it leave a spot that is nearer to obstacles than the body needs, or lies in a keep-out: they
    must come no nearer to walls, nor to anything else but keep-outs, than the start is. All the rest keeps ``needed_m`` from
    every obstacle.

    Args:
        leg: The claim.
        saved: The map.
        full: The obstacles of the leg's layers.
        base: The same without keep-outs.
        walls: The occupied cells alone.
    """
    own, scale = leg.own, saved.frame.resolution
    points = own.points("points")
    if not points:
        yield "it has no points"
        return
    line = saved.frame.cells(points)
    if not saved.frame.inside(line).all():
        yield "it leaves the map"
        return
    if math.dist(points[0], leg.start[:2]) > _SAME:
        yield "it does not begin where the robot stands"
    straight, driven = own.numbers("length_m", 2)
    length = math.fsum(math.dist(a, b) for a, b in pairwise(points))
    if abs(driven - length) > _SAME or abs(straight - math.dist(points[0], points[-1])) > _SAME:
        yield f"it is {length:.6f} m long and {math.dist(points[0], points[-1]):.6f} m from end to end, not as claimed"
    if length / scale > _MOST_CELLS:
        yield "it is longer than this program checks"
        return
    turned = "headings" in own
    if turned != ("body_clearance_m" in own) or (turned and not leg.body.footprint) or (leg.method == "hulls") != turned:
        yield "its headings, the clearance of its body and its method do not go together"
        return
    if turned:
        yield from check_moves(leg, saved.frame, line, full, base)
        yield from _tightest(leg, line, saved, [full.segments(*_ends(line))], [full])
    else:
        yield from _clearances(leg, line, saved, full, base)
        if "leaving" in own:
            yield from _leaving(leg, line, scale, full, base, walls)
    if leg.goal is not None:
        yaw = own.number("end_yaw") if "end_yaw" in own else None
        yield from ends_at(leg.goal, saved.frame, points[-1], yaw, turned=turned)
    yield from _doors(leg, saved, line)


def _leaving(leg: Leg, line: Array, scale: float, full: Obstacles, base: Obstacles, walls: Obstacles) -> Iterator[str]:
    """The way out of a cramped start."""
    leaving, needed = leg.own.within("leaving", "segments room_m"), leg.body.needed_m
    head, room = leaving.count("segments"), leaving.number("room_m")
    a, b = _ends(line)
    if not 1 <= head <= len(a):
        yield "it leaves a cramped spot by more segments than it has"
        return
    found, solid = (float(part.points(line[:1])[0]) * scale for part in (base, walls))
    if abs(found - room) > _SAME:
        yield f"the robot's start has {found:.6f} m of room, not as claimed"
    if float(full.points(line[:1])[0]) * scale >= needed - 1e-8:
        yield "the robot's start is not cramped"
    for part, least in ((base, min(room, needed)), (walls, min(solid, needed))):
        nearest = float(part.segments(a[:head], b[:head]).min()) * scale
        if nearest < least - 1e-8:
            yield f"it comes within {nearest:.6f} m of an obstacle while it leaves a spot with {least:.6f} m of room"


def _clearances(leg: Leg, line: Array, saved: SavedMap, full: Obstacles, base: Obstacles) -> Iterator[str]:
    scale, needed = saved.frame.resolution, leg.body.needed_m
    a, b = _ends(line)
    head = leg.own.within("leaving", "segments room_m").count("segments") if "leaving" in leg.own else 0
    if head > len(a):
        return
    first, rest = base.segments(a[:head], b[:head]) * scale, full.segments(a[head:], b[head:]) * scale
    for index in np.flatnonzero(rest < needed - 1e-8):
        yield f"segment {head + index + 1} comes within {rest[index]:.6f} m of an obstacle, {needed:g} m are needed"
        break
    yield from _tightest(leg, line, saved, [first / scale, rest / scale], [base, full])


def _tightest(leg: Leg, line: Array, saved: SavedMap, found: list[Array], shapes: list[Obstacles]) -> Iterator[str]:
    """The clearance of the line, and where it is: parts of it one after the other, each with its obstacles."""
    scale = saved.frame.resolution
    least, claimed = float(np.concatenate(found).min()) * scale, leg.own.number("clearance_m")
    if abs(least - claimed) > _SAME:
        yield f"its clearance is {least:.6f} m, not {claimed:.6f} m"
    where = saved.frame.cells([leg.own.point("clearance_at")])
    a, b = _ends(line)
    apart = shapely.distance(shapely.Point(where[0]), shapely.linestrings(np.stack((a, b), axis=1))) * scale
    done, rooms = 0, []
    for part, obstacles in zip(found, shapes, strict=True):
        if (apart[done : done + len(part)] <= _SAME).any():
            rooms.append(float(obstacles.points(where)[0]) * scale)
        done += len(part)
    if not rooms:
        yield "the place of its clearance does not lie on it"
    elif min(abs(room - claimed) for room in rooms) > 2 * _SAME:
        yield "the place of its clearance is not where it is tightest"


def _ends(line: Array) -> tuple[Array, Array]:
    """Both ends of every segment; a lone point is a segment of no length."""
    return (line[:-1], line[1:]) if len(line) > 1 else (line, line)


def _doors(leg: Leg, saved: SavedMap, line: Array) -> Iterator[str]:
    """Doors crossed must be named and open."""
    named = leg.own.words("crosses")
    track = shapely.LineString(line) if len(line) > 1 else shapely.Point(line[0])
    for name, (segment, _) in saved.doors.items():
        shut = shapely.LineString(saved.frame.cells(segment))
        if track.crosses(shut) and name not in named:
            yield f"it crosses the door {name!r} without saying so"
        if name in named and track.distance(shut) * saved.frame.resolution > _SAME:
            yield f"it does not cross the door {name!r}"
    for name in named:
        if name not in saved.doors:
            yield f"it crosses the door {name!r}, which the map does not have"
        elif leg.layers.doors.get(name) != "open":
            yield f"it crosses the door {name!r}, which is not open"
