"""Unlinked: stretches of a text that are said as a name is said, and that name nothing on the map: "the attic", "room 2".

A planner that leaves such a stretch out plans another mission than the one that was asked for. What is found here is
therefore put before the operator, never guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from maps.linking import Linked, Mention
from maps.ordinary_words import ARTICLES, NUMBERS, ORDINARY, POSSESSIVES

__all__ = ["Unlinked", "unlinked"]

_WORD = re.compile(r"\w+(?:['\u2019-]\w+)*")
_CLAUSE_END = re.compile(r"[,;.!?:]|\b(?:and|then|but)\b", re.IGNORECASE)
_INTO = frozenset("into onto towards toward inside".split())
_PLACE_VERBS = frozenset("explore visit enter reach scout survey sweep patrol".split())
_MOVES = frozenset(
    "go going drive driving head heading move moving walk walking travel proceed navigate get back over it them".split()
)
"""Words before "to" that make what follows a place; after others, "to" may begin a verb."""
_ADJECTIVES = frozenset("same other new old big small large little long short high low great left right next last".split())
_JOINS = frozenset("and then but or before after once please".split())
_NO_NAMES = frozenset(
    "lady man men woman women guy gentleman girl boy kid friend neighbour teacher student pupil driver worker packer cook "
    "chef waiter cleaner guard manager engineer technician mechanic farmer receptionist librarian grandma grandpa mum dad "
    "mother father brother sister son daughter uncle aunt baby colleague visitor guest crew staff team operator customer "
    "boss nurse doctor patient family children public audience wife husband unknown everybody charger charging station "
    "battery result finding summary area surrounding house building site floor half quarter morning afternoon evening noon "
    "night today tonight tomorrow weekend week day asap turn order case fact middle centre center front rear top bottom "
    "edge rest lot bit couple pair kind point position".split()
)
"""Nouns that are said with an article and name no feature of a map."""

_LIGHT = frozenset("do doing have having make making".split())
"""Words before "a" that make one verb with the noun behind it: "do a round", "have a gander"."""
_SEEKS = frozenset("find finding look looking search searching hunt hunting ask asking wait waiting scan check checking".split())
"""Verbs whose object stands behind "for"; after others, "for" tells a purpose: "take it there for my demo"."""


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
        if numbered is not None and _closes(text, words, at):
            yield Unlinked(word.start(), word.end(), numbered)
        elif _unusual(word.group()) and _introduced(text, words, at):
            while at + 1 < len(words) and _goes_on(text, words[at], words[at + 1]):
                at += 1
            end = words[at].end()
            of = next((m for m in mentions if _adjacent(text, end, m.start)), None)
            if of is None or of.loose:
                yield Unlinked(word.start(), end, of)
        at += 1


def _unusual(word: str) -> bool:
    """Whether a word says something that ordinary English does not say by itself."""
    return word.isascii() and len(word) > 1 and not _number(word) and not _forms(word) & (ORDINARY | _NO_NAMES)


def _forms(word: str) -> set[str]:
    plain = word.casefold().replace("\u2019", "'").removesuffix("'s")
    return {plain} | {plain.removesuffix(ending) for ending in ("s", "es", "ing", "ed")}


def _number(word: str) -> bool:
    return word.isdigit() or word.casefold() in NUMBERS


def _goes_on(text: str, word: re.Match[str], after: re.Match[str]) -> bool:
    """Whether a name that has begun goes on with the next word."""
    known = _unusual(after.group()) or _number(after.group()) or bool(_forms(after.group()) & _NO_NAMES)
    return known and _adjacent(text, word.end(), after.start())


def _introduced(text: str, words: list[re.Match[str]], at: int) -> bool:
    """Whether what stands before a word makes it the beginning of a name."""
    before = _before(text, words, at)
    while before is not None and words[before].group().casefold() in _ADJECTIVES:
        before = _before(text, words, before)
    if before is None:
        return False
    word = words[before].group().casefold()
    earlier = _before(text, words, before)
    lead = "" if earlier is None else words[earlier].group().casefold()
    if word == "to":
        return lead in _MOVES
    if word in ("that", "this") and lead in ("after", "before", "once", "besides"):
        return False
    if word in ("a", "an") and lead in _LIGHT:
        return False
    if lead == "for" and word in POSSESSIVES and earlier is not None and not _sought(text, words, earlier):
        return False
    return word in ARTICLES | POSSESSIVES | _INTO | _PLACE_VERBS


def _sought(text: str, words: list[re.Match[str]], at: int) -> bool:
    """Whether a verb that seeks something stands before a word in its clause: "search the lobby for my hammer"."""
    clause = max((mark.end() for mark in _CLAUSE_END.finditer(text, 0, words[at].start())), default=0)
    return any(word.start() >= clause and word.group().casefold() in _SEEKS for word in words[:at])


def _before(text: str, words: list[re.Match[str]], at: int) -> int | None:
    """The word that stands directly before one, if no mention or punctuation comes between."""
    return at - 1 if at and _adjacent(text, words[at - 1].end(), words[at].start()) else None


def _closes(text: str, words: list[re.Match[str]], at: int) -> bool:
    """Whether a number is not the beginning of an amount ("2 minutes")."""
    after = words[at + 1] if at + 1 < len(words) else None
    return after is None or not _adjacent(text, words[at].end(), after.start()) or after.group().casefold() in _JOINS


def _adjacent(text: str, end: int, start: int) -> bool:
    return start >= end and not text[end:start].strip()
