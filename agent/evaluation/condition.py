"""Condition: what must have happened, in which order, and how things must stand in the end, for a mission to count as done.

then:
  - inspect: pressure gauge
  - say: {words: [ready], at: office}
never: ...
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator

from maps import DoorState, FeatureType

__all__ = ["Called", "Condition", "Put", "Spoken", "Waited"]


def _tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Names: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_tuple, str | tuple[str, ...]), Field(min_length=1)]
"""One name, or several of which any will do."""

Words: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_tuple, str | tuple[str, ...]), Field(min_length=1)]
"""Words that must all occur; ``a|b`` is either."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _spoken(value: Any) -> Any:
    return {"words": value} if isinstance(value, str | list | tuple) else value


def _waited(value: Any) -> Any:
    return {"seconds": value} if isinstance(value, int | float | list | tuple) and not isinstance(value, bool) else value


class Spoken(_Model):
    """Something said or asked: all of these words in one sentence; ``at`` is where the robot stands then."""

    words: Words
    at: Names | None = None


class Waited(_Model):
    """A wait of so many seconds (to a hundredth of it), or of at least and at most so many; ``at`` is where."""

    seconds: float | tuple[float, float]
    at: Names | None = None

    @property
    def bounds(self) -> tuple[float, float]:
        """Least and most, seconds."""
        if isinstance(self.seconds, tuple):
            return self.seconds
        return 0.99 * self.seconds, 1.01 * self.seconds


class Put(_Model):
    """A thing put down somewhere."""

    thing: Names
    place: Names


class Called(_Model):
    """Any skill called with (at least) these arguments: for skills of the user's own."""

    skill: str
    args: dict[str, JsonValue] = Field(default_factory=dict)
    at: Names | None = None


class Condition(_Model):
    """Exactly one of these. Names are those of the map; several names in a list mean any of them.

    Attributes:
        visit: The robot stopped in the place.
        passes: It stopped in the place or drove through it.
        inspect: It looked at the thing.
        pick: It took the thing.
        put: It put the thing down in the place.
        open: It opened the door.
        find: A search or an exploration found the thing, or it was looked at or taken.
        look_in: A search or an exploration in the place, or everywhere.
        say: It said all of these words in one sentence, aloud.
        wait: It waited; waits one after the other add up.
        ask: A step of the plan asked the operator, in all of these words.
        dock: It charged: ``true`` at any dock, or at the one named.
        call: It used a skill with these arguments.
        told: In the end the operator has been told all of these words, by observations, answers or reports.
        ends: In the end the robot stands in the place.
        lies: In the end each thing lies in the place beside it.
        holds: In the end the robot carries exactly these things.
        doors: In the end each door is as said.
        all: All of these, in any order.
        then: All of these, in this order.
        any: One of these.
        never: None of these.
        times: ``of`` happens exactly so often (an event), or so often over (a composed condition).
        of: What ``times`` counts.
    """

    visit: Names | None = None
    passes: Names | None = None
    inspect: Names | None = None
    pick: Names | None = None
    put: Put | None = None
    open: Names | None = None
    find: Names | None = None
    look_in: Names | None = None
    say: Annotated[Spoken, BeforeValidator(_spoken, str | tuple[str, ...] | Spoken)] | None = None
    wait: Annotated[Waited, BeforeValidator(_waited, float | tuple[float, float] | Waited)] | None = None
    ask: Annotated[Spoken, BeforeValidator(_spoken, str | tuple[str, ...] | Spoken)] | None = None
    dock: bool | Names | None = None
    call: Called | None = None
    told: Words | None = None
    ends: Names | None = None
    lies: dict[str, Names] | None = None
    holds: tuple[str, ...] | None = None
    doors: dict[str, DoorState] | None = None
    all: tuple[Condition, ...] | None = Field(default=None, min_length=1)
    then: tuple[Condition, ...] | None = Field(default=None, min_length=1)
    any: tuple[Condition, ...] | None = Field(default=None, min_length=1)
    never: tuple[Condition, ...] | None = Field(default=None, min_length=1)
    times: int | None = Field(default=None, ge=1, le=100)
    of: Condition | None = None

    @model_validator(mode="after")
    def _one(self) -> Condition:
        given = sorted(self.model_fields_set - {"of"})
        if len(given) != 1:
            raise ValueError(
                f"a condition has exactly one key, this one has {', '.join(given) or 'none'}; join several with all or then"
            )
        if (self.times is None) != (self.of is None):
            raise ValueError("times and of belong together: {times: 3, of: {inspect: gauge}}")
        if self.dock is False:
            raise ValueError("dock is true, or a dock's name")
        return self

    @property
    def key(self) -> str:
        """Which one it is."""
        return next(iter(self.model_fields_set - {"of"}))

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The conditions that it is made of."""
        return self.all or self.then or self.any or self.never or (() if self.of is None else (self.of,))

    def walk(self) -> Iterator[Condition]:
        """This condition and all below it."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def named(self) -> Iterator[tuple[FeatureType, str]]:
        """Every name in it, as (``place``, ``thing`` or ``door``, name)."""
        for one in self.walk():
            for kind, names in one._own_names():
                for name in names:
                    yield kind, name

    def _own_names(self) -> Iterator[tuple[FeatureType, tuple[str, ...]]]:
        yield "place", self.visit or self.passes or self.look_in or self.ends or ()
        yield "thing", self.inspect or self.pick or self.find or self.holds or ()
        yield "door", self.open or tuple(self.doors or ())
        if isinstance(self.dock, tuple):
            yield "place", self.dock
        if self.put is not None:
            yield "thing", self.put.thing
            yield "place", self.put.place
        for thing, places in (self.lies or {}).items():
            yield "thing", (thing,)
            yield "place", places
        for where in (self.say, self.wait, self.ask, self.call):
            if where is not None and where.at:
                yield "place", where.at
