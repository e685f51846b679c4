"""Folders: what one of them holds - demonstrations, a training, a checkpoint, an export - and the policy in it, opened.

Telling what is there reads JSON and file sizes alone; torch is not needed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from policies.policy import ACTION, IMAGES, PolicyError
from policies.vla.chunked import ChunkedPolicy

__all__ = ["FolderUnknown", "about_folder", "kind_of", "open_policy", "policy_in", "shipped_policy"]

_MARKS = {
    "export": "manifest.json", "checkpoint": "config.json", "training": "checkpoint.pt", "dataset": "meta/info.json",
}  # fmt: skip


class FolderUnknown(PolicyError):
    """A folder in which nothing is that this package writes."""


def shipped_policy() -> Path | None:
    """The exported policy that comes with surefoot, if one does."""
    folder = Path(__file__).parent / "shipped"
    return folder if (folder / "manifest.json").is_file() else None


def kind_of(folder: Path) -> str:
    """What a folder holds: ``export``, ``checkpoint``, ``training`` or ``dataset``.

    Raises:
        FolderUnknown: None of them.
    """
    for kind, mark in _MARKS.items():
        if (folder / mark).is_file():
            return kind
    why = "there is no such folder" if not folder.is_dir() else "none of its files are ours"
    raise FolderUnknown(f"{str(folder)!r} holds no policy and no demonstrations: {why}")


def policy_in(folder: Path) -> Path:
    """The folder of the policy: the folder itself, or a training's ``policy``.

    Raises:
        FolderUnknown: There is none.
    """
    kind = kind_of(folder)
    if kind == "training":
        inner = folder / "policy"
        if not (inner / "config.json").is_file():
            raise FolderUnknown(f"the training {str(folder)!r} has written no policy yet: go on with surefoot policy train")
        return inner
    if kind == "dataset":
        raise FolderUnknown(f"{str(folder)!r} holds demonstrations, no policy: train one with surefoot policy train")
    return folder


def open_policy(folder: str | Path, *, backend: str = "auto", joints: tuple[str, ...] | None = None) -> ChunkedPolicy:
    """The policy of a training, a checkpoint or an export.

    Args:
        folder: Where it lies.
        backend: What computes an export; a checkpoint is run by torch itself (``eager``).
        joints: The robot's; checked against those that it was trained on.

    Raises:
        FolderUnknown: There is no policy.
        CheckpointInvalid: It is damaged.
        ExportInvalid: It is damaged.
        BackendMissing: The backend cannot run here, or not a checkpoint.
        StatsMismatch: The policy is another robot's.
    """
    from policies.vla.backends import BackendMissing

    where = policy_in(Path(folder))
    if kind_of(where) == "export":
        from policies.vla.exported import load

        return load(where, backend, joints=joints)
    if backend not in ("auto", "eager"):
        raise BackendMissing(f"the backend {backend!r} runs exports, {str(where)!r} is a checkpoint: surefoot policy export first")
    from policies.vla.backends.torch_parts import torch_missing

    missing = torch_missing()
    if missing is not None:
        raise BackendMissing(f"the checkpoint {str(where)!r} cannot be run: {missing}")
    from policies.vla.policy import VLAPolicy

    return VLAPolicy.from_pretrained(where, joints=joints)


def about_folder(folder: str | Path) -> dict[str, Any]:
    """What a folder holds, as plain data: kind, bytes, and what its own files say.

    Raises:
        FolderUnknown: It holds nothing of ours.
        PolicyError: What is there is damaged.
    """
    where = Path(folder)
    kind = kind_of(where)
    told = {"kind": kind, "folder": str(where), "bytes": _bytes(where)}
    if kind == "dataset":
        return {**told, **_dataset(_json(where / "meta/info.json"))}
    if kind == "training":
        policy = where / "policy"
        return {**told, **_training(where), "policy": about_folder(policy) if policy.is_dir() else None}
    about = _json(where / _MARKS[kind])
    try:
        return {**told, **_policy(about)}
    except (KeyError, TypeError, AttributeError) as error:
        raise FolderUnknown(f"the {_MARKS[kind]} of {str(where)!r} cannot be read: {error!r}") from None


def _policy(about: Mapping[str, Any]) -> dict[str, Any]:
    config = about["config"]
    told = {
        "name": about["name"], "size": config["size"], "head": config["head"], "joints": list(config["joints"]),
        "cameras": dict.fromkeys(config["cameras"], config["pixels"]), "chunk": config["chunk"], "period_s": config["period_s"],
        "words": len(about["words"]), "stats_digest": about["stats_digest"],
    }  # fmt: skip
    weights = about["weights_digest"] if "weights_digest" in about else about["files"]["model.safetensors"]
    return {**told, "weights_digest": weights, **{key: about[key] for key in ("parity", "torch") if key in about}}


def _dataset(info: Mapping[str, Any]) -> dict[str, Any]:
    features = info.get("features", {})
    return {
        "version": info.get("codebase_version"), "episodes": info.get("total_episodes"), "frames": info.get("total_frames"),
        "tasks": info.get("total_tasks"), "fps": info.get("fps"), "joints": features.get(ACTION, {}).get("names"),
        "cameras": {key.removeprefix(IMAGES): part["shape"][0] for key, part in features.items() if key.startswith(IMAGES)},
    }  # fmt: skip


def _training(where: Path) -> dict[str, Any]:
    try:
        lines = (where / "log.jsonl").read_text(encoding="utf-8").splitlines()
        last = json.loads(lines[-1])
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, IndexError):
        last = {}
    return {"last": last}


def _json(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise FolderUnknown(f"{str(file)!r} cannot be read: {error}") from None
    if not isinstance(data, dict):
        raise FolderUnknown(f"{str(file)!r} is no JSON object")
    return data


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
