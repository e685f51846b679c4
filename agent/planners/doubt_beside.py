"""Doubts about what is to be done on the way: "fetch the pump, look for a cloth on the way there", and is done afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from agent.planners.doubt import Doubt

if TYPE_CHECKING:
    from maps.linking import Mention
    from skills import Plan

__all__ = ["doubted_beside"]

_BEHIND = re.compile(
    r"\b(?:on|along)\s+(?:the|your|ur|yr|its)\s+way(?:\s+(?:over\s+|back\s+)?(?:there|here|over|back))?"
    r"\s*(?=[.,;!?)]|$|please\b|pretty\b|will\s+you\b|and\b)",
    re.IGNORECASE,
)
"""Behind what is to be done on the way: "... and look for a cloth on the way there"."""
_BEFORE = re.compile(
    r"\b(?:on|along)\s+(?:the|your|ur|yr|its)\s+way\s*,?\s+(?:please\s+)?(?:stop|swing|call|pop|drop|look|check|see|say|tell|have|take\s+a|inspect|read|wait)\b"
    r"|\bsince\s+it['\u2019]?s\s+on\s+(?:the|your)\s+way\b|\bas\s+you\s+(?:go|drive|roll|come|pass|head|walk|trundle)\b(?:\s+(?:past|by|through|along))?"
    "|(?:路上|途中|半路|中途|顺路|顺道)(?:顺便|顺带|顺手|也|再|上)?",
    re.IGNORECASE,
)
"""Before it: "as you roll past the notice board check what is on it", 中途在检查点停十秒."""
_STOP = re.compile(r"[.!?;](?=\s|$)|[\u3002\uff1b\uff01\uff1f]")
_CUT = re.compile(r",\s*(?:and\s+|but\s+)?|;\s*|\bbut\s+", re.IGNORECASE)
_BESIDE = frozenset({"search", "inspect"})
_STAYS = frozenset({"say", "wait"})
_ARRIVES = frozenset({"place", "put_on", "goto", "dock"})


def doubted_beside(plan: Plan, mission: str, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """What is to be done on the way and is done at one of its ends; with the plan that does it before it arrives.

    Args:
        plan: A plan that brings one thing, or goes to one place, besides.
        mission: What the operator said.
        mentions: What it names, in order.
    """
    told = _told(mission, mentions)
    aside: list[int] = []
    for number, step in enumerate(plan.steps):
        named = told & {str(value) for value in step.args.values()} or any(str(step.args.get("what")) in text for text in told)
        stays = step.skill in _STAYS and number - 1 in aside
        if stays or (named and (step.skill in _BESIDE or step.skill == "goto")):
            aside.append(number)
    if not aside or aside != list(range(aside[0], aside[-1] + 1)):
        return
    rest = [step for number, step in enumerate(plan.steps) if number not in aside]
    rest = rest[:2] if rest[:2] == rest[2:] else rest  # brought there twice, before and behind
    if not rest or len(rest) > 2 or rest[-1].skill not in _ARRIVES or (len(rest) == 2 and rest[0].skill != "pick"):
        return
    steps = (*rest[:-1], *plan.steps[aside[0] : aside[-1] + 1], rest[-1])
    if steps != plan.steps:
        yield Doubt("it is to be done on the way", plan=plan.model_copy(update={"steps": steps}))


def _told(mission: str, mentions: Sequence[Mention]) -> set[str]:
    """The names of what is to be done on the way, and the words that it is told in; empty where nothing is."""
    before, behind = list(_BEFORE.finditer(mission)), list(_BEHIND.finditer(mission))
    if len(before) + len(behind) != 1:
        return set()
    way = (before or behind)[0]
    stops = [0, *(stop.end() for stop in _STOP.finditer(mission.rstrip(" .!?"))), len(mission)]
    if before:
        start, end = way.start(), next(stop for stop in stops if stop >= way.end())
    else:
        start, end = max(stop for stop in stops if stop <= way.start()), way.start()
        last = max((m.start for m in mentions if start <= m.start < end), default=start)
        start = max((cut.end() for cut in _CUT.finditer(mission) if cut.end() <= last), default=start)
    names = {candidate.name for m in mentions if start <= m.start < end for candidate in m.candidates}
    return names | {mission[start:end]}
