"""An independent judge of conditions and effects: unified-planning agrees with the walk, directly and through the exported PDDL."""

import random
import sys
from pathlib import Path

import pytest

pytest.importorskip("unified_planning", reason="unified-planning is in the extra 'test'")
sys.path.insert(0, str(Path(__file__).parents[1] / "maps"))

from building_worlds import office
from unified_planning.engines.sequential_simulator import UPSequentialSimulator
from unified_planning.exceptions import UPInvalidActionError
from unified_planning.io import PDDLReader

from benchmarks.symbolic import compare, compare_lifts
from benchmarks.symbolic_plans import BODY, judge, plans, small_world, start_state, without_geometry
from benchmarks.symbolic_skills import random_skills
from maps import Body, RobotState, find_map, load_world, start_pose
from skills import Plan, library
from skills.pddl import domain_of
from verifier import verify
from verifier.pddl import plan_text, problem_text

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:unified_planning")


def test_both_judge_random_plans_alike() -> None:
    found = compare(range(4), 60)
    assert found.differ == []
    assert found.plans == 240 and found.exported == 30
    assert 40 < found.broken < 240 and found.steps > 500


def test_what_is_required_is_not_excused_by_being_confirmed_too() -> None:
    assert compare([4069], 20).differ == []


def test_an_outcome_in_which_a_part_is_kept_is_left_behind_where_a_step_uses_the_part() -> None:
    found = compare([4072], 20)
    assert found.differ == []


def test_a_simulator_that_forgets_an_effect_would_be_found() -> None:
    from dataclasses import replace

    rng = random.Random(5)
    world, state = small_world(rng), start_state(rng)
    skills = random_skills(rng, outcomes=False, after=True)
    lame = type(skills)(replace(skill, effects=skill.effects[1:]) for skill in skills)
    with without_geometry():
        made = list(plans(rng, skills, world, state, 60, 10))
        right = [judge(plan, skills, world, state, outcomes=False) for plan in made]
        wrong = [judge(plan, lame, world, state, outcomes=False) for plan in made]
    assert right != wrong


@pytest.mark.parametrize("name", [pytest.param("warehouse", marks=pytest.mark.slow), "home"])
def test_the_exported_map_is_read_and_a_verified_plan_can_be_carried_out(name: str) -> None:
    world, body, skills = load_world(find_map(name)), Body(), library()
    state = RobotState(pose=start_pose(world), battery_wh=body.battery_wh)
    thing = next(
        name
        for name in world.things
        if verify(Plan.model_validate({"steps": [{"skill": "pick", "args": {"thing": name}}]}), world, state, body, skills).ok
    )
    steps = [{"skill": "pick", "args": {"thing": thing}}, {"skill": "dock"}]
    good = Plan.model_validate({"steps": steps})
    assert verify(good, world, state, body, skills).ok
    domain = domain_of(skills)
    problem = PDDLReader().parse_problem_string(domain.text, problem_text(domain, world, state, body, skills, good))
    assert len(list(problem.all_objects)) == len(world.places) + len(world.things) + len(world.doors)
    simulator = UPSequentialSimulator(problem)

    def unmet(plan: Plan) -> int | None:
        now = simulator.get_initial_state()
        for number, line in enumerate(plan_text(domain, plan, world).splitlines(), start=1):
            action, *objects = line[1:-1].split()
            now = simulator.apply(now, problem.action(action), tuple(problem.object(item) for item in objects))
            if now is None:
                return number
        return None

    assert unmet(good) is None
    assert unmet(Plan.model_validate({"steps": [*steps, steps[0]]})) == 3
    assert BODY.gripper_capacity == 2


def test_both_judge_plans_with_lifts_alike() -> None:
    found = compare_lifts(range(3), 12)
    assert found.differ == []
    assert found.plans == 36 and found.exported == 18 and found.rides > 5
    assert 5 < found.broken < 36


def test_a_ride_that_does_not_change_the_level_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.walk.landing", lambda *_: None)
    assert compare_lifts(range(2), 30, exported_of=0).differ != []


def test_a_building_is_exported_with_its_levels_and_lifts(tmp_path: Path) -> None:
    world = load_world(office(tmp_path / "office"))
    body, skills = Body(), library(world)
    state = RobotState(pose=start_pose(world), battery_wh=body.battery_wh)
    up, down = ({"lift": f"lift L{one}", "to": f"lift L{two}"} for one, two in ((1, 2), (2, 1)))
    ride, kitchen = {"skill": "take_lift", "args": up}, {"skill": "goto", "args": {"place": "kitchen"}}
    home = [{"skill": "take_lift", "args": down}, {"skill": "dock", "args": {"place": "charger"}}]
    good = Plan.model_validate({"steps": [ride, kitchen, *home]})
    assert verify(good, world, state, body, skills).ok
    domain = domain_of(skills)
    text = problem_text(domain, world, state, body, skills, good)
    assert "(robot-on level--4c-1)" in text and "(is-on place-kitchen level--4c-2)" in text
    assert "(lift-joins place-lift_-4c-1 place-lift_-4c-2)" in text and "(is-reachable place-kitchen)" in text
    problem = PDDLReader().parse_problem_string(domain.text, text)
    simulator = UPSequentialSimulator(problem)

    def unmet(*steps: object) -> int | None:
        plan, now = Plan.model_validate({"steps": steps}), simulator.get_initial_state()
        for number, line in enumerate(plan_text(domain, plan, world).splitlines(), start=1):
            action, *objects = line[1:-1].split()
            try:
                now = simulator.apply(now, problem.action(action), tuple(problem.object(item) for item in objects))
            except UPInvalidActionError:  # no state fulfils it: no lift makes this ride
                return number
            if now is None:
                return number
        return None

    assert unmet(ride, kitchen, *home) is None
    assert unmet(kitchen) == 1 and unmet(ride, *home[1:]) == 2 and unmet(ride, ride) == 2
    assert unmet({"skill": "take_lift", "args": {"lift": "lift L1", "to": "kitchen"}}) == 1
