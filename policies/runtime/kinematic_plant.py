"""A plant without physics: joints that follow their targets with a lag, a base that follows its velocities, plain pictures.

For trying the engine out, and for the tests of whoever writes a plant or a policy.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from maps import Body, Pose, wrap_angle
from policies.runtime.command_hold import HeldVelocity
from policies.runtime.limits import Box, JointLimits, Point3, RobotLimits, Workspace
from policies.runtime.plant import BaseReading, Frame, PlantState, Targets

__all__ = ["KinematicPlant", "PlanarArm", "planar_base_plant", "planar_limits", "planar_plant"]


class KinematicPlant:
    """Joints that move towards their targets.

    Args:
        joint_names: Names of the joints.
        positions: (n,) where they are at first, rad or m.
        lag_s: Time constant with which they follow, seconds; 0 follows at once.
        cameras: (height, width) by camera name.
        base: Where the base is at first; None for an arm that is bolted down.
        body: Whose accelerations brake the base when it is told nothing for a while.
    """

    def __init__(
        self,
        joint_names: Sequence[str],
        positions: Sequence[float],
        *,
        lag_s: float = 0.03,
        cameras: Mapping[str, tuple[int, int]] | None = None,
        base: Pose | None = None,
        body: Body | None = None,
    ) -> None:
        self._names, self._lag_s = tuple(joint_names), lag_s
        self._positions, self._velocities = list(positions), [0.0] * len(positions)
        self._targets = list(positions)
        self._cameras = dict(cameras or {})
        body = body or Body()
        self._pose = base
        self._velocity = HeldVelocity(braking=body.max_acceleration, yaw_braking=body.max_yaw_acceleration)
        self._time = 0.0
        self.sent: Targets | None = None
        self.held = 0

    @property
    def joint_names(self) -> tuple[str, ...]:
        """The joints."""
        return self._names

    @property
    def cameras(self) -> Mapping[str, tuple[int, int]]:
        """(height, width) by camera name."""
        return self._cameras

    def now(self) -> float:
        """Seconds."""
        return self._time

    def read(self) -> PlantState:
        """The joints and the base, now."""
        now = self._time
        base = None
        if self._pose is not None:
            base = BaseReading(stamp=now, pose=self._pose, linear=self._velocity.linear, angular=self._velocity.angular)
        return PlantState(stamp=now, positions=tuple(self._positions), velocities=tuple(self._velocities), base=base)

    def image(self, camera: str) -> Frame:
        """A grey picture, a little lighter every second."""
        height, width = self._cameras[camera]
        return Frame(self.now(), np.full((height, width, 3), int(self.now()) % 256, dtype=np.uint8))

    def send(self, targets: Targets) -> None:
        """Follow these from now on."""
        self.sent, self._targets = targets, list(targets.positions)
        self._velocity.send(targets.linear, targets.angular, targets.hold_s)

    def hold(self) -> None:
        """Stay."""
        self.held += 1
        self._targets = list(self._positions)
        self._velocity.send(0.0, 0.0, 0.0)

    def close(self) -> None:
        """Nothing to give back."""

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        share = 1.0 if self._lag_s <= 0 else 1.0 - math.exp(-seconds / self._lag_s)
        for i, target in enumerate(self._targets):
            step = share * (target - self._positions[i])
            self._positions[i] += step
            self._velocities[i] = step / seconds if seconds > 0 else 0.0
        for stretch, linear, angular in self._velocity.passing(seconds):
            self._move(stretch, linear, angular)
        self._time += seconds

    def _move(self, seconds: float, linear: float, angular: float) -> None:
        if (pose := self._pose) is None:
            return
        turned, way = angular * seconds, linear * seconds
        heading = pose.yaw + 0.5 * turned
        self._pose = Pose(pose.x + way * math.cos(heading), pose.y + way * math.sin(heading), wrap_angle(pose.yaw + turned))


class PlanarArm:
    """An ``ArmModel`` that fits on a page: two links that turn in the x-z plane, under gravity, and a gripper.

    Args:
        lengths: Of the links, metres.
        masses: At the links' ends, kilograms.
    """

    def __init__(self, lengths: tuple[float, float] = (0.35, 0.3), masses: tuple[float, float] = (1.0, 0.6)) -> None:
        self._lengths, self._masses = lengths, masses

    @property
    def reach(self) -> tuple[float, ...]:
        """(3,) metres per radian; the gripper moves no guarded point."""
        return (sum(self._lengths), self._lengths[1], 0.0)

    def points(self, positions: Sequence[float]) -> tuple[Point3, ...]:
        """The tool and the elbow; angles are measured from the x axis, upwards."""
        (first, second), a, b = self._lengths, positions[0], positions[0] + positions[1]
        elbow = (first * math.cos(a), 0.0, first * math.sin(a))
        return (elbow[0] + second * math.cos(b), 0.0, elbow[2] + second * math.sin(b)), elbow

    def efforts(self, positions: Sequence[float], velocities: Sequence[float], accelerations: Sequence[float]) -> Sequence[float]:
        """(3,) of two point masses: the textbook's two-link arm, e.g. J. J. Craig, Introduction to Robotics, chapter 6."""
        (l1, l2), (m1, m2), g = self._lengths, self._masses, 9.81
        (q1, q2, _), (v1, v2, _), (a1, a2, _) = positions, velocities, accelerations
        c1, c2, s2, c12 = math.cos(q1), math.cos(q2), math.sin(q2), math.cos(q1 + q2)
        second = m2 * l2 * (l2 * (a1 + a2) + l1 * c2 * a1 + l1 * s2 * v1 * v1 + g * c12)
        first = second + m1 * l1 * (l1 * a1 + g * c1) + m2 * l1 * (
            l1 * a1 + l2 * c2 * (a1 + a2) - l2 * s2 * (v1 + v2) ** 2 + g * c1
        )  # fmt: skip
        return (first, second, 0.0)


def planar_limits() -> RobotLimits:
    """Limits of the planar arm: shoulder, elbow and a gripper, above a table and beside a post."""
    return RobotLimits(
        joints=(
            JointLimits(
                name="shoulder", min_position=-0.5, max_position=2.6, max_velocity=2.0, max_acceleration=6.0, max_effort=9.5
            ),
            JointLimits(name="elbow", min_position=-2.4, max_position=2.4, max_velocity=2.5, max_acceleration=8.0, max_effort=3.0),
            JointLimits(name="gripper", min_position=0.0, max_position=0.08, max_velocity=0.15, max_acceleration=1.0),
        ),
        gripper="gripper",
        max_grip_force_n=20.0,
        workspace=Workspace(inside=Box((-0.7, -0.7, 0.02), (0.6, 0.7, 0.7)), keep_out=(Box((0.1, -0.1, 0.5), (0.2, 0.1, 0.7)),)),
    )


def planar_plant() -> KinematicPlant:
    """The planar arm with a camera at its wrist."""
    return KinematicPlant(("shoulder", "elbow", "gripper"), (1.2, -0.8, 0.04), cameras={"wrist": (48, 64)})


def planar_base_plant() -> KinematicPlant:
    """The planar arm on a base that stands at the map's origin."""
    return KinematicPlant(("shoulder", "elbow", "gripper"), (1.2, -0.8, 0.04), cameras={"wrist": (48, 64)}, base=Pose(0.0, 0.0))
