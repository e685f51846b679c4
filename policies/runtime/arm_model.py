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
        self._mujoco, self._model, self._data = mujoco, model, mujoco.MjData(model)
        self._own = [i for i, name in enumerate(joints) if name is not None]
        self._at = _run([int(model.jnt_qposadr[i]) for i in numbers])
        self._dof = _run([int(model.jnt_dofadr[i]) for i in numbers])
        data = self._data
        # Arrays of MuJoCo's own memory, fetched once: each look-up costs as much as using it.
        self._qpos, self._qvel, self._qacc, self._qfrc = data.qpos, data.qvel, data.qacc, data.qfrc_inverse
        self._all_own = len(self._own) == len(joints)
        self._sites = [self._point(name) for name in points]
        self._base = None
        if base is not None:
            number = mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_BODY, base)
            if number < 0:
                raise LimitsMismatch(f"the model has no body {base!r} to give points in the frame of")
            self._base = number
        levers = [max(self._lever(i, kind, number) for kind, number in self._sites) for i in numbers]
        self._reach = tuple(self._spread(levers, len(joints)))

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

    def _spread(self, own: Sequence[float], count: int) -> list[float]:
        """Numbers of the file's own joints, with zeros for those that it lacks."""
        whole = [0.0] * count
        for place, number in zip(self._own, own, strict=True):
            whole[place] = number
        return whole

    @property
    def reach(self) -> tuple[float, ...]:
        """(n,) metres per radian; 1 for prismatic joints."""
        return self._reach

    def points(self, positions: Sequence[float]) -> tuple[Point3, ...]:
        """The guarded points, metres."""
        data = self._data
        self._qpos[self._at] = self._picked(positions)
        self._mujoco.mj_kinematics(self._model, data)
        found = [(data.site_xpos if kind == "site" else data.xpos)[number] for kind, number in self._sites]
        if self._base is not None:
            turn = data.xmat[self._base].reshape(3, 3)
            found = [(point - data.xpos[self._base]) @ turn for point in found]
        return tuple((x, y, z) for x, y, z in (point.tolist() for point in found))

    def efforts(self, positions: Sequence[float], velocities: Sequence[float], accelerations: Sequence[float]) -> Sequence[float]:
        """(n,) N m or N, from MuJoCo's inverse dynamics: gravity, Coriolis, inertia, armature, damping and springs."""
        self._qpos[self._at] = self._picked(positions)
        self._qvel[self._dof] = self._picked(velocities)
        self._qacc[self._dof] = self._picked(accelerations)
        self._mujoco.mj_inverse(self._model, self._data)
        own: list[float] = self._qfrc[self._dof].tolist()
        return own if self._all_own else self._spread(own, len(self._reach))

    def _picked(self, numbers: Sequence[float]) -> Sequence[float]:
        """Those of the file's own joints."""
        return numbers if self._all_own else [numbers[i] for i in self._own]


def _norm(vector: Any) -> float:
    return math.hypot(*vector.tolist())


def _run(places: list[int]) -> slice | list[int]:
    """Places as a slice if they follow each other: numpy is several times faster with one."""
    if places and places == list(range(places[0], places[0] + len(places))):
        return slice(places[0], places[0] + len(places))
    return places
