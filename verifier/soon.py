"""Soon: a verdict moments after a change of the map, sound first and exact after.

A plan can be carried out if every leg has *a* route that keeps clear; that it is the shortest one proves nothing more. So where a
change has cut a leg, its route is mended in a window around the cut (``maps.mend``), and the verdict says by how much it may be
longer. That does only where nothing is refused: a finding that a shorter route might not have is never told from a mended one,
then all is searched as ``verify`` does it. Where a leg is cut off for good that is proved near by (``maps.cut_off``) and refused at
once, without the reasons. ``verify``, asked the same, settles the verdict: it is then the one from nothing.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from maps import Body, RobotState, World
from maps.clearance import UnknownPolicy
from skills import NO_NOTES, Notes, Plan, SkillSet
from verifier.cut_verdict import is_cut_off
from verifier.digest import digest_parts
from verifier.later import Later
from verifier.limits import NO_LIMITS, Limits
from verifier.memory import Memory
from verifier.patch import patched
from verifier.question import question_key
from verifier.reads import Asked, Reads
from verifier.rules import Rule
from verifier.standing import Nearest, nearest
from verifier.step import Scope, Step
from verifier.uncollected import UNCOLLECTED
from verifier.verdict import Verdict

__all__ = ["MENDED_VERDICTS", "examine_soon", "is_settled", "verify_soon"]

MENDED_VERDICTS: "Memory[tuple[Verdict, Sequence[Step]]]" = Memory(32)
"""The last verdicts with mended routes; ``clear`` it to measure."""


def verify_soon(
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
    """Judge a plan on a map of which an earlier state was judged in this process, as quickly as that can be done soundly.

    Args:
        plan: What is proposed; all arguments are those of ``verify``.
        world: What is known of the map now.
        state: Where the robot is.
        body: Its size, margin, limits and energy model.
        skills: What it can do.
        rules: House rules; with any of them all is searched as ``verify`` does it, since they judge the whole walk.
        unknown: Whether unseen cells are obstacles.
        limits: Most time, distance and steps.
        notes: What earlier steps of the mission have noted down.

    Returns:
        The verdict: ``ok`` just where that of ``verify`` is, but for routes that are mended (``Route.excess_m``) and what they
        take. One that is not ok, or warns of time, distance or charge, is that of ``verify`` to the last digit; but where what has
        come cuts a leg off for good it ends with that step, and says no more than where (``is_settled`` tells).
    """
    return examine_soon(plan, world, state, body, skills, rules, unknown=unknown, limits=limits, notes=notes)[0]


def examine_soon(
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
) -> tuple[Verdict, Sequence[Step]]:
    """Judge a plan as ``verify_soon`` does, with the simulated steps behind the verdict; they are worked out once looked at."""
    from verifier import examine  # before its module: that has the name of a function of the package

    scope = Scope(
        plan=plan, world=world, state=state, body=body, skills=skills, unknown=unknown, limits=limits or NO_LIMITS, notes=notes
    )
    if not rules:
        with UNCOLLECTED:
            known = _known(scope, lambda: examine(plan, world, state, body, skills, unknown=unknown, limits=limits, notes=notes)[1])
        if known is not None:
            return known
    return examine(plan, world, state, body, skills, rules, unknown=unknown, limits=limits, notes=notes)


def _known(scope: Scope, settled: Callable[[], Sequence[Step]]) -> tuple[Verdict, Sequence[Step]] | None:
    """The verdict by what is known of other maps, with mended routes if need be; None where only a search tells it.

    ``settled`` gives the steps of ``verify``.
    """
    from verifier.verify import VERDICTS

    question, revision = question_key(scope, ()), scope.world.revision
    if question is None:
        return None
    known = VERDICTS.known((question, revision, True)) or MENDED_VERDICTS.known((question, revision))
    if known is not None:
        return known
    every = nearest(question, scope)
    same = next((near for near in every if near.is_near and near.is_same), None)
    if same is not None:
        return VERDICTS.recall((question, revision, True), same.restamped)
    near = every[0] if every else None
    known = None if near is None else _patched(near, settled)
    if known is None:
        known = _walked(scope, near)
        if is_settled(known[0]) or not _is_sound(known[0]):
            return None
    found = known
    return MENDED_VERDICTS.recall((question, revision), lambda: found)


def _patched(near: Nearest, settled: Callable[[], Sequence[Step]]) -> tuple[Verdict, Sequence[Step]] | None:
    """The verdict without a walk, where that can be, with steps that are simulated once somebody looks at them."""
    known = patched(near)
    if known is None:
        return None
    near.used()
    verdict, legs = known
    if not verdict.ok:
        return verdict, Later(lambda: tuple(settled()))
    return verdict, Later(lambda: _walked(near.scope, near, legs)[1])


def is_settled(verdict: Verdict) -> bool:
    """Whether a verdict holds no route that was mended, and no refusal told at once: it is then the one that ``verify`` gives."""
    return all(step.route is None or step.route.excess_m is None for step in verdict.steps) and not is_cut_off(verdict)


def _is_sound(verdict: Verdict) -> bool:
    """Whether nothing is said in a verdict that a shorter route might unsay."""
    return verdict.ok and all(finding.code not in ("BATTERY", "TIME", "DISTANCE", "ENERGY") for finding in verdict.all_findings())


def _walked(
    scope: Scope, near: Nearest | None, legs: Mapping[Hashable, Asked] = MappingProxyType({})
) -> tuple[Verdict, tuple[Step, ...]]:
    """The plan judged step by step, with the mended routes that are given, and others where there are any."""
    from verifier.verify import judge

    known = None if near is None else near.resumed()
    digest = digest_parts(scope.plan, scope.body, scope.skills) if near is None else near.judged.digest
    reads = Reads(scope.world, standing=lambda question: legs.get(question) or (known.route(question) if known else None))
    return judge(replace(scope, world=reads.watched(), reads=reads, mend=True), (), False, digest, known)[:2]
