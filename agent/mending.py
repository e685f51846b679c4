"""Mending: what a refused plan lacks is put before its steps where its findings say what. No step is changed or left out."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from skills import Plan
from verifier import Verdict

if TYPE_CHECKING:
    from agent.runtime import MissionRuntime
    from maps import RobotState
    from skills import Notes

__all__ = ["ENABLING", "mended", "mended_here"]

ENABLING = frozenset({"open_door", "take_lift", "dock", "explore"})
"""Skills that a mission need not name: they make possible what it does name."""
_SECONDS = 30.0
"""So long mending may take; then the planner is asked, which would have been quicker."""


def mended(
    plan: Plan, verdict: Verdict, judge: Callable[[Plan], Verdict], glance: Callable[[Plan], Verdict] | None = None
) -> tuple[Plan, Verdict, Sequence[dict[str, Any]]] | None:
    """A refused plan with the enabling calls that its findings prove to help, or None where these do not make it hold.

    Args:
        plan: The plan that was refused.
        verdict: Its verdict.
        judge: Verifies a changed plan as the first one was.
        glance: The same without alternatives, for attempts; None where that is no quicker.

    Returns:
        The plan that holds, its verdict, and what was put in: each edit as data, with the sentence that it answers under ``why``.
    """
    from verifier.repair import repair

    better = repair(plan, verdict, judge, leave_out=False, insert=ENABLING, glance=glance, seconds=_SECONDS)
    if not better.verdict.ok:
        return None
    edits = zip(better.edits, better.reasons, strict=True)
    return better.plan, better.verdict, [{**edit.model_dump(mode="json"), "why": why} for edit, why in edits]


def mended_here(
    mission: "MissionRuntime", plan: Plan, verdict: Verdict, robot: "RobotState", notes: "Notes"
) -> tuple[Plan, Verdict, Sequence[dict[str, Any]]] | None:
    """``mended`` for a mission, from where its robot is now."""
    return mended(
        plan,
        verdict,
        lambda changed: mission.judge(changed, robot, notes),
        lambda changed: mission.judge(changed, robot, notes, explain=False),
    )
