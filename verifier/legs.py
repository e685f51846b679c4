"""Legs: which drive a step implies, from where, and whether there is a route for it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from maps import DoorState, Pose, Route, Thing
from maps.arm_reach import moved_to
from skills import Skill
from verifier.arguments import Arguments
from verifier.contracts import ends_docked
from verifier.home import docks
from verifier.riding import cabin_pose
from verifier.routes import Target, reaches, route_to
from verifier.step import Leg, Scope, Situation

__all__ = ["find_leg", "targets"]


def targets(scope: Scope, situation: Situation, skill: Skill, arguments: Arguments) -> Iterator[tuple[str, Target]]:
    """Where a step's arguments want the robot, by parameter, in the signature's order.

    Things that the plan has moved are sought where it has put them; what is carried is at hand and implies no drive.
    """
    for parameter in skill.parameters:
        if parameter.motion is None:
            continue
        feature = arguments.features.get(parameter.name)
        value = arguments.values.get(parameter.name)
        if isinstance(feature, Thing):
            if feature.name in situation.state.carrying:
                continue
            put = situation.state.thing_places.get(feature.name)
            if put is not None:
                feature = moved_to(feature, put, None)
        if feature is not None:
            yield parameter.name, Target(motion=parameter.motion, feature=feature)
        elif isinstance(value, Pose):
            yield parameter.name, Target(motion="at", pose=value)


def find_leg(scope: Scope, situation: Situation, skill: Skill, arguments: Arguments) -> Leg | None:
    """The drive that a step implies.

    Args:
        scope: What stays the same.
        situation: Where the robot is and what holds.
        skill: Its parameters say what motion they imply.
        arguments: Sound ones.

    Returns:
        The leg, with a route or the reason why there is none; None for a step that drives nowhere.
    """
    wanted = list(targets(scope, situation, skill, arguments))
    if not wanted:
        return _to_any_dock(scope, situation, skill)
    parameter, target = wanted[0]
    return _leg(scope, situation, parameter, target)


def _to_any_dock(scope: Scope, situation: Situation, skill: Skill) -> Leg | None:
    """``dock()`` without a place goes to the dock that is nearest by route."""
    optional = [p for p in skill.parameters if p.motion == "at" and p.kind == "place" and not p.required]
    if not optional or skill.motion != "implied" or not ends_docked(skill):
        return None
    legs = [_leg(scope, situation, optional[0].name, Target(motion="at", feature=dock)) for dock in docks(scope)]
    found = [leg for leg in legs if isinstance(leg.result, Route) and not leg.provisional]
    if found:
        return min(found, key=lambda leg: leg.result.length_m if isinstance(leg.result, Route) else 0.0)
    return legs[0] if legs else None


def _leg(scope: Scope, situation: Situation, parameter: str, target: Target) -> Leg:
    doors: Mapping[str, DoorState] = situation.state.doors
    start = situation.pose
    leg = Leg(
        subject=target.name,
        parameter=parameter,
        motion=target.motion,
        start=start,
        result=route_to(scope, start, target, doors),
        target=target.point,
        goal=target,
    )
    if isinstance(leg.result, Route):
        return leg
    if leg.result.code.startswith("START_"):
        return leg
    if situation.assumed is not None:
        from_there = route_to(scope, situation.assumed, target, doors)
        if isinstance(from_there, Route):
            return replace(leg, because_of=situation.assumed_by)
    hopeful = situation.state.optimistic_doors()
    if situation.uncertain_since is not None and hopeful != doors:
        through = route_to(scope, start, target, hopeful)
        if isinstance(through, Route):
            doubtful = tuple(name for name in through.doors if doors.get(name) != hopeful.get(name))
            return replace(leg, result=through, provisional=True, doubtful=doubtful)
    if situation.uncertain_since is not None and scope.unknown == "blocked":
        through = route_to(scope, start, target, hopeful, unknown="allowed")
        if isinstance(through, Route):
            doubtful = tuple(name for name in through.doors if doors.get(name) != hopeful.get(name))
            return replace(leg, result=through, provisional=True, doubtful=doubtful)
    return replace(leg, refuted=is_refuted(scope, start, target))


def is_refuted(scope: Scope, start: Pose, target: Target) -> bool:
    """Whether no earlier steps could help: every door open and unseen space free, there still is no way."""
    opened: dict[str, DoorState] = dict.fromkeys(scope.world.doors, "open")
    starts, building, point = [start], scope.world.building, target.point
    if building is not None and point is not None:
        there = building.level_at(point)
        cabins = [lift.cabins[lift.levels.index(there.name)] for lift in building.lifts if there and there.name in lift.levels]
        starts += [cabin_pose(scope.world.places[name]) for name in cabins if name in scope.world.places]
    return not any(reaches(scope, pose, target, opened, unknown="allowed") for pose in starts)
