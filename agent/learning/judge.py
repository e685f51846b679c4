"""Whether a mission reached its goal: a condition on what the simulated robot did and on how the world is afterwards."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from agent.planners.pointers import normalise_words
from maps import Place, Point, World, contains, distance
from skills import Plan, SkillCall

__all__ = ["Deed", "reached", "same_plan"]

POINT_PLACE_M = 0.75
_FREE = frozenset({"goto", "report"})
"""Skills that may be used more often than was asked for; they change nothing but where the robot is."""


@dataclass(frozen=True)
class Deed:
    """A call that was carried out with success, and where the robot stood afterwards."""

    call: SkillCall
    at: Point


def reached(wanted: Plan, deeds: Sequence[Deed], world: World) -> bool:
    """Whether the deeds do what was wanted: all of it, in its order, nothing else, ending at the same place.

    A wanted ``goto`` is met by any deed that ends inside the place. The question of an inspection does not count, the words of
    a search, of something said or asked do.

    Args:
        wanted: What the oracle would do.
        deeds: What was done, in order.
        world: The map.
    """
    at = 0
    for step in wanted.steps:
        if step.skill == "goto":
            here = at - 1 if at and _inside(world, step, deeds[at - 1].at) else None
            found = (
                here if here is not None else next((i for i in range(at, len(deeds)) if _inside(world, step, deeds[i].at)), None)
            )
            if found is not None and here is None:
                at = found + (deeds[found].call.skill == "goto")
        else:
            found = next((i for i in range(at, len(deeds)) if _key(deeds[i].call) == _key(step)), None)
            if found is not None:
                at = found + 1
        if found is None:
            return False
    done = Counter(_key(deed.call) for deed in deeds if deed.call.skill not in _FREE)
    asked = Counter(_key(step) for step in wanted.steps if step.skill not in _FREE)
    last = wanted.steps[-1]
    ends_there = last.skill != "goto" or _inside(world, last, deeds[-1].at)
    stray = [
        deed for deed in deeds[at:] if deed.call.skill == "goto" and not (last.skill == "goto" and _inside(world, last, deed.at))
    ]
    return done == asked and ends_there and not stray


def same_plan(a: Plan, b: Plan) -> bool:
    """Whether two plans make the same calls, words compared without case and punctuation."""
    return len(a.steps) == len(b.steps) and all(_full(x) == _full(y) for x, y in zip(a.steps, b.steps, strict=True))


def _inside(world: World, step: SkillCall, point: Point) -> bool:
    place: Place = world.places[str(step.args["place"])]
    return contains(place.outline, point) if place.outline else distance(place.centre, point) <= POINT_PLACE_M


def _key(call: SkillCall) -> tuple[object, ...]:
    """What counts of a call."""
    left_out = {"inspect": {"question"}, "dock": {"place"}, "report": {"text"}}.get(call.skill, set())
    return (
        call.skill,
        *sorted((name, _plain(value)) for name, value in call.args.items() if name not in left_out and value is not None),
    )


def _full(call: SkillCall) -> tuple[object, ...]:
    return (call.skill, *sorted((name, _plain(value)) for name, value in call.args.items() if value is not None))


def _plain(value: object) -> str:
    if isinstance(value, int | float):
        return f"{value:g}"
    return " ".join(word for word, _, _ in normalise_words(str(value)) if word.isalnum() or len(word) > 1)
