"""Route: the polyline that was verified and will be driven, and the reason where there is none."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from maps.body import Body
from maps.geometry import Point, Pose, distance

__all__ = ["NoRoute", "NoRouteCode", "Route"]

NoRouteCode: TypeAlias = Literal[
    "START_OUTSIDE_MAP", "GOAL_OUTSIDE_MAP", "START_OCCUPIED", "GOAL_OCCUPIED", "NO_VALID_PATH",
    "UNKNOWN_SPACE", "KEEPOUT", "CLEARANCE", "DOOR_CLOSED", "WITHIN_TOLERANCE",
    "NOT_DRIVABLE", "NO_LANE",
]  # fmt: skip
"""Nav2's words where Nav2 has one; ours name the layer that blocks (peeled off one at a time)."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """A collision-free polyline for one body on one world.

    Attributes:
        points: Vertices from the start to the goal, metres; one point when the robot is already there.
        goal_yaw: Heading to turn to at the end, radians; None keeps the heading of travel.
        length_m: Length of the polyline.
        grid_length_m: Length of the optimal 8-connected grid route it was pulled from (>= length_m up to rounding).
        clearance_m: Least distance from the polyline to an obstacle, metres; certified lower bound.
        clearance_at: Where that is.
        doors: Names of doors crossed, in order.
        zones: Names of zones touched by the footprint, in order of entry.
        revision: Revision of the World it was found on.
        headings: Heading of the body at every vertex, radians, for bodies that are no discs; between two vertices the body then
            either turns in place, the short way, or drives straight, forward or in reverse, in one heading. None: the body
            fits in any heading, and faces the way it goes.
        body_clearance_m: With headings, the least distance from the body itself to an obstacle on the way, metres.
        through_unknown: It leads through unknown space, as no other does; given only where that was to be asked for.
        excess_m: None for the shortest route. For one that was mended after a change of the map (``maps.mend``): its way on the
            grid costs at most so many metres more than the cheapest one; 0 where it is as short.
        evidence: A ``maps.evidence.Evidence`` that tells, after a change of the map, whether it is still the route; no part of
            its value, and not saved. None where that cannot be told.
    """

    points: tuple[Point, ...]
    goal_yaw: float | None = None
    length_m: float
    grid_length_m: float
    clearance_m: float
    clearance_at: Point
    doors: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    revision: str
    headings: tuple[float, ...] | None = None
    body_clearance_m: float | None = None
    through_unknown: bool = False
    excess_m: float | None = None
    evidence: Any = field(default=None, compare=False, repr=False)

    @property
    def start(self) -> Point:
        """First vertex."""
        return self.points[0]

    @property
    def end(self) -> Pose:
        """The pose at which the robot ends up."""
        if self.goal_yaw is not None:
            return Pose(*self.points[-1], self.goal_yaw)
        for a, b in zip(reversed(self.points[:-1]), reversed(self.points), strict=False):
            if distance(a, b) > 0:
                return Pose(*b, math.atan2(b[1] - a[1], b[0] - a[0]))
        return Pose(*self.points[-1])

    @property
    def remark(self) -> str:
        """What has to be said with its length: nothing of the shortest route, and of a mended one by how much it may be longer."""
        if self.excess_m is None:
            return ""
        if self.excess_m == 0.0:
            return "repaired, as short as the shortest"
        return f"repaired, at most {self.excess_m:.2f} m longer than the shortest"

    def on(self, revision: str, **values: Any) -> "Route":
        """The same route on another revision of the map, with other values in some fields."""
        made = object.__new__(Route)  # a verdict has a route for every step, and ``replace`` takes most of the time
        made.__dict__.update(self.__dict__, revision=revision, **values)
        return made

    def keeps(self, body: Body) -> bool:
        """Whether its certified clearance is what a body needs (to a nanometre)."""
        if self.headings is None or self.body_clearance_m is None:
            return self.clearance_m >= body.needed_clearance_m - 1e-9
        return self.body_clearance_m >= body.margin_m - 1e-9

    def to_json(self) -> dict[str, Any]:
        """Plain data; ``Route.from_json`` is its inverse."""
        return {
            "points": [list(point) for point in self.points],
            "goal_yaw": self.goal_yaw,
            "length_m": self.length_m,
            "grid_length_m": self.grid_length_m,
            "clearance_m": self.clearance_m,
            "clearance_at": list(self.clearance_at),
            "doors": list(self.doors),
            "zones": list(self.zones),
            "revision": self.revision,
            "headings": None if self.headings is None else list(self.headings),
            "body_clearance_m": self.body_clearance_m,
            "through_unknown": self.through_unknown,
            **({} if self.excess_m is None else {"excess_m": self.excess_m}),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Route":
        """Read what ``to_json`` wrote."""
        return cls(
            points=tuple((float(x), float(y)) for x, y in data["points"]),
            goal_yaw=None if data["goal_yaw"] is None else float(data["goal_yaw"]),
            length_m=float(data["length_m"]),
            grid_length_m=float(data["grid_length_m"]),
            clearance_m=float(data["clearance_m"]),
            clearance_at=(float(data["clearance_at"][0]), float(data["clearance_at"][1])),
            doors=tuple(data["doors"]),
            zones=tuple(data["zones"]),
            revision=str(data["revision"]),
            headings=None if data.get("headings") is None else tuple(float(yaw) for yaw in data["headings"]),
            body_clearance_m=None if data.get("body_clearance_m") is None else float(data["body_clearance_m"]),
            through_unknown=bool(data.get("through_unknown", False)),
            excess_m=None if data.get("excess_m") is None else float(data["excess_m"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRoute:
    """Why there is no route: the layer that blocks, with numbers.

    Attributes:
        code: The cause.
        where: The tightest place, the start or the goal, metres; None when there is no telling point.
        needed: Clearance the body needs, metres (CLEARANCE) or None.
        available: The widest clearance that any way offers, metres (CLEARANCE) or None.
        subjects: Names of the doors or zones to blame.
        nearest: The reachable pose nearest to the goal, if any.
    """

    code: NoRouteCode
    where: Point | None = None
    needed: float | None = None
    available: float | None = None
    subjects: tuple[str, ...] = ()
    nearest: Pose | None = None
