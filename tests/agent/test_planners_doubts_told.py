"""What is taken back, where to wait, what is said and in which order: a plan that does otherwise becomes one that does so."""

import pytest
from conftest import plan
from planner_briefs import brief, carry, look

from agent.doubt import question_of_doubt
from agent.planners import NamedArgument, Proposal
from agent.planners.doubt_times import durations
from agent.planners.doubts import doubts
from agent.planners.mended import mended
from agent.planners.undoable import undoable
from skills import library


def rooms(text, *names):
    return tuple(step for name in names for step in (("goto", {"place": name}), ("say", {"text": text})))


@pytest.mark.parametrize(
    ("mission", "steps", "meant"),
    [
        ("check the oven, what am I saying, I mean the kettle", look("oven"), look("kettle")),
        ("把枕头放到花园……不对，是报纸", carry("pillow", "garden"), carry("newspaper", "garden")),
        (
            "the paint fumes in the kitchen last five minutes. keep still in there and then look at the kettle",
            (("wait", {"seconds": 300}), *look("kettle")),
            (("goto", {"place": "kitchen"}), ("wait", {"seconds": 300}), *look("kettle")),
        ),
        (
            "tell everyone in the kitchen, the study and the garage that lunch is ready, with the exception of the garage",
            rooms("the exception of", "kitchen", "study"),
            rooms("lunch is ready", "kitchen", "study"),
        ),
        (
            "lunch is late, so go into the kitchen and the study and tell them so",
            rooms("Mr", "kitchen", "study"),
            rooms("lunch is late", "kitchen", "study"),
        ),
        (
            "go into the kitchen and the study, and in each of them say that lunch is ready",
            (*rooms("lunch is ready", "kitchen", "study"), *rooms("lunch is ready", "kitchen", "study")),
            rooms("lunch is ready", "kitchen", "study"),
        ),
        (
            "the last thing I need is a look at the oven. check the kettle, and then the pillow goes to the study",
            (*look("oven", "kettle"), *carry("pillow", "study")),
            (*look("kettle"), *carry("pillow", "study"), *look("oven")),
        ),
        (
            "pillow to the study and newspaper to the garden, but before you lay a finger on either, look at the oven",
            (*carry("pillow", "study"), *carry("newspaper", "garden"), *look("oven")),
            (*look("oven"), *carry("pillow", "study"), *carry("newspaper", "garden")),
        ),
        (
            "kitchen, study, garage: go and say hello. just not the garage",
            rooms("hello", "kitchen", "study", "garage"),
            rooms("hello", "kitchen", "study"),
        ),
    ],
)
def test_a_plan_becomes_the_one_that_is_meant(mission, steps, meant):
    asked, proposal = brief(mission), Proposal(plan=plan(*steps))
    found = doubts(asked, proposal)
    assert found
    better, left = mended(asked, proposal, found)
    assert [(step.skill, step.args) for step in better.plan.steps] == [(skill, args) for skill, args in meant], left
    assert len(left) < len(found)


@pytest.mark.parametrize("text", ["apart from number", "number two", "the exception of the lamp"])
def test_what_asks_nothing_is_left_out_of_a_look(text):
    asked = brief("check the oven, number two")
    proposal = Proposal(plan=plan(("inspect", {"thing": "oven", "question": text})))
    better, left = mended(asked, proposal, doubts(asked, proposal))
    assert better.plan.steps[0].args == {"thing": "oven"} and not left


@pytest.mark.parametrize(
    ("mission", "seconds"),
    [("wait three more minutes", 180), ("a full minute between each look and the next", 60), ("two solid hours", 7200)],
)
def test_words_between_a_number_and_its_unit_change_nothing(mission, seconds):
    assert durations(mission) == {seconds}


def test_where_all_that_a_name_may_be_is_in_the_plan_nobody_is_asked():
    one = NamedArgument(
        step=1, parameter="thing", name="oven", confidence=0.5, others=(("kettle", 0.48), ("pillow", 0.01)), about="them"
    )
    both = Proposal(plan=plan(*look("oven", "kettle")), names=(one,))
    assert question_of_doubt(both, 0.6, ()) is None
    assert question_of_doubt(Proposal(plan=plan(*look("oven")), names=(one,)), 0.6, ()) is not None


@pytest.mark.parametrize("mission", ["Take up position at the gate.", "please take up your post in the hall"])
def test_to_take_up_position_is_to_go_there(mission):
    assert undoable(mission, (), library()) is None


@pytest.mark.parametrize(
    ("mission", "steps", "meant"),
    [
        ("what does the oven say", (("pick", {"thing": "oven"}),), look("oven")),
        ("can i have the newspaper please, i'm in the garden", carry("newspaper", "garden"), None),
        (
            "look at the oven, then come into the kitchen and tell us",
            (*look("oven"), ("goto", {"place": "kitchen"}), ("report", {})),
            (*look("oven"), ("goto", {"place": "kitchen"}), ("say", {})),
        ),
    ],
)
def test_what_is_asked_is_looked_at_and_told_where_the_asker_is(mission, steps, meant):
    asked, proposal = brief(mission), Proposal(plan=plan(*steps))
    found = doubts(asked, proposal)
    better, left = mended(asked, proposal, found)
    assert bool(found) == (meant is not None) and not left
    assert better.plan.steps == plan(*(meant or steps)).steps


def test_a_quotation_is_said_as_a_whole():
    asked = brief('go to the kitchen and say "the oven is on and the kettle is off"')
    proposal = Proposal(plan=plan(("goto", {"place": "kitchen"}), ("say", {"text": "the oven is on"})))
    better, left = mended(asked, proposal, doubts(asked, proposal))
    assert better.plan.steps[1].args == {"text": "the oven is on and the kettle is off"} and not left
