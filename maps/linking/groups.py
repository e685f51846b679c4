"""Groups: words for all the places or doors of a map, "every room", "all the doors", 所有房间, as one mention of each of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from maps.linking.mention import Candidate, Linked, Mention

if TYPE_CHECKING:
    from maps.world import World

__all__ = ["group_mentions"]

_ALL = (
    r"(?:every(?:\s+single)?|each(?:\s+of\s+the)?|all(?:\s+of)?(?:\s+(?:the|these|those|our|your))?|both"
    r"|the\s+(?:other|remaining|rest\s+of\s+the)|any\s+of\s+the)"
)
_PLACES = re.compile(
    rf"\b{_ALL}\s+(?:\w+\s+)?(?P<noun>rooms?|places?|locations?|areas?|spaces?|stations?|stops?)\b"
    r"|(?:所有|每个|每一个|每间|全部|各个|各)(?:的)?(?P<han>房间|地方|地点|区域|屋子|位置)",
    re.IGNORECASE,
)
_DOORS = re.compile(
    rf"\b(?:{_ALL}|the\s+\w+|an?)\s+(?:\w+\s+)?(?<!next\s)(?P<noun>doors?|gates?)\b|(?:所有|每个|每一个|每扇|全部|各扇|各个|其他|其它|其余|别|剩下)(?:的)?(?P<han>门)",
    re.IGNORECASE,
)
_AT_EACH = re.compile(r"(?:\b(?:at|in)\s+|在)$", re.IGNORECASE)
_NO_ROOMS = frozenset({"dock", "corridor", "hallway", "passage", "lift", "aisle", "zone"})
"""Kinds of places that are not meant by "every room"."""


def group_mentions(linked: Linked, world: World, limit: int) -> Linked:
    """A text's mentions, and one for each word that means all places or all doors.

    Args:
        linked: The text with the mentions that its names make; what they cover stays theirs.
        world: The map.
        limit: So many candidates more than the text has may be added; a group that has more is left out.
    """
    named = set(linked.candidates)
    found: list[Mention] = []
    for pattern, group in ((_PLACES, _rooms(world)), (_DOORS, tuple(Candidate("door", name) for name in world.doors))):
        for match in pattern.finditer(linked.text):
            part = "noun" if match["noun"] else "han"
            if pattern is _PLACES and _of_those_named(linked, match):
                continue
            start, end = match.span(part)
            before = next((m for m in linked.mentions if m.end <= start and linked.text[m.end : start].isspace()), None)
            if part == "noun" and before is not None and set(before.candidates) <= set(group):  # "each ward room" is each ward
                wider = replace(before, end=end, plural=match["noun"][-1:].lower() == "s")
                linked = replace(linked, mentions=tuple(wider if m is before else m for m in linked.mentions))
                continue
            if not group or any(m.start < end and start < m.end for m in (*linked.mentions, *found)):
                continue
            new = [candidate for candidate in group if candidate not in named]
            if len(new) > limit:
                continue
            limit -= len(new)
            named.update(new)
            plural = part == "noun" and match["noun"][-1:].lower() == "s"
            found.append(Mention(start, end, group, plural, loose=True))
    return replace(linked, mentions=tuple(sorted((*linked.mentions, *found), key=lambda mention: mention.start)))


def _of_those_named(linked: Linked, match: re.Match[str]) -> bool:
    """Whether "each stop" means the places that the text has listed: "go to the gate and the yard, wait a minute at each stop"."""
    before = [m for m in linked.mentions if m.end <= match.start() and all(c.type == "place" for c in m.candidates)]
    listed = len(before) > 1 or any(mention.each for mention in before)
    return listed and _AT_EACH.search(linked.text, 0, match.start()) is not None


def _rooms(world: World) -> tuple[Candidate, ...]:
    """The places that people call rooms: with an outline, no docks and no ways; all with an outline where there are no others."""
    outlined = [place for place in world.places.values() if place.outline and not place.is_dock]
    rooms = [place for place in outlined if place.kind.casefold() not in _NO_ROOMS]
    return tuple(Candidate("place", place.name) for place in rooms or outlined)
