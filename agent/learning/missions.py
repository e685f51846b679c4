"""Whole missions: clauses on one site, told in some order, with the oracle's answer beside them; first rounds and later ones."""

import random
from dataclasses import dataclass

from agent.learning.clauses import Clause, clause
from agent.learning.order import base, dress, tell
from agent.learning.phrases import phrase
from agent.learning.site import Site, tokens
from agent.learning.words import Vocabulary, made_up, typo
from agent.planners.dialect.prompt import Facts, History
from agent.planners.pointers import DOORS, END, Segment

__all__ = ["Sample", "items", "sample"]

_DECLINED = 0.035
_REFUSABLE = frozenset(("[goto]", "[inspect]", "[place]", "[pick]", "[explore]"))


@dataclass(frozen=True, slots=True)
class Sample:
    """One training example: the facts and the mission as the model reads them, the answer's tokens, and how hard it is.

    ``level`` is the number of clauses, 1 to 4.
    """

    facts: Facts
    mission: tuple[str, ...]
    answer: tuple[str, ...]
    level: int


@dataclass(frozen=True, slots=True)
class _Round:
    """What is left to do, what was done, and what the verifier refused."""

    steps: list[list[str]]
    history: tuple[History, ...] = ()
    refused: tuple[History, ...] = ()


def items(tokens: tuple[str, ...] | list[str]) -> tuple[Segment, ...]:
    """Tokens as prompt items; those that start with a square bracket are special."""
    return tuple(Segment(token, special=token[0] == "[" and len(token) > 1) for token in tokens)


def sample(rng: random.Random, level: int, words: Vocabulary) -> Sample:
    """Draw one example.

    Args:
        rng: Everything random comes from here.
        level: Number of clauses.
        words: Vocabulary for what is not linked.
    """
    while True:
        try:
            return _declined(rng, level, words) if rng.random() < _DECLINED else _planned(rng, level, words)
        except IndexError:  # the site ran out of pointers
            continue


def _planned(rng: random.Random, level: int, words: Vocabulary) -> Sample:
    site = Site(rng, words)
    trouble = rng.choices(("", "which", "unknown"), (86, 8, 6))[0]
    troubled = rng.randrange(level)
    clauses: list[Clause] = []
    for i in range(level):
        site.trouble = trouble if i == troubled else ""
        drawn = clause(site)
        if drawn.steps == [["[report]"]] and i < level - 1 and rng.random() < 0.85:
            drawn = clause(site)  # people report at the end
        clauses.append(drawn)
        site.trouble = ""
    answer = next((c.answer for c in clauses if c.answer), None)
    now = _Round([])
    if answer is None:
        now = _round(rng, site, clauses)
        answer = [token for step in now.steps for token in step] or ["[report]"]
        if any(not refused.outcome for refused in now.refused):
            answer = ["[decline]"]
    text = dress(rng, tell(rng, clauses), polite=not clauses[0].text.startswith("?"))
    said = tokens(f"{text} {site.answered}")
    if rng.random() < 0.2:
        said = [typo(rng, word) if rng.random() < 0.06 and word not in answer else word for word in said]
    return Sample(_facts(rng, site, now), tuple(said), (*answer, END), level)


def _facts(rng: random.Random, site: Site, now: _Round) -> Facts:
    if rng.random() < 0.05:
        site.skill([rng.choice(("thing", "place", "number", "text"))])
    return Facts(
        start=site.start,
        docks=tuple(site.docks),
        carrying=(site.carrying,) if site.carrying else (),
        skills=tuple((pointer, (), tuple(kinds)) for pointer, kinds in rng.sample(list(site.skills.items()), len(site.skills))),
        inside=tuple(rng.sample(list(site.inside.items()), len(site.inside))),
        history=now.history,
        refused=now.refused,
    )


