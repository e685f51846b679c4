"""PlanState: what is assumed true between two steps of a plan; conditions read it, effects write it.

Every part of it is three-valued: known to be so, known not to be so, or open. What is open is what differs between the
states that the robot may be in, and ``union`` is the one place where it arises.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from maps import Body, DoorState, Point, Pose, RobotState
from skills.changed import changed
from skills.notes import NO_NOTES, Notes

__all__ = ["Interval", "PlanState"]

Interval: TypeAlias = tuple[float, float]
"""Lower and upper bound of a number that is not known exactly."""

Member: TypeAlias = tuple[str, str]
"""A set's name and one thing that is in it."""

_T = TypeVar("_T")

_SHUT: tuple[DoorState, ...] = ("locked", "closed", "open")
"""From the state that hinders most to the one that hinders least."""


def _empty() -> MappingProxyType[str, "DoorState"]:
    return MappingProxyType({})


def _no_options() -> MappingProxyType[str, "frozenset[DoorState]"]:
    return MappingProxyType({})


def _no_points() -> MappingProxyType[str, "Point | None"]:
    return MappingProxyType({})


def _no_numbers() -> MappingProxyType[str, Interval]:
    return MappingProxyType({})


def _no_choices() -> MappingProxyType[str, "frozenset[str | None]"]:
    return MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class PlanState:
    """The state over which a plan is simulated.

    Attributes:
        pose: Where the robot stands; None when it cannot be foretold (after ``explore``).
        at: Name of the place that the robot was driven to; None when it was driven elsewhere.
        near: Name of the thing or door that the robot was driven to; None when it was driven elsewhere.
        carrying: Names of the things that are carried for certain, in the order they were picked.
        maybe_carrying: Names of the things that may be carried besides.
        capacity: How many things the robot can carry at once.
        doors: Door states that outrank the map's; of a door whose state is open to doubt, the one that hinders most.
        door_options: The states that a doubtful door may be in.
        thing_places: Where things were put, metres; None for a thing that is somewhere else now, nobody knows where.
        docked: Whether the robot stands on a dock and charges; None when nobody knows.
        battery: Charge left, watt-hours, low and high.
        full_wh: Charge of a full battery, watt-hours.
        facts: Names of the facts that hold; a fact that is neither here nor in ``maybe_facts`` does not hold.
        maybe_facts: Names of the facts that may hold.
        choices: The values that a one-of may have, by its name; None among them for no value, which is also what a one-of has
            that is not here.
        members: What is in sets for certain.
        maybe_members: What may be in sets besides.
        numbers: Quantities that skills keep count of, low and high; each is here from the start, at 0.
    """

    pose: Pose | None = None
    at: str | None = None
    near: str | None = None
    carrying: tuple[str, ...] = ()
    maybe_carrying: frozenset[str] = frozenset()
    capacity: int = 1
    doors: Mapping[str, DoorState] = field(default_factory=_empty)
    door_options: Mapping[str, frozenset[DoorState]] = field(default_factory=_no_options)
    thing_places: Mapping[str, Point | None] = field(default_factory=_no_points)
    docked: bool | None = False
    battery: Interval = (0.0, float("inf"))
    full_wh: float = float("inf")
    facts: frozenset[str] = frozenset()
    maybe_facts: frozenset[str] = frozenset()
    choices: Mapping[str, frozenset[str | None]] = field(default_factory=_no_choices)
    members: frozenset[Member] = frozenset()
    maybe_members: frozenset[Member] = frozenset()
    numbers: Mapping[str, Interval] = field(default_factory=_no_numbers)

    @classmethod
    def of(
        cls, state: RobotState, body: Body | None = None, quantities: Iterable[str] = (), notes: Notes = NO_NOTES
    ) -> "PlanState":
        """The state of a robot now.

        Args:
            state: What the robot knows of itself.
            body: Gives how much it can carry and how much charge it holds.
            quantities: Names of the quantities that skills keep count of; each starts at 0.
            notes: What the mission's earlier steps have noted down.
        """
        return cls(
            pose=state.pose,
            carrying=tuple(state.carrying),
            capacity=1 if body is None else body.gripper_capacity,
            doors=MappingProxyType(dict(state.doors)),
            docked=state.docked,
            battery=(state.battery_wh, state.battery_wh),
            full_wh=float("inf") if body is None else body.battery_wh,
            facts=notes.facts,
            maybe_facts=notes.maybe_facts,
            choices=notes.choices,
            members=notes.members,
            maybe_members=notes.maybe_members,
            numbers=MappingProxyType({**dict.fromkeys(quantities, (0.0, 0.0)), **notes.numbers}),
        )

    def notes(self, exclusive: Iterable[tuple[str, str]] = ()) -> Notes:
        """What is noted down in this state.

        Args:
            exclusive: Pairs of facts that have been declared to exclude one another.
        """
        return Notes(
            facts=self.facts,
            maybe_facts=self.maybe_facts,
            choices=self.choices,
            members=self.members,
            maybe_members=self.maybe_members,
            numbers=self.numbers,
            exclusive=frozenset(exclusive),
        )

    @property
    def load(self) -> tuple[str, ...]:
        """Names of the things that are, or may be, carried: what the body has to make room for."""
        return (*self.carrying, *sorted(self.maybe_carrying))

    def moved(self, pose: Pose | None, *, at: str | None = None, near: str | None = None) -> "PlanState":
        """The state after driving to a pose: off the dock, at the place or near the thing that was driven to."""
        return changed(self, pose=pose, at=at, near=near, docked=False)

    def drained(self, energy_wh: Interval) -> "PlanState":
        """The state after using an amount of energy, low and high, watt-hours."""
        if energy_wh == (0.0, 0.0):
            return self
        low, high = self.battery
        return changed(self, battery=(low - energy_wh[1], high - energy_wh[0]))

    def with_door(self, door: str, state: DoorState) -> "PlanState":
        """The state with one door in a given state."""
        options = {name: states for name, states in self.door_options.items() if name != door}
        return changed(self, doors=MappingProxyType({**self.doors, door: state}), door_options=MappingProxyType(options))

    def with_thing_at(self, thing: str, point: Point | None) -> "PlanState":
        """The state with one thing put down at a point, or lost (None)."""
        return changed(self, thing_places=MappingProxyType({**self.thing_places, thing: point}))

    def with_number(self, name: str, value: Interval) -> "PlanState":
        """The state with one quantity at a given value."""
        return changed(self, numbers=MappingProxyType({**self.numbers, name: value}))

    def with_fact(self, name: str, holds: bool) -> "PlanState":
        """The state in which one fact holds, or does not."""
        facts = self.facts | {name} if holds else self.facts - {name}
        return changed(self, facts=facts, maybe_facts=self.maybe_facts - {name})

    def with_choice(self, name: str, value: str) -> "PlanState":
        """The state with one one-of at a given value."""
        return changed(self, choices=MappingProxyType({**self.choices, name: frozenset({value})}))

    def with_member(self, name: str, item: str, inside: bool) -> "PlanState":
        """The state with one thing in a set, or out of it."""
        member = (name, item)
        members = self.members | {member} if inside else self.members - {member}
        return changed(self, members=members, maybe_members=self.maybe_members - {member})

    def size_of(self, name: str) -> Interval:
        """How many things are in a set, low and high."""
        sure = sum(member[0] == name for member in self.members)
        return (float(sure), float(sure + sum(member[0] == name for member in self.maybe_members)))

    def optimistic_doors(self) -> Mapping[str, DoorState]:
        """Door states with every doubtful door in the state that hinders least."""
        if not self.door_options:
            return self.doors
        best = {name: max(states, key=_SHUT.index) for name, states in self.door_options.items()}
        return MappingProxyType({**self.doors, **best})

    def union(self, other: "PlanState", doors: Mapping[str, DoorState] = MappingProxyType({})) -> "PlanState":
        """The least state that covers both: what holds in both holds, what holds in neither does not, the rest is open.

        Args:
            other: Another state that the robot may be in.
            doors: The map's door states, for doors that only one of the two speaks of.
        """
        if self is other or self == other:
            return self
        both = tuple(name for name in self.carrying if name in other.carrying)
        either = {*self.carrying, *other.carrying} | self.maybe_carrying | other.maybe_carrying
        options = {name: self._options(name, doors) | other._options(name, doors) for name in {**self.doors, **other.doors}}
        facts, maybe_facts = _both(self.facts, self.maybe_facts, other.facts, other.maybe_facts)
        members, maybe_members = _both(self.members, self.maybe_members, other.members, other.maybe_members)
        unset: frozenset[str | None] = frozenset({None})
        return changed(
            self,
            pose=self.pose if self.pose == other.pose else None,
            at=self.at if self.at == other.at else None,
            near=self.near if self.near == other.near else None,
            carrying=both,
            maybe_carrying=frozenset(either.difference(both)),
            doors=MappingProxyType({name: min(states, key=_SHUT.index) for name, states in options.items()}),
            door_options=MappingProxyType({name: states for name, states in options.items() if len(states) > 1}),
            thing_places=_same_places(self.thing_places, other.thing_places),
            docked=self.docked if self.docked == other.docked else None,
            battery=_hull(self.battery, other.battery),
            facts=facts,
            maybe_facts=maybe_facts,
            choices=MappingProxyType(
                {name: self.choices.get(name, unset) | other.choices.get(name, unset) for name in {**self.choices, **other.choices}}
            ),
            members=members,
            maybe_members=maybe_members,
            numbers=MappingProxyType(
                {
                    name: _hull(self.numbers.get(name, (0.0, 0.0)), other.numbers.get(name, (0.0, 0.0)))
                    for name in {**self.numbers, **other.numbers}
                }
            ),
        )

    def _options(self, door: str, on_map: Mapping[str, DoorState]) -> frozenset[DoorState]:
        if door in self.door_options:
            return self.door_options[door]
        state = self.doors.get(door, on_map.get(door))
        return frozenset(_SHUT) if state is None else frozenset({state})


def _both(
    left: frozenset[_T], maybe_left: frozenset[_T], right: frozenset[_T], maybe_right: frozenset[_T]
) -> tuple[frozenset[_T], frozenset[_T]]:
    """What is in both for certain, and what may be in one of them."""
    sure = left & right
    return sure, (left | maybe_left | right | maybe_right) - sure


def _hull(left: Interval, right: Interval) -> Interval:
    return (min(left[0], right[0]), max(left[1], right[1]))


def _same_places(left: Mapping[str, Point | None], right: Mapping[str, Point | None]) -> MappingProxyType[str, Point | None]:
    """Places on which both agree; a thing that only one has moved may be anywhere."""
    agreed: dict[str, Point | None] = {}
    for name in {**left, **right}:
        agreed[name] = left[name] if name in left and name in right and left[name] == right[name] else None
    return MappingProxyType(agreed)
