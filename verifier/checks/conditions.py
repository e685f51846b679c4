"""Conditions: what a skill requires holds when its function would start, given what the earlier steps did."""

from collections.abc import Iterator
from typing import Any

from skills import Condition
from verifier.arguments import Named
from verifier.branches import holds_in, may_succeed
from verifier.finding import Finding
from verifier.step import Step

__all__ = ["check_conditions", "describe", "removed_by"]


def check_conditions(step: Step) -> Iterator[Finding]:
    """Find requirements that do not hold, or that nothing says hold.

    Args:
        step: The step; its conditions are read in the state on arrival, in every branch.

    Yields:
        One PRECONDITION for each; ``detail`` says since which step it does not hold, and in which outcomes of earlier steps.
        Behind a step whose effects nobody can know it carries ``because_of``. It is an error where the step's conditions hold in no
        branch, and a warning where an uncertain step before decides. What the skill itself confirms need only be possible.
    """
    if step.skill is None or step.arguments.mistakes:
        return
    unnamed = {misnamed.parameter for misnamed in step.arguments.misnamed}
    asked = [(condition, False) for condition in step.skill.requires]
    for condition, confirms in (*asked, *((condition, True) for condition in step.skill.confirms)):
        if unnamed.intersection(condition.parameters()):
            continue
        holds, outcomes = holds_in(condition, step.named, step.arrived, step.branches)
        if holds or (holds is None and confirms):
            continue
        lenient = holds is None and step.before.uncertain_since is not None and may_succeed(step)
        detail: dict[str, Any] = {"condition": condition.to_json(), "known": holds is not None}
        if outcomes:
            detail |= {"outcomes": outcomes, "known": any(condition.holds(b.state, step.named) is False for b in step.branches)}
        yield Finding(
            code="PRECONDITION",
            severity="warning" if lenient else "error",
            step=step.number,
            subject=describe(condition, step.named),
            because_of=step.before.clouded_by,
            detail={**detail, **removed_by(step, condition)},
        )


def describe(condition: Condition, named: Named) -> str:
    """The condition in words, its parameters replaced by the names that the call gives."""
    text = str(condition)
    for parameter in condition.parameters():
        value = named.get(parameter)
        if value is not None:
            shown = repr(str(getattr(value, "name", value)))
            braced = "{" + parameter + "}"
            text = text.replace(braced if braced in text else parameter, shown, 1)
    return text


def removed_by(step: Step, condition: Condition) -> dict[str, int]:
    """The step whose effects made the condition false, if it ever held in this plan."""
    history = step.before.history
    for index in range(len(history) - 1, -1, -1):
        if condition.holds(history[index], step.named):
            return {"removed_by": index + 1}
    return {}
