"""Noise: an expert's actions, disturbed, so that demonstrations hold mistakes and how they are mended. The label stays clean."""

import numpy as np

from policies.expert.expert import Expert
from policies.policy import Batch, Chunk, PolicySpec

__all__ = ["Noisy"]


class Noisy:
    """A policy that sends an expert's actions with correlated noise on the arm's joints. It implements ``policies.policy.Policy``.

    The noise is an Ornstein-Uhlenbeck process: it pushes one way for a while, as a slipping or ill-calibrated arm does.

    Args:
        expert: Whose actions.
        sigma: Standard deviation of the noise in its steady state, radians.
        tau_s: How long a push lasts, seconds.
        seed: Of the noise.
    """

    def __init__(self, expert: Expert, *, sigma: float = 0.012, tau_s: float = 0.4, seed: int = 0) -> None:
        self._expert, self._sigma = expert, sigma
        self._keep = float(np.exp(-expert.spec.period_s / tau_s))
        self._draw = np.random.default_rng(seed)
        self._push = np.zeros(6)
        self.label: Chunk = np.zeros(7, np.float32)
        """What the expert would have sent: the newest action without its noise, float32 (7,)."""

    @property
    def spec(self) -> PolicySpec:
        """That of the expert."""
        return self._expert.spec

    def reset(self) -> None:
        """Forget the last episode and its push."""
        self._expert.reset()
        self._push[:] = 0.0

    def select_action(self, batch: Batch) -> Chunk:
        """The next action with noise, float32 (7,); ``label`` is the one without."""
        self.label = self._expert.select_action(batch)
        step = self._draw.normal(size=6) * self._sigma * np.sqrt(1.0 - self._keep**2)
        self._push = self._keep * self._push + step
        return np.concatenate([self.label[:6] + self._push, self.label[6:]]).astype(np.float32)

    def predict_action_chunk(self, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        """The expert's chunk with one push on all its actions that are not committed yet, float32 (16, 7)."""
        chunk = self._expert.predict_action_chunk(
            batch, inference_delay=inference_delay, prev_chunk_left_over=prev_chunk_left_over
        ).copy()
        chunk[inference_delay:, :6] += self._push.astype(np.float32)
        return chunk
