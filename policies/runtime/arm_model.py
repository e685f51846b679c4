"""Arm model: where points of the arm are and which torques a motion takes, as the safety filter asks a hundred times a second."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from policies.runtime.errors import LimitsMismatch
from policies.runtime.limits import Point3, mismatch

__all__ = ["ArmModel", "MujocoArmModel"]


@runtime_checkable
class ArmModel(Protocol):
    """Kinematics and dynamics of one arm; both calls should take a few microseconds."""

    @property
    def reach(self) -> tuple[float, ...]:
        """(n,) by how much a guarded point moves at most when one joint moves: metres per radian, or per metre (then 1)."""

    def points(self, positions: Sequence[float]) -> tuple[Point3, ...]:
        """The guarded points, the tool point first, metres in the arm's base frame."""

    def efforts(self, positions: Sequence[float], velocities: Sequence[float], accelerations: Sequence[float]) -> Sequence[float]:
        """(n,) what the motors must give for a motion, N m or N; affine in the accelerations (inverse dynamics)."""


_NOTHING, _VELOCITIES = 0, 2
"""Up to where MuJoCo's inverse dynamics may take over what it has worked out before (mjtStage)."""


class MujocoArmModel:
    """The model of any arm that MuJoCo can read, MJCF or URDF; a private copy without contacts.

    Args:
        path: The model file.
        joints: Joint names, in the order of the plant's; None for one that the file lacks (a gripper's opening, say), which then
            has no effort and moves no point. Other joints of the file stay as they are at the start.
        points: Names of sites, or bodies, to guard; the tool point first.
        base: Name of the body whose frame the points are given in; the world's if None.

    Raises:
        ModuleNotFoundError: MuJoCo is not installed.
        LimitsMismatch: The file has no such joint or point.
    """

    def __init__(self, path: str | Path, *, joints: Sequence[str | None], points: Sequence[str], base: str | None = None) -> None:
        import mujoco

        self._setup(mujoco.MjModel.from_xml_path(str(path)), joints, points, base)

    @classmethod
    def of(cls, model: Any, *, joints: Sequence[str | None], points: Sequence[str], base: str | None = None) -> "MujocoArmModel":
        """The same from a ``mujoco.MjModel`` that is loaded already; it is copied."""
        import copy

        made = cls.__new__(cls)
        made._setup(copy.copy(model), joints, points, base)
        return made

    def _setup(self, model: Any, joints: Sequence[str | None], points: Sequence[str], base: str | None) -> None:
        import mujoco

        model.opt.disableflags |= mujoco.mjtDisableBit.mjDSBL_CONTACT | mujoco.mjtDisableBit.mjDSBL_CONSTRAINT
        names = [name for name in joints if name is not None]
        numbers = [mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_JOINT, name) for name in names]
        if -1 in numbers:
            there = [mujoco.mj_id2name(model, mujoco.mjtObj.mjOBJ_JOINT, i) or "" for i in range(model.njnt)]
            raise LimitsMismatch(mismatch("the joints asked for", names, there))
        self._mujoco, self._model = mujoco, model
        own = [i for i, name in enumerate(joints) if name is not None]
        self._at = [(int(model.jnt_qposadr[number]), i) for number, i in zip(numbers, own, strict=True)]
        self._dof = [(int(model.jnt_dofadr[number]), i) for number, i in zip(numbers, own, strict=True)]
        # One for the points and one for the efforts, so that neither spoils what MuJoCo has worked out for the other.
        still, moved = mujoco.MjData(model), mujoco.MjData(model)
        self._still, self._moved = still, moved
        self._where, self._qpos, self._qvel = _memory(still.qpos), _memory(moved.qpos), _memory(moved.qvel)
        self._qacc, self._qfrc = _memory(moved.qacc), _memory(moved.qfrc_inverse)
        self._motion: tuple[float, ...] = ()
        self._none = [0.0] * len(joints)
        self._inverse, self._kinematics = mujoco.mj_inverseSkip, mujoco.mj_kinematics
        self._sites = [self._point(name) for name in points]
        frame = 0 if base is None else mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_BODY, base)
        if frame < 0:
            raise LimitsMismatch(f"the model has no body {base!r} to give points in the frame of")
        reach = [0.0] * len(joints)
        for number, i in zip(numbers, own, strict=True):
            reach[i] = max(self._lever(number, kind, place) for kind, place in self._sites)
        self._reach = tuple(reach)
        self._spots = [_memory((still.site_xpos if kind == "site" else still.xpos)[place]) for kind, place in self._sites]
        self._frame = None if base is None else (_memory(still.xpos[frame]), _memory(still.xmat[frame]))

    def _point(self, name: str) -> tuple[str, int]:
        for kind, code in (("site", self._mujoco.mjtObj.mjOBJ_SITE), ("body", self._mujoco.mjtObj.mjOBJ_BODY)):
            number = self._mujoco.mj_name2id(self._model, code, name)
            if number >= 0:
                return kind, number
        raise LimitsMismatch(f"the model has no site or body {name!r} to guard")

    def _lever(self, joint: int, kind: str, number: int) -> float:
        """The longest way from a joint to a point along the bodies between them; 0 when the joint does not move it."""
        model = self._model
        owner = int(model.jnt_bodyid[joint])
        body = int(model.site_bodyid[number]) if kind == "site" else number
        way = _norm(model.site_pos[number]) if kind == "site" else 0.0
        while body != owner:
            if body == 0:
                return 0.0
            way += _norm(model.body_pos[body])
            for slide in range(int(model.body_jntadr[body]), int(model.body_jntadr[body]) + int(model.body_jntnum[body])):
                if model.jnt_type[slide] == self._mujoco.mjtJoint.mjJNT_SLIDE:
                    way += float(abs(model.jnt_range[slide]).max())
            body = int(model.body_parentid[body])
        if model.jnt_type[joint] == self._mujoco.mjtJoint.mjJNT_SLIDE:
            return 1.0
        return way + _norm(model.jnt_pos[joint])

    @property
    def reach(self) -> tuple[float, ...]:
        """(n,) metres per radian; 1 for prismatic joints."""
        return self._reach

    def points(self, positions: Sequence[float]) -> tuple[Point3, ...]:
        """The guarded points, metres."""
        where = self._where
        for place, i in self._at:
            where[place] = positions[i]
        self._kinematics(self._model, self._still)
        if self._frame is None:
            return tuple([(spot[0], spot[1], spot[2]) for spot in self._spots])
        (x0, y0, z0), (a, b, c, d, e, f, g, h, k) = self._frame
        found = []
        for x, y, z in self._spots:
            x, y, z = x - x0, y - y0, z - z0
            found.append((x * a + y * d + z * g, x * b + y * e + z * h, x * c + y * f + z * k))
        return tuple(found)

    def efforts(self, positions: Sequence[float], velocities: Sequence[float], accelerations: Sequence[float]) -> Sequence[float]:
        """(n,) N m or N, from MuJoCo's inverse dynamics: gravity, Coriolis, inertia, armature, damping and springs."""
        motion, stage = (*positions, *velocities), _VELOCITIES
        if motion != self._motion:
            self._motion, stage = motion, _NOTHING
            where, speed = self._qpos, self._qvel
            for place, i in self._at:
                where[place] = positions[i]
            for place, i in self._dof:
                speed[place] = velocities[i]
        rates = self._qacc
        for place, i in self._dof:
            rates[place] = accelerations[i]
        # Another acceleration of the same motion, as it is asked about within a tick, leaves what depends on the motion as it is.
        self._inverse(self._model, self._moved, stage, True)
        found, efforts = self._qfrc, self._none.copy()
        for place, i in self._dof:
            efforts[i] = found[place]
        return efforts


def _memory(numbers: Any) -> "memoryview[float]":
    """MuJoCo's own memory, fetched once: small numpy arrays take longer than what is computed with them."""
    return memoryview(numbers).cast("B").cast("d")


def _norm(vector: Any) -> float:
    return math.hypot(*vector.tolist())
