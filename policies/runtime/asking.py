"""Asking a policy: pictures at one rate, chunks at another, each answer told what will be executed meanwhile.

Used where the policy lives: in the policy's process, or beside the loop in simulated time.
"""

import math
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from policies.policy import IMAGES, STATE, TASK, VELOCITY, Batch, Chunk, ObservationInvalid, Policy, PolicySpec
from policies.runtime.chunks import ActionChunk
from policies.runtime.errors import LimitsMismatch
from policies.runtime.limits import mismatch
from policies.runtime.plant import Frame
from policies.runtime.settings import LoopSettings
from policies.runtime.tick import Observation

__all__ = ["Asker", "SplitPolicy", "check_spec"]

GRIP_FORCE = "grip_force_n"
"""Key of a batch: with which force the gripper is to hold, newtons per finger."""


@runtime_checkable
class SplitPolicy(Protocol):
    """A policy whose slow half (pictures and words) can be computed less often than its fast one (joints to actions)."""

    def encode(self, batch: Batch) -> Any:
        """What the fast half needs of pictures and task."""

    def decode(self, latent: Any, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        """The next actions, as ``Policy.predict_action_chunk`` gives them; the batch has no pictures."""


def check_spec(spec: PolicySpec, joint_names: tuple[str, ...], cameras: Mapping[str, tuple[int, int]]) -> None:
    """Whether a policy fits a plant.

    Raises:
        LimitsMismatch: It was made for other joints, for a camera that the plant lacks or for pictures of another size.
    """
    if tuple(spec.joints) != tuple(joint_names):
        raise LimitsMismatch(mismatch(f"the actions of policy {spec.name!r}", spec.joints, joint_names))
    if not (math.isfinite(spec.period_s) and spec.period_s > 0 and spec.chunk > 0):
        raise LimitsMismatch(f"policy {spec.name!r} gives {spec.chunk} actions every {spec.period_s} s; both must be positive")
    if not 0 < spec.steps <= spec.chunk:
        raise LimitsMismatch(f"policy {spec.name!r} carries out {spec.steps} actions of its chunks of {spec.chunk}; give 1 to all")
    for camera, size in spec.cameras.items():
        if camera not in cameras:
            there = ", ".join(cameras) or "none"
            raise LimitsMismatch(
                f"camera {camera!r} is missing (the robot has: {there}); policy {spec.name!r} cannot act without it"
            )
        if tuple(cameras[camera]) != tuple(size):
            there, wants = "x".join(map(str, cameras[camera])), "x".join(map(str, size))
            raise LimitsMismatch(f"camera {camera!r} gives pictures of {there} pixels, policy {spec.name!r} needs {wants}")


class Asker:
    """Asks one policy.

    Args:
        policy: Which.
        settings: Its rates; whether it is told what is left over.
    """

    def __init__(self, policy: Policy, settings: LoopSettings) -> None:
        self.policy, self.spec, self._settings = policy, policy.spec, settings
        self._number = -1
        self._latent: Any = None
        self._encoded = -math.inf
        self._latencies: deque[float] = deque(maxlen=20)

    @property
    def period_s(self) -> float:
        """Time between two questions, seconds: as the settings say, but not before the policy has carried out what it wants to."""
        return max(1.0 / self._settings.decode_hz, self.spec.steps * self.spec.period_s)

    def took(self, seconds: float) -> None:
        """How long an answer took, from observation to arrival: the next ones will take no longer than the worst of the last."""
        self._latencies.append(seconds)

    def answer(self, observation: Observation, image: Callable[[str], Frame]) -> ActionChunk:
        """The policy's answer to an observation.

        Args:
            observation: From the control loop.
            image: The newest picture of a camera; called when new ones are due.

        Raises:
            ObservationInvalid: A picture is missing or of another size, or the policy cannot answer.
        """
        spec = self.spec
        if observation.number != self._number:
            self._number, self._latent, self._encoded = observation.number, None, -math.inf
            self.policy.reset()
        batch: dict[str, Any] = {
            STATE: self._state(observation),
            VELOCITY: np.array(observation.velocity, dtype=np.float32),
            TASK: observation.task,
            GRIP_FORCE: observation.grip_force_n,
        }
        left = np.asarray(observation.left_over if spec.continues else (), dtype=np.float32).reshape(-1, len(spec.joints))
        # One more than will be executed: the curve through the actions looks one action ahead.
        delay = math.ceil(max(self._latencies, default=0.0) / spec.period_s - 1e-9) + 1
        delay = min(delay, len(left), spec.chunk)
        told = left if len(left) else None
        due = observation.stamp - self._encoded >= 1.0 / self._settings.encode_hz - 1e-6 or self._encoded < observation.fresh_after
        if isinstance(self.policy, SplitPolicy):
            if due or self._latent is None:
                seen = dict(batch)
                stamp = self._look(seen, image)
                self._latent, self._encoded = self.policy.encode(seen), min(stamp, observation.stamp)
            actions = self.policy.decode(self._latent, batch, inference_delay=delay, prev_chunk_left_over=told)
        else:
            self._encoded = min(self._look(batch, image), observation.stamp)
            actions = self.policy.predict_action_chunk(batch, inference_delay=delay, prev_chunk_left_over=told)
        found = np.asarray(actions, dtype=np.float64)
        if found.ndim != 2 or found.shape[1] != len(spec.joints) or not len(found):
            raise ObservationInvalid(f"policy {spec.name!r} answered {found.shape}; it must be (K, {len(spec.joints)}) actions")
        return ActionChunk(
            observed=observation.stamp,
            period_s=spec.period_s,
            actions=found,
            origin=np.asarray(observation.origin, dtype=np.float64),
            encoded=self._encoded,
            delay=delay,
        )

    def _state(self, observation: Observation) -> NDArray[np.float32]:
        """(n,) the joints as the policy is to be told them."""
        state = np.array(observation.positions, dtype=np.float32)
        if self.spec.state == "sent":
            state[:-1] = observation.origin[:-1]
        return state

    def _look(self, batch: dict[str, Any], image: Callable[[str], Frame]) -> float:
        """Put the newest pictures into a batch.

        Returns:
            When the oldest of them was taken, seconds; infinity without cameras.
        """
        oldest = math.inf
        for camera, (height, width) in self.spec.cameras.items():
            frame = image(camera)
            if frame.pixels.shape != (height, width, 3) or frame.pixels.dtype != np.uint8:
                raise ObservationInvalid(
                    f"camera {camera!r} gave {frame.pixels.dtype} {frame.pixels.shape}, "
                    f"policy {self.spec.name!r} needs uint8 ({height}, {width}, 3)"
                )
            batch[IMAGES + camera] = frame.pixels
            oldest = min(oldest, frame.stamp)
        return oldest
