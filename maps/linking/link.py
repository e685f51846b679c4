"""link(): the mentions of a text, put together from words, numbers, places that choose, and scripts without spaces."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from maps.linking.again import said_again
from maps.linking.choosing import chosen_by_words
from maps.linking.each_there import each_there
from maps.linking.everything import with_everything
from maps.linking.index import NameIndex
from maps.linking.joined import shared_heads
from maps.linking.left_out import numbers_before, the_one_there
from maps.linking.members import numbered_members
from maps.linking.mention import Candidate, Linked, Mention
from maps.linking.narrowing import GROUP_LIMIT, narrowed, near_others, wider
from maps.linking.numbers import with_more_numbers
from maps.linking.of_places import like_the_first, with_their_places
from maps.linking.ones import ones_told
from maps.linking.phrases import ALIAS, KIND, PART
from maps.linking.places_beside import in_places, in_ranges, within_places
from maps.linking.quantities import with_quantities
from maps.linking.ranges import with_numbers, with_ranges
from maps.linking.script import script_mentions
from maps.linking.spans import Span, chosen_spans
from maps.linking.stems import Token
from maps.linking.stems import tokens as tokens_of
from maps.linking.their_doors import doors_of
from maps.linking.told_by import told_by_others, without_again
from maps.linking.unsaid import numbers_of_series, the_same_there
from maps.linking.whereabouts import at_named_places, named_before, without_parts
from maps.linking.wider_nouns import with_wider_nouns
from maps.ordinary_words import NUMBERS

__all__ = ["link"]

_Found = tuple[Mention, Collection[Candidate]]
"""A mention, and all that it might mean."""

_EVERY = frozenset("all every each both any whichever which nearest closest furthest farthest".split())
_NEAREST = frozenset("nearest closest furthest farthest".split())


def link(text: str, index: NameIndex, limit: int = 16, group: int = GROUP_LIMIT) -> Linked:
    """Find the mentions in a text.

    Args:
        text: What a person typed.
        index: The map's names.
        limit: At most this many candidates in all; the largest groups are cut first.
        group: At most this many candidates of one mention.
    """
    tokens = list(tokens_of(text))
    spans = with_more_numbers(chosen_spans(tokens, index), tokens, text, index)
    spans = shared_heads(spans, tokens, text, index)
    found: list[_Found] = [_ending_so(text, mention, among, index) for mention, among in script_mentions(text, index)]
    wide: dict[int, Collection[Candidate]] = {}
    for span in narrowed(spans, tokens, index):
        last = tokens[span.last]
        chosen = span.candidates is not span.phrase.best
        meant = span.candidates if chosen or not _several(span, tokens) else _as_many(_of_the_kind(span, index), span, tokens)
        mention = Mention(tokens[span.first].start, last.end, meant, last.plural, span.quality > ALIAS)
        found.append((mention, meant if chosen else wider(span)))
        wide[mention.end] = wider(span)
    kept = _without_overlap(found)
    found += [(number, number.candidates) for number in with_numbers(text, [mention for mention, _ in kept], index.series)]
    found = numbers_before(text, without_parts(text, _without_overlap(found)), index)
    found = with_everything(text, with_wider_nouns(text, tokens, found, index, group), index, group)
    before = doors_of(text, found, index)
    found = in_places(text, before, index)
    settled = {now.end for (was, _), (now, _) in zip(before, found, strict=True) if was is not now}
    wide |= {mention.end: among for mention, among in found if mention.end not in wide}
    found = named_before(text, chosen_by_words(text, found, index), places=True)
    found = at_named_places(text, found, index, settled)
    found = told_by_others(text, ones_told(text, found, index), index)
    found = named_before(text, the_one_there(text, found, index))
    mentions = within_places(text, near_others(found, index, group), index)
    mentions = in_ranges(text, with_ranges(text, mentions, index.series, group), wide, index, group)
    mentions = each_there(text, numbered_members(text, mentions, wide, index), wide, index, group)
    mentions = without_again(text, the_same_there(text, numbers_of_series(text, mentions, index), index))
    mentions = said_again(text, with_ranges(text, mentions, index.series, group, unnamed=False))
    mentions = with_their_places(text, with_quantities(text, like_the_first(text, mentions, index), index), index)
    return Linked(text, _limited(mentions, limit))


def _several(span: Span, tokens: Sequence[Token]) -> bool:
    """Whether more than one is meant: "the pumps", "every pump", or one of all: "the pump closest to you"."""
    before = [token.lower for token in tokens[max(0, span.first - 2) : span.first]]
    after = [token.lower for token in tokens[span.last + 1 : span.last + 4]]
    return tokens[span.last].plural or not _EVERY.isdisjoint(before) or not _NEAREST.isdisjoint(after)


def _of_the_kind(span: Span, index: NameIndex) -> tuple[Candidate, ...]:
    """Everything that is so called or of this kind, not the best matches alone: "bedrooms" are main bedroom and children's room.

    Where a whole numbered series is so called, it is what is meant: "every tank" is tank 1 to tank 3, not the tank farm.
    """
    if span.quality < PART or _numbered(span.candidates, index):
        return span.candidates
    return tuple(candidate for candidate, quality in span.phrase.matches.items() if quality <= max(KIND, span.quality))


def _as_many(meant: tuple[Candidate, ...], span: Span, tokens: Sequence[Token]) -> tuple[Candidate, ...]:
    """What is so called, or all that the words fit less well too where just that makes as many as are said: "both meters"."""
    before = tokens[span.first - 1].lower if span.first else ""
    number = "2" if before == "both" else NUMBERS.get(before, before)
    every = tuple(span.phrase.matches)
    return every if len(meant) < len(every) and str(len(every)) == number else meant


def _ending_so(text: str, mention: Mention, among: Collection[Candidate], index: NameIndex) -> _Found:
    """A mention in Chinese without what only begins with its words, where a numbered series ends with them: 罐 is no 罐区."""
    said = text[mention.start : mention.end]
    ending = tuple(c for c in mention.candidates if any(value.endswith(said) for value in index.told.get(c, ())))
    if len(ending) == len(mention.candidates) or not _numbered(ending, index):
        return mention, among
    return replace(mention, candidates=ending), ending


def _numbered(candidates: Sequence[Candidate], index: NameIndex) -> bool:
    """Whether several candidates are all of one numbered series."""
    rows = [{row for row, _ in index.series.member.get(candidate, ())} for candidate in candidates]
    return len(rows) > 1 and bool(set.intersection(*rows))


def _without_overlap(found: Iterable[_Found]) -> list[_Found]:
    """In order; of two that overlap, the longer one."""
    kept: list[_Found] = []
    for mention, among in sorted(found, key=lambda pair: (pair[0].start - pair[0].end, pair[0].start)):
        if all(mention.end <= other.start or other.end <= mention.start for other, _ in kept):
            kept.append((mention, among))
    return sorted(kept, key=lambda pair: pair[0].start)


def _limited(mentions: list[Mention], limit: int) -> tuple[Mention, ...]:
    """The largest groups shrink until all candidates are few enough, then the last mentions go; what means each stays whole."""
    while len({c for m in mentions for c in m.candidates}) > limit:
        choices = [i for i, mention in enumerate(mentions) if len(mention.candidates) > 1 and not mention.each]
        if not choices:
            mentions.pop()
        else:
            largest = max(choices, key=lambda i: (len(mentions[i].candidates), i))
            mentions[largest] = replace(mentions[largest], candidates=mentions[largest].candidates[:-1])
    return tuple(mentions)
