"""Reach: a policy that moves the arm to joint positions, for stowing, getting ready and looking."""

import numpy as np

from policies.arm import ARM
from policies.policy import Batch, Chunk, PolicySpec, check_batch

__all__ = ["Reach"]

PERIOD_S = 0.05
CHUNK = 8


class Reach:
    """Moves all joints to a target at a share of their speed, arriving together. It implements ``policies.policy.Policy``.

    Args:
        target: Joint positions (7,), radians, and the gripper's opening, metres.
        share: Of the joints' fastest.
    """

    def __init__(self, target: tuple[float, ...], *, share: float = 0.6) -> None:
        self._target = np.array(target, dtype=np.float64)
        self._fastest = np.array(ARM.speed) * share * PERIOD_S

    @property
    def spec(self) -> PolicySpec:
        """What it expects and gives."""
        return PolicySpec(name="reach", kind="expert", joints=ARM.joints, cameras={}, period_s=PERIOD_S, chunk=CHUNK)

    def reset(self) -> None:
        """Nothing is kept from one episode to the next."""

    def select_action(self, batch: Batch) -> Chunk:
        """The next action, float32 (7,)."""
        return np.asarray(self.predict_action_chunk(batch)[0], dtype=np.float32)

    def predict_action_chunk(self, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        """The next actions, float32 (8, 7), beginning with those that will have been sent by then."""
        state = check_batch(batch, self.spec)
        left = np.zeros((0, 7), np.float32) if prev_chunk_left_over is None else np.asarray(prev_chunk_left_over, np.float32)
        committed = left[: max(0, min(inference_delay, CHUNK - 1))]
        start = committed[-1].astype(np.float64) if len(committed) else state
        gap = self._target - start
        steps = max(1, int(np.ceil(np.max(np.abs(gap[:6]) / self._fastest[:6]))))
        shares = np.minimum(np.arange(1, CHUNK - len(committed) + 1) / steps, 1.0)[:, None]
        actions = start + shares * gap
        actions[:, 6] = self._target[6]  # at once: fingers that hold something must not let go on the way
        return np.asarray(np.concatenate([committed, actions]), dtype=np.float32)
