"""Doors through the plan: closed, locked, stuck and checked by its own steps, also where a step fails."""

from dataclasses import replace

import numpy as np
from carried_skills import verdict_on
from verifier_worlds import call, codes, only, state, two_rooms

from maps import Body, World


def test_a_door_that_the_plan_closes_again_is_closed() -> None:
    verdict = verdict_on(call("close_door", door="lab door"), call("goto", place="lab"))
    assert codes(verdict) == [(2, "DOOR_CLOSED")]
    steps = (call("close_door", door="lab door"), call("open_door", door="lab door"), call("goto", place="lab"))
    assert verdict_on(*steps).all_findings() == ()


def test_a_door_that_the_plan_locks_is_not_opened_again() -> None:
    steps = (call("lock_door", door="lab door"), call("open_door", door="lab door"))
    finding = only(verdict_on(*steps), "PRECONDITION")
    assert (finding.step, finding.detail["removed_by"]) == (2, 1)


def test_a_robot_that_locks_itself_in_is_warned_of() -> None:
    verdict = verdict_on(call("goto", place="lab"), call("lock_door", door="lab door"))
    finding = only(verdict, "DOOR_CLOSED")
    assert (finding.step, finding.severity, finding.detail["if_fails"]) == (2, "warning", False)
    assert finding.message == ("Step 2 lock_door(door='lab door'): every way to 'charger' is shut: door 'lab door' is locked.")
    assert verdict.ok
    # A closed door can be opened again by this robot, so it does not shut it in.
    assert verdict_on(call("goto", place="lab"), call("close_door", door="lab door")).all_findings() == ()


def test_a_failure_that_may_lock_the_robot_in_is_warned_of() -> None:
    verdict = verdict_on(call("goto", place="lab"), call("rattle", door="lab door"))
    finding = only(verdict, "DOOR_CLOSED")
    assert (finding.step, finding.severity, finding.detail["if_fails"]) == (2, "warning", True)
    assert "if this step fails, every way to 'charger' is shut" in finding.message
    assert verdict_on(call("rattle", door="lab door")).all_findings() == ()


def test_a_failure_may_not_cost_the_way_back() -> None:
    # Where the slam shuts the short way, the long one round by the open end of the wall is left, 2 m more.
    world = two_rooms()
    cells = np.array(world.cells)
    cells[48:, 60:62] = 0
    world = World.build("office", world.frame, cells, places=world.places.values(), doors=world.doors.values())
    robot, kinds = state(6.8, 3.0), []
    for charge in np.arange(0.05, 0.6, 0.005):
        verdict = verdict_on(
            call("slam", door="lab door"), world=world, robot=replace(robot, battery_wh=float(charge)), body=Body(reserve_wh=0.0)
        )
        kinds.append([(f.severity, f.code, f.detail.get("if_fails", False)) for f in verdict.all_findings()])
    error, warning = [("error", "BATTERY", False)], [("warning", "BATTERY", True)]
    assert kinds == [error] * kinds.count(error) + [warning] * kinds.count(warning) + [[]] * kinds.count([])
    assert min(kinds.count(error), kinds.count(warning), kinds.count([])) > 2


def test_a_door_that_may_be_stuck_leaves_the_drive_to_the_outcome() -> None:
    verdict = verdict_on(
        call("try_door", door="lab door"), call("goto", place="lab"), call("goto", place="hall"), world=two_rooms(door="closed")
    )
    assert verdict.ok
    finding = only(verdict, "DOOR_CLOSED")
    assert (finding.step, finding.severity) == (2, "warning")
    assert finding.message.endswith("every way to 'lab' is shut: door 'lab door' is closed when step 1 ends in 'stuck'.")
    assert verdict.steps[1].route is None


def test_a_check_step_settles_what_an_outcome_left_open() -> None:
    steps = (call("try_door", door="lab door"), call("check_door", door="lab door"), call("goto", place="lab"))
    verdict = verdict_on(*steps, world=two_rooms(door="closed"))
    assert verdict.ok
    assert codes(verdict, "warning") == []
    assert verdict.steps[2].route is not None


def test_a_check_that_cannot_succeed_is_an_error() -> None:
    assert codes(verdict_on(call("check_door", door="lab door"), world=two_rooms(door="locked"))) == [(1, "PRECONDITION")]
