"""ScriptedPlanner: answers from a list, for testing skills and missions without a model."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeAlias

from agent.planners.errors import PlannerUnavailable
from agent.planners.planner import Brief, Proposal
from skills.call import Plan

__all__ = ["Answer", "ScriptedPlanner"]

Answer: TypeAlias = Plan | Proposal | Exception | Callable[[Brief], "Plan | Proposal"]
"""One answer of the script: a plan, a proposal, an error to raise, or a function of the brief."""


class ScriptedPlanner:
    """Gives the script's answers one after the other and keeps the briefs that it was given.

    Args:
        script: The answers, in order.
        name: Its name in logs and reports.
        repeat_last: Give the last answer again once the script has run out, instead of raising.
    """

    def __init__(self, script: Iterable[Answer], *, name: str = "scripted", repeat_last: bool = False) -> None:
        self._script = list(script)
        self._name = name
        self._repeat_last = repeat_last
        self.briefs: list[Brief] = []
        """Every brief that was asked, in order."""

    @property
    def name(self) -> str:
        """Its name in logs and reports."""
        return self._name

    async def propose(self, brief: Brief) -> Proposal:
        """The script's next answer.

        Raises:
            PlannerUnavailable: The script has run out.
            Exception: Whatever error the script holds at this point.
        """
        number = len(self.briefs)
        self.briefs.append(brief)
        if self._repeat_last and self._script:
            number = min(number, len(self._script) - 1)
        if number >= len(self._script):
            raise PlannerUnavailable(f"The scripted planner has {len(self._script)} answers and was asked once more.")
        answer = self._script[number]
        if isinstance(answer, Exception):
            raise answer
        if not isinstance(answer, Plan | Proposal):
            answer = answer(brief)
        if isinstance(answer, Plan):
            return Proposal(plan=answer, planner=self.name)
        return answer if answer.planner else replace(answer, planner=self.name)

    async def close(self) -> None:
        """Nothing to give back."""
