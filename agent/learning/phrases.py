"""Phrasings: the tables of ``phrases.toml``, read once."""

import random
import tomllib
from functools import cache
from importlib.resources import files

__all__ = ["phrase", "phrases"]


@cache
def _tables() -> dict[str, tuple[str, ...]]:
    tables = tomllib.loads(files("agent.learning").joinpath("phrases.toml").read_text(encoding="utf-8"))
    return {name: tuple(" ".join(p.split()).replace("~", "") for p in text.split("|")) for name, text in tables.items()}


def phrases(name: str) -> tuple[str, ...]:
    """All phrasings of a table."""
    return _tables()[name]


def phrase(rng: random.Random, name: str, **slots: str) -> str:
    """One of a table's phrasings, its slots filled."""
    text = rng.choice(_tables()[name])
    for slot, value in slots.items():
        text = text.replace(f"{{{slot}}}", value)
    return text
