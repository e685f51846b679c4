"""The safety filter: whatever is asked for, what is sent is finite and within range, speed, acceleration, effort and workspace.

The filter keeps the trajectory that it has sent, position and velocity per joint. In each tick it looks for the next velocity
between the one that brakes hardest and the one asked for. Every velocity it lets through can still be braked to rest inside the
joint's range, and the arm's guarded points stay in the workspace all the way to that rest; so braking is possible in every tick,
whatever is asked for in the next (a passively safe motion, as in K. Macek et al., "Towards safe vehicle navigation in dynamic
urban scenarios", Automatika 50, 2009). There is no switch to turn it off.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from policies.runtime.arm_model import ArmModel
from policies.runtime.errors import LimitsInvalid, LimitsMismatch, PlantUnfit
from policies.runtime.limits import RobotLimits

__all__ = ["REASONS", "Filtered", "Reason", "SafetyFilter"]

Reason: TypeAlias = Literal["shape", "finite", "range", "speed", "acceleration", "braking", "effort", "workspace", "grip"]
REASONS: tuple[Reason, ...] = ("shape", "finite", "range", "speed", "acceleration", "braking", "effort", "workspace", "grip")
"""Why the filter changed what was asked for, in the order of its checks."""

OUTSIDE = 0.02
"""How far out of its range a joint may be found at the start, rad or m: encoders and stops are that exact."""
TRIES = (1.0, 0.5, 0.2)
"""Shares of the way from braking to what was asked for that are tried for a workspace."""


@dataclass(frozen=True, slots=True)
class Filtered:
    """What may be sent.

    Attributes:
        positions: (n,) rad or m.
        velocities: (n,) rad/s or m/s.
        grip_force_n: Newtons per finger.
        reasons: Why it is not what was asked for; empty when it is.
        alarm: Set when no safe motion exists: braking itself would take more effort than the limits allow.
    """

    positions: tuple[float, ...]
    velocities: tuple[float, ...]
    grip_force_n: float
    reasons: tuple[Reason, ...]
    alarm: str = ""


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
        self._efforts = [math.inf if j.max_effort is None else j.max_effort for j in joints] if model is not None else None
        if self._efforts is not None and all(math.isinf(effort) for effort in self._efforts):
            self._efforts = None
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
    def moving(self) -> bool:
        """Whether what was sent last is not at rest."""
        return any(self._speed)

    def restart(self, positions: Sequence[float]) -> None:
        """Take up the robot where it is, at rest.

        Raises:
            PlantUnfit: Nothing can be started from there.
        """
        at = _finite(positions, len(self._ranges))
        if isinstance(at, str):
            wrong = f"{len(positions)} joint positions for {len(self._ranges)} joints" if at == "shape" else "no finite position"
            names = [j.name for j, x in zip(self.limits.joints, positions, strict=False) if not _is_finite(x)]
            of = f" of {', '.join(names)}" if names else ""
            raise PlantUnfit(f"the robot gives {wrong}{of}: {tuple(positions)}; check its encoders")
        for joint, position in zip(self.limits.joints, at, strict=True):
            if not joint.min_position - OUTSIDE <= position <= joint.max_position + OUTSIDE:
                raise PlantUnfit(
                    f"joint {joint.name!r} is at {position:.3f}, outside its range of {joint.min_position:g} to "
                    f"{joint.max_position:g}; move it back by hand, or check that the limits are this robot's"
                )
        at = [min(max(x, low), high) for x, (low, high, _, _) in zip(at, self._ranges, strict=True)]
        if self.limits.workspace is not None and self._model is not None:
            for number, point in enumerate(self._model.points(at)):
                if self.limits.workspace.room(point) < 0:
                    x, y, z = point
                    raise PlantUnfit(
                        f"guarded point {number} of the arm is at ({x:.3f}, {y:.3f}, {z:.3f}) m, outside the workspace; "
                        "move the arm back by hand, or correct the workspace"
                    )
        self._at: list[float] = at
        self._speed = [0.0] * len(at)
        self._asked = list(at)
        self._grip = 0.0

    def __call__(self, positions: Any, grip_force_n: Any = None) -> Filtered:
        """What may be sent in this tick instead of what is asked for; never raises.

        Args:
            positions: (n,) where the joints shall be at the end of this tick, rad or m; None to brake. Anything else brakes too.
            grip_force_n: Newtons per finger; None to keep it.
        """
        reasons: list[Reason] = []
        grip = self._grip_force(grip_force_n, reasons)
        asked = None if positions is None else _finite(positions, len(self._ranges))
        if isinstance(asked, str):
            reasons.append("shape" if asked == "shape" else "finite")
            asked = None
        braking = self._braking()
        if asked is None:
            self._asked = [at + speed * self.period_s for at, speed in zip(self._at, braking, strict=True)]
            return self._send(braking, grip, reasons)
        wanted = self._towards(asked, reasons)
        self._asked = asked
        alarm = ""
        if self._efforts is not None:
            wanted, alarm = self._within_effort(wanted, braking, reasons)
        if self.limits.workspace is not None:
            wanted = self._within_workspace(wanted, braking, reasons)
        return self._send(wanted, grip, reasons, alarm)

    def _send(self, speeds: list[float], grip: float, reasons: list[Reason], alarm: str = "") -> Filtered:
        self._at = [
            min(max(at + speed * self.period_s, low), high)
            for at, speed, (low, high, _, _) in zip(self._at, speeds, self._ranges, strict=True)
        ]
        self._speed, self._grip = speeds, grip
        return Filtered(tuple(self._at), tuple(speeds), grip, tuple(dict.fromkeys(reasons)), alarm)

    def _grip_force(self, wanted: Any, reasons: list[Reason]) -> float:
        if wanted is None:
            return self._grip
        if not _is_finite(wanted):
            reasons.append("finite")
            return self._grip
        force = min(max(float(wanted), 0.0), self.limits.max_grip_force_n)
        if force != wanted:
            reasons.append("grip")
        return force

    def _braking(self) -> list[float]:
        """The next velocity of every joint when it brakes as hard as it may."""
        speeds = []
        for speed, (_, _, _, acceleration) in zip(self._speed, self._ranges, strict=True):
            step = acceleration * self.period_s
            speeds.append(speed - step if speed > step else speed + step if speed < -step else 0.0)
        return speeds

    def _towards(self, asked: list[float], reasons: list[Reason]) -> list[float]:
        """The velocity of every joint that follows its targets within range, speed and acceleration."""
        dt, speeds = self.period_s, []
        for target, before, at, speed, (low, high, fastest, acceleration) in zip(
            asked, self._asked, self._at, self._speed, self._ranges, strict=True
        ):
            if not low <= target <= high:
                target = min(max(target, low), high)
                reasons.append("range")
            step = acceleration * dt
            # Targets that move within the limits are followed with their own velocity, and what is left of an older error is
            # taken away so that the joint rests on it; a jump is an error altogether.
            rate = (target - min(max(before, low), high)) / dt
            error = before - at if abs(rate) <= fastest else target - at
            rate = rate if abs(rate) <= fastest else 0.0
            wanted = rate + math.copysign(min(abs(error) / dt, _stoppable(abs(error), acceleration, dt)), error)
            upper, lower = min(speed + step, fastest), max(speed - step, -fastest)
            if abs(wanted) > fastest:
                reasons.append("speed")
            if wanted > speed + step + 1e-9 or wanted < speed - step - 1e-9:
                reasons.append("acceleration")
            brake_up, brake_down = _stoppable(high - at, acceleration, dt), -_stoppable(at - low, acceleration, dt)
            chosen = min(max(wanted, lower), upper)
            if chosen > brake_up or chosen < brake_down:
                reasons.append("braking")
                chosen = min(max(chosen, brake_down), brake_up)
                # Rounding must not make it brake harder than it may.
                chosen = min(max(chosen, lower), upper)
            speeds.append(chosen)
        return speeds

    def _within_effort(self, wanted: list[float], braking: list[float], reasons: list[Reason]) -> tuple[list[float], str]:
        """The velocity nearest to what is wanted, on the way to it from braking, that the motors have the effort for."""
        assert self._model is not None
        assert self._efforts is not None
        dt = self.period_s
        first = self._model.efforts(self._at, self._speed, [(v - u) / dt for v, u in zip(wanted, self._speed, strict=True)])
        if all(abs(effort) <= most for effort, most in zip(first, self._efforts, strict=True)):
            return wanted, ""
        reasons.append("effort")
        least = self._model.efforts(self._at, self._speed, [(v - u) / dt for v, u in zip(braking, self._speed, strict=True)])
        share, alarm = 1.0, ""
        for name, most, low, high in zip(self.limits.names, self._efforts, least, first, strict=True):
            if not abs(low) <= most:
                share, alarm = 0.0, f"joint {name!r} needs {abs(low):.1f} N m or N even to brake; its limit is {most:g}"
                break
            if abs(high) > most:
                share = min(share, (math.copysign(most, high) - low) / (high - low))
        share = max(share - 1e-9, 0.0)
        return [b + share * (w - b) for w, b in zip(wanted, braking, strict=True)], alarm

    def _within_workspace(self, wanted: list[float], braking: list[float], reasons: list[Reason]) -> list[float]:
        """The wanted velocity if the arm could then brake within the workspace; else less of it, else braking."""
        for share in TRIES:
            tried = wanted if share == 1.0 else [b + share * (w - b) for w, b in zip(wanted, braking, strict=True)]
            if self._stops_inside(tried):
                return tried
            if share == 1.0:
                reasons.append("workspace")
        return braking

    def _stops_inside(self, speeds: list[float]) -> bool:
        """Whether the guarded points stay in the workspace in the next tick and while braking hardest from there."""
        assert self._model is not None
        assert self.limits.workspace is not None
        dt, room = self.period_s, self.limits.workspace.room
        at = [x + v * dt for x, v in zip(self._at, speeds, strict=True)]
        ticks = [int(abs(v) / (a * dt) + 1e-9) for v, (_, _, _, a) in zip(speeds, self._ranges, strict=True)]
        last = max(ticks)
        ways = self._braked(speeds, ticks, last)
        travel = sum(reach * abs(way) for reach, way in zip(self._model.reach, ways, strict=True))
        here = min(room(point) for point in self._model.points(at))
        if here < 0:
            return False
        if here >= travel:
            return True
        # Each joint moves one way while it brakes, so between two samples no point is farther from the nearer one than half of
        # what the joints' moves add up to.
        before, slack = [0.0] * len(at), here
        for share in (1, 2, 3):
            moved = self._braked(speeds, ticks, (last * share) // 3) if share < 3 else ways
            half = 0.5 * sum(r * abs(m - b) for r, m, b in zip(self._model.reach, moved, before, strict=True))
            there = min(room(point) for point in self._model.points([x + m for x, m in zip(at, moved, strict=True)]))
            if slack < half or there < half:
                return False
            before, slack = moved, there
        return True

    def _braked(self, speeds: list[float], ticks: list[int], after: int) -> list[float]:
        """How far every joint gets within some ticks of braking hardest, rad or m."""
        dt = self.period_s
        ways = []
        for speed, most, (_, _, _, acceleration) in zip(speeds, ticks, self._ranges, strict=True):
            count = min(after, most)
            way = count * abs(speed) * dt - 0.5 * acceleration * dt * dt * count * (count + 1)
            ways.append(math.copysign(way, speed))
        return ways


def _stoppable(distance: float, acceleration: float, dt: float) -> float:
    """The highest speed for one tick after which braking still ends within a distance: v dt + v^2 / 2a = distance."""
    if distance <= 0:
        return 0.0
    return acceleration * (math.sqrt(dt * dt + 2 * distance / acceleration) - dt)


def _is_finite(value: Any) -> bool:
    try:
        return math.isfinite(value)
    except (TypeError, ValueError, OverflowError):
        return False


def _finite(values: Any, count: int) -> list[float] | Literal["shape", "finite"]:
    """Some numbers as floats; or what is wrong with them."""
    try:
        plain = values.tolist() if hasattr(values, "tolist") else list(values)
        if len(plain) != count:
            return "shape"
        if not all(map(math.isfinite, plain)):
            return "finite"
        return [float(x) for x in plain]
    except (TypeError, ValueError, OverflowError):
        return "shape"
