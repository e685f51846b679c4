"""What the runtime's benchmark runs: a plant that judges what it is sent, a policy as heavy as a network, a seven-joint arm."""

import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.runtime_adversary import violations
from policies.policy import STATE, Batch, Chunk, PolicySpec
from policies.runtime import Filtered, JointLimits, RobotLimits, Targets
from policies.runtime.kinematic_plant import KinematicPlant, PlanarArm, planar_limits

__all__ = ["CruisePolicy", "JudgedPlant", "LoadPolicy", "Restless", "cruise", "judged", "load", "seven_joints", "seven_joints_mjcf"]

JOINTS = ("shoulder", "elbow", "gripper")
HOME = (1.2, -0.8, 0.04)


class JudgedPlant(KinematicPlant):
    """The planar arm; it judges every target it is sent, and writes down what it was sent last.

    Args:
        path: Where to write on ``close``: ``unsafe`` (sentences), ``sent`` ([monotonic seconds, sum of speeds], the last 100,000).
    """

    def __init__(self, path: str) -> None:
        super().__init__(JOINTS, HOME, cameras={"wrist": (96, 96)})
        self._path, self._limits, self._model = Path(path), planar_limits(), PlanarArm()
        self._before: Filtered | None = None
        self._unsafe: list[str] = []
        self._log: list[tuple[float, float]] = []

    def send(self, targets: Targets) -> None:
        """Judge it, write it down, follow it."""
        # Whether the policy asked for it or the robot braked is not seen from here, so efforts are left to the filter's benchmark.
        after = Filtered(targets.positions, targets.velocities, targets.grip_force_n, ())
        self._unsafe += violations(self._before, after, self._limits, 0.01)
        self._before = after
        if len(self._log) < 100_000:
            self._log.append((time.monotonic(), sum(map(abs, targets.velocities))))
        super().send(targets)

    def close(self) -> None:
        """Write it."""
        self._path.write_text(json.dumps({"unsafe": self._unsafe[:20], "count": len(self._unsafe), "sent": self._log}))


def judged(path: str) -> JudgedPlant:
    """For ``Engine``."""
    return JudgedPlant(path)


class Restless:
    """Moves the planar arm about its home; each answer wants something a little else, as networks do.

    Args:
        spread: By how much, rad.
        seed: Of the noise.
    """

    def __init__(self, *, spread: float = 0.05, seed: int = 0) -> None:
        self.spec = PolicySpec(name="restless", kind="expert", joints=JOINTS, cameras={}, period_s=0.02, chunk=25)
        self._spread, self._draw, self._side = spread, np.random.default_rng(seed), 1.0

    def reset(self) -> None:
        """Nothing to forget."""

    def select_action(self, batch: Batch) -> Chunk:
        """The first action of a chunk."""
        return np.asarray(self.predict_action_chunk(batch)[0])

    def predict_action_chunk(self, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        """Towards one of two poses; begins with what is left over, then fades from there to what it would have done."""
        state = np.asarray(batch[STATE], dtype=np.float64)
        goal = state.copy()
        goal[:2] = np.array(HOME[:2]) + 0.3 * self._side
        if np.abs(goal - state).max() < 0.1:
            self._side = -self._side
        goal[:2] += self._draw.normal(0.0, self._spread, 2)
        steps = np.arange(1, self.spec.chunk + 1)[:, None]
        chunk = state + (goal - state) * (1.0 - np.exp(-steps * self.spec.period_s / 0.5))
        if prev_chunk_left_over is not None and inference_delay:
            known = prev_chunk_left_over[:inference_delay]
            fade = np.exp(-np.arange(self.spec.chunk - len(known)) / 5.0)[:, None]
            chunk[len(known) :] += (known[-1] - chunk[len(known) - 1]) * fade
            chunk[: len(known)] = known
        return np.asarray(chunk, dtype=np.float32)


class LoadPolicy(Restless):
    """As heavy as a small network: matrices for ``decode_s`` in every answer and for ``encode_s`` for every picture."""

    def __init__(self, *, decode_s: float = 0.010, encode_s: float = 0.030) -> None:
        super().__init__(spread=0.02)
        self.spec = PolicySpec(name="load", kind="expert", joints=JOINTS, cameras={"wrist": (96, 96)}, period_s=0.02, chunk=25)
        self._matrix = np.random.default_rng(0).normal(size=(192, 192)).astype(np.float32)
        begun, rounds = time.thread_time(), 200
        self._work(rounds)
        each = (time.thread_time() - begun) / rounds
        self._decode, self._encode = max(1, round(decode_s / each)), max(1, round(encode_s / each))

    def _work(self, rounds: int) -> None:
        matrix = self._matrix
        for _ in range(rounds):
            matrix = np.tanh(matrix @ self._matrix)

    def encode(self, batch: Batch) -> Any:
        """The slow half."""
        self._work(self._encode)
        return float(np.asarray(batch["observation.images.wrist"]).mean())

    def decode(self, latent: Any, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        """The fast half."""
        self._work(self._decode)
        return super().predict_action_chunk(batch, inference_delay=inference_delay, prev_chunk_left_over=prev_chunk_left_over)


class CruisePolicy(Restless):
    """The elbow to its middle at a constant speed and beyond, so that whatever is slower is braking."""

    _speed = 0.0

    def predict_action_chunk(self, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        """0.5 rad/s, always the same way."""
        step = 0.5 * self.spec.period_s
        state = np.asarray(batch[STATE], dtype=np.float64)
        if self._speed == 0.0:
            self._speed = step if state[1] < -0.9 else -step
        way = np.array([0.0, self._speed, 0.0])
        if prev_chunk_left_over is not None and len(prev_chunk_left_over):
            state = prev_chunk_left_over[0] - way
        return np.asarray(state + np.arange(1, self.spec.chunk + 1)[:, None] * way, dtype=np.float32)


def load(**options: float) -> LoadPolicy:
    """For ``Engine``."""
    return LoadPolicy(**options)


def cruise() -> CruisePolicy:
    """For ``Engine``."""
    return CruisePolicy()


def seven_joints(*, effort: bool = True) -> RobotLimits:
    """Limits of an arm of seven joints."""
    return RobotLimits(
        joints=tuple(
            JointLimits(
                name=f"joint{i}", min_position=-2.6, max_position=2.6, max_velocity=2.0, max_acceleration=8.0,
                max_effort=80.0 if effort else None,
            )
            for i in range(7)
        ),
        max_grip_force_n=40.0,
    )  # fmt: skip


def seven_joints_mjcf() -> str:
    """An arm of seven joints for MuJoCo."""
    inner = '<site name="tool" pos="0 0 0.1"/>'
    for i in reversed(range(7)):
        axis = ("0 0 1", "0 1 0")[i % 2]
        mass = 3.0 * math.exp(-0.35 * i)
        inner = (
            f'<body name="link{i}" pos="0 0 0.15"><joint name="joint{i}" axis="{axis}"/>'
            f'<inertial pos="0 0 0.07" mass="{mass:.3f}" diaginertia="0.02 0.02 0.01"/>{inner}</body>'
        )
    return f"<mujoco><worldbody>{inner}</worldbody></mujoco>"
