"""Grip: what is picked up does not slip through the fingers."""

from collections.abc import Iterator

from skills.grip import needed_grip_n
from verifier.finding import Finding
from verifier.step import Step

__all__ = ["check_grip"]


def check_grip(step: Step) -> Iterator[Finding]:
    """Find a thing that the gripper is too weak for: friction, not form, holds it between two fingers.

    Args:
        step: The step. Things count whose ``weight_kg`` and ``friction`` the map knows; nothing is claimed of others.

    Yields:
        A GRIP_FORCE with the newtons that each finger needs and has.
    """
    if step.skill is None:
        return
    for name in step.after.carrying:
        thing = step.scope.world.things.get(name)
        if thing is None or name in step.before.state.carrying:
            continue
        weight, friction = thing.attributes.get("weight_kg"), thing.attributes.get("friction")
        if not isinstance(weight, int | float) or not isinstance(friction, int | float) or weight <= 0 or friction <= 0:
            continue
        needed = needed_grip_n(float(weight), float(friction))
        if needed > step.scope.body.gripper_force_n:
            yield Finding(
                code="GRIP_FORCE",
                step=step.number,
                subject=name,
                needed=round(needed, 2),
                available=step.scope.body.gripper_force_n,
                unit="N",
                refuted=True,
                detail={"weight_kg": float(weight), "friction": float(friction)},
            )
