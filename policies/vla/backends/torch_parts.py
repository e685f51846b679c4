"""What the backends that compute with torch share: numpy to tensors and back, without copies where there need be none."""

from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policies.vla.backends.backend import Floats, Latent

__all__ = ["TorchParts", "gpu_missing", "torch_missing"]


def torch_missing() -> str | None:
    """A sentence if torch is not installed."""
    return None if find_spec("torch") else "torch is not installed: pip install 'surefoot[vla]'"


def gpu_missing() -> str | None:
    """A sentence if torch is not installed, or has no NVIDIA GPU."""
    if missing := torch_missing():
        return missing
    import torch

    return None if torch.cuda.is_available() else "there is no NVIDIA GPU that torch can use"


class TorchParts:
    """Two callables on tensors behind the backend's methods."""

    encoder: Any
    decoder: Any

    def encode(self, pictures: Floats, text: NDArray[np.int64], state: Floats) -> Latent:
        """(1, C, 3, S, S), (1, L) and (1, D) to a latent tensor."""
        import torch

        with torch.inference_mode():
            return self.encoder(torch.from_numpy(pictures), torch.from_numpy(text), torch.from_numpy(state))

    def decode(self, latent: Latent, state: Floats, prefix: Floats, given: Floats) -> Floats:
        """Normalised actions (1, K, D)."""
        import torch

        with torch.inference_mode():
            out = self.decoder(latent, torch.from_numpy(state), torch.from_numpy(prefix), torch.from_numpy(given))
        return np.asarray(out.numpy(), dtype=np.float32)

    def array(self, latent: Latent) -> Floats:
        """The latent as numpy."""
        return np.asarray(latent.numpy(), dtype=np.float32)
