"""What ends planning before any further draft: no skill does what is ordered, nothing is called so, all is as it should be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from agent.planners.doubt import Doubt
from maps.linking.stems import CJK, stems

if TYPE_CHECKING:
    from agent.planners.planner import Brief, Proposal
    from maps import World
    from maps.linking import Mention
    from skills import Plan

__all__ = ["doubted_there", "doubted_whole"]

_FROM = re.compile(
    r"\b(?:from|off|out\s+of|(?:up|over|down)\s+in|which\s+(?:is|stands)\s+in)\s+(?:(?:the|our|my|your)\s+)?$|[从]$", re.IGNORECASE
)
_THITHER = re.compile(
    r"\b(?:to|into|onto|back\s+(?:in|on|at))\s+(?:(?:the|our|my|your|that|this)\s+)?(?:[\w-]+\s+){0,2}$|(?:[到回进往]|放在)$",
    re.IGNORECASE,
)
"""A place behind these words is where something is to go, and no mistake of the planner's."""
_WHICH = re.compile(r"\b(?:which|what)\s+(?:\w+\s+){1,2}?(?:is|are)\s+(?:(?:the|our|my|your|that)\s+)?$", re.IGNORECASE)
_IN = re.compile(r"\s+(?:now\s+|kept\s+|stored\s+|standing\s+|lying\s+)?(?:in|at|on)\b(?!\s+(?:the|my|our|a)\b)", re.IGNORECASE)
_MISSED = re.compile(
    r"\b(?:isn['\u2019]?t|ain['\u2019]?t|aren['\u2019]?t|wasn['\u2019]?t|is\s+not|not\s+(?:in|on|at|there|where)|gone|missing|lost|vanished|nowhere)\b"
    "|不在|不见|没影|没了|找不到|丢了",
    re.IGNORECASE,
)
"""By these words something is not where the map has it."""
_HAN_WHICH = re.compile("(?:现在)?(?:是)?(?:放|存|摆|停)?在哪(?:个|间|条|里|儿)?[^\uff0c,\u3002;]{0,3}[?\uff1f]?$")
"""What is asked of the map: "which aisle is the drum in"."""


