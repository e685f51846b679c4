"""Trace: what the robot did in one mission, and how things stood when it was over."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from maps import Place, Point, RobotState, World, contains, distance
from skills import Outcome, SkillCall

__all__ = ["POINT_PLACE_M", "Deed", "Trace", "inside"]

POINT_PLACE_M = 0.75
"""How near to a place without an outline the robot has to stop to be in it, metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A call that was carried out with success.

    Attributes:
        call: The call.
        outcome: How it ended.
        at: Where the robot stood afterwards, metres.
        path: Where it drove, metres.
        doors: Doors that it drove through.
        carried: What it carried before.
        carries: What it carried afterwards.
    """

    call: SkillCall
    outcome: Outcome
    at: Point
    path: tuple[Point, ...] = ()
    doors: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One mission.

    Attributes:
        deeds: What was carried out, in order.
        before: The truth when it began.
        known: The agent's map when it began.
        after: The truth when it was over.
        state: The robot when it was over.
        told: Every sentence that reached the operator.
    """

    deeds: tuple[Deed, ...]
    before: World
    known: World
    after: World
    state: RobotState
    told: tuple[str, ...] = field(default=())

    def in_place(self, names: Iterable[str], at: Point) -> bool:
        """Whether a point lies in one of these places."""
        return any(inside(self.before.places[name], at) for name in names)


def inside(place: Place, at: Point) -> bool:
    """Whether a point counts as in a place."""
    return contains(place.outline, at) if place.outline else distance(place.centre, at) <= POINT_PLACE_M
