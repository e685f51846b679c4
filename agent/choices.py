"""Choices: what a map knows of the things, places and doors that an operator is to choose from, for answers in other words."""

from collections.abc import Iterator, Sequence

from maps import World
from maps.arm_reach import described

__all__ = ["told_of"]

_LONGEST = 300
"""So many characters of what is told of a choice are kept."""


def told_of(world: World, choices: Sequence[str]) -> tuple[str, ...]:
    """What is known of each choice beside its name, in words: aliases, kind, colour and the like, and where it is.

    Args:
        world: The map.
        choices: Names; one that is none of the map's is told nothing of.
    """
    return tuple("; ".join(_told(world, name))[:_LONGEST] for name in choices)


def _told(world: World, name: str) -> Iterator[str]:
    thing, place, door = world.things.get(name), world.places.get(name), world.doors.get(name)
    if thing is not None:
        yield from (*thing.aliases, thing.kind, thing.state or "", thing.place or "")
        yield from (str(value) for value in described(thing).values() if not isinstance(value, float))
    elif place is not None:
        yield from (*place.aliases, place.kind)
    elif door is not None:
        yield from (*door.aliases, door.state, *(door.between or ()))
