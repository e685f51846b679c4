"""Samples: what the model reads in one round and is to say, and how what was done and found shows in it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.learning.quotes import quotes_hold
from agent.learning.rounds import Past, Round
from agent.learning.site import Site, tokens
from agent.planners.dialect.prompt import Facts, History, compose
from agent.planners.pointers import PLURAL, SKILLS, Segment, merge

__all__ = ["Sample", "facts_of", "in_words", "items", "with_found", "without_gone"]

LINKED = 0.85
"""So often linking finds in the mission what has turned up: it may be called otherwise there."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One training example: the facts and the mission as the model reads them, the answer's tokens, and what kind it is.

    Attributes:
        facts: What stands before the mission.
        mission: Words and pointers.
        answer: Tokens, the end's with them.
        level: Number of clauses, 1 to 4.
        language: ``en`` or ``zh``.
        families: What kinds of meaning are in it.
        held_out: The family of meanings that training never sees and this sample belongs to; empty for none.
    """

    facts: Facts
    mission: tuple[str, ...]
    answer: tuple[str, ...]
    level: int
    language: str = "en"
    families: tuple[str, ...] = ()
    held_out: str = ""

    @property
    def family(self) -> str:
        """The kind that tells most of it, for statistics."""
        return self.families[0] if self.families else ""

    def prompt(self) -> tuple[Segment, ...]:
        """What the model reads."""
        return compose(self.facts, items(self.mission))

    def target(self) -> tuple[Segment, ...]:
        """What the model is to say."""
        return tuple(merge(items(self.answer)))


def items(tokens: Sequence[str]) -> tuple[Segment, ...]:
    """Tokens as prompt items; those that start with a square bracket are special."""
    return tuple(Segment(token, special=token[0] == "[" and len(token) > 1) for token in tokens)


def without_gone(said: list[str], made: Round, site: Site) -> tuple[list[str], Round]:
    """A thing that is gone from the map is not linked any more: its words stand in the mission, and are what is searched for."""
    for thing in sorted(made.gone):
        words = tokens(site.words.noun(site.rng))
        said = [word for token in said for word in (words if token == thing else [token])]
        steps = [
            tuple(word for token in step for word in (words if token == thing and step[0] == "[search]" else [token]))
            for step in made.steps
        ]
        past = [
            replace(p, call=tuple(w for t in p.call for w in (words if t == thing and p.call[0] == "[search]" else [t])))
            for p in made.history
        ]
        made = replace(made, steps=steps, history=past)
        site.inside.pop(thing, None)
    return said, made


def with_found(said: list[str], made: Round, site: Site) -> list[str]:
    """What has turned up is on the map: linking finds it where the mission names it, and the prompt tells where it is."""
    for thing, (words, place) in made.found.items():
        if thing in made.gone:
            continue
        site.inside[thing] = place or site.somewhere()
        if words == (thing,):  # it was lost, and the mission means it again
            continue
        size = len(words)
        at = next((i for i in range(len(said) - size + 1) if tuple(said[i : i + size]) == words), None)
        if at is not None and site.rng.random() < LINKED:
            linked = [*said[:at], thing, *said[at + size :]]
            if quotes_hold([*(token for step in made.steps for token in step), *made.answer], linked):
                said = linked
    return said


def in_words(past: Past, site: Site, names: dict[str, list[str]]) -> Past:
    """A call that was made, as the prompt tells it: what it quotes is words there, names with them."""
    out: list[str] = []
    quoted = False
    before = ""
    for token in past.call:
        quoted = token == "[q]" or (quoted and token != "[/q]")
        if not quoted or token == "[q]" or token[0] != "[" or len(token) == 1:
            plural = quoted and token == PLURAL and before[:1] == "["
            out[-1 if plural else len(out) :] = [f"{out[-1]}s" if plural else token]
        elif token != "[or]" and before != "[or]":  # what was typed once for several stands there once
            out += names.setdefault(token, tokens(site.words.noun(site.rng, room=token[1] == "P")))
        before = token
    return replace(past, call=tuple(out))


def facts_of(rng: random.Random, site: Site, made: Round) -> Facts:
    """What the prompt tells before the mission: the site as it is after what was done, in any order.

    Args:
        rng: Shuffles, and at times adds a skill that the mission does not need.
        site: The site as the mission found it.
        made: The round, whose calls and finds are in words already.
    """
    if rng.random() < 0.06 and len(site.skills) < len(SKILLS):
        site.skill((rng.choice(("thing", "place", "number", "text")),), (rng.choice(("scan", "polish", "lift", "pump")),))
    attributes = {**site.attributes, **{door: (state,) for door, state in made.doors.items()}}
    told = [(pointer, tuple(t for word in words for t in tokens(word))) for pointer, words in attributes.items()]
    here, hand, moved = _whereabouts(site, made)
    carrying = (hand,) if hand else ()
    inside = {t: p for t, p in {**site.inside, **moved}.items() if t not in carrying}
    return Facts(
        start=site.start,
        here=here if here != site.start else None,
        docks=tuple(site.docks),
        battery=site.battery,
        carrying=carrying,
        skills=tuple((pointer, name, kinds) for pointer, (name, kinds) in rng.sample(list(site.skills.items()), len(site.skills))),
        inside=tuple(rng.sample(list(inside.items()), len(inside))),
        attributes=tuple(rng.sample(told, len(told))),
        history=tuple(History(items(past.call), past.outcome, items(past.seen)) for past in made.history),
        refused=tuple(History(items(past.call), past.outcome, items(past.seen)) for past in made.refused),
    )


def _whereabouts(site: Site, made: Round) -> tuple[str | None, str | None, dict[str, str]]:
    """Where the robot is after what was done, if that is told, what it holds, and where it has put things."""
    here, hand = None, site.carrying
    moved: dict[str, str] = {}
    own = () if site.cell is None else (site.cell.put, site.cell.press)
    for past in made.history:
        verb = past.call[0]
        if past.outcome == "[found]":
            here = site.inside.get(past.seen[0], here)
        if past.outcome != "[ok]":
            continue
        if verb in ("[goto]", "[place]", "[take_lift]") and past.call[-1].startswith("[P"):
            here = past.call[-1]
        elif verb in ("[inspect]", "[pick]", *own) and past.call[1] in site.inside:
            here = site.inside[past.call[1]]
        if verb == "[place]" and hand is not None:
            moved[hand] = past.call[1]
        if verb == "[pick]":
            hand = past.call[1]
        elif verb == "[place]" or (site.cell is not None and verb == site.cell.put):
            hand = None
    return here, hand, moved
