"""Which backends there are, in the order in which ``auto`` prefers them."""

from pathlib import Path

from policies.vla.backends.backend import Backend, BackendMissing
from policies.vla.backends.cuda_graph import CudaGraph
from policies.vla.backends.eager import Eager
from policies.vla.backends.exported_program import ExportedProgram
from policies.vla.backends.inductor import Inductor
from policies.vla.backends.onnx_runtime import OnnxRuntime
from policies.vla.backends.openvino import OpenVino, OpenVinoBf16
from policies.vla.backends.tensorrt import TensorRT

__all__ = ["BACKENDS", "choose"]

BACKENDS: dict[str, type[Backend]] = {
    backend.name: backend
    for backend in (TensorRT, CudaGraph, OnnxRuntime, OpenVino, ExportedProgram, Eager, Inductor, OpenVinoBf16)
}
"""By name. The last two have to be asked for: Inductor compiles for a minute at each start, bfloat16 is not what was trained."""


def choose(name: str, folder: Path) -> type[Backend]:
    """The backend of a name, or the first that can run this export for ``auto``.

    Raises:
        BackendMissing: It cannot run here, or there is no such backend.
    """
    if name != "auto":
        if name not in BACKENDS:
            raise BackendMissing(f"there is no backend {name!r}; choose auto or one of {', '.join(BACKENDS)}")
        why = BACKENDS[name].missing(folder)
        if why is not None:
            raise BackendMissing(f"the backend {name!r} cannot run {str(folder)!r}: {why}")
        return BACKENDS[name]
    reasons = {name: backend.missing(folder) for name, backend in BACKENDS.items()}
    for name, why in reasons.items():
        if why is None:
            return BACKENDS[name]
    listed = "; ".join(f"{name}: {why}" for name, why in reasons.items())
    raise BackendMissing(f"no backend can run {str(folder)!r}: {listed}")
