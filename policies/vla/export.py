"""Export: a policy as one folder for every runtime, each measured against the network before the folder is there.

policy/  model.safetensors config.json  encode.pt2 decode.pt2  encode.onnx decode.onnx  manifest.json
"""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from policies.policy import PolicyError
from policies.vla.backends import BACKENDS
from policies.vla.backends.eager import Eager
from policies.vla.exported import VERSION, ExportInvalid
from policies.vla.mover import Mover
from policies.vla.policy import VLAPolicy
from policies.vla.processors import digest_of

__all__ = ["PARITY", "ParityFailed", "export", "halves"]

PARITY = 1e-5
"""Largest difference of a float32 backend's normalised actions from the network's."""
_KEPT = (".safetensors", ".pt2", ".onnx", ".data")
"""What the manifest keeps hashes of."""


class ParityFailed(PolicyError):
    """A backend computes something else than the network; nothing was written."""


def _without(network: Mover, parts: Collection[str]) -> Mover:
    """A copy that lacks some parts: a program carries every weight of its module, used or not."""
    half = deepcopy(network)
    for name in parts:
        delattr(half, name)
    return half


def _all_parts(network: Mover) -> set[str]:
    return {name.split(".")[0] for name, _ in network.named_parameters()}


class _Encode(nn.Module):
    def __init__(self, network: Mover) -> None:
        super().__init__()
        self.network = _without(network, _all_parts(network) - {*network.slow, *network.kept})

    def forward(self, pictures: Tensor, text: Tensor, state: Tensor) -> Tensor:
        return self.network.remember(self.network.encode(pictures, text, state))


class _Decode(nn.Module):
    def __init__(self, network: Mover) -> None:
        super().__init__()
        self.network = _without(network, (*network.slow, *network.kept))

    def forward(self, latent: Tensor, state: Tensor, prefix: Tensor, given: Tensor) -> Tensor:
        return self.network.act(latent, state, prefix, given)


