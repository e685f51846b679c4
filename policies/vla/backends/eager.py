"""Eager torch: the network itself, from the checkpoint that every export carries. The others are measured against it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from policies.vla.backends.torch_parts import TorchParts, torch_missing

__all__ = ["Eager"]


class Eager(TorchParts):
    """Runs the weights as they are."""

    name: ClassVar[str] = "eager"
    exact: ClassVar[bool] = True
    files: ClassVar[tuple[str, ...]] = ("model.safetensors",)

    @classmethod
    def missing(cls, folder: Path) -> str | None:
        """Needs torch and the weights."""
        return torch_missing() or (None if (folder / "model.safetensors").exists() else "the export has no model.safetensors")

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        from policies.vla.policy import VLAPolicy

        self._take(VLAPolicy.from_pretrained(folder).network)

    @classmethod
    def of(cls, network: Any) -> "Eager":
        """The backend of a network that is at hand, a ``policies.vla.model.VLA``."""
        made = cls.__new__(cls)
        made._take(network)
        return made

    def _take(self, network: Any) -> None:
        self.network = network
        self.encoder, self.decoder = self._looked, network.act

    def _looked(self, *seen: Any) -> Any:
        return self.network.remember(self.network.encode(*seen))
