"""The expressions behind conditions and effects: each holds or does not hold in a state, or changes it, and can be stored."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from string import Formatter
from types import MappingProxyType
from typing import Any, TypeAlias

from maps import Door, DoorState, Place, contains
from skills.plan_state import PlanState

__all__ = [
    "Arguments",
    "AtPlace",
    "Charges",
    "Condition",
    "Docked",
    "DoorIs",
    "Effect",
    "Expression",
    "Fact",
    "HandEmpty",
    "HandFree",
    "Holding",
    "Loses",
    "NearThing",
    "Not",
    "PutsDown",
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
        text = str(self.condition)
        return text.replace(" is ", " is not ", 1) if " is " in text else f"not {text}"


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


def _name(args: Arguments, parameter: str) -> str | None:
    value = args.get(parameter)
    return value if value is None or isinstance(value, str) else str(getattr(value, "name", value))


def _braces(text: str) -> Iterator[str]:
    return (name for _, name, _, _ in Formatter().parse(text) if name is not None)
