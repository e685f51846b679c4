"""Dock: charge at a dock."""

from maps import Place, Pose, distance, goal_at
from skills.condition import charges, docked
from skills.context import Context
from skills.errors import SkillFailed
from skills.skill import skill
from skills.types import At

__all__ = ["dock"]

AT_DOCK_M = 0.3
"""How near to its dock's pose the robot has to stand to charge, metres."""

FULL_WITHIN_WH = 0.05
"""A battery that lacks less than this counts as full, watt-hours."""

CHARGE_SLICE_S = 30.0
"""Robot time between two looks at the battery, seconds."""


@skill(
    uses={"base"},
    effects=[docked(), charges()],
    timeout=4 * 3600.0,
    takes=(0.0, 2 * 3600.0),
    idempotent=True,
    phrases=["dock", "charge", "recharge", "go to the charger", "return to the dock", "go home"],
)
async def dock(context: Context, place: At[Place] | None = None) -> str:
    """Drive to a dock and charge until the battery is full.

    Args:
        place: Which dock; the nearest one that can be reached when it is not given.
    """
    if place is not None and not place.is_dock:
        raise SkillFailed("NOT_A_DOCK", f"{place.name!r} is not a dock; the docks are {_names(context)}")
    chosen = place or await _nearest(context)
    await context.act("charge", chosen.name)
    await _until_full(context, chosen)
    context.observe(f"charged at {chosen.name}", "done")
    return chosen.name


async def _until_full(context: Context, dock: Place) -> None:
    """Stand on the dock until the battery is full; fail when it gets no fuller."""
    full = context.body.battery_wh
    charge = (await context.state()).battery_wh
    while charge < full - FULL_WITHIN_WH:
        context.progress(charge / full, f"charging, {charge:.0f} of {full:.0f} Wh")
        await context.wait(CHARGE_SLICE_S)
        before, charge = charge, (await context.state()).battery_wh
        if charge <= before:
            raise SkillFailed(
                "BATTERY", f"{dock.name!r} does not charge: {charge:.1f} Wh, {before:.1f} Wh {CHARGE_SLICE_S:g} s ago"
            )


async def _nearest(context: Context) -> Place:
    """The dock that the robot stands on, else the nearest by straight line that it can drive to, driven to."""
    here: Pose = (await context.state()).pose
    docks = sorted(
        (place for place in context.world.places.values() if place.is_dock),
        key=lambda place: distance(place.centre, here.point),
    )
    if docks and distance(docks[0].centre, here.point) <= AT_DOCK_M:
        return docks[0]
    for candidate in docks:
        try:
            await context.drive_to(goal_at(context.world, candidate, context.body))
        except SkillFailed as failure:
            reason = failure
            continue
        return candidate
    if not docks:
        raise SkillFailed("NO_DOCK", f"the map {context.world.name!r} has no dock")
    raise SkillFailed(reason.code, f"none of the docks {_names(context)} can be reached: {reason.message}")


def _names(context: Context) -> str:
    return ", ".join(repr(place.name) for place in context.world.places.values() if place.is_dock) or "none"
