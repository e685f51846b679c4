"""Scene: marks to draw on a map. Says what to draw and what it means, never how it looks; ``maps.draw`` decides that."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from maps.geometry import Point, Pose

__all__ = ["Caption", "Mark", "Marker", "Path", "Region", "RobotMark", "Role", "Scene"]

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


Mark: TypeAlias = Path | Marker | Region | RobotMark | Caption


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A title and the marks to draw over the map, in drawing order."""

    title: str = ""
    marks: tuple[Mark, ...] = ()
