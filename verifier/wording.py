"""Wording: calls, edits, names and numbers as they stand in sentences, cut where they are absurdly long."""

from skills.call import Plan, SkillCall
from verifier.edit import Edit

__all__ = ["cut", "edit_text", "number", "quoted", "short", "whole"]

_LONGEST = 80


def edit_text(edit: Edit, plan: Plan) -> str:
    """An edit of a plan as people read it, with the calls that it is about."""
    if edit.verb == "insert" and edit.call is not None:
        return f"{short(edit.call)} {_before(edit.step, plan)}"
    named = f"step {edit.step} {short(plan.steps[edit.step - 1])}"
    if edit.verb == "replace" and edit.call is not None:
        return f"{short(edit.call)} instead of {named}"
    if edit.verb == "drop":
        return f"leave out {named}"
    later = edit.to is not None and edit.to > edit.step
    return f"move {named} {'after' if later else 'before'} step {edit.to}"


def _before(step: int, plan: Plan) -> str:
    return f"before step {step}" if step <= len(plan.steps) else "at the end"


def short(call: SkillCall) -> str:
    """The call as people read it, cut where an argument is absurdly long; control characters are escaped."""
    args = ", ".join(f"{cut(name)}={quoted(value)}" for name, value in list(call.args.items())[:8])
    return f"{call.skill}({args}{', ...' if len(call.args) > 8 else ''})"


def cut(text: str, longest: int = _LONGEST) -> str:
    """The text, or its beginning."""
    return text if len(text) <= longest else text[: longest - 3] + "..."


def quoted(value: object) -> str:
    """A name or value in quotation marks, control characters escaped."""
    try:
        return cut(repr(value[: _LONGEST + 1] if isinstance(value, str) else value))
    except (ValueError, RecursionError):  # an integer too long to print, or nesting beyond reason
        return f"<{type(value).__name__}>"


def number(value: float | None) -> str:
    """Two decimals below ten, one below a hundred, none above."""
    if value is None:
        return "?"
    size = abs(value)
    return f"{value:.2f}" if size < 10 else f"{value:.1f}" if size < 100 else f"{value:.0f}"


def whole(value: float | None) -> str:
    """A number without decimals."""
    return "?" if value is None else f"{value:.0f}"
