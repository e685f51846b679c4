"""What skills note down: facts, one-ofs, sets, and the parts of the robot that a skill keeps after it has ended."""

from dataclasses import dataclass
from string import Formatter

from skills.expression import Arguments, Condition, Effect, Strikable, name_of
from skills.plan_state import PlanState

__all__ = ["KEPT", "Fact", "Keeps", "Member", "OneOf", "braces", "filled"]

KEPT = "parts kept"
"""The set of the robot's parts that skills have kept; no skill's own set can have this name."""


@dataclass(frozen=True, slots=True)
class Fact(Strikable):
    """A named fact holds; ``{parameter}`` in its name is filled in."""

    name: str

    def parameters(self) -> tuple[str, ...]:
        """Those in braces."""
        return braces(self.name)

    def text(self, args: Arguments) -> str:
        """The name with the arguments filled in."""
        return filled(self.name, args)

    def holds(self, state: PlanState, args: Arguments) -> bool | None:
        """Whether it holds."""
        name = self.text(args)
        return True if name in state.facts else None if name in state.maybe_facts else False

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """It holds."""
        return state.with_fact(self.text(args), True)

    def strike(self, state: PlanState, args: Arguments) -> PlanState:
        """It does not hold."""
        return state.with_fact(self.text(args), False)

    def __str__(self) -> str:
        """For people."""
        return self.name


@dataclass(frozen=True, slots=True)
class OneOf(Condition, Effect):
    """A one-of has a value; taking another one excludes it. ``{parameter}`` in its name or value is filled in."""

    name: str
    value: str

    def parameters(self) -> tuple[str, ...]:
        """Those in braces."""
        return tuple(dict.fromkeys(braces(self.name) + braces(self.value)))

    def holds(self, state: PlanState, args: Arguments) -> bool | None:
        """Whether it has the value; a one-of that nobody has set has none."""
        options = state.choices.get(filled(self.name, args), frozenset({None}))
        value = filled(self.value, args)
        return False if value not in options else True if len(options) == 1 else None

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """It has this value and no other."""
        return state.with_choice(filled(self.name, args), filled(self.value, args))

    def assume(self, state: PlanState, args: Arguments) -> PlanState:
        """It is known to be so."""
        return self.apply(state, args)

    def __str__(self) -> str:
        """For people."""
        return f"{self.name} is {self.value}"


@dataclass(frozen=True, slots=True)
class Member(Strikable):
    """What a parameter names is in a set."""

    collection: str
    item: str

    def parameters(self) -> tuple[str, ...]:
        """The item's parameter."""
        return (self.item,)

    def holds(self, state: PlanState, args: Arguments) -> bool | None:
        """Whether it is in the set."""
        member = (self.collection, str(name_of(args, self.item)))
        return True if member in state.members else None if member in state.maybe_members else False

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """It is in the set."""
        return state.with_member(self.collection, str(name_of(args, self.item)), True)

    def strike(self, state: PlanState, args: Arguments) -> PlanState:
        """It is not in the set."""
        return state.with_member(self.collection, str(name_of(args, self.item)), False)

    def __str__(self) -> str:
        """For people."""
        return f"{self.item} is in {self.collection}"


@dataclass(frozen=True, slots=True)
class Keeps(Strikable):
    """A part of the robot stays taken after the skill has ended; no other skill may use it until one lets go of it."""

    part: str

    def holds(self, state: PlanState, args: Arguments) -> bool | None:
        """Whether it is kept."""
        member = (KEPT, self.part)
        return True if member in state.members else None if member in state.maybe_members else False

    def apply(self, state: PlanState, args: Arguments) -> PlanState:
        """It is kept."""
        return state.with_member(KEPT, self.part, True)

    def strike(self, state: PlanState, args: Arguments) -> PlanState:
        """It is let go of."""
        return state.with_member(KEPT, self.part, False)

    def __str__(self) -> str:
        """For people."""
        return f"the {self.part} is kept"


def braces(text: str) -> tuple[str, ...]:
    """The parameters that a text names in braces, in order."""
    return tuple(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def filled(text: str, args: Arguments) -> str:
    """A text with the names that a call gives in the place of its braces."""
    return text.format_map({key: name_of(args, key) for key in braces(text)})
