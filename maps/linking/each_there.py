"""What is in each of several places named before: "302 to 306, check each minibar", 302到306每间里的迷你吧."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from maps.linking.clauses import sentences_between
from maps.linking.index import NameIndex
from maps.linking.mention import Candidate, Mention
from maps.linking.stems import HAN_ROOM

__all__ = ["each_there"]

_EACH = re.compile(
    r"\b(?:each|every|all(?:\s+of)?(?:\s+the|\s+their)?|their)(?:\s+(?:one|room)['\u2019]s)?\s+$"
    "|(?:每[个间]|各[个间]?)(?:房间?|屋子?|病房|教室)?(?:里面|里边|里|内)?的?$|每[个间处][\u3400-\u9fff]{1,4}的$|(?:挨个儿?|逐[个一]|一[个间]一?[个间]|依次)[\u3400-\u9fff]{0,4}$|[这那][两三四五六七八九十][张个间台扇只]$",
    re.IGNORECASE,
)
_THE = re.compile(r"\b(?:the|its)\s+$", re.IGNORECASE)
_LISTED = re.compile(
    rf"\s*(?:,\s*and|,|and|&)\s*(?:(?:in|at|the|rooms?)\s+)*|{HAN_ROOM}(?:[、\uff0c]|和|与|及|跟|以及|还有)",
    re.IGNORECASE,
)
_LEAST = 2


def each_there(
    text: str, mentions: Sequence[Mention], wide: Mapping[int, Collection[Candidate]], index: NameIndex, most: int
) -> list[Mention]:
    """The mentions; what is said to be in each place of a range is all of it, and not what is in the last place alone.

    Args:
        text: What a person typed.
        mentions: In order and without overlap; ranges are found.
        wide: Where a mention ends -> all that it might mean.
        index: The map's names.
        most: Groups of more are left as they are.
    """
    out: list[Mention] = []
    places: list[Mention] = []
    for mention in mentions:
        if mention.candidates and mention.candidates[0].type == "place":
            listed = places and _LISTED.fullmatch(text, places[-1].end, mention.start)
            places = [*places, mention] if listed else [mention]
        elif places and not mention.each and sentences_between(text, places[-1].end, mention.start) < _LEAST:
            held = _held(text, places, mention, wide, index)
            if held and len(held) <= most:
                mention = replace(mention, candidates=held, plural=False, each=True)
        out.append(mention)
    return out


def _held(
    text: str, places: Sequence[Mention], mention: Mention, wide: Mapping[int, Collection[Candidate]], index: NameIndex
) -> tuple[Candidate, ...]:
    """What a mention means in all of the places; nothing where it is not said of each, or is no more than it means already."""
    where, end = [place for one in places for place in one.candidates], places[-1].end
    if len(places) == 1 and not places[0].each:
        return ()
    each = _EACH.search(text, end, mention.start)
    if each is None and not mention.plural and _THE.search(text, end, mention.start) is None:
        return ()
    among = wide.get(mention.end, mention.candidates)
    if len(among) == 1:  # the place before may have chosen the one that is there
        kind = index.kinds.get(mention.candidates[0])
        among = [candidate for candidate, other in index.kinds.items() if kind is not None and other == kind]
    held = index.held_by(where, among)
    enough = len(held) >= _LEAST if each or mention.plural else len(held) == len(where)
    return held if enough and set(held) != set(mention.candidates) else ()
