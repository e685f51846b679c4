"""observe: settle the step that was dispatched and choose what comes next: the next step, a new plan, the operator, the end."""

from langgraph.runtime import Runtime

from agent.carrying_on import broken_off
from agent.nodes.next_step import after_success, replan
from agent.noting import settled
from agent.operator import OperatorRequest
from agent.runtime import MissionRuntime
from agent.state import Json, MissionState
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
        return after_success(state, update, mission, robot, outcome)
    update |= broken_off(state, plan.steps[state["step"] :], outcome.code, outcome.message) if mission.setbacks else {}
    return replan(update, state, mission, f"step {state['step'] + 1} {call} failed: {outcome.message}")
