"""Exported programs: ``encode.pt2`` and ``decode.pt2`` of torch.export, which need none of this package's model code."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from policies.vla.backends.torch_parts import TorchParts, torch_missing

__all__ = ["ExportedProgram"]


class ExportedProgram(TorchParts):
    """Runs the two programs."""

    name: ClassVar[str] = "pt2"
    exact: ClassVar[bool] = True
    files: ClassVar[tuple[str, ...]] = ("encode.pt2", "decode.pt2")

    @classmethod
    def missing(cls, folder: Path) -> str | None:
        """Needs torch and the files."""
        return torch_missing() or (None if (folder / "decode.pt2").exists() else "the export has no encode.pt2 and decode.pt2")

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        import torch

        self.encoder, self.decoder = (torch.export.load(folder / f"{part}.pt2").module() for part in ("encode", "decode"))
