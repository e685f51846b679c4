"""Laden: the robot's body with what it carries, as the verifier, the runtime and a skill that drives by itself all see it."""

from collections.abc import Iterable
from dataclasses import replace

from maps import Body, World
from maps.footprint.shape import FootprintInvalid

__all__ = ["laden"]


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
    things, widest = [], body.radius_m
    for name in carrying:
        thing = world.things.get(name)
        if thing is None:
            continue
        try:
            widest = max(widest, body.carrying((thing,)).radius_m)
        except FootprintInvalid:
            continue
        things.append(thing)
    try:
        return body.carrying(things)
    except FootprintInvalid:  # each has a sensible size, all together are too wide for a footprint
        return replace(body, footprint=(), radius_m=widest)
