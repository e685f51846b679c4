"""Doubts about what is brought to someone: taken and put nowhere, put down where the mission began, told in one of two places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from agent.planners.doubt import Doubt

if TYPE_CHECKING:
    from agent.planners.planner import Brief
    from maps.linking import Mention
    from skills import Plan

__all__ = ["doubted_handing", "put_elsewhere"]

_TO_THEM = re.compile(
    r"\b(?:take|bring|carry|deliver|give|hand|run|get|send|pass|drop)\s+(?:them|em|['\u2019]em|him|her)\b"
    r"|\b(?:take|bring|carry|deliver|give|hand|run|get|send|pass)\b[^.;!?]{1,40}\s(?:over\s+|up\s+|down\s+|back\s+)?to\s+(?:them|him|her)\b"
    r"|[给替](?:他|她)们?[送拿带]|[送拿带](?:去)?给(?:他|她)",
    re.IGNORECASE,
)
"""To whom it goes is told by a place that was named before."""
_THERE = re.compile(
    r"\b(?:over\s+|up\s+|down\s+|in\s+)?there\b(?!['\u2019]s|\s+(?:is|are|was|were)\b)|那里|那儿|那边", re.IGNORECASE
)
_GRABS = re.compile(
    r"\b(?:grab|pick(?:\s+up)?|get|fetch|collect|find|look\s+at|check|inspect|read)\s+(?:(?:the|a|an|my|our|that|this)\s+)*$",
    re.IGNORECASE,
)
"""What is done where a thing is: "grab the radio there"."""
_TO_ME = re.compile(r"\b(?:me|us|here|back|home|return\w*|i)\b|[我咱这回]", re.IGNORECASE)
_PUTS = re.compile(
    r"\b(?:put|bring|take|carry|move|deliver|leave|drop|set|place|return|give|goes|belongs?)\b|[放送带搬]", re.IGNORECASE
)
_SAME = re.compile(
    r"(?:^|[.!?;,]\s*)(?:and\s+|also\s+|then\s+|do\s+)*(?:the\s+)?(?:same|ditto|likewise)\s+(?:thing\s+)?(?:for|in|at|with|to)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_TOO = re.compile(r"\s*(?:,\s*)?(?:too|as\s+well|also|likewise)\b|(?:那边|那儿)?(?:也|同样)", re.IGNORECASE)


def doubted_handing(plan: Plan, brief: Brief, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """What speaks against how a plan hands things and words over.

    Args:
        plan: The plan.
        brief: What it was made for.
        mentions: What the mission names, in order.
    """
    yield from _half_carried(plan, brief, mentions)
    yield from _put_there(plan, brief, mentions)
    yield from _half_told(plan, brief.mission, mentions)


def _half_carried(plan: Plan, brief: Brief, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """What is taken for someone and put nowhere: "304 are cold, take them a blanket"."""
    from skills import SkillCall

    if not plan.steps or plan.steps[-1].skill != "pick" or not _TO_THEM.search(brief.mission):
        return
    step = plan.steps[-1]
    thing = step.args.get("thing")
    at = next((m.start for m in mentions if thing in [candidate.name for candidate in m.candidates]), len(brief.mission))
    known = brief.world.things.get(str(thing))
    before = [
        m.candidates[0].name
        for m in mentions
        if m.start < at and len(m.candidates) == 1 and m.candidates[0].type == "place"
        and (known is None or m.candidates[0].name != known.place)
    ]  # fmt: skip
    if before:
        yield Doubt(f"{thing!r} is put nowhere", behind=(step, SkillCall(skill="place", args={"place": before[-1]})))


def put_elsewhere(plan: Plan, brief: Brief, left: Sequence[Mention]) -> Iterator[Doubt]:
    """What is put down where the mission began, or where it is, although the one place that is left out is where it is to go.

    Args:
        plan: The plan.
        brief: What it was made for.
        left: The mentions that the plan has nothing to do with.
    """
    from skills import SkillCall

    places = [m.candidates[0].name for m in left if len(m.candidates) == 1 and m.candidates[0].type == "place"]
    steps = [step for step in plan.steps if step.skill == "place" and step.args.get("place") == brief.start_place]
    taken = plan.steps[-1]
    if len(places) == 1 and taken.skill == "pick" and _PUTS.search(brief.mission):
        yield Doubt(f"it goes to {places[0]!r}", behind=(taken, SkillCall(skill="place", args={"place": places[0]})))
    elif len(places) == 1 and len(steps) == 1:
        meant = SkillCall(skill="place", args={**steps[0].args, "place": places[0]})
        yield Doubt(f"it goes to {places[0]!r}", instead=(steps[0], meant))
    elif len(places) == 1 and (there := _put_where_it_is(plan, brief)):
        call = SkillCall(skill="place", args={"place": places[0]})
        moved = tuple(call if number in there else step for number, step in enumerate(plan.steps))
        yield Doubt(f"it goes to {places[0]!r}", plan=plan.model_copy(update={"steps": moved}))


def _put_where_it_is(plan: Plan, brief: Brief) -> set[int]:
    """The steps that put a thing down in the place that the map has it in, right after it was taken there."""
    things = brief.world.things
    found = set()
    for number, (taken, put) in enumerate(pairwise(plan.steps), 1):
        thing = things.get(str(taken.args.get("thing"))) if taken.skill == "pick" and put.skill == "place" else None
        if thing is not None and thing.place is not None and put.args == {"place": thing.place}:
            found.add(number)
    return found


def _put_there(plan: Plan, brief: Brief, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """What is put down where the mission began, and goes "there", or to where the step before drives."""
    from skills import SkillCall

    named = {candidate.name for mention in mentions for candidate in mention.candidates}
    for number, step in enumerate(plan.steps):
        place = step.args.get("place")
        if step.skill != "place" or place != brief.start_place or place in named or not number:
            continue
        before = plan.steps[number - 1]
        thing = before.args.get("thing")
        where = None
        if before.skill == "goto" and before.args.get("place") in named and not _TO_ME.search(brief.mission):
            where = str(before.args["place"])
        elif before.skill == "pick":
            at = next((m for m in mentions if thing in [candidate.name for candidate in m.candidates]), None)
            where = _meant_by_there(brief, at, mentions) if at is not None and _goes_there(brief.mission, at) else None
        if where is not None:
            yield Doubt(f"it goes to {where!r}", instead=(step, SkillCall(skill="place", args={**step.args, "place": where})))


def _goes_there(mission: str, thing: Mention) -> bool:
    """Whether words behind a thing say that it goes "there": neither "grab the radio there" nor "over there, bring it to me"."""
    there = _THERE.search(mission, thing.end)
    if there is None:
        return False
    if not mission[thing.end : there.start()].strip(" ,") and _GRABS.search(mission, 0, thing.start):
        return False
    stop = re.search(r"[.;!?\u3002\uff1b](?=\s|$)", mission[there.end() :])
    return _TO_ME.search(mission, there.end(), there.end() + stop.start() if stop else len(mission)) is None


def _meant_by_there(brief: Brief, thing: Mention, mentions: Sequence[Mention]) -> str | None:
    """The place that was named last before a thing, or that what was named last is in."""
    before = [m for m in mentions if m.end <= thing.start and len(m.candidates) == 1]
    last = before[-1].candidates[0] if before else None
    if last is None or last.type == "place":
        return None if last is None else last.name
    known = brief.world.things.get(last.name)
    return known.place if known is not None else None


def _half_told(plan: Plan, mission: str, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """A place at which the same is to be said as before, and nothing is: "say hello in the lab. same in the library"."""
    spoken = next((step for step in plan.steps if step.skill == "say"), None)
    for mention in mentions:
        same = _SAME.search(mission, 0, mention.start) or _TOO.match(mission, mention.end)
        if spoken is None or not same or len(mention.candidates) != 1 or not _spoken_before(plan, mention, mentions):
            continue
        name = mention.candidates[0].name
        there = [number for number, step in enumerate(plan.steps) if step.skill == "goto" and step.args.get("place") == name]
        if there and not any(step.skill == "say" for step in plan.steps[there[-1] + 1 : there[-1] + 2]):
            yield Doubt(f"nothing is said in {name!r}", behind=(plan.steps[there[-1]], spoken))


def _spoken_before(plan: Plan, mention: Mention, mentions: Sequence[Mention]) -> bool:
    """Whether something is said in the place that is named last before a mention, where a plan drives to it at all."""
    places = [m.candidates[0] for m in mentions if m.end <= mention.start and len(m.candidates) == 1]
    before = next((one.name for one in reversed(places) if one.type == "place"), None)
    there = [later.skill for step, later in pairwise(plan.steps) if step.skill == "goto" and step.args.get("place") == before]
    return not there or "say" in there
