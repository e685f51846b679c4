"""observe: settle the step that was dispatched and choose what comes next: the next step, a new plan, the operator, the end."""

from langgraph.runtime import Runtime

from agent.carrying_on import broken_off
from agent.noting import settled
from agent.operator import OperatorRequest
from agent.runtime import MissionRuntime
from agent.settling import settle
from agent.state import Json, MissionState
from maps import RobotState
from skills import Outcome, Plan

__all__ = ["observe"]


async def observe(state: MissionState, runtime: Runtime[MissionRuntime]) -> Json:
    """Record the outcome and decide. A failure is answered by a new plan, never by the same call again."""
    mission = runtime.context
    robot = await mission.observe_robot()
    plan = Plan.model_validate(state["plan"])
    call = plan.steps[state["step"]]
    outcome = Outcome.model_validate(state["outcome"])
    mission.emit(
        "observed",
        {"number": state["step"] + 1, "call": call.model_dump(mode="json"), "outcome": outcome.model_dump(mode="json")},
    )
    entry = {"call": call.model_dump(mode="json"), "outcome": outcome.model_dump(mode="json")}
    update: Json = {"outcome": None, "history": [*state.get("history", []), entry], "attempt": 0, **settled(state, outcome)}
    if state.get("status"):
        return update
    if outcome.status == "needs_operator":
        request = OperatorRequest(kind="step_question", text=outcome.message or str(outcome.value))
        return {"request": request.model_dump()}
    if outcome.status == "uncertain":
        text = f"Step {state['step'] + 1} {call}: nobody knows whether it happened. {outcome.message} What is true?"
        request = OperatorRequest(kind="uncertain", text=text, choices=("done", "repeat", "end"))
        return {"request": request.model_dump()}
    if outcome.status == "cancelled":
        return {"attempt": state["attempt"] + 1, "outcome": None, **settled(state, outcome)}
    if outcome.ok:
        last = state["step"] + 1 == len(plan.steps)
        if last and mission.skills[call.skill].uncertain:
            if mission.setbacks and isinstance(outcome.value, dict) and outcome.value.get("found") is False:
                update |= broken_off(state, [call], "NOT_FOUND", f"{call} found nothing", said=True)
            return _replan(update, state, mission, f"{call.skill} may have shown what to do next")
        if last and state.get("more"):
            return _replan(update, state, mission, "the plan was a beginning, and what it was to find out is known")
        if last and mission.conditions and (why := _still_due(state, update, mission, robot)):
            return _replan(update, state, mission, why)
        return {**update, "step": state["step"] + 1}
    update |= broken_off(state, plan.steps[state["step"] :], outcome.code, outcome.message) if mission.setbacks else {}
    return _replan(update, state, mission, f"step {state['step'] + 1} {call} failed: {outcome.message}")


def _still_due(state: MissionState, update: Json, mission: MissionRuntime, robot: RobotState) -> str:
    """What the plan's own looks have settled and nothing was done about, where it ends with them; empty for nothing."""
    settled = settle(mission.brief({**state, "history": update["history"]}, robot))
    found = () if settled is None else settled.objections(Plan(steps=()))
    return found[0].message if found else ""


def _replan(update: Json, state: MissionState, mission: MissionRuntime, why: str) -> Json:
    """Ask the planner for what is left, unless it has been asked too often."""
    if state.get("replans", 0) >= mission.max_replans:
        return {**update, "status": "failed", "summary": f"Stopped after {mission.max_replans} new plans: {why}."}
    mission.emit("replanning", {"why": why})
    return {
        **update,
        "plan": None,
        "replans": state.get("replans", 0) + 1,
        "rejected": [],
        "findings": [],
        "refuted": [],
    }
