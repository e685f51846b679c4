"""Every figure of policies on a GPU in one go; what is absent is said, nothing is invented.

    python -m benchmarks.policy_gpu                       about 8 minutes on a GPU with 16 GB; needs torch and numpy alone
    python -m benchmarks.policy_gpu --out gpu.json        keeps them

Weights are random: neither time nor parity depends on what was learnt. Latency is that of one call at batch 1, by the clock, with
the GPU waited for; full is encode and decode one after the other. Parity is the largest difference of normalised actions from eager
float32. Where there is no GPU the two eager rows run on the CPU, few times, and every other row says why it was not run.
The exit code is 1 where parity fails.
"""

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks.policy_gpu_ways import WAYS, NotRun, no_gpu, ready
from policies.vla.config import SIZES, Size, VLAConfig
from policies.vla.full import make_network
from policies.vla.mover import Mover
from policies.vla.nf4 import NF4Linear, quantise, quantise_linears
from policies.vla.shapes import LanguageShape, VisionShape

__all__ = ["BARS", "latency", "main", "memory", "network_of", "training"]

BARS = {torch.float32: 1e-3, torch.bfloat16: 5e-2, torch.float16: 2e-2}
"""Largest difference of normalised actions: float32 rounds matrix products to TF32 on a GPU, the others round everything."""
FASTER = 5.0
"""Bar: a CUDA graph in bf16 against eager float32, nano to base."""
_JOINTS, _CAMERAS = ("a", "b", "c", "d", "e", "f", "grip"), ("head", "wrist")
_FULL: dict[str, Any] = {
    "vision": VisionShape(width=768, layers=12, heads=12, inner=3072, image=224, patch=16),
    "language": LanguageShape(
        words=49152, width=960, layers=32, heads=15, groups=5, head_width=64, inner=2560, context=8192, theta=100000.0
    ),
}
"""A CLIP ViT-B/16 and a language model of 360 million parameters."""

Row = dict[str, Any]


def network_of(size: Size) -> Mover:
    """A network with random weights, the same every time."""
    torch.manual_seed(0)
    config = VLAConfig.of(size, joints=_JOINTS, cameras=_CAMERAS, **(_FULL if size == "full" else {}))
    return make_network(config).eval()


def latency(network: Mover, way: str, device: str, calls: int, wanted: Tensor | None) -> tuple[Row, Tensor | None]:
    """One row: build, compare, time.

    Args:
        network: On the CPU, float32.
        way: Of ``WAYS``.
        device: ``cpu`` or ``cuda``.
        calls: How many are timed.
        wanted: Actions of the first way; None for the first way itself.

    Returns:
        The row (``not_run`` says why there are no figures) and the actions.
    """
    kind, needs_gpu, make = WAYS[way]
    row: Row = {"way": way}
    if device == "cpu" and needs_gpu:
        return {**row, "not_run": no_gpu() or "the device asked for is the CPU"}, None
    try:
        parts = ready(network, device, kind)
        begun = time.perf_counter()
        call = make(parts)
        seen, moving = (list(parts[name][1].values()) for name in ("encode", "decode"))
        with torch.inference_mode():
            actions = call["decode"](call["encode"](*seen).clone(), *moving[1:]).float().cpu()
        row["build_s"] = round(time.perf_counter() - begun, 2)
        row["parity"] = 0.0 if wanted is None else float((actions - wanted).abs().max())
        row["parity_ok"] = row["parity"] <= BARS[kind] and bool(torch.isfinite(actions).all())
        with torch.inference_mode():
            latent = call["encode"](*seen).clone()
            for name, act in {
                "encode": lambda: call["encode"](*seen),
                "decode": lambda: call["decode"](latent, *moving[1:]),
                "full": lambda: call["decode"](call["encode"](*seen), *moving[1:]),
            }.items():
                row |= {f"{name}_{key}": value for key, value in _timed(act, calls, device).items()}
    except NotRun as error:
        return {**row, "not_run": str(error)}, None
    except Exception as error:  # compilers fail in their own dozen ways; a table with the reason beats none
        first = (str(error).strip().splitlines() or [""])[0]
        return {**row, "not_run": f"{type(error).__name__}: {first[:150]}"}, None
    return row, actions


def training(network: Mover, device: str, batch: int, steps: int) -> Row:
    """Samples per second of whole optimiser steps, pictures and actions being on the device already; bf16 autocast on a GPU."""
    config = network.config
    network = network.to(device).train()
    for stage in ("align", "instruct") if config.language else ("align",):
        trained = network.begin(stage)
    optimiser = torch.optim.AdamW(trained, lr=1e-4)
    pictures = torch.rand(batch, len(config.cameras), 3, config.pixels, config.pixels, device=device) * 2 - 1
    text = torch.randint(0, config.words, (batch, config.text), device=device)
    actions = torch.rand(batch, config.chunk, len(config.joints), device=device) * 2 - 1
    mask = torch.ones(batch, config.chunk, device=device)
    given = torch.zeros(batch, config.prefix, device=device)

    def step() -> None:
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            latent = network.encode(pictures, text, actions[:, 0])
            out = network.raw(latent, actions[:, 0], actions[:, : config.prefix], given)
            loss = network.head.loss(out, network.relative(actions, actions[:, 0]), mask)
        loss.backward()
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)

    found = _timed(step, steps, device, warm=2)
    return {
        "batch": batch, "samples_per_s": round(batch / found["p50_ms"] * 1e3, 1), "step_p50_ms": found["p50_ms"],
        "trained_parameters": sum(parameter.numel() for parameter in trained), "peak_gb": _peak(device),
    }  # fmt: skip


