"""Places beside each other: several that choose among things, "the minibars in 307, 309 and 311", and one within another."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from maps.linking.index import NameIndex
from maps.linking.mention import Candidate, Mention
from maps.linking.stems import CJK, HAN_MANY

__all__ = ["first_before", "in_places", "in_ranges", "last_behind", "places_beside", "within_places"]

_MANY = (
    r"(?:all\s+|both\s+|each\s+|every\s+)?(?:of\s+)?(?:the\s+|our\s+|these\s+|those\s+)?"
    r"(?:(?:two|three|four|five|six|\d+)\s+)?(?:rooms?\s+)?"
)
_IN = re.compile(rf"\s*(?:in|of|from|at|inside|on)\s+{_MANY}", re.IGNORECASE)
_AND = re.compile(rf"\s*(?:,\s*and|,\s*or|,|and|or|&)\s*(?:in\s+|of\s+|at\s+)?{_MANY}", re.IGNORECASE)
_WITHIN = re.compile(r"\s+(?:in|of|at|inside)\s+(?:the\s+|our\s+)?", re.IGNORECASE)
_SO_MANY = "(?:[这那]?[几两三四五六七八九]间(?:病房|教室|房间?|屋子?|办公室|温室)?)?"
_OF = re.compile(f"{_SO_MANY}(?:里面|里边|里|内|中|上|那边|处)?(?:的)?{HAN_MANY}?")
_WITH = re.compile("(?:里|里面)?(?:[、\uff0c,]|和|与|及|跟|以及|还有|加上)|(?<=号)")


def in_places(
    text: str, found: Sequence[tuple[Mention, Collection[Candidate]]], index: NameIndex
) -> list[tuple[Mention, Collection[Candidate]]]:
    """The mentions; groups of things or doors beside which several places stand are those that are there.

    Args:
        text: What a person typed.
        found: Mentions in order, each with all that it might mean.
        index: The map's names.
    """
    mentions = [mention for mention, _ in found]
    out = []
    for number, (mention, among) in enumerate(found):
        chosen: tuple[Candidate, ...] = ()
        if len(among) > 1 and not _places(mention):
            places = _beside(text, mentions, number)
            chosen = index.held_by(places, among) if len(places) > 1 else ()
        out.append((replace(mention, candidates=chosen), chosen) if chosen else (mention, among))
    return out


def places_beside(text: str, mentions: Sequence[Mention], mention: Mention) -> list[Candidate]:
    """The places that stand behind a mention with "in", or before it in Chinese.

    Args:
        text: What a person typed.
        mentions: In order and without overlap, the mention among them.
        mention: Whose places are wanted.
    """
    return _beside(text, mentions, mentions.index(mention))


def within_places(text: str, mentions: Sequence[Mention], index: NameIndex) -> list[Mention]:
    """The mentions; a place said with the larger one that it is in is one: "the sofa corner in the living room", 客厅沙发旁."""
    out: list[Mention] = []
    for mention in mentions:
        before = out[-1] if out else None
        if before is not None and len(before.candidates) == len(mention.candidates) == 1 and _places(before) and _places(mention):
            (first,), (second,) = before.candidates, mention.candidates
            meant = None
            if CJK.match(text, mention.start) and _OF.fullmatch(text, before.end, mention.start):
                meant = mention if first.name in index.around.get(second.name, ()) else None
            elif _WITHIN.fullmatch(text, before.end, mention.start):
                meant = before if second.name in index.around.get(first.name, ()) else None
            if meant is not None:
                out[-1] = replace(meant, start=before.start, end=mention.end)
                continue
        out.append(mention)
    return out


def in_ranges(
    text: str, mentions: Sequence[Mention], wide: Mapping[int, Collection[Candidate]], index: NameIndex, most: int
) -> list[Mention]:
    """The mentions; what stands before a range of places is what is there: "the minibars in 301 to 304".

    Args:
        text: What a person typed.
        mentions: In order and without overlap.
        wide: Where a mention ends -> all that it might mean.
        index: The map's names.
        most: Groups of more are left as they are.
    """
    out = list(mentions)
    for number, (mention, after) in enumerate(pairwise(mentions)):
        if after.each and _places(after) and not _places(mention) and _IN.fullmatch(text, mention.end, after.start):
            held = index.held_by(after.candidates, wide.get(mention.end, mention.candidates))
            if held and len(held) <= most:
                out[number] = replace(mention, candidates=held)
    return out


def _places(mention: Mention) -> bool:
    return all(candidate.type == "place" for candidate in mention.candidates)


def last_behind(text: str, mentions: Sequence[Mention], number: int) -> int:
    """The last of the places that stand behind a mention: "in 307, 309 and 311"; its own number where none does."""
    join, last = _IN, number
    while last + 1 < len(mentions) and _places(mentions[last + 1]):
        if not join.fullmatch(text, mentions[last].end, mentions[last + 1].start):
            break
        join, last = _AND, last + 1
    return last


def first_before(text: str, mentions: Sequence[Mention], number: int) -> int:
    """The first of the places that stand before a mention in Chinese: 307、309和311的; its own number where none does."""
    join, first = _OF, number
    while first and _places(mentions[first - 1]):
        if not join.fullmatch(text, mentions[first - 1].end, mentions[first].start):
            break
        join, first = _WITH, first - 1
    return first


def _beside(text: str, mentions: Sequence[Mention], number: int) -> list[Candidate]:
    """The places behind a mention, or before it where none stand behind."""
    last, first = last_behind(text, mentions, number), first_before(text, mentions, number)
    named = mentions[number + 1 : last + 1] or mentions[first:number]
    return [candidate for mention in named for candidate in mention.candidates]
