"""Amounts and limits: "above 6 bar", 不到十度, "reading: 4.2 bar". Numbers are exact, units of one dimension are compared."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Literal

from agent.decisions.numerals import digits
from agent.decisions.words import NEGATORS, parts, words

__all__ = ["Amount", "Limit", "amounts", "dimension_of", "direction", "limit"]

Sense = Literal["above", "below", "least", "most", "equal", "between", "over", "under"]
_SENSES: tuple[Sense, ...] = ("least", "most", "above", "below", "over", "under", "equal")

TEMPERATURE = "temperature"
_FAHRENHEIT = ("degrees fahrenheit", "degree fahrenheit", "degrees f", "°f", "° f", "fahrenheit", "f", "华氏度")
_CELSIUS = (
    "degrees celsius",
    "degree celsius",
    "degrees c",
    "°c",
    "° c",
    "celsius",
    "centigrade",
    "c",
    "摄氏度",
    "degrees",
    "degree",
    "deg",
    "度",
    "°",
)
_TEMPERATURE_KEYS = ("temperature", "temp", "温度", "气温", "水温", "油温")

_ABOUT = re.compile(r"(?:\b(?:about|around|approximately|approx\.?|roughly|circa|ca\.)|~|≈|约|大约|大概|差不多)\s*$")
_NUMBER = r"(?<![\w.:])-?\d+(?:\.\d+)?"
_AMOUNT = re.compile(rf"(?P<low>{_NUMBER})(?:\s*(?:-|\u2013|~|to\b|至|到)\s*(?P<high>\d+(?:\.\d+)?))?(?![\d:]|-\d|\.\d)")
_N = r"(?P<n>(?<![\d.])-?\d++(?:\.\d++)?+)"
_M = r"(?P<m>(?<![\d.])-?\d++(?:\.\d++)?+)"
_BETWEEN = (
    re.compile(rf"\b(?:between|from)\s+{_N}[^\d]*?(?:\band\b|\bto\b|-)\s*{_M}"),
    re.compile(rf"(?:在|介于)\s*{_N}[^\d]*?(?:到|至|和|与|-)\s*{_M}"),
)
_BARE = re.compile(rf"(?:^|\b(?:is|are|reads?|shows?|says?|at|it)|是|为|显示|读数|有|只有)\s*{_N}(?P<u>[^\d;,]*)$")


@cache
def _patterns() -> tuple[tuple[Sense, re.Pattern[str]], ...]:
    """How limits are put, those first whose words hold others' ("no more than")."""
    found: list[tuple[Sense, re.Pattern[str]]] = [("between", pattern) for pattern in _BETWEEN]
    table = tomllib.loads(files("agent.decisions").joinpath("limits.toml").read_text(encoding="utf-8"))
    for sense in _SENSES:
        row = table[sense]
        if "after" in row:
            found.append((sense, re.compile(rf"{_N}(?P<u>[^\d;,]{{0,24}}?)\s*{_any(row['after'])}")))
        if "before" in row:
            found.append((sense, re.compile(rf"{_any(row['before'])}\s*{_N}")))
    return (*found, ("equal", _BARE))


def _any(said: str) -> str:
    """A pattern of any of several phrases, the longest first."""
    phrases = sorted((phrase.strip() for phrase in said.split(";")), key=len, reverse=True)
    return "(?:" + "|".join(rf"\b{phrase}\b" if phrase[0].isascii() and phrase[0].isalpha() else phrase for phrase in phrases) + ")"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that was seen, or the two that it lies between.

    Attributes:
        low, high: As it stands there.
        dimension: What its unit measures; "" without a unit.
        key: What it is the value of, as "reading"; "" where that is not told.
        noun: The words behind it that are no unit: "3 boxes".
        text: As it was read.
        base: Both in the dimension's first unit, degrees Celsius for temperatures.
    """

    low: Fraction
    high: Fraction
    dimension: str
    key: str
    noun: str
    text: str
    base: tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Limit:
    """What a condition asks of a number.

    Attributes:
        sense: ``over`` and ``under`` do not tell whether the limit itself counts (以上).
        at: The limit as it stands there, and in the dimension's first unit.
        to: The second one of ``between``, else the first again.
        dimension: What its unit measures; "" without a unit.
        noun: The words behind it that are no unit.
        denied: Whether it is said that it is not so.
        words: The words that say it.
    """

    sense: Sense
    at: tuple[Fraction, Fraction]
    to: tuple[Fraction, Fraction]
    dimension: str
    noun: str
    denied: bool
    words: str

    def holds(self, amount: Amount) -> bool | None:
        """Whether an amount keeps it; None where that cannot be said, by its unit or because it may be either."""
        if self.dimension and amount.dimension and self.dimension != amount.dimension:
            return None
        same = bool(self.dimension and amount.dimension)
        low, high = amount.base if same else (amount.low, amount.high)
        at, to = (self.at[1], self.to[1]) if same else (self.at[0], self.to[0])
        found = {_kept(self.sense, value, at, to) for value in (low, high)}
        if self.sense in ("equal", "between") and low != high and low <= to and high >= at and not (at <= low and high <= to):
            return None
        if len(found) != 1:
            return None
        (kept,) = found
        return None if kept is None else kept != self.denied


def _kept(sense: Sense, value: Fraction, at: Fraction, to: Fraction) -> bool | None:
    if sense in ("over", "under") and value == at:
        return None
    return {
        "above": value > at, "over": value > at, "below": value < at, "under": value < at,
        "least": value >= at, "most": value <= at,
        "equal": value == at, "between": at <= value <= to,
    }[sense]  # fmt: skip


@cache
def _units() -> Mapping[str, tuple[str, Fraction]]:
    """Dimension and worth by a unit's name, the longest names first."""
    found: dict[str, tuple[str, Fraction]] = {}
    for dimension, table in _file().items():
        for worth, names in table.items():
            if worth != "keys":
                found |= {name: (dimension, Fraction(worth)) for name in names.split(";")}
    found |= dict.fromkeys((*_CELSIUS, *_FAHRENHEIT), (TEMPERATURE, Fraction(1)))
    return dict(sorted(found.items(), key=lambda row: -len(row[0])))


