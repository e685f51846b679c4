"""Gaps: exactly which parts of the free plane a disc can pass between, decided by the gaps between obstacle corners.

A disc of radius r cannot pass between two obstacle points that are less than 2 r apart, and nothing else can stop it. So two
points that are r clear of all obstacles are joined by a path of clearance r exactly when they lie in the same face of the plane
cut by the obstacle squares and by every segment shorter than 2 r between two of them. (The open r-neighbourhoods of the squares
are convex, so their union has the loops of its nerve, and the segments are the nerve's edges.) Only segments whose diametral
disc holds no third obstacle point matter, the nearest points of two squares can be taken at corners, and such segments are edges
of the corners' Delaunay triangulation: its triangles, joined across edges that are long enough, are the answer for every
radius. Widths are square roots of integers, in cells; nothing is approximated, and only the radius itself is rounded.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from maps.recent import Recent

__all__ = ["EXACT", "TOLERANCE", "Gap", "Gaps", "gaps_of"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

EXACT = 1e-9
"""Cells: a clearance that falls short by no more than rounding counts as met."""

TOLERANCE = 1e-6
"""Cells: a gap that falls short by less than this is not called a proof that a body cannot pass."""

_GAPS: "Recent[Gaps]" = Recent(128 * 2**20)


@dataclass(frozen=True, slots=True)
class Gap:
    """The narrowest gap on the widest way: half its width, and the two obstacle points that face each other, cells (x, y)."""

    half_width: float
    a: tuple[float, float]
    b: tuple[float, float]

    @property
    def middle(self) -> tuple[float, float]:
        """The point between the two."""
        return ((self.a[0] + self.b[0]) / 2, (self.a[1] + self.b[1]) / 2)


@dataclass(frozen=True, eq=False)
class Gaps:
    """The triangulated corners of the obstacles.

    Attributes:
        corners: (P, 2) lattice points on the obstacles' outlines, and the map's corners, as (x, y) in cells.
        triangles: (T, 3) indices of corners, counter-clockwise.
        neighbours: (T, 3) the triangle across the side opposite to each corner; -1 outside.
        half_widths: (T, 3) half the length of that side, cells: what a disc's radius may be to pass it; -1 where it lies on an
            obstacle.
        first: (P,) one triangle of each corner.
    """

    corners: FloatArray
    triangles: IntArray
    neighbours: IntArray
    half_widths: FloatArray
    first: IntArray

    @cached_property
    def centres(self) -> FloatArray:
        """(T, 2) circumcentres: the points farthest from the corners around them."""
        a, b, c = (self.corners[self.triangles[:, k]] for k in range(3))
        b, c = b - a, c - a
        cross = 2 * (b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0])
        bb, cc = (b * b).sum(axis=1), (c * c).sum(axis=1)
        x = (c[:, 1] * bb - b[:, 1] * cc) / cross
        y = (b[:, 0] * cc - c[:, 0] * bb) / cross
        return np.asarray(a + np.stack((x, y), axis=1))

    @cached_property
    def _tree(self) -> Any:
        from scipy.spatial import cKDTree

        return cKDTree(self.corners)

    def locate(self, points: npt.ArrayLike) -> IntArray:
        """The triangles that hold points (N, 2) given as (x, y) in cells; any of them on a common side."""
        points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        found: IntArray = self.first[self._tree.query(points)[1]]
        moving = np.arange(len(points))
        while len(moving):
            here = found[moving]
            a, b, c = (self.corners[self.triangles[here, k]] for k in range(3))
            p = points[moving]
            beyond = np.stack((_turn(b, c, p), _turn(c, a, p), _turn(a, b, p)), axis=1)
            beyond[self.neighbours[here] < 0] = 0.0
            side = beyond.argmin(axis=1)
            out = beyond[np.arange(len(here)), side] < -1e-12
            moving = moving[out]
            found[moving] = self.neighbours[here[out], side[out]]
        return found

    def faces(self, radius: float) -> IntArray:
        """Labels (T,) of the triangles that a disc of a radius (cells) can pass between."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        side = self._sides
        wide = side.half_widths >= radius
        count = len(self.triangles)
        graph = coo_array((np.ones(int(wide.sum()), dtype=np.int8), (side.one[wide], side.other[wide])), shape=(count, count))
        return np.asarray(connected_components(graph.tocsr(), directed=False)[1], dtype=np.int64)

    def tightest(self, starts: npt.ArrayLike, goals: npt.ArrayLike, rooms: npt.ArrayLike | None = None) -> Gap | None:
        """The gap that decides how large a disc may be to get from a start to any goal; None where no disc however small can.

        Args:
            starts: (2,) or (K, 2) x and y, cells; a disc of any size is taken to stand there.
            goals: (N, 2).
            rooms: (N,) clearance of the goals, cells: a goal with less than every gap on the way is itself the gap, of two equal
                ends. Without it a disc of any size may stand there.
        """
        begin, goals = self.locate(starts), np.asarray(goals, dtype=np.float64).reshape(-1, 2)
        ends = self.locate(goals)
        room = np.full(len(goals), np.inf) if rooms is None else np.asarray(rooms, dtype=np.float64)

        def joined(level: float, faces: IntArray) -> BoolArray:
            return np.asarray(np.isin(faces[ends], faces[begin]) & (room >= level))

        levels = np.unique(np.concatenate((self._sides.half_widths, room[np.isfinite(room)])))
        levels = levels[levels > 0]
        if not len(levels) or not len(ends) or not len(begin) or not joined(levels[0], self.faces(levels[0])).any():
            return None
        low, high = 0, len(levels)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if joined(levels[middle], self.faces(levels[middle])).any() else (low, middle)
        level = float(levels[low])
        wider = self.faces(np.nextafter(level, np.inf))
        cramped = np.flatnonzero(joined(level, wider))
        if not len(cramped):
            return self._crossing(level, wider, begin, ends[room >= level])
        x, y = goals[cramped[0]].tolist()
        return None if np.isinf(room[cramped[0]]) else Gap(level, (x, y), (x, y))

    def _crossing(self, level: float, wider: IntArray, begin: IntArray, ends: IntArray) -> Gap | None:
        """The first gap of exactly this half width on a way between faces that only wider gaps join."""
        side = self._sides
        just = np.flatnonzero(side.half_widths == level)
        ways: dict[int, list[tuple[int, int]]] = {}
        for index, one, other in zip(just.tolist(), wider[side.one[just]].tolist(), wider[side.other[just]].tolist(), strict=True):
            ways.setdefault(one, []).append((other, index))
            ways.setdefault(other, []).append((one, index))
        targets = set(wider[ends].tolist())
        seen, front = set(wider[begin].tolist()), [(face, -1) for face in dict.fromkeys(wider[begin].tolist())]
        while front:
            here, through = front.pop(0)
            if here in targets:
                triangle, opposite = divmod(int(side.where[through]), 3)
                a, b = (self.corners[self.triangles[triangle, (opposite + turn) % 3]].tolist() for turn in (1, 2))
                return Gap(level, (a[0], a[1]), (b[0], b[1]))
            for there, index in ways.get(here, ()):
                if there not in seen:
                    seen.add(there)
                    front.append((there, index if through < 0 else through))
        return None

    @cached_property
    def _sides(self) -> "_Sides":
        one = np.repeat(np.arange(len(self.triangles)), 3)
        other, width = self.neighbours.ravel(), self.half_widths.ravel()
        once = np.flatnonzero((one < other) & (width >= 0))
        return _Sides(one[once], other[once], width[once], once)


