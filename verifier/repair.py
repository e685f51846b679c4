"""Repair: mend a plan from the verdict alone, without any language model.

Only what the findings say is used: verified alternatives first, then leaving out the step that cannot be carried out and what hangs
on it. Every attempt is verified again; one is kept only if it leaves fewer errors, or as many and fewer steps, so that the search
ends by itself, however long the plan is; whoever cannot wait gives it a time. A plan of which more than a third would have to be
left out is not mended but another plan, and is not offered.
"""

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from time import monotonic

from skills import Plan
from verifier.alternatives import MOST
from verifier.edit import Edit, apply_edits
from verifier.finding import Finding
from verifier.verdict import Verdict

__all__ = ["Mended", "repair"]

_TRIES = 16
"""So many attempts are compared with each other; more are made only while none of them helps."""
_SINGLY = _TRIES // MOST
"""So many findings are mended one at a time, all their alternatives compared; of more, the calls that are wrong in themselves are
first replaced all at once."""
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
        in_time: Whether all that the findings say was tried, or nothing was left to mend; False where the time was up before.
    """

    plan: Plan
    verdict: Verdict
    edits: tuple[Edit, ...] = ()
    reasons: tuple[str, ...] = ()
    left_out: int = 0
    in_time: bool = True


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Edits that may help, the sentence that each of them answers, and how many steps they leave out."""

    edits: tuple[Edit, ...]
    reasons: tuple[str, ...]
    dropped: int = 0


def repair(
    plan: Plan,
    verdict: Verdict,
    judge: Callable[[Plan], Verdict],
    *,
    leave_out: bool = True,
    insert: Collection[str] | None = None,
    glance: Callable[[Plan], Verdict] | None = None,
    seconds: float = math.inf,
) -> Mended:
    """Mend a plan as far as its findings say how.

    Args:
        plan: The plan that was refused.
        verdict: Its verdict.
        judge: Verifies a changed plan as the first one was.
        leave_out: Whether steps may be left out where no verified alternative is left.
        insert: Only calls of these skills are put in, and no step is replaced or moved; None for whatever is verified to work.
        glance: The same decision without alternatives, which take most of the time and which only the attempt that is kept needs;
            None judges each attempt in full.
        seconds: After so long no further attempt is begun.

    Returns:
        The mended plan with its verdict; the plan as it was when nothing helps.
    """
    end = monotonic() + seconds
    mended = _addressed(Mended(plan, verdict), judge)
    while not mended.verdict.ok:
        tried, in_time = _best(mended, glance or judge, leave_out, insert, end)
        if tried is not None:
            mended = replace(tried, verdict=judge(tried.plan))
        if not in_time:
            return replace(mended, in_time=False)
        if tried is None:
            break
    return mended


def _addressed(mended: Mended, judge: Callable[[Plan], Verdict]) -> Mended:
    """A plan that was made for another map is judged as one for this map."""
    wrong = next((finding for finding in mended.verdict.findings if finding.code == "WRONG_MAP"), None)
    if wrong is None:
        return mended
    plan = mended.plan.model_copy(update={"map": str(wrong.detail["map"]), "revision": None})
    return Mended(plan, judge(plan))


def _best(
    mended: Mended, glance: Callable[[Plan], Verdict], leave_out: bool, insert: Collection[str] | None, end: float
) -> tuple[Mended | None, bool]:
    """The first attempt after which all is well, else the best of those that make it better; and whether there was time to find it.

    Returns:
        None for the attempt if none makes it better; False where the time was up before enough of them were made.
    """
    before = _badness(mended.verdict)
    best: Mended | None = None
    attempts = _attempts(mended, leave_out)
    if insert is not None:
        attempts = (attempt for attempt in attempts if all(_inserts(edit, insert) for edit in attempt.edits))
    for number, attempt in enumerate(attempts):
        if number >= _TRIES and best is not None:
            break
        if monotonic() >= end:
            return best, False
        tried = _tried(mended, attempt, glance)
        if tried is None:
            continue
        if tried.verdict.ok:
            return tried, True
        if _badness(tried.verdict) < before and (best is None or _rank(tried) < _rank(best)):
            best = tried
            if len(attempt.edits) > _SINGLY and _badness(tried.verdict)[0] + len(attempt.edits) <= before[0]:
                break  # each of its edits has mended what it was to mend
    return best, True


def _tried(mended: Mended, attempt: _Attempt, glance: Callable[[Plan], Verdict]) -> Mended | None:
    """The plan after an attempt; None for one that cannot be made, or that leaves too little of the plan."""
    try:
        plan = apply_edits(mended.plan, attempt.edits)
    except ValueError:
        return None
    left_out = mended.left_out + attempt.dropped
    if not plan.steps or left_out > max(1, (len(plan.steps) + left_out) // _MOST_LEFT_OUT):
        return None
    return Mended(plan, glance(plan), (*mended.edits, *attempt.edits), (*mended.reasons, *attempt.reasons), left_out)


def _inserts(edit: Edit, skills: Collection[str]) -> bool:
    return edit.verb == "insert" and edit.call is not None and edit.call.skill in skills


def _rank(mended: Mended) -> tuple[int, int]:
    """Most steps kept first, then fewest errors; among equals the earlier attempt stays."""
    return mended.left_out, _badness(mended.verdict)[0]


def _attempts(mended: Mended, leave_out: bool) -> Iterator[_Attempt]:
    """Edits that the findings speak for, those of the earliest step first; what only leaves a step out comes last."""
    errors = [finding for finding in mended.verdict.all_findings() if finding.severity == "error" and finding.step is not None]
    own = [finding for finding in errors if finding.because_of is None] or errors
    if (together := _together(own)) is not None:
        yield together
    drops: list[_Attempt] = []
    for finding in own:
        for alternative in finding.alternatives:
            edits = alternative.edits_at(finding.step or 0)
            dropped = sum(edit.verb == "drop" for edit in edits)
            attempt = _Attempt(edits, (finding.message,) * len(edits), dropped)
            if dropped:
                drops.append(attempt)
            elif edits:
                yield attempt
    if not leave_out:
        return
    yield from drops
    for finding in own:
        step = finding.step or 0
        yield _Attempt((Edit(verb="drop", step=step),), (finding.message,), 1)
        hanging = sorted({other.step for other in errors if other.because_of == step and other.step is not None} | {step})
        if len(hanging) > 1:
            drop = tuple(Edit(verb="drop", step=number) for number in reversed(hanging))
            yield _Attempt(drop, (finding.message,) * len(drop), len(drop))


def _together(own: Sequence[Finding]) -> _Attempt | None:
    """Of many findings: another call for each step whose first alternative is just that. No step's number changes by it."""
    replaced: dict[int, tuple[Edit, str]] = {}
    for finding in own:
        edits = finding.alternatives[0].edits_at(finding.step or 0) if finding.alternatives else ()
        if len(edits) == 1 and edits[0].verb == "replace":
            replaced.setdefault(edits[0].step, (edits[0], finding.message))
    if len(replaced) <= _SINGLY:
        return None
    edits, reasons = zip(*replaced.values(), strict=True)
    return _Attempt(edits, reasons)


def _badness(verdict: Verdict) -> tuple[int, int]:
    """Errors, and among as many the steps that there are."""
    return sum(finding.severity == "error" for finding in verdict.all_findings()), len(verdict.steps)
