"""Groups said with the places that they are in: "the beds in 101, 103 and 104", 三个大棚的温度计 are one mention of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from maps.linking.clauses import puts
from maps.linking.index import NameIndex
from maps.linking.mention import Candidate, Mention

__all__ = ["with_their_places"]

_MANY = (
    r"(?:all\s+|both\s+|each\s+|every\s+)?(?:of\s+)?(?:the\s+|our\s+|these\s+|those\s+)?"
    r"(?:(?:two|three|four|five|six|\d+)\s+)?(?:rooms?\s+)?"
)
_IN = re.compile(rf"\s*(?:in|of|from|at|inside|on)\s+{_MANY}", re.IGNORECASE)
_AND = re.compile(rf"\s*(?:,\s*and|,|and|&)\s*(?:in\s+|of\s+|at\s+)?{_MANY}", re.IGNORECASE)
_OF = re.compile(
    "(?:里面|里边|里|内|中|上|那边)?的?(?:所有|每[个间张台条只扇]|全部|各[个间张台]?|[这那][几两三四五六七八九十][个间张台条只扇])?"
)
_WITH = re.compile("(?:里|里面)?(?:[、\uff0c,]|和|与|及|跟|以及)")


def with_their_places(text: str, mentions: Sequence[Mention], index: NameIndex) -> list[Mention]:
    """The mentions; a group of which there is some in each of several places beside it covers these places too.

    Args:
        text: What a person typed.
        mentions: In order and without overlap; groups are chosen by their places already.
        index: The map's names, and what is where.
    """
    out = list(mentions)
    number = 0
    while number < len(out):
        mention = out[number]
        if len(mention.candidates) > 1 and not _places(mention) and not puts(text, mention.start):
            last, first = _behind(text, out, number), _before(text, out, number)
            if _chosen(mention, out[number + 1 : last + 1], index):
                out[number : last + 1] = [replace(mention, end=out[last].end, plural=False, loose=False, each=True)]
            elif _chosen(mention, out[first:number], index):
                out[first : number + 1] = [replace(mention, start=out[first].start, plural=False, loose=False, each=True)]
                number = first
        number += 1
    return out


def _places(mention: Mention) -> bool:
    return all(candidate.type == "place" for candidate in mention.candidates)


def _chosen(mention: Mention, places: Sequence[Mention], index: NameIndex) -> bool:
    """Whether a group is all in several places, and some of it in each of them that is named by itself."""
    named: list[Candidate] = [candidate for place in places for candidate in place.candidates]
    held = [index.held_by([place], mention.candidates) for place in named]
    there = {thing for things in held for thing in things} == set(mention.candidates)
    return len(named) > 1 and there and (len(places) == 1 or all(held))


def _behind(text: str, mentions: Sequence[Mention], number: int) -> int:
    """The last of the places that stand behind a mention: "in 307, 309 and 311"."""
    join, last = _IN, number
    while last + 1 < len(mentions) and _places(mentions[last + 1]):
        if not join.fullmatch(text, mentions[last].end, mentions[last + 1].start):
            break
        join, last = _AND, last + 1
    return last


def _before(text: str, mentions: Sequence[Mention], number: int) -> int:
    """The first of the places that stand before a mention in Chinese: 307、309和311的."""
    join, first = _OF, number
    while first and _places(mentions[first - 1]) and not text[mentions[number].start].isascii():
        if not join.fullmatch(text, mentions[first - 1].end, mentions[first].start):
            break
        join, first = _WITH, first - 1
    return first
