"""Plans made of parts that were planned by themselves: what was left out, and what is all to be done several times."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from agent.planners.errors import PlannerError

if TYPE_CHECKING:
    from agent.planners.candidates import Sampler
    from agent.planners.doubt import Doubt
    from agent.planners.planner import Brief, Proposal

__all__ = ["Drafts", "completed", "told_once"]


class Drafts(Protocol):
    """Answers to one brief that were drawn so far."""

    first: Proposal
    settled: bool

    def add(self, other: Proposal, *, likeliest: bool = False) -> tuple[Doubt, ...]:
        """Take an answer in."""

    def best(self) -> Proposal:
        """The answer that least speaks against."""


async def completed(planner: Sampler, brief: Brief, drafts: Drafts) -> int:
    """Plan what the best draft leaves out by itself, and take in the plan with that part; how many were drawn."""
    from agent.planners.dialect.mentions import find_mentions
    from agent.planners.doubts import doubts, is_whole
    from agent.planners.plan_parts import clause_of, with_part
    from agent.planners.pointers import POINTER_3

    best = drafts.best()
    missing = [doubt.missing for doubt in doubts(brief, best) if doubt.missing is not None]
    if best.plan is None or len(missing) != 1:
        return 0
    mentions = find_mentions(brief, frozenset(), POINTER_3).mentions
    mention = next(m for m in mentions if m.start == missing[0])
    clause = replace(brief, mission=clause_of(brief.mission, mention))
    try:
        part = await planner.propose(clause)
    except PlannerError:
        return 1
    if part.plan is not None and is_whole(part) and not doubts(clause, part):
        plan = with_part(best.plan, part.plan.steps, mention, mentions)
        if plan is not None:
            drafts.add(replace(best, plan=plan), likeliest=True)
    return 1


async def told_once(planner: Sampler, brief: Brief, drafts: Drafts) -> bool:
    """Plan what is all to be done several times as if it were to be done once, and repeat that; whether it leaves no doubt."""
    from agent.planners.doubt_repeats import doubted_repeats, in_rounds, once
    from agent.planners.doubts import doubts, is_whole
    from agent.planners.mended import mended

    said, first = once(brief.mission), drafts.first
    if said is None or first.plan is None or not any(doubted_repeats(first.plan, brief.mission)):
        return False
    clause = replace(brief, mission=said[0])
    try:
        part = await planner.propose(clause)
    except PlannerError:
        return False
    part, found = mended(clause, part, doubts(clause, part))
    whole = in_rounds(part.plan, said[1]) if part.plan is not None and not found and is_whole(part) else None
    if whole is None:
        return False
    drafts.add(replace(part, plan=whole), likeliest=True)
    return drafts.settled
