"""Conditions on amounts: "it is above 6 bar", 不到三个, judged by the numbers that were seen and that the limit is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from agent.decisions.amounts import Amount, Limit, amounts, dimension_of, limit
from agent.decisions.facts import Fact
from agent.decisions.judgement import UNKNOWN, Judgement
from agent.decisions.words import STOP, words

__all__ = ["by_amount"]

_UNKEYED = frozenset(
    {"label", "model", "floor", "made", "size", "colour", "color", "serial", "id", "expires", "name", "date", "room", "brand"}
)
"""What no amount that is asked for is the value of."""
_PLAIN_KEYS = frozenset({"", "reading", "value", "display", "count", "state", "number", "quantity", "读数", "数值", "数量", "显示"})
_COUNTS = frozenset({"count", "number", "quantity", "数量", "个数"})
_HOW_MANY = re.compile(r"\bhow many\b|\bthe number of\b|几|多少|[\d两三四五六七八九十百]个")
"""Words by which things are counted."""


def by_amount(said: str, found: Sequence[Fact], asked: str) -> Judgement:
    """Judge a condition that names a limit.

    Args:
        said: Its words.
        found: What was seen.
        asked: The question before it, which may name what is measured.

    Returns:
        ``UNKNOWN`` where it names no limit, or none of the amounts bears on it, or they disagree.
    """
    asks = limit(said)
    if asks is None:
        return UNKNOWN
    seen = [(amount, fact) for fact in found if fact.key not in _UNKEYED for amount in amounts(fact.value, fact.key)]
    counted = [one for one in seen if one[0].key in _COUNTS and not one[0].dimension]
    if len(counted) == 1 and not asks.dimension and (_HOW_MANY.search(asked) or _HOW_MANY.search(said)):
        chosen = counted
    else:
        chosen = _bearing(asks, seen, dimension_of(said) or dimension_of(asked), said)
    if (
        not chosen
        and not asks.dimension
        and any(word in ("nobody", "nothing", "none") for fact in found for word in words(fact.value))
    ):
        nothing = Amount(Fraction(0), Fraction(0), "", "", "", "nothing", (Fraction(0), Fraction(0)))
        chosen = [(nothing, found[0])]
    answers = {asks.holds(amount) for amount, _ in chosen}
    if len(answers) != 1 or None in answers:
        return UNKNOWN
    return Judgement("holds" if answers.pop() else "fails", _said(asks), chosen[0][1].text)


def _said(asks: Limit) -> str:
    return f"not {asks.words}" if asks.denied else asks.words


def _bearing(asks: Limit, seen: Sequence[tuple[Amount, Fact]], named: str, said: str) -> list[tuple[Amount, Fact]]:
    """The amounts that a limit is about: of its unit, else of what the condition names, else a display's."""
    same = [one for one in seen if asks.dimension and one[0].dimension == asks.dimension]
    if len(same) > 1:
        keyed = [one for one in same if one[0].key and one[0].key in said]
        return keyed or same
    if same:
        return same
    if asks.dimension:
        of = asks.dimension
        return [
            one for one in seen if not one[0].dimension and (one[0].key in _PLAIN_KEYS - _COUNTS or dimension_of(one[0].key) == of)
        ]
    keyed = [one for one in seen if one[0].key and one[0].key in said and one[0].key not in _PLAIN_KEYS]
    if not keyed and named:
        keyed = [one for one in seen if named in (one[0].dimension, dimension_of(one[0].key))]
    noun = set(words(asks.noun)) - STOP
    if not keyed and noun:
        keyed = [one for one in seen if noun & (set(words(one[0].noun)) | set(words(one[0].key)))]
    if keyed:
        return keyed
    reading = [one for one in seen if one[0].key in ("reading", "value", "display", "读数", "数值", "显示")]
    measured = [one for one in seen if one[0].key in _PLAIN_KEYS - {"number"} or dimension_of(one[0].key)]
    return (
        reading or (measured if len(measured) == 1 or len(seen) == len(measured) else []) or (list(seen) if len(seen) == 1 else [])
    )
