"""The backend's contract: encode and decode with numpy in and out, and a sentence where it cannot run here."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from policies.policy import PolicyError

__all__ = ["Backend", "BackendMissing", "Floats", "Latent"]

Floats: TypeAlias = NDArray[np.float32]
Latent: TypeAlias = Any
"""What encode hands to decode: only the backend that made it looks inside."""


class BackendMissing(PolicyError):
    """A backend cannot run here; the message says what is missing and how to get it."""


class Backend(Protocol):
    """Runs the two halves of a policy, batch 1, static shapes."""

    name: ClassVar[str]
    exact: ClassVar[bool]
    """It computes in float32 what was trained: an export on which it differs by more than rounding is refused."""
    files: ClassVar[tuple[str, ...]]
    """What it reads of an export."""

    @classmethod
    def missing(cls, folder: Path) -> str | None:
        """Why it cannot run this export here, as a sentence; None if it can."""

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        """Load the export."""

    def encode(self, pictures: Floats, text: NDArray[np.int64], state: Floats) -> Latent:
        """(1, C, 3, S, S), (1, L) and the joints then (1, D) to a latent."""

    def decode(self, latent: Latent, state: Floats, prefix: Floats, given: Floats) -> Floats:
        """A latent, (1, D), (1, P, D) and (1, P) to normalised actions (1, K, D)."""

    def array(self, latent: Latent) -> Floats:
        """A latent as numpy (1, N, W), to compare backends."""
