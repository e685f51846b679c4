"""Arm: what a thing's height has to do with it that a leg to it has no route, with the reach that it needs and the one there is."""

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from maps import NoRoute, Route, Thing, distance
from maps.arm_reach import HANDLED_M, described, height_of, reach_to
from verifier.routes import route_to
from verifier.step import Leg, Step

__all__ = ["Short", "short_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """An arm that is too short for a thing.

    Attributes:
        needed: From how far away at most the arm reaches it, metres; where it does not at all, how high it reaches.
        available: How near to it this body gets; where the thing is too high, how high the hand would have to be.
        detail: The height, and the arm's numbers, where the map knows the height.
    """

    needed: float
    available: float | None
    detail: dict[str, Any]


def short_of(step: Step, leg: Leg, none: NoRoute) -> Short | None:
    """Why a thing is out of reach.

    Args:
        step: The step.
        leg: Its leg.
        none: Why it has no route.

    Returns:
        None for a leg that leads elsewhere, or fails for another reason: where no cell is within reach, the reach is the reason;
        where some are, the thing's height is if the same thing on a table as high as the arm likes it could be driven to.
    """
    thing = None if leg.goal is None or leg.motion != "near" else leg.goal.feature
    if leg.goal is None or not isinstance(thing, Thing) or none.code.startswith("START_"):
        return None
    body, height = step.scope.body, height_of(thing)
    reach = reach_to(body, thing)
    lowers = thing.reach_m is None and height is not None and reach < body.reach_m
    if none.code != "GOAL_OCCUPIED":
        if not lowers:
            return None
        elsewhere = replace(leg.goal, feature=replace(thing, attributes=MappingProxyType(described(thing))))
        if not isinstance(route_to(step.scope, leg.start, elsewhere, step.before.state.doors), Route):
            return None
    from_here = round(max(0.0, reach - body.tracking_m), 6)  # goals keep the tracking bound off the reach
    if height is None or not lowers:
        return Short(needed=from_here, available=_nearest(none, thing), detail={})
    arm = {"height_m": height, "reach_m": body.reach_m, "arm_m": body.arm_m, "arm_z_m": body.arm_z_m, "arm_top_m": body.arm_top_m}
    if reach > 0.0:
        return Short(needed=from_here, available=_nearest(none, thing), detail=arm)
    top = min(body.arm_top_m, body.arm_z_m + body.arm_m)
    return Short(needed=top, available=round(height + HANDLED_M, 6), detail={**arm, "too_high": True})


def _nearest(none: NoRoute, thing: Thing) -> float | None:
    return None if none.nearest is None else round(distance(none.nearest.point, thing.position), 6)
