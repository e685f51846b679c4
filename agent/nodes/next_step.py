"""next_step: what comes once a step is done: the next one, a new plan where this one was a beginning, or its end."""

from agent.carrying_on import broken_off
from agent.runtime import MissionRuntime
from agent.settling import settle
from agent.state import Json, MissionState
from maps import RobotState
from skills import Outcome, Plan

__all__ = ["after_success", "replan"]


def after_success(state: MissionState, update: Json, mission: MissionRuntime, robot: RobotState, outcome: Outcome) -> Json:
    """What follows a step that was done.

    Args:
        state: Before it was.
        update: What of that is known already: the history with this step.
        mission: The mission.
        robot: How the robot is now.
        outcome: The step's.
    """
    plan = Plan.model_validate(state["plan"])
    call = plan.steps[state["step"]]
    if state["step"] + 1 == len(plan.steps):
        if mission.skills[call.skill].uncertain:
            if mission.setbacks and isinstance(outcome.value, dict) and outcome.value.get("found") is False:
                update |= broken_off(state, [call], "NOT_FOUND", f"{call} found nothing", said=True)
            return replan(update, state, mission, f"{call.skill} may have shown what to do next")
        if state.get("more"):
            why = "the plan was a beginning, and what it was to find out is known"
            return replan(update, state, mission, why, counted=not state.get("waits"))
        if mission.conditions and (why := _still_due(state, update, mission, robot)):
            return replan(update, state, mission, why)
    return {**update, "step": state["step"] + 1}


def replan(update: Json, state: MissionState, mission: MissionRuntime, why: str, *, counted: bool = True) -> Json:
    """Ask the planner for what is left, unless it has been asked too often; to look again at what is waited for does not count."""
    if counted and state.get("replans", 0) >= mission.max_replans:
        return {**update, "status": "failed", "summary": f"Stopped after {mission.max_replans} new plans: {why}."}
    mission.emit("replanning", {"why": why})
    return {
        **update,
        "plan": None,
        "replans": state.get("replans", 0) + counted,
        "rejected": [],
        "findings": [],
        "refuted": [],
    }


def _still_due(state: MissionState, update: Json, mission: MissionRuntime, robot: RobotState) -> str:
    """What the plan's own looks have settled and nothing was done about, where it ends with them; empty for nothing."""
    settled = settle(mission.brief({**state, "history": update["history"]}, robot))
    found = () if settled is None else settled.objections(Plan(steps=()))
    return found[0].message if found else ""
