"""OpenVINO on the CPU, from the ONNX files; the fastest on Intel's processors, above all in bfloat16 where these multiply it."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from policies.vla.backends.backend import Floats, Latent

__all__ = ["OpenVino", "OpenVinoBf16"]


class OpenVino:
    """Two compiled models of one thread each, computing in float32 so that parity holds."""

    name: ClassVar[str] = "openvino"
    exact: ClassVar[bool] = True
    files: ClassVar[tuple[str, ...]] = ("encode.onnx", "decode.onnx")
    precision: ClassVar[str] = "f32"

    @classmethod
    def missing(cls, folder: Path) -> str | None:
        """Needs openvino and the files."""
        if not find_spec("openvino"):
            return "openvino is not installed: pip install 'surefoot[openvino]'"
        return None if (folder / "decode.onnx").exists() else "the export has no encode.onnx and decode.onnx"

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        import openvino

        core = openvino.Core()
        settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": self.precision}
        models = {part: core.compile_model(str(folder / f"{part}.onnx"), "CPU", settings) for part in ("encode", "decode")}
        self._taken = frozenset(name for entry in models["decode"].inputs for name in entry.get_names())
        self._requests = {part: model.create_infer_request() for part, model in models.items()}

    def _run(self, part: str, inputs: Mapping[str, Any]) -> Floats:
        """What a part gives for inputs that it reads where they are; a copy, since the next call writes to the same place."""
        found = self._requests[part].infer(inputs, share_inputs=True, share_outputs=True)
        return np.array(next(iter(found.values())), dtype=np.float32)

    def encode(self, pictures: Floats, text: NDArray[np.int64], state: Floats) -> Latent:
        """The latent as numpy."""
        return self._run("encode", {"pictures": pictures, "text": text, "state": state})

    def decode(self, latent: Latent, state: Floats, prefix: Floats, given: Floats) -> Floats:
        """Normalised actions (1, K, D)."""
        named = {"latent": latent, "state": state, "prefix": prefix, "given": given}
        return self._run("decode", {key: value for key, value in named.items() if key in self._taken})

    def array(self, latent: Latent) -> Floats:
        """It is numpy already."""
        return np.asarray(latent, dtype=np.float32)


class OpenVinoBf16(OpenVino):
    """The same in bfloat16: in half of the time where the processor multiplies it; actions differ by a hundredth of their spread.

    Only on request: what ``auto`` chooses computes what was trained.
    """

    name: ClassVar[str] = "openvino-bf16"
    exact: ClassVar[bool] = False
    precision: ClassVar[str] = "bf16"

    @classmethod
    def missing(cls, folder: Path) -> str | None:
        """Needs a processor with products in bfloat16 as well."""
        why = super().missing(folder)
        if why is not None:
            return why
        import openvino

        can = openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        return None if "BF16" in can else f"this processor multiplies no bfloat16, only {', '.join(can)}"
