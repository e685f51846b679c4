"""Events: what happens in a mission, as one versioned record that the terminal, the journal and the tests all read."""

from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Event", "EventType"]

EventType: TypeAlias = Literal[
    "mission_started", "mission_resumed", "planner_switched", "proposed", "planner_failed", "verified", "mended",
    "approval_requested", "approved", "refused", "question", "answered", "intent", "dispatched",
    "skill_begun", "rules", "rule_broken", "spent", "limit", "authorised", "progress", "observed", "world_changed", "replanning",
    "held", "cancelled", "finished", "sealed",
]  # fmt: skip


class Event(BaseModel):
    """One line of a mission's journal (docs/formats.md).

    Attributes:
        v: Version of this format.
        seq: 1, 2, 3, ... within the mission.
        time: UTC, ISO 8601 with milliseconds.
        mission: The mission's id.
        type: What happened.
        data: Facts, by type.
        prev: SHA-256 of the line before, hexadecimal; 64 zeros for the first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    v: Literal[1] = 1
    seq: int
    time: str = Field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))
    mission: str
    type: EventType
    data: dict[str, Any] = Field(default_factory=dict)
    prev: str
