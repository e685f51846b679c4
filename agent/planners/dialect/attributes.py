"""Attributes: what the map knows of the mentioned things and doors in the mission's own words: "the red one", "the open door"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from maps.arm_reach import described
from maps.linking.stems import CJK, stems

if TYPE_CHECKING:
    from agent.planners.planner import Brief
    from agent.planners.pointers import Referent
    from maps.linking import Linked

__all__ = ["attributes"]

MOST = 4
"""So many attributes of one feature are told at most."""


def attributes(linked: Linked, table: Mapping[str, Referent], brief: Brief) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Pointers with the words that are true of them.

    A door's state is always told. Of things and places that are one of several candidates, those words are told that the
    mission says outside of its mentions.

    Args:
        linked: The mission with its mentions.
        table: What each pointer stands for.
        brief: The world, and the doors as the robot sees them.
    """
    text, at, said = linked.text, 0, ""
    for mention in linked.mentions:
        said += text[at : mention.start] + " "
        at = mention.end
    said += text[at:]
    words = frozenset(stems(said))
    several = {(c.type, c.name) for mention in linked.mentions if len(mention.candidates) > 1 for c in mention.candidates}
    doors = dict(brief.state.doors)
    for pointer, referent in table.items():
        found: tuple[str, ...] = ()
        if referent.type == "door" and (door := brief.world.doors.get(referent.name)) is not None:
            found = (doors.get(referent.name, door.state),)
        elif (referent.type, referent.name) in several:
            values = _values(referent, brief)
            found = tuple(dict.fromkeys(word for value in values for word in _shared(value, words, said)))[:MOST]
        if found:
            yield pointer, found


def _values(referent: Referent, brief: Brief) -> Iterator[str]:
    if referent.type == "thing" and (thing := brief.world.things.get(referent.name)) is not None:
        yield from (thing.state or "", *map(str, described(thing).values()), *thing.aliases, thing.kind, thing.name)
    elif referent.type == "place" and (place := brief.world.places.get(referent.name)) is not None:
        yield from (place.kind, *place.aliases, place.name)


def _shared(value: str, words: frozenset[str], said: str) -> Iterator[str]:
    if CJK.search(value):
        if value in said:
            yield from value
        return
    for word in stems(value):
        if word in words:
            yield word
