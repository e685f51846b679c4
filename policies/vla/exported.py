"""Exported policies: one folder, any backend, the same contract. Needs torch only where the backend does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from policies.policy import PolicyError
from policies.vla.backends import Backend, choose
from policies.vla.chunked import ChunkedPolicy
from policies.vla.config import ConfigInvalid, VLAConfig
from policies.vla.processors import Stats, StatsMismatch, digest_of
from policies.vla.tokenizer import tokenizer_of

__all__ = ["ExportInvalid", "ExportedPolicy", "load", "read_manifest"]

VERSION = 1


class ExportInvalid(PolicyError):
    """A folder that is no export of this version, or a damaged one."""


class ExportedPolicy(ChunkedPolicy):
    """An export on one backend."""

    def __init__(self, folder: Path, backend: str) -> None:
        manifest = read_manifest(folder)
        try:
            config = VLAConfig.from_json(manifest["config"])
            stats = Stats.from_json(manifest["stats"])
            stats.check(config.joints)
            words, name = [str(word) for word in manifest["words"]], str(manifest["name"])
        except (ConfigInvalid, StatsMismatch, KeyError, TypeError) as error:
            raise ExportInvalid(f"the export {str(folder)!r} cannot be loaded: {error}") from None
        if stats.digest != manifest.get("stats_digest"):
            raise ExportInvalid(
                f"the statistics in {str(folder / 'manifest.json')!r} were edited or damaged; export the policy anew"
            )
        tokenizer = tokenizer_of(config, words, folder)
        super().__init__(config, tokenizer, stats, _backend(folder, manifest, backend), name)


def _backend(folder: Path, manifest: Mapping[str, Any], name: str) -> Backend:
    """The backend, once the files that it reads are those that were exported."""
    chosen = choose(name, folder)
    for file in chosen.files:
        try:
            found = digest_of(folder / file)
        except OSError as error:
            raise ExportInvalid(f"the export {str(folder)!r} lacks {file}: {error.strerror}; export the policy anew") from None
        if found != manifest.get("files", {}).get(file):
            raise ExportInvalid(f"{str(folder / file)!r} is damaged: it is not what was exported; copy or export it again")
    return chosen(folder, manifest)


def load(folder: str | Path, backend: str = "auto", *, joints: tuple[str, ...] | None = None) -> ExportedPolicy:
    """An exported policy.

    Args:
        folder: What ``surefoot policy export`` wrote.
        backend: ``auto`` takes the fastest that can run here.
        joints: The robot's; checked against those that the policy was trained on.

    Raises:
        ExportInvalid: The folder is no export, or a damaged one.
        BackendMissing: The backend cannot run here.
        StatsMismatch: The policy is another robot's.
    """
    policy = ExportedPolicy(Path(folder), backend)
    if joints is not None:
        policy.stats.check(joints)
    return policy


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of an export.

    Raises:
        ExportInvalid: There is none of this version.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ExportInvalid(f"{str(folder)!r} is no exported policy: there is no manifest.json in it") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ExportInvalid(f"the manifest of {str(folder)!r} cannot be read: {error}") from None
    if not isinstance(manifest, dict) or manifest.get("surefoot_export") != VERSION:
        raise ExportInvalid(
            f"{str(folder / 'manifest.json')!r} is no export of this version (surefoot_export: {VERSION}); export it anew"
        )
    return manifest
