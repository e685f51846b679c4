"""Laden: the robot's body with what it carries, as verifier, runtime, simulation and a skill that drives by itself all see it."""

from collections.abc import Iterable
from dataclasses import replace

from maps import Body, Thing, World
from maps.footprint.shape import FootprintInvalid

__all__ = ["laden", "with_load"]


def laden(body: Body, carrying: Iterable[str], world: World) -> Body:
    """The body with a load, larger where what it carries sticks out.

    Args:
        body: The empty body.
        carrying: Names of what is, or may be, carried. A thing that the map does not have takes no room, nor does one whose size
            makes no sense: the verifier refuses to carry that.
        world: Knows the things' sizes.

    Returns:
        The empty body itself where no load sticks out.
    """
    return with_load(body, (world.things[name] for name in carrying if name in world.things))


def with_load(body: Body, things: Iterable[Thing]) -> Body:
    """The same, told what is carried by the things themselves: a robot's own load stands on no map."""
    sized, widest = [], body.radius_m
    for thing in things:
        try:
            widest = max(widest, body.carrying((thing,)).radius_m)
        except FootprintInvalid:
            continue
        sized.append(thing)
    try:
        return body.carrying(sized)
    except FootprintInvalid:  # each has a sensible size, all together are too wide for a footprint
        return replace(body, footprint=(), radius_m=widest)
