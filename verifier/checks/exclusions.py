"""Exclusions: no part of the robot is used while a skill keeps it, and facts that exclude one another never hold together."""

from collections.abc import Iterator

from skills import PlanState
from verifier.branches import holds_in, may_succeed
from verifier.checks.conditions import removed_by
from verifier.contracts import parts_free
from verifier.finding import Finding
from verifier.step import Step

__all__ = ["check_exclusions"]


def check_exclusions(step: Step) -> Iterator[Finding]:
    """Find a step that uses a part of the robot which an earlier step keeps, or brings together facts that exclude one another.

    Args:
        step: The step. A drive uses the ``base``, whether or not the skill says so. A skill that frees a part may use it.

    Yields:
        A PRECONDITION for each part that is kept, and an INVARIANT for each pair of facts; a warning where an uncertain step
        decides, else an error.
    """
    if step.skill is None or not step.arguments.sound:
        return
    for part, free in parts_free(step.skill, step.leg is not None).items():
        holds, outcomes = holds_in(free, {}, step.before.state, step.before.branches)
        if not holds:
            lenient = holds is None and step.before.uncertain_since is not None and may_succeed(step)
            yield Finding(
                code="PRECONDITION",
                severity="warning" if lenient else "error",
                step=step.number,
                subject=f"the {part} is free",
                because_of=step.before.clouded_by,
                detail={
                    "condition": free.to_json(),
                    "known": holds is False,
                    **({"outcomes": outcomes} if outcomes else {}),
                    **removed_by(step, free),
                },
            )
    for one, other in sorted(step.before.exclusive):
        if _together(step.before.state, one, other) is True:
            continue
        together = _together(step.after, one, other)
        if together is not False:
            yield Finding(
                code="INVARIANT",
                severity="error" if together else "warning",
                step=step.number,
                subject=f"{one} and {other} exclude one another",
                because_of=step.before.clouded_by,
                detail={"known": together is True, "moment": "end", "facts": [one, other]},
            )


def _together(state: PlanState, one: str, other: str) -> bool | None:
    answers = (_holds(state, one), _holds(state, other))
    return False if False in answers else None if None in answers else True


def _holds(state: PlanState, name: str) -> bool | None:
    return True if name in state.facts else None if name in state.maybe_facts else False
