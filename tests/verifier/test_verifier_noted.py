"""Notes carry all that a mission's next verdict has to begin from: the rest of a plan is judged as it was within the whole."""

import random
from dataclasses import replace

from benchmarks.symbolic_plans import BODY, plans, small_world, start_state, without_geometry
from benchmarks.symbolic_skills import random_skills
from maps import RobotState, World
from skills import NO_NOTES, Notes, Plan, SkillSet, adds, fact, one_of, skill
from verifier.checks.conditions import check_conditions
from verifier.checks.exclusions import check_exclusions
from verifier.checks.invariants import check_invariants
from verifier.noted import ending_of
from verifier.step import Scope, Step
from verifier.walk import begin, proceed, simulate

CHECKS = (check_conditions, check_invariants, check_exclusions)
Told = list[list[tuple[str, str, str]]]


def walked(plan: Plan, world: World, state: RobotState, skills: SkillSet, notes: Notes = NO_NOTES) -> tuple[list[Step], Told]:
    """A plan's steps, simulated, and what the checks of conditions say of each."""
    scope = Scope(plan=plan, world=world, state=state, body=BODY, skills=skills, notes=notes)
    situation, steps, told = begin(scope), [], []
    for number, call in enumerate(plan.steps, start=1):
        steps.append(simulate(scope, situation, number, call))
        told.append([(finding.code, finding.severity, finding.subject) for check in CHECKS for finding in check(steps[-1])])
        situation = proceed(steps[-1])
    return steps, told


def test_the_rest_of_a_plan_is_judged_from_notes_as_within_the_whole() -> None:
    judged = needed = 0
    for seed in range(12):
        rng = random.Random(seed)
        world, state = small_world(rng), start_state(rng)
        skills = SkillSet(skill for skill in random_skills(rng, outcomes=True, after=True) if not skill.uncertain)
        with without_geometry():
            for plan in plans(rng, skills, world, state, 12, 8):
                whole = walked(plan, world, state, skills)[1]
                robot, notes = state, NO_NOTES
                for index in range(len(plan.steps)):
                    rest = plan.model_copy(update={"steps": plan.steps[index:]})
                    steps, told = walked(rest, world, robot, skills, notes)
                    assert told == whole[index:]
                    judged, needed = judged + 1, needed + (walked(rest, world, robot, skills)[1] != told)
                    after = steps[0].after
                    notes = Notes.from_json(ending_of(steps[0]).done.to_json())
                    robot = replace(state, carrying=after.carrying, doors=after.doors, docked=bool(after.docked))
    assert judged > 500 and needed > 50, "without notes some of them would be judged otherwise"


def test_each_outcome_leaves_notes_of_its_own_and_a_failure_leaves_open_what_it_may_do() -> None:
    @skill(
        effects=adds("tries", 1),
        outcomes={"hot": (fact("hot"), one_of("lamp", "red")), "cold": ()},
        on_failure=[fact("dropped"), adds("tries", 1)],
        excludes=fact("locked"),
        takes=(0.0, 1.0),
    )
    def probe() -> None:
        """Probe."""

    rng = random.Random(1)
    world, state = small_world(rng), start_state(rng)
    with without_geometry():
        plan = Plan.model_validate({"steps": [{"skill": "probe"}]})
        ending = ending_of(walked(plan, world, state, SkillSet([probe]))[0][0])
    hot, cold = ending.outcomes["hot"], ending.outcomes["cold"]
    assert (hot.facts, hot.choices["lamp"], hot.numbers["tries"]) == ({"hot"}, {"red"}, (1.0, 1.0))
    assert (cold.facts, dict(cold.choices), cold.numbers["tries"]) == (frozenset(), {}, (1.0, 1.0))
    assert (ending.done.facts, ending.done.maybe_facts, ending.done.choices["lamp"]) == (frozenset(), {"hot"}, {None, "red"})
    assert (ending.failed.facts, ending.failed.maybe_facts) == (frozenset(), {"dropped"})
    assert ending.failed.numbers["tries"] == (0.0, 1.0)
    assert ending.done.exclusive == ending.failed.exclusive == {("hot", "locked"), ("dropped", "locked")}
