"""Obstacles: blocked cells as closed rectangles in an index, and exact distances of points and segments from them.

Outside of the map is obstacle. All lengths are in cells. Rectangles are convex, on which ``barred`` rests: the distance from a
convex set is a convex function, so that a segment whose ends both lie within a distance of one rectangle lies within it all along.
"""

import numpy as np
import numpy.typing as npt
import shapely

from .errors import BadInput
from .frame import Array
from .grids import Bools

__all__ = ["Obstacles", "rectangles"]

_MOST_RECTANGLES = 4_000_000
_HALVINGS = 24


def rectangles(cells: Bools) -> npt.NDArray[np.int64]:
    """Cover cells by (N, 4) rectangles of low x, low y, high x, high y: runs of a row, joined where the next row has the same."""
    padded = np.zeros((cells.shape[0], cells.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = cells
    steps = np.diff(padded, axis=1)
    row, first = np.nonzero(steps == 1)
    _, last = np.nonzero(steps == -1)
    order = np.lexsort((row, last, first))
    row, first, last = row[order], first[order], last[order]
    if not len(row):
        return np.empty((0, 4), dtype=np.int64)
    begins = np.ones(len(row), dtype=bool)
    begins[1:] = (first[1:] != first[:-1]) | (last[1:] != last[:-1]) | (row[1:] != row[:-1] + 1)
    starts = np.flatnonzero(begins)
    ends = np.append(starts[1:], len(row)) - 1
    return np.stack((first[starts], row[starts], last[starts], row[ends] + 1), axis=1)


class Obstacles:
    """The obstacles of one choice of layers."""

    def __init__(self, cells: Bools) -> None:
        """Index the blocked cells.

        Raises:
            BadInput: There are too many separate ones.
        """
        self.height, self.width = cells.shape
        self.boxes = rectangles(cells).astype(np.float64)
        if len(self.boxes) > _MOST_RECTANGLES:
            raise BadInput(f"the map has more than {_MOST_RECTANGLES} separate runs of obstacle cells; it is not checked")
        self._tree = shapely.STRtree(shapely.box(*self.boxes.T)) if len(self.boxes) else None

    def points(self, points: Array) -> Array:
        """(N,) distances of points from the nearest obstacle; 0 in obstacles and outside of the map."""
        return self.shapes(shapely.points(points), points)

    def segments(self, a: Array, b: Array) -> Array:
        """(N,) distances of segments from the nearest obstacle."""
        edge = np.minimum(self._edge(a), self._edge(b))
        return np.minimum(edge, self._nearest(shapely.linestrings(np.stack((a, b), axis=1)))[0])

    def shapes(self, shapes: npt.NDArray[np.object_], corners: Array) -> Array:
        """(N,) distances of convex shapes from the nearest obstacle; ``corners``: (N, 2) or (N, K, 2), their corners."""
        edge = self._edge(corners)
        return np.minimum(edge if edge.ndim == 1 else edge.min(axis=1), self._nearest(shapes)[0])

    def barred(self, a: Array, b: Array, level: float) -> npt.NDArray[np.bool_]:
        """(N,) whether every point of a segment is nearer than ``level`` to an obstacle.

        A segment is settled when both of its ends are that near to one and the same rectangle, or to one and the same side of the
        map; else it is halved, down to a millionth of its length.
        """
        good = np.ones(len(a), dtype=bool)
        owner = np.arange(len(a))
        for _ in range(_HALVINGS):
            middle = (a + b) / 2
            open_ = ~self._shared(a, b, middle, level)
            a, b, middle, owner = a[open_], b[open_], middle[open_], owner[open_]
            if not len(owner):
                return good
            far = self.points(middle) >= level
            good[owner[far]] = False
            keep = good[owner]
            a, b, middle, owner = a[keep], b[keep], middle[keep], owner[keep]
            a, b, owner = np.concatenate((a, middle)), np.concatenate((middle, b)), np.concatenate((owner, owner))
        good[owner] = False
        return good

    def _shared(self, a: Array, b: Array, middle: Array, level: float) -> npt.NDArray[np.bool_]:
        sides_a, sides_b = self._sides(a), self._sides(b)
        shared = np.asarray(((sides_a < level) & (sides_b < level)).any(axis=1))
        for point in (middle, a, b):
            index = self._nearest(shapely.points(point))[1]
            known = index >= 0
            box = self.boxes[index[known]]
            shared[known] |= (_apart(a[known], box) < level) & (_apart(b[known], box) < level)
        return shared

    def _nearest(self, shapes: npt.NDArray[np.object_]) -> tuple[Array, npt.NDArray[np.int64]]:
        """Distance from the nearest rectangle and its number; infinite and -1 where there is none."""
        distance, index = np.full(len(shapes), np.inf), np.full(len(shapes), -1, dtype=np.int64)
        if self._tree is not None and len(shapes):
            (which, box), apart = self._tree.query_nearest(shapes, all_matches=False, return_distance=True)
            distance[which], index[which] = apart, box
        return distance, index

    def _sides(self, points: Array) -> Array:
        """Distances (..., 4) of points from the outside beyond each side; 0 or less outside."""
        x, y = points[..., 0], points[..., 1]
        return np.stack((x, y, self.width - x, self.height - y), axis=-1)

    def _edge(self, points: Array) -> Array:
        return np.asarray(np.maximum(self._sides(points).min(axis=-1), 0.0))


def _apart(points: Array, boxes: Array) -> Array:
    """(N,) distance of each point from its box."""
    gap = np.maximum(np.maximum(boxes[:, :2] - points, points - boxes[:, 2:]), 0.0)
    return np.asarray(np.hypot(gap[:, 0], gap[:, 1]))