def _round(rng: random.Random, site: Site, clauses: list[Clause]) -> _Round:
    """At times this is not the mission's first round: some of it was done, or the verifier refused the first plan."""
    cut = next((i for i, c in enumerate(clauses) if c.last), None)
    if cut is not None:
        return _after_search(rng, site, clauses, cut)
    full = [step for c in clauses for step in c.steps]
    looks = [i + 1 for i, step in enumerate(full) if step[0] in ("[search]", "[explore]")]
    roll = rng.random()
    if roll < 0.12 or (looks and roll < 0.4):
        return _later(rng, full, rng.choice(looks) if looks and rng.random() < 0.8 else rng.randrange(1, len(full) + 1))
    if roll > 0.96:
        return _repair(rng, full)
    return _Round(full)


def _after_search(rng: random.Random, site: Site, clauses: list[Clause], cut: int) -> _Round:
    """A mission that hangs on a search: its first round ends there; in its second the thing was found, or was not."""
    full = [step for c in clauses[: cut + 1] for step in c.steps]
    if rng.random() < 0.5 or any(c.last for c in clauses[cut + 1 :]):
        return _Round(full)
    found = rng.random() < 0.75
    past = [*(History(items(step), "[ok]") for step in full[:-1]), History(items(full[-1]), "[found]" if found else "[missed]")]
    rest = [step for c in clauses[cut + 1 :] for step in c.steps]
    if found:
        clauses[cut].text = clauses[cut].found_text
        if rng.random() < 0.5:
            site.inside[clauses[cut].found[0][1]] = site.place()
        rest = clauses[cut].found + rest
    return _Round(rest, tuple(past))


def _later(rng: random.Random, full: list[list[str]], done: int) -> _Round:
    """Some steps were carried out, the last one perhaps in vain; what hung on it is dropped."""
    past = [History(items(step), "[found]" if step[0] == "[search]" else "[ok]") for step in full[:done]]
    rest = full[done:]
    if rng.random() < 0.35:
        last = full[done - 1]
        past[-1] = History(items(last), "[missed]" if last[0] == "[search]" else "[failed]")
        if last[0] == "[pick]" and rest and rest[0][0] == "[place]":
            rest = rest[1:]
    return _Round(rest, tuple(past))


def _repair(rng: random.Random, full: list[list[str]]) -> _Round:
    """The verifier refused a step: a door has to be opened first, the battery charged, or nothing helps."""
    i = rng.randrange(len(full))
    if full[i][0] not in _REFUSABLE:
        return _Round(full)
    roll = rng.random()
    if roll < 0.55:
        door = rng.choice(DOORS)
        return _Round([*full[:i], ["[open_door]", door], *full[i:]], refused=(History(items(full[i]), door),))
    if roll < 0.8:
        return _Round([*full[:i], ["[dock]"], *full[i:]], refused=(History(items(full[i]), "[dock]"),))
    return _Round(full, refused=(History(items(full[i]), ""),))


def _declined(rng: random.Random, level: int, words: Vocabulary) -> Sample:
    """Nothing for a robot to do, or nothing that its skills can do."""
    site = Site(rng, words)
    if level == 1 and rng.random() < 0.45:
        text = phrase(rng, "chat") if rng.random() < 0.85 else " ".join(made_up(rng) for _ in range(rng.randrange(1, 5)))
        if rng.random() < 0.2:
            text = f"{text} {rng.choice(('robot', 'my friend', ', robot', '!'))}"
    else:
        parts = [base(clause(site).text).lstrip("?") for _ in range(level - 1)]
        thing = site.say(site.thing()) if rng.random() < 0.7 else f"the {words.noun(rng)}"
        cannot = phrase(rng, "cannot", t=thing, n=words.noun(rng), d=site.say(site.door(), plain=True))
        parts.insert(rng.randrange(len(parts) + 1), cannot)
        text = parts[0]
        for part in parts[1:]:
            text = f"{text} {phrase(rng, 'then')} {part}"
    return Sample(_facts(rng, site, _Round([])), tuple(tokens(dress(rng, text))), ("[decline]", END), level)
