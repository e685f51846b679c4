"""Conditions and effects: what a skill needs and what it changes, as data that can be simulated, explained and stored.

An expression that names a state (``holding("thing")``, ``door_is("door", "open")``) is both: as a condition it must hold
before the call, as an effect it holds afterwards. Strings name the skill's parameters; ``fact("watered {plant}")`` fills them in.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from string import Formatter
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from maps import Door, DoorState, Place, contains
from skills.plan_state import Interval, PlanState

__all__ = [
    "Arguments",
    "Condition",
    "Effect",
    "adds",
    "at",
    "at_least",
    "at_most",
    "charges",
    "docked",
    "door_is",
    "fact",
    "hand_empty",
    "hand_free",
    "holding",
    "loses",
    "near",
    "puts_down",
    "sets",
]

Arguments: TypeAlias = Mapping[str, Any]
"""A call's arguments by parameter name: places, things and doors as features where they are at hand, else by name."""


class Expression:
    """What conditions and effects share: the parameters they name, their JSON and their sentence."""

    __slots__ = ()

    def parameters(self) -> tuple[str, ...]:
        """Names of the skill's parameters that the expression refers to."""
        return ()

    def to_json(self) -> dict[str, Any]:
        """Plain data: the expression's kind and its fields."""
        data: dict[str, Any] = {"is": type(self).__name__}
        for item in fields(self):  # type: ignore[arg-type]  # every expression is a dataclass
            value = getattr(self, item.name)
            data[item.name] = value.to_json() if isinstance(value, Expression) else value
        return data


class Condition(Expression, ABC):
    """Something that holds or does not hold in a state."""

    __slots__ = ()

    @abstractmethod
    def holds(self, state: PlanState, args: Arguments) -> bool | None:
        """Whether it holds; None when the state does not tell."""

    def __invert__(self) -> "Condition":
        """The condition that holds where this one does not: ``~door_is("door", "locked")``."""
        return Not(self)


class Effect(Expression, ABC):
    """Something that is different after a call."""

    __slots__ = ()

    @abstractmethod
    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """The state after the change."""


@dataclass(frozen=True, slots=True)
class Not(Condition, Effect):
    """The opposite of a condition. As an effect only of a fact: the fact no longer holds."""

    condition: Condition

    def parameters(self) -> tuple[str, ...]:
        """Those of the inner condition."""
        return self.condition.parameters()

    def holds(self, state: PlanState, args: Arguments) -> bool | None:
        """The inner answer turned round; what is not known stays so."""
        inner = self.condition.holds(state, args)
        return None if inner is None else not inner

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """Strike the fact out."""
        if not isinstance(self.condition, Fact):
            raise TypeError(f"'{self}' cannot be an effect: only a fact can be struck out, write ~fact('...')")
        return replace(state, facts=state.facts - {self.condition.text(args)})

    def __invert__(self) -> Condition:
        """Twice not is the condition itself."""
        return self.condition

    def __str__(self) -> str:
        """For people."""
        return f"not: {self.condition}"


@dataclass(frozen=True, slots=True)
class HandEmpty(Condition):
    """Nothing is carried."""

    def holds(self, state: PlanState, args: Arguments) -> bool:
        """Whether nothing is carried."""
        return not state.carrying

    def __str__(self) -> str:
        """For people."""
        return "the hand is empty"


@dataclass(frozen=True, slots=True)
class HandFree(Condition):
    """There is room to carry one more thing."""

    def holds(self, state: PlanState, args: Arguments) -> bool:
        """Whether fewer things are carried than can be."""
        return len(state.carrying) < state.capacity

    def __str__(self) -> str:
        """For people."""
        return "the hand is free"


