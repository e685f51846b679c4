"""Weights on disk without PyTorch's own format: a small ``.npz`` to carry from machine to machine, and what a shipped GGUF holds.

Needs numpy alone, so that a training machine can begin with the shipped planner.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from agent.planners.errors import ModelInvalid
from agent.planners.gguf_file import GgufHead, read_model, tensor_bytes

__all__ = ["Weights", "WeightsInvalid", "read_weights", "write_weights"]

F32, F16, Q8_0 = 0, 1, 8
"""GGML's numbers for the three types that are read."""

_PARTS = {
    "attn_norm": "norm1", "attn_q": "q", "attn_k": "k", "attn_v": "v", "attn_q_norm": "norm_q", "attn_k_norm": "norm_k",
    "attn_output": "out", "ffn_norm": "norm2", "ffn_gate": "gate", "ffn_up": "up", "ffn_down": "down",
}  # fmt: skip
"""A block's tensors in a GGUF, and what the network calls them."""


class WeightsInvalid(Exception):
    """A weights file cannot be read or written, or is not of this network; one sentence."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A network's weights and what must be known to go on with them.

    Attributes:
        config: The network's shape, as ``Config.to_json`` gives it.
        tensors: Arrays by parameter name.
        tokenizer: The ``tokenizer.json`` that they were trained with, as text.
        dialect: The dialect that they speak.
        progress: Steps, tokens seen and the curriculum's shares; empty where unknown.
    """

    config: Mapping[str, Any]
    tensors: Mapping[str, "np.ndarray[Any, Any]"]
    tokenizer: str
    dialect: str
    progress: Mapping[str, Any] = field(default_factory=dict)


def gguf_name(name: str) -> str:
    """What a GGUF calls a parameter of the network."""
    if name.startswith("blocks."):
        _, number, part, kind = name.split(".")
        theirs = next(theirs for theirs, ours in _PARTS.items() if ours == part)
        return f"blk.{number}.{theirs}.{kind}"
    return {"embedding.weight": "token_embd.weight", "norm.weight": "output_norm.weight"}[name]


def write_weights(path: Path, weights: Weights) -> Path:
    """Write an ``.npz`` of half-precision weights, complete or not at all.

    Raises:
        WeightsInvalid: The disk is full, or the folder cannot be written to.
    """
    about = {"config": dict(weights.config), "dialect": weights.dialect, "progress": dict(weights.progress)}
    texts = {"about": json.dumps(about), "tokenizer": weights.tokenizer}
    arrays: dict[str, Any] = {name: np.asarray(value, dtype=np.float16) for name, value in weights.tensors.items()}
    arrays |= {f"_{name}": np.frombuffer(text.encode(), dtype=np.uint8) for name, text in texts.items()}
    partial = path.with_suffix(".partial")
    try:
        with partial.open("wb") as file:
            np.savez(file, **arrays)
        os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise WeightsInvalid(f"The weights cannot be written to {str(path)!r}: {error.strerror}; what was there stands.") from error
    return path


def read_weights(path: Path) -> Weights:
    """Read weights from an ``.npz`` of ``write_weights`` or from a GGUF that ``export`` wrote.

    Raises:
        WeightsInvalid: The file is missing, damaged, or holds another kind of model.
    """
    if path.suffix == ".gguf":
        return _from_gguf(path)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        about = json.loads(arrays.pop("_about").tobytes())
        tokenizer = arrays.pop("_tokenizer").tobytes().decode()
        return Weights(about["config"], arrays, tokenizer, about["dialect"], about["progress"])
    except FileNotFoundError:
        raise WeightsInvalid(f"There are no weights {str(path)!r}: check the path.") from None
    except (OSError, ValueError, KeyError, BadZipFile, EOFError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise WeightsInvalid(f"The weights {str(path)!r} cannot be read: {reason.rstrip('.')}.") from error


def _from_gguf(path: Path) -> Weights:
    try:
        head = read_model(path, whole=True)
    except ModelInvalid as error:
        raise WeightsInvalid(str(error)) from error
    dialect = head.dialect
    if head.architecture != "qwen3" or dialect is None:
        raise WeightsInvalid(
            f"The model {str(path)!r} is a {head.architecture!r}, not a planner of this training (a qwen3 with a dialect)."
        )
    meta = {key.removeprefix("qwen3."): value for key, value in head.metadata.items()}
    names = head.tensors
    config = {
        "vocabulary": names["token_embd.weight"][1], "width": meta["embedding_length"], "layers": meta["block_count"],
        "heads": meta["attention.head_count"], "hidden": meta["feed_forward_length"], "context": meta["context_length"],
        "rope_base": meta["rope.freq_base"], "epsilon": meta["attention.layer_norm_rms_epsilon"],
        "prefix": head.attention == "prefix",
    }  # fmt: skip
    wanted = ["embedding.weight", "norm.weight"]
    wanted += [f"blocks.{number}.{part}.weight" for number in range(int(str(config["layers"]))) for part in _PARTS.values()]
    try:
        tensors = {name: _array(head, gguf_name(name)) for name in wanted}
    except KeyError as error:
        raise WeightsInvalid(f"The model {str(path)!r} has no tensor {error}: it is not a planner of this training.") from None
    progress = json.loads(str(head.metadata.get("surefoot.progress", "{}")))
    return Weights(config, tensors, _tokenizer(head), dialect, progress)


def _array(head: GgufHead, name: str) -> "np.ndarray[Any, Any]":
    """A tensor as float32, rows first."""
    kind, data = tensor_bytes(head, name)
    shape = tuple(reversed(head.tensors[name]))
    if kind in (F32, F16):
        return np.frombuffer(data, dtype="<f4" if kind == F32 else "<f2").reshape(shape).astype(np.float32)
    if kind == Q8_0:
        blocks = np.frombuffer(data, dtype=[("scale", "<f2"), ("values", "i1", 32)])
        values: np.ndarray[Any, Any] = blocks["scale"].astype(np.float32)[:, None] * blocks["values"]
        return values.reshape(shape)
    raise WeightsInvalid(f"The tensor {name!r} of {str(head.path)!r} has the type {kind}; f32, f16 and q8_0 can be read.")


def _tokenizer(head: GgufHead) -> str:
    """The ``tokenizer.json`` of a GGUF's byte-level BPE."""
    from agent.learning.dataset import byte_level_bpe

    tokens, merges = head.metadata["tokenizer.ggml.tokens"], head.metadata["tokenizer.ggml.merges"]
    assert isinstance(tokens, list) and isinstance(merges, list)
    return byte_level_bpe([str(token) for token in tokens], [str(merge) for merge in merges]).to_str()
