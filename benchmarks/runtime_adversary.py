"""Inputs made to fool the safety filter, and a judge of its outputs that shares no code with it."""

import math
import random
from collections.abc import Sequence
from typing import Any

from policies.runtime import ArmModel, Filtered, RobotLimits

__all__ = ["Adversary", "violations"]

_SPECIAL = (
    *(math.nan, math.inf, -math.inf, 0.0, -0.0, 5e-324, -5e-324, 2.2e-308, 1e-300, 1.7976931348623157e308, -1.7976931348623157e308),
    *(1e16, 1e154, -1e154, 3.4e38, 1e-16),
)
_SHAPES: tuple[Any, ...] = (
    *(None, (), [], "abc", b"\x00\xff", 7, 7.5, math.nan, [[0.0] * 3] * 3, {"a": 1.0}, object(), [None] * 3, ["x"] * 3, [0.0] * 2),
    *([0.0] * 64, [complex(1, 1)] * 3, [10**400] * 3, True, [True, False, True], range(3)),
)


class Adversary:
    """What a broken or malicious policy might ask for, tick by tick: it sticks to some ways for a while, so that joints get fast.

    Args:
        seed: Of its choices.
        limits: Of the robot.
    """

    def __init__(self, seed: int, limits: RobotLimits) -> None:
        self._draw, self._limits = random.Random(seed), limits
        self._left, self._kind, self._goal = 0, 0.0, [0.0] * len(limits.joints)

    def __call__(self, at: Sequence[float]) -> tuple[Any, Any]:
        """What is asked for next: (positions, grip force).

        Args:
            at: (n,) what was sent last.
        """
        draw, joints = self._draw, self._limits.joints
        if self._left == 0:
            self._left, self._kind = draw.choice((1, 1, 3, 20, 80, 200)), draw.random()
            ends = [(j.min_position, j.max_position, draw.uniform(j.min_position, j.max_position)) for j in joints]
            self._goal = [draw.choice(three) for three in ends]
        self._left -= 1
        grip = draw.choice((None, 0.0, draw.uniform(-5.0, 2 * self._limits.max_grip_force_n), draw.choice(_SPECIAL), "soft", [1.0]))
        return self._positions(at), grip

    def _positions(self, at: Sequence[float]) -> Any:
        draw, kind, joints = self._draw, self._kind, self._limits.joints
        if kind < 0.35:
            return self._goal
        if kind < 0.6:
            # As fast as the limits allow, or a little faster, without ever slowing down for the goal.
            steps = [0.01 * j.max_velocity * draw.uniform(0.9, 1.05) for j in joints]
            return [x + math.copysign(step, goal - x) for x, step, goal in zip(at, steps, self._goal, strict=True)]
        if kind < 0.7:
            return [draw.uniform(-10.0, 10.0) for _ in joints]
        if kind < 0.8:
            return [draw.choice(_SPECIAL) for _ in joints]
        if kind < 0.9:
            one_bad = list(self._goal)
            one_bad[draw.randrange(len(joints))] = draw.choice(_SPECIAL)
            return one_bad
        if kind < 0.95:
            return draw.choice(_SHAPES)
        return [x + draw.gauss(0.0, 1e-3) for x in at]


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
    if before is not None and not _brakes(before, after, limits, period_s):
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


def _brakes(before: Filtered, after: Filtered, limits: RobotLimits, period_s: float) -> bool:
    """Whether every joint brakes as hard as it may: that is always allowed, whatever effort it takes."""
    steps = [joint.max_acceleration * period_s for joint in limits.joints]
    return all(
        abs(abs(v) - max(abs(u) - step, 0.0)) < 1e-9 for v, u, step in zip(after.velocities, before.velocities, steps, strict=True)
    )
