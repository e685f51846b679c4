"""Unlinked: stretches of a text that are said as a name is said, and that name nothing on the map: "the attic", "room 2".

A planner that leaves such a stretch out plans another mission than the one that was asked for. What is found here is
therefore put before the operator, never guessed at. Words of everyday speech and stretches that only describe, compare or
pass on are no names: ``maps.unlinked_context`` tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from maps.everyday_words import everyday
from maps.linking import Linked, Mention
from maps.ordinary_words import ARTICLES, NUMBERS, ORDINARY, POSSESSIVES
from maps.unlinked_context import Said, names_nothing

__all__ = ["Unlinked", "unlinked"]

_WORD = re.compile(r"\w+(?:['\u2019-]\w+)*")
_ENDING = re.compile(r"['\u2019]s?$", re.IGNORECASE)
_INTO = frozenset("into onto towards toward inside".split())
_PLACE_VERBS = frozenset("explore visit enter reach scout survey sweep patrol".split())
_MOVES = frozenset(
    "go going drive driving head heading move moving walk walking travel proceed navigate get back over it them".split()
)
"""Words before "to" that make what follows a place; after others, "to" may begin a verb."""
_STATES = frozenset("bed standby".split())
"""What "go to" makes a state instead."""
_JOINS = frozenset("and then but or before after once please".split())
_LIGHT = frozenset("do doing have having make making".split())
"""Words before "a" that make one verb with the noun behind it: "do a round", "have a gander"."""
_UNNUMBERED = frozenset("thing object item stuff side end charger charging battery surrounding center centre".split())
"""Wide words that no number makes a name."""


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A stretch of the text, in characters.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        of: The mention beside it, which the words qualify ("wooden" before "crate", "2" after "kitchen"); None for a stretch
            that stands alone.
    """

    start: int
    end: int
    of: Mention | None = None

    def text(self, text: str) -> str:
        """The words as they were typed, with the mention that they qualify."""
        of = self.of or self
        return text[min(self.start, of.start) : max(self.end, of.end)]


def unlinked(linked: Linked) -> tuple[Unlinked, ...]:
    """The stretches that are said like names and that no mention covers, in order.

    A stretch is one or more words that are not ordinary, with the number that follows them, after an article, a possessive,
    a word such as "into", or a verb whose object is a place. A word before the full name of a feature only describes it, and
    is left out; before a part of a name or a kind it chooses, and is not.

    Args:
        linked: A text with its mentions.
    """
    return tuple(_stretches(linked))


def _stretches(linked: Linked) -> Iterator[Unlinked]:
    text, mentions = linked.text, linked.mentions
    words = [match for match in _WORD.finditer(text) if not any(m.start < match.end() and match.start() < m.end for m in mentions)]
    at = 0
    while at < len(words):
        word = words[at]
        numbered = next((m for m in mentions if _adjacent(text, m.end, word.start())), None) if _number(word.group()) else None
        if numbered is not None and _closes(text, words, at) and not _pronoun(text, word.group(), numbered):
            yield Unlinked(word.start(), word.end(), numbered)
        elif _begins(text, words, at) and (introduced := _introduced(text, words, at)) is not None:
            while at + 1 < len(words) and _goes_on(text, words[at], words[at + 1]):
                at += 1
            end = words[at].end()
            of = next((m for m in mentions if _adjacent(text, end, m.start)), None)
            said = Said(linked, words[introduced].start(), word.start(), end)
            if (of is None or of.loose) and not names_nothing(said):
                ending = _ENDING.search(words[at].group()) if of is None else None
                yield Unlinked(word.start(), end - len(ending.group()) if ending else end, of)
        at += 1


@cache
def _common() -> frozenset[str]:
    return ORDINARY | everyday("people", "address", "hesitations", "time", "abstract", "qualities", "generic")


@cache
def _describing() -> frozenset[str]:
    """Words that may stand between an article and its noun."""
    return everyday("qualities", "hesitations") | {"left", "right"}


def _unusual(word: str) -> bool:
    """Whether a word says something that everyday English does not say by itself."""
    return word.isascii() and len(word) > 1 and not _number(word) and not _forms(word) & _common()


def _forms(word: str) -> set[str]:
    plain = _ENDING.sub("", word.casefold().replace("\u2019", "'"))
    cut = {plain} | {plain.removesuffix(ending) for ending in ("s", "es", "ing", "ed", "er", "est")}
    return cut | {f"{plain.removesuffix(ending)}e" for ending in ("ing", "ed", "er", "est") if plain.endswith(ending)}


def _number(word: str) -> bool:
    return word.isdigit() or word.casefold() in NUMBERS


def _generic(word: str) -> bool:
    """Whether a word makes a name of a number or of people: "room 2", "guest house"."""
    return bool(_forms(word) & (everyday("generic") - _UNNUMBERED))


def _begins(text: str, words: list[re.Match[str]], at: int) -> bool:
    """Whether a name may begin with a word."""
    if _unusual(words[at].group()):
        return True
    if at + 1 == len(words) or not _adjacent(text, words[at].end(), words[at + 1].start()):
        return False
    word, after = words[at].group(), words[at + 1].group()
    if _forms(word) & everyday("people") and _generic(after):
        return True
    return _number(after) and _generic(word) and _closes(text, words, at + 1)


def _goes_on(text: str, word: re.Match[str], after: re.Match[str]) -> bool:
    """Whether a name that has begun goes on with the next word."""
    if not _adjacent(text, word.end(), after.start()):
        return False
    return _unusual(after.group()) or _number(after.group()) or bool(_forms(after.group()) & everyday("generic", "people"))


def _introduced(text: str, words: list[re.Match[str]], at: int) -> int | None:
    """The word before another that makes it the beginning of a name."""
    before = _before(text, words, at)
    while before is not None and words[before].group().casefold() in _describing():
        before = _before(text, words, before)
    if before is None:
        return None
    word = words[before].group().casefold()
    earlier = _before(text, words, before)
    lead = "" if earlier is None else words[earlier].group().casefold()
    if word == "to":
        named = lead in _MOVES and words[at].group().casefold() not in _STATES
    elif word in ("that", "this") and lead in ("after", "before", "once", "besides"):
        named = False
    elif word in ("a", "an") and lead in _LIGHT:
        named = False
    else:
        named = word in ARTICLES | POSSESSIVES | _INTO | _PLACE_VERBS
    return before if named else None


def _before(text: str, words: list[re.Match[str]], at: int) -> int | None:
    """The word that stands directly before one, if no mention or punctuation comes between."""
    return at - 1 if at and _adjacent(text, words[at - 1].end(), words[at].start()) else None


def _closes(text: str, words: list[re.Match[str]], at: int) -> bool:
    """Whether a number is not the beginning of an amount ("2 minutes")."""
    after = words[at + 1] if at + 1 < len(words) else None
    return after is None or not _adjacent(text, words[at].end(), after.start()) or after.group().casefold() in _JOINS


def _pronoun(text: str, word: str, of: Mention) -> bool:
    """Whether "one" stands for something of its kind: "the kitchen one"."""
    lead = text[: of.start].rstrip().rpartition(" ")[2].casefold()
    return word.casefold() == "one" and lead in ARTICLES | POSSESSIVES


def _adjacent(text: str, end: int, start: int) -> bool:
    return start >= end and not text[end:start].strip()
