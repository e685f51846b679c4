"""What is left unsaid because the text has said it before: "take parcel 8, leave 7", 七号包裹别动,八号送走; "and 311 too"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from maps.linking.index import NameIndex
from maps.linking.mention import Candidate, Mention
from maps.linking.script import numeral_value

__all__ = ["numbers_of_series", "the_same_there"]

_NUMBER = re.compile(
    r"(?<![\w.,:#-])(?P<number>\d{1,4})(?=$|[,;!?)]|:\s|\.(?:\s|$)|\s+(?:is|are|can|may|has|goes|go|stays?|to|and|or|then|where|in|on|at|for"
    r"|from|as|too|alone|please|should|must|will|needs?|doesn|isn)\b)",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?<!\bsame )(?<!\bditto )(?<!\bwhat )(?<!\bhow )"
    r"(?:\b(?:at|for|by|until|till|within|after|before|than|above|below|under|over|about|around|exactly|times|wait|pause|every|to|is"
    r"|reads?|from|through|at\s+least|at\s+most)|[<>=\u2264\u2265])\s*$",
    re.IGNORECASE,
)
"""Words before a number that is an amount, a time or the end of a range."""
_HAN_NUMBER = re.compile(
    "(?<![\\d月零\u3007一二两三四五六七八九十百第])(?P<number>\\d{1,4}|[零\u3007一二两三四五六七八九十百]{1,6})号"
)
_LETTER = re.compile(r"(?<![\w.'\u2019-])[A-HJ-Z](?=\s+(?:is|has|too|instead|as\s+well|goes|stays)\b|[,;!?]|\.(?:\s|$)|$)")
"""A letter alone that may name another of a kind: "look at wheelchair B, and whether A is free"."""
_LETTERED = re.compile(r" [A-Z]$")
_ALSO = re.compile(
    r"(?:^|[.!?;,]\s*)(?:and\s+|also\s+|(?:same|ditto)\s+(?:for|in|with)\s+|(?:what|how)\s+about\s+)+$", re.IGNORECASE
)
_TOO = re.compile(r"\s*(?:,\s*)?(?:(?:as\s+well|too|also|please|next)\s*)*(?=$|[.!?;])", re.IGNORECASE)


def numbers_of_series(text: str, mentions: Sequence[Mention], index: NameIndex) -> list[Mention]:
    """The mentions, and one for each number alone that has another member of a series whose name was said in full before.

    Args:
        text: What a person typed.
        mentions: In order and without overlap.
        index: The map's names.
    """
    found: list[Mention] = []
    for pattern in (_NUMBER, _HAN_NUMBER):
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(m.start < end and start < m.end for m in (*mentions, *found)) or _AMOUNT.search(text, 0, start):
                continue
            before = [m for m in mentions if m.end <= start]
            meant = _member(before, int(numeral_value(match["number"]) or -1), index)
            if meant is not None:
                found.append(Mention(start, end, (meant,), loose=True))
    for match in _LETTER.finditer(text):
        start, end = match.span()
        lettered = next(
            (m.candidates[0] for m in reversed(mentions) if m.end <= start and _LETTERED.search(m.candidates[0].name)), None
        )
        if lettered is None or any(m.start < end and start < m.end for m in mentions):
            continue
        other = next((one for one in index.told if one.type == lettered.type and one.name == lettered.name[:-1] + match[0]), None)
        if other is not None and other != lettered:
            found.append(Mention(start, end, (other,), loose=True))
    return sorted((*mentions, *found), key=lambda mention: mention.start)


def _member(before: Sequence[Mention], number: int, index: NameIndex) -> Candidate | None:
    """What has the number in the group that was named last, or in the series of the last numbered thing."""
    for mention in reversed(before):
        if len(mention.candidates) > 1:
            held = [c for c in mention.candidates if any(own == number for _, own in index.series.member.get(c, ()))]
            if len(held) == 1:
                return held[0]
        if len(mention.candidates) > 1 or mention.loose:
            continue
        for row, own in index.series.member.get(mention.candidates[0], ()):
            meant = index.series.rows[row].get(number)
            if meant is not None and own != number:
                return meant
    return None


def the_same_there(text: str, mentions: Sequence[Mention], index: NameIndex) -> list[Mention]:
    """The mentions; a place that is all of its clause is the thing there that is of a kind with the one asked about before.

    "What does the thermostat in 301 say? And 311 as well." asks of the thermostat in 311.

    Args:
        text: What a person typed.
        mentions: In order and without overlap.
        index: The map's names, and what is where.
    """
    out: list[Mention] = []
    for mention in mentions:
        alone = _ALSO.search(text, 0, mention.start) and _TOO.match(text, mention.end)
        if alone and len(mention.candidates) == 1 and mention.candidates[0].type == "place":
            before = next((m for m in reversed(out) if any(c.type == "thing" for c in m.candidates)), None)
            kinds = {index.kinds[c] for c in before.candidates if c.type == "thing"} if before is not None else set()
            held = index.held_by(mention.candidates, [c for c, kind in index.kinds.items() if kind in kinds and c.type == "thing"])
            if len(held) == 1 and before is not None and held[0] not in before.candidates[:1]:
                mention = Mention(mention.start, mention.end, held, loose=True)
        out.append(mention)
    return out
