"""Crossings: the doors that a polyline passes and the zones that a body driving along it touches, in order."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from maps.compiled import compiled, use_numba
from maps.geometry import Point
from maps.grid import UNKNOWN
from maps.world import World

__all__ = ["doors_crossed", "first_unknown", "zones_touched"]

FloatArray = npt.NDArray[np.float64]

_ROUNDING = 1e-3
"""Metres."""
_SIXTEENTHS = np.arange(1, 17) / 16


def doors_crossed(world: World, points: Sequence[Point]) -> tuple[str, ...]:
    """Names of the doors whose segment the polyline meets, in the order of first meeting.

    Args:
        world: The map.
        points: Vertices, metres; one vertex crosses nothing.
    """
    line = np.asarray(points, dtype=np.float64)
    if len(line) < 2 or not world.doors:
        return ()
    ends = world.door_ends
    if use_numba(world.frame.width * world.frame.height):
        found = np.empty(len(ends))
        compiled(_meetings)(line, ends, found)
        met = np.flatnonzero(found < np.inf)
        shares = found[met].tolist()
    else:
        low, high = line.min(axis=0) - _ROUNDING, line.max(axis=0) + _ROUNDING
        met = np.flatnonzero(((ends.max(axis=1) >= low) & (ends.min(axis=1) <= high)).all(axis=1))
        shares = _first_meetings(line, ends[met, 0], ends[met, 1]) if len(met) else []
    names = list(world.doors) if len(met) else []
    return tuple([name for share, name in sorted(zip(shares, [names[at] for at in met.tolist()], strict=True)) if share < np.inf])


def first_unknown(world: World, points: Sequence[Point]) -> Point | None:
    """Where a polyline first enters unknown space, to within half a cell; None where its cells are all known."""
    line = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    steps = np.maximum(np.ceil(np.hypot(*np.diff(line, axis=0).T) / (world.frame.resolution / 2)).astype(np.int64), 1)
    parts = [a + (b - a) * np.linspace(0, 1, n, endpoint=False)[:, None] for a, b, n in zip(line, line[1:], steps, strict=False)]
    along = np.concatenate((*parts, line[-1:]))
    rows, cols = world.frame.cells(along).T
    unknown = world.cells[rows, cols] == UNKNOWN
    if not unknown.any():
        return None
    x, y = along[int(unknown.argmax())].tolist()
    return (x, y)


def zones_touched(world: World, points: Sequence[Point], radius_m: float) -> tuple[str, ...]:
    """Names of the zones that a disc touches while its centre drives along the polyline, in the order of first touch.

    Args:
        world: The map.
        points: Vertices, metres.
        radius_m: The disc's radius.
    """
    if not world.zones or not len(points):
        return ()
    line = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    starts, ends = (line[:-1], line[1:]) if len(line) > 1 else (line, line)
    lowest, highest = line.min(axis=0) - radius_m, line.max(axis=0) + radius_m
    touched = []
    for name, zone in world.zones.items():
        ring = np.asarray(zone.outline, dtype=np.float64)
        if (ring.min(axis=0) > highest).any() or (ring.max(axis=0) < lowest).any():
            continue
        near = np.flatnonzero(_apart(starts, ends, ring) <= radius_m)
        if not len(near):
            continue
        leg = int(near[0])
        touched.append((leg + _first_touch(starts[leg], ends[leg], ring, radius_m), name))
    return tuple(name for _, name in sorted(touched))


def _first_touch(a: FloatArray, b: FloatArray, ring: FloatArray, radius_m: float) -> float:
    """The share of a segment after which a disc driving along it touches a polygon, to 2^-24; sixteen shares are tried at once."""
    low, width = 0.0, 1.0
    for _ in range(6):
        shares = low + width * _SIXTEENTHS
        touches = _apart(np.repeat(a[None], 16, axis=0), a + shares[:, None] * (b - a), ring) <= radius_m
        first = int(touches.argmax()) if touches.any() else 15
        width /= 16
        low += first * width
    return low + width


def _apart(a: FloatArray, b: FloatArray, ring: FloatArray) -> FloatArray:
    """(N,) distances of segments from a to b, (N, 2) each, to a filled polygon (M, 2); by hand, as loading shapely takes longer."""
    p, q = ring, np.roll(ring, -1, axis=0)
    least = np.minimum(_to_segments(a, p, q).min(axis=1), _to_segments(b, p, q).min(axis=1))
    least = np.minimum(least, _to_segments(p, a, b).min(axis=0))
    meets = (_side(a, b, p) * _side(a, b, q) < 0) & ((_side(p, q, a) * _side(p, q, b)).T < 0)
    return np.where(meets.any(axis=1) | _inside(a, p, q), 0.0, least)


def _to_segments(points: FloatArray, p: FloatArray, q: FloatArray) -> FloatArray:
    """(K, M) distances of points (K, 2) to segments from p to q, (M, 2) each."""
    along = q - p
    square = np.maximum((along * along).sum(axis=1), 1e-300)
    gap = points[:, None, :] - p
    share = np.clip((gap * along).sum(axis=2) / square, 0.0, 1.0)
    return np.asarray(np.hypot(*np.moveaxis(gap - share[..., None] * along, 2, 0)))


def _side(a: FloatArray, b: FloatArray, points: FloatArray) -> FloatArray:
    """(N, K) on which side of the lines from a to b, (N, 2) each, points (K, 2) lie."""
    along, gap = b - a, points[None] - a[:, None]
    return np.asarray(along[:, None, 0] * gap[..., 1] - along[:, None, 1] * gap[..., 0])


def _inside(points: FloatArray, p: FloatArray, q: FloatArray) -> npt.NDArray[np.bool_]:
    """(K,) whether points lie inside the polygon with edges from p to q: how often a ray to the right meets them is odd."""
    y = points[:, 1, None]
    spans = (p[:, 1] <= y) != (q[:, 1] <= y)
    rise = np.where(spans, q[:, 1] - p[:, 1], 1.0)
    meets = p[:, 0] + (y - p[:, 1]) / rise * (q[:, 0] - p[:, 0])
    return np.asarray((spans & (meets > points[:, 0, None])).sum(axis=1) % 2 == 1)


def _first_meetings(line: FloatArray, p: FloatArray, q: FloatArray) -> list[float]:
    """Segment number + share at which a polyline first meets each segment p-q, (M, 2) each; infinite if it does not."""
    a, along = line[:-1, None], np.diff(line, axis=0)[:, None]
    across = q - p
    turn = along[..., 0] * across[:, 1] - along[..., 1] * across[:, 0]
    gap = p - a
    parallel = np.abs(turn) < 1e-12
    safe = np.where(parallel, 1.0, turn)
    share = (gap[..., 0] * across[:, 1] - gap[..., 1] * across[:, 0]) / safe
    other = (gap[..., 0] * along[..., 1] - gap[..., 1] * along[..., 0]) / safe
    met = ~parallel & (share >= -1e-9) & (share <= 1 + 1e-9) & (other >= -1e-9) & (other <= 1 + 1e-9)
    first = met.argmax(axis=0)
    number = np.arange(len(p))
    shares: list[float] = np.where(met.any(axis=0), first + share[first, number], np.inf).tolist()
    return shares


def _meetings(line: Any, ends: Any, found: Any) -> None:
    """For numba: ``_first_meetings`` with segments (M, 2, 2), in ``found`` (M,); those away from the polyline are passed over."""
    left, right, low, high = line[0, 0], line[0, 0], line[0, 1], line[0, 1]
    for index in range(1, len(line)):
        left, right = min(left, line[index, 0]), max(right, line[index, 0])
        low, high = min(low, line[index, 1]), max(high, line[index, 1])
    for number in range(len(ends)):
        found[number] = np.inf
        px, py, qx, qy = ends[number, 0, 0], ends[number, 0, 1], ends[number, 1, 0], ends[number, 1, 1]
        if max(px, qx) < left - _ROUNDING or min(px, qx) > right + _ROUNDING:
            continue
        if max(py, qy) < low - _ROUNDING or min(py, qy) > high + _ROUNDING:
            continue
        for index in range(len(line) - 1):
            along_x, along_y = line[index + 1, 0] - line[index, 0], line[index + 1, 1] - line[index, 1]
            turn = along_x * (qy - py) - along_y * (qx - px)
            if abs(turn) < 1e-12:
                continue
            gap_x, gap_y = px - line[index, 0], py - line[index, 1]
            share = (gap_x * (qy - py) - gap_y * (qx - px)) / turn
            other = (gap_x * along_y - gap_y * along_x) / turn
            if -1e-9 <= share <= 1 + 1e-9 and -1e-9 <= other <= 1 + 1e-9:
                found[number] = index + share
                break
