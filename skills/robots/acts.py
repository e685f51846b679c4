"""Acts: what a simulated robot can do besides driving: for each verb whether it works here, how long it takes, what it does.

Whether an act works is decided when it starts, from the truth; what it does happens when it ends.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import get_args

from pydantic import JsonValue

from maps import Body, Door, DoorChange, FeatureChange, Point, Pose, Thing, World, distance
from maps.arm_reach import height_of, moved_to, reach_to
from maps.grid import FREE
from skills.laden import with_load
from skills.robot import Verb
from skills.robots.energy import seconds_until_full
from skills.robots.errors import ActionRejected

__all__ = ["ACTS", "Attempt", "Situation", "check_verb", "door_distance", "put_down_at", "reaches"]

DOCK_REACH_M = 0.5
FAILS_AFTER_S = 2.0
CONNECTS_S = 2.0
CABIN_REACH_M = 0.5
"""How near to its cabin's place the robot has to stand to be taken along, metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Where an act starts: the truth now, the body, its pose, load and charge."""

    truth: World
    body: Body
    pose: Pose
    carrying: tuple[Thing, ...]
    battery_wh: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How an act will go: seconds, and the cause code and sentence if it fails; else what it does to truth and robot.

    Attributes:
        seconds: How long it takes.
        code: Empty if it will succeed.
        message: One sentence.
        changes: What becomes of the truth.
        carrying: What is carried afterwards; None leaves it.
        charging: Whether the battery is being charged afterwards.
        said: What is added to the log of sentences.
        pose: Where the robot is taken to; None leaves it where it is.
    """

    seconds: float
    code: str = ""
    message: str = ""
    changes: tuple[DoorChange | FeatureChange, ...] = ()
    carrying: tuple[Thing, ...] | None = None
    charging: bool = False
    said: str | None = None
    pose: Pose | None = None


def _fails(code: str, message: str) -> Attempt:
    return Attempt(seconds=FAILS_AFTER_S, code=code, message=message)


def pick(at: Situation, target: str, options: Mapping[str, JsonValue]) -> Attempt:
    """Take a thing that is within reach into the gripper."""
    thing = at.truth.things.get(target)
    if any(held.name == target for held in at.carrying):
        return _fails("PRECONDITION", f"{target!r} is carried already")
    if thing is None or not reaches(at, thing):
        return _out_of_reach(at, target, thing)
    if len(at.carrying) >= at.body.gripper_capacity:
        held = ", ".join(repr(thing.name) for thing in at.carrying)
        return _fails("GRIPPER_FULL", f"the gripper is full: it holds {held}")
    load = sum(_weight(held) for held in (*at.carrying, thing))
    if load > at.body.payload_kg:
        return _fails("TOO_HEAVY", f"{target!r} makes a load of {load:.1f} kg, more than {at.body.payload_kg:.1f} kg")
    gone = FeatureChange(type="thing", name=target, feature=None)
    return Attempt(seconds=8.0, changes=(gone,), carrying=(*at.carrying, thing))


def place(at: Situation, target: str, options: Mapping[str, JsonValue]) -> Attempt:
    """Put down what is carried: the thing named by the option ``thing``, or by the target, or the one picked last.

    Where the target is a thing that stands there (a tray, a table), it is put on that.
    """
    if not at.carrying:
        return _fails("PRECONDITION", "nothing is carried, so nothing can be put down")
    wanted = options.get("thing", target)
    thing = next((held for held in at.carrying if held.name == wanted), at.carrying[-1])
    under = at.truth.things.get(target)
    if under is not None and not reaches(at, under):
        return _out_of_reach(at, target, under)
    spot = put_down_at(at) if under is None else under.position
    room = at.truth.place_at(spot)
    named = at.truth.places.get(target)
    put = moved_to(thing, spot, named.name if named is not None else room.name if room else None, under)
    there = FeatureChange(type="thing", name=thing.name, feature=put)
    rest = tuple(held for held in at.carrying if held.name != thing.name)
    return Attempt(seconds=6.0, changes=(there,), carrying=rest)


def press(at: Situation, target: str, options: Mapping[str, JsonValue]) -> Attempt:
    """Press a button within reach; it is pressed afterwards."""
    thing = at.truth.things.get(target)
    if thing is None or not reaches(at, thing):
        return _out_of_reach(at, target, thing)
    pressed = FeatureChange(type="thing", name=target, feature=replace(thing, state="pressed"))
    return Attempt(seconds=4.0, changes=(pressed,))


def open_door(at: Situation, target: str, options: Mapping[str, JsonValue]) -> Attempt:
    """Open a door within reach; a locked one stays shut."""
    door = at.truth.doors.get(target)
    problem = _door_out_of_reach(at, target, door)
    if problem is not None or door is None:
        return problem or _fails("UNKNOWN_NAME", f"there is no door {target!r}")
    if door.state == "locked":
        return _fails("DOOR_LOCKED", f"door {target!r} is locked")
    if door.state == "open":
        return Attempt(seconds=1.0, message=f"door {target!r} was open already")
    return Attempt(seconds=6.0, changes=(DoorChange(door=target, state="open"),))


def close_door(at: Situation, target: str, options: Mapping[str, JsonValue]) -> Attempt:
    """Close a door within reach, unless the body stands in it."""
    door = at.truth.doors.get(target)
    problem = _door_out_of_reach(at, target, door)
    if problem is not None or door is None:
        return problem or _fails("UNKNOWN_NAME", f"there is no door {target!r}")
    if door_distance(at.pose.point, door) < with_load(at.body, at.carrying).radius_m:
        return _fails("PRECONDITION", f"the robot stands in door {target!r}")
    if door.state != "open":
        return Attempt(seconds=1.0, message=f"door {target!r} was shut already")
    return Attempt(seconds=5.0, changes=(DoorChange(door=target, state="closed"),))


def charge(at: Situation, target: str, options: Mapping[str, JsonValue]) -> Attempt:
    """Charge at the dock that the robot stands at, until the battery is full; it stays full until the robot drives away.

    The option ``until`` (share of the capacity, 0 to 1) lets the act end earlier; charging goes on all the same.
    """
    docks = [dock for dock in at.truth.places.values() if dock.is_dock]
    if not any(distance(at.pose.point, dock.centre) <= DOCK_REACH_M for dock in docks):
        return _fails("PRECONDITION", "the robot stands at no dock")
    until = options.get("until", 1.0)
    if isinstance(until, bool) or not isinstance(until, (int, float)) or not 0.0 <= until <= 1.0:
        return _fails("PRECONDITION", f"until must be a share of the battery, 0 to 1, not {until!r}")
    seconds = seconds_until_full(at.body, at.battery_wh, float(until))
    if math.isinf(seconds):
        return _fails("BATTERY", "the dock gives less than the robot draws")
    return Attempt(seconds=CONNECTS_S + seconds, charging=True)


def say(at: Situation, target: str, options: Mapping[str, JsonValue]) -> Attempt:
    """Say a sentence; it is added to the robot's log."""
    return Attempt(seconds=min(1.0 + 0.06 * len(target), 15.0), said=target)


