"""Heading intervals: polygons that hold, and polygons that lie in, a convex body in every heading of an interval.

A box of the configuration space is a square of positions times an interval of headings. With the outer polygon grown by the
square it is proven free, with the inner polygon at the square's corners it is proven stuck; both tests are half-planes.
All lengths are in cells.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

__all__ = ["HALF_PLANES", "Shape", "Supports", "inner_polygon", "outer_polygon", "supports"]

FloatArray = npt.NDArray[np.float64]
Ring = tuple[tuple[float, float], ...]

HEADINGS = 32
"""Headings of a brick; a whole turn at level 1."""
HALF_PLANES = 64
"""Most directions in which the margin's disc is looked at up to level 7; twice as many on the next two levels, then four times."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A body in cells: its convex parts, the margin, and its two discs' radii (without margin)."""

    parts: tuple[Ring, ...]
    margin: float
    inner: float
    outer: float


@dataclass(frozen=True, slots=True, eq=False)
class Supports:
    """Half-planes for every heading of a brick and one convex part.

    Attributes:
        part: Which convex part.
        normals: (h, k, 2) unit normals.
        reach: (h, k) how far the body, turned over, reaches along them, margin included. A position ``p`` is apart from an
            obstacle S when some normal has ``n . p - h_S(n) >= reach``, and hits it when every one has less.
    """

    part: int
    normals: FloatArray
    reach: FloatArray


def outer_polygon(part: FloatArray, half: float) -> FloatArray:
    """Corners (3n, 2) of a convex set that holds a convex part turned by any angle in [-half, half], half < 90 degrees.

    Every corner runs along an arc, which lies in the triangle of its ends and the crossing of their tangents.
    """
    return np.concatenate((_turned(part, -half), part / math.cos(half), _turned(part, half)))


def inner_polygon(part: FloatArray, half: float) -> FloatArray:
    """Corners (m, 2) of a convex set in the intersection of a convex part's turns by [-half, half]; (0, 2) when there is none.

    Each edge's half-plane is taken at both ends of the interval; between them its line touches a circle about the origin, of
    which the chord is kept when the origin is inside.
    """
    along = np.roll(part, -1, axis=0) - part
    normals = np.stack((along[:, 1], -along[:, 0]), axis=1) / np.hypot(along[:, 0], along[:, 1])[:, None]
    offsets = (normals * part).sum(axis=1)
    planes = [(normal, offset) for turn in (-half, half) for normal, offset in zip(_turned(normals, turn), offsets, strict=True)]
    planes += [(normal, offset * math.cos(half)) for normal, offset in zip(normals, offsets, strict=True) if offset > 0]
    ring = np.array(((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0))) * (float(np.abs(part).max()) * 2 + 1)
    for normal, offset in planes:
        ring = _clipped(ring, normal, float(offset))
        if len(ring) < 3:
            return np.empty((0, 2))
    return ring


@lru_cache(maxsize=1024)
def supports(shape: Shape, level: int, brick: int, *, inner: bool) -> tuple[Supports, ...]:
    """The half-planes of a brick's headings, one per convex part.

    Args:
        shape: The body.
        level: 1 and up: intervals of 2 pi / (32 * 2 ** (level - 1)).
        brick: Number of the brick along the headings, 0 ... 2 ** (level - 1) - 1.
        inner: For the proof of being stuck instead of free; parts that have no inner polygon are left out.
    """
    width = 2 * math.pi / (HEADINGS << (level - 1))
    side = 0.5 ** (level - 1)
    middles = (brick * HEADINGS + np.arange(HEADINGS) + 0.5) * width
    disc = min(8 << ((level - 1) // 2 + inner), HALF_PLANES << min(max(0, (level - 6) // 2), 2))
    cos, sin = np.cos(middles), np.sin(middles)
    turn = np.stack((np.stack((cos, -sin), axis=-1), np.stack((sin, cos), axis=-1)), axis=-2)  # (h, 2, 2)
    fixed = _regular(disc, 0.5 if inner else 0.0)
    axes = np.array(((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)))
    made = []
    for number, ring in enumerate(shape.parts):
        part = np.asarray(ring)
        corners = inner_polygon(part, width / 2) if inner else outer_polygon(part, width / 2)
        if not len(corners):
            continue
        edges = (
            -_edge_normals(corners) if inner else -np.concatenate([_turned(_edge_normals(part), a * width / 2) for a in (-1, 1)])
        )
        own = np.einsum("hij,kj->hki", turn, edges)
        still = np.broadcast_to(np.concatenate((axes, fixed)), (HEADINGS, len(axes) + len(fixed), 2))
        normals = np.concatenate((own, still), axis=1)
        turned = np.einsum("hij,cj->hci", turn, corners)
        reach = -np.einsum("hki,hci->hkc", normals, turned).min(axis=2)
        if inner:
            # The margin's disc as the regular polygon in it, whose edge normals are ``fixed``.
            reach += _polygon_reach(normals, disc, shape.margin)
        else:
            reach += shape.margin + np.abs(normals).sum(axis=2) * side / 2
        made.append(Supports(number, np.ascontiguousarray(normals), reach))
    return tuple(made)


def _polygon_reach(normals: FloatArray, count: int, radius: float) -> FloatArray:
    """How far the regular polygon with corners on a circle, one at angle 0, reaches along normals."""
    angles = np.arctan2(normals[..., 1], normals[..., 0])
    step = 2 * math.pi / count
    off = np.abs((angles + step / 2) % step - step / 2)
    return np.asarray(radius * np.cos(off))


def _regular(count: int, shift: float) -> FloatArray:
    angles = (np.arange(count) + shift) * (2 * math.pi / count)
    return np.stack((np.cos(angles), np.sin(angles)), axis=1)


def _turned(points: FloatArray, angle: float) -> FloatArray:
    cos, sin = math.cos(angle), math.sin(angle)
    return np.stack((cos * points[:, 0] - sin * points[:, 1], sin * points[:, 0] + cos * points[:, 1]), axis=1)


def _edge_normals(ring: FloatArray) -> FloatArray:
    """Outward unit normals of a counter-clockwise ring's edges."""
    along = np.roll(ring, -1, axis=0) - ring
    length = np.hypot(along[:, 0], along[:, 1])
    along, length = along[length > 1e-12], length[length > 1e-12]
    return np.stack((along[:, 1], -along[:, 0]), axis=1) / length[:, None]


def _clipped(ring: FloatArray, normal: FloatArray, offset: float) -> FloatArray:
    """The part of a convex ring with ``n . x <= offset`` (I. E. Sutherland, G. W. Hodgman, 1974)."""
    side = ring @ normal - offset
    kept: list[FloatArray] = []
    for i in range(len(ring)):
        a, b, at_a, at_b = ring[i - 1], ring[i], float(side[i - 1]), float(side[i])
        if (at_a <= 0) != (at_b <= 0):
            kept.append(a + (b - a) * (at_a / (at_a - at_b)))
        if at_b <= 0:
            kept.append(b)
    return np.array(kept).reshape(-1, 2)
