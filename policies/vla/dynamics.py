"""Inverse dynamics of an arm in torch: recursive Newton-Euler, batched and differentiable, for the torque loss.

Source: Luh, Walker and Paul, 1980. Everything is expressed in the base's axes: fewer transforms, and no sign to get wrong.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from policies.vla.recording import DatasetInvalid

__all__ = ["Chain", "joint_torques", "load_chain"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """A serial arm of n moving links; bodies that do not move against a link are part of it.

    Attributes:
        places: (n, 3) the link's frame in its parent's, metres, and
        turns: (n, 3, 3) its axes there, all joints at 0.
        anchors: (n, 3) a point of the joint's axis, in the link's frame.
        axes: (n, 3) unit vectors, in the link's frame.
        slides: (n,) whether the joint is prismatic.
        masses: (n,) kilograms.
        centres: (n, 3) centres of mass, in the link's frame.
        inertias: (n, 3, 3) about them, kg m^2, in the link's axes.
        armature: (n,) rotor inertia, kg m^2 (kg when prismatic).
        damping: (n,) N m s/rad (N s/m).
        gravity: (3,) m/s^2 in the base's axes.
    """

    places: Floats
    turns: Floats
    anchors: Floats
    axes: Floats
    slides: NDArray[np.bool_]
    masses: Floats
    centres: Floats
    inertias: Floats
    armature: Floats
    damping: Floats
    gravity: Floats

    @classmethod
    def of(cls, model: Any, joints: tuple[str, ...]) -> Chain:
        """The chain of a ``mujoco.MjModel``; joints that are not named stay where the model starts.

        Raises:
            ValueError: A joint is missing, or the joints do not follow one another from base to tip.
        """
        import mujoco

        numbers = [mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_JOINT, name) for name in joints]
        if -1 in numbers:
            raise ValueError(f"the model has no joint {joints[numbers.index(-1)]!r}")
        data = mujoco.MjData(model)
        data.qpos[[model.jnt_qposadr[number] for number in numbers]] = 0.0
        mujoco.mj_kinematics(model, data)
        bodies = [int(model.jnt_bodyid[number]) for number in numbers]
        owner = _owners(model, bodies)
        for before, body in zip([0, *bodies], bodies, strict=False):
            if before and owner[int(model.body_parentid[body])] != before:
                raise ValueError("the joints do not form one chain from base to tip")
        frames = {body: (data.xpos[body].copy(), data.xmat[body].reshape(3, 3).copy()) for body in range(model.nbody)}
        base = int(model.body_parentid[bodies[0]])
        parents = [base, *bodies[:-1]]
        relative = [_relative(frames[parent], frames[body]) for parent, body in zip(parents, bodies, strict=True)]
        lumps = [_lump(model, data, frames[body], [b for b in range(model.nbody) if owner[b] == body]) for body in bodies]
        dofs = [int(model.jnt_dofadr[number]) for number in numbers]
        return cls(
            places=np.array([place for place, _ in relative]),
            turns=np.array([turn for _, turn in relative]),
            anchors=np.array([model.jnt_pos[number] for number in numbers]),
            axes=np.array([model.jnt_axis[number] for number in numbers]),
            slides=np.array([model.jnt_type[number] == mujoco.mjtJoint.mjJNT_SLIDE for number in numbers]),
            masses=np.array([mass for mass, _, _ in lumps]),
            centres=np.array([centre for _, centre, _ in lumps]),
            inertias=np.array([inertia for _, _, inertia in lumps]),
            armature=model.dof_armature[dofs].copy(),
            damping=np.asarray(model.dof_damping).reshape(model.nv, -1)[dofs, 0].copy(),
            gravity=frames[base][1].T @ model.opt.gravity,
        )

    def save(self, file: str | Path, *, limits: Sequence[float]) -> None:
        """Keep it as an ``.npz`` beside the torque limits (n,), so that training needs no MuJoCo."""
        target = Path(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(".partial.npz")
        np.savez(
            partial, limits=np.asarray(limits, dtype=np.float64), **{item.name: getattr(self, item.name) for item in fields(self)}
        )
        os.replace(partial, target)


def load_chain(file: str | Path) -> tuple[Chain, Tensor]:
    """A saved chain and its torque limits (n,), N m or N.

    Raises:
        DatasetInvalid: The file is missing or is none.
    """
    try:
        with np.load(file, allow_pickle=False) as saved:
            parts = {item.name: saved[item.name] for item in fields(Chain)}
            return Chain(**parts), torch.from_numpy(saved["limits"]).float()
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise DatasetInvalid(f"{str(file)!r} is no arm model: {error}; record the dataset anew") from None


def joint_torques(chain: Chain, positions: Tensor, velocities: Tensor, accelerations: Tensor) -> Tensor:
    """What the motors must give for a motion.

    Args:
        chain: The arm.
        positions: (..., n) radians or metres.
        velocities: (..., n) per second.
        accelerations: (..., n) per second squared.

    Returns:
        (..., n) N m, or N for prismatic joints: gravity, inertia, Coriolis, armature and damping.
    """

    def fixed(values: Any) -> Tensor:
        return torch.as_tensor(values, dtype=positions.dtype, device=positions.device)

    turn = torch.eye(3, dtype=positions.dtype, device=positions.device)
    place = fixed(np.zeros(3))
    spin = torch.zeros_like(positions[..., :1]).expand(*positions.shape[:-1], 3)
    spin_rate, shift_rate = spin, spin - fixed(chain.gravity)
    axes, origins, forces, moments = [], [], [], []
    for link in range(positions.shape[-1]):
        q, qd, qdd = (part[..., link, None] for part in (positions, velocities, accelerations))
        there = place + _apply(turn, fixed(chain.places[link]))
        turn = turn @ fixed(chain.turns[link])
        axis = _apply(turn, fixed(chain.axes[link]))
        if chain.slides[link]:
            new = there + q * axis
            origin = new
            shift_rate = shift_rate + _moved(new - place, spin, spin_rate) + 2 * _cross(spin, qd * axis) + qdd * axis
        else:
            origin = there + _apply(turn, fixed(chain.anchors[link]))
            at_axis = shift_rate + _moved(origin - place, spin, spin_rate)
            turn = turn @ _rotation(fixed(chain.axes[link]), q)
            spin_rate = spin_rate + qdd * axis + _cross(spin, qd * axis)
            spin = spin + qd * axis
            new = origin - _apply(turn, fixed(chain.anchors[link]))
            shift_rate = at_axis + _moved(new - origin, spin, spin_rate)
        place = new
        centre = place + _apply(turn, fixed(chain.centres[link]))
        force = chain.masses[link] * (shift_rate + _moved(centre - place, spin, spin_rate))
        inertia = turn @ fixed(chain.inertias[link]) @ turn.transpose(-1, -2)
        moment = _apply(inertia, spin_rate) + _cross(spin, _apply(inertia, spin))
        axes.append(axis)
        origins.append(origin)
        forces.append(force)
        moments.append(moment + _cross(centre, force))
    force, moment = torch.zeros_like(spin), torch.zeros_like(spin)
    out = []
    for link in reversed(range(positions.shape[-1])):
        force, moment = force + forces[link], moment + moments[link]
        about = moment - _cross(origins[link], force)
        out.append(((force if chain.slides[link] else about) * axes[link]).sum(-1))
    rigid = torch.stack(out[::-1], -1)
    return rigid + fixed(chain.armature) * accelerations + fixed(chain.damping) * velocities


def _apply(matrix: Tensor, vector: Tensor) -> Tensor:
    return (matrix @ vector.unsqueeze(-1)).squeeze(-1)


def _cross(a: Tensor, b: Tensor) -> Tensor:
    return torch.linalg.cross(*torch.broadcast_tensors(a, b))


def _moved(arm: Tensor, spin: Tensor, spin_rate: Tensor) -> Tensor:
    """How much more a point at the end of an arm accelerates than its root."""
    return _cross(spin_rate, arm) + _cross(spin, _cross(spin, arm))


def _rotation(axis: Tensor, angle: Tensor) -> Tensor:
    """(..., 3, 3) about a unit axis (3,) by angles (..., 1): Rodrigues."""
    x, y, z = axis.unbind()
    zero = torch.zeros_like(x)
    cross = torch.stack((zero, -z, y, z, zero, -x, -y, x, zero)).view(3, 3)
    sine, cosine = angle.sin().unsqueeze(-1), angle.cos().unsqueeze(-1)
    return torch.eye(3, dtype=axis.dtype, device=axis.device) + sine * cross + (1 - cosine) * (cross @ cross)


def _owners(model: Any, links: list[int]) -> list[int]:
    """(nbody,) the link that each body is part of, 0 for none."""
    owner = [0] * model.nbody
    for body in range(1, model.nbody):
        owner[body] = body if body in links else owner[int(model.body_parentid[body])]
    return owner


def _relative(parent: tuple[Floats, Floats], child: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    return parent[1].T @ (child[0] - parent[0]), parent[1].T @ child[1]


def _lump(model: Any, data: Any, frame: tuple[Floats, Floats], bodies: list[int]) -> tuple[float, Floats, Floats]:
    """Mass, centre and inertia about it of some bodies, in a link's frame."""
    place, turn = frame
    masses = model.body_mass[bodies]
    spots, axes = [], []
    for body in bodies:
        inner = np.zeros(9)
        _quat_matrix(inner, model.body_iquat[body])
        mine = data.xmat[body].reshape(3, 3)
        spots.append(turn.T @ (data.xpos[body] + mine @ model.body_ipos[body] - place))
        axes.append(turn.T @ mine @ inner.reshape(3, 3))
    total = float(masses.sum())
    centre = np.asarray((masses[:, None] * np.array(spots)).sum(0) / max(total, 1e-12))
    inertia = np.zeros((3, 3))
    for body, spot, axis, mass in zip(bodies, spots, axes, masses, strict=True):
        off = spot - centre
        inertia += axis @ np.diag(model.body_inertia[body]) @ axis.T + mass * (off @ off * np.eye(3) - np.outer(off, off))
    return total, centre, inertia


def _quat_matrix(out: Floats, quat: Floats) -> None:
    import mujoco

    mujoco.mju_quat2Mat(out, quat)