def memory(network: Mover, device: str) -> Row:
    """What four bits save: bytes of the linear layers against bf16, the difference that they make, and bitsandbytes beside."""
    host = network.language if network.config.language else network.encoder
    host = host.to(device)
    before = {name: module.weight.numel() for name, module in host.named_modules() if isinstance(module, torch.nn.Linear)}
    weight = next(module.weight for module in host.modules() if isinstance(module, torch.nn.Linear)).detach()
    begun = time.perf_counter()
    quantise_linears(host, least=1)
    _wait(device)
    took = time.perf_counter() - begun
    four = sum(module.nbytes for module in host.modules() if isinstance(module, NF4Linear))
    row = {"layers": len(before), "bf16_mb": 2 * sum(before.values()) / 1e6, "nf4_mb": four / 1e6, "quantise_s": round(took, 2)}
    row["share"] = row["nf4_mb"] / row["bf16_mb"]
    try:
        from bitsandbytes import functional

        codes, _ = functional.quantize_4bit(weight, blocksize=64, compress_statistics=True, quant_type="nf4")
        row["codes_differ_from_bitsandbytes"] = int((codes.flatten() != quantise(weight)["codes"]).sum())
    except ImportError:
        row["bitsandbytes_not_run"] = "bitsandbytes is not installed"
    except RuntimeError as error:  # NotImplementedError is one
        row["bitsandbytes_not_run"] = str(error).splitlines()[0]
    return row


def _timed(act: Callable[[], object], calls: int, device: str, warm: int = 20) -> dict[str, float]:
    for _ in range(min(warm, calls)):
        act()
    _wait(device)
    took = np.zeros(calls)
    for number in range(calls):
        begun = time.perf_counter()
        act()
        _wait(device)
        took[number] = time.perf_counter() - begun
    return {f"p{share}_ms": round(float(np.percentile(took, share)) * 1e3, 4) for share in (50, 95, 99)}


def _wait(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()


def _peak(device: str) -> float | None:
    return round(torch.cuda.max_memory_allocated() / 1e9, 2) if device == "cuda" else None


def _size(size: str, device: str, options: argparse.Namespace) -> Row:
    """All figures of one size, printed as they come."""
    network = network_of(size)
    count = sum(parameter.numel() for parameter in network.parameters())
    print(f"\n{size}: {count / 1e6:.1f} M parameters, {network.config.pixels} px, {len(_CAMERAS)} cameras", flush=True)
    rows, wanted = [], None
    for way in WAYS:
        row, actions = latency(network, way, device, options.calls, wanted)
        wanted = actions if wanted is None else wanted
        rows.append(row)
        print(_line(row), flush=True)
    told: Row = {"size": size, "parameters": count, "latency": rows}
    times = {row["way"]: row["full_p50_ms"] for row in rows if "not_run" not in row}
    if "CUDA graph bf16" in times:
        told["faster"] = times["eager fp32"] / times["CUDA graph bf16"]
        print(f"  CUDA graph bf16 is {told['faster']:.1f}x eager fp32 (bar {FASTER:g}x, for sizes up to base)")
    if device == "cpu":
        told["training"] = told["memory"] = {"not_run": no_gpu() or "the device asked for is the CPU"}
        print(f"  training      not run: {told['training']['not_run']}\n  four bits     not run: {told['memory']['not_run']}")
        return told
    for name, figure in {
        "training": lambda: training(network_of(size), device, options.batch if size != "full" else 16, 20),
        "memory": lambda: memory(network_of(size), device),
    }.items():
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        try:
            told[name] = figure()
        except torch.cuda.OutOfMemoryError:
            told[name] = {"not_run": "the GPU has too little memory"}
        print(f"  {name:<13} {json.dumps(told[name])}", flush=True)
    return told


def _line(row: Row) -> str:
    if "not_run" in row:
        return f"  {row['way']:<30} not run: {row['not_run']}"
    times = "  ".join(f"{name} {row[f'{name}_p50_ms']:.3f}/{row[f'{name}_p99_ms']:.3f}" for name in ("encode", "decode", "full"))
    return f"  {row['way']:<30} {times} ms (p50/p99)  parity {row['parity']:.1e}{'' if row['parity_ok'] else ' FAILED'}"


def main(arguments: list[str] | None = None) -> int:
    """Print all of it; 1 where parity fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", choices=[*SIZES, "full"], default=[*SIZES, "full"])
    parser.add_argument("--calls", type=int, help="timed, each row; 1000 on a GPU, 5 on a CPU")
    parser.add_argument("--batch", type=int, default=256, help="of training; 16 for full")
    parser.add_argument("--out", type=Path, help="file for the figures, JSON")
    options = parser.parse_args(arguments)
    device = "cpu" if no_gpu() else "cuda"
    options.calls = options.calls or (1000 if device == "cuda" else 5)
    about = {"python": platform.python_version(), "torch": torch.__version__, "cuda": torch.version.cuda, "device": device}
    if device == "cuda":
        about |= {"gpu": torch.cuda.get_device_name(), "gb": round(torch.cuda.get_device_properties(0).total_memory / 1e9, 1)}
    print(", ".join(f"{key} {value}" for key, value in about.items()))
    found = [_size(size, device, options) for size in options.sizes]
    if options.out:
        options.out.write_text(json.dumps({**about, "sizes": found}, indent=1), encoding="utf-8")
    failed = [f"{told['size']}, {row['way']}" for told in found for row in told["latency"] if row.get("parity_ok") is False]
    if failed:
        print(f"\nparity failed: {'; '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
