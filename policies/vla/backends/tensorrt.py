"""TensorRT through torch-tensorrt's ahead-of-time path: strongly typed, fully compiled or not at all, on an NVIDIA GPU.

Precision is that of the modules and inputs handed in (half, with the norms kept in float32 by torch itself): what older
recipes ask for with ``enabled_precisions`` is accepted and ignored by torch-tensorrt 2.13, which then builds float32 engines.
"""

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from policies.vla.backends.backend import BackendMissing, Floats, Latent
from policies.vla.backends.torch_parts import gpu_missing

__all__ = ["SETTINGS", "TensorRT", "build"]

SETTINGS: Mapping[str, Any] = {
    "require_full_compilation": True,
    "use_explicit_typing": True,
    "attn_bias_is_causal": False,
    "truncate_double": True,
    "optimization_level": 5,
    "cache_built_engines": True,
    "reuse_cached_engines": True,
}
"""What ``torch_tensorrt.dynamo.compile`` is asked for besides the program and its inputs."""


class TensorRT:
    """Two engines under CUDA graphs, built on first use and kept beside the export by GPU and version."""

    name: ClassVar[str] = "tensorrt"
    exact: ClassVar[bool] = False
    files: ClassVar[tuple[str, ...]] = ("encode.pt2", "decode.pt2")

    @classmethod
    def missing(cls, folder: Path) -> str | None:
        """Needs a GPU, torch-tensorrt with TensorRT's libraries, and the exported programs."""
        if missing := gpu_missing():
            return missing
        if not find_spec("torch_tensorrt"):
            return "torch-tensorrt is not installed: pip install 'surefoot[tensorrt]'"
        return None if (folder / "decode.pt2").exists() else "the export has no encode.pt2 and decode.pt2"

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        import torch
        import torch_tensorrt

        self._torch = torch
        engines = _engines(folder, torch, torch_tensorrt)
        wrapped = {part: torch_tensorrt.runtime.enable_cudagraphs(engine) for part, engine in engines.items()}
        self._parts = {part: context.__enter__() for part, context in wrapped.items()}
        self._open = wrapped

    def _run(self, part: str, *values: Any) -> Any:
        torch = self._torch
        there = [v if isinstance(v, torch.Tensor) else torch.from_numpy(v) for v in values]
        moved = [v.cuda().half() if v.is_floating_point() else v.cuda() for v in there]
        with torch.inference_mode():
            return self._parts[part](*moved)

    def encode(self, pictures: Floats, text: NDArray[np.int64], state: Floats) -> Latent:
        """The latent stays on the GPU."""
        return self._run("encode", pictures, text, state)

    def decode(self, latent: Latent, state: Floats, prefix: Floats, given: Floats) -> Floats:
        """Normalised actions (1, K, D)."""
        return np.asarray(self._run("decode", latent, state, prefix, given).float().cpu().numpy())

    def array(self, latent: Latent) -> Floats:
        """The latent from the GPU."""
        return np.asarray(latent.float().cpu().numpy())


def _engines(folder: Path, torch: Any, torch_tensorrt: Any) -> dict[str, Any]:
    """Engines of this GPU and these versions; one that was built for another is not even looked at."""
    key = {"gpu": torch.cuda.get_device_name(), "torch": torch.__version__, "torch_tensorrt": torch_tensorrt.__version__}
    kept = folder / "tensorrt"
    stamp = kept / "built_for.json"
    try:
        fits = json.loads(stamp.read_text(encoding="utf-8")) == key
    except (OSError, json.JSONDecodeError):
        fits = False
    if not fits:
        kept.mkdir(exist_ok=True)
        for part in ("encode", "decode"):
            build(folder / f"{part}.pt2", kept / f"{part}.ep", torch=torch, torch_tensorrt=torch_tensorrt)
        stamp.write_text(json.dumps(key), encoding="utf-8")
    return {part: torch.export.load(kept / f"{part}.ep").module() for part in ("encode", "decode")}


def build(program: Path, target: Path, *, torch: Any, torch_tensorrt: Any) -> None:
    """Compile one exported program in half precision and save it.

    Raises:
        BackendMissing: Not all of it could be compiled.
    """
    loaded = torch.export.load(program)
    module = loaded.module().half().cuda()
    inputs = [v.cuda().half() if v.is_floating_point() else v.cuda() for v in loaded.example_inputs[0]]
    try:
        again = torch.export.export(module, tuple(inputs), strict=False)
        compiled = torch_tensorrt.dynamo.compile(again, arg_inputs=inputs, **SETTINGS)
    except (RuntimeError, AssertionError) as error:
        raise BackendMissing(f"TensorRT does not take {program.name}: {str(error).splitlines()[0]}") from None
    torch_tensorrt.save(compiled, str(target), arg_inputs=inputs)
