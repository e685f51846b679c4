"""Refuted calls: what exactly a finding rules out for good, and which calls that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from skills import Skill
    from skills.call import SkillCall
    from verifier.finding import Finding

__all__ = ["NAMED", "by_names", "named_parameters", "refuted_part", "refutes"]

NAMED: tuple[Literal["place", "thing", "door"], ...] = ("place", "thing", "door")
"""The kinds of parameter whose argument is a name on the map."""


def refuted_part(call: SkillCall, finding: Finding, skill: Skill | None) -> SkillCall:
    """The call with those arguments alone that a refutation rests on.

    Where a name is wrong or cannot be reached, the same skill with the same names is out, whatever it is to ask or say there.
    Where a number or a text is wrong, only this very call is.

    Args:
        call: The call that was judged.
        finding: What was found, with ``refuted`` set.
        skill: The skill, if there is one of that name.
    """
    if skill is None or finding.code == "TIME":
        return call
    names = named_parameters(skill)
    if finding.code == "BAD_ARGUMENT" and finding.subject not in names and set(call.args) - set(names):
        return call
    if not all(isinstance(call.args.get(name), str | None) for name in names):
        return call
    from skills.call import SkillCall  # not before it is needed: training imports this file, and has no Pydantic

    return SkillCall(skill=call.skill, args={name: call.args[name] for name in names if call.args.get(name) is not None})


def named_parameters(skill: Skill) -> tuple[str, ...]:
    """The parameters whose argument is a name on the map."""
    return tuple(parameter.name for parameter in skill.parameters if parameter.kind in NAMED)


def by_names(refuted: SkillCall, skill: Skill) -> bool:
    """Whether a refutation rests on names alone, so that it rules out every call with these names."""
    names = named_parameters(skill)
    return refuted.skill == skill.name and all(
        name in names and isinstance(value, str | None) for name, value in refuted.args.items()
    )


def refutes(refuted: SkillCall, call: SkillCall, skill: Skill) -> bool:
    """Whether a refuted call rules another one out."""
    if refuted.skill != call.skill:
        return False
    if not by_names(refuted, skill):
        return refuted.args == call.args
    return all(refuted.args.get(name) == call.args.get(name) for name in named_parameters(skill))
