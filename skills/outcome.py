"""Outcome: how a skill ended, with evidence, what it observed and how the world changed."""

from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from skills.observation import Observation

__all__ = ["Outcome", "OutcomeStatus"]

OutcomeStatus: TypeAlias = Literal["succeeded", "failed", "cancelled", "timed_out", "uncertain", "needs_operator"]


class Outcome(BaseModel):
    """How one skill call ended.

    Attributes:
        status: ``uncertain`` means nobody knows whether it happened: a person must look. ``needs_operator`` is how ``ask`` pauses.
        code: Cause code (Nav2's words where there is one); empty on success.
        message: One sentence for people.
        value: What the skill returned, as JSON (``inspect``'s answer, ``search``'s find).
        evidence: Numbers that support the status: final pose, distance driven, seconds.
        observations: What was seen, done or heard, one sentence each, for the report and for replanning.
        learnt: Whether the world changed so that the rest of the plan must be re-verified (and, for uncertain skills, replanned).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)  # judging a plan makes none

    status: OutcomeStatus
    code: str = ""
    message: str = ""
    value: JsonValue = None
    evidence: dict[str, JsonValue] = Field(default_factory=dict)
    observations: tuple[Observation, ...] = ()
    learnt: bool = False

    @property
    def ok(self) -> bool:
        """Whether the skill did what it says."""
        return self.status == "succeeded"
