"""Load: what is carried is neither more things nor heavier than the body may carry."""

from collections.abc import Collection, Iterator

from maps.footprint.shape import FootprintInvalid
from skills.in_hand import HandEmpty, HandFree
from verifier.finding import Finding
from verifier.step import Step

__all__ = ["check_load"]


def check_load(step: Step) -> Iterator[Finding]:
    """Find a step that takes up more than the body holds, or more than its payload.

    Args:
        step: The step. Weights are the things' ``weight_kg``; things without one weigh nothing.

    Yields:
        A BAD_ARGUMENT for a thing whose size in the hand the map gives wrongly. A PRECONDITION about the number of things, unless
        the skill itself requires a free hand, and one in kilograms about the sum of what is carried: a warning where only what is
        perhaps carried makes it too much.
    """
    after, before = step.after, step.before.state
    added = [name for name in after.carrying if name not in before.carrying]
    if step.skill is None:
        return
    yield from _sizeless(step, added if step.number > 1 else after.carrying)
    if not added:
        return
    asks = any(isinstance(condition, HandFree | HandEmpty) for condition in step.skill.requires)
    if len(after.carrying) > after.capacity and not asks:
        things = "1 thing is" if after.capacity == 1 else f"{after.capacity} things are"
        yield Finding(
            code="PRECONDITION",
            step=step.number,
            subject=f"at most {things} carried",
            because_of=step.before.clouded_by,
            detail={"carrying": list(after.carrying)},
        )
    most = step.scope.body.payload_kg
    sure, perhaps = _weight(step, after.carrying), _weight(step, after.maybe_carrying)
    if sure + perhaps > most:
        yield Finding(
            code="PRECONDITION",
            severity="error" if sure > most else "warning",
            step=step.number,
            subject=added[0],
            needed=sure if sure > most else sure + perhaps,
            available=most,
            unit="kg",
            because_of=step.before.clouded_by,
            refuted=_weight(step, added) > most,
        )


def _sizeless(step: Step, names: Collection[str]) -> Iterator[Finding]:
    body = step.scope.unladen or step.scope.body
    for name in names:
        try:
            body.carrying(step.scope.world.things[item] for item in (name,) if item in step.scope.world.things)
        except FootprintInvalid as error:
            yield Finding(code="BAD_ARGUMENT", step=step.number, subject=name, refuted=True, detail={"reason": str(error)})


def _weight(step: Step, names: Collection[str]) -> float:
    """Sum of the weights that the map knows, kg."""
    total = 0.0
    for name in names:
        thing = step.scope.world.things.get(name)
        weight = None if thing is None else thing.attributes.get("weight_kg")
        total += float(weight) if isinstance(weight, int | float) and weight >= 0 else 0.0
    return total
