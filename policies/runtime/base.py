"""The base's share of a tick: velocities within the body's limits, along a verified route or not at all."""

import math
from collections.abc import Callable
from typing import TypeAlias

from maps import Body
from policies.follow import FollowPlan
from policies.pursuit import FollowState, follow_step
from policies.runtime.command_hold import HOLD_TICKS
from policies.runtime.corridor import Corridor
from policies.runtime.plant import BaseReading

__all__ = ["BaseDriver", "BaseGuard", "RouteDriver"]

BaseDriver: TypeAlias = Callable[[BaseReading, float, float], tuple[float, float]]
"""What drives the base: where it is and what was sent last (m/s, rad/s) -> what to send next (m/s, rad/s)."""

POSE_STALE_S = 0.5


class RouteDriver:
    """A ``BaseDriver`` that follows a plan made by ``policies.follow_plan``.

    Args:
        plan: What to follow.
        body: Whose limits hold.
        period_s: Time between ticks, seconds.
    """

    def __init__(self, plan: FollowPlan, body: Body, *, period_s: float = 0.01) -> None:
        self._plan, self._body, self._period_s = plan, body, period_s
        self._leg, self._along = 0, 0.0
        self.done = False

    def __call__(self, reading: BaseReading, linear: float, angular: float) -> tuple[float, float]:
        """The velocity for the next tick; zero once the base rests at the end."""
        state = FollowState(reading.pose, linear, angular, self._leg, self._along)
        step = follow_step(state, self._plan, self._body, self._period_s)
        self._leg, self._along, self.done = step.leg, step.along, step.done
        return step.linear, step.angular


class BaseGuard:
    """Lets a driver move the base while it is in its corridor; else brakes it, and keeps it at rest until a new route.

    Args:
        body: Its speeds and accelerations hold.
        period_s: Time between ticks, seconds.
    """

    def __init__(self, body: Body, *, period_s: float = 0.01) -> None:
        self._body, self._period_s = body, period_s
        self._corridor: Corridor | None = None
        self._driver: BaseDriver | None = None
        self.linear = self.angular = 0.0
        self.left = ""
        self.worst_off_m = 0.0
        self._sent = -math.inf

    def drive(self, driver: BaseDriver, corridor: Corridor) -> None:
        """Drive along a verified route from now on."""
        self._driver, self._corridor, self.left, self.worst_off_m = driver, corridor, "", 0.0

    def stop(self) -> None:
        """Brake, and stay; whether the last route was left is forgotten."""
        self._driver = self._corridor = None
        self.left = ""

    @property
    def driving(self) -> bool:
        """Whether a route is being driven and the base has not left it."""
        return self._driver is not None and not self.left

    def tick(self, reading: BaseReading | None, now: float, allowed: bool) -> tuple[float, float]:
        """The velocity to send in this tick.

        Args:
            reading: The newest; None for a robot without a base.
            now: Seconds of the plant's clock.
            allowed: Whether the watchdog lets the robot move.

        Returns:
            (forward speed, m/s; yaw rate, rad/s), within the body's limits and one tick's acceleration of what was sent before.
        """
        if now - self._sent > HOLD_TICKS * self._period_s and reading is not None:
            # What was sent last has run out on the way: the base has braked meanwhile, and goes on from the speed that it has.
            self.linear, self.angular = _between(reading.linear, self.linear), _between(reading.angular, self.angular)
        self._sent = now
        linear = angular = 0.0
        if self._driver is not None and self._corridor is not None and not self.left:
            self.left = self._outside(reading, now)
            if not self.left and allowed and reading is not None:
                linear, angular = self._asked(reading)
        body, dt = self._body, self._period_s
        linear = min(max(linear, -body.max_speed), body.max_speed)
        angular = min(max(angular, -body.max_yaw_rate), body.max_yaw_rate)
        gain, turn = body.max_acceleration * dt, body.max_yaw_acceleration * dt
        self.linear = min(max(linear, self.linear - gain), self.linear + gain)
        self.angular = min(max(angular, self.angular - turn), self.angular + turn)
        return self.linear, self.angular

    def _outside(self, reading: BaseReading | None, now: float) -> str:
        assert self._corridor is not None
        if reading is None:
            return "the base is told to drive and the robot does not say where it is"
        if not now - reading.stamp <= POSE_STALE_S:
            return f"the localisation's last pose is {now - reading.stamp:.2f} s old, more than {POSE_STALE_S:g} s"
        left = self._corridor.check(reading.pose)
        self.worst_off_m = max(self.worst_off_m, self._corridor.off_m)
        return left

    def _asked(self, reading: BaseReading) -> tuple[float, float]:
        assert self._driver is not None
        linear, angular = self._driver(reading, self.linear, self.angular)
        if not (math.isfinite(linear) and math.isfinite(angular)):
            self.left = f"the driver of the base asked for a velocity that is not finite: ({linear}, {angular})"
            return 0.0, 0.0
        return linear, angular


def _between(measured: float, sent: float) -> float:
    """What is measured, as far as it lies between rest and what was sent."""
    return min(max(measured, min(sent, 0.0)), max(sent, 0.0))
