"""Repair: mend a plan from the verdict alone, without any language model.

Only what the findings say is used: verified alternatives first, then leaving out the step that cannot be carried out and what hangs
on it. Every attempt is verified again; one is kept only if it leaves fewer errors, or as many and fewer steps, so that the search
ends. A plan of which more than a third would have to be left out is not mended but another plan, and is not offered.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from skills import Plan
from verifier.edit import Edit, apply_edits
from verifier.finding import Finding
from verifier.verdict import Verdict

__all__ = ["Mended", "repair"]

_ROUNDS = 24
"""Edits that are made at most, one after the other."""
_TRIES = 16
"""Attempts in one round."""
_MOST_LEFT_OUT = 3
"""One step in so many may be left out, and always one."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A repaired plan.

    Attributes:
        plan: The plan.
        verdict: Its verdict; ``ok`` unless nothing more could be mended.
        edits: What was changed, one edit after the other.
        reasons: The sentence of the finding that each edit answers.
        left_out: How many steps had to be left out because nothing verified would do in their stead.
    """

    plan: Plan
    verdict: Verdict
    edits: tuple[Edit, ...] = ()
    reasons: tuple[str, ...] = ()
    left_out: int = 0


def repair(
    plan: Plan,
    verdict: Verdict,
    judge: Callable[[Plan], Verdict],
    *,
    leave_out: bool = True,
    insert: Collection[str] | None = None,
) -> Mended:
    """Mend a plan as far as its findings say how.

    Args:
        plan: The plan that was refused.
        verdict: Its verdict.
        judge: Verifies a changed plan as the first one was.
        leave_out: Whether steps may be left out where no verified alternative is left.
        insert: Only calls of these skills are put in, and no step is replaced or moved; None for whatever is verified to work.

    Returns:
        The mended plan with its verdict; the plan as it was when nothing helps.
    """
    mended = _addressed(Mended(plan, verdict), judge)
    for _ in range(_ROUNDS):
        if mended.verdict.ok:
            break
        better = _step(mended, judge, leave_out, insert)
        if better is None:
            break
        mended = better
    return mended


def _addressed(mended: Mended, judge: Callable[[Plan], Verdict]) -> Mended:
    """A plan that was made for another map is judged as one for this map."""
    wrong = next((finding for finding in mended.verdict.findings if finding.code == "WRONG_MAP"), None)
    if wrong is None:
        return mended
    plan = mended.plan.model_copy(update={"map": str(wrong.detail["map"]), "revision": None})
    return Mended(plan, judge(plan))


def _step(mended: Mended, judge: Callable[[Plan], Verdict], leave_out: bool, insert: Collection[str] | None) -> Mended | None:
    """The first attempt after which all is well, else the best of those that make it better; None if none does."""
    before = _badness(mended.verdict)
    best: Mended | None = None
    attempts = _attempts(mended, leave_out)
    if insert is not None:
        attempts = (attempt for attempt in attempts if all(_inserts(edit, insert) for edit in attempt[0]))
    for edits, finding, dropped in islice(attempts, _TRIES):
        try:
            plan = apply_edits(mended.plan, edits)
        except ValueError:
            continue
        left_out = mended.left_out + dropped
        if not plan.steps or left_out > max(1, (len(plan.steps) + left_out) // _MOST_LEFT_OUT):
            continue
        verdict = judge(plan)
        reasons = (*mended.reasons, *[finding.message] * len(edits))
        tried = Mended(plan, verdict, (*mended.edits, *edits), reasons, left_out)
        if verdict.ok:
            return tried
        if _badness(verdict) < before and (best is None or _rank(tried) < _rank(best)):
            best = tried
    return best


def _inserts(edit: Edit, skills: Collection[str]) -> bool:
    return edit.verb == "insert" and edit.call is not None and edit.call.skill in skills


def _rank(mended: Mended) -> tuple[int, int]:
    """Most steps kept first, then fewest errors; among equals the earlier attempt stays."""
    return mended.left_out, _badness(mended.verdict)[0]


def _attempts(mended: Mended, leave_out: bool) -> Iterator[tuple[tuple[Edit, ...], Finding, int]]:
    """Edits that the findings speak for, those of the earliest step first; what only leaves a step out comes last."""
    errors = [finding for finding in mended.verdict.all_findings() if finding.severity == "error" and finding.step is not None]
    own = [finding for finding in errors if finding.because_of is None] or errors
    drops: list[tuple[tuple[Edit, ...], Finding, int]] = []
    for finding in own:
        step = finding.step or 0
        for alternative in finding.alternatives:
            edits = alternative.edits_at(step)
            dropped = sum(edit.verb == "drop" for edit in edits)
            if dropped:
                drops.append((edits, finding, dropped))
            elif edits:
                yield edits, finding, 0
    if not leave_out:
        return
    yield from drops
    for finding in own:
        step = finding.step or 0
        yield (Edit(verb="drop", step=step),), finding, 1
        hanging = sorted({other.step for other in errors if other.because_of == step and other.step is not None} | {step})
        if len(hanging) > 1:
            yield tuple(Edit(verb="drop", step=number) for number in reversed(hanging)), finding, len(hanging)


def _badness(verdict: Verdict) -> tuple[int, int]:
    """Errors, and among as many the steps that there are."""
    return sum(finding.severity == "error" for finding in verdict.all_findings()), len(verdict.steps)
