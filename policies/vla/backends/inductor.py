"""Inductor: the network compiled by torch for this machine when it is first used."""

from collections.abc import Mapping
from pathlib import Path
from shutil import which
from typing import Any, ClassVar

from policies.vla.backends.eager import Eager
from policies.vla.backends.torch_parts import torch_missing

__all__ = ["Inductor"]


class Inductor(Eager):
    """``torch.compile`` over both halves; static shapes."""

    name: ClassVar[str] = "inductor"
    exact: ClassVar[bool] = True

    @classmethod
    def missing(cls, folder: Path) -> str | None:
        """Needs torch and, on a CPU, a C++ compiler."""
        return torch_missing() or (None if which("c++") or which("g++") or which("clang++") else "there is no C++ compiler (g++)")

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        import torch

        super().__init__(folder, manifest)
        self.encoder = torch.compile(self.encoder, dynamic=False)
        self.decoder = torch.compile(self.decoder, dynamic=False)
