"""The named features of a map: places, things, doors and zones, each knowing which file it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from maps.geometry import Point, Pose

__all__ = ["Door", "DoorState", "Feature", "FeatureType", "Place", "Source", "Thing", "Value", "Zone", "ZoneRule"]

DoorState: TypeAlias = Literal["open", "closed", "locked"]
ZoneRule: TypeAlias = Literal["keepout", "slow"]
FeatureType: TypeAlias = Literal["place", "thing", "door", "zone"]
Value: TypeAlias = str | int | float | bool
"""An attribute's value."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a feature was read from, for error messages."""

    file: str
    index: int | None = None

    def __str__(self) -> str:
        """As people read it: ``places.geojson, feature 12``."""
        return self.file if self.index is None else f"{self.file}, feature {self.index}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A named region or point that a robot can be at. A dock is a place of kind ``dock`` with a pose.

    ``outline`` is a closed ring without its repeated last point, metres; empty for a point place, which then has a ``pose``.
    """

    name: str
    kind: str = ""
    aliases: tuple[str, ...] = ()
    outline: tuple[Point, ...] = ()
    pose: Pose | None = None
    source: Source = Source("")

    @property
    def is_dock(self) -> bool:
        """Whether the robot can charge here."""
        return self.kind == "dock"

    @property
    def centre(self) -> Point:
        """The pose's position, or the outline's area centroid, metres."""
        if self.pose is not None:
            return self.pose.point
        return _centroid(self.outline)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A named object: where it stands, what state it is in, what is known of it."""

    name: str
    kind: str = ""
    aliases: tuple[str, ...] = ()
    position: Point
    place: str | None = None
    state: str | None = None
    attributes: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    reach_m: float | None = None
    source: Source = Source("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A doorway that can be shut: the segment it closes, what it joins, its state as the map knows it."""

    name: str
    kind: str = "door"
    aliases: tuple[str, ...] = ()
    segment: tuple[Point, Point]
    between: tuple[str, ...] = ()
    state: DoorState = "open"
    width_m: float | None = None
    source: Source = Source("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A region with a rule: ``keepout`` (the footprint never enters) or ``slow`` (at most ``max_speed`` m/s)."""

    name: str
    rule: ZoneRule
    kind: str = ""
    aliases: tuple[str, ...] = ()
    outline: tuple[Point, ...] = ()
    max_speed: float | None = None
    source: Source = Source("")


Feature: TypeAlias = Place | Thing | Door | Zone


def _centroid(ring: tuple[Point, ...]) -> Point:
    """Area centroid of a simple ring; the mean of its points where the area vanishes."""
    area = cx = cy = 0.0
    for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
        cross = x0 * y1 - x1 * y0
        area += cross
        cx += (x0 + x1) * cross
        cy += (y0 + y1) * cross
    if abs(area) < 1e-12:
        return (sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring))
    return (cx / (3 * area), cy / (3 * area))
