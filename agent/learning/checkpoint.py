"""Checkpoints: everything that a training run needs to go on bit by bit, written completely or not at all."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from agent.learning.weights import Weights
from agent.planners.pointers import DIALECT

__all__ = ["TrainingFailed", "check_dialect", "read_checkpoint", "write_checkpoint"]


class TrainingFailed(Exception):
    """Training cannot begin or go on; one sentence that says why and what to do."""


def write_checkpoint(folder: Path, state: Mapping[str, Any], tokenizer: Path) -> Path:
    """Write ``checkpoint.pt``.

    Args:
        folder: Where.
        state: What to keep; tensors and plain data.
        tokenizer: The tokenizer that belongs to it.

    Raises:
        TrainingFailed: It cannot be written; the last complete one stands.
    """
    path = folder / "checkpoint.pt"
    partial = path.with_suffix(".partial")
    try:
        torch.save({**state, "tokenizer": _digest(tokenizer)}, partial)
        os.replace(partial, path)
    except (OSError, RuntimeError) as error:  # torch says RuntimeError where a disk is full
        partial.unlink(missing_ok=True)
        stands = "the one from before stands" if path.exists() else "there is none yet"
        raise TrainingFailed(
            f"The checkpoint of step {state['step']} cannot be written to {str(folder)!r} ({_why(error)}), {stands}: make room and "
            "start again."
        ) from error
    return path


def read_checkpoint(folder: Path, config: Mapping[str, Any], tokenizer: Path) -> dict[str, Any] | None:
    """What ``write_checkpoint`` wrote; None where nothing was.

    Args:
        folder: Where.
        config: The shape of the network that is to go on.
        tokenizer: The tokenizer that it would go on with.

    Raises:
        TrainingFailed: It cannot be read, or is of another network or tokenizer.
    """
    from pickle import UnpicklingError  # what torch raises for a file that is not a checkpoint; nothing is unpickled

    path = folder / "checkpoint.pt"
    if not path.exists():
        return None
    try:
        saved: dict[str, Any] = torch.load(path, weights_only=True, map_location="cpu")
        theirs, digest = {"prefix": False, **saved["config"]}, saved["tokenizer"]  # older ones do not say it
    except (RuntimeError, KeyError, TypeError, OSError, EOFError, UnpicklingError) as error:
        raise TrainingFailed(f"The checkpoint {str(path)!r} cannot be read: {_why(error)}.") from error
    if theirs != dict(config):
        said = ", ".join(f"{name} {theirs.get(name)}" for name in config if theirs.get(name) != config[name])
        raise TrainingFailed(f"The checkpoint {str(path)!r} is of another network ({said}): give its --size, or another --out.")
    if digest != _digest(tokenizer):
        raise TrainingFailed(
            f"The checkpoint {str(path)!r} was made with another tokenizer than {str(tokenizer)!r}: restore that one."
        )
    return saved


def check_dialect(begin: Weights) -> None:
    """Refuse weights whose vocabulary is not the one that missions are generated in.

    Raises:
        TrainingFailed: They speak another dialect.
    """
    if begin.dialect != DIALECT:
        raise TrainingFailed(
            f"The weights of --from speak {begin.dialect!r}, and what is learnt now is {DIALECT!r}: give newer ones."
        )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _why(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return (str(error).splitlines() or [type(error).__name__])[0][:200].rstrip(".")
