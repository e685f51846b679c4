"""Moments: what a dataset's statistics are made of, gathered episode by episode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Moments"]


@dataclass(frozen=True, slots=True)
class Moments:
    """Count, sums, sums of squares and extremes per dimension."""

    count: int
    total: NDArray[np.float64]
    squares: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Moments:
        """Of some rows (n, D)."""
        return cls(len(values), values.sum(0), (values**2).sum(0), values.min(0), values.max(0))

    def joined(self, other: Moments) -> Moments:
        """Of the rows of both."""
        low, high = np.minimum(self.low, other.low), np.maximum(self.high, other.high)
        return Moments(self.count + other.count, self.total + other.total, self.squares + other.squares, low, high)

    def to_json(self, *, picture: bool) -> dict[str, Any]:
        """As LeRobot has it: (D,) per joint, (3, 1, 1) per channel of a picture."""
        mean = self.total / self.count
        spread = np.sqrt(np.maximum(self.squares / self.count - mean**2, 0.0))
        parts = {"min": self.low, "max": self.high, "mean": mean, "std": spread}
        shaped = {name: (part[:, None, None] if picture else part).tolist() for name, part in parts.items()}
        return {**shaped, "count": [self.count]}
