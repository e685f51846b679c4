"""Second drafts that cannot say what is doubted, and plans mended by the mission's words."""

import pytest
from conftest import plan
from planner_briefs import Second, brief, carry, look

from agent.planners import Proposal
from agent.planners.candidates import readable, surest
from agent.planners.doubt import DECLINE
from agent.planners.doubts import doubts
from agent.planners.errors import PlanUnreadable


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


async def test_a_question_may_stand_in_the_stead_of_a_refusal_that_is_doubted():
    first = Proposal(reason="No skill can.", about="bring it to the attic")
    question = Proposal(question="Nothing on this map is called 'attic': what is meant?", about="attic")
    asked = brief("grab the newspaper and bring it to the attic")
    found, drawn = await surest(Second([question]), asked, first, lambda made: True, count=3, seconds=9)
    assert found.question == question.question and drawn == 1


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


async def test_what_no_draft_mends_is_asked_about():
    half = Proposal(plan=plan(*look("oven")))
    asked = brief("look at the oven, then go to the garden")
    found, _ = await surest(Second([half], repeat_last=True), asked, half, lambda made: True, count=2, seconds=9)
    assert "garden" in found.question and not found.plan
    answered = brief("look at the oven, then go to the garden (skip it)")
    found, _ = await surest(Second([half], repeat_last=True), answered, half, lambda made: True, count=2, seconds=9)
    assert found.plan == half.plan, "nothing is asked twice"


async def test_what_no_order_needs_is_not_asked_about():
    half = Proposal(plan=plan(*look("oven")))
    asked = brief("look at the oven, I am there with the coffee mug")
    found, _ = await surest(Second([half], repeat_last=True), asked, half, lambda made: True, count=2, seconds=9)
    assert not found.question and found.plan is not None


class Mumbles(Second):
    """Its first answers cannot be read."""

    def __init__(self, mumbled: int, proposal: Proposal) -> None:
        super().__init__([proposal])
        self.left, self.proposal = mumbled, proposal

    async def propose(self, brief):
        """The likeliest answer, which cannot be read."""
        raise PlanUnreadable("The likeliest answer is no plan.")

    async def sample(self, brief, count, *, temperature=0.8, first=0):
        """Others, of which the first ones cannot be read."""
        self.left -= 1
        return () if self.left >= 0 else (self.proposal,)


async def test_where_the_likeliest_answer_cannot_be_read_others_are_drawn():
    seen = Proposal(plan=plan(*look("oven")))
    assert await readable(Mumbles(2, seen), brief("look at the oven"), 4) == seen
    with pytest.raises(PlanUnreadable, match="likeliest answer is no plan"):
        await readable(Mumbles(4, seen), brief("look at the oven"), 4)


@pytest.mark.parametrize(
    ("map_name", "mission", "steps"),
    [
        ("hospital", "beds 101 to 104, but skip room 103", look("bed 101", "bed 102", "bed 104")),
        ("home", "bring the mug to the study of the house plant", carry("coffee mug", "study")),
    ],
)
def test_what_belongs_to_something_or_is_in_what_is_excepted_is_not_left_out(map_name, mission, steps):
    assert [doubt.why for doubt in doubts(brief(mission, map_name), Proposal(plan=plan(*steps))) if doubt.missing is not None] == []


def test_what_is_taken_and_has_one_goal_is_put_there():
    (doubt,) = [one for one in doubts(brief("put the newspaper out in the hallway"), Proposal(
        plan=plan(("pick", {"thing": "newspaper"})))) if one.behind]  # fmt: skip
    assert doubt.behind is not None and doubt.behind[1].args == {"place": "hallway"}


async def test_a_door_that_is_in_the_way_is_opened_before():
    steps = (*carry("coffee mug", "study"), ("open_door", {"door": "study door"}))
    first = Proposal(plan=plan(*steps))
    asked = brief("the mug goes to the study, you have to open the study door")
    found, _ = await surest(Second([first], repeat_last=True), asked, first, lambda made: True, count=0, seconds=9)
    assert found.plan is not None and [step.skill for step in found.plan.steps] == ["open_door", "pick", "place"]
    kept = Proposal(plan=plan(*carry("coffee mug", "kitchen"), ("open_door", {"door": "study door"})))
    assert not [doubt for doubt in doubts(asked, kept) if "too late" in doubt.why]


@pytest.mark.parametrize(
    ("mission", "ordered"),
    [
        ("the guest said the oven is on, have a look", False),
        ("孩子说烤箱开着,去看看", False),
        ("say that the oven is on", True),
        ("the guest said the oven is on, go and tell the kitchen", True),
        ("去跟孩子说一声烤箱开着", True),
    ],
)
def test_what_others_have_said_is_no_order_to_say_it(mission, ordered):
    found = doubts(brief(mission), Proposal(plan=plan(("say", {"text": "the oven is on"}), *look("oven"))))
    assert ("say" not in {word for doubt in found for word in doubt.words}) == ordered
