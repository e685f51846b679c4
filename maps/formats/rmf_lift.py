"""Lifts of Open-RMF buildings on a level: the cabin's corners, its doors, and the ways through the walls before them."""

import math

from maps.formats.rmf_file import BuildingLift
from maps.geometry import Point

__all__ = ["cabin_corners", "door_segment", "doorway_corners"]

_SILL_M = 0.2
"""How far a lift's doorway reaches through the walls on both sides."""


def cabin_corners(lift: BuildingLift) -> list[Point]:
    """Its four corners, in metres of the map."""
    w, d = lift.width / 2, lift.depth / 2
    return [_from_cabin(lift, x, y) for x, y in ((-w, -d), (w, -d), (w, d), (-w, d))]


def door_segment(lift: BuildingLift, x: float, y: float, turn: float, width: float) -> tuple[Point, Point]:
    """A door from end to end.

    Args:
        lift: Whose.
        x: Its middle from the cabin's, metres.
        y: The same.
        turn: Of the door against the cabin, rad.
        width: Metres.
    """
    dx, dy = math.cos(turn) * width / 2, math.sin(turn) * width / 2
    return _from_cabin(lift, x - dx, y - dy), _from_cabin(lift, x + dx, y + dy)


def doorway_corners(lift: BuildingLift, x: float, y: float, turn: float, width: float) -> list[Point]:
    """What is open before and behind a door; see ``door_segment``."""
    dx, dy = math.cos(turn) * width / 2, math.sin(turn) * width / 2
    nx, ny = -math.sin(turn) * _SILL_M, math.cos(turn) * _SILL_M
    corners = ((-dx - nx, -dy - ny), (dx - nx, dy - ny), (dx + nx, dy + ny), (-dx + nx, -dy + ny))
    return [_from_cabin(lift, x + u, y + v) for u, v in corners]


def _from_cabin(lift: BuildingLift, x: float, y: float) -> Point:
    cos, sin = math.cos(lift.yaw), math.sin(lift.yaw)
    return (round(lift.point[0] + cos * x - sin * y, 6), round(lift.point[1] + sin * x + cos * y, 6))
