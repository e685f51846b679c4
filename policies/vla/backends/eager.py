"""Eager torch: the network itself, from the checkpoint that every export carries. The others are measured against it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from policies.vla.backends.torch_parts import TorchParts, torch_missing

__all__ = ["Eager"]


class Eager(TorchParts):
    """Runs the weights as they are."""

    name: ClassVar[str] = "eager"

    @classmethod
    def missing(cls, folder: Path) -> str | None:
        """Needs torch."""
        return torch_missing()

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        from policies.vla.policy import VLAPolicy

        self.network = VLAPolicy.from_pretrained(folder).network
        self.encoder, self.decoder = self.network.encode, self.network.decode
