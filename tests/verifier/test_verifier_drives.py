"""Drives: what doors, walls, keep-outs and unseen space do to the legs of a plan, and what is offered instead."""

import pytest
from verifier_worlds import call, codes, judge, only, rectangle, state, two_rooms

from maps import Zone
from verifier import Alternative


def test_a_closed_door_is_opened_first() -> None:
    finding = only(judge(two_rooms(door="closed"), call("goto", place="lab")), "DOOR_CLOSED")
    assert finding.step == 1
    assert finding.subject == "lab door"
    assert not finding.refuted
    assert finding.alternatives[0] == Alternative(
        call=call("open_door", door="lab door"), change="open_door(door='lab door') before step 1"
    )


def test_a_door_that_the_plan_opens_is_open_from_then_on() -> None:
    world = two_rooms(door="closed")
    verdict = judge(world, call("open_door", door="lab door"), call("goto", place="lab"), call("inspect", thing="gauge"))
    assert verdict.ok
    assert verdict.all_findings() == ()


def test_the_robots_own_eyes_outrank_the_map() -> None:
    seen = state(doors={"lab door": "closed"})
    assert codes(judge(two_rooms(door="open"), call("goto", place="lab"), robot=seen)) == [(1, "DOOR_CLOSED")]


def test_a_locked_door_cannot_be_opened_by_the_plan() -> None:
    verdict = judge(two_rooms(door="locked"), call("open_door", door="lab door"), call("goto", place="hall"))
    assert codes(verdict) == [(1, "PRECONDITION")]
    assert "it is required that 'lab door' is not locked, which does not hold here" in verdict.all_findings()[0].message
    verdict = judge(two_rooms(door="locked"), call("goto", place="lab"))
    assert next(a.change for a in only(verdict, "DOOR_CLOSED").alternatives) == "unlock 'lab door' before the plan starts"


def test_a_doorway_too_narrow() -> None:
    finding = only(judge(two_rooms(doorway=0.6), call("goto", place="lab")), "CLEARANCE")
    assert finding.refuted
    assert finding.unit == "m"
    assert finding.needed == pytest.approx(0.66)
    assert finding.available == pytest.approx(0.6, abs=0.11)
    assert finding.detail["door"] == "lab door"
    assert "doorway 'lab door' is 0.60 m wide, this robot needs 0.66 m" in finding.message
    assert Alternative(call=call("goto", place="hall")) in finding.alternatives


def test_a_wall_without_a_doorway() -> None:
    finding = only(judge(two_rooms(doorway=0.0, door=None), call("goto", place="lab")), "NO_VALID_PATH")
    assert finding.refuted


def test_a_keepout_zone_across_the_hall() -> None:
    wall = Zone(name="wet paint", rule="keepout", outline=rectangle(4.9, 0, 5.3, 6))
    finding = only(judge(two_rooms(zones=[wall]), call("goto", place="lab")), "KEEPOUT")
    assert finding.subject == "wet paint"
    assert finding.refuted


def test_a_keepout_zone_may_be_left() -> None:
    around = Zone(name="wet paint", rule="keepout", outline=rectangle(1.5, 2.5, 2.5, 3.5))
    verdict = judge(two_rooms(zones=[around]), call("goto", place="lab"))
    assert verdict.ok
    assert codes(verdict, "note") == [(1, "KEEPOUT")]
    assert "stands in the keep-out zone 'wet paint' and leaves it" in verdict.all_findings()[0].message


def test_unknown_space_blocks_unless_allowed() -> None:
    world = two_rooms(unknown_lab=True)
    finding = only(judge(world, call("inspect", thing="gauge")), "UNKNOWN_SPACE")
    assert not finding.refuted
    assert judge(world, call("inspect", thing="gauge"), unknown="allowed").ok


def test_after_explore_a_drive_through_the_unknown_is_provisional() -> None:
    verdict = judge(two_rooms(unknown_lab=True), call("explore"), call("inspect", thing="gauge"), call("goto", place="hall"))
    assert verdict.ok
    assert verdict.steps[0].uncertain
    assert verdict.steps[1].route is None
    assert codes(verdict, "note") == [(2, "UNVERIFIABLE"), (3, "UNVERIFIABLE")]
    assert verdict.steps[1].findings[0].detail == {"uncertain_step": 1, "through_unknown": True}
