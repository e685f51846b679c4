"""Where on a way atoms about places, zones, doors and things hold, for many points at once."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from maps import Body, Door, Feature, Place, Point, Thing, World, Zone
from maps.arm_reach import moved_to, reach_to
from verifier.memory import Memory
from verifier.rules.atom import FEATURE_OF, Atom

__all__ = ["BoolArray", "Floats", "crossings", "features_of", "holds_at"]

Floats = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

POINT_PLACE_RADIUS_M = 0.75
"""What counts as being at a place without an outline; as ``World.place_at`` has it."""

_ROUNDING_M = 1e-6
_HELD: Memory[tuple[BoolArray, BoolArray]] = Memory(2048)


def features_of(atom: Atom, world: World) -> tuple[Feature, ...]:
    """The features on this map that an atom speaks of; empty for atoms without any."""
    type = FEATURE_OF.get(atom.predicate)
    if type is None:
        return ()
    known = world.features(type)
    if atom.name is not None:
        name = world.resolve(type, atom.name)
        return () if name is None else (known[name],)
    return tuple(feature for feature in known.values() if atom.kind is None or feature.kind == atom.kind)


def holds_at(
    atom: Atom, world: World, body: Body, points: Floats, moved: Callable[[str], Point | bool | None] = lambda name: False
) -> tuple[BoolArray, BoolArray]:
    """Where an atom about a place, a zone or a thing holds.

    A robot is at a place when its centre is inside, possibly so while only its footprint reaches in; it is in a zone as soon as
    its footprint touches it, possibly so within the margin; of a polygon footprint the disc inside touches for certain, the one
    around it possibly. It is near a thing within the reach to it.

    Args:
        atom: ``at``, ``in`` or ``near``.
        world: The map.
        body: Its radius and margin.
        points: (N, 2) positions of its centre, metres, each within its tracking bound.
        moved: Where a thing is by now: a point, None for nobody knows, False for where the map has it, True for on the robot.

    Returns:
        Two (N,) arrays: certainly, and possibly but not certainly.
    """
    if atom.predicate == "near":
        return _holds_at(atom, world, body, points, moved)
    key = (atom, world.revision, body, points.tobytes())
    return _HELD.recall(key, lambda: _holds_at(atom, world, body, points, moved))


def _holds_at(
    atom: Atom, world: World, body: Body, points: Floats, moved: Callable[[str], Point | bool | None]
) -> tuple[BoolArray, BoolArray]:
    sure = np.zeros(len(points), dtype=bool)
    perhaps = np.zeros(len(points), dtype=bool)
    low, high = points.min(axis=0), points.max(axis=0)
    slack = body.radius_m + body.margin_m - body.tracking_m
    for feature in features_of(atom, world):
        if isinstance(feature, Place | Zone) and feature.outline and _far(feature.outline, low, high, slack):
            continue
        if isinstance(feature, Place) and feature.outline:
            away = _outline_distance(points, feature.outline)
            sure |= away <= _ROUNDING_M
            perhaps |= away <= slack
        elif isinstance(feature, Place):
            sure |= _point_distance(points, feature.centre) <= POINT_PLACE_RADIUS_M
        elif isinstance(feature, Zone):
            away = _outline_distance(points, feature.outline)
            sure |= away <= body.inscribed_m + _ROUNDING_M
            perhaps |= away <= slack
        elif isinstance(feature, Thing):
            put = moved(feature.name)
            if put is None:
                perhaps[:] = True
            elif put is not True:
                here = feature if put is False else moved_to(feature, put, feature.place)
                reach = reach_to(body, here)
                sure |= _point_distance(points, here.position) <= reach + _ROUNDING_M
    return sure, perhaps & ~sure


def crossings(atom: Atom, world: World, points: Floats) -> list[int]:
    """Where a way crosses the doors that an atom speaks of.

    Args:
        atom: ``crosses``.
        world: The map.
        points: (N, 2) positions of the body's centre along the way, metres.

    Returns:
        For each crossing the index of the last point before it, in order.
    """
    if len(points) < 2:
        return []
    found: set[int] = set()
    for feature in features_of(atom, world):
        if isinstance(feature, Door):
            p, q = np.asarray(feature.segment[0]), np.asarray(feature.segment[1])
            side = _side(p, q, points)
            changes = np.flatnonzero((side[:-1] > 0) != (side[1:] > 0))
            for index in changes.tolist():
                a, b = points[index], points[index + 1]
                ends = _side(a, b, np.stack([p, q]))
                if (ends[0] > 0) != (ends[1] > 0) or 0.0 in ends:
                    found.add(index)
    return sorted(found)


def _far(outline: tuple[Point, ...], low: Floats, high: Floats, slack: float) -> bool:
    """Whether a region's bounding box is farther than the slack from that of some points."""
    xs, ys = zip(*outline, strict=True)
    apart_x = max(min(xs) - high[0], low[0] - max(xs))
    apart_y = max(min(ys) - high[1], low[1] - max(ys))
    return bool(max(apart_x, apart_y) > slack + 1e-3)


def _side(p: Floats, q: Floats, points: Floats) -> Floats:
    """On which side of the line from p to q points lie: the sign of the cross product."""
    along = q - p
    offset = points - p
    return np.asarray(along[0] * offset[:, 1] - along[1] * offset[:, 0])


def _point_distance(points: Floats, point: Point) -> Floats:
    return np.asarray(np.hypot(points[:, 0] - point[0], points[:, 1] - point[1]))


def _outline_distance(points: Floats, outline: tuple[Point, ...]) -> Floats:
    """Distance of points from a region: 0 inside (even-odd rule)."""
    x, y = points[:, 0], points[:, 1]
    inside = np.zeros(len(points), dtype=bool)
    best = np.full(len(points), np.inf)
    for (x0, y0), (x1, y1) in zip(outline, outline[1:] + outline[:1], strict=True):
        dx, dy = x1 - x0, y1 - y0
        share = np.clip(((x - x0) * dx + (y - y0) * dy) / max(dx * dx + dy * dy, 1e-300), 0.0, 1.0)
        np.minimum(best, np.hypot(x - (x0 + share * dx), y - (y0 + share * dy)), out=best)
        if y0 != y1:
            inside ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) / (y1 - y0) * dx)
    return np.where(inside, 0.0, best)
