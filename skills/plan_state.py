"""PlanState: what is assumed true between two steps of a plan; conditions read it, effects write it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias

from maps import Body, DoorState, Point, Pose, RobotState

__all__ = ["Interval", "PlanState"]

Interval: TypeAlias = tuple[float, float]
"""Lower and upper bound of a number that is not known exactly."""


def _empty() -> MappingProxyType[str, "DoorState"]:
    return MappingProxyType({})


def _no_points() -> MappingProxyType[str, "Point | None"]:
    return MappingProxyType({})


def _no_numbers() -> MappingProxyType[str, Interval]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanState:
    """The state over which a plan is simulated.

    Attributes:
        pose: Where the robot stands; None when it cannot be foretold (after ``explore``).
        at: Name of the place that the robot was driven to; None when it was driven elsewhere.
        near: Name of the thing or door that the robot was driven to; None when it was driven elsewhere.
        carrying: Names of the things carried, in the order they were picked.
        capacity: How many things the robot can carry at once.
        doors: Door states that outrank the map's.
        thing_places: Where things were put, metres; None for a thing that is somewhere else now, nobody knows where.
        docked: Whether the robot stands on a dock and charges.
        battery: Charge left, watt-hours, low and high.
        full_wh: Charge of a full battery, watt-hours.
        facts: Names of the facts that hold; a fact that is not here does not hold.
        numbers: Quantities that skills keep count of, low and high.
    """

    pose: Pose | None = None
    at: str | None = None
    near: str | None = None
    carrying: tuple[str, ...] = ()
    capacity: int = 1
    doors: Mapping[str, DoorState] = field(default_factory=_empty)
    thing_places: Mapping[str, Point | None] = field(default_factory=_no_points)
    docked: bool = False
    battery: Interval = (0.0, float("inf"))
    full_wh: float = float("inf")
    facts: frozenset[str] = frozenset()
    numbers: Mapping[str, Interval] = field(default_factory=_no_numbers)

    @classmethod
    def of(cls, state: RobotState, body: Body | None = None) -> "PlanState":
        """The state of a robot now. The body gives how much it can carry and how much charge it holds."""
        return cls(
            pose=state.pose,
            carrying=tuple(state.carrying),
            capacity=1 if body is None else body.gripper_capacity,
            doors=MappingProxyType(dict(state.doors)),
            docked=state.docked,
            battery=(state.battery_wh, state.battery_wh),
            full_wh=float("inf") if body is None else body.battery_wh,
        )

    def moved(self, pose: Pose | None, *, at: str | None = None, near: str | None = None) -> "PlanState":
        """The state after driving to a pose: off the dock, at the place or near the thing that was driven to."""
        return replace(self, pose=pose, at=at, near=near, docked=False)

    def drained(self, energy_wh: Interval) -> "PlanState":
        """The state after using an amount of energy, low and high, watt-hours."""
        low, high = self.battery
        return replace(self, battery=(low - energy_wh[1], high - energy_wh[0]))

    def with_door(self, door: str, state: DoorState) -> "PlanState":
        """The state with one door in a given state."""
        return replace(self, doors=MappingProxyType({**self.doors, door: state}))

    def with_thing_at(self, thing: str, point: Point | None) -> "PlanState":
        """The state with one thing put down at a point, or lost (None)."""
        return replace(self, thing_places=MappingProxyType({**self.thing_places, thing: point}))

    def with_number(self, name: str, value: Interval) -> "PlanState":
        """The state with one quantity at a given value."""
        return replace(self, numbers=MappingProxyType({**self.numbers, name: value}))
