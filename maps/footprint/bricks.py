"""Bricks: 8 x 8 positions times 32 headings of the configuration space, each box of which is free, stuck or not yet known.

Level 0 is a tile of 8 x 8 cells in any heading, judged by the circumscribed and the inscribed disc. Level 1 has the same
positions and a whole turn in 32 intervals; every further level halves all three (an octree of bricks).
"""

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from maps.footprint.intervals import HEADINGS, Shape, supports
from maps.footprint.obstacles import near

__all__ = ["CELLS", "Brick", "Key", "Space", "box_of", "children", "parent"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int32]

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
        middles = _lattice(low, (ends[:-1] + ends[1:]) / 2)
        for one in supports(self.shape, level, turn, inner=False):
            free &= (_depth(one.normals, one.reach, boxes, middles) >= -_ROUNDING).all(axis=1).reshape(free.shape)
        corners = _lattice(low, ends)
        for one in supports(self.shape, level, turn, inner=True):
            hit = _depth(one.normals, one.reach, boxes, corners) < -_ROUNDING
            hit = hit.reshape(HEADINGS, len(boxes), CELLS + 1, CELLS + 1)
            whole = hit[..., :-1, :-1] & hit[..., 1:, :-1] & hit[..., :-1, 1:] & hit[..., 1:, 1:]
            stuck |= whole.any(axis=1)
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


def _lattice(low: FloatArray, ends: FloatArray) -> FloatArray:
    """Points (n * n, 2), row by row."""
    y, x = np.meshgrid(low[1] + ends, low[0] + ends, indexing="ij")
    return np.stack((x.ravel(), y.ravel()), axis=1)


def _depth(normals: FloatArray, reach: FloatArray, boxes: FloatArray, points: FloatArray) -> FloatArray:
    """(h, n, p) greatest excess over the half-planes: at least 0 when apart, below 0 when hit."""
    headings, count, _ = normals.shape
    x, y = normals[..., 0], normals[..., 1]
    along = x[..., None] * points[:, 0] + y[..., None] * points[:, 1]
    along -= reach[..., None]
    out = np.empty((headings, len(boxes), len(points)))
    sign_x, sign_y = (x > 0)[..., None], (y > 0)[..., None]
    far = np.where(sign_x, boxes[:, 2], boxes[:, 0]) * x[..., None] + np.where(sign_y, boxes[:, 3], boxes[:, 1]) * y[..., None]
    step = max(1, _CHUNK // (headings * count * len(points)))
    for first in range(0, len(boxes), step):
        part = slice(first, first + step)
        out[:, part] = (along[:, :, None, :] - far[:, :, part, None]).max(axis=1)
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
