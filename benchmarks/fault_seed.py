"""What a fault is: a good plan, map or robot with one thing wrong, where it must be found, and how plans are changed."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.good_plans import Good
from maps import World
from skills import SkillCall
from verifier import Limits, Rule

__all__ = ["Broken", "Seed", "Unfit", "changed", "find", "inserted", "on_map", "with_steps", "without"]


class Unfit(LookupError):
    """This fault cannot be seeded in this plan."""


@dataclass(frozen=True)
class Broken:
    """A plan with one fault.

    Attributes:
        good: What was broken, with what changed of map, robot and plan.
        step: Where it must be found; None for the plan as a whole.
        code: How.
        limits: The caller's.
        rules: House rules.
    """

    good: Good
    step: int | None
    code: str
    limits: Limits | None = None
    rules: tuple[Rule, ...] = ()


Seed = Callable[[random.Random, Good], Broken]


def with_steps(good: Good, steps: list[SkillCall]) -> Good:
    """The same with other steps."""
    return replace(good, plan=good.plan.model_copy(update={"steps": tuple(steps)}))


def on_map(good: Good, world: World) -> Good:
    """The same plan on another map, of which it knows nothing."""
    plan = good.plan.model_copy(update={"revision": None})
    return replace(good, world=world, plan=plan)


def find(good: Good, *skills: str) -> int:
    """The index of the first step with one of these skills."""
    for index, call in enumerate(good.plan.steps):
        if call.skill in skills:
            return index
    raise Unfit


def changed(good: Good, index: int, **args: Any) -> Good:
    """The same with other arguments of one step."""
    steps = list(good.plan.steps)
    steps[index] = SkillCall(skill=steps[index].skill, args={**steps[index].args, **args})
    return with_steps(good, steps)


def inserted(good: Good, index: int, call: SkillCall) -> Good:
    """The same with one step more."""
    steps = list(good.plan.steps)
    steps.insert(index, call)
    return with_steps(good, steps)


def without(good: Good, index: int) -> Good:
    """The same without one step."""
    steps = list(good.plan.steps)
    del steps[index]
    return with_steps(good, steps)
