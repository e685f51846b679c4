"""Everyday English words by what they are: people, times, qualities and more, none of which names a place or a thing."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

__all__ = ["everyday", "known_word"]

_FILE = Path(__file__).with_name("everyday_words.toml")


@cache
def _groups() -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()}


@cache
def everyday(*names: str) -> frozenset[str]:
    """The words of some groups.

    Args:
        names: Tables of ``everyday_words.toml``.
    """
    return frozenset[str]().union(*(_groups()[name] for name in names))


@cache
def known_word(word: str) -> bool:
    """Whether a word in lower case is an everyday one, so that it is no slip of another."""
    return any(word in words for words in _groups().values())
