"""Refusals: the verifier refused the plan; what it says would help is done first, and what nothing helps is declined."""

import random
from dataclasses import replace

from agent.learning.rounds import STEPS, Past, Round
from agent.learning.site import Site
from agent.planners.pointers import DOORS, PLACES

__all__ = ["refused"]

_REFUSABLE = frozenset(("[goto]", "[inspect]", "[place]", "[pick]", "[explore]", "[open_door]"))
_HOPELESS = (
    "keepout", "clearance", "no valid path", "goal occupied", "out of reach", "unknown space", "door closed", "precondition",
    "rule", "battery", "time", "not visible", "goal outside map",
)  # fmt: skip


def refused(rng: random.Random, made: Round, site: Site) -> Round:
    """The round after this one's plan was refused at a step.

    Args:
        rng: Chooses the step and the reason.
        made: The round as it was planned.
        site: Its free pointers name the doors and lifts that help.
    """
    step = rng.choice(made.steps)
    at = made.steps.index(step)  # what is refused is refused as soon as it comes up
    own = () if site.cell is None else (site.cell.put, site.cell.press)
    if (step[0] not in _REFUSABLE and step[0] not in own) or len(made.steps) + 2 > STEPS:
        return made
    roll = rng.random()
    if roll < 0.7:
        takes = step[0] in ("[pick]", *own[1:])
        code, calls = _help(rng, takes)
        seen = (*code.split(), "[first]", *(token for call in calls for token in call))
        return replace(made, steps=[*made.steps[:at], *calls, *made.steps[at:]], refused=[Past(step, seen=seen)])
    seen = tuple(rng.choice(_HOPELESS).split())
    if roll < 0.8 and step[0] == "[goto]":
        seen = (*seen, "[instead]", "[goto]", rng.choice(PLACES))  # another place is another mission
    return replace(made, answer=("[decline]",), refused=[Past(step, seen=seen)])


def _help(rng: random.Random, takes: bool) -> tuple[str, list[tuple[str, ...]]]:
    """A reason, and the calls that were verified to help; a full hand is in the way of a step that needs it empty alone."""
    roll = rng.random() * (1.0 if takes else 0.9)
    if roll < 0.5:
        doors = rng.sample(DOORS, 2 if rng.random() < 0.12 else 1)
        return rng.choice(("door closed", "door closed", "no valid path")), [("[open_door]", door) for door in doors]
    if roll < 0.75:
        return "battery", [("[dock]",)]
    if roll < 0.9:
        lift, to = rng.sample(PLACES, 2)
        return "needs lift", [("[take_lift]", lift, to)]
    return "precondition", [("[place]", rng.choice(PLACES))]
