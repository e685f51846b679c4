"""Names: every place, thing and door that a call mentions exists on this map."""

from collections.abc import Iterator

from verifier.finding import Finding
from verifier.step import Step

__all__ = ["check_names"]


def check_names(step: Step) -> Iterator[Finding]:
    """Find arguments that name nothing on the map.

    Args:
        step: The step; its calls already have the right types.

    Yields:
        One UNKNOWN_NAME for each such argument; names that look alike and work are added by ``verifier.alternatives``.
    """
    for misnamed in step.arguments.misnamed:
        yield Finding(
            code="UNKNOWN_NAME",
            step=step.number,
            subject=misnamed.text[:200],
            refuted=True,
            detail={"parameter": misnamed.parameter, "kind": misnamed.kind, "map": step.scope.world.name},
        )
