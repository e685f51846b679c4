"""Things: positions outside the map or outside the place that they are said to be in, and numbers that are none."""

from collections.abc import Iterator

from maps.arm_reach import HEIGHT
from maps.checks.issue import MapIssue
from maps.checks.look import Look
from maps.checks.shapes import to_ring
from maps.features import Place, Thing
from maps.geometry import distance
from maps.plain_text import short
from maps.polygon import contains

__all__ = ["check_things"]

NEAR_M = 1.0
"""How far outside its place a thing may stand (on a wall, on a shelf), metres."""

NEAR_POINT_M = 2.0
"""How far from a point place a thing may stand, metres."""


NUMBERS = {
    "weight_kg": "its weight counts as nothing",
    "friction": "its grip is not judged",
    HEIGHT: "its height counts as unknown",
}
"""Attributes that plans are judged by, and what becomes of one that is no number."""


def check_things(look: Look) -> Iterator[MapIssue]:
    """Find things that are not where they say, and those whose weight, friction or height is written as a text."""
    world = look.world
    for thing in world.things.values():
        yield from _numbers(thing)
        if not world.frame.contains(thing.position):
            yield MapIssue(
                code="THING_OUTSIDE", severity="error", subject=thing.name, where=thing.position,
                sentence=f"the thing {thing.name!r} lies outside the map",
                fix="correct its position",
            )  # fmt: skip
        elif (place := world.places.get(thing.place or "")) is not None and not _is_at(thing, place):
            found = world.place_at(thing.position)
            fix = f'write "place": {found.name!r}, or move it' if found else "correct its place or its position"
            yield MapIssue(
                code="THING_ELSEWHERE", severity="warning", subject=thing.name, where=thing.position,
                sentence=f"the thing {thing.name!r} says it is in {thing.place!r}, but its position is not",
                fix=fix,
            )  # fmt: skip
        elif thing.place is not None and thing.place not in world.places:
            yield MapIssue(
                code="THING_PLACE_UNKNOWN", severity="warning", subject=thing.name, where=thing.position,
                sentence=f"the thing {thing.name!r} says it is in {thing.place!r}, which is no place on this map",
                fix="correct the name",
            )  # fmt: skip


def _numbers(thing: Thing) -> Iterator[MapIssue]:
    for key, so in NUMBERS.items():
        value = thing.attributes.get(key, 0.0)
        if isinstance(value, bool | str) or (value < 0 and key != HEIGHT):
            yield MapIssue(
                code="THING_NUMBER", severity="warning", subject=thing.name, where=thing.position,
                sentence=f"the thing {thing.name!r} has {key} {short(value)}, which is not a number that it can be: {so}",
                fix=f"write the bare number, e.g. {key}: 0.5",
            )  # fmt: skip


def _is_at(thing: Thing, place: Place) -> bool:
    if not place.outline:
        return distance(thing.position, place.centre) <= NEAR_POINT_M
    return contains(place.outline, thing.position) or to_ring(place.outline, thing.position) <= NEAR_M