def doubted_whole(brief: Brief, proposal: Proposal, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """Doubts about all of a first answer, each with the answer in its stead.

    Args:
        brief: What was to be planned.
        proposal: A plan or a question.
        mentions: What the mission names, in order.
    """
    from agent.decisions.clauses import conditionals
    from agent.planners.doubt_answers import asks_only
    from agent.planners.doubt_steps import asks_whether_there
    from agent.planners.planner import Proposal
    from agent.planners.undoable import undoable

    mission = brief.mission
    ordered = undoable(mission, mentions, brief.skills)
    if ordered is not None and not conditionals(mission):
        said = mission[slice(*ordered)].strip()
        yield Doubt(
            f"no skill does {said!r}", ends=Proposal(reason=f"None of this robot's skills can do this: {said!r}.", about=said)
        )
    if proposal.plan is None:
        return
    told = _where_it_is(brief, mentions) if any(step.skill != "report" for step in proposal.plan.steps) else None
    if told is not None:
        yield Doubt("the map knows where it is", ends=Proposal(plan=told))
        return
    if (what := _unknown(proposal.plan, brief, mentions)) is not None:
        question = f"Nothing on this map is called {what!r}: what is meant, or where is it to be looked for?"
        yield Doubt(f"{what!r} is on no map, and nobody said to look for it", ends=Proposal(question=question, about=what))
    elif (
        not asks_only(mission)
        and not asks_whether_there(mission)
        and (there := _there_already(proposal.plan, brief.world)) is not None
    ):
        thing, place = there
        named = [m.start for m in mentions if place in [candidate.name for candidate in m.candidates]]
        if named and all(_FROM.search(mission, 0, start) for start in named):
            if _aims(proposal.plan, mentions, brief.world):
                return
            taken = tuple(step for step in proposal.plan.steps if step.skill != "place")
            yield Doubt(f"{thing!r} is taken from {place!r}", plan=proposal.plan.model_copy(update={"steps": taken}))
            return
        thither = any(_THITHER.search(mission, 0, start) for start in named)
        calls = () if thither else tuple(step for step in proposal.plan.steps if step.skill == "place")
        if calls and (_MISSED.search(mission) or _aims(proposal.plan, mentions, brief.world)):
            yield Doubt(f"{thing!r} is there", calls)
            return
        if _MISSED.search(mission):
            return  # who says that it is not there knows more than the map
        yield Doubt(
            f"{thing!r} is there",
            calls,
            ends=Proposal(reason=f"By the map {thing!r} is in {place!r} already: nothing is left to do."),
        )


def _where_it_is(brief: Brief, mentions: Sequence[Mention]) -> Plan | None:
    """A plan that tells where a thing is, where a mission asks for nothing else."""
    from agent.planners.dialect import encode
    from agent.planners.dialect.answers import answer_text, speaker
    from agent.planners.doubt_answers import asks_only
    from agent.planners.pointers import Referent
    from skills import Plan, SkillCall

    mission = brief.mission
    for mention in mentions:
        one = mention.candidates[0]
        asked = _HAN_WHICH.match(mission, mention.end) or (
            asks_only(mission) and _WHICH.search(mission, 0, mention.start) and _IN.match(mission, mention.end)
        )
        if asked and len(mention.candidates) == 1 and one.type == "thing":
            prompt = encode(brief)
            said = speaker(prompt)
            text = answer_text("[where]", [Referent("thing", one.name)], prompt)
            return None if said is None else Plan(mission=mission, steps=(SkillCall(skill=said, args={"text": text}),))
    return None


def _unknown(plan: Plan, brief: Brief, mentions: Sequence[Mention]) -> str | None:
    """What is to be fetched and a plan looks for everywhere, where it names nothing on the map and nobody said to look for it."""
    from agent.planners.asides import seeks
    from agent.planners.doubt_steps import doubted_searches

    mission = brief.mission
    if seeks(mission) or any(doubted_searches(plan, brief, mentions)):
        return None
    for step in plan.steps:
        what = step.args.get("what")
        if step.skill != "search" or "place" in step.args or not isinstance(what, str):
            continue
        start = mission.find(what)
        named = any(m.start < start + len(what) and start < m.end for m in mentions)
        if start >= 0 and not named and not _like_something(what, brief.world):
            return what
    return None


def _like_something(what: str, world: World) -> bool:
    """Whether a name on the map has a word, or two Chinese characters, of what is meant."""
    said = set(stems(what)) | {what[at : at + 2] for at in range(len(what) - 1) if CJK.match(what[at]) and CJK.match(what[at + 1])}
    things = ((thing.name, *thing.aliases) for thing in world.things.values())
    places = ((place.name, *place.aliases) for place in world.places.values())
    for names in (*things, *places):
        if any(part in stems(name) or (CJK.match(part) and part in name) for name in names for part in said):
            return True
    return False


def _aims(plan: Plan, mentions: Sequence[Mention], world: World) -> bool:
    """Whether a place is named that nothing which the plan takes is in: then that is where it is to go."""
    taken = [world.things[str(step.args["thing"])] for step in plan.steps if step.args.get("thing") in world.things]
    spots = {thing.place for thing in taken} | {spot.name for thing in taken if (spot := world.place_at(thing.position))}
    named = (m.candidates[0] for m in mentions if len(m.candidates) == 1)
    return any(candidate.type == "place" and candidate.name not in spots for candidate in named)


def doubted_there(plan: Plan, brief: Brief, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """What is put down where the map has it, in a plan that brings other things elsewhere, unless the place is named as an aim."""
    moved: set[object] = set()
    for pick, put in zip(plan.steps, plan.steps[1:], strict=False):
        thing, place = pick.args.get("thing"), put.args.get("place")
        if pick.skill != "pick" or put.skill != "place" or thing in moved:
            continue
        moved.add(thing)
        if not _is_in(thing, place, brief.world):
            continue
        named = [m.start for m in mentions if place in [candidate.name for candidate in m.candidates]]
        if not any(_THITHER.search(brief.mission, 0, start) for start in named):
            yield Doubt(f"{thing!r} is in {place!r} already", (put,))


def _is_in(thing: object, place: object, world: World) -> bool:
    """Whether the map has a thing in a place."""
    if thing not in world.things or place not in world.places:
        return False
    spot = world.place_at(world.things[str(thing)].position)
    return place in (world.things[str(thing)].place, spot and spot.name)


def _there_already(plan: Plan, world: World) -> tuple[str, str] | None:
    """The last thing and place of a plan that only brings things to where the map has them."""
    pairs = list(zip(plan.steps[::2], plan.steps[1::2], strict=False))
    if not pairs or len(plan.steps) % 2:
        return None
    for pick, put in pairs:
        thing, place = pick.args.get("thing"), put.args.get("place")
        if pick.skill != "pick" or put.skill != "place" or not _is_in(thing, place, world):
            return None
    return str(pairs[-1][0].args["thing"]), str(pairs[-1][1].args["place"])