@dataclass(frozen=True, slots=True)
class Holding(Condition, Effect):
    """A thing is carried; without a parameter, anything is."""

    thing: str | None = None

    def parameters(self) -> tuple[str, ...]:
        """The thing's parameter."""
        return () if self.thing is None else (self.thing,)

    def holds(self, state: PlanState, args: Arguments) -> bool:
        """Whether it is among what is carried."""
        return bool(state.carrying) if self.thing is None else _name(args, self.thing) in state.carrying

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """It is in the hand and no longer where it was."""
        if self.thing is None:
            raise TypeError("'holding()' cannot be an effect: name the parameter that is picked, holding('thing')")
        name = _name(args, self.thing)
        left = {thing: point for thing, point in state.thing_places.items() if thing != name}
        carrying = state.carrying if name in state.carrying or name is None else (*state.carrying, name)
        return replace(state, carrying=carrying, thing_places=MappingProxyType(left))

    def __str__(self) -> str:
        """For people."""
        return "something is carried" if self.thing is None else f"{self.thing} is carried"


@dataclass(frozen=True, slots=True)
class PutsDown(Effect):
    """Whatever is carried, or one thing of it, is put down where the robot stands."""

    thing: str | None = None

    def parameters(self) -> tuple[str, ...]:
        """The thing's parameter."""
        return () if self.thing is None else (self.thing,)

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """The thing lies within reach of the robot's pose; nobody knows where if the pose is not known."""
        chosen = state.carrying if self.thing is None else (_name(args, self.thing),)
        for name in chosen:
            if name in state.carrying:
                state = state.with_thing_at(name, None if state.pose is None else state.pose.point)
        return replace(state, carrying=tuple(name for name in state.carrying if name not in chosen))

    def __str__(self) -> str:
        """For people."""
        return "what is carried is put down" if self.thing is None else f"{self.thing} is put down"


@dataclass(frozen=True, slots=True)
class Loses(Effect):
    """A thing is no longer known to be where it was; for ``on_failure``."""

    thing: str

    def parameters(self) -> tuple[str, ...]:
        """The thing's parameter."""
        return (self.thing,)

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """Its place is unknown."""
        name = _name(args, self.thing)
        return state if name is None else state.with_thing_at(name, None)

    def __str__(self) -> str:
        """For people."""
        return f"{self.thing} may be elsewhere"


@dataclass(frozen=True, slots=True)
class DoorIs(Condition, Effect):
    """A door is open, closed or locked."""

    door: str
    state: DoorState

    def parameters(self) -> tuple[str, ...]:
        """The door's parameter."""
        return (self.door,)

    def holds(self, state: PlanState, args: Arguments) -> bool | None:
        """By what was seen or done, else by the map; None when only the door's name is at hand."""
        name, value = _name(args, self.door), args.get(self.door)
        if name is not None and name in state.doors:
            return state.doors[name] == self.state
        return value.state == self.state if isinstance(value, Door) else None

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """The door is in that state."""
        name = _name(args, self.door)
        return state if name is None else state.with_door(name, self.state)

    def __str__(self) -> str:
        """For people."""
        return f"{self.door} is {self.state}"


@dataclass(frozen=True, slots=True)
class Docked(Condition, Effect):
    """The robot stands on a dock and charges."""

    def holds(self, state: PlanState, args: Arguments) -> bool:
        """Whether it does."""
        return state.docked

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """It does."""
        return replace(state, docked=True)

    def __str__(self) -> str:
        """For people."""
        return "the robot is docked"


@dataclass(frozen=True, slots=True)
class Charges(Effect):
    """The battery is full."""

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """Charge at its most."""
        return replace(state, battery=(state.full_wh, state.full_wh))

    def __str__(self) -> str:
        """For people."""
        return "the battery is full"


