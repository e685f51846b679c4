"""Lanes: the edges of a route graph that a robot has to keep to, with their directions and speed limits."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

from maps.geometry import Point

__all__ = ["FULL_SPEED", "Lane", "Lanes"]

FULL_SPEED = 1.0
"""What 100 % of a lane's speed is where the map does not say, m/s."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A straight edge from one point to another, by number, driven in this direction; ``speed`` is its limit, m/s."""

    start: int
    end: int
    speed: float | None = None


@dataclass(frozen=True)
class Lanes:
    """Points and the directed edges between them, metres in the map frame.

    Attributes:
        points: The ends of the edges.
        edges: The edges.
        full_speed: What 100 % is, m/s, where the graph gives limits in percent.
    """

    points: tuple[Point, ...]
    edges: tuple[Lane, ...]
    full_speed: float | None = None

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 over points and edges."""
        edges = [[lane.start, lane.end, lane.speed] for lane in self.edges]
        return hashlib.sha256(json.dumps([self.points, edges]).encode()).digest()

    @property
    def one_way(self) -> int:
        """How many edges have none back."""
        known = {(lane.start, lane.end) for lane in self.edges}
        return sum((end, start) not in known for start, end in known if start != end)
