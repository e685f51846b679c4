"""A base's velocity runs out: it holds for a few ticks, then the base brakes by itself, as a diff-drive's ``cmd_vel`` timeout does.

Without it a base whose controller stalls, or dies, drives on at the last speed that it was told.
"""

from collections.abc import Iterator

__all__ = ["HOLD_TICKS", "HeldVelocity"]

HOLD_TICKS = 5
"""For how many ticks a velocity holds without a newer one."""

STEP_S = 0.01


class HeldVelocity:
    """The velocity of a simulated base between one ``send`` and the next.

    Args:
        braking: Deceleration once the command has run out, m/s^2.
        yaw_braking: The same of the yaw rate, rad/s^2.
    """

    def __init__(self, *, braking: float, yaw_braking: float) -> None:
        self._braking, self._yaw_braking = braking, yaw_braking
        self._left = 0.0
        self.linear = self.angular = 0.0

    def send(self, linear: float, angular: float, hold_s: float) -> None:
        """A new command, m/s and rad/s, that holds for some seconds."""
        self.linear, self.angular, self._left = linear, angular, hold_s

    def passing(self, seconds: float) -> Iterator[tuple[float, float, float]]:
        """Let time pass.

        Args:
            seconds: How long.

        Yields:
            (seconds, m/s, rad/s) of consecutive stretches with one velocity each: one as long as the command holds.
        """
        if seconds <= self._left + 1e-9 or self.linear == self.angular == 0.0:
            self._left -= seconds
            yield seconds, self.linear, self.angular
            return
        if self._left > 0.0:
            seconds -= self._left
            yield self._left, self.linear, self.angular
        self._left = 0.0
        while seconds > 1e-9:
            step = min(STEP_S, seconds)
            self.linear = _towards_rest(self.linear, self._braking * step)
            self.angular = _towards_rest(self.angular, self._yaw_braking * step)
            yield step, self.linear, self.angular
            seconds -= step


def _towards_rest(speed: float, most: float) -> float:
    return max(speed - most, 0.0) if speed > 0.0 else min(speed + most, 0.0)
