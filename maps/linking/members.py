"""Members of a group that numbers beside it choose: "the patient rooms, 106 to 108", 101到103的病床, 104病房."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from maps.linking.clauses import is_destination
from maps.linking.index import NameIndex
from maps.linking.mention import Candidate, Mention
from maps.linking.script import numeral_value
from maps.linking.stems import HAN_MANY, HAN_ROOM

__all__ = ["numbered_members"]

_HAN_BEFORE = re.compile("(?P<number>\\d{1,4}|[零\u3007一二两三四五六七八九十百]{1,6})号?$")
_HAN_OF = re.compile(f"{HAN_ROOM}(?:里面|里边|里|内)?(?:的)?{HAN_MANY}?")
_BESIDE = re.compile(r"\s*[,:(-]?\s*(?:from|between|in|at|for|of)?\s*(?:the\s+)?", re.IGNORECASE)
_EVERY = re.compile(r"\b(?:each|every|all)\s+(?:of\s+)?(?:the\s+)?$|(?:每[个台间张]|各个?|所有的?|全部的?)$", re.IGNORECASE)
_OTHER_CLAUSE = r"\b(?:and|then|before|after|but|or|apart|except\w*|exclud\w+|without|besides|other|not|save)\b|然后|再|和|除"
_NEAR = re.compile(rf"(?:(?!{_OTHER_CLAUSE})[^.;!?\d\u3002\uff1b\uff01\uff1f]){{0,30}}", re.IGNORECASE)
"""What may stand between a group and the range that chooses from it: no other clause."""
_TO = re.compile(HAN_ROOM + r"\s*(?:to|through|thru|till|until|up\s+to|-|\u2013|\u2014|~|到|至)\s*(?:the\s+)?", re.IGNORECASE)


def numbered_members(
    text: str, mentions: Sequence[Mention], wide: Mapping[int, Collection[Candidate]], index: NameIndex
) -> list[Mention]:
    """The mentions; of a group, only those that a number or a range of places beside it chooses.

    Args:
        text: What a person typed.
        mentions: In order and without overlap.
        wide: Where a mention ends -> all that it might mean.
        index: The map's names.
    """
    out: list[Mention] = []
    rest = list(mentions)
    while rest:
        mention = rest.pop(0)
        if not mention.each:
            chosen = _ranged_before(text, out[-1] if out else None, mention, index) or _numbered(text, mention, index)
            every = replace(mention, candidates=tuple(wide.get(mention.end, mention.candidates)))
            if chosen is None and len(every.candidates) > 1:  # the first place of the range may have chosen what is there
                chosen, taken = _ranged_behind(text, every, rest, index)
                rest = rest[taken:]
            if chosen is not None:
                out = [other for other in out if other.end <= chosen.start]
                mention = chosen
        out.append(mention)
    return out


def _numbered(text: str, mention: Mention, index: NameIndex) -> Mention | None:
    """The one place of a group whose number stands before it: 104病房."""
    number = _HAN_BEFORE.search(text, max(0, mention.start - 8), mention.start)
    if number is None or len(mention.candidates) < 2 or text[mention.start].isascii():
        return None
    places = index.series.places.get(int(numeral_value(number["number"]) or -1), frozenset())
    meant = [candidate for candidate in mention.candidates if candidate in places]
    return Mention(number.start(), mention.end, tuple(meant), loose=True) if len(meant) == 1 else None


def _ranged_before(text: str, before: Mention | None, mention: Mention, index: NameIndex) -> Mention | None:
    """What a range of places right before a group chooses: 101到103的病床."""
    if before is None or not (before.each and _places(before)):
        return None
    joined = _HAN_OF.fullmatch(text, before.end, mention.start)
    if not joined and not (mention.plural and text[before.end : mention.start].isspace()):  # "301 to 304 minibars"
        return None
    kinds = {index.kinds.get(candidate) for candidate in mention.candidates}
    wide = mention  # 103到105的病床 may have been read as the bed in 105
    if len(mention.candidates) == 1 and mention.candidates[0].type == "thing" and None not in kinds:
        wide = replace(mention, candidates=tuple(candidate for candidate, kind in index.kinds.items() if kind in kinds))
    held = _within(before.candidates, wide, index)
    return replace(mention, start=before.start, candidates=held, plural=False, each=True) if held else None


def _ranged_behind(text: str, mention: Mention, after: Sequence[Mention], index: NameIndex) -> tuple[Mention | None, int]:
    """What a range of places behind a group chooses, and how many of the mentions behind it make that range."""
    if not after or not _places(after[0]) or not _NEAR.fullmatch(text, mention.end, after[0].start):
        return None, 0
    meant, last, taken = after[0].candidates, after[0].end, 1
    if not after[0].each:
        if len(after) < 2 or not _TO.fullmatch(text, after[0].end, after[1].start):
            return None, 0
        meant, last, taken = _between(after[0], after[1], index), after[1].end, 2
        if not set(meant) <= set(mention.candidates) and (
            not (mention.plural or _EVERY.search(text[: mention.start])) or is_destination(text, mention.start)
        ):
            return None, 0  # "take the pumps from 101 to 104" is a way
    held = _within(meant, mention, index)
    if not held or set(held) == set(mention.candidates):
        return None, 0
    beside = _places(mention) or _BESIDE.fullmatch(text, mention.end, after[0].start)
    end = last if beside else mention.end
    return replace(mention, end=end, candidates=held, plural=False, loose=False, each=True), taken


def _within(places: Sequence[Candidate], mention: Mention, index: NameIndex) -> tuple[Candidate, ...]:
    """Those of a group that are these places, or are in them."""
    if _places(mention):
        return tuple(places) if set(places) <= set(mention.candidates) else ()
    return tuple(index.held_by(places, mention.candidates))


def _between(first: Mention, last: Mention, index: NameIndex) -> tuple[Candidate, ...]:
    """What a series holds from one place to another."""
    if not len(first.candidates) == len(last.candidates) == 1:
        return ()
    ends = dict(index.series.member.get(last.candidates[0], ()))
    for row, number in index.series.member.get(first.candidates[0], ()):
        if row in ends and (group := index.series.between(row, number, ends[row])):
            return group
    return ()


def _places(mention: Mention) -> bool:
    return all(candidate.type == "place" for candidate in mention.candidates)
