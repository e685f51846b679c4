"""Waiting: a mission that waits until something is so looks again until it is, and only then goes on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.decisions import Judgement
    from agent.planners import Brief, Proposal
    from skills import SkillCall

__all__ = ["EVERY_S", "MOST_LOOKS", "Awaited", "awaited"]

BY = "what is waited for"
EVERY_S = 30.0
"""Seconds between two looks where a mission does not say."""
_LEAST_S, _LONGEST_S = 1.0, 3600.0
"""No shorter and no longer wait is made, whatever it says."""
MOST_LOOKS = 60
"""After so many looks in vain it gives up."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """What a mission waits for, as it stands after its last look.

    Attributes:
        condition: Its words.
        look: The look that tells.
        judgement: What that look has shown.
        every_s: Seconds between two looks.
        looks: How often it was looked.
        brief: The mission without the waiting.
        over: Nothing else is asked for.
    """

    condition: str
    look: SkillCall
    judgement: Judgement
    every_s: float
    looks: int
    brief: Brief
    over: bool

    @property
    def so(self) -> bool:
        """Whether it is so by now."""
        return self.judgement.answer == "holds"

    @property
    def sentence(self) -> str:
        """Why it goes on or waits."""
        verb = "holds" if self.so else "does not hold yet"
        return f"{self.look.args['thing']}: {self.judgement.seen}, so {self.condition!r} {verb}."

    @property
    def given_up(self) -> str:
        """Why it waits no longer; empty where it does."""
        if self.so or self.looks < MOST_LOOKS:
            return ""
        return f"{self.condition!r} did not come true in {self.looks} looks, {(self.looks - 1) * self.every_s / 60:g} min."

    def next(self) -> Proposal:
        """Another look, or the end of a mission that asks for nothing else."""
        from agent.planners.planner import Proposal
        from skills import Plan, SkillCall

        wait = SkillCall(skill="wait", args={"seconds": self.every_s})
        steps = () if self.so else (wait, self.look)
        return Proposal(plan=Plan(mission=self.brief.mission, steps=steps), more=not self.so, planner=BY)


def awaited(brief: Brief) -> Awaited | None:
    """What a mission waits for, judged by its last look; None where it waits for nothing, or the look does not tell."""
    from agent.decisions import judge
    from agent.decisions.until import until
    from agent.planners.doubt_times import durations
    from agent.settling import named_in

    if not brief.history or "wait" not in brief.skills:
        return None
    named = tuple(named_in(brief))
    found = until(brief.mission, [(one.start, one.end) for one in named])
    if found is None:
        return None
    start, end = found.condition
    things = {one.names[0] for one in named if start <= one.start < end and len(one.names) == 1}
    looks = [entry for entry in brief.history if entry.call.skill == "inspect" and entry.call.args.get("thing") in things]
    if not looks or not looks[-1].outcome.ok:
        return None
    last = looks[-1]
    question = str(last.call.args.get("question") or "")
    judgement = judge(found.words, last.outcome.value, question=question)
    if not judgement.known or (judgement.answer != "holds" and last is not brief.history[-1]):
        return None
    said = durations(found.every)
    told = replace(brief, mission=found.rest or brief.mission)
    every_s = min(max(min(said), _LEAST_S), _LONGEST_S) if said else EVERY_S
    return Awaited(brief.mission[start:end].strip(), last.call, judgement, every_s, len(looks), told, over=not found.rest)
