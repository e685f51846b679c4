"""Narrowing: places choose among things: "the bin in the lobby", "the lobby bin", "go to the lobby and empty the bin"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from maps.linking.index import NameIndex
from maps.linking.mention import Candidate, Mention
from maps.linking.phrases import PART
from maps.linking.spans import Span
from maps.linking.stems import Token
from maps.ordinary_words import DETERMINERS, PREPOSITIONS

__all__ = ["GROUP_LIMIT", "inside", "near_others", "narrowed"]

GROUP_LIMIT = 8
"""At most so many candidates of one mention are kept."""


def narrowed(spans: Sequence[Span], tokens: Sequence[Token], index: NameIndex) -> list[Span]:
    """Spans whose things or doors are chosen by the place that stands beside them."""
    out: list[Span] = []
    for number, span in enumerate(spans):
        things = [c for c in (*span.candidates, *(span.others if span.quality >= PART else ())) if c.type in ("thing", "door")]
        if len(things) > 1:
            after = spans[number + 1] if number + 1 < len(spans) else None
            if after is not None and _joined_by_preposition(tokens, span, after):
                chosen = inside(things, after.candidates, index)
                span = replace(span, candidates=chosen, others=()) if chosen else span
            elif out and out[-1].last + 1 == span.first:
                chosen = inside(things, out[-1].candidates, index)
                if chosen:
                    span = replace(span, first=out.pop().first, candidates=chosen, others=())
        out.append(span)
    return out


def inside(things: Iterable[Candidate], places: Iterable[Candidate], index: NameIndex) -> tuple[Candidate, ...]:
    """Those of the things and doors that are in one of the places or lead there."""
    held = {thing for place in places if place.type == "place" for thing in index.contents.get(place.name, ())}
    return tuple(thing for thing in things if thing in held)


def near_others(found: Sequence[tuple[Mention, tuple[Candidate, ...]]], index: NameIndex) -> list[Mention]:
    """Mentions with at most ``GROUP_LIMIT`` candidates; of more, those at a place that the text names, the place before first.

    A group that is small enough stays as it is: that a place is named somewhere else does not settle what is meant.

    Args:
        found: Mentions in order, each with what matches it less well.
        index: The map's names.
    """
    named = [
        {c.name: c for c in mention.candidates if c.type == "place"} if len(mention.candidates) <= GROUP_LIMIT else {}
        for mention, _ in found
    ]
    out: list[Mention] = []
    for number, (mention, others) in enumerate(found):
        group = mention.candidates
        if len(group) + len(others) > GROUP_LIMIT:
            for places in (*reversed(named[:number]), *named[number + 1 :]):
                if places and (chosen := inside((*group, *others), places.values(), index)):
                    group = chosen
                    break
        out.append(replace(mention, candidates=group[:GROUP_LIMIT]))
    return out


def _joined_by_preposition(tokens: Sequence[Token], span: Span, after: Span) -> bool:
    between = [token.lower for token in tokens[span.last + 1 : after.first]]
    return bool(between) and between[0] in PREPOSITIONS and all(word in DETERMINERS or word in PREPOSITIONS for word in between)
