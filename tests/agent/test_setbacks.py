"""Missions that meet a setback: once more, a search, what their own words say for this case, or the rest without it."""

from dataclasses import replace

import pytest
from conftest import plan, two_rooms

from agent.planners import Proposal
from maps import DoorChange, FeatureChange, Place, Pose, Thing
from skills.robots import Faults

FETCH = plan(("pick", {"thing": "box"}), ("place", {"place": "left room"}))
CUP = Thing(name="cup", kind="cup", position=(7.0, 3.0), place="right room", attributes={"weight_kg": 0.2})
WORLD = two_rooms().apply(FeatureChange(type="thing", name="cup", feature=CUP, origin="edited"))
BOTH = plan(
    ("pick", {"thing": "box"}), ("place", {"place": "left room"}), ("pick", {"thing": "cup"}), ("place", {"place": "left room"})
)  # fmt: skip
SLIPS = Faults(fail_actions={"pick box": "GRASP_FAILED"})
BY = "what failed"


def calls(mission):
    return [
        (data["call"]["skill"], next(iter(data["call"]["args"].values()), ""), data["outcome"]["status"])
        for data in mission.of("observed")
    ]


def moved(to=(2.0, 2.0), place="left room"):
    box = replace(WORLD.things["box"], position=to, place=place)
    return WORLD.apply(FeatureChange(type="thing", name="box", feature=box, origin="edited"))


def gone():
    return WORLD.apply(FeatureChange(type="thing", name="box", feature=None, origin="edited"))


def locked():
    return WORLD.apply(DoorChange(door="door", state="locked", origin="edited"))


class Died(BaseException):
    """The process is gone."""


async def test_a_thing_that_was_moved_is_looked_for_and_the_plan_goes_on(stage):
    mission = stage(
        [FETCH], world=WORLD, truth=moved((6.0, 3.4), "right room"), instruction="bring the box to the left room", setbacks=True
    )
    result = await mission.run()
    assert result.status == "succeeded", result.summary
    assert calls(mission) == [
        ("pick", "box", "failed"),
        ("search", "box", "succeeded"),
        ("pick", "box", "succeeded"),
        ("place", "left room", "succeeded"),
    ]
    assert len(mission.planner.briefs) == 1, "nobody was asked again"
    assert [data["planner"] for data in mission.of("proposed")][1:] == [BY, BY]


async def test_what_was_not_found_is_left_and_the_rest_is_done(stage):
    mission = stage([BOTH], world=WORLD, truth=gone(), instruction="box and cup to the left room", setbacks=True)
    result = await mission.run()
    assert [name for skill, name, status in calls(mission) if skill == "pick" and status == "succeeded"] == ["cup"]
    assert "pick(thing='box')" in result.summary and len(mission.planner.briefs) == 1


async def test_the_missions_words_for_its_absence_are_gone_by_without_a_search(stage):
    say = "bring the box to the left room. if somebody took it, bring the cup instead"
    mission = stage([FETCH], world=WORLD, truth=gone(), instruction=say, setbacks=True)
    await mission.run()
    assert calls(mission) == [("pick", "box", "failed"), ("pick", "cup", "succeeded"), ("place", "left room", "succeeded")]
    first = mission.planner.briefs[0]
    assert first.mission.strip(" .") == "bring the box to the left room" and first.kept_back == ("somebody took it",)
    assert mission.of("proposed")[0]["kept_back"] == ["somebody took it"]


async def test_of_several_the_others_are_carried_and_the_operator_is_told_which_failed(stage):
    say = "box and cup belong in the left room. should one of them refuse to come along, take the others but let me know which"
    mission = stage([BOTH], world=WORLD, instruction=say, setbacks=True, faults=SLIPS)
    await mission.run()
    assert calls(mission)[1:] == [
        ("pick", "cup", "succeeded"),
        ("place", "left room", "succeeded"),
        ("report", "the box could not be picked up.", "succeeded"),
    ]


async def test_where_nothing_is_left_it_is_reported(stage):
    mission = stage([FETCH], world=WORLD, instruction="bring the box to the left room", setbacks=True, faults=SLIPS)
    await mission.run()
    assert calls(mission) == [("pick", "box", "failed"), ("report", "the box could not be picked up.", "succeeded")]


async def test_a_door_that_turns_out_to_be_shut_is_opened_and_the_plan_goes_on(stage):
    shut = WORLD.apply(DoorChange(door="door", state="closed", origin="edited"))
    mission = stage([FETCH], world=WORLD, truth=shut, instruction="bring the box to the left room", setbacks=True, mend=True)
    result = await mission.run()
    assert result.status == "succeeded" and len(mission.planner.briefs) == 1
    assert ("open_door", "door", "succeeded") in calls(mission) and calls(mission)[-1] == ("place", "left room", "succeeded")


@pytest.mark.parametrize("known", [False, True], ids=["found", "known"])
async def test_a_locked_door_is_told_where_the_mission_says_so(stage, known):
    say = "bring the box to the left room. if the door is locked, go to the dock and say so"
    told = plan(("goto", {"place": "dock"}), ("say", {"text": "the door is locked"}))
    mission = stage([FETCH, told], world=locked() if known else WORLD, truth=locked(), instruction=say, setbacks=True, mend=True)
    await mission.run()
    assert calls(mission)[-2:] == [("goto", "dock", "succeeded"), ("say", "the door is locked", "succeeded")]
    assert (
        mission.planner.briefs[1].mission == "go to the dock and say the door is locked" and not mission.planner.briefs[1].history
    )


