"""Limits: what the safety filter keeps to, per joint, for the gripper and for the space that the arm may use.

The file uses the words of ros2_control's and MoveIt's ``joint_limits.yaml``, so that a robot's own file can be taken over:

    joint_limits:
      shoulder_pan: {min_position: -2.9, max_position: 2.9, max_velocity: 1.5, max_acceleration: 5.0, max_effort: 30.0}
    gripper: finger
    max_grip_force_n: 20.0
    workspace:
      inside: {low: [-0.8, -0.8, 0.0], high: [0.8, 0.8, 1.2]}
      keep_out: [{low: [0.3, -0.1, 0.0], high: [0.4, 0.1, 0.3]}]
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeAlias

from policies.runtime.errors import LimitsInvalid, LimitsMismatch

__all__ = ["Box", "JointLimits", "RobotLimits", "Workspace", "load_limits"]

Point3: TypeAlias = tuple[float, float, float]
_NUMBERS = ("min_position", "max_position", "max_velocity", "max_acceleration", "max_effort")


@dataclass(frozen=True, slots=True, kw_only=True)
class JointLimits:
    """Limits of one joint; radians for revolute ones, metres for prismatic ones.

    Attributes:
        name: As the plant calls it.
        min_position: rad or m.
        max_position: rad or m.
        max_velocity: rad/s or m/s.
        max_acceleration: rad/s^2 or m/s^2; the joint brakes with it, so the motor must be able to at any time.
        max_effort: N m or N; None when it is not known, then no effort is checked for this joint.

    Raises:
        LimitsInvalid: A number is not finite or not positive, or the range is empty.
    """

    name: str
    min_position: float
    max_position: float
    max_velocity: float
    max_acceleration: float
    max_effort: float | None = None

    def __post_init__(self) -> None:
        for key in _NUMBERS:
            value = getattr(self, key)
            if value is None and key == "max_effort":
                continue
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                raise LimitsInvalid(f"{key} of joint {self.name!r} is {value!r}; it must be a finite number")
            if key.startswith("max_") and key != "max_position" and value <= 0:
                raise LimitsInvalid(f"{key} of joint {self.name!r} is {value:g}; it must be positive")
        if self.min_position >= self.max_position:
            raise LimitsInvalid(
                f"joint {self.name!r} may move from {self.min_position:g} to {self.max_position:g}: that range is empty"
            )


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-aligned box in the arm's base frame, metres."""

    low: Point3
    high: Point3

    def __post_init__(self) -> None:
        numbers = (*self.low, *self.high)
        if len(self.low) != 3 or len(self.high) != 3 or not all(math.isfinite(x) for x in numbers):
            raise LimitsInvalid(f"a box needs three finite numbers for its low and its high corner, got {self.low} and {self.high}")
        if any(low >= high for low, high in zip(self.low, self.high, strict=True)):
            raise LimitsInvalid(f"the box from {self.low} to {self.high} is empty: each low number must be less than its high one")

    def depth(self, point: Point3) -> float:
        """How deep a point lies in the box, metres, never overstated; outside negative, and the box is then at least that far."""
        x, y, z = point
        x0, y0, z0 = self.low
        x1, y1, z1 = self.high
        return min(x - x0, x1 - x, y - y0, y1 - y, z - z0, z1 - z)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Where the arm's guarded points (its tool point first) may be.

    Attributes:
        inside: They stay in it; its floor is the table's plane, for instance. None for anywhere.
        keep_out: They stay out of these.
    """

    inside: Box | None = None
    keep_out: tuple[Box, ...] = ()

    def room(self, point: Point3) -> float:
        """How far a point is from leaving where it may be, metres (a lower bound); negative where it may not be."""
        room = math.inf if self.inside is None else self.inside.depth(point)
        for box in self.keep_out:
            outside = -box.depth(point)
            room = outside if outside < room else room
        return room


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotLimits:
    """The limits of a robot.

    Attributes:
        joints: In the order of ``Plant.joint_names``; the gripper's joint is one of them.
        max_grip_force_n: What each finger may press with, newtons.
        workspace: Needs an ``ArmModel`` that says where the points are.
        max_following_error: How far a joint may be from where it was sent, rad or m, before the robot is stopped.
        gripper: The gripper's joint, if there is one: it is meant to be stopped by what it holds, and a reset does not open it.

    Raises:
        LimitsInvalid: No joints, two of one name, or numbers that cannot be.
    """

    joints: tuple[JointLimits, ...]
    max_grip_force_n: float = 0.0
    workspace: Workspace | None = None
    max_following_error: float = 0.35
    gripper: str | None = None

    def __post_init__(self) -> None:
        if not self.joints:
            raise LimitsInvalid("the limits name no joint")
        names = [joint.name for joint in self.joints]
        if len(set(names)) < len(names):
            raise LimitsInvalid(f"the limits name a joint twice: {', '.join(names)}")
        if not (math.isfinite(self.max_grip_force_n) and self.max_grip_force_n >= 0):
            raise LimitsInvalid(f"max_grip_force_n is {self.max_grip_force_n}; it must be a finite number of newtons, 0 or more")
        if not self.max_following_error > 0:
            raise LimitsInvalid(f"max_following_error is {self.max_following_error}; it must be positive")
        if self.gripper is not None and self.gripper not in names:
            raise LimitsInvalid(f"the gripper's joint is said to be {self.gripper!r}; the joints are {', '.join(names)}")

    @property
    def names(self) -> tuple[str, ...]:
        """The joints' names."""
        return tuple(joint.name for joint in self.joints)

    def ordered(self, joint_names: Sequence[str]) -> "RobotLimits":
        """These limits in a plant's order.

        Raises:
            LimitsMismatch: The plant has other joints: these are the limits of another robot.
        """
        known = {joint.name: joint for joint in self.joints}
        if set(known) != set(joint_names) or len(known) != len(joint_names):
            raise LimitsMismatch(mismatch("the limits", self.names, joint_names))
        return replace(self, joints=tuple(known[name] for name in joint_names))


