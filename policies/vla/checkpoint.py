"""A training's checkpoint: one file that is complete or not there, read without pickled code, and only by what it was made for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch

from policies.policy import PolicyError
from policies.vla.config import VLAConfig

__all__ = ["TrainingInvalid", "read_checkpoint", "write_checkpoint"]


class TrainingInvalid(PolicyError):
    """A checkpoint that cannot be gone on with; the message says why."""


def write_checkpoint(file: Path, state: Mapping[str, Any]) -> None:
    """Write it, complete or not at all."""
    partial = file.with_suffix(".partial")
    torch.save(dict(state), partial)
    os.replace(partial, file)


def read_checkpoint(file: Path, config: VLAConfig, relies_on: Mapping[str, str], device: str) -> dict[str, Any] | None:
    """What a checkpoint holds; None without one.

    Args:
        file: Which.
        config: The shape that is to be trained.
        relies_on: What else it is to be trained with, by what to call it, as hashes.
        device: Where to put it.

    Raises:
        TrainingInvalid: It is damaged, or of another shape, or was trained with something else.
    """
    if not file.exists():
        return None
    try:
        saved: dict[str, Any] = torch.load(file, weights_only=True, map_location=device)
    except (OSError, RuntimeError, EOFError, ValueError, UnpicklingError) as error:
        first = str(error).splitlines()[0][:100] if str(error) else type(error).__name__
        raise TrainingInvalid(
            f"the checkpoint {str(file)!r} is damaged ({first}); remove it to begin anew, or give another --out"
        ) from None
    if not {"config", "stats", "words"} <= saved.keys():
        raise TrainingInvalid(f"{str(file)!r} is no checkpoint of this version; remove it to begin anew")
    if VLAConfig.from_json(saved["config"]) != config:
        raise TrainingInvalid(f"{str(file)!r} was trained with another shape; give the same options, or another --out")
    then = saved.get("relies_on", {})
    for what in sorted({*then, *relies_on}):
        if then.get(what) != relies_on.get(what):
            word = "another" if what in then and what in relies_on else "a" if what in then else "no"
            raise TrainingInvalid(f"{str(file)!r} was trained with {word} {what}; go on so, or give another --out")
    return saved
