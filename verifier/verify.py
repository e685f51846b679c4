"""The verifier's front door: a pure function from plan, world, state, body, skills and rules to a verdict."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING

from maps import Body, RobotState, Route, World
from maps.clearance import UnknownPolicy
from maps.huge.size import is_huge
from skills import NO_NOTES, Notes, Plan, SkillCall, SkillSet
from verifier.checks import found_in
from verifier.checks.battery import check_docks
from verifier.checks.body import check_body
from verifier.checks.plan import MOST_STEPS, check_plan, state_is_finite
from verifier.digest import digest_of, digest_parts
from verifier.finding import Finding
from verifier.found import Found
from verifier.home import way_back_wh
from verifier.limits import NO_LIMITS, Limits
from verifier.memory import Memory
from verifier.message import told
from verifier.question import question_key
from verifier.reads import Reads
from verifier.rules import Rule
from verifier.standing import Resumed, Walked, digest_known, keep, standing
from verifier.step import Scope, Step
from verifier.verdict import Interval, StepVerdict, Totals, Verdict
from verifier.walk import begin, proceed, simulate

if TYPE_CHECKING:
    from verifier.detour import Detours

__all__ = ["VERDICTS", "examine", "judge", "verify"]

VERDICTS: Memory[tuple[Verdict, Sequence[Step]]] = Memory(32)
"""The last verdicts by everything that they depend on; ``clear`` it to measure."""


def verify(
    plan: Plan,
    world: World,
    state: RobotState,
    body: Body,
    skills: SkillSet,
    rules: Sequence[Rule] = (),
    *,
    unknown: UnknownPolicy = "blocked",
    limits: Limits | None = None,
    notes: Notes = NO_NOTES,
) -> Verdict:
    """Judge a plan: against this map, these zones and doors, this body with its margin, at this revision.

    Pure and deterministic: no clock, no files, no network; the same arguments give the same verdict. It never raises on a
    plan that ``Plan`` accepts, however strange.

    Args:
        plan: What is proposed.
        world: What is known of the map.
        state: Where the robot is, its battery in Wh, what it carries and which doors it has seen.
        body: Its size, margin, limits and energy model.
        skills: What it can do.
        rules: House rules; each judges the whole walk.
        unknown: Whether unseen cells are ``blocked``, ``allowed``, or ``ask``: a route that has to lead through them is given,
            with a warning that the operator has to allow it.
        limits: Most time, distance and steps that the plan may take.
        notes: What earlier steps of the same mission have noted down; nothing at its start.

    Returns:
        The verdict, step by step, with the routes that were verified and all findings that do not follow from another.
        It says nothing about people, moving obstacles or whether the map is right.
    """
    return examine(plan, world, state, body, skills, rules, unknown=unknown, limits=limits, notes=notes)[0]


def examine(
    plan: Plan,
    world: World,
    state: RobotState,
    body: Body,
    skills: SkillSet,
    rules: Sequence[Rule] = (),
    *,
    unknown: UnknownPolicy = "blocked",
    limits: Limits | None = None,
    notes: Notes = NO_NOTES,
    explain: bool = True,
) -> tuple[Verdict, Sequence[Step]]:
    """Judge a plan as ``verify`` does, and keep the simulated steps behind the verdict: what certificates are made from.

    Without ``explain`` no alternatives are looked for, which is how alternatives are themselves judged.
    """
    scope = Scope(
        plan=plan, world=world, state=state, body=body, skills=skills, unknown=unknown, limits=limits or NO_LIMITS, notes=notes
    )
    key = question_key(scope, rules)
    if key is None:
        return judge(scope, rules, explain)[:2]

    def find() -> tuple[Verdict, Sequence[Step]]:
        if not explain:
            return judge(scope, rules, explain)[:2]
        known = standing(key, scope)
        if isinstance(known, tuple):
            return known
        reads = Reads(world) if known is None else Reads(world, standing=known.route)
        digest = digest_known(key) or digest_parts(plan, body, skills, rules)
        verdict, steps, walked = judge(replace(scope, world=reads.watched(), reads=reads), rules, explain, digest, known)
        reads.end_part()
        keep(key, reads, verdict, steps, walked, digest)
        return verdict, steps

    return VERDICTS.recall((key, world.revision, explain), find)


def judge(
    scope: Scope, rules: Sequence[Rule], explain: bool, digest: tuple[str, str] | None = None, known: Resumed | None = None
) -> tuple[Verdict, tuple[Step, ...], Walked | None]:
    """Judge a plan on a scope, remembering nothing of it.

    Args:
        scope: The plan, what it is judged on and how.
        rules: House rules.
        explain: Whether alternatives are looked for.
        digest: What ``digest_parts`` gives, where it is at hand.
        known: First steps that are known from another map.

    Returns:
        The verdict, the steps behind it, and what was found in them.
    """
    plan = scope.plan
    stamp = digest_of(digest or digest_parts(plan, scope.body, scope.skills, rules), scope.world.revision)
    impossible = list(check_body(scope))
    findings = [*check_plan(scope), *impossible]
    found = Found()
    if not impossible and len(plan.steps) <= MOST_STEPS and state_is_finite(scope) and isfinite(scope.state.battery_wh):
        found = _kept(scope, rules, _found(scope, rules, known, {}))
        findings += found.about_plan
    steps, by_step, walked = found.steps, found.by_step, found.walked
    verdict = _verdict(scope, stamp, findings, steps, by_step)
    if explain and not verdict.ok:
        scope.unsettled()
        from verifier.explaining import explained  # most plans are right, and need none of what explains

        def again(changed: Plan) -> Verdict:
            return judge(replace(scope, plan=changed), rules, False)[0]

        by_step = explained(plan, verdict, steps, by_step, again)
        verdict = _verdict(scope, stamp, findings, steps, by_step)
    return verdict, tuple(steps), walked


def _found(scope: Scope, rules: Sequence[Rule], known: Resumed | None, detours: "Detours") -> Found:
    """Walk through the plan, its drives around some regions, and let the rules judge the walk."""
    found = Found()
    found.walked = _walk(scope, found.steps, known, detours)
    found.about_plan += found.walked.about_plan
    found.by_step = {number: list(each) for number, each in enumerate(found.walked.by_step, start=1)}
    for rule in rules:
        for finding in rule.judge(tuple(found.steps)):
            (found.about_plan if finding.step is None else found.by_step.setdefault(finding.step, [])).append(finding)
    return found


def _kept(scope: Scope, rules: Sequence[Rule], found: Found) -> Found:
    """The same with drives around what rules forbid, as far as these keep them."""
    if not any(code == "RULE" for _, code, _ in found.errors()) or is_huge(scope.world.frame.shape):
        return found  # on a huge map another one's clearance takes seconds and gigabytes
    from verifier.detour import led_around

    scope.unsettled()
    free = replace(scope, world=scope.map, reads=None)
    return led_around(found, lambda detours: _found(free, rules, None, detours))


def _verdict(
    scope: Scope,
    digest: str,
    findings: Sequence[Finding],
    steps: Sequence[Step],
    by_step: Mapping[int, Sequence[Finding]],
) -> Verdict:
    """The verdict with its findings put into words."""
    calls: dict[int, SkillCall] = dict(enumerate(scope.plan.steps, start=1))
    verdicts = tuple(_step_verdict(step, by_step.get(step.number, [])) for step in steps)
    about_plan = tuple(told(finding, None if finding.step is None else calls.get(finding.step)) for finding in findings)
    errors = any(finding.severity == "error" for finding in about_plan)
    return Verdict(
        ok=not errors and all(step.ok for step in verdicts),
        map=scope.world.name,
        revision=scope.world.revision,
        body=scope.body.name,
        plan_digest=digest,
        steps=verdicts,
        findings=about_plan,
        totals=_totals(steps),
    )


def _walk(scope: Scope, steps: list[Step], known: Resumed | None, detours: "Detours") -> Walked:
    """Simulate and judge one step after another, from the first one on that is not known from another map."""
    reads = scope.reads
    if known is None:
        situation = begin(scope)
        about_plan = tuple(check_docks(scope, situation)) if scope.plan.steps else ()
        by_step: list[tuple[Finding, ...]] = []
        if reads is not None:
            reads.end_part()
    else:
        steps += known.steps(scope)
        situation, about_plan, by_step = known.walked.last, known.walked.about_plan, list(known.walked.by_step)
    for number, call in enumerate(scope.plan.steps[len(steps) :], start=len(steps) + 1):
        about = replace(scope, avoid=detours[number]) if number in detours else scope
        step = simulate(about, situation, number, call)
        found = found_in(step)
        steps.append(step)
        by_step.append(found)
        situation = proceed(step, strained=any(f.code == "BATTERY" and not f.detail.get("if_fails") for f in found))
        if reads is not None:
            reads.end_part()
    return Walked(about_plan, tuple(by_step), situation)


def _step_verdict(step: Step, findings: Sequence[Finding]) -> StepVerdict:
    leg = step.leg
    drives = leg is not None and isinstance(leg.result, Route) and not leg.provisional
    return StepVerdict(
        number=step.number,
        call=step.call,
        ok=not any(finding.severity == "error" for finding in findings),
        route=leg.result if drives and leg is not None and isinstance(leg.result, Route) else None,
        time_s=step.cost.time_s,
        energy_wh=step.cost.energy_wh,
        distance_m=step.cost.metres,
        battery_wh=step.after.battery[0],
        return_wh=_return_wh(step),
        uncertain=step.skill is not None and step.skill.uncertain,
        findings=tuple(told(finding, step.call) for finding in findings),
    )


def _return_wh(step: Step) -> float | None:
    if step.after.docked:
        return 0.0
    if step.home is None:
        return None
    return step.scope.body.reserve_wh + way_back_wh(step, step.home)


def _totals(steps: Sequence[Step]) -> Totals:
    def total(intervals: Iterable[Interval]) -> Interval:
        pairs = list(intervals)
        return (sum(low for low, _ in pairs), sum(high for _, high in pairs))

    return Totals(
        distance_m=sum(step.cost.distance_m for step in steps),
        distance_bounds_m=total(step.cost.metres for step in steps),
        time_s=total(step.cost.time_s for step in steps),
        energy_wh=total(step.cost.energy_wh for step in steps),
        battery_left_wh=steps[-1].after.battery[0] if steps else None,
    )