def export(
    policy: VLAPolicy,
    folder: str | Path,
    *,
    backends: Sequence[str] = ("pt2", "onnxruntime", "openvino"),
    told: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Write an export.

    Args:
        policy: What to export; LoRA must be merged.
        folder: Where to; an older export there is replaced, anything else refused.
        backends: Which to measure; those that cannot run here are written down as not run, with the reason.
        told: Called with a line on progress.

    Returns:
        The manifest.

    Raises:
        ExportInvalid: The folder holds something else.
        ParityFailed: A backend differs by more than ``PARITY``.
    """
    target = Path(folder)
    if target.exists() and any(target.iterdir()) and not (target / "manifest.json").exists():
        raise ExportInvalid(f"{str(target)!r} is not empty and no export; give another folder")
    partial = target.with_name(f".{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    policy.save_pretrained(partial)
    parts: dict[str, tuple[nn.Module, dict[str, Tensor]]] = halves(policy.network)
    about: dict[str, Any] = {}
    for part, (module, example) in parts.items():
        told(f"exporting {part}")
        with _quiet():
            program = torch.export.export(module, tuple(example.values()), strict=False)
            torch.export.save(program, partial / f"{part}.pt2")
            _onnx(module, example, partial / f"{part}.onnx")
            ops = _ops(program)
        about[part] = {"inputs": {name: [str(v.dtype), list(v.shape)] for name, v in example.items()}, "ops": ops}
    manifest = {
        "surefoot_export": VERSION, "name": policy.spec.name, "config": policy.network.config.to_json(),
        "words": list(policy.tokenizer.words), "stats": policy.stats.to_json(), "stats_digest": policy.stats.digest,
        "torch": torch.__version__, "parts": about,
    }  # fmt: skip
    manifest["files"] = {file.name: digest_of(file) for file in sorted(partial.iterdir()) if file.suffix in _KEPT}
    manifest["parity"] = _parity(partial, manifest, policy.network, backends, told)
    (partial / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False), encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    partial.replace(target)
    return manifest


@contextmanager
def _quiet() -> Iterator[None]:
    """Without torch's and the ONNX exporter's own warnings, about what they call themselves and what else could be installed."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def halves(network: Mover) -> dict[str, tuple[nn.Module, dict[str, Tensor]]]:
    """``encode`` and ``decode`` as modules of their own, each with inputs that fit it, by name and in order."""
    seen = _inputs(network, np.random.default_rng(0))
    latent = torch.zeros(1, *network.memory)
    moving = {name: seen[name] for name in ("state", "prefix", "given")}
    return {
        "encode": (_Encode(network).eval(), {"pictures": seen["pictures"], "text": seen["text"], "state": seen["then"]}),
        "decode": (_Decode(network).eval(), {"latent": latent, **moving}),
    }


def _inputs(network: Mover, draw: np.random.Generator) -> dict[str, Tensor]:
    config = network.config
    shapes = {
        "pictures": (1, len(config.cameras), 3, config.pixels, config.pixels),
        "then": (1, len(config.joints)),
        "state": (1, config.told),
        "prefix": (1, config.prefix, len(config.joints)),
    }
    made = {name: torch.from_numpy(draw.uniform(-1, 1, shape).astype(np.float32)) for name, shape in shapes.items()}
    given = (np.arange(config.prefix) < draw.integers(0, config.prefix + 1)).astype(np.float32)
    text = draw.integers(0, config.words, (1, config.text))
    return {**made, "text": torch.from_numpy(text), "given": torch.from_numpy(given)[None]}


def _onnx(module: nn.Module, example: dict[str, Tensor], file: Path) -> None:
    """By the exporter that begins with torch.export; weights inside the file where it can hold them (2 GB)."""
    names = list(example)
    program = torch.onnx.export(
        module, tuple(example.values()), input_names=names, output_names=["out"], dynamo=True, verbose=False
    )
    size = sum(value.nbytes for value in module.state_dict().values())
    program.save(str(file), external_data=size > 1.9e9)


def _ops(program: Any) -> list[str]:
    """The core operators of a program: what a compiler has to know."""
    core = program.run_decompositions()
    return sorted({str(node.target) for node in core.graph.nodes if node.op == "call_function"})


_COMPILE = (
    "import sys, openvino\n"
    "for part in sys.argv[1:]: openvino.Core().compile_model(part, 'CPU', {'INFERENCE_PRECISION_HINT': 'f32'})"
)


def _survives(folder: Path) -> bool:
    """Whether OpenVINO compiles an export: of some small shapes it has ended the whole process."""
    files = [str(folder / f"{part}.onnx") for part in ("encode", "decode")]
    return subprocess.run([sys.executable, "-c", _COMPILE, *files], capture_output=True, check=False).returncode == 0


def _parity(
    folder: Path, manifest: dict[str, Any], network: Mover, backends: Sequence[str], told: Callable[[str], None]
) -> dict[str, Any]:
    eager = Eager.of(network)
    found: dict[str, Any] = {}
    for name in backends:
        why = BACKENDS[name].missing(folder)
        if why is not None:
            found[name] = {"not_run": why}
            continue
        if name.startswith("openvino") and not _survives(folder):
            found[name] = {"not_run": "this openvino crashes when it compiles a network of this shape"}
            continue
        told(f"measuring {name}")
        other = BACKENDS[name](folder, manifest)
        worst = {"encode": 0.0, "decode": 0.0}
        for seed in range(8):
            seen = {key: value.numpy() for key, value in _inputs(network, np.random.default_rng(seed)).items()}
            latents = [backend.encode(seen["pictures"], seen["text"], seen["then"]) for backend in (eager, other)]
            moving = (seen["state"], seen["prefix"], seen["given"])
            actions = [backend.decode(latent, *moving) for backend, latent in zip((eager, other), latents, strict=True)]
            worst["encode"] = max(worst["encode"], float(np.abs(eager.array(latents[0]) - other.array(latents[1])).max()))
            worst["decode"] = max(worst["decode"], float(np.abs(actions[0] - actions[1]).max()))
        exact = BACKENDS[name].exact
        found[name] = {"largest_difference": worst, "bar": PARITY if exact else None}
        if exact and worst["decode"] > PARITY:
            raise ParityFailed(
                f"{name} gives actions that differ by {worst['decode']:.2g} from the network's, more than {PARITY:g}"
            )
    return found
