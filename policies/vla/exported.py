"""Exported policies: one folder, any backend, the same contract. Needs torch only where the backend does."""

from __future__ import annotations

import json
from collections import deque
from pathlib import Path
from typing import Any

from policies.policy import TASK, Batch, Chunk, ObservationInvalid, PolicySpec, check_batch
from policies.vla.backends import choose
from policies.vla.backends.backend import Latent
from policies.vla.config import ConfigInvalid, VLAConfig
from policies.vla.processors import Stats, StatsMismatch, pictures_of, prefix_of
from policies.vla.tokenizer import Tokenizer

__all__ = ["ExportInvalid", "ExportedPolicy", "load", "read_manifest"]

VERSION = 1


class ExportInvalid(ValueError):
    """A folder that is no export of this version, or a damaged one."""


class ExportedPolicy:
    """An export on one backend; ``policies.policy.Policy``."""

    def __init__(self, folder: Path, backend: str) -> None:
        manifest = read_manifest(folder)
        try:
            self.config = VLAConfig.from_json(manifest["config"])
            self.stats = Stats.from_json(manifest["stats"])
        except (ConfigInvalid, StatsMismatch, KeyError, TypeError) as error:
            raise ExportInvalid(f"the export {str(folder)!r} cannot be loaded: {error}") from None
        if self.stats.digest != manifest.get("stats_digest"):
            raise ExportInvalid(
                f"the statistics in {str(folder / 'manifest.json')!r} were edited or damaged; export the policy anew"
            )
        self.tokenizer = Tokenizer(manifest["words"], self.config.text)
        self.backend = choose(backend, folder)(folder, manifest)
        self._queue: deque[Chunk] = deque()
        self._spec = PolicySpec(
            name=str(manifest["name"]),
            kind="learned",
            joints=self.config.joints,
            cameras=dict.fromkeys(self.config.cameras, (self.config.pixels, self.config.pixels)),
            period_s=self.config.period_s,
            chunk=self.config.chunk,
        )

    @property
    def spec(self) -> PolicySpec:
        """What it expects and gives."""
        return self._spec

    def reset(self) -> None:
        """Forget the last episode."""
        self._queue.clear()

    def select_action(self, batch: Batch) -> Chunk:
        """The next action (D,); half of each chunk is used before the policy looks again."""
        if not self._queue:
            chunk = self.predict_action_chunk(batch)
            self._queue.extend(chunk[: max(1, len(chunk) // 2)])
        return self._queue.popleft()

    def predict_action_chunk(self, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        """The next actions (K, D), beginning with those that will have been sent meanwhile."""
        return self.decode(self.encode(batch), batch, inference_delay=inference_delay, prev_chunk_left_over=prev_chunk_left_over)

    def encode(self, batch: Batch) -> Latent:
        """The slow half: what is seen and said, as the backend keeps it."""
        check_batch(batch, self._spec)
        if not isinstance(batch.get(TASK), str):
            raise ObservationInvalid(f"the observation has no {TASK!r}; the policy {self._spec.name!r} has to be told what to do")
        pictures = pictures_of(batch, self.config.cameras)
        return self.backend.encode(pictures[None], self.tokenizer(batch[TASK])[None])

    def decode(self, latent: Latent, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        """The fast half: a chunk (K, D) from a latent and the joints as they are now."""
        state = check_batch(batch, self._spec)
        prefix, given = prefix_of(self.config, self.stats, inference_delay, prev_chunk_left_over)
        out = self.backend.decode(latent, self.stats.normalise(state)[None], prefix[None], given[None])
        return self.stats.restore(out[0])


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
