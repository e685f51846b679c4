"""The lexicon: which states a statement leaves open, on every axis that its words are on (``lexicon.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from agent.decisions.words import NEGATORS, parts, plain, words

__all__ = ["Axis", "Reading", "axes", "fine", "joined", "read"]

_ENDS = frozenset("on off in out up down at over through still back here there set left even open light".split()) - {
    "open",
    "light",
    "set",
}
"""Words that mean a state only at a statement's end: "it is on", and not "something on it"."""

_TRAILING = frozenset(
    "now again already yet anymore any more by then at all really too though right still 了 的 着 吗 呢 啊 吧 啦 过".split()
)
_FINE = tuple(
    tuple(words(plain(word)))
    for word in (
        "ok;okay;fine;normal;normally;all right;alright;in order;good;all good;well;all well;no problem;no fault;no issues;"
        "as it should be;correct;healthy;正常;好的;没问题;没事;没毛病;良好;没故障;无异常;没异常;不错;安好;好着"
    ).split(";")
)
_BEYOND = frozenset({"below", "above", "over", "under", "than", "beyond"})


_Entry = tuple[tuple[str, ...], str, frozenset[str], str]
"""A phrase's words, its axis, its states, and its mark: "?" where other words on the axis outrank it, "!" where it means more."""


BOTH = frozenset({"holds", "fails"})


@dataclass(frozen=True, slots=True)
class Axis:
    """States that exclude each other.

    Attributes:
        name: Its name in the file.
        states: All of them.
        fine: Those that "ok" means; empty where that says nothing.
        none: Those that "nothing" and "nobody" mean; empty where they say nothing.
        percent: Upper bounds of the states as shares of a hundred; empty where a share says nothing.
    """

    name: str
    states: tuple[str, ...]
    fine: frozenset[str]
    none: frozenset[str]
    percent: tuple[float, ...]

    def at(self, share: float) -> frozenset[str]:
        """The states at a share of a hundred: what is nearly full may be called full."""
        below = min(sum(share > bound for bound in self.percent), len(self.states) - 1)
        return frozenset(self.states[below : below + 2] if below == len(self.states) - 2 else self.states[below : below + 1])


@dataclass(frozen=True, slots=True)
class Reading:
    """What a statement says on one axis.

    Attributes:
        states: Those that it leaves open.
        word: The words that say so, with what denies them.
        answers: What it can come to as a condition: "locked" fails where a thing is not closed, and does not hold where it is.
        fact: Whether it tells anything as an observation: "not locked" says nothing of open or closed.
    """

    states: frozenset[str]
    word: str
    answers: frozenset[str] = BOTH
    fact: bool = True


@cache
def axes() -> Mapping[str, Axis]:
    """All axes by name."""
    found = {}
    for name, table in _file().items():
        sets = {key: frozenset(table.get(f"_{key}", "").split()) for key in ("fine", "none")}
        found[name] = Axis(
            name, tuple(table["_states"].split()), **sets, percent=tuple(map(float, table.get("_percent", "").split()))
        )
    return found


@cache
def _file() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("agent.decisions").joinpath("lexicon.toml").read_text(encoding="utf-8"))


@cache
def _entries() -> Mapping[str, tuple[_Entry, ...]]:
    """Phrases by the first letter of their first word, the longest first."""
    found: dict[str, list[_Entry]] = {}
    for name, table in _file().items():
        for key, said in table.items():
            if key[0] == "_":
                continue
            for phrase in map(str.strip, said.split(";")):
                mark = phrase[0] if phrase[0] in "?!" else ""
                phrase = phrase.removeprefix(mark)
                split = tuple(word for piece in phrase.split() for word in ([piece] if piece[-1] in "*$" else words(plain(piece))))
                if split:
                    found.setdefault(split[0][0], []).append((split, name, frozenset(key.split()), mark))
    return {letter: tuple(sorted(rows, key=lambda row: -len(row[0]))) for letter, rows in found.items()}


def _fits(phrase: Sequence[str], said: Sequence[str], at: int, end: int) -> bool:
    """Whether a phrase stands at a place of a statement whose last words, such as "now", begin at ``end``."""
    for number, word in enumerate(phrase):
        place = at + number
        if word == "$":
            return place >= end
        if place >= len(said) or not (said[place].startswith(word[:-1]) if word[-1] == "*" else said[place] == word):
            return False
    return len(phrase) > 1 or phrase[0] not in _ENDS or at + 1 >= end


def fine(statement: str) -> bool | None:
    """Whether a statement says that all is well, or that it is not; None where it says neither."""
    for part in parts(plain(statement)):
        said = words(part)
        for at in range(len(said)):
            for phrase in _FINE:
                if tuple(said[at : at + len(phrase)]) == phrase and (at == 0 or said[at - 1] not in _BEYOND):
                    return sum(word in NEGATORS for word in said[:at]) % 2 == 0
    return None


def read(statement: str) -> dict[str, Reading]:
    """What a statement leaves open on the axes that its words are on.

    Two words on one axis leave open what both do. Where that is nothing the statement is contrary, or not understood, and the axis
    is left out. A longer phrase hides the shorter ones in it.
    """
    found: dict[str, list[Reading]] = {}
    weak: dict[str, list[Reading]] = {}
    for part in parts(plain(statement)):
        for name, reading, mark in _said(words(part)):
            (weak if mark == "?" else found).setdefault(name, []).append(reading)
    for name, readings in weak.items():
        found.setdefault(name, readings[:1])
    return {name: both for name, several in found.items() if (both := joined(several)) is not None}


def joined(several: Sequence[Reading]) -> Reading | None:
    """What several readings on one axis leave open together; None for nothing."""
    states = frozenset.intersection(*(reading.states for reading in several))
    answers = frozenset.intersection(*(reading.answers for reading in several))
    word = " ".join(dict.fromkeys(reading.word for reading in several))
    return Reading(states, word, answers, all(reading.fact for reading in several)) if states and answers else None


def _said(said: Sequence[str]) -> Iterator[tuple[str, Reading, str]]:
    """Axis, reading and mark of each phrase in a part of a statement."""
    end = len(said)
    while end and said[end - 1] in _TRAILING:
        end -= 1
    taken, denied = 0, False
    for at, word in enumerate(said):
        length = 0
        for phrase, name, states, mark in _entries().get(word[0], ()) if at >= taken else ():
            size = len(phrase) - (phrase[-1] == "$")
            if size < length or not _fits(phrase, said, at, end) or (name == "reply" and size < end):
                continue
            length = size
            told = " ".join(said[max(0, at - 1) if denied else at : at + size])
            answers = BOTH if mark != "!" else frozenset({"holds" if denied else "fails"})
            yield (
                name,
                Reading(frozenset(axes()[name].states) - states if denied else states, told, answers, mark != "!" or not denied),
                mark,
            )
        taken = at + length if length else taken
        if word in NEGATORS and at >= taken:
            denied = not denied
            for name, axis in axes().items() if word in ("nobody", "none", "nothing") else ():
                if axis.none:
                    yield name, Reading(axis.none, word), "?"
