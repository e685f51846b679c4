"""Chunks: what every learned policy does around its network, whatever computes it: check, normalise, encode, decode, restore."""

from __future__ import annotations

from collections import deque

import numpy as np

from policies.policy import STATE, TASK, VELOCITY, Batch, Chunk, ObservationInvalid, PolicySpec, check_batch, check_state
from policies.vla.backends.backend import Backend, Latent
from policies.vla.config import VLAConfig
from policies.vla.processors import Stats, pictures_of, prefix_of
from policies.vla.tokenizer import SubwordTokenizer, Tokenizer

__all__ = ["ChunkedPolicy"]

_CARRIED_S = 0.2
"""How much of a chunk is carried out before the next one is asked for, seconds. Asked more often it hesitates: each chunk begins
near where the joints are, and of two plans that a scene allows the next answer may follow the other one."""


class ChunkedPolicy:
    """A network on some backend, with its vocabulary and statistics; ``policies.policy.Policy``, and the runtime's two halves.

    Args:
        config: The network's shape.
        tokenizer: Its vocabulary.
        stats: Its normalisation.
        backend: What computes it.
        name: For reports.

    Raises:
        StatsMismatch: The statistics are another robot's.
    """

    def __init__(
        self, config: VLAConfig, tokenizer: Tokenizer | SubwordTokenizer, stats: Stats, backend: Backend, name: str
    ) -> None:
        stats.check(config.joints)
        self.config, self.tokenizer, self.stats, self.backend = config, tokenizer, stats, backend
        self._queue: deque[Chunk] = deque()
        self._spec = PolicySpec(
            name=name,
            kind="learned",
            joints=config.joints,
            cameras=dict.fromkeys(config.cameras, (config.pixels, config.pixels)),
            period_s=config.period_s,
            chunk=config.chunk,
            steps=min(config.chunk, max(1, round(_CARRIED_S / config.period_s))),
            continues=False,  # it can, but told what was begun it goes on with that where it should look again
            state="sent",
        )

    @property
    def spec(self) -> PolicySpec:
        """What it expects and gives."""
        return self._spec

    def reset(self) -> None:
        """Forget the last episode."""
        self._queue.clear()

    def select_action(self, batch: Batch) -> Chunk:
        """The next action (D,); ``spec.steps`` of each chunk are used before the policy looks again."""
        if not self._queue:
            self._queue.extend(self.predict_action_chunk(batch)[: self._spec.steps])
        return self._queue.popleft()

    def predict_action_chunk(self, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        """The next actions (K, D), beginning with those that will have been sent meanwhile."""
        return self.decode(self.encode(batch), batch, inference_delay=inference_delay, prev_chunk_left_over=prev_chunk_left_over)

    def encode(self, batch: Batch) -> Latent:
        """The slow half: what is seen and said, as the backend keeps it. The runtime asks for it a few times a second."""
        check_batch(batch, self._spec)
        if not isinstance(batch.get(TASK), str):
            raise ObservationInvalid(f"the observation has no {TASK!r}; the policy {self._spec.name!r} has to be told what to do")
        pictures = pictures_of(batch, self.config.cameras)
        state = self.stats.normalise(check_state(batch, self._spec))
        return self.backend.encode(pictures[None], self.tokenizer(batch[TASK])[None], state[None])

    def decode(self, latent: Latent, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        """The fast half: a chunk (K, D) from a latent and the joints now; of the batch it needs what is said of these."""
        state = self.stats.normalise(check_state(batch, self._spec))
        if self.config.velocity:
            if VELOCITY not in batch:
                raise ObservationInvalid(f"the observation has no {VELOCITY!r}, which the policy {self._spec.name!r} goes by")
            velocity = check_state({STATE: batch[VELOCITY]}, self._spec)
            state = np.concatenate((state, self.stats.paced(velocity)))
        prefix, given = prefix_of(self.config, self.stats, inference_delay, prev_chunk_left_over)
        out = self.backend.decode(latent, state[None], prefix[None], given[None])
        return self.stats.restore(out[0])
