"""Precision: whether a device multiplies bf16 itself."""

from functools import cache
from pathlib import Path

import torch

__all__ = ["has_bf16"]


def has_bf16(device: torch.device) -> bool:
    """Whether products in bf16 are faster than in float32 there: on a CPU, with AMX or AVX-512's bf16."""
    return torch.cuda.is_bf16_supported() if device.type == "cuda" else _cpu_has_bf16()


@cache
def _cpu_has_bf16() -> bool:
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
