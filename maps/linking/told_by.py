"""What one mention tells of another: "the milk in the tank" is what the tank holds, "the trolleys in the hall" say which hall."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from maps.linking.clauses import is_destination, puts
from maps.linking.index import NameIndex
from maps.linking.mention import Candidate, Mention

__all__ = ["told_by_others", "without_again"]

_Found = tuple[Mention, Collection[Candidate]]
"""A mention, and all that it might mean."""

_IN = re.compile(
    r"\s+(?:(?:is|are|was|has|have|there|we|left|still|got|remains?|now)\s+){0,4}(?:in|inside|of|at|on)\s+(?:the\s+|our\s+|that\s+)?",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"(?:\b(?:except(?:\s+for)?|besides|apart\s+from|other\s+than)\s+(?:the\s+)?|除了|除)$", re.IGNORECASE)
_STILL_IN = re.compile(
    r"\s+(?:that|which)(?:['\u2019]re|\s+are|\s+is|['\u2019]s)(?:\s+(?:still|now|left|kept|stored|lying|sitting|standing)){0,2}"
    r"\s+(?:in|inside|at|on)\s+(?:the\s+|our\s+)?",
    re.IGNORECASE,
)
_EVERY = re.compile(r"(?:\b(?:at|in)\s+(?:every|each)(?:\s+(?:one|of\s+the))?\s+|每个|每一个|各个|各)$", re.IGNORECASE)
_ALL = re.compile(r"\b(?:all|every|each|both)\b|[所每各全都]", re.IGNORECASE)


def told_by_others(text: str, found: Sequence[_Found], index: NameIndex) -> list[_Found]:
    """The mentions; what is asked of something inside another thing, or is at one of several places, is chosen by it.

    Args:
        text: What a person typed.
        found: Mentions in order, each with all that it might mean.
        index: The map's names, and what is where.
    """
    out = [(mention, among) if not _one_of(text, mention) else _without(mention, among, found, text) for mention, among in found]
    for number in range(len(out) - 1):
        (first, _), (second, _) = out[number], out[number + 1]
        if not _IN.fullmatch(text, first.end, second.start):
            held = index.held_by(second.candidates, first.candidates) if _STILL_IN.fullmatch(text, first.end, second.start) else ()
            if held and len(second.candidates) == 1:
                out[number] = (replace(first, candidates=held), held)
            continue
        if len(second.candidates) == 1 < len(first.candidates) and second.candidates[0] in first.candidates:
            out[number] = (replace(first, candidates=second.candidates), second.candidates)
        elif len(first.candidates) == 1 < len(second.candidates) and not second.plural:
            places = _where(first.candidates[0], second, index)
            if len(places) == 1 and not puts(text, first.start) and not is_destination(text, second.start):
                out[number + 1] = (replace(second, candidates=places), places)
    return out


def _one_of(text: str, mention: Mention) -> bool:
    """Whether one of several is meant, and nothing says that all of them are."""
    around = text[max(0, mention.start - 8) : mention.start] + "|" + text[mention.end : mention.end + 3]
    return len(mention.candidates) > 1 and not mention.plural and not mention.each and not _ALL.search(around)


def _without(mention: Mention, among: Collection[Candidate], found: Sequence[_Found], text: str) -> _Found:
    """A group without what the text has excepted from it before: 除了7号访客证,访客证都收走."""
    out = {
        m.candidates[0] for m, _ in found if m.end <= mention.start and len(m.candidates) == 1 and _EXCEPT.search(text, 0, m.start)
    }
    left = tuple(candidate for candidate in mention.candidates if candidate not in out)
    return (replace(mention, candidates=left), left) if 0 < len(left) < len(mention.candidates) else (mention, among)


def without_again(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions without "gate" of "at every gate", 每个登机口, where that only says again what a range before it means."""
    out: list[Mention] = []
    for mention in mentions:
        again = any(other.each and set(other.candidates) < set(mention.candidates) for other in out)
        if not (again and _EVERY.search(text, 0, mention.start)):
            out.append(mention)
    return out


def _where(thing: Candidate, places: Mention, index: NameIndex) -> tuple[Candidate, ...]:
    """Those of several places that a thing is in."""
    there = index.inside.get(thing, frozenset())
    return tuple(place for place in places.candidates if place.type == "place" and place.name in there)
