"""Doubts about groups: all, both or three of something are said, and a plan does its step to some of them alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from agent.planners.doubt import OPEN_ENDED, Doubt
from maps.ordinary_words import NUMBERS

if TYPE_CHECKING:
    from agent.planners.planner import Brief
    from maps.linking import Mention
    from skills import Plan

__all__ = ["SOME_OF", "doubted_each"]

SOME_OF = re.compile(
    r"\b(?P<number>one|two|three|four|five|\d|some|any|either|half|most|none)\s+of\s+(?:the|our|my|these|those|your)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
"""Before a group of which not all are meant: "two of the three blocks"."""
_OF_THE = r"(?:(?:of\s+)?(?:the|these|those|my|our|your|its|his|her|their|them)\s+)?"
_ALL = re.compile(
    rf"(?<!not )(?<!\bnot\s\s)\b(?:all|both|every(?:\s+single)?|each|the\s+whole\s+lot\s+of)\s+{_OF_THE}(?:(?P<number>\w+)\s+)?$"
    rf"|\b(?:the|my|our|your|those|these)\s+(?P<counted>\w+)\s+$"
    "|(?:所有|全部|每一?[个台件间张只辆盏扇处条]?|各[个台间处]?|(?P<han>[两三四五六七八九十])[个台件间张只辆盏扇处条])的?$",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\b(?P<number>\w+)\s+$")
"""So many as there are: "three belts"."""
_EVERYTHING = re.compile(
    r"everything|all\b|the\s+(?:whole\s+|entire\s+)?lot\b|the\s+(?:two|three|four|five|six)\s+things|所有|全部|东西", re.IGNORECASE
)
"""A group that is all there is: "everything in the hall"."""
_ALSO_ALL = re.compile("[\u3400-\u9fff]{0,4}?(?:都|全|逐[个一]|挨[个着])")
_TOLD_APART = re.compile(
    r"\s+(?:that|which|who|whose|with|without|marked|labelled|labeled|still|needing|due|except|but|apart|other\s+than|besides|bar|save"
    r"|on\s+the\s+(?:left|right|north|south|east|west|far|near|other)|(?:facing|next|closest|nearest)\b)",
    re.IGNORECASE,
)
"""Behind a group: some of it are meant."""
_LIST = re.compile(
    r"\s*(?:,\s*and|,|and|&|\+|plus|as\s+well\s+as|[\u3001\uff0c和跟与及]|还有|以及)\s*(?:all\s+|both\s+|every\s+|each\s+)?(?:of\s+)?"
    r"(?:the\s+|my\s+|our\s+)?(?:(?:two|three|four|five)\s+)?(?:所有|每[个台间张])?",
    re.IGNORECASE,
)
_TELLS = re.compile(r"\s*(?:is|are|was|were|has|have|isn['\u2019]t|aren['\u2019]t|needs?|['\u2019]s)\b", re.IGNORECASE)
"""Behind what begins a clause of its own."""
_HAN_NUMBERS = {character: number for number, character in enumerate("两三四五六七八九十", 2)}


def doubted_each(plan: Plan, brief: Brief, mentions: Sequence[Mention], excepted: Sequence[Mention]) -> Iterator[Doubt]:
    """Members of a group that a plan leaves out although all of it are said, each doubt with the plan that does the same to them.

    Args:
        plan: A whole plan.
        brief: What it was made for.
        mentions: What the mission names, in order.
        excepted: Those that are to be left out.
    """
    from agent.planners.plan_parts import for_each

    mission = brief.mission
    if any(step.skill in OPEN_ENDED and "place" not in step.args for step in plan.steps):
        mentions = [mention for mention in mentions if mention.candidates[0].type != "place"]  # it goes everywhere
    out = {candidate.name for mention in excepted for candidate in mention.candidates}
    used = {value for step in plan.steps for value in step.args.values() if isinstance(value, str)}
    whole = [m for m in mentions if len(m.candidates) == 1 or _all_meant(mission, m) or _some_out(m, out)]
    meant = [
        [one.name for one in m.candidates if not _is_out(one.name, out, brief)] if m in whole and m not in excepted else []
        for m in mentions
    ]
    for number, (mention, names) in enumerate(zip(mentions, meant, strict=True)):
        left = [name for name in names if name not in used]
        if not left:
            continue
        said = mission[mention.start : mention.end]
        if len(left) < len(names):
            more = for_each(plan, [name for name in names if name in used], left)
            yield Doubt(f"of {said!r} {', '.join(map(repr, left))} is left out", plan=None if more == plan else more)
            continue
        for other, before in ((number - 1, True), (number + 1, False)):
            beside = mentions[other] if 0 <= other < len(mentions) else None
            if beside is None or not meant[other] or not used.issuperset(meant[other]) or not _joined(mission, mention, beside):
                continue
            more = for_each(plan, meant[other], left, behind=before)
            if more != plan:
                yield Doubt(f"{said!r} is left out of what is listed", plan=more)
                break


def _some_out(mention: Mention, out: Collection[str]) -> bool:
    """Whether one of a group in the plural is excepted: then the others are meant."""
    return mention.plural and any(candidate.name in out for candidate in mention.candidates)


def _joined(mission: str, one: Mention, other: Mention) -> bool:
    """Whether two mentions of one sort are joined in a list: "the pump, the fan and both valves"."""
    first, second = sorted((one, other), key=lambda mention: mention.start)
    alike = one.candidates[0].type == other.candidates[0].type
    told = _TELLS.match(mission, second.end)
    return alike and told is None and _LIST.fullmatch(mission, first.end, second.start) is not None


def _is_out(name: str, out: set[str], brief: Brief) -> bool:
    thing = brief.world.things.get(name)
    return name in out or (thing is not None and thing.place in out)


def _all_meant(mission: str, mention: Mention) -> bool:
    """Whether each of a group is said to be meant: "all the pumps", "both pumps", "the three pumps" of three."""
    if mention.each or _EVERYTHING.match(mission, mention.start):
        return True
    if SOME_OF.search(mission, 0, mention.start):
        return False
    if _TOLD_APART.match(mission, mention.end):
        return False
    counted = _COUNTED.search(mission, 0, mention.start)
    if counted is not None and NUMBERS.get(counted["number"].lower(), counted["number"]) == str(len(mention.candidates)):
        return True
    said = _ALL.search(mission, max(0, mention.start - 40), mention.start)
    if said is None:
        return _ALSO_ALL.match(mission, mention.end) is not None
    number = said["number"] or said["counted"]
    if number is not None:
        value = NUMBERS.get(number.lower(), number)
        return value == str(len(mention.candidates))
    return said["han"] is None or _HAN_NUMBERS[said["han"]] == len(mention.candidates)
