"""Plan changes: remedies that take more than another call for one step: charge first, reorder, drop. Each is judged whole.

A change is offered only when the changed plan, verified from the first step to the last, has lost the finding and gained no
other. One of each kind is kept, the kinds in the order in which they cost the mission least: steps in another order,
a charge stop more, a step less.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from skills import Plan, SkillCall, SkillSet
from verifier.contracts import charges
from verifier.edit import Edit, apply_edits
from verifier.finding import Alternative, Code, Finding
from verifier.step import Step
from verifier.verdict import Verdict

__all__ = ["Judge", "plan_alternatives"]

Judge = Callable[[Plan], Verdict]
"""Verifies a changed plan under the same circumstances, without looking for alternatives."""

_TRIES = 12
"""Changed plans of one kind that are judged for one finding."""
_NEAR = 6
"""How many steps before and after the finding's step are looked at first."""

_SPENT: tuple[Code, ...] = ("BATTERY", "TIME", "DISTANCE", "ENERGY", "STEPS")
"""Where the cheapest change is sought; elsewhere the one that disturbs the plan least, which is the first that works."""

_Kind = Callable[[Plan, Finding, Sequence[Step]], Iterator[Edit]]


def plan_alternatives(
    plan: Plan, verdict: Verdict, finding: Finding, steps: Sequence[Step], judge: Judge
) -> tuple[Alternative, ...]:
    """Changes of the plan as a whole that remove a finding.

    Args:
        plan: The plan.
        verdict: Its verdict.
        finding: One of its errors, about a step.
        steps: The steps as simulated.
        judge: Verifies a changed plan.

    Returns:
        At most one for each kind of change, verified.
    """
    if finding.step is None or finding.because_of is not None or not steps:
        return ()
    before = _errors(verdict)
    found: list[Alternative] = []
    for kind in _KINDS.get(finding.code, ()):
        best: tuple[float, Edit] | None = None
        for edit in islice(kind(plan, finding, steps), _TRIES):
            changed = judge(apply_edits(plan, (edit,)))
            if not changed.steps or _errors(changed) >= before or _still(changed, finding):
                continue
            cost = changed.totals.time_s[1]
            if best is None or cost < best[0]:
                best = (cost, edit)
            if finding.code not in _SPENT:
                break
        if best is not None:
            found.append(_alternative(plan, best[1]))
    return tuple(found)


def _errors(verdict: Verdict) -> int:
    return sum(finding.severity == "error" for finding in verdict.all_findings())


def _still(verdict: Verdict, finding: Finding) -> bool:
    """Whether a changed plan has the same trouble, perhaps at another step."""
    return any(
        other.severity == "error" and other.code == finding.code and other.subject == finding.subject
        for other in verdict.all_findings()
    )


def _alternative(plan: Plan, edit: Edit) -> Alternative:
    from verifier.wording import edit_text

    call = edit.call if edit.verb == "insert" else None
    return Alternative(call=call, change=edit_text(edit, plan), edits=(edit,))


def _reorder(plan: Plan, finding: Finding, steps: Sequence[Step]) -> Iterator[Edit]:
    """The step itself later or earlier, or a later step before it; the nearest first."""
    here, last = finding.step or 1, len(plan.steps)
    for away in range(1, min(_NEAR, last) + 1):
        if here + away <= last:
            yield Edit(verb="move", step=here, to=here + away)
            if away > 1:
                yield Edit(verb="move", step=here + away, to=here)
        if here - away >= 1:
            yield Edit(verb="move", step=here, to=here - away)


def _charge_sooner(plan: Plan, finding: Finding, steps: Sequence[Step]) -> Iterator[Edit]:
    """A charge stop that the plan has later on, moved to where it still can be reached."""
    here = finding.step or 1
    skills = steps[0].scope.skills
    later = [number for number, call in enumerate(plan.steps, start=1) if number >= here and _charges(skills, call)]
    for number in later[:2]:
        for to in _positions(here):
            if to < number:
                yield Edit(verb="move", step=number, to=to)


def _charge_stop(plan: Plan, finding: Finding, steps: Sequence[Step]) -> Iterator[Edit]:
    """A charge stop more, before the finding's step or before one of the steps that lead up to it."""
    here = finding.step or 1
    for to in _positions(here):
        for call in _charge_calls(steps[to - 1]):
            yield Edit(verb="insert", step=to, call=call)


def _drop(plan: Plan, finding: Finding, steps: Sequence[Step]) -> Iterator[Edit]:
    """One step less: the finding's own, or one of those before it."""
    if len(plan.steps) > 1:
        for number in _positions(finding.step or 1):
            yield Edit(verb="drop", step=number)


def _drop_this(plan: Plan, finding: Finding, steps: Sequence[Step]) -> Iterator[Edit]:
    if len(plan.steps) > 1 and finding.step is not None:
        yield Edit(verb="drop", step=finding.step)


def _positions(here: int) -> Iterator[int]:
    """Step numbers from a step back to the first."""
    yield from range(here, max(0, here - 2 * _NEAR), -1)


def _charges(skills: SkillSet, call: SkillCall) -> bool:
    skill = skills.get(call.skill)
    return skill is not None and charges(skill)


def _charge_calls(step: Step) -> Iterator[SkillCall]:
    """Calls that fill the battery, at the two docks nearest to where the robot is before a step."""
    from maps import distance

    scope, here = step.scope, step.before.pose.point
    docks = sorted((p for p in scope.world.places.values() if p.is_dock), key=lambda p: distance(p.centre, here))
    for skill in scope.skills:
        needed = [parameter for parameter in skill.parameters if parameter.required]
        places = [parameter for parameter in skill.parameters if parameter.kind == "place"]
        if charges(skill) and len(places) == 1 and all(parameter is places[0] for parameter in needed):
            for dock in docks[:2]:
                yield SkillCall(skill=skill.name, args={places[0].name: dock.name})


_KINDS: dict[Code, tuple[_Kind, ...]] = {
    "BATTERY": (_charge_sooner, _charge_stop, _drop),
    "TIME": (_reorder, _drop),
    "DISTANCE": (_reorder, _drop),
    "ENERGY": (_reorder, _drop),
    "STEPS": (_drop,),
    "PRECONDITION": (_reorder, _drop_this),
    "INVARIANT": (_reorder, _drop_this),
    "RULE": (_reorder,),
}
