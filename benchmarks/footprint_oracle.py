"""An independent checker of polygon bodies: exact slices of the configuration space in shapely. Shares no code with the project.

A whole turn is cut into slices. In each, the positions that are free in every heading of the slice, and those that are not
certainly stuck, are polygons: Minkowski sums of obstacle rectangles with the turned body, grown or shrunk by how far turning
within the slice can move a corner. Slices that overlap are joined. Sweeps of routes are checked by bisection with the same bound.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from shapely import affinity

__all__ = ["JOINED", "OPEN", "PARTED", "FootprintOracle"]

JOINED, OPEN, PARTED = 1, 0, -1
_ARC = 8
_TINY = 1e-9


class FootprintOracle:
    """One map and body, in cells.

    Args:
        blocked: (H, W) obstacle cells; the outside is obstacle too.
        parts: The body's convex parts; any decomposition will do, it is checked against ``ring``.
        ring: The body.
        margin: Distance to keep.
        slices: Heading intervals of a whole turn.
    """

    def __init__(
        self,
        blocked: np.ndarray,
        ring: Sequence[tuple[float, float]],
        parts: Sequence[Sequence[tuple[float, float]]],
        margin: float,
        slices: int = 120,
    ) -> None:
        self.body, self.margin, self.slices = shapely.Polygon(ring), margin, slices
        self.reach = max(math.hypot(*corner) for corner in ring)
        union = shapely.union_all([shapely.Polygon(part) for part in parts])
        assert union.symmetric_difference(self.body).area < 1e-9 * max(1.0, self.body.area)
        self.parts = [np.asarray(part) for part in parts]
        height, width = blocked.shape
        self.hall = shapely.box(0, 0, width, height)
        self.rects = [(c, r, c + n, r + 1) for r in range(height) for c, n in _runs(blocked[r])]
        span = 4 * self.reach + width + height
        self.rects += [
            (-span, -span, 0, height + span), (width, -span, width + span, height + span),
            (-span, -span, width + span, 0), (-span, height, width + span, height + span),
        ]  # fmt: skip
        self.solid = shapely.union_all([shapely.box(*rect) for rect in self.rects])
        self.squares = np.array([shapely.box(*rect) for rect in self.rects])
        self.sure = self._space(1.0)
        self.perhaps = self._space(-1.0)

    def free(self, x: float, y: float, yaw: float) -> bool:
        """Whether the body fits, exactly."""
        placed = self._placed(x, y, yaw)
        if self.margin > 0:
            return bool(shapely.distance(placed, self.squares).min() >= self.margin)
        return bool(placed.intersection(self.solid).area < 1e-12)

    def judge(self, configurations: Sequence[tuple[float, float, float]]) -> np.ndarray:
        """(n, n) JOINED, PARTED or OPEN for each pair of free configurations."""
        sure = np.array([self._component(self.sure, at) for at in configurations])
        perhaps = np.array([self._component(self.perhaps, at) for at in configurations])
        out = np.zeros((len(sure), len(sure)), dtype=np.int8)
        out[(perhaps[:, None] != perhaps[None]) & (perhaps[:, None] >= 0) & (perhaps[None] >= 0)] = PARTED
        out[(sure[:, None] == sure[None]) & (sure[:, None] >= 0)] = JOINED
        return out

    def is_sound(self, stops: Sequence[tuple[float, float, float]], tolerance: float = 1e-6) -> bool:
        """Whether turning and driving straight from stop to stop keeps the margin, all the way."""
        for a, b in pairwise(stops):
            turned = (b[2] - a[2] + math.pi) % (2 * math.pi) - math.pi
            if math.dist(a[:2], b[:2]) > _TINY:
                along = math.atan2(b[1] - a[1], b[0] - a[0])
                if abs(turned) > 1e-7 or abs(math.sin(along - a[2])) * math.dist(a[:2], b[:2]) > 1e-6:
                    return False
            if not self._keeps((a[0], a[1], a[2]), (b[0], b[1], a[2] + turned), tolerance):
                return False
        return True

    def _keeps(self, a: tuple[float, float, float], b: tuple[float, float, float], tolerance: float) -> bool:
        """Bisection: between two configurations no point moves farther than half of the bound from the nearer one."""
        middle = tuple((p + q) / 2 for p, q in zip(a, b, strict=True))
        moves = (math.dist(a[:2], b[:2]) + self.reach * abs(b[2] - a[2])) / 2
        placed = self._placed(*middle)
        room = float(shapely.distance(placed, self.squares).min())
        if self.margin == 0 and placed.intersection(self.solid).area > 1e-7:
            return False
        if room >= self.margin + moves - tolerance or (moves < 1e-3 and self.margin == 0):
            return True
        if room < self.margin - tolerance:
            return False
        if moves < 1e-4:
            return True
        return self._keeps(a, middle, tolerance) and self._keeps(middle, b, tolerance)

    def _placed(self, x: float, y: float, yaw: float) -> shapely.Polygon:
        cos, sin = math.cos(yaw), math.sin(yaw)
        return affinity.affine_transform(self.body, [cos, -sin, sin, cos, x, y])

    def _space(self, sign: float) -> tuple[list[np.ndarray], list[int], np.ndarray]:
        """Polygons by slice, the number of each slice's first, and the component of every polygon."""
        width = 2 * math.pi / self.slices
        slack = sign * self.reach * 2 * math.sin(width / 4)
        slices, first, count = [], [], 0
        for number in range(self.slices):
            polygons = self._slice((number + 0.5) * width, self.margin + slack)
            slices.append(polygons)
            first.append(count)
            count += len(polygons)
        rows, cols = [], []
        for number in range(self.slices):
            after = (number + 1) % self.slices
            if not len(slices[number]) or not len(slices[after]):
                continue
            a, b = np.meshgrid(np.arange(len(slices[number])), np.arange(len(slices[after])), indexing="ij")
            a, b = a.ravel(), b.ravel()
            one, two = slices[number][a], slices[after][b]
            meet = shapely.intersects(one, two) if sign < 0 else shapely.area(shapely.intersection(one, two)) > 1e-9
            rows += (first[number] + a[meet]).tolist()
            cols += (first[after] + b[meet]).tolist()
        graph = coo_matrix((np.ones(len(rows)), (rows, cols)), shape=(max(count, 1), max(count, 1)))
        return slices, first, connected_components(graph, directed=False)[1]

    def _slice(self, yaw: float, reach: float) -> np.ndarray:
        """The positions that keep ``reach`` from the obstacles in one heading; a negative reach lets the body overlap."""
        cos, sin = math.cos(yaw), math.sin(yaw)
        sums = []
        for part in self.parts:
            turned = -(part @ np.array(((cos, sin), (-sin, cos))))
            for x0, y0, x1, y1 in self.rects:
                corners = np.array(((x0, y0), (x1, y0), (x1, y1), (x0, y1)))
                sums.append(shapely.MultiPoint((corners[:, None] + turned[None]).reshape(-1, 2)).convex_hull)
        if reach < 0:
            stuck = shapely.union_all(shapely.buffer(np.array(sums), reach - _TINY, join_style="mitre"))
        else:
            stuck = shapely.union_all(sums)
            # Arcs are drawn inside the circle: outside of it where what is free has to be certain.
            grown = reach / math.cos(math.pi / (4 * _ARC)) if reach > self.margin else reach
            stuck = shapely.buffer(stuck, grown + (_TINY if reach > self.margin else -_TINY), quad_segs=_ARC)
        left = self.hall.difference(stuck)
        return np.array([part for part in shapely.get_parts(left) if part.geom_type == "Polygon"])

    def _component(self, space: tuple[list[np.ndarray], list[int], np.ndarray], at: tuple[float, float, float]) -> int:
        slices, first, component = space
        number = int((at[2] % (2 * math.pi)) / (2 * math.pi) * self.slices) % self.slices
        if not len(slices[number]):
            return -1
        inside = np.flatnonzero(shapely.intersects(slices[number], shapely.Point(at[0], at[1])))
        return int(component[first[number] + int(inside[0])]) if len(inside) else -1


def _runs(row: np.ndarray) -> list[tuple[int, int]]:
    """Start and length of the runs of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], row, [False])).astype(np.int8)))
    return [(int(a), int(b - a)) for a, b in edges.reshape(-1, 2)]
