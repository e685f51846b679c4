"""The policy as LeRobot's users know it: ``select_action``, ``predict_action_chunk``, ``from_pretrained``, ``save_pretrained``.

A checkpoint is a folder: ``model.safetensors``, ``config.json`` (shape, vocabulary, statistics and their hash), and the
``tokenizer.json`` of its language model where it has a pretrained one.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from policies.policy import PolicyError
from policies.vla.backends.eager import Eager
from policies.vla.chunked import ChunkedPolicy
from policies.vla.config import ConfigInvalid, VLAConfig
from policies.vla.full import make_network
from policies.vla.mover import Mover
from policies.vla.processors import Stats, digest_of
from policies.vla.tokenizer import SubwordTokenizer, Tokenizer, tokenizer_of

__all__ = ["CheckpointInvalid", "VLAPolicy"]

_FORMAT = 1


class CheckpointInvalid(PolicyError):
    """A checkpoint that cannot be loaded; the message says which file, why, and what to do."""


class VLAPolicy(ChunkedPolicy):
    """A network with its vocabulary and statistics.

    Args:
        network: The weights; moved to evaluation mode.
        tokenizer: Its vocabulary.
        stats: Its normalisation.
        name: For reports.
    """

    def __init__(self, network: Mover, tokenizer: Tokenizer | SubwordTokenizer, stats: Stats, *, name: str = "vla") -> None:
        self.network = network.eval()
        super().__init__(network.config, tokenizer, stats, Eager.of(network), name)

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
        about["weights_digest"] = digest_of(partial)
        os.replace(partial, where / "model.safetensors")
        if isinstance(self.tokenizer, SubwordTokenizer):
            partial = where / "tokenizer.partial"
            partial.write_text(self.tokenizer.text, encoding="utf-8")
            os.replace(partial, where / "tokenizer.json")
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
        network = make_network(config)
        tokenizer = tokenizer_of(config, about.get("words", ()), where)
        _load(network, where / "model.safetensors", about.get("weights_digest"))
        return cls(network, tokenizer, stats, name=str(about.get("name", where.name)))


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


def _load(network: Mover, file: Path, digest: str | None) -> None:
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
    if digest_of(file) != digest:
        raise CheckpointInvalid(f"the weights {str(file)!r} are damaged (not those that were saved); copy or train them again")
