"""Bricks: 8 x 8 positions times 32 headings of the configuration space, each box of which is free, stuck or not yet known.

Level 0 is a tile of 8 x 8 cells in any heading, judged by the circumscribed and the inscribed disc. Level 1 has the same
positions and a whole turn in 32 intervals; every further level halves all three (an octree of bricks).
"""

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from maps.footprint.intervals import HEADINGS, Shape, Supports, supports
from maps.footprint.obstacles import near

__all__ = ["CELLS", "Brick", "Key", "Space", "box_of", "children", "parent"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.intp]

CELLS = 8
"""Positions along a brick's side."""
_ROUNDING = 1e-9
_CHUNK = 1 << 21

Key = tuple[int, int, int, int]
"""Level, column and row in bricks of that level, and number along the headings."""


@dataclass(slots=True, eq=False)
class Brick:
    """One brick, judged.

    Attributes:
        key: Which.
        labels: (headings, 8, 8) int: 0 for stuck boxes, else the number of the box's component, where free and undecided
            boxes never share one; heading, row, column.
        free: (components + 1,) whether a component is free.
        links: Neighbouring components by component, ``(key, label)``; None until they are asked for.
    """

    key: Key
    labels: IntArray
    free: BoolArray
    links: dict[int, set[tuple[Key, int]]] | None = field(default=None)

    @property
    def is_whole(self) -> bool:
        """Whether all of it is one component."""
        return len(self.free) == 2 and bool((self.labels == 1).all())


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """What boxes are judged against, in cells.

    Attributes:
        shape: The body.
        clearance: (H, W) exact clearance of cell centres, cells.
        boxes: (n, 4) obstacle rectangles.
    """

    shape: Shape
    clearance: FloatArray
    boxes: FloatArray

    def judge(self, key: Key) -> Brick:
        """Judge every box of a brick and join equal neighbours."""
        free, stuck = self._tile(key) if key[0] == 0 else self._judged(key)
        return _labelled(key, free, stuck)

    def _tile(self, key: Key) -> tuple[BoolArray, BoolArray]:
        """Level 0: free for the circumscribed disc anywhere in a cell, stuck for the inscribed one everywhere in it."""
        shape, half = self.shape, math.sqrt(0.5)
        field = np.zeros((CELLS, CELLS))
        part = self.clearance[key[2] * CELLS : (key[2] + 1) * CELLS, key[1] * CELLS : (key[1] + 1) * CELLS]
        field[: part.shape[0], : part.shape[1]] = part
        free = field >= shape.outer + shape.margin + half
        stuck = field < shape.inner + shape.margin - half
        return free[None], stuck[None]

    def _judged(self, key: Key) -> tuple[BoolArray, BoolArray]:
        level, column, row, turn = key
        side = 0.5 ** (level - 1)
        low = np.array((column, row)) * (CELLS * side)
        ends: FloatArray = np.arange(CELLS + 1, dtype=np.float64) * side
        reach = self.shape.outer + self.shape.margin + 1e-6
        boxes = near(self.boxes, low, low + CELLS * side, reach)
        free = np.ones((HEADINGS, CELLS, CELLS), dtype=bool)
        stuck = np.zeros_like(free)
        if not len(boxes):
            return free, stuck
        middle, half = low + CELLS * side / 2, CELLS * side / 2
        middles, corners = _lattice(-half, (ends[:-1] + ends[1:]) / 2), _lattice(-half, ends)
        met = dict[int, FloatArray]()
        for one in supports(self.shape, level, turn, inner=False):
            turns, others, hit = _hits(one, boxes, middle, middles)
            met[one.part] = boxes[np.unique(others)]
            free &= ~_any(hit, turns).reshape(free.shape)
        if free.all():
            return free, stuck
        for one in supports(self.shape, level, turn, inner=True):
            turns, _, hit = _hits(one, met[one.part], middle, corners)
            hit = hit.reshape(-1, CELLS + 1, CELLS + 1)
            whole = hit[:, :-1, :-1] & hit[:, 1:, :-1] & hit[:, :-1, 1:] & hit[:, 1:, 1:]
            stuck |= _any(whole.reshape(-1, CELLS * CELLS), turns).reshape(free.shape)
        return free, stuck


