"""The expressions behind conditions and effects: each holds or does not hold in a state, or changes it, and can be stored."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from skills.plan_state import PlanState

__all__ = ["Arguments", "Condition", "Effect", "Expression", "Not", "Strikable", "name_of"]

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

    def assume(self, state: PlanState, args: Arguments) -> PlanState:
        """The state narrowed to what is so if this holds; only asked where it may hold. Nothing is learnt by default."""
        return state

    def __invert__(self) -> "Condition":
        """The condition that holds where this one does not: ``~door_is("door", "locked")``."""
        return Not(self)


class Effect(Expression, ABC):
    """Something that is different after a call."""

    __slots__ = ()

    @abstractmethod
    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """The state after the change."""


class Strikable(Condition, Effect):
    """A condition that an effect can bring about, and strike out with ``~``."""

    __slots__ = ()

    def assume(self, state: PlanState, args: Arguments) -> PlanState:
        """It is known to hold."""
        return self.apply(state, args)

    @abstractmethod
    def strike(self, state: PlanState, args: Arguments) -> PlanState:
        """The state in which it does not hold."""


@dataclass(frozen=True, slots=True)
class Not(Condition, Effect):
    """The opposite of a condition. As an effect only of what can be struck out: a fact, a member of a set."""

    condition: Condition

    def parameters(self) -> tuple[str, ...]:
        """Those of the inner condition."""
        return self.condition.parameters()

    def holds(self, state: PlanState, args: Arguments) -> bool | None:
        """The inner answer turned round; what is not known stays so."""
        inner = self.condition.holds(state, args)
        return None if inner is None else not inner

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """Strike it out."""
        if not isinstance(self.condition, Strikable):
            raise TypeError(f"'{self}' cannot be an effect: only a fact can be struck out, write ~fact('...')")
        return self.condition.strike(state, args)

    def assume(self, state: PlanState, args: Arguments) -> PlanState:
        """What can be struck out is known not to hold."""
        return self.condition.strike(state, args) if isinstance(self.condition, Strikable) else state

    def __invert__(self) -> Condition:
        """Twice not is the condition itself."""
        return self.condition

    def __str__(self) -> str:
        """For people."""
        text = str(self.condition)
        return text.replace(" is ", " is not ", 1) if " is " in text else f"not {text}"


def name_of(args: Arguments, parameter: str) -> str | None:
    """The name that a call gives for a parameter, whether the feature or only its name is at hand."""
    value = args.get(parameter)
    return value if value is None or isinstance(value, str) else str(getattr(value, "name", value))
