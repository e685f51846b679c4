"""Unverifiable: what cannot be promised is said, never passed over in silence."""

from collections.abc import Iterator

from verifier.finding import Finding
from verifier.step import Step

__all__ = ["check_unverifiable"]


def check_unverifiable(step: Step) -> Iterator[Finding]:
    """Find steps about which the verifier can say less than for others.

    Args:
        step: The step.

    Yields:
        An UNVERIFIABLE warning for a skill that declares neither motion nor effects (it runs only with explicit approval),
        and an UNVERIFIABLE note for a drive after a step whose result decides what is known (it is verified again).
    """
    if step.skill is None:
        return
    if step.skill.motion == "undeclared":
        yield Finding(code="UNVERIFIABLE", severity="warning", step=step.number, subject=step.skill.name)
    earlier = step.before.uncertain_since
    if earlier is not None and step.leg is not None:
        yield Finding(
            code="UNVERIFIABLE",
            severity="note",
            step=step.number,
            subject=step.leg.subject,
            detail={"uncertain_step": earlier, "through_unknown": step.leg.provisional},
        )
