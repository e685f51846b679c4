"""Trajectory: a driven motion as sampled arrays, with the pose at any time between the samples."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maps.geometry import Pose, wrap_angle

__all__ = ["Floats", "Trajectory"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Trajectory:
    """A motion from rest to rest.

    Attributes:
        times: (n,) seconds from the start, ascending, first 0; at most one sample step apart.
        xs: (n,) metres.
        ys: (n,) metres.
        yaws: (n,) radians, continuous (not wrapped), so that they can be interpolated.
        speeds: (n,) forward speed, m/s.
        driven: (n,) metres driven since the start.
    """

    times: Floats
    xs: Floats
    ys: Floats
    yaws: Floats
    speeds: Floats
    driven: Floats

    @property
    def duration(self) -> float:
        """Seconds from the start until the robot rests at the end."""
        return float(self.times[-1])

    @property
    def length_m(self) -> float:
        """Metres driven in all."""
        return float(self.driven[-1])

    def pose_at(self, seconds: float) -> Pose:
        """The pose at a time; before the start and after the end the robot rests.

        Args:
            seconds: Time since the start.
        """
        x, y, yaw = (self._at(values, seconds) for values in (self.xs, self.ys, self.yaws))
        return Pose(x, y, wrap_angle(yaw))

    def poses_at(self, seconds: Floats) -> Floats:
        """The poses at many times: (n,) seconds in, (n, 3) x, y, yaw (metres, radians, not wrapped) out."""
        return np.column_stack([np.interp(seconds, self.times, v) for v in (self.xs, self.ys, self.yaws)])

    def length_driven(self, seconds: float) -> float:
        """Metres driven until a time, seconds since the start."""
        return self._at(self.driven, seconds)

    def speed_at(self, seconds: float) -> float:
        """Forward speed at a time, m/s; 0 before the start and after the end."""
        return self._at(self.speeds, seconds)

    def time_at(self, metres: float) -> float:
        """The first time at which so many metres are driven, seconds; the duration when that is never reached."""
        index = int(np.searchsorted(self.driven, metres))
        if index == 0:
            return 0.0
        if index >= len(self.driven):
            return self.duration
        before, after = float(self.driven[index - 1]), float(self.driven[index])
        share = (metres - before) / (after - before)
        return float(self.times[index - 1] + share * (self.times[index] - self.times[index - 1]))

    def until(self, seconds: float, *, halt: float) -> "Trajectory":
        """The same motion broken off: it follows this one until ``seconds`` and rests from ``seconds + halt`` on.

        The robot brakes along its path; ``halt`` is how long that takes. The braking distance is half of what it would
        have driven in that time at its speed, so the path is the same and only its timing differs.

        Args:
            seconds: When braking starts.
            halt: Braking time, seconds, >= 0.
        """
        seconds = min(max(seconds, 0.0), self.duration)
        keep = self.times < seconds
        ends = self.length_driven(seconds) + 0.5 * halt * self.speed_at(seconds)
        steps = np.linspace(0.0, 1.0, max(2, math.ceil(halt / 0.05) + 1)) if halt > 0 else np.zeros(1)
        speed = self.speed_at(seconds)
        driven = self.length_driven(seconds) + speed * halt * (steps - 0.5 * steps**2)
        at = np.array([self.time_at(min(metres, ends)) if speed > 0 else seconds for metres in driven])
        at[0] = seconds
        poses = self.poses_at(at)
        return Trajectory(
            times=np.concatenate([self.times[keep], seconds + steps * halt]),
            xs=np.concatenate([self.xs[keep], poses[:, 0]]),
            ys=np.concatenate([self.ys[keep], poses[:, 1]]),
            yaws=np.concatenate([self.yaws[keep], poses[:, 2]]),
            speeds=np.concatenate([self.speeds[keep], speed * (1.0 - steps)]),
            driven=np.concatenate([self.driven[keep], driven]),
        )

    def _at(self, values: Floats, seconds: float) -> float:
        """One value interpolated at one time, without the cost of numpy's checks."""
        index = int(np.searchsorted(self.times, seconds, side="right"))
        if index == 0:
            return float(values[0])
        if index == len(self.times):
            return float(values[-1])
        before, after = float(self.times[index - 1]), float(self.times[index])
        share = (seconds - before) / (after - before)
        return float(values[index - 1] + share * (values[index] - values[index - 1]))
