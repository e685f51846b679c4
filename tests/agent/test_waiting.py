"""Missions that wait until something is so: they look again until it is, and go on without asking any model in between."""

from dataclasses import replace

import pytest
from conftest import plan
from planner_briefs import brief, ground

from agent.decisions.until import until
from agent.evaluation.case import carried_out
from agent.evaluation.scenario import Scenario
from agent.planners import Proposal, ScriptedPlanner
from agent.planners.planner import HistoryEntry
from agent.settings import Settings
from agent.waiting import MOST_LOOKS, awaited
from maps import start_pose
from skills import Outcome, SkillCall, library

LOOK = SkillCall(skill="inspect", args={"thing": "kettle"})


def seen(mission: str, *states: str, after=()):
    """A brief behind looks at the kettle, with waits between them."""
    entries = [HistoryEntry(call=LOOK, outcome=Outcome(status="succeeded", value={"state": state})) for state in states]
    return replace(brief(mission), history=(*entries, *after))


@pytest.mark.parametrize(
    ("mission", "name", "every", "rest"),
    [
        ("wait until the kettle is off, then bring me the mug", "kettle", "", "then bring me the mug"),
        ("Go to the kitchen and wait till the kettle is hot. Then come back.", "kettle", "", "Go to the kitchen. Then come back."),
        ("don't go on until the kettle happens to be off. understood?", "kettle", "", ""),
        ("look at it every 2 minutes until the kettle is off", "kettle", "every 2 minutes", ""),
        ("等水壶关了再去门口", "水壶", "", "再去门口"),
        ("待着，等水壶关了", "水壶", "", ""),
    ],
)
def test_what_is_waited_for_is_read(mission, name, every, rest):
    at = mission.index(name)
    found = until(mission, [(at, at + len(name))])
    assert found is not None and name in mission[slice(*found.condition)]
    assert found.rest == rest and found.every.startswith(every) and bool(found.every) == bool(every)


@pytest.mark.parametrize("mission", ["go to the kettle", "wait until noon or until the kettle is off", "看看水壶", ""])
def test_where_nothing_or_several_things_are_waited_for_nothing_is_read(mission):
    assert until(mission, []) is None


def test_it_looks_again_until_it_is_so():
    mission = "wait until the kettle is on, then go to the garden"
    waits = awaited(seen(mission, "off"))
    assert waits is not None and not waits.so and not waits.over and not waits.given_up
    again = waits.next()
    assert again.more and again.plan is not None
    assert [step.args for step in again.plan.steps] == [{"seconds": 30.0}, {"thing": "kettle"}]
    goes_on = awaited(seen(mission, "off", "off", "on"))
    assert goes_on is not None and goes_on.so and goes_on.looks == 3 and goes_on.brief.mission == "then go to the garden"
    assert "does not hold yet" in waits.sentence and goes_on.sentence.endswith("holds.")


@pytest.mark.parametrize(
    ("said", "every_s"),
    [("every 2 minutes", 120.0), ("every 0 seconds", 1.0), ("every five hours", 3600.0)],
)
def test_how_often_is_said_by_the_mission(said, every_s):
    waits = awaited(seen(f"check {said} until the kettle is on", "off"))
    assert waits is not None and waits.every_s == every_s and waits.over


@pytest.mark.parametrize(
    ("mission", "states"),
    [
        ("wait until the kettle is on", ()),
        ("look at the kettle, then go to the garden", ("off",)),
        ("wait until the kettle is purple", ("off",)),
        ("wait until the oven is on", ("off",)),
    ],
)
def test_what_cannot_be_told_is_left_to_the_planner(mission, states):
    assert awaited(seen(mission, *states)) is None


def test_it_does_not_wait_for_ever():
    waits = awaited(seen("wait until the kettle is on", *["off"] * MOST_LOOKS))
    assert waits is not None and "did not come true in 60 looks, 29.5 min" in waits.given_up


async def carried(mission: str, *script):
    world = ground("home")
    return await carried_out(
        mission, Scenario(world, world, start_pose(world)), ScriptedPlanner(list(script)), library(), Settings(), operator=nobody
    )


async def nobody(request):
    return None


async def test_a_mission_waits_in_vain_and_says_so():
    record = await carried(
        "wait until the kettle is on, then go to the garden", Proposal(plan=plan(("inspect", LOOK.args)), more=True)
    )
    skills = [deed.call.skill for deed in record.trace.deeds]
    assert record.status == "failed" and "did not come true" in record.summary
    assert skills == ["inspect", *["wait", "inspect"] * (MOST_LOOKS - 1)] and len(record.answers) == 1


async def test_a_mission_goes_on_once_it_is_so():
    garden = plan(("goto", {"place": "garden"}))
    record = await carried(
        "wait until the kettle is off, then go to the garden", Proposal(plan=plan(("inspect", LOOK.args)), more=True), garden
    )
    assert record.status == "succeeded", record.summary
    assert [deed.call.skill for deed in record.trace.deeds] == ["inspect", "goto"]


async def test_a_mission_that_only_waits_ends_without_a_model():
    record = await carried("wait until the kettle is off", Proposal(plan=plan(("inspect", LOOK.args)), more=True))
    assert record.status == "succeeded" and len(record.answers) == 1


async def test_a_planner_that_waits_and_looks_without_end_is_bounded():
    """Only looks at what the judge can tell are free: a model's own beginnings count, whatever they look like."""
    again = Proposal(plan=plan(("wait", {"seconds": 5.0}), ("inspect", LOOK.args)), more=True)
    record = await carried("wait until the kettle is purple", *[again] * 30)
    assert record.status == "failed" and "6 new plans" in record.summary and len(record.answers) == 7
