"""Inputs made to fool the safety filter, and a judge of its outputs that shares no code with it."""

import math
import random
from collections.abc import Sequence
from typing import Any

from policies.runtime import ArmModel, Filtered, RobotLimits

__all__ = ["adversarial_input", "violations"]

_SPECIAL = (
    *(math.nan, math.inf, -math.inf, 0.0, -0.0, 5e-324, -5e-324, 2.2e-308, 1e-300, 1.7976931348623157e308, -1.7976931348623157e308),
    *(1e16, 1e154, -1e154, 3.4e38, 1e-16),
)
_SHAPES: tuple[Any, ...] = (
    *(None, (), [], "abc", b"\x00\xff", 7, 7.5, math.nan, [[0.0] * 3] * 3, {"a": 1.0}, object(), [None] * 3, ["x"] * 3, [0.0] * 2),
    *([0.0] * 64, [complex(1, 1)] * 3, [10**400] * 3, True, [True, False, True], range(3)),
)


def adversarial_input(draw: random.Random, limits: RobotLimits, at: Sequence[float]) -> tuple[Any, Any]:
    """What a broken or malicious policy might ask for: (positions, grip force)."""
    joints = limits.joints
    kind = draw.random()
    positions: Any
    if kind < 0.35:
        # Hard about between the ends of the range, where braking matters.
        positions = [draw.choice((j.min_position, j.max_position, draw.uniform(j.min_position, j.max_position))) for j in joints]
    elif kind < 0.5:
        positions = [draw.uniform(-10.0, 10.0) for _ in joints]
    elif kind < 0.65:
        # Just what a tick at full speed could reach, or a little more.
        positions = [
            x + draw.choice((-1, 1)) * j.max_velocity * 0.01 * draw.uniform(0.9, 1.1) for x, j in zip(at, joints, strict=True)
        ]
    elif kind < 0.75:
        positions = [draw.choice(_SPECIAL) for _ in joints]
    elif kind < 0.85:
        positions = list(at)
        positions[draw.randrange(len(joints))] = draw.choice(_SPECIAL)
    elif kind < 0.92:
        positions = draw.choice(_SHAPES)
    else:
        positions = [x + draw.gauss(0.0, 1e-3) for x in at]
    grip = draw.choice((None, 0.0, draw.uniform(-5.0, 2 * limits.max_grip_force_n), draw.choice(_SPECIAL), "soft", [1.0]))
    return positions, grip


def violations(
    before: Filtered | None, after: Filtered, limits: RobotLimits, period_s: float, model: ArmModel | None = None
) -> list[str]:
    """What is wrong with an output of the filter.

    Args:
        before: The output before it; None at rest.
        after: The output.
        limits: Of the robot.
        period_s: Time between them, seconds.
        model: For points and efforts.

    Returns:
        One sentence each; empty when it may be sent.
    """
    wrong: list[str] = []
    count = len(limits.joints)
    if len(after.positions) != count or len(after.velocities) != count:
        return [f"{len(after.positions)} positions and {len(after.velocities)} velocities for {count} joints"]
    if not all(math.isfinite(x) for x in (*after.positions, *after.velocities, after.grip_force_n)):
        return [f"not finite: {after}"]
    if not 0.0 <= after.grip_force_n <= limits.max_grip_force_n:
        wrong.append(f"grip force {after.grip_force_n}")
    wrong += _of_the_joints(before, after, limits, period_s)
    if model is not None:
        wrong += _of_the_arm(before, after, limits, period_s, model)
    return wrong


def _of_the_arm(before: Filtered | None, after: Filtered, limits: RobotLimits, period_s: float, model: ArmModel) -> list[str]:
    """Workspace and efforts."""
    wrong = []
    space = limits.workspace
    if space is not None:
        for point in model.points(after.positions):
            inside = space.inside
            if inside is not None and any(
                not a - 1e-9 <= x <= b + 1e-9 for x, a, b in zip(point, inside.low, inside.high, strict=True)
            ):
                wrong.append(f"a point at {point} outside the workspace")
            for box in space.keep_out:
                if all(a + 1e-9 < x < b - 1e-9 for x, a, b in zip(point, box.low, box.high, strict=True)):
                    wrong.append(f"a point at {point} in a keep-out box")
    if before is not None and not after.alarm and after.reasons[:1] not in (("shape",), ("finite",)):
        rates = [(v - u) / period_s for v, u in zip(after.velocities, before.velocities, strict=True)]
        for joint, effort in zip(limits.joints, model.efforts(before.positions, before.velocities, rates), strict=True):
            if joint.max_effort is not None and abs(effort) > joint.max_effort * (1 + 1e-6):
                wrong.append(f"{joint.name} needs an effort of {effort!r}")
    return wrong


def _of_the_joints(before: Filtered | None, after: Filtered, limits: RobotLimits, period_s: float) -> list[str]:
    """Range, speed, acceleration and whether each joint can still stop."""
    wrong, tiny = [], 1e-9
    speeds = before.velocities if before is not None else (0.0,) * len(limits.joints)
    for joint, x, v, u in zip(limits.joints, after.positions, after.velocities, speeds, strict=True):
        if not joint.min_position <= x <= joint.max_position:
            wrong.append(f"{joint.name} at {x!r}")
        if abs(v) > joint.max_velocity * (1 + tiny):
            wrong.append(f"{joint.name} moves with {v!r}")
        if abs(v - u) > joint.max_acceleration * period_s * (1 + 1e-6) + 1e-12:
            wrong.append(f"{joint.name} accelerates with {(v - u) / period_s!r}")
        # The closed form of braking tick by tick from v: it has to end within the range.
        step = joint.max_acceleration * period_s
        ticks = math.ceil(abs(v) / step)
        rest = x + math.copysign(sum(max(abs(v) - k * step, 0.0) for k in range(1, ticks + 1)) * period_s, v)
        if not joint.min_position - 1e-7 <= rest <= joint.max_position + 1e-7:
            wrong.append(f"{joint.name} can only stop at {rest!r}")
    if before is not None:
        for joint, x, y, v in zip(limits.joints, after.positions, before.positions, after.velocities, strict=True):
            if abs(x - y - v * period_s) > 1e-9:
                wrong.append(f"{joint.name} jumps by {x - y!r} with a velocity of {v!r}")
    return wrong
