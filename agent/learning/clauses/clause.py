"""Clause: what one part of a mission means, as a text with marked verbs and as the steps that it asks for."""

import random
from dataclasses import dataclass, field

from agent.learning.phrases import phrase
from agent.learning.words import made_up
from agent.planners.pointers import PLURAL

__all__ = ["Clause", "every", "listed", "state"]


@dataclass
class Clause:
    """One clause: its imperative text, its steps (token lists), and what it means for the rest of the mission.

    Attributes:
        text: Imperative with ``<verb>`` marks, so that it can be inflected; a leading ``?`` marks a sentence that cannot.
            Items in square brackets are special tokens: pointers stand where retrieval found a mention.
        steps: One list of tokens per skill call.
        answer: Tokens of the whole answer instead of a plan: a question about a mention.
        last: Nothing can be planned after these steps before their outcome is known.
        found: The steps that follow once the search of ``last`` has found something.
        found_text: The clause's text once that thing is known.
    """

    text: str
    steps: list[list[str]]
    answer: list[str] | None = None
    last: bool = False
    found: list[list[str]] = field(default_factory=list)
    found_text: str = ""


def listed(rng: random.Random, parts: list[str]) -> str:
    """A list as people say it."""
    if len(parts) == 1:
        return parts[0]
    last = rng.choice((" and ", " and ", " and ", " , and ", " and then ", " , then ", " and also ", " , "))
    middle = rng.choice((" , ", " , ", " , ", " and ", " then "))
    return middle.join(parts[:-1]) + last + parts[-1]


def every(rng: random.Random, group: list[str]) -> str:
    """All of several; a plural leaves its mark behind the candidates."""
    joined = " [or] ".join(group)
    if rng.random() < 0.3:
        return f"{phrase(rng, 'every')} {joined}"
    return f"{phrase(rng, 'all')} {joined} {PLURAL}"


def state(rng: random.Random) -> str:
    """A state that a thing can be in, or a made-up one."""
    roll = rng.random()
    if roll < 0.08:
        unit = rng.choice(("bar", "degrees", "percent", "metres", "litres", ""))
        return f"{rng.choice(('above', 'below', 'over', 'under', 'more than', 'less than'))} {rng.randrange(1, 200)} {unit}".strip()
    return phrase(rng, "state") if roll < 0.75 else made_up(rng)
