"""An exact checker of disc reachability that shares no code with the product: obstacle squares, dilated by shapely.

A buffer's arcs lie inside the true circle, so the space left over by it is a little too large: parts that are apart there are
apart. With the radius divided by cos(pi / 4q), q segments to a quarter, they lie outside: what is joined there is joined.
Where the two differ the arcs are refined, and what still differs is a gap within a ten-millionth of a cell of the disc's width.
"""

import math

import numpy as np
import shapely
from shapely import STRtree

__all__ = ["JOINED", "OPEN", "PARTED", "ExactSpace", "obstacles"]

PARTED, JOINED, OPEN = 0, 1, 2
"""What the checker knows of a pair; OPEN: it cannot tell."""

_SLACK = 1e-7
"""Cells by which the radius is made smaller for PARTED and larger for JOINED: far more than shapely's rounding."""


def obstacles(blocked: np.ndarray) -> shapely.Geometry:
    """The union of the closed squares of blocked cells (H, W) and of a rim around the map, in cells, x = column."""
    wide = np.pad(blocked, 1, constant_values=True)
    rows, columns = np.nonzero(wide)
    return shapely.union_all(shapely.box(columns - 1.0, rows - 1.0, columns * 1.0, rows * 1.0))


class ExactSpace:
    """Where the centre of a disc may be."""

    def __init__(self, blocked: np.ndarray, radius: float) -> None:
        """Take obstacle cells (H, W) and a radius in cells."""
        self.solid = obstacles(blocked)
        self.radius = radius
        self._bounds = shapely.box(0.0, 0.0, blocked.shape[1], blocked.shape[0])
        shapely.prepare(self.solid)

    def clearance(self, points: np.ndarray) -> np.ndarray:
        """Distance of points (N, 2) to the obstacles; 0 off the map."""
        inside = shapely.contains_xy(self._bounds, points[:, 0], points[:, 1])
        return np.where(inside, shapely.distance(self.solid, shapely.points(points)), 0.0)

    def judge(self, starts: np.ndarray, goals: np.ndarray) -> np.ndarray:
        """PARTED, JOINED or OPEN for pairs of points (N, 2)."""
        known = np.full(len(starts), OPEN)
        room = np.minimum(self.clearance(starts), self.clearance(goals))
        known[room < self.radius - _SLACK] = PARTED
        for segments in (16, 128, 1024):
            todo = np.flatnonzero((known == OPEN) & (room >= self.radius))
            if not len(todo):
                break
            ends = np.concatenate((starts[todo], goals[todo]))
            large = self._labels(ends, self.radius - _SLACK, segments)
            small = self._labels(ends, (self.radius + _SLACK) / math.cos(math.pi / (4 * segments)), segments)
            a, b = np.split(large, 2)
            known[todo[(a >= 0) & (b >= 0) & (a != b)]] = PARTED
            a, b = np.split(small, 2)
            known[todo[(a >= 0) & (a == b)]] = JOINED
        return known

    def _labels(self, points: np.ndarray, grown: float, segments: int) -> np.ndarray:
        """Which part of the free space holds each point; -1 for none."""
        parts = shapely.get_parts(self._bounds.difference(self.solid.buffer(grown, quad_segs=segments)))
        labels = np.full(len(points), -1)
        point, part = STRtree(parts).query(shapely.points(points), predicate="intersects")
        labels[point] = part
        return labels
