"""Nouns that mean the same: what English speakers call one kind of thing or room, and what it is in Chinese.

They are matched loosely, behind every name, alias, part of a name and kind that the map itself has. The nouns are in
``same_words.en.toml``, ``same_words.zh.toml`` and ``chinese_nouns.toml``, read when the first map is indexed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from maps.linking.stems import stems

__all__ = [
    "ANIMALS_ARE_KEPT_IN",
    "CONTAINERS",
    "HOLD_LIQUIDS",
    "INSTRUMENTS",
    "LONGEST",
    "MEASURED",
    "PURPOSES",
    "ROOMS",
    "USES",
    "chinese_of",
    "chinese_qualities",
    "chinese_same",
    "english_of",
    "noun_words",
]

CONTAINERS = frozenset(
    "carton bottle can tin jar pack packet box bag sack jug tube roll stack pile bundle bale barrel drum bucket tray pot "
    "container canister case cooler crate block bar sheet tub tank cylinder parcel package model figure replica set".split()
)
"""What a thing is often called by its contents, or by what it is of, instead of: "the milk" for a milk carton."""

HOLD_LIQUIDS = frozenset("tank drum barrel silo cistern vat".split())
"""Of what stands fast, what is called by what its label says is in it."""

INSTRUMENTS = frozenset("gauge meter sensor indicator detector display".split())
"""What is often called by what it measures, where that takes two words: "line pressure" for a line pressure gauge."""

ROOMS = frozenset("office room lab laboratory department hall desk area station wing building shop store zone corner".split())
"""What a place is often called by what it is for instead of: "HR" for an HR office."""

USES = frozenset(
    "meeting break waiting staff living dining bed bath class guest patient treatment control operating changing washing main "
    "back front left right north south east west upper lower inner outer first second third new old big small large work rest "
    "play parking loading packing charging storage pump server mail copy post test search help tool water power fire gas air "
    "hot cold wet dry red blue green yellow black white grey brown orange pink purple silver golden wooden plastic metal "
    "empty full heavy light spare hand foot first-aid".split()
)
"""Words before such a noun that do not stand for the whole."""

LONGEST = 3
"""Words of the longest noun."""

LONGEST_CHINESE = 6
"""Characters of the longest one."""

PURPOSES = frozenset(
    "treatment control operating packing loading charging washing changing storage parking server mail dining patient guest "
    "waiting staff pump gas boiler recovery receiving shipping sorting return".split()
)
"""Of these, those that name the place behind a word of place alone: "in treatment"."""

MEASURED = frozenset("reading level pressure temperature temp voltage flow value".split())
"""What instruments tell: "fence voltage" for a fence meter."""

ANIMALS_ARE_KEPT_IN = frozenset("house barn shed coop stable pen hutch sty".split())
"""What an animal's house is often called by the animals instead of: "the hens" for a hen house."""

_FILES = {language: Path(__file__).with_name(f"same_words.{language}.toml") for language in ("en", "zh")}
_FILES["more zh"] = Path(__file__).with_name("chinese_nouns.toml")


@cache
def _english() -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Stemmed noun -> the stemmed nouns that mean the same."""
    table: dict[tuple[str, ...], dict[tuple[str, ...], None]] = {}
    for entries in _read("en").values():
        for group in _groups(entries):
            nouns = dict.fromkeys(stems(noun) for noun in group)
            for noun in nouns:
                table.setdefault(noun, {}).update((other, None) for other in nouns if other != noun)
    return {noun: tuple(others) for noun, others in table.items()}


@cache
def _chinese() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Stemmed English noun -> Chinese ones."""
    table: dict[tuple[str, ...], dict[str, None]] = {}
    for entries in (_read("zh")["of_english"], *_read("more zh").values()):
        for entry in entries.replace("\n", "|").split("|"):
            words = entry.split()
            first = next((i for i, word in enumerate(words) if not word.isascii()), 0)
            if first:
                table.setdefault(stems(" ".join(words[:first])), {}).update(dict.fromkeys(words[first:]))
    return {noun: tuple(chinese) for noun, chinese in table.items()}


@cache
def _chinese_groups() -> dict[str, tuple[str, ...]]:
    """Chinese noun -> the nouns that mean the same."""
    table: dict[str, dict[str, None]] = {}
    for group in _groups(_read("zh")["groups"]):
        for noun in group:
            table.setdefault(noun, {}).update((other, None) for other in group if other != noun)
    return {noun: tuple(others) for noun, others in table.items()}


def _read(language: str) -> dict[str, str]:
    found: dict[str, str] = tomllib.loads(_FILES[language].read_text(encoding="utf-8"))
    return found


def _groups(entries: str) -> Iterator[list[str]]:
    for entry in entries.replace("\n", "|").split("|"):
        group = [noun.strip() for noun in entry.split(" = ")]
        if len(group) > 1:
            yield group


@cache
def chinese_qualities() -> dict[str, frozenset[str]]:
    """Chinese words for what something is like -> English ones, and the English nouns' other words for these."""
    table: dict[str, frozenset[str]] = {}
    for entry in _read("zh")["qualities"].replace("\n", "|").split("|"):
        word, *english = entry.split() or ("",)
        others = {other[0] for each in english for other in english_of(stems(each)) if len(other) == 1}
        if word:
            table[word] = frozenset({*english, *others})
    return table


@cache
def noun_words() -> frozenset[str]:
    """Every stemmed word of the English nouns."""
    return frozenset(word for noun in _english() for word in noun)


def english_of(noun: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Other English nouns for a stemmed one."""
    return _english().get(noun, ())


def chinese_of(noun: tuple[str, ...]) -> tuple[str, ...]:
    """Chinese nouns for a stemmed English one."""
    return _chinese().get(noun, ())


def chinese_same(name: str) -> Iterator[str]:
    """A Chinese name with one of its nouns replaced by another that means the same, and such nouns for what it ends with."""
    groups = _chinese_groups()
    for start in range(len(name)):
        for end in range(start + 1, min(len(name), start + LONGEST_CHINESE) + 1):
            for other in groups.get(name[start:end], ()):
                yield f"{name[:start]}{other}{name[end:]}"
                if end == len(name) and start:
                    yield other
