"""GridFrame: where a grid of square cells lies in the map frame, and the way from cells to metres and back."""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from maps.geometry import Point, Pose

__all__ = ["FREE", "OCCUPIED", "UNKNOWN", "Cell", "GridFrame"]

FREE = 0
OCCUPIED = 100
UNKNOWN = -1

Cell: TypeAlias = tuple[int, int]
"""Row and column; row 0 is at the bottom, column 0 at the left."""


@dataclass(frozen=True, slots=True)
class GridFrame:
    """A grid's size and its pose in the map frame.

    Attributes:
        resolution: Side of a cell, metres.
        origin: Pose of the lower-left corner of cell (0, 0); the yaw turns the grid about that corner.
        width: Number of columns.
        height: Number of rows.
    """

    resolution: float
    origin: Pose
    width: int
    height: int

    def __post_init__(self) -> None:
        """Refuse what is not a grid."""
        numbers = (self.resolution, self.origin.x, self.origin.y, self.origin.yaw)
        if not all(math.isfinite(number) for number in numbers) or self.resolution <= 0:
            raise ValueError(f"a grid needs a positive resolution and a finite origin, got {self!r}")
        if self.width < 1 or self.height < 1:
            raise ValueError(f"a grid needs at least one cell, got {self.width} x {self.height}")

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns, as numpy wants them."""
        return (self.height, self.width)

    @property
    def corners(self) -> tuple[Point, Point, Point, Point]:
        """The four corners of the grid, counter-clockwise from the origin, metres."""
        w, h = self.width * self.resolution, self.height * self.resolution
        corners = [self.to_map(x, y) for x, y in ((0.0, 0.0), (w, 0.0), (w, h), (0.0, h))]
        return (corners[0], corners[1], corners[2], corners[3])

    def to_map(self, x: float, y: float) -> Point:
        """A point given in metres along the grid's own axes, in the map frame."""
        if self.origin.yaw == 0.0:
            return (self.origin.x + x, self.origin.y + y)
        cos, sin = math.cos(self.origin.yaw), math.sin(self.origin.yaw)
        return (self.origin.x + cos * x - sin * y, self.origin.y + sin * x + cos * y)

    def local(self, points: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Map-frame points (N, 2) as (x, y) along the grid's own axes, in units of cells.

        Cell (row, column) covers ``column <= x < column + 1`` and ``row <= y < row + 1``.
        """
        offset = np.asarray(points, dtype=np.float64).reshape(-1, 2) - np.array([self.origin.x, self.origin.y])
        if self.origin.yaw != 0.0:
            cos, sin = math.cos(self.origin.yaw), math.sin(self.origin.yaw)
            offset = offset @ np.array([[cos, -sin], [sin, cos]])
        return np.asarray(offset / self.resolution)

    def cells(self, points: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """The cells (N, 2) as (row, column) that hold these points (N, 2); outside the grid they are out of range."""
        return np.floor(self.local(points)).astype(np.int64)[:, ::-1]

    def centres(self, cells: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """The centres (N, 2) in metres of these cells (N, 2) as (row, column)."""
        xy = (np.asarray(cells, dtype=np.float64).reshape(-1, 2)[:, ::-1] + 0.5) * self.resolution
        if self.origin.yaw != 0.0:
            cos, sin = math.cos(self.origin.yaw), math.sin(self.origin.yaw)
            xy = xy @ np.array([[cos, sin], [-sin, cos]])
        return np.asarray(xy + np.array([self.origin.x, self.origin.y]))

    def cell(self, point: Point) -> Cell:
        """The cell that holds a point; outside the grid it is out of range (negative, or beyond the last)."""
        x, y = point[0] - self.origin.x, point[1] - self.origin.y
        if self.origin.yaw != 0.0:
            cos, sin = math.cos(self.origin.yaw), math.sin(self.origin.yaw)
            x, y = cos * x + sin * y, cos * y - sin * x
        return (math.floor(y / self.resolution), math.floor(x / self.resolution))

    def centre(self, row: int, col: int) -> Point:
        """The centre of a cell, metres."""
        return self.to_map((col + 0.5) * self.resolution, (row + 0.5) * self.resolution)

    def inside(self, row: int, col: int) -> bool:
        """Whether the grid has this cell."""
        return 0 <= row < self.height and 0 <= col < self.width

    def contains(self, point: Point) -> bool:
        """Whether a point lies on the grid."""
        return math.isfinite(point[0]) and math.isfinite(point[1]) and self.inside(*self.cell(point))
