"""Doorways for one robot: too narrow on the map, narrower in truth than on the map, or not closed by their door."""

import math
from collections.abc import Iterator

import numpy as np

from maps.checks.issue import MapIssue
from maps.checks.look import BodyLook, value_at
from maps.checks.shapes import middle_of
from maps.features import Door
from maps.geometry import Point
from maps.grid import FREE
from maps.swept import room_at

__all__ = ["check_door_width"]

BESIDE_M = 1.5
"""So far beyond a jamb the wall is looked for, metres."""


def check_door_width(look: BodyLook) -> Iterator[MapIssue]:
    """Compare each doorway with what the robot needs.

    To pass, its centre has to cross the door's line with the needed clearance: the roomiest point of the line decides.
    """
    needed = 2 * look.needed_m
    for door in look.world.doors.values():
        width = _width(look, door)
        if width is None:
            continue  # wall or keep-out all along: told by other checks
        if width < needed - 1e-9:
            yield MapIssue(
                code="DOOR_TOO_NARROW", severity="warning", subject=door.name, where=middle_of(door), needed=round(needed, 6),
                available=round(width, 6), unit="m",
                sentence=f"the door {door.name!r} is {width:.2f} m wide, {look.body.name!r} needs {needed:.2f} m",
                fix="use a smaller robot or margin; routes through this door will be refused",
            )  # fmt: skip
        elif door.width_m is not None and door.width_m < needed - 1e-9:
            yield MapIssue(
                code="DOOR_TOO_WIDE_ON_MAP", severity="warning", subject=door.name, where=middle_of(door), needed=round(needed, 6),
                available=door.width_m, unit="m",
                sentence=f"the door {door.name!r} says it is {door.width_m:.2f} m wide, and {look.body.name!r} needs "
                f"{needed:.2f} m; but the map leaves more room there, so routes will lead through it",
                fix="draw its jambs into the map's image, or correct width_m",
            )  # fmt: skip
        else:
            yield from _beside(look, door, needed)


def _width(look: BodyLook, door: Door) -> float | None:
    """Twice the most room that any point of the door's line has, from above, metres; None where there is none at all."""
    scale = look.world.frame.resolution
    (x0, y0), (x1, y1) = door.segment
    count = max(2, math.ceil(4 * math.dist(*door.segment) / scale) + 1)
    share = np.linspace(0.0, 1.0, count)[:, None]
    points = np.array([x0, y0]) + share * np.array([x1 - x0, y1 - y0])
    most = (look.needed_m + scale) / scale
    room = room_at(look.layers.blocked, look.layers.clearance, look.world.frame.local(points), most, scale) * scale
    if room.max() <= 0:
        return None
    # Between two points the room is at most half their distance larger; doors not wide enough even so are named, and no others.
    slack = math.dist(*door.segment) / (count - 1) / 2
    return float(2 * room.max()) if 2 * (room.max() + slack) < 2 * look.needed_m else 2 * look.needed_m


def _beside(look: BodyLook, door: Door, needed: float) -> Iterator[MapIssue]:
    """Room between a jamb and the wall, through which the robot passes when the door is shut."""
    a, b = door.segment
    for jamb, other in ((a, b), (b, a)):
        gap, end = _gap(look, jamb, other, door.name)
        if gap >= needed:
            shown = f"{gap:.2f} m" if gap < BESIDE_M else f"more than {BESIDE_M:g} m"
            yield MapIssue(
                code="DOOR_LEAKS", severity="warning", subject=door.name, where=end, needed=0.0, available=round(gap, 3), unit="m",
                sentence=f"the door {door.name!r}, shut, leaves {shown} free beside it at ({jamb[0]:.2f}, {jamb[1]:.2f}), and "
                f"{look.body.name!r} passes through {needed:.2f} m",
                fix="draw the door from jamb to jamb, or the missing wall into the map's image",
            )  # fmt: skip


def _gap(look: BodyLook, jamb: Point, other: Point, name: str) -> tuple[float, Point]:
    """How far a door's line runs on freely beyond a jamb, metres, at most ``BESIDE_M``; and the middle of that stretch."""
    world = look.world
    length = math.dist(jamb, other)
    dx, dy = (jamb[0] - other[0]) / length, (jamb[1] - other[1]) / length
    step = world.frame.resolution / 2
    lines = [found.segment for found in world.doors.values() if found.name != name]
    gap = 0.0
    while gap < BESIDE_M:
        at = (jamb[0] + gap * dx, jamb[1] + gap * dy)
        if value_at(world, at) != FREE or any(min(math.dist(at, end) for end in line) <= 2 * step for line in lines):
            break
        gap += step
    return min(gap, BESIDE_M), (jamb[0] + gap / 2 * dx, jamb[1] + gap / 2 * dy)
