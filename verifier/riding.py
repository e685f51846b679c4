"""Riding: which lift a call takes, how long that may take, and where the robot stands afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from maps import Door, Place, Pose, World
from skills import Skill
from skills.whereabouts import Rides
from verifier.arguments import Arguments
from verifier.contracts import once
from verifier.step import Scope
from verifier.verdict import Interval

if TYPE_CHECKING:
    from maps.building import Lift

__all__ = ["Ride", "cabin_pose", "cabin_room", "landing", "ride_of", "ride_time", "rides"]


@dataclass(frozen=True, slots=True)
class Ride:
    """A call that takes a lift: the parameters that name its cabins, the cabins, and the lift if one joins them."""

    parameters: tuple[str, str]
    lift: "Lift | None"
    here: Place
    there: Place


@once
def rides(skill: Skill) -> Rides | None:
    """The effect by which a skill takes the robot to another level; None for all that do not."""
    return next((effect for effect in skill.effects if isinstance(effect, Rides)), None)


def ride_of(world: World, skill: Skill | None, arguments: Arguments) -> Ride | None:
    """The ride that a call makes; None for a call that makes none."""
    effect = None if skill is None else rides(skill)
    if effect is None:
        return None
    here, there = arguments.features.get(effect.lift), arguments.features.get(effect.to)
    if not isinstance(here, Place) or not isinstance(there, Place):
        return None
    building = world.building
    lift = None if building is None else building.lift_of(here.name)
    joined = lift is not None and there.name in lift.cabins and there.name != here.name
    return Ride((effect.lift, effect.to), lift if joined else None, here, there)


def ride_time(world: World, skill: Skill, arguments: Arguments) -> Interval | None:
    """How long the ride takes, waiting and doors included, seconds; None where there is none."""
    if rides(skill) is None:
        return None
    ride = ride_of(world, skill, arguments)
    return None if ride is None or ride.lift is None else ride.lift.ride_s


def landing(world: World, skill: Skill | None, arguments: Arguments) -> Pose | None:
    """Where a call that is a ride leaves the robot; None for other calls."""
    if skill is None or rides(skill) is None:
        return None
    ride = ride_of(world, skill, arguments)
    return None if ride is None or ride.lift is None else cabin_pose(ride.there)


def cabin_pose(cabin: Place) -> Pose:
    """Where the robot stands in a cabin."""
    return cabin.pose or Pose(*cabin.centre)


def cabin_room(scope: Scope, cabin: Place) -> float:
    """How far the nearest obstacle is from the middle of a body in a cabin whose doors are shut, metres.

    Of a polygon body: how far from the body itself, plus the disc's radius around it, so that one number is compared for both.
    """
    from maps.clearance import layers
    from maps.polygon import touched_cells
    from maps.swept import room_at
    from verifier.turning import standing_room

    world, body, pose = scope.world, scope.body, cabin_pose(cabin)
    if not world.frame.contains(pose.point):
        return 0.0
    walls = layers(world, ignore=frozenset(("doors", "keepout", "unknown")))
    shut = [touched_cells(world.frame, door.segment, closed=False) for door in doors_of(world, cabin)]
    cells = np.concatenate([np.empty((0, 2), np.int64), *shut])
    scale = world.frame.resolution
    if body.footprint:
        blocked = walls.blocked.copy()
        blocked[cells[:, 0], cells[:, 1]] = True
        room = standing_room(world, body, (pose.x, pose.y, pose.yaw), replace(walls, blocked=blocked))
        return room * scale + body.radius_m
    at = world.frame.local([pose.point])
    room = float(room_at(walls.blocked, walls.clearance, at, 2.0 * body.needed_clearance_m / scale, scale)[0])
    if len(cells):
        low = cells[:, ::-1]
        away = np.maximum(np.maximum(low - at, at - low - 1.0), 0.0)
        room = min(room, float(np.hypot(away[:, 0], away[:, 1]).min()))
    return room * scale


def doors_of(world: World, cabin: Place) -> Iterator[Door]:
    """The doors that a lift shuts while the robot is in its cabin."""
    from maps.building import LIFT_DOOR

    return (door for door in world.doors.values() if door.kind == LIFT_DOOR and cabin.name in door.between)
