"""Outcomes: a drive for which there is a way in some outcomes of the earlier steps only says in which there is none."""

from collections.abc import Iterator

from maps import Route
from verifier.branches import may_pass, outcome_text
from verifier.finding import Finding
from verifier.step import Step

__all__ = ["check_outcomes"]


def check_outcomes(step: Step) -> Iterator[Finding]:
    """Find a leg that needs a door open which an uncertain step before may have left shut.

    Args:
        step: The step. The mission verifies it again before it runs, and replans in the outcomes in which the door is shut.

    Yields:
        One DOOR_CLOSED warning, about the first such door on the way; ``detail`` says in which outcomes it is shut.
    """
    leg = step.leg
    if leg is None or not leg.doubtful or not isinstance(leg.result, Route):
        return
    branches = step.before.branches
    shut = [not may_pass(branch, leg.doubtful, step.scope.world) for branch in branches]
    states = {name: step.before.state.doors[name] for name in leg.doubtful}
    detail = {"parameter": leg.parameter, "target": leg.subject, "doors": states}
    yield Finding(
        code="DOOR_CLOSED",
        severity="warning",
        step=step.number,
        subject=leg.doubtful[0],
        detail={**detail, "outcomes": outcome_text(branches, shut)},
    )
