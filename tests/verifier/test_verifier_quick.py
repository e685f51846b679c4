"""What makes a soon verdict quick: drive times in one go, steps with other values, questions told by their objects."""

from dataclasses import replace

import numpy as np
import pytest

from maps import Body, CellsChange, GridFrame, Pose, RobotState, Route, World
from skills import Plan, SkillCall, library
from verifier.budget import _drive_time
from verifier.question import question_key
from verifier.quick_drive import quick_time
from verifier.step import Scope
from verifier.verdict import StepVerdict, with_values

BODY = Body(radius_m=0.14, margin_m=0.05, reach_m=0.5)
STATE = RobotState(pose=Pose(0.5, 0.5), battery_wh=1e4)
LIBRARY = library()
WORLD = World.build("free", GridFrame(0.1, Pose(0, 0), 40, 40), np.zeros((40, 40), np.int8))
PLAN = Plan(steps=(SkillCall(skill="goto", args={"place": "far"}),))


@pytest.mark.parametrize("seed", range(3))
def test_the_quick_time_of_a_drive_is_that_of_the_motion(seed, monkeypatch):
    monkeypatch.setenv("SUREFOOT_NUMBA", "1")
    body = (BODY, replace(BODY, max_speed=2.5, max_acceleration=0.3), replace(BODY, max_speed=0.4, max_acceleration=3.0))[seed]
    scope = Scope(plan=PLAN, world=WORLD, state=STATE, body=body, skills=LIBRARY)
    dice = np.random.default_rng(seed)
    for number in range(60):
        points = np.cumsum(dice.normal(0.0, dice.choice([0.02, 0.2, 3.0]), (int(dice.integers(2, 30)), 2)), axis=0)
        points = np.round(points, 1) if number % 3 == 0 else points
        route = Route(
            points=tuple(map(tuple, points.tolist())), goal_yaw=None if number % 2 else float(dice.uniform(-3.0, 3.0)),
            length_m=1.0, grid_length_m=1.0, clearance_m=1.0, clearance_at=(0.0, 0.0), revision="",
        )  # fmt: skip
        quick = quick_time(WORLD, body, route)
        assert quick is None or quick == pytest.approx(_drive_time(scope, route), rel=1e-9, abs=1e-9)
        assert quick is not None or len(set(route.points)) < 2


def test_a_step_with_other_values_is_what_pydantic_makes_of_it():
    step = StepVerdict(number=1, call=SkillCall(skill="goto", args={"place": "far"}), ok=True)
    values = {"time_s": (1.0, 2.0), "battery_wh": 5.0}
    quick, plain = with_values(step, values), step.model_copy(update=values)
    assert quick == plain and quick.model_fields_set == plain.model_fields_set and quick.model_dump() == plain.model_dump()
    assert step.battery_wh is None and quick.model_copy(update={"ok": False}).time_s == (1.0, 2.0)


def test_the_key_of_a_question_is_told_by_its_objects_and_changes_with_what_they_hold():
    plan = PLAN.model_copy(deep=True)
    scope = Scope(plan=plan, world=WORLD, state=STATE, body=BODY, skills=LIBRARY)
    key = question_key(scope, ())
    assert question_key(replace(scope, world=WORLD.apply(CellsChange(cells=((3, 3),), values=(100,)))), ()) is key
    assert question_key(replace(scope, plan=plan.model_copy(deep=True)), ()) == key
    keys = [key, question_key(replace(scope, body=replace(BODY, radius_m=0.3)), ())]
    for value in ("near", 1, True, 1.0, [1], None):
        plan.steps[0].args["place"] = value
        keys.append(question_key(scope, ()))
    assert all(a != b for number, a in enumerate(keys) for b in keys[:number])
