"""Turned: a policy that was trained with things ahead of it, on a robot whose first joint turns the whole arm about the vertical.

What its cameras see does not change when the turret points elsewhere, for they turn with it; only the number of the first joint
does. So the policy is told that number from where the thing is, and its answers are told back from there.
"""

from typing import Any

import numpy as np

from policies.policy import STATE, Batch, Chunk, Policy, PolicySpec
from policies.runtime.asking import SplitPolicy

__all__ = ["turned"]


def turned(policy: Policy, by: float) -> Policy:
    """A policy that takes the direction ``by`` of the first joint, radians, for straight ahead."""
    return _TurnedSplit(policy, by) if isinstance(policy, SplitPolicy) else _Turned(policy, by)


class _Turned:
    """Whole policies."""

    def __init__(self, policy: Policy, by: float) -> None:
        self._policy, self._by = policy, by

    @property
    def spec(self) -> PolicySpec:
        return self._policy.spec

    def reset(self) -> None:
        self._policy.reset()

    def select_action(self, batch: Batch) -> Chunk:
        return self._moved(self._policy.select_action(self._told(batch)), self._by)

    def predict_action_chunk(self, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        chunk = self._policy.predict_action_chunk(
            self._told(batch), inference_delay=inference_delay, prev_chunk_left_over=self._left(prev_chunk_left_over)
        )
        return self._moved(chunk, self._by)

    def _told(self, batch: Batch) -> Batch:
        return {**batch, STATE: self._moved(batch[STATE], -self._by)} if STATE in batch else batch

    def _left(self, chunk: Chunk | None) -> Chunk | None:
        return None if chunk is None else self._moved(chunk, -self._by)

    def _moved(self, values: Any, by: float) -> Chunk:
        """States or actions (..., D) with another first number."""
        moved = np.array(values, dtype=np.float32)
        if moved.ndim and moved.shape[-1]:
            moved[..., 0] += by
        return moved


class _TurnedSplit(_Turned):
    """Policies whose slow half is computed less often."""

    def encode(self, batch: Batch) -> Any:
        return self._policy.encode(self._told(batch))  # type: ignore[attr-defined]

    def decode(self, latent: Any, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        chunk = self._policy.decode(  # type: ignore[attr-defined]
            latent, self._told(batch), inference_delay=inference_delay, prev_chunk_left_over=self._left(prev_chunk_left_over)
        )
        return self._moved(chunk, self._by)
