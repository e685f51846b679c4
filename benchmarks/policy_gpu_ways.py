"""Ways to compute a policy on a GPU, for ``benchmarks.policy_gpu``: each makes two callables, or says why it cannot run here."""

import tempfile
from collections.abc import Callable, Mapping
from copy import deepcopy
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn

from policies.vla.backends import tensorrt
from policies.vla.backends.cuda_graph import Captured
from policies.vla.export import halves
from policies.vla.mover import Mover

__all__ = ["WAYS", "Halves", "NotRun", "no_gpu", "ready"]

Call = Callable[..., Tensor]
Halves = Mapping[str, tuple[nn.Module, dict[str, Tensor]]]


class NotRun(Exception):
    """A way that cannot run here; the message is the reason."""


def no_gpu() -> str | None:
    """Why there is no GPU row; None where there is one."""
    if not torch.cuda.is_available():
        return "there is no NVIDIA GPU that torch can use"
    return None


def ready(network: Mover, device: str, kind: torch.dtype) -> Halves:
    """Both halves on a device in a precision, and inputs for them there."""
    found = {}
    for name, (module, example) in halves(deepcopy(network).eval()).items():
        inputs = {key: value.to(device, kind if value.is_floating_point() else None) for key, value in example.items()}
        found[name] = (module.to(device, kind).requires_grad_(False), inputs)
    return found


def _eager(parts: Halves) -> dict[str, Call]:
    return {name: module for name, (module, _) in parts.items()}


def _compiled(mode: str | None) -> Callable[[Halves], dict[str, Call]]:
    def make(parts: Halves) -> dict[str, Call]:
        if not find_spec("triton"):
            raise NotRun("triton is not installed: torch cannot compile for a GPU")
        torch.compiler.reset()
        return {name: torch.compile(module, mode=mode, dynamic=False) for name, (module, _) in parts.items()}

    return make


def _graph(parts: Halves) -> dict[str, Call]:
    return {name: Captured(module, list(inputs.values())) for name, (module, inputs) in parts.items()}


def _ahead(parts: Halves) -> dict[str, Call]:
    """AOTInductor: compiled before it is needed, loaded without a compiler."""
    from torch._inductor import aoti_compile_and_package, aoti_load_package

    made: dict[str, Call] = {}
    folder = tempfile.mkdtemp()
    for name, (module, inputs) in parts.items():
        program = torch.export.export(module, tuple(inputs.values()), strict=False)
        made[name] = aoti_load_package(aoti_compile_and_package(program, package_path=f"{folder}/{name}.pt2"))
    return made


def _tensorrt(parts: Halves) -> dict[str, Call]:
    if not find_spec("torch_tensorrt"):
        raise NotRun("torch-tensorrt is not installed: pip install 'surefoot[tensorrt]'")
    import torch_tensorrt

    made: dict[str, Call] = {}
    folder = Path(tempfile.mkdtemp())
    for name, (module, inputs) in parts.items():
        program = torch.export.export(module.cpu().float(), tuple(_plain(value) for value in inputs.values()), strict=False)
        torch.export.save(program, folder / f"{name}.pt2")
        tensorrt.build(folder / f"{name}.pt2", folder / f"{name}.ep", torch=torch, torch_tensorrt=torch_tensorrt)
        made[name] = torch.export.load(folder / f"{name}.ep").module()
    return made


def _plain(value: Tensor) -> Tensor:
    return value.cpu().float() if value.is_floating_point() else value.cpu()


WAYS: dict[str, tuple[torch.dtype, bool, Callable[[Halves], dict[str, Call]]]] = {
    "eager fp32": (torch.float32, False, _eager),
    "eager bf16": (torch.bfloat16, False, _eager),
    "compile bf16": (torch.bfloat16, True, _compiled(None)),
    "compile bf16, reduce-overhead": (torch.bfloat16, True, _compiled("reduce-overhead")),
    "CUDA graph fp32": (torch.float32, True, _graph),
    "CUDA graph bf16": (torch.bfloat16, True, _graph),
    "AOTInductor bf16": (torch.bfloat16, True, _ahead),
    "TensorRT fp16": (torch.float16, True, _tensorrt),
}
"""Precision, whether it needs a GPU, and how it is made; the first is what the others are compared with."""
