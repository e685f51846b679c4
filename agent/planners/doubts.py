"""Doubts about a first plan, from the mission's words alone: a name left out, one used that was excepted, a step said twice.

None of them proves a plan wrong, and none refuses one. A plan with doubts is a reason to draw further ones, and of those the one
with fewest is taken (``agent.planners.candidates``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.planners.planner import Brief, Proposal
    from maps import World
    from maps.linking import Mention
    from skills import Plan, SkillCall

__all__ = ["doubts", "is_whole"]

_OPEN_ENDED = frozenset({"explore", "search"})
"""After these the rest of the mission is planned anew."""
_SEEING = frozenset({"inspect", "search", "explore", "ask"})
_STAYING = frozenset({"say", "wait", "place", "put_on"})
"""What is done at a thing's place may be all that the thing was named for: "tell the man at the scale"."""

_EXCEPTED = re.compile(
    r"(?:\b(?:except(?:\s+for)?|excluding|apart\s+from|other\s+than|skip|leave\s+out|but\s+not|all\s+(?:\w+\s+)?but)\s+(?:the\s+)?"
    r"|除了|除|跳过)$",
    re.IGNORECASE,
)
_EXCEPTED_BEHIND = re.compile("(?:号)?(?:除外|不用|不算|就算了|跳过|先不|别动|不动)")
_AND = re.compile(r"\s*(?:,|and|or|&|\+|[、和跟与及])\s*(?:and\s+)?(?:the\s+)?", re.IGNORECASE)
_NEGATED = re.compile(
    r"(?:\b(?:not|never|without|leave|ignore|avoid|forget|mind|instead\s+of|rather\s+than|than|no\s+need|touch|(?:out|away|clear)\s+of)\b"
    r"|n't\b)[^.;!?]{0,24}$"
    r"|(?:不要|不用|不必|别|不是|不去|不在|而不是|没)[^\uff0c\u3002\uff1b\uff01\uff1f]{0,8}$",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"\b(?:no|nah|sorry|oops|wait,|actually|rather|instead|mean|meant|scratch|forget|nevermind|never\s+mind|correction|wrong)\b"
    "|不对|不是|说错|算了|改成|改到|等等|哦不|而是|应该是",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"\b(?:twice|thrice|times|again|back|rounds?|laps?|loops?|repeat\w*|every|each|until|once\s+more|return\w*)\b|\dx\b|[次遍圈趟轮再回]",
    re.IGNORECASE,
)
_HERE = re.compile(r"\b(?:me|my|here|back|return\w*|home|base|fetch|get|bring|grab|us|i)\b|[我回来咱这]|拿|取|充电", re.IGNORECASE)
_MEANINGFUL = re.compile(
    r"(?!\b(?:the|an?|it|its|this|that|these|those|which|what|who|there|them|they|is|are|to|of|in|at|on|and|or|so|if|for)\b)\b\w+\b",
    re.IGNORECASE,
)
"""A word that can be a message."""


def doubts(brief: Brief, proposal: Proposal) -> tuple[str, ...]:
    """What speaks against a plan, a few words each; empty where nothing does or nothing can be told.

    Only the first plan of a mission is doubted: later ones need not speak of what was done.

    Args:
        brief: What was to be planned.
        proposal: The answer.
    """
    from agent.planners.dialect.mentions import find_mentions
    from agent.planners.pointers import POINTER_3

    plan = proposal.plan
    if plan is None or not plan.steps or brief.history or all(step.skill == "report" for step in plan.steps):
        return ()
    linked = find_mentions(brief, frozenset(), POINTER_3)
    if not linked.mentions:
        return ()
    return tuple(_found(brief, plan, linked.mentions, whole=is_whole(proposal)))


def is_whole(proposal: Proposal) -> bool:
    """Whether a plan does all that is asked for: it is no beginning, ends in no search, and is no mere answer."""
    steps = proposal.plan.steps if proposal.plan is not None else ()
    if not steps or proposal.more or steps[-1].skill in _OPEN_ENDED:
        return False
    return any(step.skill != "report" for step in steps)


