"""The cell with a weight bolted to the hand, and what it then asks of the motors; for ``benchmarks.policy_payload``."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from policies.arm import ARM
from policies.policy import Batch, Chunk, Policy
from policies.runtime.asking import SplitPolicy
from policies.runtime.limits import RobotLimits
from policies.runtime.lockstep import Lockstep
from policies.runtime.plant import Targets
from policies.runtime.watchdog import Mode
from policies.vla.dynamics import Chain, joint_torques
from skills.robots.physics.cell import Cell
from skills.robots.physics.cell_expert import CellExpert
from skills.robots.physics.plant import LOOP, MujocoPlant, arm_limits, arm_model, pixels_of

__all__ = ["PAYLOAD_M", "Played", "bolt", "loaded_chain", "played"]

ARM_JOINTS = ARM.joints[:6]
LIMITS: NDArray[np.float64] = np.array(ARM.torque[:6])
PAYLOAD_M = (0.0, 0.0, 0.05)
"""Where the weight's middle is in the hand's frame, metres: between its flange and the fingers."""
_SIDE_M = 0.10
"""It is a cube of this side, metres."""
_PRESS_N, _SILENT_TICKS, _CHECK_TICKS = 10.0, 300, 5
_CLIPPED = 1.0 - 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """An episode with the weight.

    Attributes:
        seed: Of the scene.
        task: What was asked for.
        success: Whether it was done, and
        seconds: when, or when it was given up, simulated.
        why: What went wrong; empty after success.
        ticks: Control ticks in which the arm was told where to be.
        over: Of these, the ones in which some joint's motor would have to give more than it can for what was sent.
        clipped: Of these, the ones at whose end MuJoCo held some joint's motor at its limit.
        actions: Actions of the policy that were due to be carried out, and
        over_asked: the ones that ask a motor for more than it can give, before the safety filter.
        most: (6,) the largest torque demanded of each joint as a share of its limit.
    """

    seed: int
    task: str
    success: bool
    seconds: float
    why: str
    ticks: int
    over: int
    clipped: int
    actions: int
    over_asked: int
    most: tuple[float, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def bolt(cell: Cell, mass: float) -> None:
    """Bolt a weight to the hand and let the motors carry arm and weight; for good.

    The controller knows the weight, as one does that is told of its tool: gravity is compensated. But it is the motors that
    compensate it, and what they give altogether, servo and compensation, ends at their limits. In the cell as it is, gravity
    costs nothing.

    Args:
        cell: Whose arm.
        mass: Kilograms; 0 for the motors' limits alone.
    """
    sim = cell.sim
    model, hand = sim.model, sim.model.body("hand")
    turn, diagonal = np.zeros(9), np.asarray(hand.inertia).copy()
    sim.mujoco.mju_quat2Mat(turn, np.asarray(hand.iquat))
    turn = turn.reshape(3, 3)
    own, centre = float(hand.mass[0]), np.asarray(hand.ipos).copy()
    middle = (own * centre + mass * np.array(PAYLOAD_M)) / (own + mass)
    inertia = turn @ np.diag(diagonal) @ turn.T + np.eye(3) * mass * _SIDE_M**2 / 6
    for part, at in ((own, centre), (mass, np.array(PAYLOAD_M))):
        off = at - middle
        inertia += part * (off @ off * np.eye(3) - np.outer(off, off))
    values, axes = np.linalg.eigh(inertia)
    axes[:, 0] *= np.sign(np.linalg.det(axes))  # a turn, not a reflection
    quaternion = np.zeros(4)
    sim.mujoco.mju_mat2Quat(quaternion, axes.flatten())
    hand.mass[0], hand.ipos[:], hand.inertia[:], hand.iquat[:] = own + mass, middle, values, quaternion
    for name, limit in zip(ARM_JOINTS, LIMITS, strict=True):
        number = model.joint(name).id
        model.jnt_actgravcomp[number] = 1
        model.jnt_actfrclimited[number] = 1
        model.jnt_actfrcrange[number] = (-limit, limit)
    sim.settle_constants()
    sim.mujoco.mj_forward(model, sim.data)


def loaded_chain(cell: Cell) -> Chain:
    """The arm of a cell as torque terms and measurement know it: with what is bolted to it, gravity carried by the motors."""
    return Chain.of(cell.sim.model, ARM_JOINTS)


class _Watched(MujocoPlant):
    """A plant that writes down what is sent and whether motors are at their limits."""

    positions: list[tuple[float, ...]]
    velocities: list[tuple[float, ...]]
    clipped: int

    def begin(self) -> None:
        """Forget the episode before."""
        self.positions, self.velocities, self.clipped = [], [], 0
        model = self.simulation.model
        self._dofs = [int(model.joint(name).dofadr[0]) for name in ARM_JOINTS]

    def send(self, targets: Targets) -> None:
        """As it is sent."""
        super().send(targets)
        self.positions.append(targets.positions)
        self.velocities.append(targets.velocities)

    def advance(self, seconds: float) -> None:
        """As it goes."""
        super().advance(seconds)
        given = np.abs(self.simulation.data.qfrc_actuator[self._dofs])
        self.clipped += bool((given >= LIMITS * _CLIPPED).any())


class _Asked:
    """A policy whose chunks are written down."""

    def __init__(self, policy: Policy, state: Literal["measured", "sent"] | None) -> None:
        self.policy, self.spec = policy, replace(policy.spec, state=state or policy.spec.state)
        self.chunks: list[NDArray[np.float32]] = []

    def reset(self) -> None:
        self.policy.reset()

    def predict_action_chunk(self, batch: Batch, **more: Any) -> Chunk:
        return self._kept(self.policy.predict_action_chunk(batch, **more))

    def _kept(self, chunk: Chunk) -> Chunk:
        self.chunks.append(np.asarray(chunk))
        return chunk


class _AskedInHalves(_Asked):
    """The same of a policy of two halves."""

    def encode(self, batch: Batch) -> Any:
        return self.policy.encode(batch)  # type: ignore[attr-defined]

    def decode(self, latent: Any, batch: Batch, **more: Any) -> Chunk:
        return self._kept(self.policy.decode(latent, batch, **more))  # type: ignore[attr-defined]


def played(
    policy: Policy | None,
    *,
    mass: float,
    episodes: int,
    seed: int,
    delay_s: float = 0.0,
    limit_s: float = 30.0,
    accelerations: float = 1.0,
    state: Literal["measured", "sent"] | None = None,
) -> Iterator[Played]:
    """Play scenes with the weight, by the engine and the filter of missions, neither of which knows of it.

    Args:
        policy: Who acts; the scripted expert if None.
        mass: Kilograms.
        episodes: How many; pairs of colours that no demonstration had are passed over.
        seed: Of the first scene; they count up.
        delay_s: How long an answer of the policy takes, simulated seconds.
        limit_s: When an episode is given up, simulated seconds.
        accelerations: The share of the empty arm's accelerations that the filter allows.
        state: Where the policy is told that the joints are; as it wants to be if None.
    """
    cell = Cell(images=False, limit_s=limit_s)
    limits = _slower(arm_limits(), accelerations)
    bolt(cell, mass)
    acting = CellExpert(cell) if policy is None else policy
    chain, watched = loaded_chain(cell), (_AskedInHalves if isinstance(acting, SplitPolicy) else _Asked)(acting, state)
    plant = _Watched(cell.sim, cell.cameras if acting.spec.cameras else None, pixels=pixels_of(acting), on_advance=cell.passed)
    try:
        made = 0
        while made < episodes:
            if not cell.reset(seed).held_out:
                made += 1
                yield _episode(cell, plant, watched, chain, limits, delay_s)
            seed += 1
    finally:
        plant.close()


def _slower(limits: RobotLimits, share: float) -> RobotLimits:
    """Limits of an arm whose joints, all but the gripper, speed up and brake less."""
    joints = (
        one if one.name == limits.gripper else replace(one, max_acceleration=one.max_acceleration * share) for one in limits.joints
    )
    return replace(limits, joints=tuple(joints))


def _episode(cell: Cell, plant: _Watched, policy: _Asked, chain: Chain, limits: RobotLimits, delay_s: float) -> Played:
    plant.begin()
    policy.chunks.clear()
    run = Lockstep(plant, limits, policy, model=arm_model(), settings=LOOP, delay_s=delay_s)  # type: ignore[arg-type]
    press = cell.episode.task == "press"
    run.start(cell.episode.instruction, grip_force_n=_PRESS_N if press else min(cell.aim().squeeze_n, ARM.grip_n))
    begun, silent, why = cell.sim.time, 0, ""
    while not cell.over and not why:
        for _ in range(_CHECK_TICKS):
            mode = run.step()
        silent = silent + _CHECK_TICKS if mode is Mode.HOLD else 0
        if mode is Mode.STOP:
            why = f"stopped: {run.loop.watch.reason}"
        elif silent > _SILENT_TICKS:
            why = f"held: {run.loop.watch.reason}"
    success = cell.success()
    demanded = torques_sent(chain, np.array(plant.positions), np.array(plant.velocities), run.settings.period_s)
    asked = torques_asked(chain, np.array(policy.chunks), policy.spec.period_s, policy.spec.steps)
    return Played(
        seed=cell.episode.seed, task=cell.episode.task, success=success, seconds=round(cell.sim.time - begun, 2),
        why="" if success else why or "not done in time", ticks=len(demanded), over=_beyond(demanded), clipped=plant.clipped,
        actions=len(asked), over_asked=_beyond(asked),
        most=tuple(np.round((np.abs(demanded) / LIMITS).max(0), 3).tolist()),
    )  # fmt: skip


def torques_sent(chain: Chain, positions: NDArray[Any], velocities: NDArray[Any], period_s: float) -> NDArray[np.float64]:
    """(T, 6) N m that what was sent in each tick asks of the motors.

    Args:
        chain: The arm and what it carries.
        positions: (T, D) where the joints were to be at the end of each tick, radians, and
        velocities: (T, D) how fast they were to get there, rad/s; the arm is at rest before.
        period_s: Of a tick.
    """
    speeds = velocities[:, :6]
    before = np.vstack((np.zeros((1, 6)), speeds[:-1]))
    return _torques(chain, positions[:, :6] - speeds * period_s, before, (speeds - before) / period_s)


def torques_asked(chain: Chain, chunks: NDArray[Any], period_s: float, steps: int) -> NDArray[np.float64]:
    """(B * steps, 6) N m that the actions of chunks (B, K, D) which are to be carried out ask of the motors, as the loss has it."""
    path = chunks[:, : steps + 2, :6].astype(np.float64)
    speed = np.diff(path, axis=1) / period_s
    middle = (speed[:, 1:] + speed[:, :-1]) / 2
    flat = (part.reshape(-1, 6) for part in (path[:, 1:-1], middle, np.diff(speed, axis=1) / period_s))
    return _torques(chain, *flat)


def _torques(chain: Chain, positions: Any, velocities: Any, accelerations: Any) -> NDArray[np.float64]:
    parts = (torch.from_numpy(np.ascontiguousarray(part)) for part in (positions, velocities, accelerations))
    return np.asarray(joint_torques(chain, *parts).numpy())


def _beyond(torques: NDArray[np.float64]) -> int:
    return int((np.abs(torques) > LIMITS).any(-1).sum())