def mismatch(whose: str, names: Sequence[str], joint_names: Sequence[str]) -> str:
    """One sentence on how some joint names differ from the robot's."""
    lacking = [name for name in joint_names if name not in names]
    extra = [name for name in names if name not in joint_names]
    if not lacking and not extra:
        return f"{whose} and the robot name the same joints in another order: {', '.join(names)} and {', '.join(joint_names)}"
    parts = []
    if len(names) != len(joint_names):
        parts.append(f"{len(names)} joints are not {len(joint_names)}")
    if lacking:
        alike = get_close_matches(lacking[0], extra, n=1)
        parts.append(f"there is none for {lacking[0]!r}" + (f" (is it {alike[0]!r}?)" if alike else ""))
    elif extra:
        parts.append(f"the robot has no {extra[0]!r}")
    return f"{whose} belong to another robot: {', '.join(parts)}; the robot's joints are {', '.join(joint_names)}"


def load_limits(path: str | Path) -> RobotLimits:
    """Read a limits file (YAML, as in the head of this module).

    Raises:
        LimitsInvalid: It cannot be read, or lacks or misspells something.
    """
    import yaml

    try:
        data = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise LimitsInvalid(f"limits file {str(path)!r} cannot be read: {error.strerror or error}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LimitsInvalid(f"limits file {str(path)!r} is not YAML: {' '.join(str(error).split())}") from error
    try:
        return limits_of(data)
    except LimitsInvalid as error:
        raise LimitsInvalid(f"limits file {str(path)!r}: {error}") from error


def limits_of(data: Any) -> RobotLimits:
    """Limits from plain data; ``limits_data`` is its inverse.

    Raises:
        LimitsInvalid: Something is lacking, misspelt or of the wrong kind.
    """
    top = _mapping(data, "the file", ("joint_limits", "gripper", "max_grip_force_n", "workspace", "max_following_error"))
    listed = top.get("joint_limits")
    if not isinstance(listed, Mapping) or not listed:
        raise LimitsInvalid("there is no joint_limits section that names a joint")
    workspace = None
    if top.get("workspace") is not None:
        given = _mapping(top["workspace"], "workspace", ("inside", "keep_out"))
        boxes = given.get("keep_out") or ()
        if not isinstance(boxes, Sequence) or isinstance(boxes, str):
            raise LimitsInvalid("keep_out must be a list of boxes")
        inside = None if given.get("inside") is None else _box(given["inside"])
        workspace = Workspace(inside=inside, keep_out=tuple(_box(box) for box in boxes))
    more = {key: _number(top[key], key) for key in ("max_grip_force_n", "max_following_error") if top.get(key) is not None}
    gripper = None if top.get("gripper") is None else str(top["gripper"])
    joints = tuple(_joint(str(name), joint) for name, joint in listed.items())
    return RobotLimits(joints=joints, gripper=gripper, workspace=workspace, **more)


def limits_data(limits: RobotLimits) -> dict[str, Any]:
    """Plain data, as it stands in a file."""
    data: dict[str, Any] = {
        "joint_limits": {joint.name: {key: getattr(joint, key) for key in _NUMBERS} for joint in limits.joints},
        "gripper": limits.gripper,
        "max_grip_force_n": limits.max_grip_force_n,
        "max_following_error": limits.max_following_error,
    }
    space = limits.workspace
    if space is not None:
        plain = [
            {"low": list(box.low), "high": list(box.high)} for box in ((space.inside,) if space.inside else ()) + space.keep_out
        ]
        data["workspace"] = {"inside": plain[0] if space.inside else None, "keep_out": plain[1 if space.inside else 0 :]}
    return data


def _joint(name: str, data: Any) -> JointLimits:
    flags = tuple(f"has_{kind}_limits" for kind in ("position", "velocity", "acceleration", "effort"))
    given = _mapping(data, f"joint {name!r}", (*_NUMBERS, *flags, "has_jerk_limits", "max_jerk"))
    for key in _NUMBERS[:-1]:
        if given.get(key) is None or given.get(f"has_{key.split('_')[1]}_limits") is False:
            raise LimitsInvalid(f"joint {name!r} has no {key}; the safety filter needs it")
    effort = None if given.get("has_effort_limits") is False else given.get("max_effort")
    numbers = {key: _number(given[key], f"{key} of joint {name!r}") for key in _NUMBERS[:-1]}
    return JointLimits(
        name=name, max_effort=None if effort is None else _number(effort, f"max_effort of joint {name!r}"), **numbers
    )


def _box(data: Any) -> Box:
    given = _mapping(data, "a box", ("low", "high"))
    corners = []
    for key in ("low", "high"):
        corner = given.get(key)
        if not isinstance(corner, Sequence) or isinstance(corner, str) or len(corner) != 3:
            raise LimitsInvalid(f"{key} of a box must be three numbers, got {corner!r}")
        corners.append((_number(corner[0], key), _number(corner[1], key), _number(corner[2], key)))
    return Box(*corners)


def _mapping(data: Any, what: str, known: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise LimitsInvalid(f"{what} must be a mapping, got {type(data).__name__}")
    for key in data:
        if key not in known:
            alike = get_close_matches(str(key), known, n=1)
            raise LimitsInvalid(f"{what} has an unknown key {key!r}" + (f"; is it {alike[0]!r}?" if alike else ""))
    return data


def _number(value: Any, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise LimitsInvalid(f"{what} must be a number, got {value!r}")
    return float(value)
