"""Building: the levels of one map, drawn side by side on one grid with walls between them, and the lifts that join them.

A point, a route and a footprint then mean the same as on a map of one level, and nothing but a lift leads from level to level.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from maps.geometry import Point

__all__ = ["LIFT_DOOR", "RIDE_S", "Building", "Level", "Lift"]

RIDE_S = (10.0, 120.0)
"""How long a lift takes from one level to any other where nobody says, waiting and doors included, seconds, low and high."""

LIFT_DOOR = "lift door"
"""Kind of a door that a lift opens by itself."""


@dataclass(frozen=True, slots=True)
class Level:
    """One storey.

    Attributes:
        name: As people call it.
        folder: The name of its folder beside the others.
        offset: What is added to its own coordinates, metres.
        box: Left, low, right and high edge on the joined grid, metres.
    """

    name: str
    folder: str
    offset: Point
    box: tuple[float, float, float, float]

    def own(self, point: Point) -> Point:
        """A point of the joined grid in the level's own coordinates, metres."""
        return (point[0] - self.offset[0], point[1] - self.offset[1])


@dataclass(frozen=True, slots=True)
class Lift:
    """A lift: on each of its levels a place, the cabin.

    Attributes:
        name: As people call it.
        levels: Those that it stops at.
        cabins: The cabin's place on each of them, in the same order.
        ride_s: How long a ride takes, waiting and doors included, seconds, low and high.
    """

    name: str
    levels: tuple[str, ...]
    cabins: tuple[str, ...]
    ride_s: tuple[float, float] = RIDE_S


@dataclass(frozen=True)
class Building:
    """The levels in their order from left to right, and the lifts."""

    levels: tuple[Level, ...]
    lifts: tuple[Lift, ...]

    def level_at(self, point: Point) -> Level | None:
        """The level that a point lies on; None in the walls between them."""
        x, y = point
        for level in self.levels:
            left, low, right, high = level.box
            if left <= x <= right and low <= y <= high:
                return level
        return None

    def apart(self, a: Point, b: Point) -> bool:
        """Whether two points lie on different levels."""
        return self.level_at(a) != self.level_at(b)

    def lift_of(self, cabin: str) -> Lift | None:
        """The lift that a place is a cabin of."""
        return self._cabins.get(cabin)

    def rides(self, level: str) -> Iterator[tuple[Lift, str, str, str]]:
        """The rides from a level: lift, cabin here, cabin there, level there."""
        for lift in self.lifts:
            stops = dict(zip(lift.levels, lift.cabins, strict=True))
            if level in stops:
                yield from ((lift, stops[level], cabin, other) for other, cabin in stops.items() if other != level)

    def way(self, start: str, goal: str) -> tuple[tuple[str, str], ...] | None:
        """The fewest rides from level to level, each as its two cabins; None where no lifts lead there."""
        return next(self.ways(start, goal), None)

    def ways(self, start: str, goal: str) -> Iterator[tuple[tuple[str, str], ...]]:
        """Ways from level to level, the fewest rides first, none over a level twice."""
        waiting: list[tuple[str, tuple[str, ...], tuple[tuple[str, str], ...]]] = [(start, (start,), ())]
        while waiting and len(waiting) < _MOST_WAYS:
            level, seen, taken = waiting.pop(0)
            if level == goal:
                yield taken
                continue
            for _, here, there, other in self.rides(level):
                if other not in seen:
                    waiting.append((other, (*seen, other), (*taken, (here, there))))

    @cached_property
    def _cabins(self) -> dict[str, Lift]:
        return {cabin: lift for lift in self.lifts for cabin in lift.cabins}

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 over levels and lifts."""
        levels = [[level.name, level.offset, level.box] for level in self.levels]
        lifts = [[lift.name, lift.levels, lift.cabins, lift.ride_s] for lift in self.lifts]
        return hashlib.sha256(json.dumps([levels, lifts]).encode()).digest()


_MOST_WAYS = 10_000
