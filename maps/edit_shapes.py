"""Where features lie: moved as a whole, and what is on the two sides of a doorway."""

from dataclasses import replace

from maps.features import Door, Feature, Thing, Zone
from maps.geometry import Point, Pose, distance
from maps.world import World

__all__ = ["places_beside", "shifted"]

_MICROMETRES = 6
"""Decimals of a metre that computed coordinates are written with."""

BESIDE_M = (0.3, 0.6, 1.0)
"""How far from the middle of a doorway the places that it joins are looked for, metres."""


def places_beside(world: World, segment: tuple[Point, Point]) -> tuple[str, ...]:
    """The places on the two sides of a doorway, at most two."""
    (x0, y0), (x1, y1) = segment
    length = distance(*segment)
    if length == 0:
        return ()
    nx, ny = -(y1 - y0) / length, (x1 - x0) / length
    found: list[str] = []
    for side in (1, -1):
        for away in BESIDE_M:
            place = world.place_at(((x0 + x1) / 2 + side * away * nx, (y0 + y1) / 2 + side * away * ny))
            if place is not None and place.name not in found and not (place.is_dock and not place.outline):
                found.append(place.name)
                break
    return tuple(found)


def shifted(feature: Feature, dx: float, dy: float, yaw: float | None = None) -> Feature:
    """A feature moved by (dx, dy) metres, its shape unchanged; its pose, if it has one, turned to ``yaw`` where that is given."""

    def shift(point: Point) -> Point:
        return (round(point[0] + dx, _MICROMETRES), round(point[1] + dy, _MICROMETRES))

    if isinstance(feature, Thing):
        return replace(feature, position=shift(feature.position))
    if isinstance(feature, Door):
        return replace(feature, segment=(shift(feature.segment[0]), shift(feature.segment[1])))
    outline = tuple(map(shift, feature.outline))
    if isinstance(feature, Zone):
        return replace(feature, outline=outline)
    pose = feature.pose and Pose(*shift(feature.pose.point), feature.pose.yaw if yaw is None else yaw)
    return replace(feature, outline=outline, pose=pose)
