"""Explaining: every error that stands on its own gets its alternatives, once the whole plan has been judged."""

from collections.abc import Mapping, Sequence

from skills import Plan
from verifier.alternatives import MOST, with_alternatives
from verifier.finding import Finding
from verifier.plan_changes import Judge, plan_alternatives
from verifier.step import Step
from verifier.verdict import Verdict

__all__ = ["explained"]

_MOST_EXPLAINED = 24
"""For so many findings alternatives are looked for; a plan with more is past repairing one call at a time."""
_MOST_CHANGED = 4
"""For so many findings whole plans are changed and judged again."""


def explained(
    plan: Plan, verdict: Verdict, steps: Sequence[Step], by_step: Mapping[int, Sequence[Finding]], judge: Judge
) -> dict[int, list[Finding]]:
    """The findings by step, with what would work instead.

    Args:
        plan: The plan.
        verdict: Its verdict, without alternatives.
        steps: The steps as simulated.
        by_step: The findings about steps, by number.
        judge: Verifies a changed plan.

    Returns:
        The same findings; errors that do not hang on another carry at most three verified alternatives.
    """
    left, changed = _MOST_EXPLAINED, _MOST_CHANGED
    out: dict[int, list[Finding]] = {}
    for number in sorted(by_step):
        out[number] = []
        for finding in by_step[number]:
            if finding.severity == "error" and left > 0:
                left -= 1
                finding = with_alternatives(steps[number - 1], finding)
                if changed > 0 and len(finding.alternatives) < MOST:
                    more = plan_alternatives(plan, verdict, finding, steps, judge)
                    changed -= 1
                    finding = finding.model_copy(update={"alternatives": (*finding.alternatives, *more)[:MOST]})
            out[number].append(finding)
    return out
