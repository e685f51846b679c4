"""Calls: the skill exists and every argument has the right type."""

from collections.abc import Iterator

from verifier.finding import Finding
from verifier.step import Step

__all__ = ["check_call"]


def check_call(step: Step) -> Iterator[Finding]:
    """Find a call that names no skill, or arguments that its signature refuses.

    Args:
        step: The step.

    Yields:
        One UNKNOWN_SKILL, or one BAD_ARGUMENT for each argument that is missing, unexpected or of the wrong type.
    """
    if step.skill is None:
        yield Finding(code="UNKNOWN_SKILL", step=step.number, subject=step.call.skill, refuted=True)
        return
    for mistake in step.arguments.mistakes:
        yield Finding(
            code="BAD_ARGUMENT",
            step=step.number,
            subject=mistake.parameter[:200],
            refuted=True,
            detail={"reason": mistake.reason},
        )
