"""Pretrained weights from local folders in Hugging Face's layout: ``model.safetensors`` or its shards, ``tokenizer.json``.

Nothing is downloaded, ``transformers`` is not needed, and pickled weights (``.bin``) are not touched: loading them can run code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from policies.vla.shapes import LanguageShape, PretrainedInvalid, VisionShape, language_shape, vision_shape
from policies.vla.tokenizer import SubwordTokenizer

__all__ = ["Pretrained", "Weights"]


class Weights:
    """The tensors of a folder, by name; only those that are asked for are read.

    Args:
        folder: With ``model.safetensors``, or ``model.safetensors.index.json`` and the shards that it names.

    Raises:
        PretrainedInvalid: There are none, or they are damaged.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.file_of = self._shards() or self._whole()

    @property
    def digest(self) -> str:
        """A hash of the files' names and headers (every tensor's name, type, shape and place), 16 hexadecimal digits."""
        found = hashlib.sha256()
        for file in sorted(set(self.file_of.values())):
            with file.open("rb") as opened:
                size = int.from_bytes(opened.read(8), "little")
                found.update(file.name.encode() + str(file.stat().st_size).encode() + opened.read(min(size, 10**8)))
                found.update(opened.read(65536))
        return found.hexdigest()[:16]

    def fill(self, module: nn.Module, prefixes: Sequence[str]) -> None:
        """Copy the weights into a module whose names are the folder's, behind one of these prefixes.

        Raises:
            PretrainedInvalid: A tensor is missing or has another shape; the module may be half filled.
        """
        wanted = module.state_dict()
        prefix = max(prefixes, key=lambda head: sum(head + name in self.file_of for name in wanted))
        missing = [prefix + name for name in wanted if prefix + name not in self.file_of]
        if missing:
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            raise PretrainedInvalid(f"the weights in {str(self.folder)!r} have no tensor {missing[0]!r}{more}")
        with torch.no_grad():
            for file in sorted({self.file_of[prefix + name] for name in wanted}):
                with _opened(file) as tensors:
                    for name, target in wanted.items():
                        if self.file_of[prefix + name] == file:
                            _copy(tensors, prefix + name, target, file)

    def _whole(self) -> dict[str, Path]:
        file = self.folder / "model.safetensors"
        if not file.is_file():
            other = sorted(path.name for path in self.folder.glob("*.bin")) if self.folder.is_dir() else []
            why = f"only {other[0]}, and pickled weights can run code when they are loaded" if other else "no model.safetensors"
            raise PretrainedInvalid(f"{str(self.folder)!r} holds no weights: {why}")
        with _opened(file) as tensors:
            return dict.fromkeys(tensors.keys(), file)

    def _shards(self) -> dict[str, Path]:
        index = self.folder / "model.safetensors.index.json"
        if not index.is_file():
            return {}
        try:
            told = json.loads(index.read_text(encoding="utf-8"))["weight_map"]
            found = {str(name): self.folder / Path(file).name for name, file in told.items()}  # never outside the folder
        except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise PretrainedInvalid(f"{str(index)!r} cannot be read: {error!r}") from None
        lost = sorted({file.name for file in found.values() if not file.is_file()})
        if lost:
            raise PretrainedInvalid(f"{str(self.folder)!r} lacks {lost[0]}, which its model.safetensors.index.json names")
        return found


def _opened(file: Path) -> Any:
    from safetensors import SafetensorError, safe_open

    try:
        return safe_open(file, framework="pt")
    except (SafetensorError, OSError) as error:
        raise PretrainedInvalid(f"the weights {str(file)!r} are damaged ({error}); copy them again") from None


def _copy(tensors: Any, name: str, target: torch.Tensor, file: Path) -> None:
    from safetensors import SafetensorError

    try:
        found = tensors.get_tensor(name)
    except SafetensorError as error:
        raise PretrainedInvalid(f"the weights {str(file)!r} cannot be read: {error}") from None
    if found.shape != target.shape:
        raise PretrainedInvalid(
            f"the tensor {name!r} in {str(file)!r} is {tuple(found.shape)}, the config.json beside it says {tuple(target.shape)}"
        )
    target.copy_(found)


@dataclass(frozen=True)
class Pretrained:
    """A picture tower and a language model, for a policy of size ``full``.

    Attributes:
        eyes: Folder of the CLIP.
        mind: Folder of the language model, with its ``tokenizer.json``.
    """

    eyes: Path
    mind: Path

    @property
    def vision(self) -> VisionShape:
        """Shape of the tower."""
        return vision_shape(self.eyes)

    @property
    def language(self) -> LanguageShape:
        """Shape of the language model."""
        return language_shape(self.mind)

    @property
    def digest(self) -> str:
        """What a checkpoint remembers of the frozen weights, which it does not hold itself."""
        return f"{Weights(self.eyes).digest}-{Weights(self.mind).digest}"

    def tokenizer(self, length: int) -> SubwordTokenizer:
        """The language model's own.

        Raises:
            PretrainedInvalid: There is none, it is damaged, or it has more words than the model.
        """
        shape = self.language
        made = SubwordTokenizer(self.mind / "tokenizer.json", length, shape.pad)
        if len(made) > shape.words:
            raise PretrainedInvalid(
                f"the tokenizer.json of {str(self.mind)!r} has {len(made)} words, its model {shape.words}: they are of two models"
            )
        return made

    def fill(self, vision: nn.Module, language: nn.Module) -> None:
        """Copy both folders' weights.

        Raises:
            PretrainedInvalid: They do not fit.
        """
        Weights(self.eyes).fill(vision, ("vision_model.", "", "model.vision_model."))
        Weights(self.mind).fill(language, ("model.", ""))
