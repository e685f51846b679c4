"""OpenVINO on the CPU, from the ONNX files; the fastest on Intel's processors."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from policies.vla.backends.backend import Floats, Latent

__all__ = ["OpenVino"]


class OpenVino:
    """Two compiled models of one thread each, computing in float32 so that parity holds."""

    name: ClassVar[str] = "openvino"
    files: ClassVar[tuple[str, ...]] = ("encode.onnx", "decode.onnx")

    @classmethod
    def missing(cls, folder: Path) -> str | None:
        """Needs openvino and the files."""
        if not find_spec("openvino"):
            return "openvino is not installed: pip install openvino"
        return None if (folder / "decode.onnx").exists() else "the export has no encode.onnx and decode.onnx"

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        import openvino

        core = openvino.Core()
        settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"}
        self.models = {part: core.compile_model(str(folder / f"{part}.onnx"), "CPU", settings) for part in ("encode", "decode")}
        self._taken = frozenset(name for entry in self.models["decode"].inputs for name in entry.get_names())

    def encode(self, pictures: Floats, text: NDArray[np.int64], state: Floats) -> Latent:
        """The latent as numpy."""
        return next(iter(self.models["encode"]({"pictures": pictures, "text": text, "state": state}).values()))

    def decode(self, latent: Latent, state: Floats, prefix: Floats, given: Floats) -> Floats:
        """Normalised actions (1, K, D)."""
        named = {"latent": latent, "state": state, "prefix": prefix, "given": given}
        found = self.models["decode"]({key: value for key, value in named.items() if key in self._taken})
        return np.asarray(next(iter(found.values())), dtype=np.float32)

    def array(self, latent: Latent) -> Floats:
        """It is numpy already."""
        return np.asarray(latent, dtype=np.float32)
