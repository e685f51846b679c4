"""Reach: the drive that a step implies has a route for this body, margin, doors, keep-outs and unknown space."""

from collections.abc import Iterator
from typing import Any

from maps import NoRoute, Route, distance
from maps.compass import compass, in_words
from maps.crossings import first_unknown
from verifier.checks.arm import short_of
from verifier.finding import Code, Finding
from verifier.step import Leg, Step

__all__ = ["check_reach"]


def check_reach(step: Step) -> Iterator[Finding]:
    """Find a leg without a route, named by the layer that blocks it, with numbers.

    Args:
        step: The step; its leg starts where the leg before ended.

    Yields:
        At most one error; it carries ``because_of`` where the leg would have a route had an earlier failed leg worked,
        and ``refuted`` where no doors opened and nothing explored could give it one.
        A KEEPOUT note for each keep-out zone that the robot starts in and leaves, and an UNKNOWN_SPACE warning where the
        only route leads through unknown space that is to be asked for.
    """
    leg = step.leg
    if leg is None:
        return
    if not isinstance(leg.result, NoRoute):
        yield from _leaves_keepouts(step, leg.result)
        yield from _asks(step, leg.result)
        return
    none = leg.result
    code: Code = none.code
    subject, needed, available, unit = leg.subject, none.needed, none.available, ""
    detail: dict[str, Any] = {"parameter": leg.parameter, "target": leg.subject}
    if none.subjects:
        detail["subjects"] = list(none.subjects)
    levels = _levels(step, leg)
    short = short_of(step, leg, none) if levels is None else None
    if levels is not None and not code.startswith("START_"):
        code = "NEEDS_LIFT"
        detail["levels"] = list(levels)
        needed = available = None
    elif short is not None:
        code, needed, available = "OUT_OF_REACH", short.needed, short.available
        detail.update(short.detail)
    elif code == "GOAL_OCCUPIED" and leg.motion in ("near", "seen"):
        code = "OUT_OF_REACH" if leg.motion == "near" else "NOT_VISIBLE"
    elif code == "CLEARANCE":
        needed, available = _doubled(needed), _doubled(available)
        doors = [name for name in none.subjects if name in step.scope.world.doors]
        if doors:
            subject = detail["door"] = doors[0]
    elif code == "DOOR_CLOSED" and none.subjects:
        subject = none.subjects[0]
        detail["doors"] = {name: _door_state(step, name) for name in none.subjects if name in step.scope.world.doors}
    elif code == "KEEPOUT" and none.subjects:
        subject = none.subjects[0]
    if needed is not None:
        unit = "m"
    detail.update({} if levels is not None else _places(step, none))
    yield Finding(
        code=code,
        step=step.number,
        subject=subject,
        needed=needed,
        available=available,
        unit=unit,
        where=none.where,
        because_of=leg.because_of,
        refuted=leg.refuted and leg.because_of is None,
        detail=detail,
    )


def _levels(step: Step, leg: Leg) -> tuple[str, str] | None:
    """The level that a leg starts on and the one that it leads to, where they are not the same."""
    building = step.scope.world.building
    if building is None or leg.target is None:
        return None
    here, there = building.level_at(leg.start.point), building.level_at(leg.target)
    return None if here is None or there is None or here == there else (here.name, there.name)


def _places(step: Step, none: NoRoute) -> dict[str, Any]:
    """Where it fails in words, and the pose nearest to the goal that the robot can get to: how far and which way from it."""
    facts: dict[str, Any] = {}
    if none.where is not None and (words := in_words(step.scope.world, none.where)):
        facts["where_words"] = words
    goal = None if step.leg is None else step.leg.target
    if none.nearest is not None and goal is not None:
        pose = none.nearest
        facts["nearest_pose"] = [round(pose.x, 3), round(pose.y, 3), round(pose.yaw, 3)]
        facts["nearest_pose_m"] = round(distance(pose.point, goal), 3)
        facts["nearest_pose_way"] = compass(goal, pose.point)
    return facts


def _leaves_keepouts(step: Step, route: Route) -> Iterator[Finding]:
    """Note the keep-out zones that the robot stands in and leaves: that is allowed, entering one never is."""
    for name in route.zones:
        zone = step.scope.world.zones.get(name)
        if zone is not None and zone.rule == "keepout":
            yield Finding(
                code="KEEPOUT", severity="note", step=step.number, subject=name, where=route.start, detail={"leaving": True}
            )


def _asks(step: Step, route: Route) -> Iterator[Finding]:
    """Warn of a route through unknown space that the operator has to allow."""
    leg = step.leg
    if leg is not None and route.through_unknown:
        detail = {"parameter": leg.parameter, "target": leg.subject, "ask": True}
        where = first_unknown(step.scope.world, route.points)
        yield Finding(code="UNKNOWN_SPACE", severity="warning", step=step.number, subject=leg.subject, where=where, detail=detail)


def _doubled(value: float | None) -> float | None:
    """A clearance as the width of the passage."""
    return None if value is None else 2 * value


def _door_state(step: Step, name: str) -> str:
    door = step.scope.world.doors.get(name)
    known = step.before.state.doors.get(name)
    return str(known or (door.state if door is not None else "closed"))
