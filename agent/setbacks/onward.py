"""Onward: the plan that goes on after a setback, by what the map has learnt, the mission's words for this case, or without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.decisions.clauses import Span, conditionals
from agent.setbacks.fallbacks import Fallback
from agent.setbacks.going import Going, Onward
from agent.setbacks.kinds import FINAL, LOST, Setback
from agent.setbacks.wording import any_will_do
from skills import Plan, SkillCall

if TYPE_CHECKING:
    from agent.decisions import Named
    from agent.planners import Brief
    from verifier import Verdict

__all__ = ["Broken", "onward"]

_ATTEMPTS = 8
"""So many steps are given up or done otherwise at most, for one setback."""


class _PlannerTells(Exception):
    """What comes next is not told by rules."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A plan that broke off.

    Attributes:
        steps: Its own steps from the one that failed.
        more: It was a beginning.
        setback: What went wrong; None where a search for ``sought`` has found it, and where a verdict has to tell.
        own: It was the first of them that failed, and not what should have made it possible.
        again: The same step failed before.
        sought: The thing that was looked for since.
        said: It is gone on with by what the mission says for this case, or not at all.
    """

    steps: tuple[SkillCall, ...]
    more: bool
    setback: Setback | None
    own: bool = True
    again: bool = False
    sought: str = ""
    said: bool = False


def onward(
    broken: Broken,
    brief: Brief,
    mission: str,
    found: Sequence[Fallback],
    named: Sequence[Named],
    judge: Callable[[Plan], Verdict],
    taken: Sequence[Span] = (),
) -> Onward | None:
    """How a mission goes on after a setback; None where a planner has to tell.

    What the map has learnt may be enough: the rest is judged anew, and tried once more. A thing that is not where the map has it
    is looked for. What fails for good is done as the mission says for this case, else left out with what hangs on it.

    Args:
        broken: The plan that broke off, and why.
        brief: What is known now.
        mission: The operator's words.
        found: What they say for the case of failures.
        named: What they name.
        judge: Verifies a plan from here, mended where that makes it hold.
        taken: Conditions of theirs that were gone by already.
    """
    turned_up = bool(broken.sought) and broken.setback is None
    if turned_up and len(conditionals(mission, [(one.start, one.end) for one in named])) > len(found):
        return None  # something may hang on where it was found
    going = Going(brief, found, named, mission, list(broken.steps), broken.said, taken=list(taken))
    try:
        done = _at_once(going, broken) or _verified(going, judge)
    except _PlannerTells:
        return None
    if done is not None:
        return done
    if not going.steps and broken.more:
        return None
    return going.told(Onward(steps=tuple(going.steps), more=broken.more))


def _at_once(going: Going, broken: Broken) -> Onward | None:
    """What follows from the failure itself; None where a verdict on what is left must tell."""
    setback = broken.setback
    if setback is None:
        return None
    one, thing = going.fallback(0, setback), going.thing(0)
    if not broken.own and not broken.sought:
        going.why = f"{setback.message or setback.code}; the rest is judged anew."
        return None
    if setback.code in LOST and thing and one is None and not (broken.sought or broken.said) and "search" in going.brief.skills:
        return going.search(thing)
    if setback.code in FINAL or broken.again or broken.sought:
        return _otherwise(going, 0, setback, one)
    going.why = f"{broken.steps[0]}: {setback.message or setback.code}; what the map has learnt may help."
    if setback.code == "DOOR_CLOSED":
        going.open_the_way()
    return None


def _verified(going: Going, judge: Callable[[Plan], Verdict]) -> Onward | None:
    """Change what is left until it holds: as the mission says, or without what cannot be."""
    for _ in range(_ATTEMPTS):
        if not going.steps:
            return None
        verdict = judge(Plan(mission=going.mission, steps=tuple(going.steps)))
        if verdict.ok:
            return None
        errors = [one for one in verdict.all_findings() if one.severity == "error" and one.step and one.step <= len(going.steps)]
        firm = (one for one in errors if one.code != "DOOR_CLOSED" or "locked" in one.message)  # a closed door can be opened
        finding = next(firm, errors[0] if errors else None)
        if finding is None or finding.step is None:
            break
        setback = Setback(finding.code, finding.message, frozenset([finding.subject] if finding.subject else []))
        done = _otherwise(going, finding.step - 1, setback, going.fallback(finding.step - 1, setback))
        if done is not None:
            return done
    raise _PlannerTells


def _otherwise(going: Going, at: int, setback: Setback, one: Fallback | None) -> Onward | None:
    """Do what is said for a failure of a step, or leave it out; an answer where there is something to plan or to look for."""
    if one is not None:
        return going.take(at, setback, one)
    if going.said or any_will_do(going.mission):
        raise _PlannerTells
    if going.steps[at].skill == "dock" and going.dock_elsewhere(at):
        going.why = f"{going.steps[at]}: {setback.message or setback.code}; another dock may do."
        return None
    going.why = f"{going.steps[at]}: {setback.message or setback.code}; the rest is done without it."
    going.leave_out(at, setback)
    return None
