"""Situations: what can be so with a thing, as it is asked and said in everyday words, and what a look shows in either case."""

import random
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zlib import crc32

from agent.learning.language import HELD_SHARE, Language

__all__ = ["Situation", "sights", "situation"]

_OWN_WORDS = 0.3
"""So often a look at a thing shows a Chinese mission Chinese words; maps and displays are in English mostly."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One thing that may be so, drawn from the table.

    Attributes:
        question: How it is asked, with "it" for the thing in English and without a subject in Chinese.
        said: How it is said that it is so.
        contrary: How it is said that it is not.
        named: What ``said`` is after the thing's name.
        seen: What a look shows when it is so, and when it is not.
    """

    question: str
    said: str
    contrary: str
    named: str
    seen: tuple[str, str]


def situation(rng: random.Random, language: Language, held_out: bool = False, *, named: bool = False) -> Situation:
    """Draw one.

    Args:
        rng: Everything random comes from here.
        language: That of the mission.
        held_out: Draw what training never hears.
        named: It is to be said of a thing by name, which not every way of saying it can be.
    """
    asking, yes, no, seen = rng.choice(_table(language, held_out))
    if rng.random() < 0.4:
        yes, no, seen = no, yes, seen[::-1]
    ways = yes if language == "zh" or not named else tuple(way for way in yes if way.startswith("it "))
    said, contrary = rng.choice(ways), rng.choice(no)
    shown = tuple(_shown(rng, one, way, language) for one, way in zip(seen, (said, contrary), strict=True))
    return Situation(rng.choice(asking), said, contrary, said.removeprefix("it "), (shown[0], shown[1]))


def sights() -> tuple[str, ...]:
    """All that a look may show."""
    return tuple(dict.fromkeys(one for _, _, _, seen in _table("en", False) for side in seen for one in side))


def _shown(rng: random.Random, seen: tuple[str, ...], said: str, language: Language) -> str:
    """What a look shows: the state alone, or as a robot's camera tells it, among other facts at times."""
    if language == "zh" and rng.random() < _OWN_WORDS:
        return said
    state = rng.choice(seen)
    beside = rng.sample(_FACTS, rng.choice((0, 0, 1, 1, 2)))
    if ":" not in state and (beside or rng.random() < 0.6):
        state = f"state : {state}"
    elif ":" not in state and rng.random() < 0.15:
        state = f"it is {state}"
    return " ; ".join((*beside, state))


_FACTS = (
    "number : 4", "number : 12", "colour : red", "colour : grey", "weight : 2 . 5 kg", "label : b 7", "expires : 2027-10",
    "level : 3", "size : 40 cm", "weight : 1 . 8 kg", "reading : 40 ml / h", "number : 103", "colour : yellow", "model : x 200",
    "voltage : 230 v", "made : 2019", "floor : 2",
)  # fmt: skip

_Row = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[tuple[str, ...], tuple[str, ...]]]


@cache
def _table(language: Language, held_out: bool) -> tuple[_Row, ...]:
    """Ways of asking, of saying yes and no, and what is seen, of every situation that training hears, or of those held apart."""
    text = files("agent.learning").joinpath("situations.toml").read_text(encoding="utf-8")
    rows: list[_Row] = []
    for row in tomllib.loads(text)["situation"]:
        if (crc32(row["en"].encode()) % HELD_SHARE == 0) == held_out:
            asking, yes, no = map(_ways, row[language].split("/"))
            rows.append((asking, yes, no, (_ways(row["yes"]), _ways(row["no"]))))
    return tuple(rows)


def _ways(text: str) -> tuple[str, ...]:
    return tuple(" ".join(way.split()) for way in text.split(";"))
