"""approve: the mission pauses until somebody approves exactly this plan, body, rules, contracts and revision."""

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agent.operator import Approval, OperatorRequest
from agent.runtime import MissionRuntime
from agent.state import Json, MissionState

__all__ = ["approve"]


async def approve(state: MissionState, runtime: Runtime[MissionRuntime]) -> Json:
    """Ask for approval and bind the answer to the digest that was shown (approve-A-run-B is refused)."""
    request = OperatorRequest(
        kind="approval",
        text="Carry out this plan?",
        choices=("yes", "no"),
        digest=state["digest"],
        findings=tuple(state.get("warnings", [])),
    )
    answer = Approval.model_validate(interrupt(request.model_dump(), response_schema=Approval))
    mission = runtime.context
    if answer.approved and answer.digest == state["digest"]:
        mission.emit("approved", {"digest": answer.digest, "by": answer.by})
        return {"approved": answer.digest}
    why = "the plan was not approved" if not answer.approved else "the approval was for another plan"
    if answer.by != "operator":
        why += f" ({answer.by})"
    mission.emit("refused", {"digest": state["digest"], "by": answer.by, "why": why})
    return {"status": "refused", "summary": f"Not carried out: {why}."}
