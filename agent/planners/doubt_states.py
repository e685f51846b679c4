"""Doubts about which of a group are meant by their state: "each lamp that is off", "all turbines except the open one"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from agent.planners.doubt import Doubt

if TYPE_CHECKING:
    from agent.planners.planner import Brief
    from maps.linking import Mention
    from skills import Plan

__all__ = ["doubted_states"]

_EXCEPT = (
    r"(?:\s*,)?\s+(?:except(?:\s+for)?|excluding|apart\s+from|aside\s+from|other\s+than|but(?:\s+not)?|save\s+for|bar|minus|not\s+counting|besides)\s+"
    r"(?:for\s+)?(?:the\s+|any\s+|those\s+|that\s+)?"
)
_ALL = re.compile(r"\b(?:all|every|each)\b[^.,;!?]{0,25}$", re.IGNORECASE)


def doubted_states(plan: Plan, brief: Brief, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """A plan that does something to others of a group than to those in the state that is said; with the plan that does it to them.

    Args:
        plan: The plan.
        brief: What it was made for.
        mentions: What the mission names, in order.
    """
    from agent.planners.plan_parts import for_each, without

    for mention in mentions:
        names = [one.name for one in mention.candidates if one.type == "thing"]
        meant = _meant(brief, mention, names) if len(names) > 1 and len(names) == len(mention.candidates) else None
        used = [name for name in names if any(name in step.args.values() for step in plan.steps)]
        if meant is None or not used or set(used) == set(meant):
            continue
        more = for_each(plan, used, [name for name in meant if name not in used])
        less = without(more, [name for name in used if name not in meant])
        said = brief.mission[mention.start : mention.end]
        yield Doubt(f"of {said!r} {', '.join(map(repr, meant))} are meant", plan=None if less == plan else less)


def _meant(brief: Brief, mention: Mention, names: Sequence[str]) -> list[str] | None:
    """Those of a group that are in the state said right before it, or in another than the one excepted behind; None for neither."""
    mission, things = brief.mission, brief.world.things
    states = {name: (things[name].state or "").casefold() for name in names}
    for state in sorted({state for state in states.values() if state}, key=len, reverse=True):
        word = rf"{re.escape(state)}\b"
        inside = [name for name in names if states[name] == state]
        if re.compile(rf"{_EXCEPT}{word}(?:\s+ones?\b)?(?!\s+\w+\s+ones?\b)", re.IGNORECASE).match(mission, mention.end):
            return [name for name in names if name not in inside] or None
        if re.compile(rf"\s+(?:which|that)\s+(?:is|are)\s+{word}", re.IGNORECASE).match(mission, mention.end):
            return inside
        told = rf"\b(?:the\s+)?ones\s+(?:that|which)\s+(?:are|were)\s+(?:(?:down|marked|listed|noted)\s+(?:as\s+)?)?{word}"
        if re.compile(told, re.IGNORECASE).search(mission, mention.end):
            return inside
        if _ALL.search(mission, 0, mention.start) and re.search(rf"\b{word}\s+$", mission[: mention.start], re.IGNORECASE):
            return inside
    return None
