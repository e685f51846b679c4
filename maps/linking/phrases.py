"""Everything that a feature is called: its name, aliases, their parts, its kind, and these with its attributes and number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from maps.everyday_words import everyday
from maps.linking.mention import Candidate
from maps.linking.same_words import (
    ANIMALS_ARE_KEPT_IN,
    CONTAINERS,
    HOLD_LIQUIDS,
    INSTRUMENTS,
    LONGEST,
    MEASURED,
    PURPOSES,
    ROOMS,
    USES,
    chinese_of,
    english_of,
)
from maps.linking.script import ScriptNames
from maps.linking.stems import CJK, stems
from maps.ordinary_words import DETERMINERS

__all__ = ["ALIAS", "EXACT", "KIND", "LEAD", "PART", "SAME", "Phrase", "Phrases"]

EXACT, ALIAS, PART, KIND, SAME, LEAD = range(6)
"""How good a match is, best first: the last are another word for the same, and what a name begins with."""

_GENERIC = frozenset("room area side point part zone region machine safety tool supply storage".split())
"""Words that are too wide to name something when they are only a part of its name or its kind."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """What one phrase of the map can mean.

    Attributes:
        matches: Everything that it fits, with how well.
        quality: The best of these.
        best: What it fits so well, in file order.
        types: Their types.
    """

    matches: Mapping[Candidate, int]
    quality: int
    best: tuple[Candidate, ...]
    types: frozenset[str]

    @classmethod
    def of(cls, matches: Mapping[Candidate, int]) -> Phrase:
        """A phrase with these matches."""
        quality = min(matches.values())
        best = tuple(candidate for candidate, each in matches.items() if each == quality)
        return cls(matches, quality, best, frozenset(candidate.type for candidate in best))


class Phrases:
    """Collects phrases.

    Attributes:
        table: Stemmed words joined by spaces -> candidates with the quality of the match.
        scripts: The names in scripts without spaces.
        by_use: What places are for -> the places, of those that are not called so by themselves.
    """

    def __init__(self) -> None:
        """Nothing yet."""
        self.table: dict[str, dict[Candidate, int]] = {}
        self.by_use: dict[str, dict[Candidate, int]] = {}
        self.scripts = ScriptNames()

    def feature(self, candidate: Candidate, aliases: Iterable[str], kind: str, attributes: Mapping[str, str] | None = None) -> None:
        """Index a feature's name, aliases, parts of names, kind, and kind or head noun with its attributes and number."""
        attributes = attributes or {}
        qualities = [words for key, value in attributes.items() for words in _qualities(key, value)]
        heads = set()
        for quality, name in ((EXACT, candidate.name), *((ALIAS, alias) for alias in aliases)):
            if CJK.search(name):
                self.scripts.add(name, candidate)
                continue
            words = stems(name)
            core = self._parts(words, candidate, quality)
            heads.add(core[-1:])
            self._other_words(core, words[len(core) :], candidate, qualities)
            for word in _owner(name) if candidate.type == "place" else ():
                self._add((word,), candidate, LEAD)
        if CJK.search(kind):
            self.scripts.add_kind(kind, candidate)
        kinds = stems(kind)
        if kinds:
            self._add(kinds, candidate, KIND)
            heads.add(kinds)
            self._other_words(kinds, (), candidate, qualities)
        for head in heads:
            for said in qualities:
                self._add(said + head, candidate, PART)
            if head and head[-1] in HOLD_LIQUIDS:
                self._contents(attributes.get("label", ""), candidate)
            if number := stems(attributes.get("number", "")):
                self._add(head + number, candidate, PART)

    def _other_words(
        self, core: tuple[str, ...], number: tuple[str, ...], candidate: Candidate, qualities: Sequence[tuple[str, ...]]
    ) -> None:
        """Index other words for nouns of a name: "blue couch" and "couch" for a blue sofa, 沙发 for it in Chinese."""
        for first, last in _nouns(core):
            for same in english_of(core[first:last]):
                self._add((*core[:first], *same, *core[last:], *number), candidate, SAME)
                if last == len(core):
                    self._add(same, candidate, SAME)
                    for quality in qualities:
                        self._add((*quality, *same), candidate, SAME)
        self._leads(core, number, candidate)
        for cut in range(max(0, len(core) - LONGEST), len(core)):
            for same_in_chinese in chinese_of(core[cut:]):
                self.scripts.add_same(same_in_chinese, candidate)
                if len(number) == 1 and number[0].isdigit():
                    for numbered in (f"{number[0]}号{same_in_chinese}", f"{same_in_chinese}{number[0]}"):
                        self.scripts.add_same(numbered, candidate)

    def _parts(self, words: tuple[str, ...], candidate: Candidate, quality: int) -> tuple[str, ...]:
        """Index a name and its parts; the name without the number or code that it ends with."""
        self._add(words, candidate, quality)
        core = words
        while len(core) > 1 and (len(core[-1]) == 1 or any(letter.isdigit() for letter in core[-1])):
            core = core[:-1]
            self._add(core, candidate, PART)
        for cut in range(1, len(core)):
            self._add(core[cut:], candidate, PART)
            self._add(words[cut:], candidate, PART)
        if words and not (words[-1].isdigit() or words[-1].isalpha()):
            self._add(words[-1:], candidate, PART)  # a code: "P1"
        return core

    def _contents(self, label: str, candidate: Candidate) -> None:
        """Index what a tank's or a drum's label says is in it: "how much diesel is left", 柴油还剩多少."""
        words = stems(label)
        if len(words) == 1 and words[0].isalpha() and words[0] not in everyday("qualities"):
            self._add(words, candidate, LEAD)
            for chinese in chinese_of(words):
                self.scripts.add_same(chinese, candidate)

    def _leads(self, core: tuple[str, ...], number: tuple[str, ...], candidate: Candidate) -> None:
        """Index what a name begins with, where people say no more: "HR", "the milk", "fence voltage", "in treatment"."""
        if candidate.type == "place" and len(core) == 2 and core[-1] in ROOMS and core[0] in PURPOSES:
            self.by_use.setdefault(core[0], {})[candidate] = LEAD
        if len(core) == 2 and core[-1] in INSTRUMENTS and core[0] not in everyday("measures", "qualities"):
            for measure in MEASURED:
                self._add((core[0], measure, *number), candidate, LEAD)
        if _stands_for_the_whole(core, candidate):
            self._add(core[:-1], candidate, LEAD)
            for same in english_of(core[:-1]):
                self._add(same, candidate, LEAD)

    def verb(self, candidate: Candidate, phrases: Iterable[str]) -> None:
        """Index a skill's phrases with the forms of their first word."""
        for phrase in phrases:
            if CJK.search(phrase):
                self.scripts.add(phrase, candidate)
                continue
            first, *rest = stems(phrase) or ("",)
            if first:
                doubled = first + first[-1]
                for form in (
                    first,
                    f"{first}ing",
                    f"{first.removesuffix('e')}ing",
                    f"{doubled}ing",
                    f"{first.removesuffix('e')}ed",
                    f"{doubled}ed",
                ):
                    self._add((form, *rest), candidate, EXACT)

    def _add(self, words: tuple[str, ...], candidate: Candidate, quality: int) -> None:
        """Index one phrase; the best quality of a candidate counts."""
        if not words or (quality > ALIAS and all(word.isdigit() or word in DETERMINERS or word in _GENERIC for word in words)):
            return
        known = self.table.setdefault(" ".join(words), {})
        known[candidate] = min(quality, known.get(candidate, quality))


