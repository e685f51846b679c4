"""Groups said twice: in which order, "the scales ... begin with 15 and work back to 12", and what was listed, 这三个棚子."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from maps.linking.clauses import sentences_between
from maps.linking.mention import Mention
from maps.linking.script import numeral_value
from maps.ordinary_words import NUMBERS

__all__ = ["said_again"]

_THOSE = re.compile(
    r"\b(?:these|those|the|all)\s+(?P<number>two|three|four|five|six)\s+$|[这那](?P<han>[两三四五六])[个间张台条只扇处]$",
    re.IGNORECASE,
)
_ORDER = re.compile(r"\b(?:start|begin|from|first)\w*\b|从", re.IGNORECASE)
_AND = re.compile(r"\b(?:and|then|again)\b|[再又]|然后", re.IGNORECASE)
"""Before what is said again because it is done again."""
_LISTED = re.compile(r"\s*(?:,|and|or|&|,\s*and|[、\uff0c和跟与及]|以及)\s*(?:the\s+)?", re.IGNORECASE)


def said_again(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions without those that only tell an order of a group named before, or mean what was listed before.

    Args:
        text: What a person typed.
        mentions: In order and without overlap.
    """
    out: list[Mention] = []
    for mention in mentions:
        told = next((number for number, other in enumerate(out) if _orders(text, other, mention)), None)
        if told is not None:
            out[told] = replace(out[told], candidates=mention.candidates, plural=False, loose=False, each=True)
        elif not _listed_before(text, out, mention):
            out.append(mention)
    return out


def _orders(text: str, group: Mention, mention: Mention) -> bool:
    """Whether a range only says where to begin with a group that was named before, and where to end."""
    if (
        not mention.each
        or set(group.candidates) != set(mention.candidates)
        or sentences_between(text, group.end, mention.start) > 1
    ):
        return False
    if group.each:
        return _AND.search(text, group.end, mention.start) is None
    return _ORDER.search(text, group.end, mention.start) is not None


def _listed_before(text: str, before: Sequence[Mention], mention: Mention) -> bool:
    """Whether a group means just so many as were listed right before it."""
    those = _THOSE.search(text, 0, mention.start)
    if those is None or len(mention.candidates) < 2:
        return False
    count = int(NUMBERS[those["number"].lower()] if those["number"] else numeral_value(those["han"]) or 0)
    listed: list[Mention] = []
    for other in reversed(before):
        if len(other.candidates) != 1 or (listed and not _LISTED.fullmatch(text, other.end, listed[-1].start)):
            break
        listed.append(other)
    types = {other.candidates[0].type for other in listed}
    return (
        len(listed) == count and types == {mention.candidates[0].type} and sentences_between(text, listed[0].end, mention.start) < 2
    )
