"""Repair uses nothing but findings, keeps what it can, and always ends."""

import pytest
from verifier_worlds import BODY, LIBRARY, call, plan, rectangle, state, two_rooms

from maps import Zone
from verifier import Alternative, Finding, Limits, apply_edits, examine, repair, verify


def mend(world, *steps, leave_out=True, robot=None, **more):
    def judge(changed):
        return verify(changed, world, robot or state(), BODY, LIBRARY, **more)

    def glance(changed):
        return examine(changed, world, robot or state(), BODY, LIBRARY, **more, explain=False)[0]

    first = plan(*steps)
    mended = repair(first, judge(first), judge, leave_out=leave_out, glance=glance)
    assert mended == repair(first, judge(first), judge, leave_out=leave_out)
    assert mended.in_time
    assert judge(mended.plan) == mended.verdict
    assert apply_edits(first, mended.edits).steps == mended.plan.steps
    assert len(mended.reasons) == len(mended.edits)
    return mended


def test_a_good_plan_stays_as_it_is():
    mended = mend(two_rooms(), call("goto", place="lab"))
    assert (mended.edits, mended.left_out, mended.verdict.ok) == ((), 0, True)


def test_a_misspelt_name_a_closed_door_and_a_wrong_argument_in_one_plan():
    mended = mend(
        two_rooms(door="closed"),
        call("pick", thing="red bx"),
        call("place", location="lab"),
        call("inspect", thing="gauge"),
        call("dock"),
    )
    assert mended.verdict.ok
    assert mended.left_out == 0
    assert mended.plan.steps == (
        call("pick", thing="red box"),
        call("open_door", door="lab door"),
        call("place", place="lab"),
        call("inspect", thing="gauge"),
        call("dock"),
    )
    assert any(reason.startswith("Step 1 pick(thing='red bx'): there is no thing named 'red bx'") for reason in mended.reasons)


def test_steps_in_the_wrong_order_are_put_in_order():
    mended = mend(two_rooms(), call("place", place="lab"), call("pick", thing="red box"), call("dock"))
    assert mended.plan.steps == (call("pick", thing="red box"), call("place", place="lab"), call("dock"))
    assert [edit.verb for edit in mended.edits] == ["move"]


def test_the_battery_is_charged_where_that_is_cheapest():
    mended = mend(two_rooms(), call("goto", place="lab"), call("wait", seconds=3600), call("report"), robot=state(battery_wh=30.0))
    assert mended.verdict.ok
    assert [edit.verb for edit in mended.edits] == ["insert"]
    assert mended.edits[0].call == call("dock", place="charger")


def test_what_cannot_be_done_is_left_out_with_what_hangs_on_it():
    steps = [call("goto", place="lab"), call("pick", thing="anvil"), call("place", place="lab"), call("report"), call("dock")]
    mended = mend(two_rooms(), *steps, call("goto", place="hall"))
    assert mended.verdict.ok
    assert mended.left_out == 2
    assert mended.plan.steps == (steps[0], steps[3], steps[4], call("goto", place="hall"))


def test_nothing_is_left_out_when_that_is_not_allowed():
    mended = mend(two_rooms(), call("juggle"), call("report"), leave_out=False)
    assert not mended.verdict.ok
    assert mended.edits == ()


def test_another_plan_altogether_is_no_repair():
    """Of four drives from a start in a wall none can be kept."""
    steps = [call("goto", place=name) for name in ("lab", "hall", "desk")]
    mended = mend(two_rooms(), *steps, call("report"), robot=state(6.1, 1.0))
    assert not mended.verdict.ok
    assert len(mended.plan.steps) >= 3


def test_a_plan_for_another_map_is_judged_as_one_for_this_map():
    world = two_rooms()

    def judge(changed):
        return verify(changed, world, state(), BODY, LIBRARY)

    wrong = plan(call("goto", place="labb"), map="ship", revision="sha256:0")
    mended = repair(wrong, judge(wrong), judge)
    assert mended.verdict.ok
    assert (mended.plan.map, mended.plan.revision, mended.plan.steps) == ("office", None, (call("goto", place="lab"),))


