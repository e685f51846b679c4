"""ask: the mission pauses for the operator's answer to a question from the planner, from a step, or about a lost step."""

import re

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agent.house_rules import broken_rules
from agent.nodes.next_step import after_success
from agent.noting import settled
from agent.operator import Answer, OperatorRequest
from agent.runtime import MissionRuntime
from agent.state import Json, MissionState
from skills import Observation, Outcome

__all__ = ["ask"]


async def ask(state: MissionState, runtime: Runtime[MissionRuntime]) -> Json:
    """Put the question in ``request`` and work the answer into the mission."""
    request = OperatorRequest.model_validate(state["request"])
    answer = Answer.model_validate(interrupt(request.model_dump(), response_schema=Answer)).text.strip()
    runtime.context.emit("answered", {"question": request.text, "answer": answer})
    if request.kind == "question":
        return {"request": None, "instruction": with_answer(state["instruction"], request, answer)}
    if request.kind == "step_question":
        outcome = Outcome(status="succeeded", value=answer, observations=(Observation(f"The operator said: {answer}", "heard"),))
        return await _close_step(state, runtime.context, outcome)
    if request.kind == "rule":
        return _settle_rule(state, runtime.context, request, answer)
    if answer == "done":
        seen = Outcome(status="succeeded", message="The operator saw that it was done.")
        return await _close_step(state, runtime.context, seen)
    if answer == "repeat":
        failed = Outcome(status="failed", message="The operator saw that it was not done.")
        return {"request": None, "attempt": state["attempt"] + 1, "outcome": None, **settled(state, failed)}
    return {
        "request": None,
        "status": "failed",
        "summary": "The operator ended the mission at a step of unknown outcome.",
    }


def with_answer(instruction: str, request: OperatorRequest, answer: str) -> str:
    """The instruction with the words that the question was about replaced by the answer, or with the answer added.

    A mention of several candidates, or of nothing on this map, is one span of the mission; the answer replaces it, so that the
    next brief reads as if it had been said clearly at once, and the same is not asked again. What stands around the span and is
    said by the answer too is said once: "Tom" in "onto Tom's desk" becomes "Tom Silva's desk", not "Tom Silva's desk's desk".
    """
    span = request.about
    if span and (answer in request.choices or not request.choices) and instruction.count(span) == 1:
        before, after = instruction.split(span)
        return before[: len(before) - _again(before, answer)] + answer + after[_again(answer, after) :]
    return f"{instruction} ({answer})"


def _again(left: str, right: str) -> int:
    """How many letters at the end of one text are the beginning of the other, in whole words; a number said twice may be two."""
    for size in range(min(len(left), len(right)), 1, -1):
        said = right[:size]
        same = left[-size:].casefold() == said.casefold() and re.search(r"[^\W\d_]{2}", said) and not re.search(r"\d", said)
        if same and _between(left, len(left) - size) and _between(right, size):
            return size
    return 0


def _between(text: str, at: int) -> bool:
    """Whether a place in a text is between two words: Chinese has no spaces, so every place in it is."""
    return not re.fullmatch(r"[^\W\u3040-\u30ff\u3400-\u9fff]{2}", text[max(0, at - 1) : at + 1])


def _settle_rule(state: MissionState, mission: MissionRuntime, request: OperatorRequest, answer: str) -> Json:
    """What becomes of the mission after a house rule was, or would have been, broken."""
    if answer == "set the rule aside" and mission.keeper is not None:
        mission.keeper.set_aside(broken_rules(state.get("findings", [])))
        return {"request": None, "findings": []}
    if answer == "plan again" and state.get("replans", 0) < mission.max_replans:
        mission.emit("replanning", {"why": "the operator wants another plan"})
        return {"request": None, "plan": None, "replans": state.get("replans", 0) + 1, "rejected": [], "refuted": []}
    why = "The operator ended the mission" if answer == "end" else f"Stopped after {mission.max_replans} new plans"
    return {"request": None, "status": "failed", "summary": f"{why}: {' '.join(request.findings) or request.text}"}


async def _close_step(state: MissionState, mission: MissionRuntime, outcome: Outcome) -> Json:
    """A step that the operator's answer has closed; what follows it is what follows any other."""
    assert state["plan"] is not None
    entry = {"call": state["plan"]["steps"][state["step"]], "outcome": outcome.model_dump(mode="json")}
    update: Json = {
        "request": None, "outcome": None, "history": [*state.get("history", []), entry], "attempt": 0, **settled(state, outcome),
    }  # fmt: skip
    return after_success(state, update, mission, await mission.observe_robot(), outcome)