def box_of(key: Key, x: float, y: float, yaw: float) -> tuple[int, int, int]:
    """The box (heading, row, column) of a brick that holds a configuration in cells and radians; clipped into the brick."""
    level, column, row, turn = key
    side = 0.5 ** (level - 1) if level else 1.0
    j = min(max(int((x / side) - column * CELLS), 0), CELLS - 1)
    i = min(max(int((y / side) - row * CELLS), 0), CELLS - 1)
    if level == 0:
        return 0, i, j
    width = 2 * math.pi / (HEADINGS << (level - 1))
    return min(max(int((yaw % (2 * math.pi)) / width - turn * HEADINGS), 0), HEADINGS - 1), i, j


def children(key: Key) -> list[Key]:
    """The bricks of the next level in a brick."""
    level, column, row, turn = key
    if level == 0:
        return [(1, column, row, 0)]
    halves = (0, 1)
    return [(level + 1, 2 * column + a, 2 * row + b, 2 * turn + c) for a in halves for b in halves for c in halves]


def parent(key: Key) -> Key | None:
    """The brick of the level before that holds a brick."""
    level, column, row, turn = key
    if level <= 1:
        return None if level == 0 else (0, column, row, 0)
    return (level - 1, column // 2, row // 2, turn // 2)


def _lattice(low: float, ends: FloatArray) -> FloatArray:
    """Points (n * n, 2), row by row."""
    y, x = np.meshgrid(low + ends, low + ends, indexing="ij")
    return np.stack((x.ravel(), y.ravel()), axis=1)


def _hits(one: Supports, boxes: FloatArray, middle: FloatArray, points: FloatArray) -> tuple[Numbers, Numbers, BoolArray]:
    """At which points the half-planes tell no obstacle apart.

    Args:
        one: The half-planes.
        boxes: (n, 4) obstacles.
        middle: (2,) where the points are about.
        points: (p, 2) from the middle.

    Returns:
        (m,) headings and (m,) obstacles, in order, and (m, p) whether they hit; pairs left out hit nowhere.
    """
    x, y = one.normals[..., :1], one.normals[..., 1:]
    far = np.where(x > 0, boxes[:, 2], boxes[:, 0]) * x + np.where(y > 0, boxes[:, 3], boxes[:, 1]) * y
    value = (x * middle[0] + y * middle[1] - one.reach[..., None]) - far
    # Among the points a value changes by no more than this; half-planes that are nowhere the greatest need no look.
    spread = (np.abs(x) + np.abs(y)) * float(np.abs(points).max())
    least = (value - spread).max(axis=1)
    turns, others = np.nonzero(least < -_ROUNDING)
    most = (value + spread)[turns, :, others]
    hit = np.empty((len(turns), len(points)), dtype=bool)
    step = max(1, _CHUNK // (len(points) * max(1, value.shape[1])))
    for first in range(0, len(turns), step):
        part = slice(first, first + step)
        pair, k = np.nonzero(most[part] >= least[turns[part], others[part]][:, None])
        at, other = turns[part][pair], others[part][pair]
        depth = one.normals[at, k] @ points.T + value[at, k, other][:, None]
        hit[part] = np.maximum.reduceat(depth, np.flatnonzero(np.diff(pair, prepend=-1)), axis=0) < -_ROUNDING
    return turns, others, hit


def _any(hit: BoolArray, turns: Numbers) -> BoolArray:
    """(headings, p) whether any of (m, p) is true, by heading; headings in order."""
    out = np.zeros((HEADINGS, hit.shape[1]), dtype=bool)
    first = np.flatnonzero(np.diff(turns, prepend=-1))
    if len(first):
        out[turns[first]] = np.logical_or.reduceat(hit, first, axis=0)
    return out


def _labelled(key: Key, free: BoolArray, stuck: BoolArray) -> Brick:
    from scipy.ndimage import label

    if free.all():
        return Brick(key, np.ones(free.shape, dtype=np.int32), np.array((False, True)))
    clear, count = label(free)
    unknown, more = label(~free & ~stuck)
    labels = np.where(unknown > 0, unknown + count, clear).astype(np.int32)
    kind = np.zeros(count + more + 1, dtype=bool)
    kind[1 : count + 1] = True
    return Brick(key, labels, kind)
