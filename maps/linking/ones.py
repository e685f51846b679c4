"""Ones of a kind that is not named again: "the valves, all but the green one", 绿的留着, "the other one", 另一台."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from maps.linking.choosing import COLOURS, MOST, fits, told_of
from maps.linking.index import NameIndex
from maps.linking.mention import Candidate, Mention
from maps.linking.stems import CJK, stem, stems

__all__ = ["ones_told"]

_Found = tuple[Mention, Collection[Candidate]]
"""A mention, and all that it might mean."""

_COUNTS = "台个只件把辆张本箱盒块条扇瓶"
_PAINTS = "red|green|blue|yellow|white|black|gr[ae]y|brown|orange|purple|pink|silver"
_PAINT = re.compile(_PAINTS, re.IGNORECASE)
_ONE = re.compile(
    r"(?:\b(?:the|our|that|and|then)\s+|[,;]\s*|^)(?P<said>(?P<word>[a-z]+)\s+one)\b(?!\s+(?:in|at|on|from|by|inside)\b)"
    rf"|(?<!\ba )(?<!\ban )(?P<said_paint>(?P<word_paint>{_PAINTS})\s+one)\b"
    rf"|(?:\b(?:the|and|then|take|bring|use|try|grab|choose|get)|[.:;,!?])\s+(?P<said_colour>(?P<word_colour>{_PAINTS}))"
    r"(?=\s*(?:[,.;!?)]|$|\b(?:and|or|first|then|too|last|stays?|goes|go|to|where|alone|behind|can|should|belongs|remains)\b))",
    re.IGNORECASE,
)
_HUE = f"[{''.join(sorted(COLOURS))}]"
_HAN_ONE = re.compile(
    f"(?P<said>(?P<word>{_HUE})色?的?那[{_COUNTS}])"
    f"|那[{_COUNTS}](?P<said_of_one>(?P<word_of_one>{_HUE})色?的)"
    f"|(?P<said_other>(?P<word_other>另)(?:外)?[一那]?[{_COUNTS}])(?!人)"
    f"|(?<=除了)(?P<said_but>(?P<word_but>{_HUE})色?的)(?![\u3400-\u9fff]{{0,2}}[机表泵阀车箱])"
    f"|(?P<said_of>(?P<word_of>{_HUE})色?的)(?=(?:那[台个只件把辆张本箱盒])?(?:除外|不用|不要|不看|不算|跳过|先不|就不|别))"
    f"|(?:^|(?<=[\uff0c,\u3002\uff1b;\u3001把将剩但过而]))(?P<said_bare>(?P<word_bare>{_HUE})色?的)"
    "(?=留|放|送|拿|搬|给|归|去|到|单独|先|最后|也|都|在|还|就|要|移|摆|带|挪|收)"
)
_AND = re.compile(r"\s+and\s+(?:the\s+)?", re.IGNORECASE)


def ones_told(text: str, found: Sequence[_Found], index: NameIndex) -> list[_Found]:
    """The mentions, and one for each "one" that a word chooses from a group, from what is like a thing named, or from the map.

    Args:
        text: What a person typed.
        found: Mentions in order, each with all that it might mean.
        index: The map's names, and what is known of each.
    """
    out = list(found)
    for match in (*_ONE.finditer(text), *_HAN_ONE.finditer(text)):
        which = next(name for name, said in match.groupdict().items() if name.startswith("said") and said)
        start, end = match.span(which)
        if any(mention.start < end and start < mention.end for mention, _ in found):
            continue
        if CJK.match(text, start) and any(mention.start == end for mention, _ in found):
            continue  # 绿的那台拖拉机: the noun stands behind it
        said = match[which.replace("said", "word")]
        word = "other" if said == "另" else said if CJK.match(said) else stem(said)
        meant = _meant(
            text,
            word,
            [mention for mention, _ in found if mention.end <= start],
            [mention for mention, _ in found if mention.start >= end],
            end,
            index,
        )
        if not meant and (said in COLOURS or _PAINT.fullmatch(said)):
            meant = _on_the_map(word, found, index)
        if len(meant) == 1:
            out.append((Mention(start, end, tuple(meant), loose=True), tuple(meant)))
    return sorted(out, key=lambda pair: pair[0].start)


def _meant(
    text: str, word: str, before: Sequence[Mention], behind: Sequence[Mention], end: int, index: NameIndex
) -> Sequence[Candidate]:
    """What of the groups that are named, or of what is like a thing that is named, a word is true of."""
    groups = [mention.candidates for mention in reversed(before)]
    several = [group for group in groups if len(group) > 1] or [
        group for group in groups[:1] if fits(word, told_of(group[0], index))
    ]
    among = several[0] if several else next((m.candidates for m in behind if len(m.candidates) > 1), ())
    other = word == "other"
    if among:
        return [one for one in among[:MOST] if not other and fits(word, told_of(one, index))]
    near = [group[0] for group in groups if len(group) == 1]
    if behind and len(behind[0].candidates) == 1 and _AND.fullmatch(text, end, behind[0].start):
        near.append(behind[0].candidates[0])  # "the green and the brown suitcase"
    fitting = ([one for one in _like(each, index) if other or fits(word, told_of(one, index))] for each in near)
    return next((few for few in fitting if len(few) == 1), [])


def _on_the_map(word: str, found: Sequence[_Found], index: NameIndex) -> Sequence[Candidate]:
    """The things of a colour in the places that are named; where none is there, all that can be carried."""
    things = [one for one in index.told if one.type == "thing" and fits(word, told_of(one, index))]
    places = [candidate for mention, _ in found for candidate in mention.candidates if candidate.type == "place"]
    return index.held_by(places, things) or [one for one in things if one in index.carried]


def _like(candidate: Candidate, index: NameIndex) -> tuple[Candidate, ...]:
    """The others of a candidate's kind, whose names end as its own does: of "red block" the other blocks."""
    head = [word for word in stems(candidate.name) if not word.isdigit()][-1:]
    others = (one for one in index.told if one.type == candidate.type and one != candidate)
    return tuple(one for one in others if head and [word for word in stems(one.name) if not word.isdigit()][-1:] == head)