@pytest.mark.parametrize(
    ("limits", "left"),
    [(Limits(steps=2), 2), (Limits(distance_m=9.0), 3), (Limits(time_s=16.0), 2)],
)
def test_limits_are_kept(limits, left):
    mended = mend(two_rooms(), call("goto", place="lab"), call("goto", place="desk"), call("report"), limits=limits)
    assert mended.verdict.ok
    assert len(mended.plan.steps) == left


def test_a_goal_behind_a_keepout_is_replaced_by_one_that_can_be_reached():
    zone = Zone(name="wet paint", rule="keepout", outline=rectangle(4.9, 0, 5.3, 6))
    mended = mend(two_rooms(zones=[zone]), call("goto", place="lab"), call("report"))
    assert mended.verdict.ok
    assert [edit.verb for edit in mended.edits] == ["replace"]


def test_a_plan_past_mending_ends():
    steps = [call("juggle"), call("goto", place="nowhere at all"), call("place", place="lab")] * 8
    mended = mend(two_rooms(), *steps)
    assert len(mended.plan.steps) >= 2 * len(steps) // 3 - 1


def test_as_many_faults_as_a_plan_has_are_mended_each_for_its_own_reason():
    steps = [call("goto", place="labb"), call("inspect", thing="guage"), call("goto", place="dessk")] * 20
    mended = mend(two_rooms(), *steps, call("dock"))
    assert mended.verdict.ok
    assert mended.left_out == 0
    assert mended.plan.steps == (call("goto", place="lab"), call("inspect", thing="gauge"), call("goto", place="desk")) * 20 + (
        call("dock"),
    )
    assert len(mended.edits) == len(steps)
    assert all(reason.startswith(f"Step {edit.step} ") for edit, reason in zip(mended.edits, mended.reasons, strict=True))


def test_a_door_that_many_steps_need_is_opened_once():
    steps = [call("goto", place="labb"), call("goto", place="desk")] * 12
    mended = mend(two_rooms(door="closed"), *steps)
    assert mended.verdict.ok
    assert [step.skill for step in mended.plan.steps].count("open_door") == 1
    assert len(mended.plan.steps) == len(steps) + 1


def test_when_the_time_is_up_nothing_more_is_tried():
    world, judged = two_rooms(), []

    def judge(changed):
        judged.append(changed)
        return verify(changed, world, state(), BODY, LIBRARY)

    first = plan(call("goto", place="labb"))
    mended = repair(first, judge(first), judge, seconds=0.0)
    assert (mended.in_time, mended.verdict.ok, mended.plan, judged) == (False, False, first, [first])
    good = plan(call("goto", place="lab"))
    assert repair(good, judge(good), judge, seconds=0.0).in_time


def test_what_helps_is_found_behind_any_number_of_attempts_that_do_not():
    """Eight steps with three alternatives each, of which only the very last is of use, since it is all that the judge minds."""
    world, names = two_rooms(), [f"p{number}" for number in range(8)]
    good = verify(plan(call("report")), world, state(), BODY, LIBRARY)
    others = {name: [call("goto", place=f"{name}{letter}") for letter in "abc"] for name in names}

    def judge(changed):
        if changed.steps[-1] == others["p7"][2]:
            return good
        found = [
            Finding(code="NOT_VISIBLE", step=number, alternatives=tuple(Alternative(call=other) for other in others[name]))
            for number, name in enumerate(names, start=1)
        ]
        return good.model_copy(update={"ok": False, "findings": tuple(found)})

    first = plan(*[call("goto", place=name) for name in names])
    mended = repair(first, judge(first), judge, leave_out=False)
    assert mended.verdict == good
    assert [(edit.step, edit.call) for edit in mended.edits] == [(8, others["p7"][2])]
