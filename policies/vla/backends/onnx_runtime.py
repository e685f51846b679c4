"""ONNX Runtime on the CPU: no torch needed where the policy runs."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from policies.vla.backends.backend import Floats, Latent

__all__ = ["OnnxRuntime"]


class OnnxRuntime:
    """Two sessions of one thread each: a policy process has one core."""

    name: ClassVar[str] = "onnxruntime"
    exact: ClassVar[bool] = True
    files: ClassVar[tuple[str, ...]] = ("encode.onnx", "decode.onnx")

    @classmethod
    def missing(cls, folder: Path) -> str | None:
        """Needs onnxruntime and the files."""
        if not find_spec("onnxruntime"):
            return "onnxruntime is not installed: pip install 'surefoot[export]'"
        return None if (folder / "decode.onnx").exists() else "the export has no encode.onnx and decode.onnx"

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.sessions = {
            part: onnxruntime.InferenceSession(str(folder / f"{part}.onnx"), options, providers=["CPUExecutionProvider"])
            for part in ("encode", "decode")
        }
        self._taken = frozenset(entry.name for entry in self.sessions["decode"].get_inputs())

    def encode(self, pictures: Floats, text: NDArray[np.int64], state: Floats) -> Latent:
        """The latent as numpy."""
        return self.sessions["encode"].run(None, {"pictures": pictures, "text": text, "state": state})[0]

    def decode(self, latent: Latent, state: Floats, prefix: Floats, given: Floats) -> Floats:
        """Normalised actions (1, K, D)."""
        named = {"latent": latent, "state": state, "prefix": prefix, "given": given}
        return np.asarray(self.sessions["decode"].run(None, {key: value for key, value in named.items() if key in self._taken})[0])

    def array(self, latent: Latent) -> Floats:
        """It is numpy already."""
        return np.asarray(latent, dtype=np.float32)
