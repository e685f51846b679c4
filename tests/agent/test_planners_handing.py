"""Things and words handed over: where they go is told by a place that was named, by "there", or by the same said again."""

import pytest
from conftest import plan
from planner_briefs import Second
from planner_briefs import brief as at_home

from agent.planners import Proposal
from agent.planners.candidates import surest
from agent.planners.doubts import doubts
from agent.planners.plan_parts import behind
from agent.planners.planner import Brief, HistoryEntry
from skills import Outcome, SkillCall


def brief(mission: str, map_name: str = "hospital", **changes) -> Brief:
    return at_home(mission, map_name, **changes)


async def taken(asked: Brief, *steps, holds=lambda made: True):
    first = Proposal(plan=plan(*steps))
    found, _ = await surest(Second([first], repeat_last=True), asked, first, holds, count=0, seconds=9)
    assert found.plan is not None
    return [(step.skill, *step.args.values()) for step in found.plan.steps]


@pytest.mark.parametrize(
    ("mission", "steps", "wanted"),
    [
        ("room 104 are cold, bring them the blue blanket", [("pick", {"thing": "blue blanket"})], "room 104"),
        ("they want water in the waiting area. take the water jug to them", [("pick", {"thing": "water jug"})], "waiting area"),
        ("候诊区有人要水,把水壶送给他", [("pick", {"thing": "water jug"})], "waiting area"),
    ],
)
async def test_what_is_for_someone_is_put_where_they_are(mission, steps, wanted):
    assert (await taken(brief(mission), *steps))[-1] == ("place", wanted)


async def test_what_is_only_to_be_fetched_stays_in_the_hand():
    for mission in ("go to room 105 and pick up the blue blanket", "take the blue blanket"):
        assert await taken(brief(mission), ("pick", {"thing": "blue blanket"})) == [("pick", "blue blanket")]


@pytest.mark.parametrize(
    ("mission", "steps", "wanted"),
    [
        ("bring it to me in the staff room, the water jug", [], "staff room"),
        ("look at bed 104, then take the water jug there", [("inspect", {"thing": "bed 104"})], "room 104"),
        ("pick the water jug up and leave it in the staff room", [("goto", {"place": "staff room"})], "staff room"),
    ],
)
async def test_what_has_a_goal_is_not_put_down_at_the_start(mission, steps, wanted):
    found = await taken(brief(mission), *(step for step in steps if step[0] == "inspect"), ("pick", {"thing": "water jug"}),
                        *(step for step in steps if step[0] == "goto"), ("place", {"place": "charging dock"}))  # fmt: skip
    assert found[-1] == ("place", wanted)


async def test_what_has_no_other_goal_is_brought_to_where_the_mission_began():
    steps = (("pick", {"thing": "water jug"}), ("place", {"place": "charging dock"}))
    for mission in ("bring me the water jug", "bring me the water jug from room 103"):
        assert (await taken(brief(mission), *steps))[-1] == ("place", "charging dock")


async def test_after_a_look_there_is_where_it_was():
    entry = HistoryEntry(
        call=SkillCall(skill="inspect", args={"thing": "bed 104"}), outcome=Outcome(status="succeeded", value="state: empty")
    )
    asked = brief("look at bed 104, take the clean linen there", history=(entry,))
    found = await taken(asked, ("pick", {"thing": "clean linen"}), ("place", {"place": "charging dock"}))
    assert found[-1] == ("place", "room 104")


async def test_the_same_is_said_in_the_next_place():
    asked = brief("tell them in the staff room that lunch is ready. same in the pharmacy")
    steps = (("goto", {"place": "staff room"}), ("say", {"text": "lunch is ready"}), ("goto", {"place": "pharmacy"}))
    assert (await taken(asked, *steps))[-1] == ("say", "lunch is ready")
    asked = brief("tell them in the staff room that lunch is ready, then drive to the pharmacy")
    assert (await taken(asked, *steps))[-1] == ("goto", "pharmacy")


async def test_what_was_said_and_cannot_be_is_left_to_the_verifier():
    asked = brief("antibiotics for the people in the waiting area! bring the antibiotics", "hospital")
    steps = (("pick", {"thing": "antibiotics"}), ("place", {"place": "charging dock"}))
    found = await taken(asked, *steps, holds=lambda made: made.steps[-1].args["place"] == "charging dock")
    assert found[-1] == ("place", "waiting area")


def test_a_call_is_put_behind_the_last_that_is_the_same():
    steps = (("goto", {"place": "pharmacy"}), ("goto", {"place": "reception"}), ("goto", {"place": "pharmacy"}))
    made = behind(plan(*steps), SkillCall(skill="goto", args={"place": "pharmacy"}), SkillCall(skill="say", args={"text": "hello"}))
    assert [step.skill for step in made.steps] == ["goto", "goto", "goto", "say"]
    (late,) = [doubt for doubt in doubts(brief("water jug to the staff room"), Proposal(plan=plan(
        ("pick", {"thing": "water jug"}), ("place", {"place": "charging dock"})))) if doubt.instead]  # fmt: skip
    assert late.instead is not None and late.instead[1].args["place"] == "staff room"