def _found(brief: Brief, plan: Plan, mentions: Sequence[Mention], *, whole: bool) -> Iterator[str]:
    mission, world = brief.mission, brief.world
    used = [value for step in plan.steps for value in _names(step, world)]
    out = list(_excepted(mission, mentions))
    for mention in out:
        names = {candidate.name for candidate in mention.candidates}
        if len(names) == 1 and names & set(used):
            yield f"{mission[mention.start : mention.end]!r} is excepted and used"
    if whole and not _TAKEN_BACK.search(mission):
        yield from (
            f"{mission[mention.start : mention.end]!r} is left out"
            for mention in mentions
            if mention not in out and _left_out(mention, mission, plan, world, out)
        )
    yield from _said_twice(plan, mission)
    yield from _unasked(plan, brief, mentions)
    for number, step in enumerate(plan.steps):
        text = step.args.get("text")
        if step.skill == "say" and isinstance(text, str) and not _MEANINGFUL.search(text):
            yield f"{text!r} says nothing"
        if step.skill == "say" and not text and not any(one.skill in _SEEING for one in plan.steps[:number]):
            yield "nothing was seen that could be said"


def _names(step: SkillCall, world: World) -> Iterator[str]:
    """The names of the map among a step's arguments."""
    for value in step.args.values():
        if isinstance(value, str) and (value in world.places or value in world.things or value in world.doors):
            yield value


def _excepted(mission: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """The mentions behind "except" and its like, and those joined to them by "and"."""
    before: Mention | None = None
    for mention in mentions:
        joined = before is not None and _AND.fullmatch(mission, before.end, mention.start)
        before = None
        behind = _EXCEPTED_BEHIND.match(mission, mention.end)
        if joined or behind or _EXCEPTED.search(mission, max(0, mention.start - 30), mention.start):
            before = mention
            yield mention


def _left_out(mention: Mention, mission: str, plan: Plan, world: World, out: Sequence[Mention]) -> bool:
    """Whether a plan has nothing to do with a mention, nor with all of a range that it is."""
    if _NEGATED.search(mission, max(0, mention.start - 40), mention.start):
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
        names -= {candidate.name for other in out for candidate in other.candidates}
        return not names <= touched
    return not names & touched


def _touched(plan: Plan, world: World) -> Iterator[str]:
    """All that the steps are about: names, where the things are, what doors join, whose place is stayed at."""
    for number, step in enumerate(plan.steps):
        if step.skill == "dock":
            yield from (place.name for place in world.places.values() if place.is_dock)
        for name in _names(step, world):
            yield name
            if name in world.things:
                thing = world.things[name]
                spot = world.place_at(thing.position)
                yield from (place for place in (thing.place, spot and spot.name) if place)
            elif name in world.doors:
                yield from world.doors[name].between or ()
            elif step.skill in _STAYING or any(later.skill in _STAYING for later in plan.steps[number + 1 : number + 2]):
                yield from (thing.name for thing in world.things.values() if thing.place == name)


def _said_twice(plan: Plan, mission: str) -> Iterator[str]:
    """Looks, each the same to the word, and things that are taken again, where the mission says nothing of again."""
    if _OVER.search(mission):
        return
    done: set[str] = set()
    for step in plan.steps:
        if step.skill in ("inspect", "pick") and str(step) in done:
            yield f"{step} is said twice"
        done.add(str(step))


def _unasked(plan: Plan, brief: Brief, mentions: Sequence[Mention]) -> Iterator[str]:
    """Things that nothing names, and what is put down where the mission began although nobody said so."""
    named = {candidate.name for mention in mentions for candidate in mention.candidates}
    for step in plan.steps:
        thing, place = step.args.get("thing"), step.args.get("place")
        if step.skill in ("inspect", "pick") and thing not in named:
            yield f"nothing names {thing!r}"
        if step.skill == "pick" and thing in brief.world.things and _stands_fast(str(thing), brief.world):
            yield f"{thing!r} is nothing to carry"
        if step.skill == "place" and place == brief.start_place and place not in named and not _HERE.search(brief.mission):
            yield f"nobody said to put it down in {place!r}"


def _stands_fast(thing: str, world: World) -> bool:
    """Whether a thing alone of its map's has no weight told: where what is carried has one, the rest stands where it is."""
    weighed = sum("weight_kg" in other.attributes for other in world.things.values())
    return "weight_kg" not in world.things[thing].attributes and 3 * weighed >= len(world.things)
