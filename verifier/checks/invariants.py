"""Invariants: what has to hold as long as a skill runs does so, from setting off until its effects hold."""

from collections.abc import Iterator
from typing import Any

from skills import Condition
from skills.expression import Not
from skills.whereabouts import AtPlace, Docked, NearThing
from verifier.branches import Answer, holds_in, may_succeed
from verifier.checks.conditions import describe, removed_by
from verifier.finding import Finding
from verifier.step import Step

__all__ = ["check_invariants"]


def check_invariants(step: Step) -> Iterator[Finding]:
    """Find invariants that do not hold all the time, and facts that hold although the skill excludes them.

    An invariant is read before the drive (not one about where the robot is, which a drive is there to change), on arrival,
    with the charge that is left when the function has run, and once the effects hold. Nothing else changes in between.

    Args:
        step: The step.

    Yields:
        One INVARIANT for each, at the first moment that breaks it; ``detail`` names the moment (``start``, ``arrival``, ``end``)
        and the outcomes of earlier steps that break it. An error, or a warning where an uncertain step before decides.
    """
    if step.skill is None or step.arguments.mistakes:
        return
    unnamed = {misnamed.parameter for misnamed in step.arguments.misnamed}
    for condition in step.skill.throughout:
        if unnamed.intersection(condition.parameters()):
            continue
        for moment, (holds, outcomes) in _moments(step, condition):
            if holds:
                continue
            uncertain = step.before.uncertain_since is not None or step.skill.uncertain
            lenient = holds is None and uncertain and may_succeed(step)
            detail: dict[str, Any] = {"condition": condition.to_json(), "known": holds is not None, "moment": moment}
            if outcomes:
                detail["outcomes"] = outcomes
            yield Finding(
                code="INVARIANT",
                severity="warning" if lenient else "error",
                step=step.number,
                subject=describe(condition, step.named),
                because_of=step.before.clouded_by,
                detail={**detail, **({} if moment == "end" else removed_by(step, condition))},
            )
            break


def _moments(step: Step, condition: Condition) -> Iterator[tuple[str, Answer]]:
    named = step.named
    if not isinstance(condition.condition if isinstance(condition, Not) else condition, AtPlace | Docked | NearThing):
        yield "start", holds_in(condition, named, step.before.state, step.before.branches)
    yield "arrival", holds_in(condition, named, step.arrived, step.branches)
    drained = (step.cost.energy_wh[0] - step.cost.drive_wh[0], step.cost.energy_wh[1] - step.cost.drive_wh[1])
    if not step.branches:
        yield "end", holds_in(condition, named, step.arrived.drained(drained), ())
    yield "end", holds_in(condition, named, step.after, step.ends)
