"""CUDA graphs: the network itself in bfloat16 on an NVIDIA GPU, each half recorded once and replayed with a single launch.

At batch 1 a policy of this size keeps a GPU busy for microseconds and its launches take milliseconds; a graph has one launch.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from policies.vla.backends.backend import Floats, Latent
from policies.vla.backends.torch_parts import gpu_missing

__all__ = ["Captured", "CudaGraph"]

_WARM_UP = 3
"""Calls before recording, as torch asks for: libraries choose their algorithms and take their memory."""


class Captured:
    """A function of tensors under a CUDA graph. Inputs are copied into fixed places; the output is overwritten by the next call.

    Args:
        function: Of tensors on the GPU, with static shapes, without gradients.
        example: Inputs that fit it.
    """

    def __init__(self, function: Any, example: Sequence[Any]) -> None:
        import torch

        self._mode = torch.inference_mode
        self._places = [value.clone() for value in example]
        beside = torch.cuda.Stream()
        beside.wait_stream(torch.cuda.current_stream())
        with torch.inference_mode(), torch.cuda.stream(beside):
            for _ in range(_WARM_UP):
                function(*self._places)
        torch.cuda.current_stream().wait_stream(beside)
        self._graph = torch.cuda.CUDAGraph()
        with torch.inference_mode(), torch.cuda.graph(self._graph):
            self._out = function(*self._places)

    def __call__(self, *values: Any) -> Any:
        """The output's place, filled for these inputs."""
        with self._mode():
            for place, value in zip(self._places, values, strict=True):
                place.copy_(value)
            self._graph.replay()
        return self._out


class CudaGraph:
    """Two graphs over the weights in bfloat16; what they compute is within its rounding of the others, not within 1e-5."""

    name: ClassVar[str] = "cuda-graph"
    exact: ClassVar[bool] = False
    files: ClassVar[tuple[str, ...]] = ("model.safetensors",)

    @classmethod
    def missing(cls, folder: Path) -> str | None:
        """Needs a GPU and the weights."""
        if missing := gpu_missing():
            return missing
        return None if (folder / "model.safetensors").exists() else "the export has no model.safetensors"

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        import torch

        from policies.vla.export import halves
        from policies.vla.policy import VLAPolicy

        network = VLAPolicy.from_pretrained(folder).network.to("cuda", torch.bfloat16)
        self._torch = torch
        self._parts = {
            name: Captured(module, [self._there(value) for value in example.values()])
            for name, (module, example) in halves(network).items()
        }

    def _there(self, value: Any) -> Any:
        tensor = value if isinstance(value, self._torch.Tensor) else self._torch.from_numpy(value)
        return tensor.to("cuda", self._torch.bfloat16 if tensor.is_floating_point() else None)

    def encode(self, pictures: Floats, text: NDArray[np.int64], state: Floats) -> Latent:
        """The latent stays on the GPU, a copy: the next look must not overwrite what is still being moved by."""
        return self._parts["encode"](*(self._there(value) for value in (pictures, text, state))).clone()

    def decode(self, latent: Latent, state: Floats, prefix: Floats, given: Floats) -> Floats:
        """Normalised actions (1, K, D)."""
        out = self._parts["decode"](latent, *(self._there(value) for value in (state, prefix, given)))
        return np.asarray(out.float().cpu().numpy())

    def array(self, latent: Latent) -> Floats:
        """The latent from the GPU."""
        return np.asarray(latent.float().cpu().numpy())
