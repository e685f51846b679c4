"""Doubts about the way: "to the office via aisle 6", "through the yard to the shed", 经过五号通道去办公室."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from agent.planners.doubt import Doubt

if TYPE_CHECKING:
    from maps.linking import Mention
    from skills import Plan

__all__ = ["doubted_way"]

_MOVE = r"(?:(?:go|head|pass|travel|roll|run)(?:ing|ning)?|(?:driv|com|mov)(?:e|ing)|(?:get|cut)(?:ting)?)"
_VIA = re.compile(
    r"(?:\b(?:via|by\s+way\s+of)"
    rf"|\b{_MOVE}\b[^.;!?]*\bthrough|\bby\s+{_MOVE}\s+(?:through|past|by|along|down))\s+(?:(?:the|our|that|this)\s+)*$",
    re.IGNORECASE,
)
_HAN_VIA = re.compile("(?:经过|经由|取道|途经|途径|穿过|路过)(?:那个|那条|这个|这条)?$")
_HAN_TO = re.compile("(?:里|里面|那边)?[,\uff0c]?(?:再)?(?:去|到|前往|开到|走到|回)")
_TO = re.compile(r"\b(?:to|into|for|reach|towards?)\s+(?:(?:the|our|my|that|this)\s+)*$", re.IGNORECASE)
_LIST = re.compile(r"\s*(?:,\s*and\s+then|,\s*and|,|and|then|&|\+|plus)\s*(?:(?:the|our|my|that|this)\s+)*", re.IGNORECASE)
_MOVES = re.compile(r"\b(?:go|head|pass|travel|roll|run|drive|come|move|get|cut)\b", re.IGNORECASE)
_ENDS = re.compile(r"[.;!?\u3002\uff1b\uff01\uff1f]|\b(?:then|and\s+(?:then|after))\b|然后|接着", re.IGNORECASE)


def doubted_way(plan: Plan, mission: str, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """Places that the mission leads over and the plan does not, or that it ends at.

    Args:
        plan: The plan.
        mission: What the operator said.
        mentions: What it names, in order.
    """
    from maps.linking.kept_out import kept_out
    from skills import SkillCall

    out = set(kept_out(mission, mentions))
    for number, over in enumerate(mentions):
        to = None if over in out or not _is_place(over) else _where_to(mission, mentions, number)
        if to is None or to in out:
            continue
        first, last = over.candidates[0].name, to.candidates[0].name
        past = SkillCall(skill="goto", args={"place": first})
        uses = [step for step in plan.steps if last in step.args.values()]
        if first == last or any(step != past and first in step.args.values() for step in plan.steps):
            continue  # something else is done there
        if past not in plan.steps and uses:
            yield Doubt(f"the way does not lead over {first!r}", instead=(uses[0], past), behind=(past, uses[0]))
        elif past in plan.steps and not uses and _is_place(to):
            yield Doubt(f"the way ends at {first!r}", behind=(past, SkillCall(skill="goto", args={"place": last})))
        elif past in plan.steps and uses and plan.steps.index(past) > plan.steps.index(uses[0]):
            yield Doubt(f"{first!r} lies on the way to {last!r}", order=(first, last))


def _where_to(mission: str, mentions: Sequence[Mention], number: int) -> Mention | None:
    """Where the way over a mention leads to; None where the words say nothing of a way."""
    over = mentions[number]
    later = mentions[number + 1] if number + 1 < len(mentions) else None
    if _HAN_VIA.search(mission, 0, over.start):
        return later if later is not None and _alone(later) and _HAN_TO.fullmatch(mission, over.end, later.start) else None
    if not _VIA.search(mission, max(0, over.start - 60), over.start):
        return None
    last = over
    for later in mentions[number + 1 :]:  # "via the jetty and the hall to the studio"
        if _alone(later) and _joined(mission, last.end, later.start) and _TO.search(mission, last.end, later.start):
            return later
        if not _alone(later) or not _LIST.fullmatch(mission, last.end, later.start):
            break
        last = later
    before = mentions[number - 1] if number else None
    if before is None or not _alone(before) or not _joined(mission, before.end, over.start):
        return None
    if _MOVES.search(mission, before.end, over.start):
        return None  # what is said before is done before
    return before if _TO.search(mission, 0, before.start) or not _is_place(before) else None


def _joined(mission: str, start: int, end: int) -> bool:
    """Whether nothing between two mentions begins something else."""
    return _ENDS.search(mission, start, end) is None


def _alone(mention: Mention) -> bool:
    return len(mention.candidates) == 1


def _is_place(mention: Mention) -> bool:
    return _alone(mention) and mention.candidates[0].type == "place"
