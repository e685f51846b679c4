"""Choosing: words beside a mention that are true of one of its candidates alone: "the parcel marked urgent", 绿的那台拖拉机."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from maps.linking.clauses import clause_start
from maps.linking.index import NameIndex
from maps.linking.mention import Candidate, Mention
from maps.linking.same_words import chinese_qualities, english_of
from maps.linking.stems import CJK, HAN, stem, stems
from maps.ordinary_words import ARTICLES, DETERMINERS, NUMBERS, PREPOSITIONS

__all__ = ["COLOURS", "MOST", "Told", "chosen_by_words", "fits", "told_of"]

_Found = tuple[Mention, Collection[Candidate]]
"""A mention, and all that it might mean."""

MOST = 24
"""Groups of more are left as they are."""

_WORDS_BEFORE = re.compile(r"((?:[^\W\d_][\w'\u2019-]*\s+){1,4})$")
_BEHIND = (
    re.compile(r"\s*,?\s*(?:the\s+)?([\w'\u2019-]+)\s+ones?\b", re.IGNORECASE),
    re.compile(r"\s+(?:that|which|who)(?:\s+is|\s+are|['\u2019]s)\s+((?:[\w'\u2019-]+[ ]?){1,3})", re.IGNORECASE),
    re.compile(
        r"\s+(?:marked|labelled|labeled|called|named|for|with|made\s+of|belonging\s+to)\s+(?:the\s+|a\s+)?"
        r"[\"'\u201c]?((?:[\w'\u2019-]+[ ]?){1,3})",
        re.IGNORECASE,
    ),
)
_NUMBERED = re.compile(r"\s*,?\s*\b(?:number|nr\.?|no\.?)\s+(\w+)\b", re.IGNORECASE)
"""Behind one thing alone: "the badge, number nine"."""
_NOT_TELLING = ARTICLES | PREPOSITIONS | frozenset("and or of for to with is are".split())
_COUNTS = "台个只件把辆条张本箱盒瓶间扇部份副套位块根支袋桶"
_GLUE = re.compile(f"(?:色)?(?:的)?(?:那|这)?[一两三四五六]?(?:[{_COUNTS}])?(?:的)?$")
_COLOURS_BEFORE = re.compile(f"(?:[红绿蓝黄黑白灰橙紫棕]色?的?[、和]?){{2,}}[一两三四五六]?[{_COUNTS}]?的?$")
"""Several colours, of which each tells of one: 红绿蓝三个."""
_HAN_BEHIND = re.compile(f"[\uff0c,]?(?P<words>[{HAN}]{{1,4}}?)色?的(?:那|这)?[{_COUNTS}]?(?=[\uff0c\u3002\uff01\uff1f,.!?]|$)")
_NOT_THIS = re.compile("[除不别没]")
_HAN_WINDOW = 12
_DIRECTIONS = {"n": "north", "s": "south", "e": "east", "w": "west"}
"""What a letter in a name may stand for: "the south meter" is meter S."""
COLOURS = frozenset("红绿蓝黄黑白灰橙紫棕")
"""What stands before a noun without 的 too: 蓝阀."""


def chosen_by_words(text: str, found: Sequence[_Found], index: NameIndex) -> list[_Found]:
    """The mentions; of several candidates those stay of which most of the words beside the mention are true.

    Words before a mention become a part of it.

    Args:
        text: What a person typed.
        found: Mentions in order, each with all that it might mean.
        index: The map's names, and what is known of each.
    """
    out: list[_Found] = []
    end = 0
    for mention, among in found:
        if 1 < len(mention.candidates) <= MOST and not mention.each:
            before = [*_before(text, end, mention), *_before_in_chinese(text, end, mention)]
            words = [*before, *((word, mention.start) for word in _behind(text, mention))]
            told = {candidate: told_of(candidate, index) for candidate in mention.candidates}
            true = {c: sum(fits(word, told[c]) + _in_name(word, c) for word, _ in words) for c in mention.candidates}
            most = max(true.values())
            chosen = tuple(candidate for candidate, count in true.items() if count == most)
            if 0 < most and len(chosen) < len(mention.candidates):
                fitting = [start for word, start in words if any(fits(word, told[candidate]) for candidate in chosen)]
                mention, among = replace(mention, start=min(fitting), candidates=chosen), chosen
        out.append((mention, among))
        end = mention.end
    return out


def _before(text: str, end: int, mention: Mention) -> Iterator[tuple[str, int]]:
    """The adjectives before a mention, and where they begin."""
    match = _WORDS_BEFORE.search(text[end : mention.start])
    if match is None or CJK.match(text, mention.start):
        return
    words = [(word.group(), end + match.start() + word.start()) for word in re.finditer(r"\S+", match[1])]
    for word, start in reversed(words):
        if word.lower() in DETERMINERS or word.lower() in _NOT_TELLING or CJK.search(word):
            return
        yield stem(word), start


def _behind(text: str, mention: Mention) -> Iterator[str]:
    """The words behind a mention that tell which one it is."""
    for pattern in _BEHIND if mention.plural else (*_BEHIND, _NUMBERED):
        if match := pattern.match(text, mention.end):
            words = (word for word in match[1].split() if word.lower() not in _NOT_TELLING and not CJK.search(word))
            yield from (NUMBERS.get(word.lower(), stem(word)) for word in words)
    if (match := _HAN_BEHIND.match(text, mention.end)) and not _NOT_THIS.search(match["words"]):
        yield from (word for word in chinese_qualities() if match["words"].endswith(word))


def _before_in_chinese(text: str, end: int, mention: Mention) -> Iterator[tuple[str, int]]:
    """The qualities that stand before a mention in Chinese, and where they begin."""
    begin = max(end, clause_start(text, mention.start), mention.start - _HAN_WINDOW)
    window = text[begin : mention.start]
    if not CJK.search(window):
        return
    if several := _COLOURS_BEFORE.search(window):
        yield from ((colour, begin + several.start()) for colour in several.group() if colour in COLOURS)
        return
    rest = _GLUE.sub("", window)
    for word in chinese_qualities():
        if rest.endswith(word) and (len(word) > 1 or rest != window or word in COLOURS):
            yield word, begin + len(rest) - len(word)


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a candidate: English words, what state it is in, and Chinese names.

    An English state is left to whoever reads the mission: it changes, and the map may be behind.
    """

    words: frozenset[str]
    state: frozenset[str]
    chinese: str


def told_of(candidate: Candidate, index: NameIndex) -> Told:
    """What is known of a candidate."""
    values = index.told.get(candidate, ())
    words = {word for value in values if not CJK.search(value) for word in stems(value)}
    same = {other[0] for word in words for other in english_of((word,)) if len(other) == 1}
    same |= {direction for letter, direction in _DIRECTIONS.items() if letter in words}
    state = frozenset(stems(index.states.get(candidate, "")))
    return Told(frozenset(words | same), state, "\n".join(value for value in values if CJK.search(value)))


def _in_name(word: str, candidate: Candidate) -> bool:
    """Whether a word that is true of a candidate is part of its name too: the blue valve is it, not another one that is blue."""
    if CJK.match(word):
        return word in candidate.name or not chinese_qualities()[word].isdisjoint(stems(candidate.name))
    return word in stems(candidate.name)


def fits(word: str, told: Told) -> bool:
    """Whether a word, stemmed or in Chinese, is true of a candidate."""
    if not CJK.match(word):
        return word in told.words
    return word in told.chinese or not chinese_qualities().get(word, frozenset()).isdisjoint(told.words | told.state)
