"""What a mission asks of its operator, and the answers it takes. They cross the graph's interrupts as typed data."""

from collections.abc import Awaitable, Callable
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from agent.choosing import choice_of

__all__ = ["Answer", "Approval", "Operator", "OperatorAnswer", "OperatorRequest"]


class OperatorRequest(BaseModel):
    """What the operator is asked.

    Attributes:
        kind: ``approval`` of a verified plan; ``question`` from the planner; ``step_question`` asked by a step of the
            plan; ``uncertain`` when nobody knows whether a step happened.
        text: The question, one sentence.
        choices: Answers to choose from; empty for free text.
        about: The words of the mission that the question is about.
        digest: For an approval: what exactly is approved.
        findings: Sentences of the warnings to approve.
        told: What the map knows of each choice beside its name, by which an answer may mean it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["approval", "question", "step_question", "uncertain", "rule"]
    text: str
    choices: tuple[str, ...] = ()
    about: str = ""
    digest: str = ""
    findings: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    def chosen(self, text: str) -> str:
        """The choice that an answer means, by its number or in words; any text when there are no choices; empty for none."""
        answer = text.strip()
        return choice_of(answer, self.choices, self.told) if self.choices else answer


class Approval(BaseModel):
    """The answer to a request for approval; it holds for this digest alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    approved: bool
    digest: str
    by: str = "operator"


class Answer(BaseModel):
    """The answer to a question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str


OperatorAnswer: TypeAlias = Approval | Answer

Operator: TypeAlias = Callable[[OperatorRequest], Awaitable[OperatorAnswer | None]]
"""Asks a person; None when nobody can be asked now: the mission then waits."""
