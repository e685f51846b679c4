"""Conditions in a mission under way: the planner is told what was settled, and a plan against it does not run."""

from dataclasses import replace

import pytest
from conftest import plan
from planner_briefs import brief as doors

from agent.planners import Proposal
from agent.planners.planner import HistoryEntry
from agent.settling import settle
from skills import Outcome, SkillCall

SAY = "check the gauge. if it is above 6 bar, go to the right room, otherwise go to the dock"  # it reads 4.2 bar
LOOK = Proposal(plan=plan(("inspect", {"thing": "gauge"})), more=True)
RIGHT, DOCK, NOTHING = plan(("goto", {"place": "right room"})), plan(("goto", {"place": "dock"})), plan()
WHY = "gauge: reading: 4.2 bar, so 'it is above 6 bar' does not hold."


def places(mission):
    return [data["call"]["args"].get("place") for data in mission.of("observed")][1:]


async def test_the_planner_is_told_the_branch_that_counts_and_why(stage):
    mission = stage([LOOK, DOCK], instruction=SAY)
    result = await mission.run()
    assert result.status == "succeeded" and places(mission) == ["dock"]
    first, second = mission.planner.briefs
    assert (first.mission, first.settled, first.due) == (SAY, (), False)
    assert second.mission == "check the gauge. unless it is above 6 bar, go to the dock"
    assert second.settled == (WHY,) and second.due
    assert mission.of("proposed")[1]["settled"] == [WHY]


async def test_a_plan_that_does_what_hangs_on_a_condition_that_fails_does_not_run(stage):
    mission = stage([LOOK, RIGHT, DOCK], instruction=SAY)
    result = await mission.run()
    assert result.status == "succeeded" and places(mission) == ["dock"]
    (finding,) = mission.planner.briefs[2].findings
    assert (finding.code, finding.step, finding.subject) == ("CONDITION_NOT_MET", 1, "right room")
    assert finding.message == f"Step 1: {WHY} Instead: leave out goto(place='right room')."
    assert [call.args for call in mission.planner.briefs[2].refuted] == [{"place": "right room"}]  # it cannot be said again


async def test_an_end_although_the_other_branch_is_due_does_not_count(stage):
    mission = stage([LOOK, NOTHING, DOCK], instruction=SAY)
    result = await mission.run()
    assert result.status == "succeeded" and places(mission) == ["dock"]
    codes = [finding.code for finding in mission.planner.briefs[2].findings]
    assert "CONDITION_IGNORED" in codes


async def test_a_mission_of_which_nothing_is_left_ends_without_asking_anybody(stage):
    mission = stage([LOOK], instruction="check the gauge. if it is above 6 bar, go to the right room")
    result = await mission.run()
    assert result.status == "succeeded" and places(mission) == [] and len(mission.planner.briefs) == 1
    assert mission.of("proposed")[1]["planner"] == "what was seen" and WHY in mission.of("proposed")[1]["settled"]


async def test_what_cannot_be_told_is_left_to_the_planner(stage):
    say = "check the gauge. if it is broken, go to the right room, otherwise go to the dock"
    mission = stage([LOOK, RIGHT], instruction=say)
    assert (await mission.run()).status == "succeeded" and places(mission) == ["right room"]
    assert mission.planner.briefs[1].mission == say and mission.planner.briefs[1].settled == ()


async def test_it_can_be_switched_off(stage):
    mission = stage([LOOK, RIGHT], instruction=SAY, conditions=False)
    assert (await mission.run()).status == "succeeded" and places(mission) == ["right room"]
    assert mission.planner.briefs[1].mission == SAY


@pytest.mark.parametrize("say", ["check the gauge", "check the gauge, then go to the dock", "do it"])
async def test_a_mission_without_a_condition_is_told_as_it_is(stage, say):
    mission = stage([LOOK, DOCK], instruction=say)
    await mission.run()
    assert [brief.mission for brief in mission.planner.briefs] == [say, say]
    assert all(not brief.settled and not brief.due for brief in mission.planner.briefs)


async def test_a_whole_plan_is_carried_out_up_to_the_look_that_decides_the_rest(stage):
    say = "look at the box. if it is full, bring it to the left room"
    whole = plan(("inspect", {"thing": "box"}), ("pick", {"thing": "box"}), ("place", {"place": "left room"}))
    mission = stage([whole, plan()], instruction=say)
    await mission.run()
    assert [data["call"]["skill"] for data in mission.of("observed")] == ["inspect"], "nobody has seen whether it is full"
    assert mission.of("proposed")[0]["more"]


@pytest.mark.parametrize(
    ("mission", "told"),
    [
        ("check whether the study door is open: if so, go to the garden, if not, look at the fridge", "look at the fridge"),
        ("If the kitchen door is open, go to the garden, otherwise look at the fridge", "go to the garden"),
        ("书房门闭着就去花园，反之去厨房", "去花园"),
    ],
)
def test_the_map_settles_what_hangs_on_a_door_in_two_branches(mission, told):
    settled = settle(doors(mission))
    assert settled is not None and settled.brief.mission.endswith(told)
    assert len([part for part in ("garden", "fridge", "花园", "厨房") if part in settled.brief.mission]) == 1


@pytest.mark.parametrize(
    "mission", ["go to the study. if the study door is shut, come back", "go to the garden", "open the study door"]
)
def test_what_is_to_be_done_if_a_door_turns_out_shut_stays_in_the_mission(mission):
    assert settle(doors(mission)) is None


def test_doors_are_not_judged_again_once_something_was_done():
    """Opening a shut door must not turn the branch around that it was opened for."""
    mission = "check whether the study door is closed: if so, open it, if not, go to the garden"
    entry = HistoryEntry(call=SkillCall(skill="open_door", args={"door": "study door"}), outcome=Outcome(status="succeeded"))
    assert settle(doors(mission)) is not None and settle(replace(doors(mission), history=(entry,))) is None
