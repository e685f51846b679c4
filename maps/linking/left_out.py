"""What is said by what came before: "the one in the lobby", "A1's", 打包台那台, and numbers before their noun: 203跟204的空调."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from maps.linking.index import NameIndex
from maps.linking.mention import Candidate, Mention
from maps.linking.script import numeral_value, plain
from maps.linking.stems import CJK, stems

__all__ = ["LISTED_BEFORE", "numbers_before", "the_one_there"]

_Found = tuple[Mention, Collection[Candidate]]
"""A mention, and all that it might mean."""

_HAN_NUMBER = "\\d{1,4}|[零\u3007一二两三四五六七八九十百]{1,6}"
_LABEL = rf"[a-zA-Z]?\d{{1,4}}[a-zA-Z]?|{_HAN_NUMBER}"
_NUMBERED = re.compile(rf"(?P<number>{_LABEL})(?=号|的|[\u3400-\u9fff])")
LISTED_BEFORE = re.compile(
    rf"(?<![a-zA-Z\d])(?P<said>(?P<number>{_LABEL})号?)(?:(?<=号)|\s*(?:[、\uff0c,]|和|与|跟|及|以及|还有)\s*)$"
)
"""A number in a list whose noun comes with the last one: 13号和15号柜台, 一号二号打印机."""
_ONE = re.compile(r"\b(?P<one>ones?)\s+(?:over\s+|up\s+|down\s+)?(?:in|at|on|from|by|inside)\s+(?:the\s+|our\s+)?$", re.IGNORECASE)
_HAN_ONE = re.compile("(?:里|里面|那边)?(?:的)?(?P<one>那(?:台|个|只|把|辆|部|张|件|盏|块))(?!人)")
_OWNED = re.compile(
    r"['\u2019]s(?=\s*(?:[,.;!?)]|(?:and|then|too|as\s+well|but|may|can|is|are|stays?|should|must|has|have)\b|$))", re.IGNORECASE
)


def numbers_before(text: str, found: Sequence[_Found], index: NameIndex) -> list[_Found]:
    """The mentions, and one for each further number that stands before a numbered one in Chinese: 13号和15号柜台.

    Args:
        text: What a person typed.
        found: Mentions in order, each with all that it might mean.
        index: The map's names.
    """
    out: list[_Found] = []
    for mention, among in found:
        number = _NUMBERED.match(text, mention.start, mention.end)
        more: list[_Found] = []
        start = mention.start
        while number is not None and (earlier := LISTED_BEFORE.search(text[max(0, start - 12) : start])):
            label = earlier["number"]
            value = label if label[0].isascii() and not label.isdigit() else numeral_value(label)
            named = f"{value}{text[number.end() : mention.end]}"
            begin = max(0, start - 12) + earlier.start()
            group = tuple(index.scripts.named(plain(named)))
            if value is None or not group:
                break
            more.append((Mention(begin, begin + len(earlier["said"]), group, loose=mention.loose), group))
            start = begin
        for one, _ in more:
            out = [(other, wide) for other, wide in out if other.end <= one.start or one.end <= other.start]
        out += [*reversed(more), (mention, among)]
    return sorted(out, key=lambda pair: pair[0].start)


def the_one_there(text: str, found: Sequence[_Found], index: NameIndex) -> list[_Found]:
    """The mentions, and one for each "one" at a place that is of a kind with the thing named before.

    Args:
        text: What a person typed.
        found: Mentions in order, each with all that it might mean.
        index: The map's names.
    """
    out: list[_Found] = []
    for number, (mention, among) in enumerate(found):
        extra: _Found | None = None
        if len(mention.candidates) == 1 and mention.candidates[0].type == "place":
            before = _ONE.search(text[: mention.start])
            behind = _HAN_ONE.match(text, mention.end) if CJK.search(text, mention.end, mention.end + 4) else None
            owned = _OWNED.match(text, mention.end)
            next_start = found[number + 1][0].start if number + 1 < len(found) else len(text)
            stretch = before.span("one") if before else None
            if stretch is None and behind is not None and next_start >= behind.end():
                stretch = behind.span("one")
            if (stretch or owned) and (group := _of_the_kind_before(out, mention.candidates[0], index)):
                if stretch is None:
                    mention, among = replace(mention, candidates=group, loose=True), group
                else:
                    extra = (Mention(*stretch, group, loose=True), group)
        out.append((mention, among))
        if extra is not None and all(m.end <= extra[0].start or extra[0].end <= m.start for m, _ in out):
            out.append(extra)
    return sorted(out, key=lambda pair: pair[0].start)


def _of_the_kind_before(out: Sequence[_Found], place: Candidate, index: NameIndex) -> tuple[Candidate, ...]:
    """What is in a place and of a kind with the last thing that was named; the doors of it behind doors."""
    for mention, among in reversed(out):
        if {candidate.type for candidate in mention.candidates} == {"door"}:
            return tuple(candidate for candidate in index.held_by((place,), index.kinds) if candidate.type == "door")
        things = [candidate for candidate in mention.candidates if candidate.type == "thing"]
        if things:
            held = [candidate for candidate in index.held_by((place,), index.kinds) if candidate.type == "thing"]
            if not set(things).isdisjoint(held):
                there = tuple(thing for thing in things if thing in held)
                return there if len(there) == 1 < len(things) else ()  # () for "the torque wrench, the one in the workshop"
            kinds = {index.kinds[thing] for thing in things}
            return tuple(
                c for c in held if c in among or (index.kinds[c] in kinds and set(stems(index.kinds[c])) <= set(stems(c.name)))
            )
    return ()
