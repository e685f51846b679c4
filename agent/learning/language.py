"""Tongue: the phrase tables of one language, with a part of the phrases held apart for tests."""

import random
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias
from zlib import crc32

__all__ = ["Language", "Tongue", "tongue"]

Language: TypeAlias = Literal["en", "zh"]

HELD_SHARE = 12
"""One phrase in so many is held apart."""

LEAST_HELD = 8
"""Tables with fewer different phrases than this hold none apart."""


class Tongue:
    """One language's ways of saying things.

    Args:
        language: ``en`` or ``zh``; its file is ``phrases.<language>.toml``.
        held_out: Say only what training never hears, where a table has such phrases.
    """

    def __init__(self, language: Language, *, held_out: bool = False) -> None:
        self.language = language
        self.held_out = held_out
        text = files("agent.learning").joinpath(f"phrases.{language}.toml").read_text(encoding="utf-8")
        self._tables = {name: _chosen(name, _split(table), held_out) for name, table in tomllib.loads(text).items()}
        clauses = {name: tuple(one for one in phrases if one[:1] != "?") for name, phrases in self._tables.items()}
        self._clauses = {name: clauses[name] or phrases for name, phrases in self._tables.items()}

    def phrase(self, rng: random.Random, table: str, **slots: str) -> str:
        """One of a table's phrases, its slots filled."""
        text = rng.choice(self._tables[table])
        for slot, value in slots.items():
            text = text.replace(f"{{{slot}}}", value)
        return text

    def clause(self, rng: random.Random, table: str) -> str:
        """One of a table's phrases for a clause of a longer sentence: a command if there is any."""
        return rng.choice(self._clauses[table])

    def phrases(self, table: str) -> tuple[str, ...]:
        """All phrases of a table that this tongue uses."""
        return self._tables[table]

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


def _split(table: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()).replace("~", "") for phrase in table.split("|"))


def _chosen(name: str, phrases: tuple[str, ...], held_out: bool) -> tuple[str, ...]:
    """The phrases for training, or those held apart from it; every wording of one phrase is on one side."""
    if len(set(phrases)) < LEAST_HELD:
        return phrases
    held = tuple(phrase for phrase in phrases if crc32(f"{name}/{phrase}".encode()) % HELD_SHARE == 0)
    if not held:
        return phrases
    return held if held_out else tuple(phrase for phrase in phrases if phrase not in held)
