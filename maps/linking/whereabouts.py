"""Whereabouts: what else a text says that tells which one is meant: the place that it has come to, and what it named before."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from maps.linking.clauses import is_destination, puts, sentences_between, within_clause
from maps.linking.index import NameIndex
from maps.linking.mention import Candidate, Mention
from maps.linking.narrowing import GROUP_LIMIT
from maps.linking.stems import CJK

__all__ = ["at_named_places", "named_before", "without_parts"]

_Found = tuple[Mention, Collection[Candidate]]
"""A mention, and all that it might mean."""

_QUANTIFIED = re.compile(
    r"\b(?:all|every|each|both|any|other|another|others|second|next|which|either|neither|several|(?:two|three|four)\s+of)"
    r"(?:\s+(?:of\s+)?(?:the\s+|these\s+|those\s+|our\s+|single\s+|two\s+|three\s+|four\s+)*)?(?:\w+\s+)?$"
    "|(?:所有|每|全部|各|其他|其它|其余|别的|另|任何|哪|几|两|三|四|最)[\u3400-\u9fff]{0,3}$",
    re.IGNORECASE,
)
_NEAREST = re.compile(r"\b(?:nearest|closest|furthest|farthest)\b|最近|最远", re.IGNORECASE)
_ALSO_ALL = re.compile("[都各全]")
_DEFINITE = re.compile(
    r"\b(?:the|that|this|his|her|their|its|your|said)\s+$|[那这](?:个|台|只|件|把|辆|条|张|本|箱|盒|间|扇|部)?$", re.IGNORECASE
)
_EXCEPT = re.compile(r"\b(?:except(?:\s+for)?|but|not|besides|apart\s+from|without|skip)\s+(?:the\s+)?$|除了?$|不", re.IGNORECASE)
_THERE = re.compile(r"\bthere\b|那里|那儿|那边", re.IGNORECASE)
_LEADS_TO = re.compile(r"\s+(?:to|into|of|for|leading\s+to)\s+(?:the\s+|our\s+)?", re.IGNORECASE)
_OF_ANOTHER = re.compile(r"(?:\s+\w+)?\s+(?:of|on|for|at|in|by)\s+(?:the\s+|our\s+)?", re.IGNORECASE)
_OWNED = re.compile(r"['\u2019]s?\s+")
_SCOPE = re.compile("(?:那边)?(?:上|里面|里头|里|内|中)(?:的|所有|全部|除|都|[,\uff0c])")
_AT_FIRST = re.compile(r"(?:^|[.;!?]\s+)(?:in|on|at|inside)\s+(?:the\s+|our\s+)?$", re.IGNORECASE)
"""What a sentence begins with that says where all of it is: 管廊上除了…, "in the workshop check all ..."."""
_PLACED = re.compile(r"\b(?:in|at|inside|from|within|on)\s+(?:the\s+|our\s+|your\s+)?$", re.IGNORECASE)


def at_named_places(text: str, found: Sequence[_Found], index: NameIndex, settled: Collection[int] = ()) -> list[_Found]:
    """The mentions; things and doors of which several could be meant are those in the place that the text has come to.

    That is the place named before, "go to the lobby and check the gauge", "311 is cold, what does the thermostat say", unless
    something is carried there, or one further on in the same clause.

    Args:
        text: What a person typed.
        found: Mentions in order, each with all that it might mean.
        index: The map's names.
        settled: Where mentions end that several places beside them have chosen from.
    """
    out: list[_Found] = []
    for number, (mention, among) in enumerate(found):
        held: tuple[Candidate, ...] = ()
        if mention.end not in settled and _ambiguous(text, mention):
            mentions = [other for other, _ in found]
            held = _of_that_number(text, mentions, number, index)
            held = held or _further_on(text, mentions, number, among, index) or _come_to(text, mentions, number, among, index)
        elif len(mention.candidates) > 1 and not mention.each and mention.end not in settled:
            held = _in_scope(text, [other for other, _ in found[:number]], mention, index)
        if len(held) > mention.plural:
            mention, among = replace(mention, candidates=held), held
        out.append((mention, among))
    return out


def _in_scope(text: str, before: Sequence[Mention], mention: Mention, index: NameIndex) -> tuple[Candidate, ...]:
    """Those of all that are said which are in the place that the sentence begins with."""
    place = next((other for other in reversed(before) if _single_place(other)), None)
    if place is None or not _things(mention) or sentences_between(text, place.end, mention.start):
        return ()
    scoped = _SCOPE.match(text, place.end) or _AT_FIRST.search(text, 0, place.start)
    return tuple(index.held_by(place.candidates, mention.candidates)) if scoped else ()


def without_parts(text: str, found: Sequence[_Found]) -> list[_Found]:
    """The mentions without what is only said of the thing before: "display" in "the heart monitor's display"."""
    out: list[_Found] = []
    for mention, among in found:
        before = out[-1][0] if out else None
        owned = before is not None and _OWNED.fullmatch(text, before.end, mention.start) is not None
        if not (before is not None and owned and mention.loose and set(mention.candidates) <= set(before.candidates)):
            out.append((mention, among))
    return out


def named_before(text: str, found: Sequence[_Found], *, places: bool = False) -> list[_Found]:
    """The mentions; "the tractor", "her desk" of which several could be meant is the one that the text has named already.

    Args:
        text: What a person typed.
        found: Mentions in order, each with all that it might mean.
        places: Settle places alone, so that they can settle what is in them.
    """
    out: list[_Found] = []
    for mention, among in found:
        definite = _DEFINITE.search(text[: mention.start]) or (CJK.match(text, mention.start) and len(mention.candidates) == 2)
        if _ambiguous(text, mention) and not mention.plural and definite and not (places and _things(mention)):
            named = dict.fromkeys(
                m.candidates[0] for m, _ in out if len(m.candidates) == 1 and not _EXCEPT.search(text[: m.start][-12:])
            )
            again = [candidate for candidate in mention.candidates if candidate in named]
            if len(again) == 1:
                mention, among = replace(mention, candidates=(again[0],)), again
        out.append((mention, among))
    return out


def _ambiguous(text: str, mention: Mention) -> bool:
    """Whether one thing is asked for and several could be meant."""
    if len(mention.candidates) < 2 or mention.each or (mention.plural and _QUANTIFIED.search(text[: mention.start])):
        return False
    return not (
        _QUANTIFIED.search(text[max(0, mention.start - 40) : mention.start])
        or _NEAREST.search(text, max(0, mention.start - 24), min(len(text), mention.end + 24))
        or _ALSO_ALL.search(text[mention.end : mention.end + 3])
    )


def _single_place(mention: Mention) -> bool:
    return len(mention.candidates) == 1 and mention.candidates[0].type == "place"


def _things(mention: Mention) -> bool:
    return all(candidate.type in ("thing", "door") for candidate in mention.candidates)


def _of_that_number(text: str, mentions: Sequence[Mention], number: int, index: NameIndex) -> tuple[Candidate, ...]:
    """What has the number of the thing or place that it is said to be of: "the motor temperature on belt 3"."""
    mention = mentions[number]
    after = mentions[number + 1] if number + 1 < len(mentions) else None
    if after is None or len(after.candidates) != 1 or not _OF_ANOTHER.fullmatch(text, mention.end, after.start):
        return ()
    if index.held_by(after.candidates, mention.candidates):
        return ()  # what is there is what is meant, whatever its number
    numbers = {n for _, n in index.series.member.get(after.candidates[0], ())}
    return tuple(c for c in mention.candidates if any(n in numbers for _, n in index.series.member.get(c, ())))


def _held(place: Mention, mention: Mention, among: Collection[Candidate], index: NameIndex) -> tuple[Candidate, ...]:
    """What is in a place, of the best candidates before all others; of a large group, whatever is there."""
    best = index.held_by(place.candidates, mention.candidates) if len(among) <= GROUP_LIMIT else ()
    return best or index.held_by(place.candidates, among)


def _further_on(
    text: str, mentions: Sequence[Mention], number: int, among: Collection[Candidate], index: NameIndex
) -> tuple[Candidate, ...]:
    """What is in the place that the same clause names after it: "is the gauge all right in the lobby"."""
    mention = mentions[number]
    after = mentions[number + 1] if number + 1 < len(mentions) else None
    if after is None or not _things(mention) or not _single_place(after) or not within_clause(text, mention.end, after.start):
        return ()
    if _LEADS_TO.fullmatch(text, mention.end, after.start):  # "the door to the lobby"
        return tuple(c for c in index.held_by(after.candidates, mention.candidates) if c.type == "door")
    if not _PLACED.search(text[mention.end : after.start]) or puts(text, mention.start) or is_destination(text, after.start):
        return ()
    return _held(after, mention, among, index)


def _come_to(
    text: str, mentions: Sequence[Mention], number: int, among: Collection[Candidate], index: NameIndex
) -> tuple[Candidate, ...]:
    """What is in the last place that was named in the sentence or in the one before, unless two things are carried in turn."""
    mention = mentions[number]
    if not _things(mention):
        return ()
    there = _THERE.search(text, mention.end, mention.end + 16) is not None
    for place in reversed(mentions[:number]):
        if sentences_between(text, place.end, mention.start) > 1:
            break
        if _single_place(place):
            carried = is_destination(text, place.start) and is_destination(text, mention.start)
            return () if carried and not there else _held(place, mention, among, index)
    return ()
