"""Latents: what a network whose eyes have learnt sees in every frame, worked out once: moving is learnt from it quickly."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from policies.vla.model import Mover
from policies.vla.samples import Samples

__all__ = ["Latents"]

_BATCH = 256


class Latents:
    """The latents of all frames of some data, each in one light, one wording and with one lag.

    Args:
        network: Whose ``encode`` no longer changes.
        samples: The data.
        seed: Of light, wording and lag.
        device: Where to compute.
    """

    def __init__(self, network: Mover, samples: Samples, seed: int, device: str) -> None:
        frames = np.unique(samples.data.frames)
        self._row = np.zeros(len(samples.data), dtype=np.int64)
        self._row[frames] = np.arange(len(frames))
        self._latents: NDArray[np.float16] = np.empty((len(frames), *network.config.latent), dtype=np.float16)
        was = network.training
        network.eval()
        with torch.inference_mode():
            for begin in range(0, len(frames), _BATCH):
                some = frames[begin : begin + _BATCH]
                batch = samples.of(some, np.random.default_rng((seed, begin)))
                seen, text, then = (batch[name].to(device) for name in ("pictures", "text", "then"))
                self._latents[begin : begin + len(some)] = network.encode(seen, text, then).half().cpu().numpy()
        network.train(was)

    def of(self, frames: NDArray[np.int64]) -> Tensor:
        """Those of some frames, (B, N, W)."""
        return torch.from_numpy(self._latents[self._row[frames]]).float()
