"""Finding: one thing that is wrong with a plan, as data with numbers; and the alternatives that were verified."""

from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from skills.call import SkillCall
from verifier.edit import Edit

__all__ = ["Alternative", "Code", "Finding", "Severity"]

Severity: TypeAlias = Literal["error", "warning", "note"]

Code: TypeAlias = Literal[
    "EMPTY_PLAN", "UNKNOWN_SKILL", "BAD_ARGUMENT", "UNKNOWN_NAME", "WRONG_MAP", "STALE_REVISION",
    "START_OUTSIDE_MAP", "GOAL_OUTSIDE_MAP", "START_OCCUPIED", "GOAL_OCCUPIED", "NO_VALID_PATH", "NEEDS_LIFT",
    "UNKNOWN_SPACE", "KEEPOUT", "CLEARANCE", "DOOR_CLOSED", "OUT_OF_REACH", "NOT_VISIBLE",
    "PRECONDITION", "INVARIANT", "BATTERY", "TIME", "DISTANCE", "ENERGY", "STEPS", "RULE", "UNVERIFIABLE",
    "WITHIN_TOLERANCE", "NOT_DRIVABLE", "NO_LANE", "GREY_205", "GRAPH_ONLY", "GRIP_FORCE",
    "CONDITION_NOT_MET", "CONDITION_IGNORED",
]  # fmt: skip


class Alternative(BaseModel):
    """Something that was itself verified to work: another call in this step's stead, or a change to make first.

    Attributes:
        call: The call to make instead; with a ``change``, the call to insert before the finding's step.
        change: The change in words.
        edits: The change of the plan as data, where it is more than that one call; see ``edits_at``.
        verified: Always true: nothing else is offered.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    call: SkillCall | None = None
    change: str | None = None
    edits: tuple[Edit, ...] = ()
    verified: Literal[True] = True

    def edits_at(self, step: int) -> tuple[Edit, ...]:
        """What this alternative of a finding about a step does to the plan; nothing where it is not the plan that must change."""
        if self.edits or self.call is None:
            return self.edits
        return (Edit(verb="replace" if self.change is None else "insert", step=step, call=self.call),)


class Finding(BaseModel):
    """One thing that is wrong, with numbers. The sentence is rendered from the data in ``verifier.message``, last.

    Attributes:
        code: What kind of wrong.
        severity: Only an error makes a plan infeasible.
        step: Step number, 1-based; None for findings about the whole plan.
        subject: The name it is about: a place, door, zone, parameter, condition.
        needed: Amount needed, in ``unit``.
        available: Amount there is, in ``unit``.
        margin: What there is to spare, in ``unit``; negative by what it falls short. Filled in by ``verify``.
        unit: ``m``, ``s``, ``Wh`` or empty.
        where: Where on the map, metres.
        alternatives: At most three, each verified.
        because_of: The earlier step whose failure this one hangs on; such a finding vanishes when that step is repaired.
        refuted: True when the call cannot hold whatever the earlier steps are; only such calls leave the grammar in repair.
        detail: Extra facts for the sentence.
        message: The sentence, filled in by ``verify``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    severity: Severity = "error"
    step: int | None = None
    subject: str = ""
    needed: float | None = None
    available: float | None = None
    margin: float | None = None
    unit: str = ""
    where: tuple[float, float] | None = None
    alternatives: tuple[Alternative, ...] = ()
    because_of: int | None = None
    refuted: bool = False
    detail: dict[str, Any] = {}
    message: str = ""
