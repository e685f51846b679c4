"""The safety filter: whatever is asked for, what is sent is finite and within range, speed, acceleration, effort and workspace.

The filter keeps the trajectory that it has sent, position and velocity per joint. In each tick it looks for the next velocity
between the one that brakes hardest and the one asked for. Every velocity it lets through can still be braked to rest inside the
joint's range, and the arm's guarded points stay in the workspace all the way to that rest; so braking is possible in every tick,
whatever is asked for in the next (a passively safe motion, as in K. Macek et al., "Towards safe vehicle navigation in dynamic
urban scenarios", Automatika 50, 2009). There is no switch to turn it off.
"""

import math
from collections.abc import Sequence
from itertools import compress
from typing import Any

from policies.runtime.arm_model import ArmModel
from policies.runtime.braking import stopping
from policies.runtime.errors import LimitsInvalid, LimitsMismatch, PlantUnfit
from policies.runtime.filtered import REASONS, Filtered, Reason, finite, is_finite
from policies.runtime.limits import RobotLimits

__all__ = ["REASONS", "Filtered", "Reason", "SafetyFilter"]

OUTSIDE = 0.02
"""How far out of its range a joint may be found at the start, rad or m: encoders and stops are that exact."""


class SafetyFilter:
    """Filters one robot's joint targets, tick by tick.

    Args:
        limits: In the plant's order.
        positions: (n,) where the joints are now, at rest; rad or m.
        period_s: Time between ticks, seconds.
        model: Needed for a workspace and for efforts; None when the limits have neither.

    Raises:
        LimitsInvalid: The limits have a workspace and no model says where the tool is.
        LimitsMismatch: The model is of another robot.
        PlantUnfit: The joints are not finite, of another number, or outside their range or the workspace.
    """

    def __init__(
        self, limits: RobotLimits, positions: Sequence[float], *, period_s: float = 0.01, model: ArmModel | None = None
    ) -> None:
        if limits.workspace is not None and model is None:
            raise LimitsInvalid(
                "the limits have a workspace, and without an arm model nothing says where the tool is: give a model"
            )
        if model is not None and len(model.reach) != len(limits.joints):
            raise LimitsMismatch(f"the arm model has {len(model.reach)} joints and the limits have {len(limits.joints)}")
        self.limits, self.period_s, self._model = limits, period_s, model
        joints = limits.joints
        self._ranges = [(j.min_position, j.max_position, j.max_velocity, j.max_acceleration) for j in joints]
        # Per joint also: the most that its speed changes in a tick, and below and above which position braking is thought of.
        self._rates = []
        for low, high, fastest, acceleration in self._ranges:
            near = fastest**2 / (2 * acceleration) + 2 * fastest * period_s
            self._rates.append((low, high, -fastest, fastest, acceleration, acceleration * period_s, low + near, high - near))
        reach = (0.0,) * len(joints) if model is None else model.reach
        self._stop_reach = [r / (2 * j.max_acceleration) for r, j in zip(reach, joints, strict=True)]
        self._efforts = [math.inf if j.max_effort is None else j.max_effort for j in joints] if model is not None else None
        if self._efforts is not None and all(math.isinf(effort) for effort in self._efforts):
            self._efforts = None
        self._spans = [(-most, most) for most in self._efforts or ()]
        self._gripper = None if limits.gripper is None else limits.names.index(limits.gripper)
        self._at: list[float] = []
        self._grip = 0.0
        self.restart(positions)

    @property
    def checks(self) -> tuple[str, ...]:
        """Which checks are in force; effort and workspace need numbers that not every robot's maker gives."""
        more = (("effort",) if self._efforts is not None else ()) + (("workspace",) if self.limits.workspace is not None else ())
        return ("finite", "range", "speed", "acceleration", "braking", *more, "grip")

    @property
    def positions(self) -> tuple[float, ...]:
        """(n,) what was sent last, rad or m."""
        return tuple(self._at)

    @property
    def velocities(self) -> tuple[float, ...]:
        """(n,) how fast the joints were sent last, rad/s or m/s."""
        return tuple(self._speed)

    @property
    def moving(self) -> bool:
        """Whether what was sent last is not at rest."""
        return any(self._speed)

    def restart(self, positions: Sequence[float]) -> None:
        """Take up the robot where it is, at rest; the gripper stays where it was sent, so that it does not drop what it holds.

        Raises:
            PlantUnfit: Nothing can be started from there.
        """
        at = finite(positions, len(self._ranges))
        if isinstance(at, str):
            wrong = f"{len(positions)} joint positions for {len(self._ranges)} joints" if at == "shape" else "no finite position"
            names = [j.name for j, x in zip(self.limits.joints, positions, strict=False) if not is_finite(x)]
            of = f" of {', '.join(names)}" if names else ""
            raise PlantUnfit(f"the robot gives {wrong}{of}: {tuple(positions)}; check its encoders")
        for joint, position in zip(self.limits.joints, at, strict=True):
            if not joint.min_position - OUTSIDE <= position <= joint.max_position + OUTSIDE:
                raise PlantUnfit(
                    f"joint {joint.name!r} is at {position:.3f}, outside its range of {joint.min_position:g} to "
                    f"{joint.max_position:g}; move it back by hand, or check that the limits are this robot's"
                )
        at = [min(max(x, low), high) for x, (low, high, _, _) in zip(at, self._ranges, strict=True)]
        if self._gripper is not None and self._at:
            at[self._gripper] = self._at[self._gripper]
        if self.limits.workspace is not None and self._model is not None:
            for number, point in enumerate(self._model.points(at)):
                if self.limits.workspace.room(point) < 0:
                    x, y, z = point
                    raise PlantUnfit(
                        f"guarded point {number} of the arm is at ({x:.3f}, {y:.3f}, {z:.3f}) m, outside the workspace; "
                        "move the arm back by hand, or correct the workspace"
                    )
        self._room = 0.0
        self._at, self._asked = at, list(at)
        self._speed = [0.0] * len(at)

    def __call__(self, positions: Any, grip_force_n: Any = None) -> Filtered:
        """What may be sent in this tick instead of what is asked for; never raises.

        Args:
            positions: (n,) where the joints shall be at the end of this tick, rad or m; None to brake. Anything else brakes too.
            grip_force_n: Newtons per finger; None to keep it.
        """
        reasons: list[Reason] = []
        grip = self._grip_force(grip_force_n, reasons)
        asked = None if positions is None else finite(positions, len(self._ranges))
        if isinstance(asked, str):
            reasons.append("shape" if asked == "shape" else "finite")
            asked = None
        if asked is None:
            braking = self._braking()
            self._asked = [at + speed * self.period_s for at, speed in zip(self._at, braking, strict=True)]
            self._room = 0.0
            return self._send(braking, grip, reasons)
        wanted, self._asked = self._towards(asked, reasons)
        alarm = ""
        if self._efforts is not None:
            wanted, alarm = self._within_effort(wanted, reasons)
        if self.limits.workspace is not None:
            wanted = self._within_workspace(wanted, reasons)
        return self._send(wanted, grip, reasons, alarm)

    def _send(self, speeds: list[float], grip: float, reasons: list[Reason], alarm: str = "") -> Filtered:
        at, dt = [], self.period_s
        for x, speed, (low, high, _, _) in zip(self._at, speeds, self._ranges, strict=True):
            x += speed * dt
            at.append(low if x < low else high if x > high else x)
        self._at, self._speed, self._grip = at, speeds, grip
        return Filtered(
            tuple(at), tuple(speeds), grip, tuple(dict.fromkeys(reasons)) if len(reasons) > 1 else tuple(reasons), alarm
        )

    def _grip_force(self, wanted: Any, reasons: list[Reason]) -> float:
        if wanted is None:
            return self._grip
        if type(wanted) is float and 0.0 <= wanted <= self.limits.max_grip_force_n:
            return wanted
        if not is_finite(wanted):
            reasons.append("finite")
            return self._grip
        force = min(max(float(wanted), 0.0), self.limits.max_grip_force_n)
        if force != wanted:
            reasons.append("grip")
        return force

    def _braking(self) -> list[float]:
        """The next velocity of every joint when it brakes as hard as it may."""
        speeds = []
        for speed, (_, _, _, _, _, step, _, _) in zip(self._speed, self._rates, strict=True):
            speeds.append(speed - step if speed > step else speed + step if speed < -step else 0.0)
        return speeds

    def _towards(self, asked: list[float], reasons: list[Reason]) -> tuple[list[float], list[float]]:
        """The velocity of every joint that follows its targets within range, speed and acceleration; and the targets in range."""
        # Plain comparisons instead of min and max, and formulas in place of calls: this loop is most of what a tick costs.
        dt, sqrt, speeds = self.period_s, math.sqrt, []
        dt_dt, clipped, jerked, rushed, slowed = dt * dt, False, False, False, False
        for target, before, at, speed, (low, high, slowest, fastest, acceleration, step, near_low, near_high) in zip(
            asked, self._asked, self._at, self._speed, self._rates, strict=True
        ):
            if not low <= target <= high:
                target = low if target < low else high
                clipped = True
            # Targets that move within the limits are followed with their own velocity, and what is left of an older error is
            # taken away so that the joint rests on it; a jump is an error altogether.
            wanted = (target - before) / dt
            error = before - at
            if not slowest <= wanted <= fastest:
                wanted, error = 0.0, target - at
            if error > 1e-12 or error < -1e-12:
                size = error if error > 0.0 else -error
                homing, resting = size / dt, acceleration * (sqrt(dt_dt + 2 * size / acceleration) - dt)
                homing = resting if resting < homing else homing
                wanted += homing if error > 0.0 else -homing
            upper, lower = speed + step, speed - step
            if wanted > upper:
                jerked, rushed = jerked or wanted > upper + 1e-9, rushed or wanted > fastest
                wanted = upper if upper < fastest else fastest
            elif wanted < lower:
                jerked, rushed = jerked or wanted < lower - 1e-9, rushed or wanted < slowest
                wanted = lower if lower > slowest else slowest
            elif not slowest <= wanted <= fastest:
                rushed = True
                wanted = fastest if wanted > fastest else slowest
            if at < near_low or at > near_high:
                braked = stopping(wanted, high - at, at - low, acceleration, dt)
                if braked != wanted:
                    slowed = True
                    # Rounding must not make it brake harder than it may.
                    wanted = min(max(braked, lower), upper)
            speeds.append(wanted)
        if clipped or jerked or rushed or slowed:
            done: tuple[Reason, ...] = ("range", "acceleration", "speed", "braking")
            reasons += compress(done, (clipped, jerked, rushed, slowed))
            if clipped:  # what is out of range was never a place to come from either
                asked = [min(max(target, low), high) for target, (low, high, _, _) in zip(asked, self._ranges, strict=True)]
        return speeds, asked

    def _within_effort(self, wanted: list[float], reasons: list[Reason]) -> tuple[list[float], str]:
        """The velocity nearest to what is wanted, on the way to it from braking, that the motors have the effort for.

        Braking itself is never weakened: a motor that has not the effort for it brakes as hard as it can.

        Returns:
            The velocity, and an alarm.
        """
        assert self._efforts is not None
        first = self._efforts_for(wanted)
        if self._allowed(first):
            return wanted, ""
        braking = self._braking()
        reasons.append("effort")
        least = self._efforts_for(braking)
        # Efforts are affine in the share of the way from braking (0) to what is wanted (1), so each joint allows an interval.
        low, high, worst = 0.0, 1.0, ""
        for name, most, start, end in zip(self.limits.names, self._efforts, least, first, strict=True):
            if abs(start) <= most and abs(end) <= most:
                continue
            if (start > most and end > most) or (start < -most and end < -most) or start == end:
                low, high, worst = 1.0, 0.0, f"joint {name!r} would need {abs(start):.1f} to brake and {abs(end):.1f} to go on"
                break
            one, other = sorted(((most - start) / (end - start), (-most - start) / (end - start)))
            low, high = max(low, one), min(high, other)
        if low <= high:
            share = max(high - 1e-9, low)
            return [b + share * (w - b) for w, b in zip(wanted, braking, strict=True)], ""
        return braking, f"no safe motion is within the efforts' limits{': ' + worst if worst else ''}"

    def _efforts_for(self, speeds: list[float]) -> Sequence[float]:
        assert self._model is not None
        dt = self.period_s
        return self._model.efforts(self._at, self._speed, [(v - u) / dt for v, u in zip(speeds, self._speed, strict=True)])

    def _allowed(self, efforts: Sequence[float]) -> bool:
        for effort, (least, most) in zip(efforts, self._spans, strict=True):
            if not least <= effort <= most:
                return False
        return True

    def _within_workspace(self, wanted: list[float], reasons: list[Reason]) -> list[float]:
        """The wanted velocity if the arm could then brake within the workspace; else less of it, else braking.

        While the arm brakes from v, a joint turns by no more than v^2 / 2a, and no guarded point moves by more than that times the
        joint's reach. So near an edge the arm is slow, and it comes to rest on it.
        """
        assert self._model is not None
        assert self.limits.workspace is not None
        dt, before = self.period_s, self._room
        points = self._model.points([x + v * dt for x, v in zip(self._at, wanted, strict=True)])
        room = min(map(self.limits.workspace.room, points))
        if room >= sum([r * v * v for r, v in zip(self._stop_reach, wanted, strict=True)]):
            self._room = room
            return wanted
        reasons.append("workspace")
        # What would use up no more than the room there was, in this tick and in braking after it, needs no look at the points.
        # That use is convex in the share of the way from braking to what is wanted, so a straight line bounds it from above.
        braking, least, most = self._braking(), 0.0, 0.0
        for reach, stop_reach, slow, fast in zip(self._model.reach, self._stop_reach, braking, wanted, strict=True):
            slow, fast = abs(slow), abs(fast)
            least += slow * (reach * dt + stop_reach * slow)
            most += fast * (reach * dt + stop_reach * fast)
        if least < before and least < most:
            share = min((before - least) / (most - least), 1.0)
            tried = [b + share * (w - b) for w, b in zip(wanted, braking, strict=True)]
            if self._efforts is None or self._allowed(self._efforts_for(tried)):
                self._room = max(before - least - share * (most - least), 0.0)
                return tried
        self._room = 0.0
        return braking
