"""Witness: a polyline through the gaps that a disc can pass, every segment of it measured exactly.

It follows circumcentres: between two triangles that a wide enough gap joins, the straight line from one circumcentre to the
other keeps at least half the gap's width from every corner. The obstacles' sides between corners are what the exact test is for.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from maps.reach.gaps import EXACT, Gaps, gaps_of
from maps.swept import clear_segments

__all__ = ["witness"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_NEAREST = 24


def witness(
    blocked: BoolArray, clearance: FloatArray, starts: FloatArray, goals: FloatArray, needed: float, scale: float = 1.0
) -> FloatArray | None:
    """A way for a disc from one of some starts to one of some goals.

    Args:
        blocked: (H, W) obstacle cells.
        clearance: (H, W) exact clearance of the cell centres.
        starts: (K, 2) points as (x, y) in cells that have the clearance needed.
        goals: (N, 2) points that have it.
        needed: Clearance to keep, cells.
        scale: What one cell is in the unit of ``clearance``.

    Returns:
        (M, 2) vertices, every segment of which has the clearance to within 1e-9 cell; None where none was found.
    """
    return _Search(gaps_of(blocked), blocked, clearance, needed, scale).find(starts, goals)


class _Search:
    """Shortest paths over circumcentres at one clearance."""

    def __init__(self, gaps: Gaps, blocked: BoolArray, clearance: FloatArray, needed: float, scale: float) -> None:
        self.gaps, self.blocked, self.clearance, self.needed, self.scale = gaps, blocked, clearance, needed, scale
        self.label = gaps.faces(needed - EXACT)

    def find(self, starts: FloatArray, goals: FloatArray) -> FloatArray | None:
        """The polyline, or None."""
        begin, end = self.label[self.gaps.locate(starts)], self.label[self.gaps.locate(goals)]
        common = np.intersect1d(begin, end)
        for face in common.tolist():
            found = self._in_face(face, starts[begin == face], goals[end == face])
            if found is not None:
                return found
        return None

    def _in_face(self, face: int, starts: FloatArray, goals: FloatArray) -> FloatArray | None:
        gaps = self.gaps
        count = len(gaps.triangles)
        mine = self.label == face
        inner = np.flatnonzero(mine)
        triangle = np.repeat(inner, 3)
        other, wide = gaps.neighbours[inner].ravel(), gaps.half_widths[inner].ravel() >= self.needed - EXACT
        wide &= triangle < other
        points = [gaps.centres, starts, goals]
        edges = [np.stack((triangle[wide], other[wide]), axis=1)]
        first = count + len(starts) + len(goals)
        for index, point in enumerate(np.concatenate((starts, goals)), start=count):
            spots, ties = self._tied(point, inner)
            points.append(spots)
            ties = np.where(ties == -1, index, np.where(ties < -1, first + (-2 - ties), ties))
            edges.append(ties)
            first += len(spots)
        place, edge = np.concatenate(points), np.concatenate(edges)
        ends = count + np.arange(len(starts)), count + len(starts) + np.arange(len(goals))
        for certain in (False, True):
            if certain:
                edge = edge[self._clear(place[edge[:, 0]], place[edge[:, 1]])]
            path = _shortest(place, edge, *ends)
            if path is None:
                return None
            line = place[path]
            if self._clear(line[:-1], line[1:]).all():
                return line
        return None

    def _clear(self, a: FloatArray, b: FloatArray) -> BoolArray:
        return clear_segments(self.blocked, self.clearance, a, b, self.needed, self.scale)

    def _tied(self, point: FloatArray, inner: IntArray) -> tuple[FloatArray, IntArray]:
        """How a point is joined to circumcentres: extra points, and edges (triangle, -1 = the point, -2 - i = extra point i).

        Straight to those nearby that it sees; and away from the nearest corner, which brings it nearer to nothing, as far as
        the border of that corner's Voronoi cell and along it.
        """
        gaps = self.gaps
        away = np.hypot(*(gaps.centres[inner] - point).T)
        near = inner[np.argsort(away, kind="stable")[:_NEAREST]]
        seen = near[self._clear(np.tile(point, (len(near), 1)), gaps.centres[near])]
        ties = np.stack((seen, np.full(len(seen), -1)), axis=1)
        corner = int(np.hypot(*(gaps.corners - point).T).argmin())
        around = np.flatnonzero((gaps.triangles == corner).any(axis=1))
        others = np.setdiff1d(gaps.triangles[around], [corner])
        from_corner, from_others = point - gaps.corners[corner], point - gaps.corners[others]
        apart = float(np.hypot(*from_corner))
        ray = from_corner / max(apart, 1e-300)
        slope = apart - from_others @ ray
        with np.errstate(divide="ignore", invalid="ignore"):
            run = np.where(slope > 1e-12, ((from_others**2).sum(axis=1) - apart**2) / (2 * slope), np.inf)
        best = int(run.argmin())
        if not np.isfinite(run[best]):
            return np.empty((0, 2)), ties
        spot = point + max(float(run[best]), 0.0) * ray
        beside = around[(gaps.triangles[around] == others[best]).any(axis=1)]
        beside = beside[np.isin(beside, inner)]
        ends = np.concatenate((point[None], gaps.centres[beside]))
        good = self._clear(np.tile(spot, (len(ends), 1)), ends)
        if not good[0]:
            return np.empty((0, 2)), ties
        extra = np.stack((np.append(beside[good[1:]], -1), np.full(int(good.sum()), -2)), axis=1)
        return spot[None], np.concatenate((ties, extra))


def _shortest(place: FloatArray, edge: IntArray, starts: IntArray, goals: IntArray) -> IntArray | None:
    """The shortest path over edges (E, 2) between points (N, 2) from any start to any goal, as indices."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    if not len(edge):
        return None
    names, flat = np.unique(np.concatenate((edge.ravel(), starts, goals)), return_inverse=True)
    pair = flat[: edge.size].reshape(-1, 2)
    begin, end = flat[edge.size : edge.size + len(starts)], flat[edge.size + len(starts) :]
    length = np.maximum(np.hypot(*(place[edge[:, 0]] - place[edge[:, 1]]).T), 1e-12)
    low, high = pair.min(axis=1), pair.max(axis=1)
    order = np.lexsort((length, high, low))
    low, high, length = low[order], high[order], length[order]
    only = np.append(True, (np.diff(low) != 0) | (np.diff(high) != 0))
    graph = coo_array((length[only], (low[only], high[only])), shape=(len(names), len(names))).tocsr()
    cost, before, _ = dijkstra(graph, directed=False, indices=begin, min_only=True, return_predecessors=True)
    best = int(end[cost[end].argmin()])
    if not np.isfinite(cost[best]):
        return None
    path = [best]
    while before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    kept = names[path[::-1]]
    return np.asarray([a for a, b in pairwise([*kept.tolist(), -1]) if a != b], dtype=np.int64)
