"""Sweeps: how near a body comes to obstacles on a straight drive or a turn in place, without gaps between samples.

A straight drive in one heading sweeps exactly the convex hull of its ends, part by part. A turn is cut into pieces, each held
by the polygon of ``outer_polygon``, and a piece that is not clear is halved until it is, or is too short to matter. Distances
are exact between convex polygons where it matters. All lengths are in cells.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from maps.footprint.intervals import Shape, outer_polygon
from maps.footprint.obstacles import near
from maps.footprint.shape import convex_hull
from maps.geometry import wrap_angle

__all__ = ["Sweeper", "gaps"]

FloatArray = npt.NDArray[np.float64]
Ring = tuple[tuple[float, float], ...]

_ROUNDING = 1e-9
_FIRST_PIECE = math.radians(15.0)
_LAST_PIECE = math.radians(0.02)


@dataclass(frozen=True, slots=True, eq=False)
class Sweeper:
    """Clearances of one body among obstacle rectangles (n, 4).

    Distances are exact below ``enough`` (cells, by default the margin) and lower bounds of at least that above it; negative
    where the body would overlap an obstacle.
    """

    shape: Shape
    boxes: FloatArray
    enough: float | None = None

    def at(self, x: float, y: float, yaw: float) -> float:
        """Distance of the standing body from the nearest obstacle."""
        return self.straight(x, y, x, y, yaw)

    def straight(self, ax: float, ay: float, bx: float, by: float, yaw: float) -> float:
        """Least distance while the body moves from a to b in one heading."""
        boxes = self._near(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
        least, cos, sin = math.inf, math.cos(yaw), math.sin(yaw)
        for part in self.shape.parts:
            ring = [(cos * x - sin * y, sin * x + cos * y) for x, y in part]
            hull = convex_hull((x + ox, y + oy) for ox, oy in ((ax, ay), (bx, by)) for x, y in ring)
            least = min(least, float(gaps(np.array(hull)[None], boxes, self._enough)[0]))
        return min(least, self._enough + 1.0)

    def turn(self, x: float, y: float, start: float, end: float) -> float:
        """A lower bound of the least distance while the body turns in place, the short way; negative when it overlaps."""
        middle = np.array((x, y))
        boxes = self._near(x, y, x, y)
        room = _to_boxes(middle, boxes) - self.shape.outer
        if room >= self._enough:
            return min(room, self._enough + 1.0)
        whole = wrap_angle(end - start)
        count = max(1, math.ceil(abs(whole) / _FIRST_PIECE))
        half = abs(whole) / count / 2
        yaws: FloatArray = start + (np.arange(count, dtype=np.float64) + 0.5) * (whole / count)
        least = self._enough + 1.0
        while len(yaws):
            rooms = self._rooms(middle, yaws, half, boxes)
            short = (rooms < self.shape.margin - _ROUNDING) & (half > _LAST_PIECE / 2)
            least = min(least, float(rooms[~short].min(initial=math.inf)))
            yaws = yaws[short]
            if least < self.shape.margin - _ROUNDING:
                break
            if len(yaws) and (self._rooms(middle, yaws, 0.0, boxes) < self.shape.margin - _ROUNDING).any():
                return -1.0
            half /= 2
            yaws = np.concatenate((yaws - half, yaws + half))
        return least

    def clear(self, room: float) -> bool:
        """Whether a distance suffices: at least the margin; without a margin the body may touch."""
        return room >= self.shape.margin - _ROUNDING

    @property
    def _enough(self) -> float:
        return self.shape.margin if self.enough is None else self.enough

    def _near(self, x0: float, y0: float, x1: float, y1: float) -> FloatArray:
        return near(self.boxes, np.array((x0, y0)), np.array((x1, y1)), self.shape.outer + self._enough + 1.0)

    def _rooms(self, middle: FloatArray, yaws: FloatArray, half: float, boxes: FloatArray) -> FloatArray:
        """(n,) distances while the body turns by up to ``half`` about each of n headings."""
        cos, sin = np.cos(yaws)[:, None], np.sin(yaws)[:, None]
        least = np.full(len(yaws), self._enough + 1.0)
        for part in self.shape.parts:
            x, y = _piece(part, half).T
            rings = np.stack((cos * x - sin * y, sin * x + cos * y), axis=-1) + middle
            np.minimum(least, gaps(rings, boxes, self._enough), out=least)
        return least


@lru_cache(maxsize=256)
def _piece(part: Ring, half: float) -> FloatArray:
    """Corners of the convex polygon that holds a part turned by up to ``half``."""
    ring = part if half == 0 else convex_hull((float(x), float(y)) for x, y in outer_polygon(np.asarray(part), half))
    return np.asarray(ring)


def gaps(rings: FloatArray, boxes: FloatArray, enough: float = math.inf) -> FloatArray:
    """Distances of convex polygons to the nearest of some rectangles.

    Args:
        rings: (p, n, 2) corners, counter-clockwise.
        boxes: (m, 4) x0, y0, x1, y1.
        enough: Distances from here on need not be exact.

    Returns:
        (p,) exact below ``enough``, a lower bound of at least that above it; negative where one overlaps.
    """
    if not len(boxes):
        return np.full(len(rings), math.inf)
    along = np.roll(rings, -1, axis=1) - rings
    length = np.maximum(np.sqrt((along * along).sum(axis=2)), 1e-300)
    nx, ny = (along[..., 1] / length)[:, None], (-along[..., 0] / length)[:, None]
    x0, y0, x1, y1 = (column[:, None] for column in boxes.T)
    apart = np.minimum(nx * x0, nx * x1) + np.minimum(ny * y0, ny * y1)
    own = rings[..., 0][:, None] * nx + rings[..., 1][:, None] * ny
    apart = (apart - own).max(axis=2)
    low, high = rings.min(axis=1), rings.max(axis=1)
    for side in (
        boxes[:, 0] - high[:, :1], low[:, :1] - boxes[:, 2], boxes[:, 1] - high[:, 1:], low[:, 1:] - boxes[:, 3]
    ):  # fmt: skip
        np.maximum(apart, side, out=apart)
    least = apart.min(axis=1)
    # The separation is a lower bound of the distance, exact where one overlaps.
    for p in np.flatnonzero((least > 0) & (least < enough)):
        close = boxes[apart[p] < enough]
        exact = _distances(rings[p], along[p], length[p], close).min()
        rest = apart[p][apart[p] >= enough].min(initial=math.inf)
        least[p] = min(float(exact), float(rest))
    return np.asarray(least)


def _distances(ring: FloatArray, along: FloatArray, length: FloatArray, boxes: FloatArray) -> FloatArray:
    """(m,) exact distances of a convex polygon from rectangles apart from it: each is taken at a corner of one of the two."""
    dx = np.maximum(np.maximum(boxes[:, :1] - ring[:, 0], ring[:, 0] - boxes[:, 2:3]), 0.0)
    dy = np.maximum(np.maximum(boxes[:, 1:2] - ring[:, 1], ring[:, 1] - boxes[:, 3:]), 0.0)
    mine = np.sqrt((dx * dx + dy * dy).min(axis=1))
    corners = boxes[:, [[0, 1], [2, 1], [2, 3], [0, 3]]]
    from_ring = corners[:, :, None, :] - ring
    share = np.clip((from_ring * along).sum(axis=3) / (length * length), 0.0, 1.0)
    away = from_ring - share[..., None] * along
    its = np.sqrt((away * away).sum(axis=3).min(axis=(1, 2)))
    return np.asarray(np.minimum(mine, its))


def _to_boxes(point: FloatArray, boxes: FloatArray) -> float:
    if not len(boxes):
        return math.inf
    dx = np.maximum(np.maximum(boxes[:, 0] - point[0], point[0] - boxes[:, 2]), 0.0)
    dy = np.maximum(np.maximum(boxes[:, 1] - point[1], point[1] - boxes[:, 3]), 0.0)
    return float(np.sqrt((dx * dx + dy * dy).min()))