def take_lift(at: Situation, target: str, options: Mapping[str, JsonValue]) -> Attempt:
    """Ride from the cabin that the robot stands in to the same lift's cabin that is named."""
    building, there = at.truth.building, at.truth.places.get(target)
    lift = None if building is None else building.lift_of(target)
    if building is None or lift is None or there is None:
        return _fails("UNKNOWN_NAME", f"{target!r} is no cabin of a lift")
    cabins = [at.truth.places[name] for name in lift.cabins if name != target]
    if not any(distance(at.pose.point, cabin.centre) <= CABIN_REACH_M for cabin in cabins):
        return _fails("PRECONDITION", f"the robot does not stand in a cabin of {lift.name!r} on another level")
    return Attempt(seconds=sum(lift.ride_s) / 2, pose=there.pose or Pose(*there.centre))


ACTS: Mapping[str, Callable[[Situation, str, Mapping[str, JsonValue]], Attempt]] = MappingProxyType(
    {
        "pick": pick,
        "place": place,
        "press": press,
        "open_door": open_door,
        "close_door": close_door,
        "charge": charge,
        "say": say,
        "take_lift": take_lift,
    }
)
"""What each verb does, by its name."""


def check_verb(verb: str) -> None:
    """Refuse a verb that no robot has.

    Raises:
        ActionRejected: There is no such verb.
    """
    if verb not in ACTS:
        raise ActionRejected(f"a robot cannot {verb!r}; it can {', '.join(get_args(Verb))}")


def reaches(at: Situation, thing: Thing) -> bool:
    """Whether a thing is within reach; a cell's width is allowed for, since goals are cells."""
    reach = reach_to(at.body, thing)
    return reach > 0.0 and distance(at.pose.point, thing.position) <= reach + at.truth.frame.resolution + at.body.tracking_m


def _out_of_reach(at: Situation, target: str, thing: Thing | None) -> Attempt:
    """The failure of an act on a thing that is not there or not within reach."""
    if thing is None:
        return _fails("OUT_OF_REACH", f"there is no {target!r} within reach")
    height = height_of(thing)
    stands = "" if height is None else f" and stands {height:.2f} m above the floor"
    away = distance(at.pose.point, thing.position)
    return _fails("OUT_OF_REACH", f"there is no {target!r} within reach; it is {away:.2f} m away{stands}")


def door_distance(point: Point, door: Door) -> float:
    """Distance from a point to a door's segment, metres."""
    (ax, ay), (bx, by) = door.segment
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    share = 0.0 if square == 0 else min(max(((point[0] - ax) * dx + (point[1] - ay) * dy) / square, 0.0), 1.0)
    return distance(point, (ax + share * dx, ay + share * dy))


def put_down_at(at: Situation) -> Point:
    """Where a thing is put: ahead of the body if that is free, else where there is room around it, else under it."""
    away = min(at.body.reach_m, at.body.radius_m + 0.2)
    for turn in (0.0, 0.5, -0.5, 1.0, -1.0, 1.5, -1.5, math.pi):
        angle = at.pose.yaw + turn
        spot = (at.pose.x + away * math.cos(angle), at.pose.y + away * math.sin(angle))
        if at.truth.frame.contains(spot) and at.truth.cells[at.truth.frame.cell(spot)] == FREE:
            return spot
    return at.pose.point


def _door_out_of_reach(at: Situation, target: str, door: Door | None) -> Attempt | None:
    """The failure of an act on a door that is not there or not within reach."""
    if door is None:
        return _fails("UNKNOWN_NAME", f"there is no door {target!r}")
    away = door_distance(at.pose.point, door)
    if away > at.body.reach_m + at.truth.frame.resolution + at.body.tracking_m:
        return _fails("OUT_OF_REACH", f"door {target!r} is {away:.2f} m away, the reach is {at.body.reach_m:.2f} m")
    return None


def _weight(thing: Thing) -> float:
    weight = thing.attributes.get("weight_kg", 0.0)
    return float(weight) if isinstance(weight, (int, float)) else 0.0
