"""Unknown space blocked, allowed or to be asked for; and doorways about as wide as the robot, as the verifier reports them."""

import math

import pytest
from verifier_worlds import call, codes, judge, only, state, two_rooms

from maps import Body, NoRoute, Pose, RobotState, Route, find_route, goal_at, goal_near

LAB = call("goto", place="lab")
GAUGE = call("inspect", thing="gauge")
EXACT = Body(radius_m=0.25, margin_m=0.05)


def test_asking_gives_the_route_with_a_warning() -> None:
    world = two_rooms(unknown_lab=True)
    assert codes(judge(world, GAUGE)) == [(1, "UNKNOWN_SPACE")]
    assert judge(world, GAUGE, unknown="allowed").all_findings() == ()
    verdict = judge(world, GAUGE, unknown="ask")
    assert verdict.ok
    warning = only(verdict, "UNKNOWN_SPACE")
    assert (warning.severity, warning.step, warning.subject, warning.detail["ask"]) == ("warning", 1, "gauge", True)
    assert warning.where is not None and 6.5 < warning.where[0] < 6.7
    assert "the operator has to allow it" in warning.message
    assert verdict.steps[0].route is not None


def test_asking_is_not_needed_where_a_known_way_exists() -> None:
    world = two_rooms(unknown_lab=True)
    assert judge(world, call("goto", place="charger"), unknown="ask").all_findings() == ()
    assert judge(two_rooms(), LAB, unknown="ask").all_findings() == ()


def test_what_even_unknown_space_does_not_give_has_its_own_reason() -> None:
    world = two_rooms(unknown_lab=True, door="locked")
    body = Body()
    found = find_route(world, body, Pose(2.0, 3.0), goal_at(world, world.places["lab"], body), unknown="ask")
    assert isinstance(found, NoRoute) and found.code == "DOOR_CLOSED"


def test_a_route_that_was_asked_for_says_so_and_survives_json() -> None:
    world, body = two_rooms(unknown_lab=True), Body()
    found = find_route(world, body, Pose(2.0, 3.0), goal_near(world, world.things["gauge"], body), unknown="ask")
    assert isinstance(found, Route) and found.through_unknown
    assert Route.from_json(found.to_json()) == found
    known = find_route(world, body, Pose(2.0, 3.0), goal_at(world, world.places["hall"], body), unknown="ask")
    assert isinstance(known, Route) and not known.through_unknown


def test_a_doorway_exactly_as_wide_as_the_robot_is_accepted() -> None:
    verdict = judge(two_rooms(doorway=0.6), LAB, call("goto", place="charger"), body=EXACT)
    assert verdict.ok and codes(verdict, "warning") == []
    assert verdict.steps[0].route is not None and verdict.steps[0].route.clearance_m == pytest.approx(0.3)
    assert verdict.steps[0].route.doors == ("lab door",)


def test_a_doorway_a_hair_too_narrow_is_refused_and_not_called_a_proof() -> None:
    verdict = judge(two_rooms(doorway=0.6), LAB, body=Body(radius_m=0.25 + 5e-8, margin_m=0.05))
    finding = only(verdict, "WITHIN_TOLERANCE")
    assert (finding.severity, finding.needed, finding.available) == ("error", pytest.approx(0.3), pytest.approx(0.3))
    assert finding.where == (pytest.approx(6.1, abs=0.11), pytest.approx(3.0))
    assert "too close to decide" in finding.message


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_pose_that_is_not_finite_is_one_finding(bad: float) -> None:
    verdict = judge(two_rooms(), LAB, robot=RobotState(pose=Pose(bad, 3.0, 0.0), battery_wh=100.0))
    assert not verdict.ok
    assert len([finding for finding in verdict.all_findings() if finding.severity == "error"]) == 1
    assert judge(two_rooms(), LAB, robot=state()).ok
