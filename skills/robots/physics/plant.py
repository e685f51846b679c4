"""The plant: a simulation as the real-time engine drives it: joints and cameras in, filtered targets out."""

from collections.abc import Callable, Mapping

import numpy as np

from maps import Body
from policies.arm import ARM, arm_mjcf
from policies.policy import Policy
from policies.runtime.arm_model import MujocoArmModel
from policies.runtime.command_hold import HeldVelocity
from policies.runtime.limits import Box, JointLimits, RobotLimits, Workspace
from policies.runtime.plant import BaseReading, Frame, PlantState, Targets
from policies.runtime.settings import LoopSettings
from skills.robots.physics.cameras import CAMERAS, Cameras
from skills.robots.physics.gl import load_mujoco
from skills.robots.physics.simulation import Simulation

__all__ = ["LOOP", "MujocoPlant", "arm_limits", "arm_model", "pixels_of"]

LOOP = LoopSettings(decode_hz=10.0)
"""How often a policy is asked, in missions and in trials alike."""

ACCELERATION = (8.0, 8.0, 10.0, 12.0, 12.0, 15.0, 3.0)
"""Of each joint, rad/s^2; of the gripper, m/s^2."""

WORKSPACE = Workspace(inside=Box(low=(-1.5, -1.5, 0.0), high=(1.5, 1.5, 2.2)))
"""Where the grip may be, metres from the middle of the base on the floor: above the floor, and as far as the arm is long."""


def arm_limits(*, max_grip_n: float | None = None) -> RobotLimits:
    """The limits of the arm in physics, for the safety filter.

    Args:
        max_grip_n: Strongest grip, newtons per finger; the arm's own by default.
    """
    joints = tuple(
        JointLimits(
            name=name, min_position=ARM.lower[i] if name != "gripper" else -0.06, max_position=ARM.upper[i] + 1e-3,
            max_velocity=ARM.speed[i], max_acceleration=ACCELERATION[i], max_effort=ARM.torque[i] if name != "gripper" else None,
        )
        for i, name in enumerate(ARM.joints)
    )  # fmt: skip
    return RobotLimits(
        joints=joints, max_grip_force_n=ARM.grip_n if max_grip_n is None else max_grip_n, gripper="gripper", workspace=WORKSPACE
    )


def arm_model() -> MujocoArmModel:
    """The arm alone, from which the safety filter knows what a motion asks of the motors; what the hand holds it does not know."""
    defaults, bodies, _, _ = arm_mjcf(cameras=False)
    materials = "".join(f'<material name="{name}"/>' for name in ("shell", "dark", "accent", "glass", "rubber"))
    model = load_mujoco().MjModel.from_xml_string(
        f'<mujoco><compiler autolimits="true" angle="radian"/><default>{defaults}</default><asset>{materials}</asset>'
        f'<worldbody><body name="base">{bodies}</body></worldbody></mujoco>'
    )
    return MujocoArmModel.of(model, joints=(*ARM.joints[:-1], None), points=("grip",), base="base")


def pixels_of(policy: Policy | None) -> int:
    """The side of the pictures that a policy was made for; 96 where it does not look, or not at squares of one size."""
    sizes = set() if policy is None else set(policy.spec.cameras.values())
    height, width = sizes.pop() if len(sizes) == 1 else (96, 96)
    return height if height == width else 96


class MujocoPlant:
    """A simulation as a ``policies.runtime.SteppedPlant``.

    Args:
        simulation: What is driven.
        cameras: Its cameras; None for a robot without any.
        pixels: Height and width of the pictures that policies get.
        on_advance: Called after every stretch of time, for what watches.
        body: Whose accelerations brake the base when it is told nothing for a while.
    """

    def __init__(
        self, simulation: Simulation, cameras: Cameras | None, *, pixels: int = 96, on_advance: Callable[[], None] | None = None,
        body: Body | None = None,
    ) -> None:  # fmt: skip
        self.simulation, self._cameras, self._pixels = simulation, cameras, pixels
        self._on_advance = on_advance
        body = body or Body()
        self._velocity = HeldVelocity(braking=body.max_acceleration, yaw_braking=body.max_yaw_acceleration)

    @property
    def joint_names(self) -> tuple[str, ...]:
        """The arm's joints, the gripper last."""
        return ARM.joints

    @property
    def cameras(self) -> Mapping[str, tuple[int, int]]:
        """Height and width of each camera's pictures."""
        return {} if self._cameras is None else dict.fromkeys(CAMERAS, (self._pixels, self._pixels))

    def now(self) -> float:
        """Simulated seconds."""
        return self.simulation.time

    def read(self) -> PlantState:
        """Joints and base as they are."""
        sim = self.simulation
        linear, angular = sim.velocity
        base = BaseReading(stamp=sim.time, pose=sim.pose(), linear=linear, angular=angular) if sim.mobile else None
        return PlantState(
            stamp=sim.time, positions=tuple(sim.joints().tolist()), velocities=tuple(sim.joint_speeds().tolist()),
            efforts=tuple(sim.efforts().tolist()), base=base,
        )  # fmt: skip

    def image(self, camera: str) -> Frame:
        """What a camera sees now.

        Raises:
            PhysicsMissing: There is no OpenGL library.
            KeyError: There is no such camera.
        """
        if self._cameras is None or camera not in CAMERAS:
            raise KeyError(f"the robot has no camera {camera!r}; it has {', '.join(self.cameras) or 'none'}")
        return Frame(self.simulation.time, self._cameras.rgb(camera, self._pixels, self._pixels).copy())

    def send(self, targets: Targets) -> None:
        """Servo targets, grip force and the base's velocity."""
        self.simulation.target(np.array(targets.positions))
        if targets.grip_force_n > 0:
            self.simulation.limit_grip(targets.grip_force_n)
        if self.simulation.mobile:
            self._velocity.send(targets.linear, targets.angular, targets.hold_s)

    def hold(self) -> None:
        """Base at rest; the servos keep their targets, so the grip stays as it is."""
        self._velocity.send(0.0, 0.0, 0.0)
        self.simulation.drive(0.0, 0.0)

    def advance(self, seconds: float) -> None:
        """Let simulated time pass.

        Raises:
            PhysicsBroken: The physics gave a state that is not finite.
        """
        for stretch, linear, angular in self._velocity.passing(seconds):
            self.simulation.drive(linear, angular)
            self.simulation.advance(stretch)
        if self._on_advance is not None:
            self._on_advance()

    def close(self) -> None:
        """Give the renderers back."""
        if self._cameras is not None:
            self._cameras.close()
