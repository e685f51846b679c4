"""An answer mended by its mission's words: its parts in their order, calls as they must be, what was left out put in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.planners.plan_parts import behind, in_order, instead

if TYPE_CHECKING:
    from agent.planners.doubt import Doubt
    from agent.planners.planner import Brief, Proposal

__all__ = ["mended"]

_MENDED = 4
"""So often an answer is mended, each time by what then still speaks against it."""


def mended(brief: Brief, proposal: Proposal, found: tuple[Doubt, ...]) -> tuple[Proposal, tuple[Doubt, ...]]:
    """An answer, or its parts in the order that the mission says, and calls as they must be, where that leaves fewer doubts.

    Args:
        brief: What was to be planned.
        proposal: The answer.
        found: What speaks against it.

    Returns:
        The better of both, and what speaks against that.
    """
    from agent.planners.doubts import doubts

    for _ in range(_MENDED):
        plan = next((doubt.plan for doubt in found if doubt.plan is not None), proposal.plan)
        for doubt in found:
            if plan is not None and doubt.order is not None:
                plan = in_order(plan, *doubt.order)
            if plan is not None and doubt.instead is not None:
                plan = instead(plan, *doubt.instead)
            if plan is not None and doubt.behind is not None:
                plan = behind(plan, *doubt.behind)
        other = replace(proposal, plan=plan)
        left = doubts(brief, other) if plan is not None and plan != proposal.plan else found
        if len(left) >= len(found):
            break
        proposal, found = other, left
    return proposal, found
