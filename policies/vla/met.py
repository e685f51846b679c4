"""Met: situations that a policy has got itself into, to which nobody wrote an answer.

No demonstration has them, for it is the policy's own answers that lead there, chunk after chunk. What is learnt from them is not
what to do: that is to stay what the policy to begin with would do. It is to do so with the motors that there are.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from policies.vla.backends.backend import Floats
from policies.vla.backends.eager import Eager
from policies.vla.mover import Mover
from policies.vla.policy import VLAPolicy

__all__ = ["Met", "Noting", "answer_to"]

_AT_ONCE = 256


class Noting(Eager):
    """Computes a policy as it is and notes what it is asked: ``latents`` (N, W) and ``states`` (D or 2 D), one for each answer."""

    def __init__(self, policy: VLAPolicy) -> None:
        self.latents: list[NDArray[np.float16]] = []
        self.states: list[Floats] = []
        self._take(policy.network)
        policy.backend = self

    def _looked(self, *seen: Any) -> Any:
        self._latent = self.network.encode(*seen)
        return self.network.remember(self._latent)

    def decode(self, latent: Any, state: Floats, prefix: Floats, given: Floats) -> Floats:
        """As it decodes."""
        self.latents.append(self._latent[0].half().numpy())
        self.states.append(state[0])
        return super().decode(latent, state, prefix, given)


class Met:
    """Situations of a policy, with what another one would do there.

    Args:
        before: The policy whose answers are to be kept; it sees as the one that learns does. It may be told less of the joints.
    """

    def __init__(self, before: Mover) -> None:
        self._before = before.eval()
        self._latents = torch.zeros(0, *before.config.latent, dtype=torch.float16)
        self._states, self._answers = torch.zeros(0, 0), torch.zeros(0, before.config.chunk, len(before.config.joints))

    def __len__(self) -> int:
        """Situations."""
        return len(self._states)

    def add(self, noted: Noting) -> None:
        """What a policy has noted."""
        if not noted.states:
            return
        latents, states = torch.from_numpy(np.stack(noted.latents)), torch.from_numpy(np.stack(noted.states))
        with torch.inference_mode():
            told = states[:, : self._before.config.told]
            answers = [
                answer_to(self._before, latent.float(), state)
                for latent, state in zip(latents.split(_AT_ONCE), told.split(_AT_ONCE), strict=True)
            ]
        self._states = torch.cat((self._states.reshape(-1, states.shape[1]), states))
        self._latents, self._answers = torch.cat((self._latents, latents)), torch.cat((self._answers, *answers))

    def draw(self, seed: tuple[int, ...], count: int) -> dict[str, Tensor]:
        """``met_latent`` (B, N, W), ``met_state`` (B, D or 2 D), ``met_answer`` (B, K, D); a pure function of the seed."""
        some = torch.from_numpy(np.random.default_rng(seed).integers(0, len(self), count))
        return {
            "met_latent": self._latents[some].float(),
            "met_state": self._states[some],
            "met_answer": self._answers[some].clone(),
        }


def answer_to(network: Mover, latent: Tensor, state: Tensor) -> Tensor:
    """The actions (B, K, D), normalised, that a network answers to latents (B, N, W) and states (B, D or 2 D)."""
    config = network.config
    nothing = state.new_zeros(len(state), config.prefix, len(config.joints))
    return network.decode(latent, state, nothing, nothing[..., 0])