@dataclass(frozen=True, slots=True)
class AtPlace(Condition, Effect):
    """The robot is at a place. ``At[Place]`` implies it as an effect; only skills that drive inside need to say it."""

    place: str

    def parameters(self) -> tuple[str, ...]:
        """The place's parameter."""
        return (self.place,)

    def holds(self, state: PlanState, args: Arguments) -> bool | None:
        """By the place driven to last, else by pose and outline; None when neither tells."""
        name, value = _name(args, self.place), args.get(self.place)
        if name is not None and name == state.at:
            return True
        if isinstance(value, Place) and value.outline and state.pose is not None:
            return bool(contains(value.outline, state.pose.point))
        return None

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """The robot is there, at a pose that is not foretold."""
        name = _name(args, self.place)
        return state if name is None or name == state.at else state.moved(None, at=name)

    def __str__(self) -> str:
        """For people."""
        return f"the robot is at {self.place}"


@dataclass(frozen=True, slots=True)
class NearThing(Condition, Effect):
    """The robot is within reach of a thing or door. ``Near[Thing]`` implies it as an effect."""

    thing: str

    def parameters(self) -> tuple[str, ...]:
        """The thing's parameter."""
        return (self.thing,)

    def holds(self, state: PlanState, args: Arguments) -> bool | None:
        """True when the robot was driven to it last; otherwise nobody has measured."""
        name = _name(args, self.thing)
        return True if name is not None and name == state.near else None

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """The robot is there, at a pose that is not foretold."""
        name = _name(args, self.thing)
        return state if name is None or name == state.near else state.moved(None, near=name)

    def __str__(self) -> str:
        """For people."""
        return f"the robot is near {self.thing}"


@dataclass(frozen=True, slots=True)
class Fact(Condition, Effect):
    """A named fact holds; ``{parameter}`` in its name is filled in."""

    name: str

    def parameters(self) -> tuple[str, ...]:
        """Those in braces."""
        return tuple(_braces(self.name))

    def text(self, args: Arguments) -> str:
        """The name with the arguments filled in."""
        return self.name.format_map({key: _name(args, key) for key in self.parameters()})

    def holds(self, state: PlanState, args: Arguments) -> bool:
        """Whether it holds."""
        return self.text(args) in state.facts

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """It holds."""
        return replace(state, facts=state.facts | {self.text(args)})

    def __str__(self) -> str:
        """For people."""
        return self.name


@dataclass(frozen=True, slots=True)
class Compares(Condition):
    """A quantity is at least or at most an amount.

    ``quantity`` is ``battery_wh``, a quantity that skills keep count of, a parameter, or a parameter's attribute
    (``thing.weight_kg``). ``amount`` is a number or a parameter that is one.
    """

    quantity: str
    operator: Literal[">=", "<="]
    amount: float | str
    unit: str = ""

    def parameters(self) -> tuple[str, ...]:
        """The amount's parameter, and the quantity's where an attribute is asked for."""
        named = (self.quantity.split(".")[0],) if "." in self.quantity else ()
        return named + ((self.amount,) if isinstance(self.amount, str) else ())

    def holds(self, state: PlanState, args: Arguments) -> bool | None:
        """True or false when the whole interval says so; None when it straddles the amount or nothing is known."""
        amount = _number(args.get(self.amount)) if isinstance(self.amount, str) else self.amount
        interval = self._interval(state, args)
        if amount is None or interval is None:
            return None
        low, high = interval
        if self.operator == ">=":
            return True if low >= amount else False if high < amount else None
        return True if high <= amount else False if low > amount else None

    def _interval(self, state: PlanState, args: Arguments) -> Interval | None:
        if self.quantity == "battery_wh":
            return state.battery
        if self.quantity in state.numbers:
            return state.numbers[self.quantity]
        parameter, _, attribute = self.quantity.partition(".")
        value = args.get(parameter)
        if attribute:
            value = getattr(value, "attributes", {}).get(attribute)
        number = _number(value)
        return None if number is None else (number, number)

    def __str__(self) -> str:
        """For people."""
        words = "at least" if self.operator == ">=" else "at most"
        return f"{self.quantity} is {words} {self.amount}{' ' + self.unit if self.unit else ''}"


