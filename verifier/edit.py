"""Edit: one small change of a plan, as data, so that a person, a model or a script can carry a remedy out."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from skills.call import Plan, SkillCall

__all__ = ["Edit", "EditVerb", "apply_edits"]

EditVerb: TypeAlias = Literal["insert", "replace", "drop", "move"]


class Edit(BaseModel):
    """One change of a plan's steps. Numbers are 1-based and count the steps as they stand when the edit's turn has come.

    Attributes:
        verb: ``insert`` a call before a step, ``replace`` a step by a call, ``drop`` a step, or ``move`` a step.
        step: Which step; for ``insert`` one more than there are steps appends.
        call: The call of ``insert`` and ``replace``.
        to: The number that a moved step has afterwards.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    verb: EditVerb
    step: int
    call: SkillCall | None = None
    to: int | None = None


def apply_edits(plan: Plan, edits: Sequence[Edit]) -> Plan:
    """The plan with edits made one after the other; mission, map and revision stay.

    Raises:
        ValueError: An edit names a step that is not there, or lacks its call or its new number.
    """
    steps = list(plan.steps)
    for edit in edits:
        last = len(steps) + (1 if edit.verb == "insert" else 0)
        if not 1 <= edit.step <= last:
            raise ValueError(f"cannot {edit.verb} step {edit.step} of a plan of {len(steps)} steps")
        if edit.verb in ("insert", "replace") and edit.call is None:
            raise ValueError(f"cannot {edit.verb} step {edit.step} without a call")
        index = edit.step - 1
        if edit.verb == "insert" and edit.call is not None:
            steps.insert(index, edit.call)
        elif edit.verb == "replace" and edit.call is not None:
            steps[index] = edit.call
        elif edit.verb == "drop":
            del steps[index]
        else:
            if edit.to is None or not 1 <= edit.to <= len(steps):
                raise ValueError(f"cannot move step {edit.step} to {edit.to} in a plan of {len(steps)} steps")
            steps.insert(edit.to - 1, steps.pop(index))
    return plan.model_copy(update={"steps": tuple(steps)})
