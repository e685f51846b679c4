"""PlanFilePlanner: the plan of a file, once. It has no other, and says what stood against that one instead."""

from agent.planners.errors import PlannerError
from agent.planners.planner import Brief, Proposal
from skills.call import Plan

__all__ = ["PlanFilePlanner"]


class PlanFilePlanner:
    """Gives one plan; asked again, it tells why that one did not do, or that all of it is done.

    It keeps nothing between two questions: a mission that is resumed asks another one like it.

    Args:
        plan: What the file holds.
        name: Of the file.
    """

    def __init__(self, plan: Plan, name: str) -> None:
        self._plan, self._file = plan, name

    @property
    def name(self) -> str:
        """Its name in logs and reports."""
        return f"plan file {self._file}"

    async def propose(self, brief: Brief) -> Proposal:
        """The plan; after that none, since its last step was to show what to do and nothing is left, or why there is none.

        Raises:
            PlannerError: The mission is under way and the plan cannot be gone on with; the message is what stood against it.
        """
        if not (brief.history or brief.findings or brief.rejected):
            return Proposal(plan=self._plan, planner=self.name)
        if self._is_done(brief):
            return Proposal(plan=Plan(steps=()), planner=self.name)
        against = [finding.message for finding in brief.findings] if brief.rejected else []
        if brief.history and not against:
            last = brief.history[-1]
            against = [f"{last.call} ended as {last.outcome.status}: {last.outcome.message}".rstrip(" :")]
        why = f"The plan in {self._file} cannot be carried out, and the file holds no other. {' '.join(against[:3])}".rstrip()
        if brief.history:
            raise PlannerError(why)
        return Proposal(reason=why, planner=self.name)

    def _is_done(self, brief: Brief) -> bool:
        """Whether the mission's steps that succeeded are the plan's, in order; doors opened in between do not matter."""
        done = iter([entry.call for entry in brief.history if entry.outcome.ok])
        return all(call in done for call in self._plan.steps)

    async def close(self) -> None:
        """Nothing to give back."""
