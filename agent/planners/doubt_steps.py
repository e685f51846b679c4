"""Doubts about single steps: what nobody asked for, what nothing names, what is said twice, what is to be told and is not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from agent.planners.doubt import OPEN_ENDED, Doubt

if TYPE_CHECKING:
    from agent.planners.planner import Brief
    from maps import World
    from maps.linking import Mention
    from skills import Plan, SkillCall

__all__ = [
    "asks_whether_there",
    "bare",
    "doubted_after_miss",
    "doubted_searches",
    "opened_too_late",
    "said_twice",
    "unasked",
]

_NOT_THERE = frozenset({"OUT_OF_REACH", "NOT_FOUND", "NOT_THERE", "NOT_SEEN"})
"""Why a step fails at a thing that is not where the map has it."""
_ELSE_SAID = re.compile(
    r"\b(?:if|unless|in\s+case|failing|otherwise|else|should)\b[^.;!?]{0,40}\b(?:not\s+there|isn['\u2019]?t|can['\u2019]?t|cannot|gone|missing|fails?|won['\u2019]?t|find)\b"
    "|不在|没有的话|找不到|拿不|不行|没找|没有就",
    re.IGNORECASE,
)
"""What is to be done where a thing is not there is said."""
_OVER = re.compile(
    r"\b(?:twice|thrice|times|again|back|rounds?|laps?|loops?|repeat\w*|every|each|until|once\s+more|return\w*)\b|\d\s?x\b|[次遍圈趟轮再回]",
    re.IGNORECASE,
)
_HERE = re.compile(r"\b(?:me|my|here|back|return\w*|home|base|fetch|get|bring|grab|us|i)\b|[我回来咱这]|拿|取|充电", re.IGNORECASE)
_FETCHED = re.compile(
    r"\b(?:bring|fetch|get|grab|take|carry|carrying|collect|pick|deliver|move|put|give|hand|need|want|(?:can|could|may)\s+(?:i|we)\s+have|could\s+use|(?:should|must|can)\s+go\b|belongs?)\b|[拿取送带搬递给要放]",
    re.IGNORECASE,
)
"""What is to be fetched and is not on the map is looked for."""
_GOES = re.compile(
    r"\b(?:to|into|onto|goes?|belongs?|back|over|with|for|i|we|me|us)\b|->|[挪移收搁抱捎提扔换还归摆运到去给]", re.IGNORECASE
)
_ASKED = re.compile(
    r"\b(?:check|look|inspect|read|examine|what['\u2019]?s?(?!\s+about)|how|showing|reads?)\b|[看查读瞧测]", re.IGNORECASE
)
_CARRIES_IT = re.compile(
    r"\b(?:bring|take|carry|put|fetch|move|deliver|get|hand|drop|leave)\s+(?:it|them|that|this|those|both|one|him|her|me|us|the\s+(?:others?|rest|first|second|third|last))\b"
    "|[拿送搬带取递抱挪放]",
    re.IGNORECASE,
)
_STILL_THERE = re.compile(
    r"\b(?:is|are|whether|if|that|check|confirm|see|it's)\b[^.;!?]{0,30}\bstill\s+(?:\w+\s+){0,2}(?:there|here|in\s+place|where)\b|还在不在|在不在|还在(?:吗|没有|不|那)",
    re.IGNORECASE,
)
_PRONOUNS = frozenset("him her it them em 'em that this those these one ones they he she 他 她 它 它们 他们".split())
_SEEKS = frozenset("find track hunt down out up look for".split())
_NO_THING = re.compile("[的了吗呢啊吧在是不有没去来个那这里到我你他它看找一下]+")


def said_twice(plan: Plan, mission: str) -> Iterator[str]:
    """Looks, each the same to the word, and things that are taken again, where the mission says nothing of again."""
    if _OVER.search(mission):
        return
    done: set[str] = set()
    for step in plan.steps:
        if step.skill in ("inspect", "pick") and str(step) in done:
            yield f"{step} is said twice"
        done.add(str(step))


def bare(call: SkillCall) -> SkillCall:
    """A call without what is only said in it, which is how it is barred."""
    from skills import SkillCall

    return SkillCall(
        skill=call.skill, args={key: value for key, value in call.args.items() if key not in ("question", "text", "seconds")}
    )


def doubted_after_miss(brief: Brief, plan: Plan) -> Iterator[Doubt]:
    """A search for something else, or none at all, where a thing was not where the map has it; found, it is not taken."""
    from skills import Plan, SkillCall

    last = brief.history[-1]
    found = last.outcome.value.get("thing") if last.call.skill == "search" and isinstance(last.outcome.value, dict) else None
    missed = [entry.call for entry in brief.history if entry.call.skill == "pick" and entry.outcome.code in _NOT_THERE]
    if any(call.args.get("thing") == found for call in missed) and not any(
        step.skill == "pick" and step.args.get("thing") == found for step in plan.steps
    ):
        yield Doubt(f"{found!r} was found and is not taken")
    thing = last.call.args.get("thing")
    if last.outcome.code not in _NOT_THERE or not isinstance(thing, str):
        return
    done = [entry.call for entry in brief.history]
    looked_for = any(call.skill in OPEN_ENDED for call in (*done, *plan.steps))
    again = any(thing in call.args.values() for call in plan.steps)
    if "search" in brief.skills and not looked_for and not again and not _ELSE_SAID.search(brief.mission):
        search = SkillCall(skill="search", args={"what": thing})
        yield Doubt(f"{thing!r} was not there and is not looked for", plan=Plan(mission=brief.mission, steps=(search,)))
    for step in plan.steps[:1]:
        what = step.args.get("what")
        if step.skill == "search" and isinstance(what, str) and what != thing:
            yield Doubt(
                f"{thing!r} was not there, not {what!r}",
                instead=(step, SkillCall(skill="search", args={**step.args, "what": thing})),
            )


def doubted_searches(plan: Plan, brief: Brief, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """Searches for what the map knows although nobody said to look for it, and searches for no thing."""
    from agent.planners.asides import seeks
    from maps.everyday_words import everyday
    from maps.ordinary_words import ORDINARY
    from skills import SkillCall

    known = {c.name for mention in mentions if len(mention.candidates) == 1 for c in mention.candidates if c.type == "thing"}
    for step in plan.steps:
        what = step.args.get("what")
        if step.skill != "search" or not isinstance(what, str):
            continue
        meant = _pronoun_of(what, brief.mission, mentions) or _part_of(what, brief.mission, mentions)
        if meant not in (None, what):
            yield Doubt(f"{what!r} is {meant!r}", instead=(step, SkillCall(skill="search", args={**step.args, "what": meant})))
        elif what in known and not seeks(brief.mission):
            yield Doubt(f"nobody said to look for {what!r}", words=("search",))
        elif re.search(rf"(?:\b(?:is|are|was|be|been|not|if)|['\u2019]s)\s+{re.escape(what)}", brief.mission, re.IGNORECASE):
            yield Doubt(f"{what!r} is what something may be", words=("search",))
        elif not (seeks(brief.mission) or _FETCHED.search(brief.mission)):
            yield Doubt(f"nobody said to look for {what!r}", words=("search",))
        elif _NO_THING.fullmatch(what) or what.casefold() in ORDINARY | everyday("abstract", "qualities"):
            yield Doubt(f"{what!r} is nothing to look for")


def _pronoun_of(what: str, mission: str, mentions: Sequence[Mention]) -> str | None:
    """The thing that a pronoun stands for: the one named last before it, where there is one."""
    words = set(what.casefold().split())
    if not words & _PRONOUNS or not words <= _PRONOUNS | _SEEKS:
        return None
    place = re.search(rf"\b{re.escape(what)}\b", mission)
    before = [m for m in mentions if place is not None and m.end <= place.start() and len(m.candidates) == 1]
    return next((m.candidates[0].name for m in reversed(before) if m.candidates[0].type == "thing"), None)


def _part_of(what: str, mission: str, mentions: Sequence[Mention]) -> str | None:
    """The thing in whose name, or right before it, words stand: "purple" of "purple yoga mat"."""
    start = mission.find(what)
    for mention in mentions if start >= 0 else ():
        if len(mention.candidates) == 1 and mention.candidates[0].type == "thing":
            inside = mention.start <= start and start + len(what) <= mention.end and len(what) < mention.end - mention.start
            if inside or (start < mention.start and not mission[start + len(what) : mention.start].strip()):
                return mention.candidates[0].name
    return None


def unasked(plan: Plan, brief: Brief, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """Things that nothing names, and what is put down where the mission began although nobody said so."""
    from skills import SkillCall

    named = {candidate.name for mention in mentions for candidate in mention.candidates}
    near = named | {brief.start_place} | {place for name in named for place in _beside(name, brief.world)}
    for step in plan.steps:
        thing, place = step.args.get("thing"), step.args.get("place")
        if step.skill in ("inspect", "pick") and thing not in named:
            yield Doubt(f"nothing names {thing!r}")
        if step.skill == "pick" and _only_told(str(thing), brief.mission, mentions):
            yield Doubt(f"nobody said to take {thing!r}", (bare(step),))
        if step.skill == "pick" and _only_asked(str(thing), brief.mission, mentions):
            seen = SkillCall(skill="inspect", args={"thing": str(thing)})
            yield Doubt(f"{thing!r} is only to be looked at", (bare(step),), instead=(step, seen))
        elif step.skill == "pick" and asks_whether_there(brief.mission):
            seen = SkillCall(skill="inspect", args={"thing": str(thing)})
            yield Doubt(f"whether {thing!r} is there is seen by a look", (bare(step),), instead=(step, seen))
        if step.skill == "goto" and place not in near:
            yield Doubt(f"nothing names {place!r}", (step,))
        if step.skill == "pick" and thing in brief.world.things and _stands_fast(str(thing), brief.world):
            fast = [name for name in named if name in brief.world.things and _stands_fast(name, brief.world)]
            calls = tuple(SkillCall(skill="pick", args={"thing": name}) for name in sorted(fast))
            yield Doubt(f"{thing!r} is nothing to carry", calls, instead=_looked_at(step, brief.mission, mentions))
        if step.skill == "place" and place == brief.start_place and place not in named and not _HERE.search(brief.mission):
            yield Doubt(f"nobody said to put it down in {place!r}", (bare(step),))


def asks_whether_there(mission: str) -> bool:
    """Whether all that is asked of a thing is whether it is where it was: "confirm it's still there"."""
    return _STILL_THERE.search(mission) is not None and not _FETCHED.search(mission)


def opened_too_late(plan: Plan, brief: Brief) -> Iterator[Doubt]:
    """Closed doors that are opened once the only way in through them was taken: what is in the way is opened without being said."""
    world = brief.world
    shut = dict(brief.state.doors)
    for number, step in enumerate(plan.steps):
        door = world.doors.get(str(step.args.get("door")))
        if step.skill != "open_door" or door is None or shut.get(door.name, door.state) != "closed":
            continue
        behind = {
            place for place in door.between or () if sum(place in (other.between or ()) for other in world.doors.values()) == 1
        }
        for one in plan.steps[:number]:
            thing, place = world.things.get(str(one.args.get("thing"))), one.args.get("place")
            name = place if place in behind else thing.name if thing is not None and thing.place in behind else None
            if name is not None and step not in plan.steps[:number]:
                yield Doubt(f"{door.name!r} is opened too late", order=(door.name, str(name)))
                break


def _only_told(thing: str, mission: str, mentions: Sequence[Mention]) -> bool:
    """Whether a thing is only named where it is told what somebody did."""
    from agent.planners.asides import tells_what_was

    named = [mention.start for mention in mentions if thing in [candidate.name for candidate in mention.candidates]]
    return bool(named) and all(tells_what_was(mission, start) for start in named)


def _only_asked(thing: str, mission: str, mentions: Sequence[Mention]) -> bool:
    """Whether each clause that names a thing asks for a look at it, and says nothing of taking it anywhere."""
    from agent.planners.plan_parts import clause_of

    if _CARRIES_IT.search(mission):
        return False
    clauses = [clause_of(mission, m) for m in mentions if thing in [candidate.name for candidate in m.candidates]]
    return bool(clauses) and all(_ASKED.search(said) and not _FETCHED.search(said) and not _GOES.search(said) for said in clauses)


def _looked_at(step: SkillCall, mission: str, mentions: Sequence[Mention]) -> tuple[SkillCall, SkillCall] | None:
    """A look in the stead of picking up what stands fast, where its clause asks for one."""
    from agent.planners.doubt_answers import asks_something
    from agent.planners.plan_parts import clause_of
    from skills import SkillCall

    thing = step.args["thing"]
    mention = next((m for m in mentions if thing in [candidate.name for candidate in m.candidates]), None)
    if mention is None or not asks_something(clause_of(mission, mention)):
        return None
    return step, SkillCall(skill="inspect", args={"thing": thing})


def _beside(name: str, world: World) -> Iterator[str]:
    """The places of a thing or door, and docks, which need no name."""
    if name in world.things:
        spot = world.place_at(world.things[name].position)
        yield from (place for place in (world.things[name].place, spot and spot.name) if place)
    elif name in world.doors:
        yield from world.doors[name].between or ()
    yield from (place.name for place in world.places.values() if place.is_dock)


def _stands_fast(thing: str, world: World) -> bool:
    """Whether a thing alone of its map's has no weight told: where what is carried has one, the rest stands where it is."""
    weighed = sum("weight_kg" in other.attributes for other in world.things.values())
    return "weight_kg" not in world.things[thing].attributes and 5 * weighed >= len(world.things)
