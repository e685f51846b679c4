"""One doubt about an answer, and what must not be said again for it not to return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.planners.planner import Proposal
    from skills.call import Plan, SkillCall

__all__ = ["ANSWER", "DECLINE", "DONE", "MORE", "OPEN_ENDED", "UNKNOWN", "WORDLESS", "Doubt"]

ANSWER, DECLINE, DONE, MORE, UNKNOWN = "[answer]", "[decline]", "[done]", "[more]", "[unknown]"
WORDLESS = "[say] without words"
"""Answers that can be barred: what the map or the robot's state tells, that it cannot be done, that nothing is left to do, that the
rest is left to later, that words are unknown, that what was seen is said."""

OPEN_ENDED = frozenset({"explore", "search"})
"""Skills after which the rest of the mission is planned anew."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What speaks against an answer.

    Attributes:
        why: In a few words.
        calls: Calls that rest on it.
        words: Skills, or such answers, that rest on it whatever their arguments.
        order: Two names that the plan has the wrong way round, the one that is to come first before the other.
        instead: A call, and the one that the mission or what happened says in its stead; None for none at all.
        behind: A call, and the one that the mission says right behind it.
        missing: Where the words begin that are left out, in characters of the mission.
        plan: The whole plan as the mission says it.
        ends: The answer in the stead of any plan, so that no other one is drawn; where calls rest on it, in the stead of any but
            one that does without them and leaves no doubt.
    """

    why: str
    calls: tuple[SkillCall, ...] = ()
    words: tuple[str, ...] = ()
    order: tuple[str, str] | None = None
    instead: tuple[SkillCall, SkillCall | None] | None = None
    behind: tuple[SkillCall, SkillCall] | None = None
    missing: int | None = None
    plan: Plan | None = None
    ends: Proposal | None = None
