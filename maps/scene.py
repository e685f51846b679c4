"""Scene: marks to draw on a map. Says what to draw and what it means, never how it looks; ``maps.draw`` decides that."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from maps.geometry import Point, Pose

__all__ = ["Caption", "Chart", "Mark", "Marker", "Path", "Region", "RobotMark", "Role", "Scene"]

Role: TypeAlias = Literal["route", "driven", "ok", "bad", "warning", "highlight", "bottleneck", "muted"]
"""What a mark means. Each role has a colour-blind-safe colour and its own line style or shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A polyline, e.g. the route of one step."""

    points: tuple[Point, ...]
    role: Role = "route"
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A labelled point, e.g. the number of a step at its goal."""

    at: Point
    role: Role = "highlight"
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A polygon, e.g. a zone that a finding names."""

    outline: tuple[Point, ...]
    role: Role = "highlight"
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotMark:
    """The body at a pose, drawn to scale with its heading."""

    pose: Pose
    radius_m: float
    role: Role = "highlight"
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """One line of the legend beside the map, in order; e.g. ``1 goto(kitchen)  12.3 m``."""

    text: str
    role: Role = "muted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A quantity along the way, drawn beside the map: a band of what it may be, over a floor that it should not fall below.

    Attributes:
        title: What is shown, with its unit.
        band: (x, low, high), x not decreasing; a vertical drop is two entries at one x.
        floor: (x, y) below which the band must not fall; empty when there is none.
        floor_label: What the floor is.
        ticks: (x, label, role) along the axis, e.g. a step's number where it is done.
        x_unit: Unit of x.
        top: The axis reaches at least so high.
    """

    title: str
    band: tuple[tuple[float, float, float], ...]
    floor: tuple[tuple[float, float], ...] = ()
    floor_label: str = ""
    ticks: tuple[tuple[float, str, Role], ...] = ()
    x_unit: str = "m"
    top: float = 0.0


Mark: TypeAlias = Path | Marker | Region | RobotMark | Caption | Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A title and the marks to draw over the map, in drawing order."""

    title: str = ""
    marks: tuple[Mark, ...] = ()
