"""Simulation: a scene in motion: joints, targets, items, forces. No policy, no map, no clock but its own."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maps import Body, Pose
from policies.arm import ARM
from skills.robots.errors import RobotError
from skills.robots.physics.gl import load_mujoco
from skills.robots.physics.items import Brick, Item
from skills.robots.physics.scene import TIMESTEP_S, scene_mjcf

__all__ = ["BELT_M_S", "HEAD_RANGE", "TILT_AT_WORK", "PhysicsBroken", "Simulation"]

Floats = NDArray[np.float64]

HEAD_RANGE = (-0.9, 1.3)
TILT_AT_WORK = 0.85
"""Where the head looks while the arm handles something, radians below the horizontal."""
BELT_M_S = 0.06
PRESSED_M = 0.010
"""How deep a button's cap must be for it to count, metres."""
_LIT, _DARK = (0.1, 0.95, 0.25, 1.0), (0.3, 0.3, 0.3, 1.0)
"""Colours of a button's lamp."""


class PhysicsBroken(RobotError):
    """The physics gave a state that is not finite."""


class Simulation:
    """A scene and its state.

    Args:
        bricks: What does not move.
        items: What does.
        body: The base.
        mobile: Whether the base drives.
        extent: x0, y0, x1, y1 of the floor, metres.
        doors: Door panels: ax, ay, bx, by, metres.
        start: Pose of the base.

    Raises:
        PhysicsMissing: MuJoCo is not installed.
        PhysicsBroken: The scene is none that MuJoCo can build.
    """

    def __init__(
        self, bricks: Sequence[Brick], items: Sequence[Item], body: Body, *, mobile: bool,
        extent: tuple[float, float, float, float], doors: Sequence[tuple[float, float, float, float]] = (),
        start: Pose | None = None,
    ) -> None:  # fmt: skip
        self.mujoco: Any = load_mujoco()
        text = scene_mjcf(bricks, items, body, mobile=mobile, extent=extent, doors=doors)
        try:
            self.model: Any = self.mujoco.MjModel.from_xml_string(text)
        except ValueError as error:
            raise PhysicsBroken(f"MuJoCo cannot build this scene: {str(error).splitlines()[0]}") from error
        self.data: Any = self.mujoco.MjData(self.model)
        self.items, self.mobile = tuple(items), mobile
        m = self.model
        self._joints = np.array([m.joint(name).qposadr[0] for name in ARM.joints[:6]])
        self._dofs = np.array([m.joint(name).dofadr[0] for name in ARM.joints[:6]])
        self._servos = np.array([m.actuator(name).id for name in ARM.joints])
        self._fingers = np.array([m.joint(name).qposadr[0] for name in ("finger_left", "finger_right")])
        self._finger_dofs = np.array([m.joint(name).dofadr[0] for name in ("finger_left", "finger_right")])
        self._head_servo, self._head = m.actuator("head").id, m.joint("head").qposadr[0]
        self._pads = {m.body(name).id for name in ("finger_left", "finger_right")}
        base = ("base_x", "base_y", "base_yaw")
        self._base = np.array([m.joint(name).qposadr[0] for name in base]) if mobile else None
        self._base_dofs = np.array([m.joint(name).dofadr[0] for name in base]) if mobile else None
        self._base_servos = np.array([m.actuator(name).id for name in base]) if mobile else None
        self._belts = [
            (m.joint(f"conveyor{i}").qposadr[0], m.actuator(f"conveyor{i}").id)
            for i, item in enumerate(self.items)
            if item.kind == "conveyor"
        ]
        self.velocity = (0.0, 0.0)
        self._belts_run = True
        self.reset(start)

    def reset(self, start: Pose | None = None, *, stowed: bool = True) -> None:
        """Everything where the scene has it, the base at a pose, the arm stowed or ready."""
        self.mujoco.mj_resetData(self.model, self.data)
        if self._base is not None and start is not None:
            self.data.qpos[self._base] = (start.x, start.y, start.yaw)
        self.put_arm(np.array(ARM.stowed if stowed else ARM.ready))
        self.velocity = (0.0, 0.0)
        self.set_head(0.0 if stowed else TILT_AT_WORK)
        self.data.qpos[self._head] = self.data.ctrl[self._head_servo]
        self.run_belts(True)
        self.mujoco.mj_forward(self.model, self.data)

    @property
    def time(self) -> float:
        """Simulated seconds."""
        return float(self.data.time)

    # --- the arm -----------------------------------------------------------------------------------------------------

    def joints(self) -> Floats:
        """(7,) joint positions, radians, and the gripper's opening, metres."""
        return np.concatenate([self.data.qpos[self._joints], [float(self.data.qpos[self._fingers].sum())]])

    def joint_speeds(self) -> Floats:
        """(7,) rad/s and m/s."""
        return np.concatenate([self.data.qvel[self._dofs], [float(self.data.qvel[self._finger_dofs].sum())]])

    def efforts(self) -> Floats:
        """(7,) what the servos exert, N m, and N per finger."""
        force = self.data.actuator_force[self._servos].copy()
        force[6] *= 0.5
        return np.asarray(force, dtype=np.float64)

    def put_arm(self, joints: Floats) -> None:
        """Set joints and targets at once, without motion; for resets."""
        self.data.qpos[self._joints] = joints[:6]
        self.data.qpos[self._fingers] = 0.5 * joints[6]
        self.target(joints)

    def target(self, joints: Floats) -> None:
        """Where the servos shall hold the joints, (7,)."""
        self.data.ctrl[self._servos[:6]] = np.clip(joints[:6], ARM.lower[:6], ARM.upper[:6])
        self.data.ctrl[self._servos[6]] = 0.5 * min(max(float(joints[6]), -0.06), ARM.opening_m)

    def limit_grip(self, newtons: float) -> None:
        """The most that each finger may press with, N."""
        most = 2.0 * min(max(newtons, 0.0), ARM.grip_n)
        self.model.actuator_forcerange[self._servos[6]] = (-most, most)

    def set_head(self, tilt: float) -> None:
        """Where the head shall look: radians below the horizontal."""
        self.data.ctrl[self._head_servo] = min(max(tilt, HEAD_RANGE[0]), HEAD_RANGE[1])

    def head_tilt(self) -> float:
        """Where the head looks now: radians below the horizontal."""
        return float(self.data.qpos[self._head])

    def grip_point(self) -> Floats:
        """(3,) the point between the fingers, in the base's frame, metres."""
        return self.in_base(np.asarray(self.data.site("grip").xpos))

    def grip_force(self) -> float:
        """What the weaker finger presses with against something that is no finger, newtons."""
        sums = dict.fromkeys(self._pads, 0.0)
        force = np.zeros(6)
        m, d = self.model, self.data
        for i in range(d.ncon):
            bodies = m.geom_bodyid[d.contact[i].geom1], m.geom_bodyid[d.contact[i].geom2]
            for body in bodies:
                if body in sums:
                    self.mujoco.mj_contactForce(m, d, i, force)
                    sums[body] += abs(float(force[0]))
        return min(sums.values())

    # --- the base ----------------------------------------------------------------------------------------------------

    def pose(self) -> Pose:
        """Pose of the base."""
        if self._base is None:
            return Pose(0.0, 0.0, 0.0)
        x, y, yaw = self.data.qpos[self._base].tolist()
        return Pose(x, y, math.remainder(yaw, math.tau))

    def drive(self, linear: float, angular: float) -> None:
        """Velocity of the base until told otherwise, m/s and rad/s."""
        self.velocity = (linear, angular)

    def in_base(self, point: Floats) -> Floats:
        """A point of the world in the base's frame, metres."""
        pose = self.pose()
        dx, dy = float(point[0]) - pose.x, float(point[1]) - pose.y
        cos, sin = math.cos(pose.yaw), math.sin(pose.yaw)
        return np.array([cos * dx + sin * dy, cos * dy - sin * dx, float(point[2])])

    # --- items -------------------------------------------------------------------------------------------------------

    def item_pose(self, number: int) -> tuple[Floats, float]:
        """Middle of an item (3,) in the world, metres, and its yaw."""
        body = self.data.body(f"{self.items[number].kind}{number}")
        matrix = body.xmat.reshape(3, 3)
        return body.xpos.copy(), math.atan2(matrix[1, 0], matrix[0, 0])

    def put_item(self, number: int, at: tuple[float, float, float], yaw: float) -> None:
        """Move a block: the middle of its underside, metres."""
        joint = self.data.joint(f"block{number}")
        joint.qpos[:] = (at[0], at[1], at[2] + 0.5 * self.items[number].size[2] + 0.001, math.cos(yaw / 2), 0, 0, math.sin(yaw / 2))
        joint.qvel[:] = 0.0

    def pressed(self, number: int) -> bool:
        """Whether a button's cap is down."""
        return bool(self.data.joint(f"button{number}").qpos[0] < -PRESSED_M)

    def light_lamp(self, number: int, lit: bool) -> None:
        """Whether the lamp around a button is green."""
        self.model.geom(f"button{number}lamp").rgba[:] = _LIT if lit else _DARK

    def run_belts(self, running: bool) -> None:
        """Let the conveyors run, or stand."""
        self._belts_run = running
        for _, servo in self._belts:
            self.data.ctrl[servo] = BELT_M_S if running else 0.0

    def shut(self, door: int, closed: bool, at: tuple[float, float]) -> None:
        """Put a door's panel into its doorway, or take it away."""
        mocap = self.model.body(f"door{door}").mocapid[0]
        self.data.mocap_pos[mocap] = (*at, 0.6 if closed else -3.0)

    def settle_constants(self) -> None:
        """After masses or sizes were changed: what the solver derives from them."""
        positions = self.data.qpos.copy()
        self.mujoco.mj_setConst(self.model, self.data)
        self.data.qpos[:] = positions

    # --- time --------------------------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """Let simulated time pass.

        Raises:
            PhysicsBroken: The state is not finite afterwards; everything is put back to rest where it was before.
        """
        steps = max(1, round(seconds / TIMESTEP_S))
        d = self.data
        before = d.qpos.copy()
        while steps > 0:
            n = min(steps, 5) if self.velocity != (0.0, 0.0) or (self._belts and self._belts_run) else steps
            if self._base_servos is not None:
                linear, angular = self.velocity
                yaw = float(d.qpos[self._base[2]]) + 0.5 * angular * n * TIMESTEP_S if self._base is not None else 0.0
                d.ctrl[self._base_servos] = (linear * math.cos(yaw), linear * math.sin(yaw), angular)
            for address, _ in self._belts if self._belts_run else ():
                d.qpos[address] = 0.0
            self.mujoco.mj_step(self.model, d, n)
            steps -= n
        if not np.isfinite(d.qpos).all():
            # Whatever the next step would begin with must be finite again too.
            d.qpos[:] = before
            for left in (d.qvel, d.qacc, d.qacc_warmstart, d.act, d.qfrc_applied, d.xfrc_applied):
                left[:] = 0.0
            self.velocity = (0.0, 0.0)
            self.mujoco.mj_forward(self.model, d)
            raise PhysicsBroken("the physics gave a state that is not finite; the robot holds where it was")
