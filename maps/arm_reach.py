"""Arm's reach: how near a body must come to a thing, told in three dimensions where the map knows how high the thing stands.

What a gripper that points down gets at is a ball around a point above the body's centre, cut off at a height.
"""

import math
from dataclasses import replace
from types import MappingProxyType

from maps.body import Body
from maps.features import Thing, Value
from maps.geometry import Point

__all__ = ["HANDLED_M", "HEIGHT", "described", "height_of", "moved_to", "reach_at", "reach_to"]

HEIGHT = "z_m"
"""The attribute that says how high above the floor is what a thing stands on, metres."""
HANDLED_M = 0.15
"""What is handled is approached from so far above, and lifted so far, metres."""


def height_of(thing: Thing) -> float | None:
    """How high above the floor is what a thing stands on, metres; None where the map does not know it."""
    value = thing.attributes.get(HEIGHT)
    known = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if known and isinstance(value, int | float) else None


def described(thing: Thing) -> dict[str, Value]:
    """What is known of a thing itself: its attributes without its height, which like its position says where it stands."""
    return {key: value for key, value in thing.attributes.items() if key != HEIGHT}


def reach_at(body: Body, height: float) -> float:
    """How far from the body's centre, along the floor, its gripper gets at a height above the floor, metres; 0 for nowhere."""
    if body.arm_m == 0.0:
        return body.reach_m
    rise = height - body.arm_z_m
    if height > body.arm_top_m or abs(rise) >= body.arm_m:
        return 0.0
    return min(body.reach_m, math.sqrt(body.arm_m**2 - rise**2))


def reach_to(body: Body, thing: Thing) -> float:
    """How near, along the floor, the body's centre must come to a thing so that the thing is within reach, metres.

    Args:
        body: Whose arm it is.
        thing: Its own ``reach_m`` outranks the arm. Of one without a known height nothing is claimed but ``body.reach_m``.

    Returns:
        0 where the arm does not get at the thing from anywhere.
    """
    if thing.reach_m is not None:
        return thing.reach_m
    height = height_of(thing)
    if height is None:
        return body.reach_m
    return min(reach_at(body, height), reach_at(body, height + HANDLED_M))


def moved_to(thing: Thing, position: Point, place: str | None, onto: Thing | None = None) -> Thing:
    """A thing somewhere else: as high as what it was put onto, or at a height that nobody knows."""
    kept = described(thing)
    height = None if onto is None else height_of(onto)
    if height is not None:
        kept[HEIGHT] = height
    return replace(thing, position=position, place=place, attributes=MappingProxyType(kept))
