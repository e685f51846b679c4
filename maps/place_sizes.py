"""Place sizes: which of a map's places holds a point, the smallest first."""

import math
from collections.abc import Iterable
from typing import TypeAlias

from maps.features import Place
from maps.geometry import Point, distance
from maps.polygon import area, contains

__all__ = ["POINT_PLACE_RADIUS_M", "SizedPlace", "holder", "sized"]

POINT_PLACE_RADIUS_M = 0.75
"""How near a point place counts as being at it, metres."""

SizedPlace: TypeAlias = tuple[float, Place, tuple[float, float, float, float]]
"""Area, square metres, place, and a box (left, low, right, high), metres, that holds it with a millimetre to spare."""


def sized(places: Iterable[Place]) -> tuple[SizedPlace, ...]:
    """Places with their sizes; a point place is a disc of ``POINT_PLACE_RADIUS_M``."""
    disc = math.pi * POINT_PLACE_RADIUS_M**2
    found = []
    for place in places:
        x, y = zip(*place.outline, strict=True) if place.outline else zip(place.centre, strict=True)
        spare = 1e-3 if place.outline else POINT_PLACE_RADIUS_M + 1e-3
        box = (min(x) - spare, min(y) - spare, max(x) + spare, max(y) + spare)
        found.append((area(place.outline) if place.outline else disc, place, box))
    return tuple(found)


def holder(places: Iterable[SizedPlace], point: Point) -> Place | None:
    """The smallest place that holds a point; of equally small ones the nearest, then the first by name."""
    best: tuple[float, float, str] | None = None
    found: Place | None = None
    for size, place, (left, low, right, high) in places:
        if not (left <= point[0] <= right and low <= point[1] <= high):
            continue
        away = distance(point, place.centre)
        inside = contains(place.outline, point) if place.outline else away <= POINT_PLACE_RADIUS_M
        if inside and (best is None or (size, away, place.name) < best):
            best, found = (size, away, place.name), place
    return found
