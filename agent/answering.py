"""Answers given ahead, without a terminal: what a stored mission waits for, and an operator that has the answer with it."""

from collections.abc import Iterable

from agent.errors import BadOption
from agent.events import Event
from agent.operator import Answer, Approval, Operator, OperatorAnswer, OperatorRequest

__all__ = ["answer_to", "answering_first", "pending_request"]

_ASKED = frozenset({"question", "approval_requested"})
_SILENT = frozenset({"mission_resumed", "planner_switched", "spent", "held", "world_changed", "rules", "rule_broken"})
"""Events that leave a question open: what the robot sees while a mission waits answers nothing."""

_WORDS = {"yes": True, "y": True, "1": True, "no": False, "n": False, "2": False}


def pending_request(events: Iterable[Event]) -> OperatorRequest | None:
    """What a mission waits to be told, from its journal; None when it waits for nobody."""
    for event in reversed(tuple(events)):
        if event.type in _ASKED:
            return OperatorRequest.model_validate(event.data)
        if event.type not in _SILENT:
            return None
    return None


def answer_to(request: OperatorRequest, text: str) -> OperatorAnswer:
    """A text as the answer to a request.

    Args:
        request: What was asked.
        text: What the operator says: for an approval yes or no, otherwise a choice by number or name, or free text.

    Raises:
        BadOption: It is none of the answers that there are.
    """
    if request.kind == "approval":
        word = text.strip().casefold()
        if word not in _WORDS:
            raise BadOption(f"The answer {text!r} is neither yes nor no; the mission asks: {request.text}")
        return Approval(approved=_WORDS[word], digest=request.digest)
    chosen = request.chosen(text)
    if not chosen:
        choices = f"one of: {', '.join(request.choices)}" if request.choices else "a sentence"
        raise BadOption(f"The answer {text!r} does not answer {request.text!r}: give {choices}.")
    return Answer(text=chosen)


def answering_first(request: OperatorRequest, answer: OperatorAnswer, otherwise: Operator) -> Operator:
    """An operator that gives an answer once, to exactly this request, and leaves everything else to another operator."""
    left = [answer]

    async def operator(asked: OperatorRequest) -> OperatorAnswer | None:
        if left and asked == request:
            return left.pop()
        return await otherwise(asked)

    return operator
