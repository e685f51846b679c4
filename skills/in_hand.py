"""What is in the robot's hand: conditions and effects about the things that are carried."""

from dataclasses import dataclass, replace
from types import MappingProxyType

from skills.expression import Arguments, Condition, Effect, name_of
from skills.plan_state import PlanState

__all__ = ["HandEmpty", "HandFree", "Holding", "Loses", "PutsDown"]


@dataclass(frozen=True, slots=True)
class HandEmpty(Condition):
    """Nothing is carried."""

    def holds(self, state: PlanState, args: Arguments) -> bool | None:
        """Whether nothing is carried."""
        return False if state.carrying else None if state.maybe_carrying else True

    def assume(self, state: PlanState, args: Arguments) -> PlanState:
        """What was perhaps carried is not."""
        return replace(state, maybe_carrying=frozenset())

    def __str__(self) -> str:
        """For people."""
        return "the hand is empty"


@dataclass(frozen=True, slots=True)
class HandFree(Condition):
    """There is room to carry one more thing."""

    def holds(self, state: PlanState, args: Arguments) -> bool | None:
        """Whether fewer things are carried than can be."""
        free = state.capacity - len(state.carrying)
        return False if free <= 0 else None if len(state.maybe_carrying) >= free else True

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

    def holds(self, state: PlanState, args: Arguments) -> bool | None:
        """Whether it is among what is carried."""
        if self.thing is None:
            return True if state.carrying else None if state.maybe_carrying else False
        name = name_of(args, self.thing)
        return True if name in state.carrying else None if name in state.maybe_carrying else False

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """It is in the hand and no longer where it was."""
        if self.thing is None:
            raise TypeError("'holding()' cannot be an effect: name the parameter that is picked, holding('thing')")
        name = name_of(args, self.thing)
        left = {thing: point for thing, point in state.thing_places.items() if thing != name}
        carrying = state.carrying if name in state.carrying or name is None else (*state.carrying, name)
        return replace(state, carrying=carrying, maybe_carrying=state.maybe_carrying - {name}, thing_places=MappingProxyType(left))

    def assume(self, state: PlanState, args: Arguments) -> PlanState:
        """A thing that is named is known to be carried."""
        return state if self.thing is None else self.apply(state, args)

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
        """The thing lies within reach of the robot's pose; nobody knows where if the pose or its case is in doubt."""
        chosen = {*state.carrying, *state.maybe_carrying} if self.thing is None else {name_of(args, self.thing)}
        for name in sorted(name for name in chosen if name is not None):
            if name in state.carrying:
                state = state.with_thing_at(name, None if state.pose is None else state.pose.point)
            elif name in state.maybe_carrying:
                state = state.with_thing_at(name, None)
        carrying = tuple(name for name in state.carrying if name not in chosen)
        return replace(state, carrying=carrying, maybe_carrying=state.maybe_carrying - chosen)

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
        name = name_of(args, self.thing)
        return state if name is None else state.with_thing_at(name, None)

    def __str__(self) -> str:
        """For people."""
        return f"{self.thing} may be elsewhere"
