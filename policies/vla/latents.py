"""Latents: what a network whose eyes have learnt sees in every frame, worked out once: moving is learnt from it quickly."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from policies.vla.mover import Mover
from policies.vla.samples import Samples

__all__ = ["Latents", "precision"]

_BATCH = 256
_MOST_BYTES = 8_000_000_000
"""What may be kept in memory. Of larger latents, such as pretrained towers', those of a batch are worked out each time."""


class Latents:
    """The latents of the frames of some data, each in one light, one wording and with one lag.

    Args:
        network: Whose ``encode`` no longer changes.
        samples: The data.
        seed: Of light, wording and lag.
        device: Where to compute, and
        bf16: whether in bfloat16 there, as in training.
    """

    def __init__(self, network: Mover, samples: Samples, seed: int, device: str, bf16: bool = False) -> None:
        self._network, self._samples, self._device, self._bf16 = network, samples, device, bf16
        frames = np.unique(samples.data.frames)
        shape = (len(frames), *network.config.latent)
        self._kept: NDArray[np.float16] | None = None
        if 2 * math.prod(shape) > _MOST_BYTES:
            return
        self._row = np.zeros(len(samples.data), dtype=np.int64)
        self._row[frames] = np.arange(len(frames))
        self._kept = np.empty(shape, dtype=np.float16)
        for begin in range(0, len(frames), _BATCH):
            seen = self._seen(frames[begin : begin + _BATCH], (seed, begin))
            self._kept[begin : begin + _BATCH] = seen.half().cpu().numpy()

    def of(self, frames: NDArray[np.int64], seed: tuple[int, ...]) -> Tensor:
        """Those of some frames, (B, N, W); a pure function of both, the seed being that of what is not kept."""
        if self._kept is None:
            return self._seen(frames, seed)
        return torch.from_numpy(self._kept[self._row[frames]]).float()

    def _seen(self, frames: NDArray[np.int64], seed: tuple[int, ...]) -> Tensor:
        batch = self._samples.of(frames, np.random.default_rng(seed))
        pictures, text, then = (batch[name].to(self._device) for name in ("pictures", "text", "then"))
        was = self._network.training
        self._network.eval()
        with torch.no_grad(), precision(self._device, self._bf16):
            latent = self._network.encode(pictures, text, then).float()
        self._network.train(was)
        return latent


def precision(device: str, bf16: bool = False) -> AbstractContextManager[Any]:
    """How training computes on a device: in bfloat16 on a GPU, on a processor if it is told to, else as it is."""
    kind = "cuda" if device.startswith("cuda") else "cpu"
    return torch.autocast(kind, torch.bfloat16) if bf16 or kind == "cuda" else nullcontext()
