"""Judgements: what can be said of a condition by what was seen, and by which of their words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

__all__ = ["UNKNOWN", "Answer", "Judgement"]

Answer = Literal["holds", "fails", "unknown"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the judge says.

    Attributes:
        answer: ``unknown`` where the words of condition and observation do not settle it.
        condition: The words of the condition that it went by.
        seen: The words of the observation that it went by.
    """

    answer: Answer = "unknown"
    condition: str = ""
    seen: str = ""

    @property
    def known(self) -> bool:
        """Whether it says anything."""
        return self.answer != "unknown"

    def turned(self) -> Judgement:
        """The judgement on the contrary."""
        if not self.known:
            return self
        return replace(self, answer="fails" if self.answer == "holds" else "holds")


UNKNOWN = Judgement()
