"""Time: a step does not take longer than its skill is allowed to run."""

from collections.abc import Iterator

from verifier.budget import body_time
from verifier.finding import Finding
from verifier.step import Step

__all__ = ["check_time"]


def check_time(step: Step) -> Iterator[Finding]:
    """Find a step whose skill would be stopped before it can be done.

    Args:
        step: The step.

    Yields:
        One TIME error where even the least time that the skill's own body takes exceeds the skill's time-out, seconds.
    """
    if step.skill is None or not step.arguments.sound:
        return
    least, _ = body_time(step.skill, step.arguments)
    if least > step.skill.timeout_s:
        yield Finding(
            code="TIME",
            step=step.number,
            subject=step.skill.name,
            needed=least,
            available=step.skill.timeout_s,
            unit="s",
            refuted=True,
        )
