"""Doubts about groups: all, both or three of something are said, and a plan does its step to some of them alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from agent.planners.doubt import Doubt
from maps.ordinary_words import NUMBERS

if TYPE_CHECKING:
    from agent.planners.planner import Brief
    from maps.linking import Mention
    from skills import Plan

__all__ = ["doubted_each"]

_OF_THE = r"(?:(?:of\s+)?(?:the|these|those|my|our|your|its|his|her|their|them)\s+)?"
_ALL = re.compile(
    rf"(?<!not )(?<!\bnot\s\s)\b(?:all|both|every(?:\s+single)?|each|the\s+whole\s+lot\s+of)\s+{_OF_THE}(?:(?P<number>\w+)\s+)?$"
    rf"|\b(?:the|my|our|your|those|these)\s+(?P<counted>\w+)\s+$"
    "|(?:所有|全部|每一?[个台件间张只辆盏扇处条]?|各[个台间处]?|(?P<han>[两三四五六七八九十])[个台件间张只辆盏扇处条])的?$",
    re.IGNORECASE,
)
_ALSO_ALL = re.compile("[\u3400-\u9fff]{0,4}?(?:都|全|逐[个一]|挨[个着])")
_TOLD_APART = re.compile(
    r"\s+(?:that|which|who|whose|with|without|marked|labelled|labeled|still|needing|due|except|but|apart|other\s+than|besides|bar|save"
    r"|on\s+the\s+(?:left|right|north|south|east|west|far|near|other)|(?:facing|next|closest|nearest)\b)",
    re.IGNORECASE,
)
"""Behind a group: some of it are meant."""
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

    out = {candidate.name for mention in excepted for candidate in mention.candidates}
    for mention in mentions:
        if mention in excepted or len(mention.candidates) < 2 or not _all_meant(brief.mission, mention):
            continue
        names = [candidate.name for candidate in mention.candidates if not _is_out(candidate.name, out, brief)]
        used = {value for step in plan.steps for value in step.args.values() if isinstance(value, str)}
        left = [name for name in names if name not in used]
        if left and len(left) < len(names):
            whole = for_each(plan, [name for name in names if name in used], left)
            said = brief.mission[mention.start : mention.end]
            yield Doubt(f"of {said!r} {', '.join(map(repr, left))} is left out", plan=None if whole == plan else whole)


def _is_out(name: str, out: set[str], brief: Brief) -> bool:
    thing = brief.world.things.get(name)
    return name in out or (thing is not None and thing.place in out)


def _all_meant(mission: str, mention: Mention) -> bool:
    """Whether each of a group is said to be meant: "all the pumps", "both pumps", "the three pumps" of three."""
    if _TOLD_APART.match(mission, mention.end):
        return False
    if mention.each:
        return True
    said = _ALL.search(mission, max(0, mention.start - 40), mention.start)
    if said is None:
        return _ALSO_ALL.match(mission, mention.end) is not None
    number = said["number"] or said["counted"]
    if number is not None:
        value = NUMBERS.get(number.lower(), number)
        return value == str(len(mention.candidates))
    return said["han"] is None or _HAN_NUMBERS[said["han"]] == len(mention.candidates)
