"""Best of several: when a mended plan does not hold either, further ones are drawn and the verifier says which may stand."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from agent.planners.errors import PlannerError

if TYPE_CHECKING:
    from agent.planners.planner import Brief, Proposal
    from skills.call import Plan
    from verifier.finding import Finding

__all__ = ["Sampler", "best_of", "keeps"]

TEMPERATURE = 0.8


@runtime_checkable
class Sampler(Protocol):
    """A planner that can be asked for other answers to the same brief."""

    async def sample(self, brief: Brief, count: int, *, temperature: float = TEMPERATURE, first: int = 0) -> tuple[Proposal, ...]:
        """Several proposals for one brief; those that cannot be read are left out."""


async def best_of(
    planner: Sampler, brief: Brief, holds: Callable[[Plan], bool], *, count: int, seconds: float
) -> tuple[Proposal | None, int]:
    """Draw plans until one holds, or enough were drawn.

    What holds and yet leaves out something that was not refused is not taken: a plan that does less is easily feasible.

    Args:
        planner: Who draws.
        brief: With the plan that was refused, and why.
        holds: Whether the verifier accepts a plan.
        count: Most that are drawn.
        seconds: No further one is begun after so long.

    Returns:
        The proposal that holds, or None; and how many were drawn.
    """
    began = time.monotonic()
    seen = {plan.model_dump_json() for plan in brief.rejected}
    for number in range(count):
        if time.monotonic() - began > seconds:
            return None, number
        try:
            drawn = await planner.sample(brief, 1, first=number)
        except PlannerError:
            continue
        for proposal in drawn:
            plan = proposal.plan
            if plan is None or not plan.steps or plan.model_dump_json() in seen:
                continue
            seen.add(plan.model_dump_json())
            if keeps(plan, brief.rejected[-1], brief.findings) and holds(plan):
                return proposal, number + 1
    return None, count


def keeps(plan: Plan, refused: Plan, findings: Sequence[Finding]) -> bool:
    """Whether a plan still does what the refused one did: calls that nothing was found against, and as many of the other skills.

    Args:
        plan: The new plan.
        refused: The refused one.
        findings: What was found against it.
    """
    blamed = {finding.step for finding in findings if finding.severity == "error" and finding.because_of is None}
    left = iter(plan.steps)
    if not all(any(call == other for other in left) for number, call in enumerate(refused.steps, 1) if number not in blamed):
        return False
    return not Counter(call.skill for call in refused.steps) - Counter(call.skill for call in plan.steps)
