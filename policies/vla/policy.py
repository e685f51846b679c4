"""The policy as LeRobot's users know it: ``reset``, ``select_action``, ``predict_action_chunk``, ``forward``, ``save_pretrained``.

A checkpoint is a folder: ``model.safetensors``, ``config.json`` (shape, vocabulary, statistics and their hash).
"""

from __future__ import annotations

import json
import os
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from policies.policy import TASK, Batch, Chunk, ObservationInvalid, PolicySpec, check_batch
from policies.vla.config import ConfigInvalid, VLAConfig
from policies.vla.model import VLA
from policies.vla.processors import Stats, pictures_of, prefix_of
from policies.vla.tokenizer import Tokenizer

__all__ = ["CheckpointInvalid", "VLAPolicy"]

_FORMAT = 1


class CheckpointInvalid(ValueError):
    """A checkpoint that cannot be loaded; the message says which file, why, and what to do."""


class VLAPolicy:
    """A network with its vocabulary and statistics.

    Args:
        network: The weights; moved to evaluation mode.
        tokenizer: Its vocabulary.
        stats: Its normalisation.
        name: For reports.
    """

    def __init__(self, network: VLA, tokenizer: Tokenizer, stats: Stats, *, name: str = "vla") -> None:
        config = network.config
        stats.check(config.joints)
        self.network = network.eval()
        self.tokenizer = tokenizer
        self.stats = stats
        self._queue: deque[Chunk] = deque()
        self._spec = PolicySpec(
            name=name,
            kind="learned",
            joints=config.joints,
            cameras=dict.fromkeys(config.cameras, (config.pixels, config.pixels)),
            period_s=config.period_s,
            chunk=config.chunk,
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

    def encode(self, batch: Batch) -> Tensor:
        """The slow half: the latent (1, N, W) of what is seen and said. The runtime asks for it a few times a second."""
        _, pictures, text = self._inputs(batch)
        with torch.no_grad():
            return self.network.encode(torch.from_numpy(pictures)[None], torch.from_numpy(text)[None])

    def decode(self, latent: Tensor, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        """The fast half: a chunk (K, D) from a latent and the joints as they are now."""
        state = check_batch(batch, self._spec)
        prefix, given = prefix_of(self.network.config, self.stats, inference_delay, prev_chunk_left_over)
        joints = torch.from_numpy(self.stats.normalise(state))[None]
        with torch.no_grad():
            out = self.network.decode(latent, joints, torch.from_numpy(prefix)[None], torch.from_numpy(given)[None])
        return self.stats.restore(out[0].numpy())

    def _inputs(self, batch: Batch) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        state = check_batch(batch, self._spec)
        if not isinstance(batch.get(TASK), str):
            raise ObservationInvalid(f"the observation has no {TASK!r}; the policy {self._spec.name!r} has to be told what to do")
        return state, pictures_of(batch, self.network.config.cameras), self.tokenizer(batch[TASK])

    def save_pretrained(self, folder: str | Path) -> None:
        """Write the checkpoint; each file is complete or not there."""
        from safetensors.torch import save_file

        where = Path(folder)
        where.mkdir(parents=True, exist_ok=True)
        weights = {name: value.detach().contiguous().cpu() for name, value in self.network.state_dict().items()}
        about = {
            "surefoot_vla": _FORMAT,
            "name": self._spec.name,
            "config": self.network.config.to_json(),
            "words": list(self.tokenizer.words),
            "stats": self.stats.to_json(),
            "stats_digest": self.stats.digest,
        }
        partial = where / "model.partial"
        save_file(weights, partial)
        os.replace(partial, where / "model.safetensors")
        partial = where / "config.partial"
        partial.write_text(json.dumps(about, indent=1, ensure_ascii=False), encoding="utf-8")
        os.replace(partial, where / "config.json")

    @classmethod
    def from_pretrained(cls, folder: str | Path, *, joints: tuple[str, ...] | None = None) -> VLAPolicy:
        """Load a checkpoint.

        Args:
            folder: Where it lies.
            joints: The robot's joints; checked against those that it was trained on.

        Raises:
            CheckpointInvalid: A file is missing, corrupt, of another version, or does not fit the other.
            StatsMismatch: It is another robot's.
        """
        where = Path(folder)
        about = _about(where)
        try:
            config = VLAConfig.from_json(about["config"])
            stats = Stats.from_json(about["stats"])
        except (ConfigInvalid, KeyError, TypeError) as error:
            raise CheckpointInvalid(f"the policy {str(where)!r} cannot be loaded: {error}") from None
        if stats.digest != about.get("stats_digest"):
            raise CheckpointInvalid(
                f"the statistics of the policy {str(where)!r} have hash {stats.digest}, but it was saved with "
                f"{about.get('stats_digest')}: they were edited or damaged; export it anew"
            )
        if joints is not None:
            stats.check(joints)
        network = VLA(config)
        _load(network, where / "model.safetensors")
        return cls(network, Tokenizer(about.get("words", ()), config.text), stats, name=str(about.get("name", where.name)))


def _about(where: Path) -> dict[str, Any]:
    try:
        about = json.loads((where / "config.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CheckpointInvalid(f"{str(where)!r} holds no policy: there is no config.json in it") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CheckpointInvalid(f"the config.json of the policy {str(where)!r} cannot be read: {error}") from None
    if not isinstance(about, dict) or about.get("surefoot_vla") != _FORMAT:
        raise CheckpointInvalid(f"{str(where / 'config.json')!r} is no policy of this version (surefoot_vla: {_FORMAT})")
    return about


def _load(network: VLA, file: Path) -> None:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        network.load_state_dict(load_file(file))
    except FileNotFoundError:
        raise CheckpointInvalid(f"the policy {str(file.parent)!r} has no weights: {file.name} is missing") from None
    except (SafetensorError, OSError) as error:
        raise CheckpointInvalid(f"the weights {str(file)!r} are damaged ({error}); copy or train them again") from None
    except RuntimeError as error:
        first = str(error).splitlines()[-1].strip()
        raise CheckpointInvalid(f"the weights {str(file)!r} do not fit their config.json: {first}") from None