async def test_steps_behind_a_setback_wait_until_what_is_done_for_it_is_known(stage):
    say = "bring the box and the cup to the left room. if the box is missing, look for the mug in the right room"
    look = Proposal(plan=plan(("search", {"what": "mug", "place": "right room"})), more=True)
    mission = stage([BOTH, look, plan()], world=WORLD, truth=gone(), instruction=say, setbacks=True)
    await mission.run()
    assert calls(mission)[2:] == [("pick", "cup", "succeeded"), ("place", "left room", "succeeded")], calls(mission)
    assert mission.planner.briefs[2].mission.startswith("look for the mug")


async def test_a_plan_that_the_map_refuses_goes_back_to_its_planner_where_nothing_is_said(stage):
    mission = stage(
        [FETCH, plan(("goto", {"place": "dock"}))], world=locked(), instruction="bring the box to the left room", setbacks=True
    )
    await mission.run()
    assert len(mission.planner.briefs) == 2 and mission.planner.briefs[1].rejected


async def test_another_place_where_it_cannot_be_put_down(stage):
    say = "put the box in the left room. if there's no room for it, leave it at the dock"
    faults = Faults(fail_actions={"place left room": "PLACE_FAILED"})
    mission = stage([FETCH], world=WORLD, instruction=say, setbacks=True, faults=faults)
    await mission.run()
    assert calls(mission) == [("pick", "box", "succeeded"), ("place", "left room", "failed"), ("place", "dock", "succeeded")]
    assert "'leave it at the dock' is done" in mission.of("proposed")[1]["text"]


async def test_one_of_several_is_left_to_the_planner(stage):
    cup = plan(("pick", {"thing": "cup"}), ("place", {"place": "left room"}))
    mission = stage([FETCH, cup], world=WORLD, instruction="bring one of the two to the left room", setbacks=True, faults=SLIPS)
    await mission.run()
    assert len(mission.planner.briefs) == 2 and calls(mission)[-1] == ("place", "left room", "succeeded")


async def test_what_a_search_did_not_find_may_have_words_of_its_own(stage):
    search = Proposal(plan=plan(("search", {"what": "mug", "place": "left room"})), more=True)
    say = "find the mug in the left room; if you can't find it, tell them at the dock that there is none"
    told = plan(("goto", {"place": "dock"}), ("say", {"text": "there is none"}))
    mission = stage([search, told], world=WORLD, instruction=say, setbacks=True)
    await mission.run()
    assert calls(mission)[1:] == [("goto", "dock", "succeeded"), ("say", "there is none", "succeeded")]
    plainly = stage([search, told], world=WORLD, instruction="find the mug in the left room", setbacks=True)
    await plainly.run()
    assert len(plainly.planner.briefs) == 2 and plainly.planner.briefs[1].history


async def test_it_can_be_switched_off(stage):
    say = "bring the box to the left room. if somebody took it, bring the cup instead"
    mission = stage([FETCH, plan(("goto", {"place": "dock"}))], world=WORLD, truth=gone(), instruction=say)
    await mission.run()
    assert mission.planner.briefs[0].mission == say and len(mission.planner.briefs) == 2


async def test_a_mission_goes_on_after_a_crash_as_if_there_had_been_none(stage):
    mission = stage(
        [FETCH], world=WORLD, truth=moved((6.0, 3.4), "right room"), instruction="bring the box to the left room", setbacks=True
    )

    def die(type):
        if type == "observed" and len(mission.of("observed")) == 2:  # the search was made
            raise Died

    mission.on_event = die
    with pytest.raises(Died):
        await mission.run()
    mission.on_event = lambda type: None
    result = await mission.resume()
    assert result.status == "succeeded", result.summary
    assert calls(mission)[-1] == ("place", "left room", "succeeded")


async def test_another_dock_is_tried_where_one_does_not_charge(stage):
    spare = Place(name="spare dock", kind="dock", pose=Pose(2.0, 0.8, 0.0))
    world = WORLD.apply(FeatureChange(type="place", name="spare dock", feature=spare, origin="edited"))
    faults = Faults(fail_actions={"charge dock": "FAILED_TO_CHARGE"})
    mission = stage(
        [plan(("dock", {}), ("goto", {"place": "left room"}))],
        world=world,
        instruction="charge, then go to the left room",
        setbacks=True,
        faults=faults,
    )
    await mission.run()
    assert [(skill, status) for skill, _, status in calls(mission)] == [
        ("dock", "failed"),
        ("dock", "succeeded"),
        ("goto", "succeeded"),
    ]
    assert mission.of("observed")[1]["call"]["args"] == {"place": "spare dock"}


async def test_who_asks_to_be_come_to_is_told_there(stage):
    say = "bring the box to the left room, please. if somebody took it, come here and tell me it is gone"
    mission = stage([FETCH], world=WORLD, truth=gone(), instruction=say, setbacks=True)
    await mission.run()
    assert calls(mission)[1:] == [("goto", "left room", "succeeded"), ("say", "the box is not there", "succeeded")]


async def test_what_lies_behind_the_same_locked_door_is_left_out(stage):
    say = "go to the right room and look at the cup. if the door is locked, go to the dock and say so"
    first = plan(("goto", {"place": "right room"}), ("inspect", {"thing": "cup"}))
    told = plan(("goto", {"place": "dock"}), ("say", {"text": "the door is locked"}))
    mission = stage([first, told], world=WORLD, truth=locked(), instruction=say, setbacks=True, mend=True)
    await mission.run()
    assert calls(mission)[-2:] == [("goto", "dock", "succeeded"), ("say", "the door is locked", "succeeded")]
    assert not any(skill == "inspect" and status == "failed" for skill, _, status in calls(mission))