def _owner(name: str) -> Iterator[str]:
    """The words of a person's name that a place is called by, where it has a surname too: "Tom" and "Reed" of "Tom Reed's desk"."""
    owner, ending, _ = name.replace("\u2019", "'").partition("'s ")
    words = owner.split()
    if ending and len(words) > 1 and all(word[:1].isupper() and word.isalpha() for word in words):
        yield from stems(owner)


def _nouns(core: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where the nouns are that have others for them, longest first; what stands inside of a longer one counts with it alone."""
    taken: list[tuple[int, int]] = []
    for length in range(min(LONGEST, len(core)), 0, -1):
        for first in range(len(core) - length + 1):
            last = first + length
            inside = any(start <= first and last <= end for start, end in taken)
            if not inside and english_of(core[first:last]):
                taken.append((first, last))
    yield from taken


def _stands_for_the_whole(core: tuple[str, ...], candidate: Candidate) -> bool:
    """Whether people leave out what a name ends with: "the milk", "HR", "the line pressure"."""
    if len(core) < 2 or core[-2] in USES:
        return False
    if candidate.type == "place":
        return core[-1] in ROOMS or (core[-1] in ANIMALS_ARE_KEPT_IN and core[-2] in everyday("animals"))
    return core[-1] in CONTAINERS or (core[-1] in INSTRUMENTS and len(core) > 2)


def _qualities(key: str, value: str) -> Iterator[tuple[str, ...]]:
    """An attribute's value as words before a noun: colour "red", label "fragile", material "wood" or "wooden"."""
    words = stems(value)
    if key == "unit" or not 0 < len(words) <= 2 or not all(word.isalpha() for word in words):
        return
    yield words
    if key == "material" and not words[-1].endswith("en"):
        yield (*words[:-1], f"{words[-1]}en")
