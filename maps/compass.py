"""Compass: positions in words, for sentences that people and small models read. North is +y of the map frame, east is +x."""

import math

from maps.geometry import Point, distance
from maps.world import World

__all__ = ["compass", "in_words"]

_WINDS = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")
_NEAR_M = 5.0


def compass(a: Point, b: Point) -> str:
    """Which way b lies from a, one of eight winds; empty where they are the same point."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    if math.hypot(dx, dy) < 1e-9:
        return ""
    return _WINDS[round(math.atan2(dy, dx) / (math.pi / 4)) % 8]


def in_words(world: World, point: Point) -> str:
    """Where a point is: the place that holds it, and how far and which way from the nearest door or thing within 5 m.

    Args:
        world: The map.
        point: Metres, map frame.

    Returns:
        For example ``in 'hall', 0.4 m west of 'lab door'``; empty where nothing with a name is near.
    """
    parts = []
    place = world.place_at(point)
    if place is not None:
        parts.append(f"in {place.name!r}")
    marks = [(((a[0] + b[0]) / 2, (a[1] + b[1]) / 2), door.name) for door in world.doors.values() for a, b in [door.segment]]
    marks += [(thing.position, thing.name) for thing in world.things.values()]
    if not marks:
        return ", ".join(parts)
    spot, name = min(marks, key=lambda mark: (distance(mark[0], point), mark[1]))
    away = distance(spot, point)
    if away <= _NEAR_M:
        way = compass(spot, point)
        parts.append(f"{away:.1f} m {way} of {name!r}" if away >= 0.05 and way else f"at {name!r}")
    return ", ".join(parts)
