"""Crossings: the doors that a polyline passes and the zones that a body driving along it touches, in order."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from maps.geometry import Point
from maps.grid import UNKNOWN
from maps.world import World

__all__ = ["doors_crossed", "first_unknown", "zones_touched"]

FloatArray = npt.NDArray[np.float64]


def doors_crossed(world: World, points: Sequence[Point]) -> tuple[str, ...]:
    """Names of the doors whose segment the polyline meets, in the order of first meeting.

    Args:
        world: The map.
        points: Vertices, metres; one vertex crosses nothing.
    """
    line = np.asarray(points, dtype=np.float64)
    if len(line) < 2:
        return ()
    met = []
    for name, door in world.doors.items():
        share = _first_meeting(line, *np.asarray(door.segment))
        if share is not None:
            met.append((share, name))
    return tuple(name for _, name in sorted(met))


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
    from shapely import LineString, Polygon, distance

    ends = list(points) if len(points) > 1 else [points[0], points[0]]
    legs = [LineString(leg) for leg in pairwise(ends)]
    touched = []
    for name, zone in world.zones.items():
        shape = Polygon(zone.outline)
        near = np.flatnonzero(distance(legs, shape) <= radius_m)
        if not len(near):
            continue
        leg = int(near[0])
        (x0, y0), (x1, y1) = ends[leg], ends[leg + 1]
        low, high = 0.0, 1.0
        for _ in range(24):
            middle = (low + high) / 2
            part = LineString(((x0, y0), (x0 + middle * (x1 - x0), y0 + middle * (y1 - y0))))
            low, high = (low, middle) if part.distance(shape) <= radius_m else (middle, high)
        touched.append((leg + high, name))
    return tuple(name for _, name in sorted(touched))


def _first_meeting(line: FloatArray, p: FloatArray, q: FloatArray) -> float | None:
    """Segment number + share at which a polyline first meets the segment p-q; None if it does not."""
    a, along = line[:-1], np.diff(line, axis=0)
    across = q - p
    turn = along[:, 0] * across[1] - along[:, 1] * across[0]
    gap = p - a
    parallel = np.abs(turn) < 1e-12
    safe = np.where(parallel, 1.0, turn)
    share = (gap[:, 0] * across[1] - gap[:, 1] * across[0]) / safe
    other = (gap[:, 0] * along[:, 1] - gap[:, 1] * along[:, 0]) / safe
    met = ~parallel & (share >= -1e-9) & (share <= 1 + 1e-9) & (other >= -1e-9) & (other <= 1 + 1e-9)
    where = np.flatnonzero(met)
    return None if not len(where) else float(where[0] + share[where[0]])
