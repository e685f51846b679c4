"""Narrowing: places choose among things: "the bin in the lobby", "the lobby bin", "go to the lobby and empty the bin"."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from maps.linking.index import NameIndex
from maps.linking.mention import Candidate, Mention
from maps.linking.phrases import PART
from maps.linking.spans import Span
from maps.linking.stems import Token
from maps.ordinary_words import DETERMINERS, PREPOSITIONS

__all__ = ["GROUP_LIMIT", "narrowed", "near_others", "wider"]

GROUP_LIMIT = 8
"""At most so many candidates of one mention are kept."""


_PUTS = frozenset("put putting place leave drop store stow set stick pop throw chuck dump lay deposit stash park".split())
_AND_OF = frozenset("and or of in at from the our room".split())
_TO = frozenset("to until till through thru".split())
_WHERE_TO = PREPOSITIONS | {"to", "onto"}


def narrowed(spans: Sequence[Span], tokens: Sequence[Token], index: NameIndex) -> list[Span]:
    """Spans whose things or doors are chosen by the place that stands beside them.

    A place also chooses among what the words fit less well, so that "the valve in the lobby" need not be named "... valve".
    """
    out: list[Span] = []
    for number, span in enumerate(spans):
        among = wider(span)
        if len(among) > 1:
            after = spans[number + 1] if number + 1 < len(spans) else None
            further = spans[number + 2] if number + 2 < len(spans) else None
            beside = after is not None and _joined_by_preposition(tokens, span, after) and not _begins_range(tokens, after)
            if after is not None and beside and not _put_there(tokens, span, after, further):
                places = [after, *_joined_to(tokens, spans[number + 1 :], several=tokens[span.last].plural)]
                chosen = index.held_by([candidate for place in places for candidate in place.candidates], among)
                span = replace(span, candidates=chosen) if chosen else span
            elif out and out[-1].last + 1 == span.first:
                chosen = index.held_by(out[-1].candidates, among)
                if chosen:
                    span = replace(span, first=out.pop().first, candidates=chosen)
        out.append(span)
    return out


def wider(span: Span) -> Collection[Candidate]:
    """What a span can mean where something else tells which."""
    return span.phrase.matches if span.quality >= PART else span.candidates


def near_others(
    found: Sequence[tuple[Mention, Collection[Candidate]]], index: NameIndex, limit: int = GROUP_LIMIT
) -> list[Mention]:
    """Mentions with at most ``limit`` candidates; of more, those at a place that the text names, the place before first.

    A group that is small enough stays as it is: that a place is named somewhere else does not settle what is meant.

    Args:
        found: Mentions in order, each with all that it might mean.
        index: The map's names.
        limit: Most candidates of one mention.
    """
    named = [
        tuple(c for c in mention.candidates if c.type == "place") if len(mention.candidates) <= limit else ()
        for mention, _ in found
    ]
    out: list[Mention] = []
    for number, (mention, among) in enumerate(found):
        group = mention.candidates
        if len(among) > limit:
            others = (*reversed(named[:number]), *named[number + 1 :])
            group = next((chosen for places in others if (chosen := index.held_by(places, among))), group)
        out.append(replace(mention, candidates=group[:limit]))
    return out


def _begins_range(tokens: Sequence[Token], span: Span) -> bool:
    """Whether a place is the first of a range: "minibars from 301 until 304"."""
    behind = tokens[span.last + 1 : span.last + 3]
    return len(behind) == 2 and behind[0].lower in _TO and behind[1].stem.isdigit()


def _put_there(tokens: Sequence[Token], span: Span, after: Span, further: Span | None) -> bool:
    """Whether the place behind a thing is where it is to be put: "put the crate in the lobby", and no other place is."""
    lead = [token.lower for token in tokens[max(0, span.first - 4) : span.first]]
    if _PUTS.isdisjoint(lead):
        return False
    return further is None or not any(token.lower in _WHERE_TO for token in tokens[after.last + 1 : further.first])


def _joined_to(tokens: Sequence[Token], spans: Sequence[Span], *, several: bool) -> list[Span]:
    """Further places of a list, "the windows of 2A and of 2B"; one of commas alone counts where several are meant."""
    out: list[Span] = []
    sure = 0
    for first, second in pairwise(spans):
        between = [token.lower for token in tokens[first.last + 1 : second.first]]
        ends = between[:1] in (["and"], ["or"])
        joined = (ends or tokens[first.last + 1].comma) and _AND_OF.issuperset(between) and not tokens[second.first].apart
        if not joined or any(candidate.type != "place" for candidate in second.candidates):
            break
        out.append(second)
        sure = len(out) if ends or several else sure
    return out[:sure]


def _joined_by_preposition(tokens: Sequence[Token], span: Span, after: Span) -> bool:
    between = [token.lower for token in tokens[span.last + 1 : after.first]]
    return bool(between) and between[0] in PREPOSITIONS and all(word in DETERMINERS or word in PREPOSITIONS for word in between)
