"""Conditions: what a skill requires holds when its function would start, given what the earlier steps did."""

from collections.abc import Iterator

from skills import Condition
from verifier.finding import Finding
from verifier.step import Step
from verifier.walk import arguments_of

__all__ = ["check_conditions"]


def check_conditions(step: Step) -> Iterator[Finding]:
    """Find requirements that do not hold, or that nothing says hold.

    Args:
        step: The step; its conditions are read in the state on arrival.

    Yields:
        One PRECONDITION for each; ``detail`` says since which step it does not hold. Behind a step whose effects nobody can
        know it carries ``because_of``; what is merely not known after an uncertain step is a warning.
    """
    if step.skill is None or step.arguments.mistakes:
        return
    unnamed = {misnamed.parameter for misnamed in step.arguments.misnamed}
    named = arguments_of(step.arguments)
    for condition in step.skill.requires:
        if unnamed.intersection(condition.parameters()):
            continue
        holds = condition.holds(step.arrived, named)
        if holds:
            continue
        lenient = holds is None and step.before.uncertain_since is not None
        yield Finding(
            code="PRECONDITION",
            severity="warning" if lenient else "error",
            step=step.number,
            subject=describe(condition, named),
            because_of=step.before.clouded_by,
            detail={"condition": condition.to_json(), "known": holds is not None, **_removed(step, condition, named)},
        )


def describe(condition: Condition, named: dict[str, object]) -> str:
    """The condition in words, its parameters replaced by the names that the call gives."""
    text = str(condition)
    for parameter in condition.parameters():
        value = named.get(parameter)
        if value is not None:
            text = text.replace(parameter, repr(str(getattr(value, "name", value))), 1)
    return text


def _removed(step: Step, condition: Condition, named: dict[str, object]) -> dict[str, int]:
    """The step whose effects made the condition false, if it ever held in this plan."""
    history = step.before.history
    for index in range(len(history) - 1, -1, -1):
        if condition.holds(history[index], named):
            return {"removed_by": index + 1}
    return {}
