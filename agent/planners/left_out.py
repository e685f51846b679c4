"""Whether a plan leaves out what a mission names: unless that is negated, only waited for, or what something else is nearest to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from agent.planners.doubt import OPEN_ENDED

if TYPE_CHECKING:
    from maps import World
    from maps.linking import Mention
    from skills import Plan, SkillCall

__all__ = ["left_out", "names_in"]

_STAYING = frozenset({"say", "wait", "place", "put_on"})
"""What is done at a thing's place may be all that the thing was named for: "tell the man at the scale"."""

_NEGATED = re.compile(
    r"(?:\b(?:not|never|without|leave|ignore|avoid|forget|mind|instead\s+of|rather\s+than|than|no\s+need|touch|(?:out|away|clear)\s+of)\b"
    r"|n't\b)[^.;!?]{0,24}$"
    r"|(?:不要|不用|不必|别|不是|不去|不在|而不是|没)[^\uff0c\u3002\uff1b\uff01\uff1f]{0,8}$",
    re.IGNORECASE,
)
_MEASURED_FROM = re.compile(
    r"\b(?:nearest|closest|furthest|farthest|close|next|near)\b[^.,;]{0,24}\b(?:to|from)\s+(?:(?:the|our|my|your|this|that)\s+)?$|[离距](?:[这那]个?|我们的|咱们的)?$",
    re.IGNORECASE,
)
"""What another is nearest to needs no step."""
_AWAITED = re.compile(
    r"\b(?:until|till)\s+(?:(?:the|our|my|your|this|that)\s+)?(?:[\w-]+\s+){0,2}$|(?:直到|等到)[^\uff0c,\u3002]{0,6}$",
    re.IGNORECASE,
)
"""What is only waited for."""
_PART_OF = re.compile(r"\bof\s+(?:(?:the|our|my|your|this|that)\s+)?$", re.IGNORECASE)
"""Behind these words stands what another thing belongs to: "the porch of the house"."""


def names_in(step: SkillCall, world: World) -> Iterator[str]:
    """The names of the map among a step's arguments."""
    for value in step.args.values():
        if isinstance(value, str) and (value in world.places or value in world.things or value in world.doors):
            yield value


def left_out(mention: Mention, mission: str, plan: Plan, world: World, out: Sequence[Mention]) -> bool:
    """Whether a plan has nothing to do with a mention, nor with all of a range that it is."""
    lead = max(0, mention.start - 40)
    before = ((_NEGATED, lead), (_MEASURED_FROM, 0), (_PART_OF, 0), (_AWAITED, 0))
    if any(told.search(mission, start, mention.start) for told, start in before):
        return False
    names = {candidate.name for candidate in mention.candidates if candidate.type in ("place", "thing", "door")}
    stretch = mission[mention.start : mention.end].casefold()
    said = " ".join(
        value.casefold()
        for step in plan.steps
        for key, value in step.args.items()
        if key in ("text", "question", "what") and isinstance(value, str)
    )
    if not names or stretch in said or any(name.casefold() in said for name in names):
        return False
    touched = set(_touched(plan, world))
    if mention.each:
        excepted = {candidate.name for other in out for candidate in other.candidates}
        names -= excepted | {name for name in names if name in world.things and world.things[name].place in excepted}
        return not names <= touched
    return not names & touched


def _touched(plan: Plan, world: World) -> Iterator[str]:
    """All that the steps are about: names, where the things are, what doors join, whose place is stayed at."""
    for number, step in enumerate(plan.steps):
        if step.skill in OPEN_ENDED and "place" not in step.args:
            yield from world.places
        if step.skill == "dock":
            yield from (place.name for place in world.places.values() if place.is_dock)
        for name in names_in(step, world):
            yield name
            if name in world.things:
                thing = world.things[name]
                spot = world.place_at(thing.position)
                yield from (place for place in (thing.place, spot and spot.name) if place)
            elif name in world.doors:
                yield from world.doors[name].between or ()
            elif step.skill in _STAYING or any(later.skill in _STAYING for later in plan.steps[number + 1 : number + 2]):
                yield from (thing.name for thing in world.things.values() if thing.place == name)
