"""The small models' vocabulary of special tokens: verbs, marks and pointers, and the pieces a prompt is made of."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = [
    "ALL",
    "BETWEEN",
    "BUT",
    "DIALECT",
    "DIALECTS",
    "DOORS",
    "EACH",
    "EACH_END",
    "END",
    "IT",
    "LIBRARY",
    "MARKS",
    "OUTCOMES",
    "PLACES",
    "PLURAL",
    "POINTERS",
    "POINTER_3",
    "SKILLS",
    "SPECIAL_TOKENS",
    "THINGS",
    "TIMES",
    "TIMES_END",
    "TOPICS",
    "VERBS",
    "Dialect",
    "Item",
    "Referent",
    "ReferentType",
    "Segment",
    "merge",
    "normalise_words",
    "tokenise",
]

END = "[end]"
PLURAL = "s"
"""The word that follows the candidates of a mention in the plural."""

EACH, EACH_END, ALL, BUT, IT = "[each]", "[/each]", "[all]", "[but]", "[it]"
"""A loop through members, ``[it]`` in turn: pointers, or all candidates of the mention that begins with one; but some of them."""

TIMES, TIMES_END, BETWEEN = "[times]", "[/times]", "[between]"
"""A loop so many times over, with something between."""

OUTCOMES = ("[ok]", "[found]", "[missed]", "[failed]")
TOPICS = ("[where]", "[state]", "[count]", "[list]", "[self]", "[hello]")
"""What ``[answer]`` is about: where a thing is, how it stands, how many there are, what is in a place, the robot, a greeting."""

_MARKS = (
    "[pad]", END, "[start]", "[docks]", "[carry]", "[skill]", "[in]", "[did]", "[refused]", "[mission]", "[said]", "[plan]",
    "[or]", "[q]", "[/q]", "[which]", "[unknown]", "[decline]", "[done]", "[here]", "[battery]", "[is]", "[saw]",
    "[first]", "[instead]", "[rest]", "[more]", "[answer]", *TOPICS, EACH, EACH_END, ALL, BUT, IT, TIMES, TIMES_END, BETWEEN,
)  # fmt: skip
_SKILLS = tuple("goto explore search inspect pick place open_door wait dock say ask report take_lift".split())


@dataclass(frozen=True, slots=True)
class Dialect:
    """One version of the vocabulary: what a prompt may hold and an answer may say.

    Attributes:
        name: As a GGUF says it under ``surefoot.dialect``.
        library: The library's skills that have a verb.
        places: Pointers for places; ``things``, ``doors`` and ``skills`` likewise.
        marks: What is neither verb, outcome nor pointer.
        candidates: So many names at most are linked in one mission.
        words: Longest mission, words and pointers.
        steps: Longest plan.
    """

    name: str
    library: tuple[str, ...]
    places: tuple[str, ...]
    things: tuple[str, ...]
    doors: tuple[str, ...]
    skills: tuple[str, ...]
    marks: tuple[str, ...]
    candidates: int
    words: int
    steps: int

    @property
    def pointers(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.places, *self.things, *self.doors, *self.skills)

    @property
    def verbs(self) -> tuple[str, ...]:
        """The tokens of the library's skills."""
        return tuple(f"[{name}]" for name in self.library)

    @property
    def special_tokens(self) -> tuple[str, ...]:
        """Every special token, in the order of their ids, which start at 0."""
        return (*self.marks, *self.verbs, *OUTCOMES, *self.pointers)


def _numbered(letter: str, count: int) -> tuple[str, ...]:
    return tuple(f"[{letter}{number}]" for number in range(count))


POINTER_3 = Dialect(
    "pointer-3", _SKILLS, _numbered("P", 32), _numbered("T", 32), _numbered("D", 16), _numbered("S", 8), _MARKS,
    candidates=24, words=240, steps=32,
)  # fmt: skip
DIALECTS = {dialect.name: dialect for dialect in (POINTER_3,)}
"""The dialects that this code speaks, by name."""

DIALECT = POINTER_3.name
"""The dialect that models are trained on now."""

PLACES, THINGS, DOORS, SKILLS = POINTER_3.places, POINTER_3.things, POINTER_3.doors, POINTER_3.skills
POINTERS, LIBRARY, VERBS, MARKS = POINTER_3.pointers, POINTER_3.library, POINTER_3.verbs, POINTER_3.marks
SPECIAL_TOKENS = POINTER_3.special_tokens
"""Every special token of the newest dialect, in the order of their ids, which start at 0."""

ReferentType: TypeAlias = Literal["place", "thing", "door", "skill"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of prompt: one special token, or user text, which is never parsed for special tokens."""

    text: str
    special: bool = False


@dataclass(frozen=True, slots=True)
class Referent:
    """What a pointer stands for."""

    type: ReferentType
    name: str


Item: TypeAlias = Segment
"""One word or one special token of a prompt."""

_HAN = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_HAN}]|[^\W{_HAN}]+(?:['-][^\W{_HAN}]+)*|[^\w\s]")
_TOKEN = re.compile(r"\[/?[A-Za-z_]+\d*\]|[^\s\[\]]+")
_BRACKETS = str.maketrans({"[": "(", "]": ")", "\u2019": "'", "\u2018": "'", "`": "'", "\u201c": '"', "\u201d": '"'})


def normalise_words(text: str) -> list[tuple[str, int, int]]:
    """Split a text the way the models read it: lower-cased words, characters of scripts without spaces, punctuation marks.

    Square brackets are made round.

    Returns:
        ``(word, start, end)`` with the word's offsets in ``text``.
    """
    plain = text.translate(_BRACKETS)
    return [(match.group().lower(), match.start(), match.end()) for match in _WORD.finditer(plain)]


def merge(items: Iterable[Item]) -> Iterator[Segment]:
    """Join neighbouring words into one text segment with one space before every word."""
    words: list[str] = []
    for item in items:
        if not item.special:
            words.append(item.text)
            continue
        if words:
            yield Segment("".join(f" {word}" for word in words))
            words = []
        yield item
    if words:
        yield Segment("".join(f" {word}" for word in words))


def tokenise(text: str) -> list[str]:
    """Split generated text into special tokens and words; the inverse of :func:`merge` up to spaces."""
    return _TOKEN.findall(text)
