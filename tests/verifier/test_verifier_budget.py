"""Budgets are bounds: what is driven lies within them, and nothing shorter than the lower one can be driven."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verifier_worlds import BODY, LIBRARY, RESOLUTION, call, codes, judge, only, plan, rectangle, state, two_rooms

from maps import Body, GridFrame, Place, Pose, RobotState, World, Zone
from policies.follow import simulate_follow, speed_limit_of
from skills import skill
from verifier import Limits, apply_edits, examine, verify
from verifier.budget import drive_time, longest_time
from verifier.home import reversed_route
from verifier.last_safe import first_part
from verifier.least import least_metres
from verifier.step import Visit


def test_what_is_driven_lies_within_the_bounds_whatever_the_heading():
    slow = Zone(name="slow", rule="slow", outline=rectangle(2, 1, 5, 5), max_speed=0.3)
    world = two_rooms(zones=[slow])
    verdict = judge(world, call("goto", place="lab"), call("goto", place="desk"))
    watts = (BODY.idle_w + BODY.drive_w) / 3600
    for step in verdict.steps:
        for yaw in np.linspace(-math.pi, math.pi, 7):
            driven = simulate_follow(step.route, Pose(*step.route.start, yaw), BODY, speed_limit=speed_limit_of(world, BODY))
            seconds = float(driven.times[-1])
            assert step.time_s[0] <= seconds <= step.time_s[1]
            assert step.energy_wh[0] <= seconds * watts <= step.energy_wh[1]
            assert step.distance_m == (step.route.length_m, step.route.length_m)
            assert driven.driven[-1] <= step.route.length_m + 1e-6


@pytest.mark.parametrize("name", ["explore", "search"])
def test_a_function_that_drives_by_itself_is_bounded_by_the_time_after_which_it_is_stopped(name):
    asked = call(name, what="red box") if name == "search" else call(name)
    step = judge(two_rooms(), asked).steps[0]
    cap = LIBRARY[name].timeout_s
    assert step.time_s[1] == cap
    assert step.energy_wh[1] == pytest.approx(cap * (BODY.idle_w + max(BODY.drive_w, LIBRARY[name].power_w)) / 3600)
    assert step.distance_m == (0.0, cap * BODY.max_speed)


def test_a_hungrier_drive_than_the_skill_declares_counts():
    body = Body(drive_w=200.0)
    step = judge(two_rooms(), call("explore"), body=body).steps[0]
    assert step.energy_wh[1] == pytest.approx(LIBRARY["explore"].timeout_s * (body.idle_w + 200.0) / 3600)


def test_after_exploring_the_way_back_may_be_as_long_as_the_way_out():
    verdict = judge(two_rooms(), call("explore"), call("goto", place="lab"))
    explored, driven = verdict.steps
    assert explored.return_wh > explored.energy_wh[1]
    assert driven.time_s[1] - driven.time_s[0] > LIBRARY["explore"].timeout_s
    assert driven.return_wh < explored.return_wh


@skill(uses={"base"}, takes=(5.0, 500.0), timeout=300.0)
def wander() -> None:
    """Move about in some way."""


def test_the_time_out_counts_where_it_is_shorter_than_what_is_declared():
    skills = LIBRARY.with_skills(wander)
    _, steps = examine(plan(call("wander")), two_rooms(), state(), BODY, skills)
    assert longest_time(steps[0].skill, steps[0].arguments) == 300.0
    assert steps[0].cost.time_s == (5.0, 300.0)


LONG = [call("goto", place="lab"), call("goto", place="desk"), call("goto", place="lab")]


def test_limits_fail_at_the_first_step_that_may_exceed_them():
    free = judge(two_rooms(), *LONG)
    assert free.ok
    seconds = np.cumsum([step.time_s[1] for step in free.steps])
    metres = np.cumsum([step.distance_m[1] for step in free.steps])
    for number in (1, 2, 3):
        before = 0.0 if number == 1 else float(seconds[number - 2])
        limits = Limits(time_s=(before + float(seconds[number - 1])) / 2)
        finding = only(judge(two_rooms(), *LONG, limits=limits), "TIME")
        assert (finding.step, finding.unit, finding.available) == (number, "s", limits.time_s)
        assert finding.needed == pytest.approx(seconds[number - 1], abs=1e-3)
        assert finding.margin == pytest.approx(finding.available - finding.needed)
        before = 0.0 if number == 1 else float(metres[number - 2])
        limits = Limits(distance_m=(before + float(metres[number - 1])) / 2)
        assert codes(judge(two_rooms(), *LONG, limits=limits)) == [(number, "DISTANCE")]
        assert codes(judge(two_rooms(), *LONG, limits=Limits(steps=number))) == ([] if number == 3 else [(number + 1, "STEPS")])
    assert judge(two_rooms(), *LONG, limits=Limits(time_s=float(seconds[-1]) + 1, distance_m=float(metres[-1]) + 1, steps=3)).ok


def test_a_limit_below_what_every_route_takes_is_proved_and_one_just_below_the_bound_is_not():
    free = judge(two_rooms(), call("goto", place="lab"))
    high, low = free.steps[0].time_s[1], free.steps[0].time_s[0]
    assert only(judge(two_rooms(), call("goto", place="lab"), limits=Limits(time_s=2.0)), "TIME").detail["proved"]
    assert not only(judge(two_rooms(), call("goto", place="lab"), limits=Limits(time_s=(low + high) / 2)), "TIME").detail["proved"]


def test_an_uncertain_step_that_may_exceed_a_limit_is_a_warning():
    verdict = judge(two_rooms(), call("search", what="red box"), limits=Limits(time_s=600.0))
    assert verdict.ok
    assert codes(verdict, "warning") == [(1, "TIME")]


@pytest.mark.parametrize("limits", [{"time_s": -1.0}, {"distance_m": math.nan}, {"steps": -1}, {"time_s": math.inf}])
def test_limits_that_make_no_sense(limits):
    with pytest.raises(ValueError, match="must be a number of 0 or more"):
        Limits(**limits)


def test_the_last_point_of_safe_return_against_a_walk_along_the_route():
    """Every 5 cm: out, about, back the way it came and then the verified way from the start to the dock."""
    charge = 20.34
    verdict, steps = examine(plan(call("goto", place="lab")), two_rooms(), state(battery_wh=charge), BODY, LIBRARY)
    safe = only(verdict, "BATTERY").detail["last_safe"]
    route, scope = steps[0].leg.result, steps[0].scope
    home = steps[0].before.home

    def needs(metres: float) -> float:
        part = first_part(route, metres)
        seconds = drive_time(scope, part)[1] + drive_time(scope, reversed_route(part))[1] + home.time_s[1]
        return seconds * (BODY.idle_w + BODY.drive_w) / 3600

    walked = [metres for metres in np.arange(0.05, route.length_m, 0.05) if needs(float(metres)) <= charge - BODY.reserve_wh]
    assert safe["step"] == 1
    assert 0 < max(walked) < route.length_m
    assert safe["metres"] == pytest.approx(max(walked), abs=0.06)
    assert safe["point"] == pytest.approx(first_part(route, safe["metres"]).points[-1], abs=0.01)


def test_a_charge_that_falls_on_no_drive_is_safe_until_the_step_starts():
    verdict = judge(two_rooms(), call("goto", place="hall"), call("wait", seconds=600), robot=state(battery_wh=23.0))
    safe = only(verdict, "BATTERY").detail["last_safe"]
    assert (safe["step"], safe["metres"]) == (2, 0.0)
    assert safe["point"] == pytest.approx(verdict.steps[0].route.points[-1], abs=0.001)


def test_every_verified_remedy_of_a_short_battery_makes_the_plan_feasible():
    world, robot = two_rooms(), state(battery_wh=23.0)
    steps = plan(call("goto", place="hall"), call("wait", seconds=600), call("goto", place="lab"), call("dock"))
    verdict = verify(steps, world, robot, BODY, LIBRARY)
    finding = only(verdict, "BATTERY")
    assert [alternative.edits[0].verb for alternative in finding.alternatives] == ["move", "insert", "drop"]
    for alternative in finding.alternatives:
        assert verify(apply_edits(steps, alternative.edits_at(finding.step)), world, robot, BODY, LIBRARY).ok


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), radius=st.sampled_from([0.12, 0.25, 0.33]), share=st.sampled_from([0.02, 0.06, 0.12]))
def test_no_route_is_shorter_than_the_lower_bound(seed, radius, share):
    """On random clutter: against the pulled route that the router finds, which is as short as any that is known."""
    rng = np.random.default_rng(seed)
    cells = np.where(rng.random((40, 40)) < share, 100, 0).astype(np.int8)
    cells[2:5, 2:5] = cells[35:38, 35:38] = 0
    world = World.build(
        "clutter", GridFrame(RESOLUTION, Pose(0.0, 0.0, 0.0), 40, 40), cells,
        places=[Place(name="far", kind="spot", pose=Pose(3.65, 3.65, 0.0))],
    )  # fmt: skip
    body = Body(radius_m=radius - 0.02, margin_m=0.02, tracking_m=0.01)
    robot = RobotState(pose=Pose(0.35, 0.35, 0.0), battery_wh=100.0)
    verdict, steps = examine(plan(call("goto", place="far")), world, robot, body, LIBRARY)
    if verdict.ok:
        bound = least_metres(steps[0].scope, [Visit(target=steps[0].leg.goal)])
        assert math.dist((0.35, 0.35), (3.65, 3.65)) - 1e-9 <= bound <= verdict.steps[0].route.length_m + 1e-9
