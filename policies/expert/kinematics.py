"""Kinematics of the arm: where the gripper is, and differential inverse kinematics by mink (a quadratic programme per step)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from policies.arm import ARM, arm_mjcf

__all__ = ["ArmKinematics", "MissingPhysics", "pointing_down"]

Floats = NDArray[np.float64]


class MissingPhysics(ImportError):
    """The extra ``surefoot[physics]`` is not installed."""


def pointing_down(yaw: float) -> Floats:
    """(3, 3) orientation of a hand that points down, its fingers opening at ``yaw`` + 90 degrees."""
    cos, sin = np.cos(yaw), np.sin(yaw)
    return np.array([[-cos, -sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, -1.0]])


class ArmKinematics:
    """The arm alone, without masses or contacts. Positions are those of the point between the fingers, in the base's frame.

    Raises:
        MissingPhysics: mujoco or mink is not installed.
    """

    def __init__(self) -> None:
        try:
            import mink
            import mujoco
        except ImportError as error:
            raise MissingPhysics(
                f"The scripted expert needs {error.name}, which is not installed: pip install 'surefoot[physics]'"
            ) from error
        defaults, bodies, _, _ = arm_mjcf(cameras=False, fingers=False)
        materials = "".join(f'<material name="{name}"/>' for name in ("shell", "dark", "accent", "glass", "rubber"))
        self._model = mujoco.MjModel.from_xml_string(
            f'<mujoco><compiler autolimits="true" angle="radian"/><default>{defaults}</default><asset>{materials}</asset>'
            f'<worldbody><body name="base">{bodies}</body></worldbody></mujoco>'
        )
        self._mink = mink
        self._at = mink.Configuration(self._model)
        self._hand = mink.FrameTask("grip", "site", position_cost=10.0, orientation_cost=1.0, lm_damping=1e-4)
        self._rest = mink.PostureTask(self._model, cost=1e-3)
        self._rest.set_target(np.array(ARM.ready[:6]))
        self._limits = [mink.ConfigurationLimit(self._model)]
        self._fastest = np.array(ARM.speed[:6])

    def pose(self, joints: Floats) -> tuple[Floats, Floats]:
        """Position (3,) and orientation (3, 3) of the grip point at six joint positions."""
        self._at.update(np.asarray(joints, dtype=np.float64))
        site: Any = self._at.data.site("grip")
        return site.xpos.copy(), site.xmat.reshape(3, 3).copy()

    def step(self, joints: Floats, position: Floats, orientation: Floats, dt: float) -> Floats:
        """Joints (6,) one period nearer to a hand pose, within joint and speed limits."""
        mink = self._mink
        lower, upper = self._model.jnt_range.T
        start = np.clip(np.asarray(joints, dtype=np.float64), lower + 1e-6, upper - 1e-6)
        self._at.update(start)
        self._rest.set_target(np.concatenate([start[:1], ARM.ready[1:6]]))
        target = mink.SE3.from_rotation_and_translation(mink.SO3.from_matrix(orientation), position)
        self._hand.set_target(target)
        try:
            velocity = mink.solve_ik(self._at, [self._hand, self._rest], dt, solver="daqp", damping=1e-6, limits=self._limits)
        except mink.NoSolutionFound:
            return start
        share = np.max(np.abs(velocity) / self._fastest)
        moved = start + velocity * dt / max(1.0, float(share))
        return np.asarray(np.clip(moved, lower, upper))
