"""Best of several: further plans are drawn where a mended one does not hold either, and where the first one leaves doubts."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from agent.planners.errors import PlannerError, PlanUnreadable

if TYPE_CHECKING:
    from agent.planners.doubt import Doubt
    from agent.planners.planner import Brief, Proposal
    from skills.call import Plan
    from verifier.finding import Finding

__all__ = ["Sampler", "best_of", "keeps", "readable", "surest"]

TEMPERATURE = 0.8
_WIDELY = 1.3
"""How widely plans are drawn for one that leaves doubts: the model was sure of what it left out."""
_BARRED = 3
"""So many drafts at most are made without what was doubted in those before."""
_MORE_STEPS = 6
"""A draft that has so many steps more than twice those of the first is not considered."""
_AGREED = 2
"""So often the same plan without a doubt is drawn until no further one is."""


@runtime_checkable
class Sampler(Protocol):
    """A planner that can be asked for other answers to the same brief."""

    async def propose(self, brief: Brief) -> Proposal:
        """The likeliest answer."""

    async def sample(self, brief: Brief, count: int, *, temperature: float = TEMPERATURE, first: int = 0) -> tuple[Proposal, ...]:
        """Several proposals for one brief; those that cannot be read are left out."""


async def readable(planner: Sampler, brief: Brief, count: int) -> Proposal:
    """The likeliest answer, or where that cannot be read the first of so many others that can.

    Raises:
        PlanUnreadable: None of them can be read; what is wrong with the likeliest.
    """
    try:
        return await planner.propose(brief)
    except PlanUnreadable:
        for number in range(count):
            if drawn := await planner.sample(brief, 1, first=number):
                return drawn[0]
        raise


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
    from agent.planners.composed import completed, told_once
    from agent.planners.doubts import doubts

    first, began = doubts(brief, proposal), time.monotonic()
    if not first:
        return proposal, 0
    drafts = _Drafts(brief, proposal, holds)
    if await told_once(planner, brief, drafts):
        return drafts.best(), 1
    ends = next((doubt for doubt in first if doubt.ends is not None), None)
    without, number = (brief, 0) if ends is not None and not ends.calls else await _without(planner, brief, first, drafts)
    if ends is not None and ends.ends is not None and not drafts.without_doubt():
        took = proposal.seconds, proposal.tokens
        return replace(ends.ends, planner=proposal.planner, text=proposal.text, seconds=took[0], tokens=took[1]), number
    if drafts.settled or proposal.plan is None or drafts.without_doubt():
        return drafts.best(), number
    while number < count and time.monotonic() - began <= seconds and not drafts.settled:
        try:
            drawn = await planner.sample(without, 1, first=number, temperature=_WIDELY)
        except PlannerError:
            drawn = ()
        number += 1
        for other in drawn:
            drafts.add(other)
    if not drafts.settled:
        number += await completed(planner, brief, drafts)
    best = drafts.best()
    return _asked_about(brief, best) or best, number


class _Drafts:
    """Answers to one brief, how often each came, and what speaks against each."""

    def __init__(self, brief: Brief, first: Proposal, holds: Callable[[Plan], bool]) -> None:
        from agent.planners.doubts import doubts, is_whole, left_to_later

        self.brief, self.first, self.holds = brief, first, holds
        self.found: dict[str, tuple[tuple[Doubt, ...], bool, Proposal]] = {}
        self.times: Counter[str] = Counter()
        self.before = doubts(brief, first)
        self.whole = is_whole(first) or left_to_later(brief, first)
        self.likely: set[str] = set()
        """Answers that are the likeliest of their brief, or the first one mended by the mission's words."""
        self.settled = False
        """Whether an answer without a doubt is likely enough."""

    def add(self, other: Proposal, *, likeliest: bool = False) -> tuple[Doubt, ...]:
        """Take an answer in, and what its parts make in the order that the mission says; what speaks against the better of both.

        Args:
            other: The answer.
            likeliest: It is the likeliest one, so once is often enough.
        """
        from agent.planners.doubts import doubts, is_whole
        from agent.planners.mended import mended

        found = doubts(self.brief, other)
        if other.plan is None:
            if (self.first.plan is None and not other.question) or not likeliest or found:
                return found
        elif self.whole and not (is_whole(other) or (likeliest and _answers(other.plan))):
            return found  # what does less, or leaves the rest to later, is easily without a doubt
        elif self.first.plan is not None and len(other.plan.steps) > 2 * len(self.first.plan.steps) + _MORE_STEPS:
            return found  # a model that cannot say what it would says something else over and over
        drawn = other
        other, found = mended(self.brief, other, found)
        key = other.plan.model_dump_json() if other.plan is not None else other.question or other.reason
        self.times[key] += 1
        if likeliest or drawn is self.first:
            self.likely.add(key)
        self.found.setdefault(key, (found, other is not drawn, other))
        if not found and (likeliest or self.times[key] == _AGREED):
            self.settled = other.plan is None or self.holds(other.plan)
        return found

    def without_doubt(self) -> bool:
        """Whether an answer that the verifier accepts leaves no doubt."""
        return any(not found and other.plan is not None and self.holds(other.plan) for found, _, other in self.found.values())

    def best(self) -> Proposal:
        """The answer that least speaks against and that the verifier accepts: of several as it was drawn, and most often."""
        for key in sorted(self.found, key=lambda key: (len(self.found[key][0]), self.found[key][1], -self.times[key])):
            found, _, other = self.found[key]
            if len(found) < len(self.before) and (other.plan is None or self.holds(other.plan)):
                return replace(other, names=())  # how sure one draft was says nothing of the choice among them
        if self.first.plan is None:
            return self.first
        said = next((other for key, (found, _, other) in self.found.items() if not found and key in self.likely), None)
        return self.first if said is None else replace(said, names=())  # what was said and cannot be: the verifier tells why


def _asked_about(brief: Brief, best: Proposal) -> Proposal | None:
    """A question in the stead of a plan that still leaves out what an order needs: to ask is better than to do half of it.

    What the operator answered stands in brackets behind the mission, and is not asked about again.
    """
    from agent.planners.asides import needs
    from agent.planners.doubts import doubts

    if best.plan is None or brief.mission.rstrip().endswith(")"):
        return None
    for doubt in doubts(brief, best):
        if doubt.missing is not None and needs(brief.mission, doubt.missing):
            question = f"In every plan {doubt.why}: what is to be done about it?"
            return replace(best, plan=None, more=False, question=question, names=())
    return None


def _answers(plan: Plan) -> bool:
    """Whether a plan only tells what the map says."""
    return bool(plan.steps) and all(step.skill == "report" for step in plan.steps)


async def _without(planner: Sampler, brief: Brief, found: tuple[Doubt, ...], drafts: _Drafts) -> tuple[Brief, int]:
    """Take in the likeliest answers that cannot say what is doubted; the brief that was asked last, and how many were drawn."""
    from agent.planners.doubts import barred

    drafts.add(drafts.first, likeliest=barred(brief, found) is None)
    without = brief
    for number in range(_BARRED):
        narrower = barred(brief, found)
        if drafts.settled or narrower is None or narrower == without:
            return without, number
        try:
            other = await planner.propose(narrower)
        except PlannerError:
            return without, number + 1
        without = narrower
        left = drafts.add(other, likeliest=True)
        if other.plan is None or not left:
            return without, number + 1
        found = (*found, *left)
    return without, _BARRED


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
