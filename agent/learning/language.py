"""Tongue: the phrase tables of one language, plain forms drawn most, with a part of the other phrases held apart for tests."""

import random
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import Literal, TypeAlias
from zlib import crc32

__all__ = ["PLAIN", "Language", "Tongue", "tongue"]

Language: TypeAlias = Literal["en", "zh"]

HELD_SHARE = 12
"""One phrase in so many is held apart."""

LEAST_HELD = 8
"""Tables with fewer different phrases than this hold none apart."""

PLAIN = 0.62
"""So often a table that has plain forms gives one of them: most of what people type is plain, and a long tail is not."""


@dataclass(frozen=True, slots=True)
class _Table:
    """Phrases to draw from, with the running sums of their weights."""

    phrases: tuple[str, ...]
    sums: tuple[float, ...]

    @classmethod
    def of(cls, plain: Iterable[str], others: Iterable[str]) -> "_Table":
        """A table in which plain forms come first and the k-th of them weighs as 1 / (k + 1); the others weigh the same each."""
        plain, others = tuple(plain), tuple(others)
        steps = [1 / (k + 2) for k in range(len(plain))]
        share = PLAIN if others else 1.0
        weights = [share * step / sum(steps) for step in steps] + [(1 - share if plain else 1.0) / len(others) for _ in others]
        return cls((*plain, *others), tuple(accumulate(weights)))

    def draw(self, rng: random.Random) -> str:
        """One of its phrases."""
        return rng.choices(self.phrases, cum_weights=self.sums)[0]


class Tongue:
    """One language's ways of saying things.

    Args:
        language: ``en`` or ``zh``; its file is ``phrases.<language>.toml``, where a table's plain forms stand before a double bar,
            the most common first.
        held_out: Say only what training never hears, where a table has such phrases. Plain forms are never held apart.
    """

    def __init__(self, language: Language, *, held_out: bool = False) -> None:
        self.language = language
        self.held_out = held_out
        text = files("agent.learning").joinpath(f"phrases.{language}.toml").read_text(encoding="utf-8")
        self._tables: dict[str, _Table] = {}
        self._clauses: dict[str, _Table] = {}
        self._plain: dict[str, tuple[str, ...]] = {}
        for name, table in tomllib.loads(text).items():
            plain, others = _chosen(name, *_split(table), held_out)
            self._plain[name] = plain
            self._tables[name] = _Table.of(plain, others)
            commands = [tuple(one for one in phrases if one[:1] != "?") for phrases in (plain, others)]
            self._clauses[name] = _Table.of(*commands) if any(commands) else self._tables[name]

    def phrase(self, rng: random.Random, table: str, **slots: str) -> str:
        """One of a table's phrases, its slots filled."""
        text = self._tables[table].draw(rng)
        for slot, value in slots.items():
            text = text.replace(f"{{{slot}}}", value)
        return text

    def clause(self, rng: random.Random, table: str) -> str:
        """One of a table's phrases for a clause of a longer sentence: a command if there is any."""
        return self._clauses[table].draw(rng)

    def phrases(self, table: str) -> tuple[str, ...]:
        """All phrases of a table that this tongue uses."""
        return self._tables[table].phrases

    def plain(self, table: str) -> tuple[str, ...]:
        """A table's plain forms; empty where all are drawn alike, and where only phrases held apart are said."""
        return self._plain[table]

    def __contains__(self, table: str) -> bool:
        """Whether there is such a table."""
        return table in self._tables

    @property
    def tables(self) -> frozenset[str]:
        """Their names."""
        return frozenset(self._tables)


@cache
def tongue(language: Language, held_out: bool = False) -> Tongue:
    """A language's tongue, read once."""
    return Tongue(language, held_out=held_out)


def _split(table: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Plain forms and others."""
    plain, bar, others = table.partition("||")
    return (_phrases(plain), _phrases(others)) if bar else ((), _phrases(plain))


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()).replace("~", "") for phrase in text.split("|"))


def _chosen(name: str, plain: tuple[str, ...], others: tuple[str, ...], held_out: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The phrases for training, or those held apart from it; every wording of one phrase is on one side."""
    if len({*plain, *others}) < LEAST_HELD:
        return plain, others
    held = tuple(phrase for phrase in others if crc32(f"{name}/{phrase}".encode()) % HELD_SHARE == 0)
    if not held:
        return plain, others
    return ((), held) if held_out else (plain, tuple(phrase for phrase in others if phrase not in held))
