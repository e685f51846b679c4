"""ask: the mission pauses for the operator's answer to a question from the planner, from a step, or about a lost step."""

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agent.operator import Answer, OperatorRequest
from agent.runtime import MissionRuntime
from agent.state import Json, MissionState
from skills import Outcome

__all__ = ["ask"]


async def ask(state: MissionState, runtime: Runtime[MissionRuntime]) -> Json:
    """Put the question in ``request`` and work the answer into the mission."""
    request = OperatorRequest.model_validate(state["request"])
    answer = Answer.model_validate(interrupt(request.model_dump(), response_schema=Answer)).text.strip()
    runtime.context.emit("answered", {"question": request.text, "answer": answer})
    if request.kind == "question":
        return {"request": None, "instruction": with_answer(state["instruction"], request, answer)}
    if request.kind == "step_question":
        outcome = Outcome(status="succeeded", value=answer, observations=(f"The operator said: {answer}",))
        return _close_step(state, outcome)
    if answer == "done":
        return _close_step(state, Outcome(status="succeeded", message="The operator saw that it was done."))
    if answer == "repeat":
        return {"request": None, "attempt": state["attempt"] + 1, "outcome": None}
    return {
        "request": None,
        "status": "failed",
        "summary": "The operator ended the mission at a step of unknown outcome.",
    }


def with_answer(instruction: str, request: OperatorRequest, answer: str) -> str:
    """The instruction with an ambiguous mention replaced by the chosen name, or with the answer added.

    A planner's question names its candidates; when the mission mentions them by one common span, that span is what the
    answer replaces, so that the next brief reads as if it had been said clearly at once.
    """
    span = request.about
    if span and answer in request.choices and instruction.count(span) == 1:
        return instruction.replace(span, answer)
    return f"{instruction} ({answer})"


def _close_step(state: MissionState, outcome: Outcome) -> Json:
    assert state["plan"] is not None
    entry = {"call": state["plan"]["steps"][state["step"]], "outcome": outcome.model_dump(mode="json")}
    return {
        "request": None,
        "outcome": None,
        "history": [*state.get("history", []), entry],
        "step": state["step"] + 1,
        "attempt": 0,
    }
