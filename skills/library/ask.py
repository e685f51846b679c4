"""Ask: put a question to the operator; the mission pauses for the answer."""

from typing import Annotated

from pydantic import Field

from skills.outcome import Outcome
from skills.skill import skill

__all__ = ["ask"]


@skill(takes=(0.0, 0.0), idempotent=True, phrases=["ask", "ask me", "ask the operator", "check with"])
async def ask(question: Annotated[str, Field(min_length=1, max_length=2000)]) -> Outcome:
    """Ask the operator a question and wait for the answer.

    Args:
        question: What to ask.
    """
    return Outcome(status="needs_operator", code="QUESTION", message=question)