@dataclass(frozen=True, slots=True)
class SetsNumber(Effect):
    """A quantity takes a value (``relative`` False) or changes by one (True); the amount is a number or a parameter."""

    quantity: str
    amount: float | str
    relative: bool = False
    unit: str = ""

    def parameters(self) -> tuple[str, ...]:
        """The amount's parameter."""
        return (self.amount.lstrip("-"),) if isinstance(self.amount, str) else ()

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """The quantity's new interval; unknown amounts leave it unknown."""
        amount = self.amount if not isinstance(self.amount, str) else _number(args.get(self.amount.lstrip("-")))
        if amount is None:
            return state.with_number(self.quantity, (float("-inf"), float("inf")))
        if isinstance(self.amount, str) and self.amount.startswith("-"):
            amount = -amount
        low, high = state.numbers.get(self.quantity, (0.0, 0.0)) if self.relative else (0.0, 0.0)
        return state.with_number(self.quantity, (low + amount, high + amount))

    def __str__(self) -> str:
        """For people."""
        return f"{self.quantity} {'changes by' if self.relative else 'becomes'} {self.amount}{' ' + self.unit if self.unit else ''}"


def hand_empty() -> HandEmpty:
    """Nothing is carried."""
    return HandEmpty()


def hand_free() -> HandFree:
    """There is room to carry one more thing."""
    return HandFree()


def holding(thing: str | None = None) -> Holding:
    """The thing named by a parameter is carried; without one, anything is. As an effect: it is picked up."""
    return Holding(thing)


def puts_down(thing: str | None = None) -> PutsDown:
    """What is carried, or one thing of it, is put down within reach of where the robot stands."""
    return PutsDown(thing)


def loses(thing: str) -> Loses:
    """The thing may be elsewhere now: for ``on_failure``."""
    return Loses(thing)


def door_is(door: str, state: DoorState) -> DoorIs:
    """The door named by a parameter is ``open``, ``closed`` or ``locked``."""
    return DoorIs(door, state)


def docked() -> Docked:
    """The robot stands on a dock and charges."""
    return Docked()


def charges() -> Charges:
    """The battery is full afterwards."""
    return Charges()


def at(place: str) -> AtPlace:
    """The robot is at the place named by a parameter."""
    return AtPlace(place)


def near(thing: str) -> NearThing:
    """The robot is within reach of the thing or door named by a parameter."""
    return NearThing(thing)


def fact(name: str) -> Fact:
    """A fact of your own holds, e.g. ``fact("watered {plant}")``; ``~fact(...)`` is its opposite."""
    return Fact(name)


def at_least(quantity: str, amount: float | str, unit: str = "") -> Compares:
    """A quantity (``battery_wh``, your own, a parameter, or ``thing.weight_kg``) is at least an amount."""
    return Compares(quantity, ">=", amount, unit)


def at_most(quantity: str, amount: float | str, unit: str = "") -> Compares:
    """A quantity (``battery_wh``, your own, a parameter, or ``thing.weight_kg``) is at most an amount."""
    return Compares(quantity, "<=", amount, unit)


def sets(quantity: str, amount: float | str, unit: str = "") -> SetsNumber:
    """A quantity of your own takes a value; the amount is a number or a parameter's name."""
    return SetsNumber(quantity, amount, False, unit)


def adds(quantity: str, amount: float | str, unit: str = "") -> SetsNumber:
    """A quantity of your own changes by an amount: a number, a parameter's name, or ``-parameter`` to take away."""
    return SetsNumber(quantity, amount, True, unit)


def _name(args: Arguments, parameter: str) -> str | None:
    value = args.get(parameter)
    return value if value is None or isinstance(value, str) else str(getattr(value, "name", value))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _braces(text: str) -> Iterator[str]:
    return (name for _, name, _, _ in Formatter().parse(text) if name is not None)
