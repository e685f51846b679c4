"""The clauses of a mission that hang on a condition: which words are the condition, which are done if it holds, which if not."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["MASK", "Conditional", "Span", "conditionals", "folded", "inside", "masked", "phrases", "said"]

Span = tuple[int, int]
"""The first character and the one after the last."""

MASK = "\ue000"
"""Stands in the stead of each character of a name, so that "stop valve" is no command."""

HIDDEN = "\ue001"
"""Stands in the stead of each character of a quotation."""

LONGEST = 4000
_CJK = re.compile(r"[\u3400-\u9fff]")
_QUOTED = re.compile(r"\"[^\"]{1,300}\"|\u201c[^\u201d]{1,300}\u201d|\u300c[^\u300d]{1,300}\u300d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional:
    """A condition with what hangs on it, as stretches of the mission.

    Attributes:
        condition: The condition's own words.
        cut: Those, the conjunction and the stops around them: what is left out where the condition is settled.
        then: What is done if it holds; with ``negative``, if it does not.
        otherwise: What is done in the other case.
        cut_else: What leads to that: "otherwise".
        negative: "Unless".
        elliptic: "If so" (True), "if not" (False): the condition is ``question``.
        question: What was asked before: "is it open?".
        trailing: The condition stands behind what hangs on it.
    """

    condition: Span
    cut: Span
    then: Span
    otherwise: Span | None = None
    cut_else: Span | None = None
    negative: bool = False
    elliptic: bool | None = None
    question: Span | None = None
    trailing: bool = False


def inside(inner: Span, outer: Span) -> bool:
    """Whether one stretch begins within another."""
    return outer[0] <= inner[0] < outer[1]


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("agent.decisions").joinpath("clauses.toml").read_text(encoding="utf-8"))


@cache
def phrases(language: str, kind: str) -> tuple[tuple[str, ...], ...]:
    """The phrases of a kind, the longest first, as words."""
    return tuple(sorted({tuple(one.split()) for one in said(language, kind)}, key=len, reverse=True))


@cache
def said(language: str, kind: str) -> tuple[str, ...]:
    """The phrases of a kind as they are written, the longest first."""
    return tuple(sorted({one.strip() for one in _tables()[language][kind].split(";") if one.strip()}, key=len, reverse=True))


def folded(text: str) -> str:
    """A text in small letters, of the same length."""
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def masked(text: str, names: Iterable[Span]) -> str:
    """A folded text whose names and quotations are masked."""
    out = list(folded(text))
    for match in _QUOTED.finditer(text):
        out[match.start() : match.end()] = HIDDEN * (match.end() - match.start())
    for start, end in names:
        out[start:end] = MASK * (end - start)
    return "".join(out)


def conditionals(text: str, names: Iterable[Span] = ()) -> Sequence[Conditional]:
    """The conditionals of a mission, in order and without overlap; none of one that is too long.

    Args:
        text: The mission.
        names: Where it names things and places.
    """
    from agent.decisions.chinese import chinese
    from agent.decisions.english import english

    if len(text) > LONGEST:
        return ()
    plain = masked(text, names)
    return chinese(plain) if _CJK.search(plain) else english(plain)
