"""Load: what is carried is not heavier than the body may carry."""

from collections.abc import Iterator

from verifier.finding import Finding
from verifier.step import Step

__all__ = ["check_load"]


def check_load(step: Step) -> Iterator[Finding]:
    """Find a step that takes up more than the body's payload, by the things' ``weight_kg``; things without one weigh nothing.

    Args:
        step: The step.

    Yields:
        One PRECONDITION in kilograms.
    """
    added = [name for name in step.after.carrying if name not in step.before.state.carrying]
    if not added:
        return
    load = sum(_weight(step, name) for name in step.after.carrying)
    most = step.scope.body.payload_kg
    if load > most:
        refuted = sum(_weight(step, name) for name in added) > most
        yield Finding(
            code="PRECONDITION",
            step=step.number,
            subject=added[0],
            needed=load,
            available=most,
            unit="kg",
            because_of=step.before.clouded_by,
            refuted=refuted,
        )


def _weight(step: Step, name: str) -> float:
    thing = step.scope.world.things.get(name)
    weight = None if thing is None else thing.attributes.get("weight_kg")
    return float(weight) if isinstance(weight, int | float) and weight >= 0 else 0.0
