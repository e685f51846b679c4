"""Groups said with the places that they are in: "the beds in 101, 103 and 104", 三个大棚的温度计 are one mention of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from maps.linking.clauses import puts
from maps.linking.index import NameIndex
from maps.linking.mention import Candidate, Mention
from maps.linking.places_beside import first_before, last_behind

__all__ = ["like_the_first", "with_their_places"]

_MANY_OF = re.compile(r"(?:the\s+)?(?:\w+\s+)?\w+s\s+(?:of|in|at|on)\b", re.IGNORECASE)
_AND = re.compile(r"\s*(?:,\s*and|,|and|&)\s*(?:(?:of|in|at|on)\s+)?(?:the\s+)?", re.IGNORECASE)
_OR = re.compile(r"\bor\b", re.IGNORECASE)


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
            last, first = _joint(text, out, number)
            if _chosen(mention, out[number + 1 : last + 1], index):
                out[number : last + 1] = [replace(mention, end=out[last].end, plural=False, loose=False, each=True)]
            elif _chosen(mention, out[first:number], index):
                out[first : number + 1] = [replace(mention, start=out[first].start, plural=False, loose=False, each=True)]
                number = first
        number += 1
    return out


def like_the_first(text: str, mentions: Sequence[Mention], index: NameIndex) -> list[Mention]:
    """The mentions; places behind several of a kind in one place are what is of this kind there: "the displays of A1 and A2".

    Args:
        text: What a person typed.
        mentions: In order and without overlap.
        index: The map's names, and what is where.
    """
    out: list[Mention] = []
    rest = list(mentions)
    while rest:
        mention = rest.pop(0)
        kind = index.kinds.get(mention.candidates[0]) if len(mention.candidates) == 1 else None
        if kind is not None and not _places(mention) and _MANY_OF.match(text, mention.start, mention.end):
            same, end, taken = list(mention.candidates), mention.end, 0
            for other in rest:
                there = index.held_by(other.candidates, [candidate for candidate, one in index.kinds.items() if one == kind])
                if not (_places(other) and len(there) == 1 and _AND.fullmatch(text, end, other.start)):
                    break
                same, end, taken = [*same, *there], other.end, taken + 1
            if taken and len(set(same)) == len(same):
                mention, rest = (
                    replace(mention, end=end, candidates=tuple(same), plural=False, loose=False, each=True),
                    rest[taken:],
                )
        out.append(mention)
    return out


def _places(mention: Mention) -> bool:
    return all(candidate.type == "place" for candidate in mention.candidates)


def _chosen(mention: Mention, places: Sequence[Mention], index: NameIndex) -> bool:
    """Whether a group is all in several places, and some of it in each of them that is named by itself."""
    named: list[Candidate] = [candidate for place in places for candidate in place.candidates]
    held = [index.held_by([place], mention.candidates) for place in named]
    there = {thing for things in held for thing in things} == set(mention.candidates)
    return len(named) > 1 and there and (len(places) == 1 or all(held))


def _joint(text: str, mentions: Sequence[Mention], number: int) -> tuple[int, int]:
    """The last of the places behind a mention, where not one or the other is meant, and the first of those before it."""
    last = last_behind(text, mentions, number)
    either = _OR.search(text, mentions[number].end, mentions[last].start) if last > number else None
    return number if either else last, first_before(text, mentions, number)
