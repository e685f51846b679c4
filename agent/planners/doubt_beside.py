"""Doubts about what is to be done on the way: "fetch the pump, look for a cloth on the way there", and is done afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from agent.planners.doubt import Doubt

if TYPE_CHECKING:
    from maps.linking import Mention
    from skills import Plan, SkillCall

__all__ = ["doubted_beside"]

_ON_THE_WAY = re.compile(
    r"\b(?:on|along)\s+(?:the|your|ur|yr|its)\s+way(?:\s+(?:over\s+|back\s+)?(?:there|here|over|back))?\s*(?=[.,;!?)]|$|please\b|pretty\b|will\s+you\b|and\b)"
    "|(?:路上|途中|半路)(?:顺便|顺带|顺手|也|再)?",
    re.IGNORECASE,
)
_BESIDE = frozenset({"search", "inspect"})
_ARRIVES = frozenset({"place", "put_on", "goto", "dock"})


def doubted_beside(plan: Plan, mission: str, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """A look or search that is to be made on the way and is made at one of its ends; with the plan that makes it before it arrives.

    Args:
        plan: A plan with one other thing to do.
        mission: What the operator said.
        mentions: What it names, in order.
    """
    said = list(_ON_THE_WAY.finditer(mission))
    aside = [number for number, step in enumerate(plan.steps) if step.skill in _BESIDE]
    if len(said) != 1 or not aside or aside != list(range(aside[0], aside[-1] + 1)):
        return
    looks = [plan.steps[number] for number in aside]
    if not all(_told_beside(look, mission, said[0], mentions) for look in looks):
        return
    rest = [step for number, step in enumerate(plan.steps) if number not in aside]
    if not rest or rest[-1].skill not in _ARRIVES or (len(rest) > 1 and rest[-2].skill != "pick") or len(rest) > 2:
        return
    steps = (*rest[:-1], *looks, rest[-1])
    if steps != plan.steps:
        yield Doubt("it is to be done on the way", plan=plan.model_copy(update={"steps": steps}))


def _told_beside(look: SkillCall, mission: str, way: re.Match[str], mentions: Sequence[Mention]) -> bool:
    """Whether a look is told right before "on the way", or right behind 路上."""
    name = str(look.args.get("what") or look.args.get("thing"))
    starts = [m.start for m in mentions if name in [candidate.name for candidate in m.candidates]]
    starts += [match.start() for match in re.finditer(re.escape(name), mission, re.IGNORECASE)]
    if not way.group()[0].isascii():
        return any(start >= way.end() for start in starts)
    return any(start < way.start() and not re.search(r"[.;!?]\s", mission[start : way.start()].rstrip(" ?!.")) for start in starts)
