"""Docking: a skill that ends on a dock is sent to one."""

from collections.abc import Iterator

from maps import Place
from verifier.contracts import ends_docked
from verifier.finding import Finding
from verifier.step import Step

__all__ = ["check_docking"]


def check_docking(step: Step) -> Iterator[Finding]:
    """Find a docking skill that is sent to a place that is no dock, or a map without docks.

    Args:
        step: The step.

    Yields:
        At most one BAD_ARGUMENT; ``detail`` lists the docks.
    """
    if step.skill is None or not step.arguments.sound or not ends_docked(step.skill):
        return
    docks = [place.name for place in step.scope.world.places.values() if place.is_dock]
    listed = ", ".join(map(repr, docks[:3])) or "none"
    sent = [feature for feature in step.arguments.features.values() if isinstance(feature, Place)]
    if docks and all(place.is_dock for place in sent):
        return
    subject = sent[0].name if sent else "dock"
    reason = f"{subject!r} is not a dock" if sent else "this map has no dock"
    parameter = next((name for name, feature in step.arguments.features.items() if isinstance(feature, Place)), "")
    yield Finding(
        code="BAD_ARGUMENT",
        step=step.number,
        subject=parameter or subject,
        refuted=True,
        detail={"reason": f"{reason}; docks on this map: {listed}", "parameter": parameter, "docks": docks},
    )
