"""The one place where findings become sentences: what failed, why with numbers and units, what would work instead."""

from skills.call import SkillCall
from verifier.finding import Code, Finding
from verifier.reasons import REASONS, Detail, in_outcome
from verifier.wording import quoted, short

__all__ = ["sentence", "told"]

_NEAR_M = 3.0
"""A pose farther from the goal than this does not serve in its stead and is not spoken of, metres."""


def sentence(finding: Finding, call: SkillCall | None = None) -> str:
    """Render a finding as one sentence that a person or a language model can repair from.

    Args:
        finding: The finding; its ``message`` is not looked at.
        call: The call that it is about; None for findings about the whole plan.

    Returns:
        For example ``Step 3 goto(place='lab'): doorway 'lab door' is 0.64 m wide, this robot needs 0.72 m.``
    """
    where = "" if finding.step is None else f"Step {finding.step}" + ("" if call is None else f" {short(call)}") + ": "
    parts = [_provided(finding.detail) + REASONS[finding.code](finding, finding.detail)]
    if finding.because_of is not None:
        parts.append(f"this hangs on step {finding.because_of}")
    if remedy := _remedy(finding):
        parts.append(remedy)
    text = where + "; ".join(parts) + "."
    return text if where or finding.code == "GREY_205" else text[:1].upper() + text[1:]  # which begins with the name of a file


def _provided(d: Detail) -> str:
    """What has to be so for the finding to hold, where it need not be."""
    if load := d.get("load"):
        return f"with {', '.join(quoted(name) for name in load)} in the hand{in_outcome(d)} "
    return "if this step fails, " if d.get("if_fails") else ""


def told(finding: Finding, call: SkillCall | None = None) -> Finding:
    """The finding with its margin and its sentence filled in."""
    measured = finding.model_copy(update={"margin": _margin(finding)})
    return measured.model_copy(update={"message": sentence(measured, call)})


def _margin(finding: Finding) -> float | None:
    """What there is to spare: available less needed; the other way round where ``needed`` is the most that is allowed."""
    if finding.needed is None or finding.available is None:
        return None
    spare = finding.available - finding.needed
    return round(-spare if finding.code in _AT_MOST else spare, 6)


_AT_MOST: tuple[Code, ...] = ("OUT_OF_REACH", "NOT_VISIBLE", "BAD_ARGUMENT")


def _remedy(finding: Finding) -> str:
    """What would work, from the verified alternatives."""
    texts: list[str] = []
    for alternative in finding.alternatives:
        if alternative.change is not None:
            texts.append(alternative.change)
        elif alternative.call is not None:
            texts.append(f"use {short(alternative.call)}")
    nearest = finding.detail.get("nearest")
    lead = ""
    if isinstance(nearest, str):
        lead = f"nearest place it can reach is {quoted(nearest)}, {_metres(finding)} m away"
    pose, away = finding.detail.get("nearest_pose"), finding.detail.get("nearest_pose_m")
    if isinstance(pose, list | tuple) and isinstance(away, int | float) and away <= _NEAR_M:
        way = finding.detail.get("nearest_pose_way") or "away"
        lead = f"nearest pose that works: {away:.2f} m {way}, ({pose[0]:.2f}, {pose[1]:.2f})" + (f"; {lead}" if lead else "")
    works = f"verified to work: {' or '.join(texts)}" if texts else ""
    return "; ".join(part for part in (lead, works) if part)


def _metres(finding: Finding) -> str:
    away = finding.detail.get("nearest_m")
    return f"{away:.1f}" if isinstance(away, int | float) else "?"
