"""Units: what a mission means, unfolded into steps that hang together, and what must be seen before more is known."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from agent.learning.meaning import Act, Branch, Loop, Node, Quote, Step, Until, Way
from agent.learning.site import tokens

__all__ = ["Item", "Lost", "Unit", "spelled", "unfolded", "units_of"]


@dataclass(eq=False)
class Unit:
    """Steps that hang together, and what is done if they fail; ``others`` are things that would do as well as the first step's."""

    steps: list[tuple[str, ...]]
    fallback: "list[Item] | None" = None
    others: tuple[str, ...] = ()


@dataclass(eq=False)
class Lost:
    """A thing that was not where it should be, and what is to be done once it is found."""

    thing: str
    unit: Unit


Item: TypeAlias = "Unit | Lost | Branch | Until | Act"


def spelled(step: Step, said: dict[str, str]) -> tuple[str, ...]:
    """A step's tokens, with the words that its quotations were said with."""
    out: list[str] = []
    for part in step:
        out += tokens(said[part.slot]) if isinstance(part, Quote) else tokens(part) if " " in part else [part]
    return tuple(out)


def units_of(act: Act) -> list[Unit]:
    """What an act does, in order; where it picks up any of several, the others would do as well."""
    units = [Unit([spelled(step, act.said) for step in unit]) for unit in act.units]
    for thing in act.things:
        if thing.form == "any" and len(thing.chosen) == 1 and len(units) == 1 and units[0].steps[0] == ("[pick]", thing.pointer):
            units[0].others = tuple(other for other in thing.candidates if other != thing.pointer)
    return units


def unfolded(nodes: Iterable[Node]) -> Iterator[Item]:
    """What is to be done, in order, up to what must be seen first.

    Repetition is written out, what is done on the way to something stands before its last step, and what is done if it fails
    hangs on it; conditions, waiting and what must be looked for stay as they are.
    """
    for node in nodes:
        if isinstance(node, Act):
            yield from [node] if node.found is not None else units_of(node)
        elif isinstance(node, Loop):
            yield from _loop(node)
        elif isinstance(node, Way):
            (goal,), (side,) = units_of(node.goal), units_of(node.side)
            at = len(goal.steps) - 1
            yield Unit([*goal.steps[:at], *side.steps, *goal.steps[at:]])
        elif isinstance(node, Branch) and node.kind == "fail" and node.first is not None:
            yield Unit(units_of(node.first)[0].steps, fallback=list(unfolded(node.then)))
        else:
            yield node


def _loop(loop: Loop) -> Iterator[Unit]:
    for number in range(loop.times):
        if number and loop.pause:
            yield Unit([("[wait]", str(loop.pause))])
        for act in loop.acts:
            yield from units_of(act)
