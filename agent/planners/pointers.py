"""The small models' vocabulary of special tokens: verbs, marks and pointers, and the pieces a prompt is made of."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = [
    "DIALECT",
    "DOORS",
    "END",
    "LIBRARY",
    "MARKS",
    "OUTCOMES",
    "PLACES",
    "PLURAL",
    "POINTERS",
    "SKILLS",
    "SPECIAL_TOKENS",
    "THINGS",
    "VERBS",
    "Item",
    "Referent",
    "ReferentType",
    "Segment",
    "merge",
    "normalise_words",
    "tokenise",
]

DIALECT = "pointer-1"
"""The dialect that this code speaks; a GGUF made for it says so under ``surefoot.dialect``."""

PLACES = tuple(f"[P{i}]" for i in range(16))
THINGS = tuple(f"[T{i}]" for i in range(16))
DOORS = tuple(f"[D{i}]" for i in range(8))
SKILLS = tuple(f"[S{i}]" for i in range(4))
POINTERS = (*PLACES, *THINGS, *DOORS, *SKILLS)

LIBRARY = tuple("goto explore search inspect pick place open_door wait dock say ask report".split())
VERBS = tuple(f"[{name}]" for name in LIBRARY)
OUTCOMES = ("[ok]", "[found]", "[missed]", "[failed]")
END = "[end]"
MARKS = (
    "[pad]", END, "[start]", "[docks]", "[carry]", "[skill]", "[in]", "[did]", "[refused]", "[mission]", "[said]", "[plan]",
    "[or]", "[q]", "[/q]", "[which]", "[unknown]", "[decline]", "[done]",
)  # fmt: skip
PLURAL = "s"
"""The word that follows the candidates of a mention in the plural."""

SPECIAL_TOKENS = (*MARKS, *VERBS, *OUTCOMES, *POINTERS)
"""Every special token, in the order of their ids, which start at 0."""

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

_WORD = re.compile(r"\w+(?:['-]\w+)*|[^\w\s]")
_TOKEN = re.compile(r"\[/?[A-Za-z_]+\d*\]|[^\s\[\]]+")
_BRACKETS = str.maketrans({"[": "(", "]": ")", "\u2019": "'", "\u2018": "'", "`": "'", "\u201c": '"', "\u201d": '"'})


def normalise_words(text: str) -> list[tuple[str, int, int]]:
    """Split a text the way the models read it: lower-cased words and single punctuation marks, square brackets made round.

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