@cache
def _file() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("agent.decisions").joinpath("units.toml").read_text(encoding="utf-8"))


def dimension_of(text: str) -> str:
    """The dimension that some words name: "pressure" of "the line pressure"; "" where they name none, or several."""
    found = {TEMPERATURE} if any(key in text for key in _TEMPERATURE_KEYS) else set[str]()
    for dimension, table in _file().items():
        if any(re.search(rf"\b{key}\b" if key.isascii() else key, text) for key in table["keys"].split(";")):
            found.add(dimension)
    return found.pop() if len(found) == 1 else ""


def _unit(text: str) -> tuple[str, str]:
    """A unit that a text begins with, by name, and what follows it; "" for none."""
    text = text.lstrip()
    for name in _units():
        if text.startswith(name):
            rest = text[len(name) :]
            if not (rest[:1].isalpha() and rest[:1].isascii() and name[-1].isascii() and name[-1].isalpha()):
                return name, rest.strip()
    return "", text.strip()


def _base(value: Fraction, unit: str) -> Fraction:
    if unit in _FAHRENHEIT:
        return (value - 32) * 5 / 9
    return value * _units()[unit][1] if unit else value


def amounts(fact: str, key: str = "") -> Iterator[Amount]:
    """The amounts in a fact that was seen.

    Args:
        fact: Folded, as "4.2 bar".
        key: What it is the value of.
    """
    fact = digits(fact)
    for match in _AMOUNT.finditer(fact):
        unit, rest = _unit(fact[match.end() :])
        low = Fraction(match["low"])
        high = Fraction(match["high"]) if match["high"] else low
        if high < low:
            continue
        if _ABOUT.search(fact[: match.start()]):
            low, high = low - abs(low) / 10, high + abs(high) / 10
        noun = (parts(rest) or [""])[0] if not unit else ""
        dimension = _units()[unit][0] if unit else ""
        yield Amount(low, high, dimension, key, noun, f"{match.group()} {unit}".strip(), (_base(low, unit), _base(high, unit)))


@cache
def _directions() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Words for more and for less that end a statement without a number: "it is above", 没超过."""
    table = tomllib.loads(files("agent.decisions").joinpath("limits.toml").read_text(encoding="utf-8"))
    found = []
    for sense, more in (("above", "more;so;够;到;达到"), ("below", "不够")):
        names = ";".join(one.removesuffix(" than") for one in table[sense]["before"].split(";") if one.strip() not in ("<", ">"))
        found.append(re.compile(rf"{_any(f'{names};{more}')}(?:了|的|吗| it| that| now)*$"))
    return found[0], found[1]


def direction(statement: str) -> bool | None:
    """Whether a statement without a number says "more" (True) or "less"; None for neither."""
    less, more = (pattern.search(statement) for pattern in reversed(_directions()))
    said = less or more
    if said is None:
        return None
    before = parts(statement[: said.start()])
    return (said is more) != bool(before and sum(word in NEGATORS for word in words(before[-1])) % 2)


def limit(condition: str) -> Limit | None:
    """What a folded condition asks of a number; None for one that asks nothing of any."""
    text = digits(condition)
    for sense, pattern in _patterns():
        for match in pattern.finditer(text):
            named = match.groupdict()
            middle = named.get("u") or ""
            unit, noun = _unit(middle or text[match.end() :])
            first = Fraction(match["n"])
            low, high = sorted((first, Fraction(named.get("m") or first)))
            before = parts(text[: match.start()])
            denied = sum(word in NEGATORS for word in words(before[-1])) % 2 == 1 if before else False
            dimension = _units()[unit][0] if unit else ""
            said = match.group() + (f" {unit}" if unit and not middle else "")
            noun = (parts(noun) or [""])[0]
            return Limit(sense, (low, _base(low, unit)), (high, _base(high, unit)), dimension, noun, denied, said.strip())
    return None
