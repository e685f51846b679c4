"""Frame: where the map's grid lies. Everything is checked in the grid's own axes, in units of cells."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "Frame"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Frame:
    """A grid: metres a cell, the pose of its lower left corner, columns and rows. Row 0 is at the bottom."""

    resolution: float
    x: float
    y: float
    yaw: float
    width: int
    height: int

    def cells(self, points: Iterable[Any]) -> Array:
        """Map-frame points as (N, 2) along the grid's axes, in cells: column first, then row."""
        offset = np.asarray(list(points), dtype=np.float64).reshape(-1, 2) - (self.x, self.y)
        if self.yaw:
            cos, sin = math.cos(self.yaw), math.sin(self.yaw)
            offset = np.stack((cos * offset[:, 0] + sin * offset[:, 1], cos * offset[:, 1] - sin * offset[:, 0]), axis=1)
        return np.asarray(offset / self.resolution)

    def inside(self, points: Array) -> npt.NDArray[np.bool_]:
        """Which points, in cells, lie on the grid."""
        return np.asarray(((points >= 0) & (points < (self.width, self.height))).all(axis=1))

    def corners(self) -> Array:
        """(H + 1, W + 1, 2) corners of all cells, metres, map frame."""
        x, y = np.meshgrid(np.arange(self.width + 1.0), np.arange(self.height + 1.0))
        cos, sin = math.cos(self.yaw), math.sin(self.yaw)
        return np.stack((self.x + (cos * x - sin * y) * self.resolution, self.y + (sin * x + cos * y) * self.resolution), axis=-1)
