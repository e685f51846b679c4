"""Best of several: further plans are drawn where a mended one does not hold either, and where the first one leaves doubts."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from agent.planners.errors import PlannerError

if TYPE_CHECKING:
    from agent.planners.planner import Brief, Proposal
    from skills.call import Plan
    from verifier.finding import Finding

__all__ = ["Sampler", "best_of", "keeps", "surest"]

TEMPERATURE = 0.8
_WIDELY = 1.3
"""How widely plans are drawn for one that leaves doubts: the model was sure of what it left out."""
_AGREED = 2
"""So often the same plan without a doubt is drawn until no further one is."""


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


async def surest(
    planner: Sampler, brief: Brief, proposal: Proposal, holds: Callable[[Plan], bool], *, count: int, seconds: float
) -> tuple[Proposal, int]:
    """The plan that least speaks against, of a first one and of those drawn where something speaks against it.

    Of several with as few doubts the one that was drawn most often is taken, where the verifier accepts it.

    Args:
        planner: Who draws.
        brief: What the first plan was made for.
        proposal: That plan.
        holds: Whether the verifier accepts a plan.
        count: Most that are drawn.
        seconds: No further one is begun after so long.

    Returns:
        The proposal, the first one where none has fewer doubts; and how many were drawn.
    """
    from agent.planners.doubts import doubts, is_whole

    most = len(doubts(brief, proposal))
    if not most:
        return proposal, 0
    began = time.monotonic()
    found: dict[str, tuple[int, Proposal]] = {}
    times: Counter[str] = Counter()
    number = 0
    while number < count and time.monotonic() - began <= seconds:
        try:
            drawn = await planner.sample(brief, 1, first=number, temperature=_WIDELY)
        except PlannerError:
            drawn = ()
        number += 1
        for other in drawn:
            if other.plan is None or is_whole(other) != is_whole(proposal):
                continue  # what does less, or leaves the rest to later, is easily without a doubt
            key = other.plan.model_dump_json()
            times[key] += 1
            found.setdefault(key, (len(doubts(brief, other)), other))
            if not found[key][0] and times[key] == _AGREED:
                count = number
    for key in sorted(found, key=lambda key: (found[key][0], -times[key])):
        fewer, other = found[key]
        if fewer < most and other.plan is not None and holds(other.plan):
            return replace(other, names=()), number  # how sure one draw was says nothing of the choice among them
    return proposal, number


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
