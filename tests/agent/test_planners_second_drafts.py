"""Second drafts that cannot say what is doubted, and plans mended by the mission's words."""

import pytest
from conftest import plan
from planner_briefs import Second, brief, carry, look

from agent.planners import Proposal
from agent.planners.candidates import surest
from agent.planners.doubt import DECLINE


async def test_a_second_draft_does_without_what_is_doubted():
    asked = brief("how hot is the oven")
    seen = Proposal(plan=plan(*look("oven")))
    planner = Second([seen])
    first = Proposal(reason="No skill can.", about="how hot is the oven")
    found, drawn = await surest(planner, asked, first, lambda made: True, count=3, seconds=9)
    assert found.plan == seen.plan and drawn == 1
    assert DECLINE in planner.briefs[0].unsaid


async def test_a_refusal_stands_where_the_second_draft_does_not_hold():
    first = Proposal(reason="No skill can.", about="how hot is the oven")
    planner = Second([Proposal(plan=plan(*look("oven")))] * 3)
    assert (await surest(planner, brief("how hot is the oven"), first, lambda made: False, count=3, seconds=9))[0] == first


async def test_what_is_left_out_is_planned_by_itself():
    asked = brief("look at the oven, then go to the garden")
    half = Proposal(plan=plan(*look("oven")))
    planner = Second([Proposal(plan=plan(("goto", {"place": "garden"})))])
    found, _ = await surest(planner, asked, half, lambda made: True, count=2, seconds=9)
    assert planner.briefs[0].mission == "go to the garden"
    assert found.plan is not None and [step.skill for step in found.plan.steps] == ["inspect", "goto"]


async def test_an_order_is_mended_without_asking_again():
    asked = brief("look at the oven, then at the kettle")
    found, drawn = await surest(
        Second([]), asked, Proposal(plan=plan(*look("kettle", "oven"))), lambda made: True, count=2, seconds=9
    )
    assert found.plan is not None and [step.args["thing"] for step in found.plan.steps] == ["oven", "kettle"] and drawn <= 2


@pytest.mark.parametrize(
    ("mission", "steps", "left"),
    [
        ("look at the lamps except the desk lamp", look("floor lamp", "desk lamp"), ["inspect"]),
        ("don't go to the garden, look at the oven", (("goto", {"place": "garden"}), *look("oven")), ["inspect"]),
        ("别去花园，看看烤箱", (("goto", {"place": "garden"}), *look("oven")), ["inspect"]),
        (
            "the mug to the study, make sure the oven is off",
            (*carry("coffee mug", "study"), *carry("oven", "kitchen")),
            ["pick", "place", "inspect"],
        ),
    ],
)
async def test_a_step_that_must_not_be_is_left_out_or_is_a_look(mission, steps, left):
    first = Proposal(plan=plan(*steps))
    found, _ = await surest(Second([first] * 3), brief(mission), first, lambda made: True, count=0, seconds=9)
    assert found.plan is not None and [step.skill for step in found.plan.steps] == left