@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """The sides between two triangles that are no obstacle's: the two, half the side's length, its place in (T, 3)."""

    one: IntArray
    other: IntArray
    half_widths: FloatArray
    where: IntArray


def gaps_of(blocked: BoolArray) -> Gaps:
    """Triangulate the corners of the obstacles; kept by content.

    Args:
        blocked: (H, W) obstacle cells; the outside is one obstacle more.
    """
    digest = hashlib.blake2b(np.packbits(blocked).tobytes(), digest_size=16)
    digest.update(repr(blocked.shape).encode())
    key = digest.digest()
    found = _GAPS.get(key)
    if found is None:
        found = _triangulate(np.pad(blocked, 1, constant_values=True))
        _GAPS.put(key, found, 160 * len(found.triangles))
    return found


def _triangulate(wide: BoolArray) -> Gaps:
    """Delaunay triangulation of the lattice points on the outlines of obstacles, which are given with a rim of one cell."""
    from scipy.spatial import Delaunay

    around = wide[1:, 1:].astype(np.int8) + wide[:-1, 1:] + wide[1:, :-1] + wide[:-1, :-1]
    outline = (around > 0) & (around < 4)
    outline[[0, 0, -1, -1], [0, -1, 0, -1]] = True  # the map's corners, so that the triangles cover all of it
    rows, cols = np.nonzero(outline)
    corners = np.stack((cols, rows), axis=1).astype(np.float64)
    made = Delaunay(corners)
    triangles, neighbours = made.simplices.astype(np.int64), made.neighbors.astype(np.int64)
    a, b, c = (corners[triangles[:, k]] for k in range(3))
    flipped = _turn(a, b, c) < 0
    triangles[flipped] = triangles[flipped][:, (0, 2, 1)]
    neighbours[flipped] = neighbours[flipped][:, (0, 2, 1)]
    half = np.empty(triangles.shape)
    for side in range(3):
        p, q = corners[triangles[:, (side + 1) % 3]], corners[triangles[:, (side + 2) % 3]]
        half[:, side] = np.sqrt(((p - q) ** 2).sum(axis=1)) / 2
        half[_on_obstacle(wide, p, q), side] = -1.0
    return Gaps(corners, triangles, neighbours, half, made.vertex_to_simplex.astype(np.int64))


def _on_obstacle(wide: BoolArray, p: FloatArray, q: FloatArray) -> BoolArray:
    """Whether sides lie on the side of an obstacle square."""
    on = np.zeros(len(p), dtype=bool)
    unit = np.abs(p - q).sum(axis=1) == 1
    col, row = np.minimum(p, q)[unit].astype(np.int64).T + 1
    upright = p[unit, 0] == q[unit, 0]
    on[unit] = wide[row, col] | np.where(upright, wide[row, col - 1], wide[row - 1, col])
    return on


def _turn(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    """Twice the signed area of triangles; positive counter-clockwise."""
    return np.asarray((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0]))
