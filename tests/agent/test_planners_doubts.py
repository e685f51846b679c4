"""What the mission's own words say against a plan, and how a plan with doubts is drawn anew."""

from dataclasses import replace

import pytest
from conftest import plan
from planner_briefs import Second, brief, carry, look

from agent.planners import NamedArgument, PlanUnreadable, Proposal, ScriptedPlanner
from agent.planners.candidates import surest
from agent.planners.doubts import doubts as found
from agent.planners.doubts import is_whole
from agent.planners.plan_parts import docked
from agent.planners.planner import Brief, HistoryEntry
from skills import Outcome


def doubts(asked: Brief, proposal: Proposal) -> tuple[str, ...]:
    return tuple(doubt.why for doubt in found(asked, proposal))


@pytest.mark.parametrize(
    ("mission", "steps"),
    [
        ("check the oven and the kettle", look("oven", "kettle")),
        ("bring the newspaper to the garden", carry("newspaper", "garden")),
        ("check the lamp in the study", look("desk lamp")),
        ("check the oven. stay out of the garage", look("oven")),
        ("check all the lamps except the desk lamp", look("floor lamp")),
        ("check the oven, no sorry, the kettle", look("kettle")),
        ("check the oven twice", look("oven", "oven")),
        (
            "tell everyone in the kitchen that the oven is hot",
            (("goto", {"place": "kitchen"}), ("say", {"text": "the oven is hot"})),
        ),
        ("look at the oven, then charge", (*look("oven"), ("dock", {}))),
        ("看看烤箱和水壶", look("oven", "kettle")),
        ("除了台灯，灯都看一下", look("floor lamp")),
        ("bring me the newspaper", carry("newspaper", "charging dock")),
        ("the umbrella back to the hallway, the pillow to the garden", (*carry("umbrella", "hallway"), *carry("pillow", "garden"))),
        ("whatever", look("oven")),
    ],
)
def test_plans_that_do_what_is_said_leave_no_doubt(mission, steps):
    assert doubts(brief(mission), Proposal(plan=plan(*steps))) == ()


@pytest.mark.parametrize(
    ("mission", "steps", "doubt"),
    [
        ("check the oven and the kettle", look("oven"), "'kettle' is left out"),
        (
            "take the newspaper to the garden and the pillow to the study",
            (*carry("newspaper", "study"), *carry("pillow", "study")),
            "'garden' is left out",
        ),
        ("看看烤箱和水壶", look("oven"), "'水壶' is left out"),
        ("check all the lamps except the desk lamp", look("floor lamp", "desk lamp"), "'desk lamp' is excepted and used"),
        ("look at every lamp. leave the desk lamp out", look("floor lamp", "desk lamp"), "'desk lamp' is excepted and used"),
        ("除了台灯，灯都看一下", look("floor lamp", "desk lamp"), "'台灯' is excepted and used"),
        ("雨伞留下，枕头送到花园", (*carry("umbrella", "garden"), *carry("pillow", "garden")), "'雨伞' is excepted and used"),
        (
            "the pillow goes to the garden, the umbrella stays where it is",
            (*carry("pillow", "garden"), *carry("umbrella", "garden")),
            "'umbrella' is excepted and used",
        ),
        (
            "the pillow goes to the garden, the umbrella stays.",
            (*carry("pillow", "garden"), *carry("umbrella", "garden")),
            "'umbrella' is excepted and used",
        ),
        (
            "pillow to the garden please. the umbrella you leave in the hallway",
            (*carry("pillow", "garden"), *carry("umbrella", "garden")),
            "'umbrella' is excepted and used",
        ),
        (
            "the umbrella in the hallway and the pillow, take them out to the garden",
            (*carry("umbrella", "hallway"), *carry("pillow", "garden")),
            "'umbrella' is in 'hallway' already",
        ),
        (
            "look into the kitchen and the study. The baby in the study is asleep, don't go in.",
            (("goto", {"place": "kitchen"}), ("goto", {"place": "study"})),
            "'study' is excepted and used",
        ),
        ("雨伞不用动，枕头送到花园", (*carry("umbrella", "garden"), *carry("pillow", "garden")), "'雨伞' is excepted and used"),
        ("check the oven and the kettle", look("oven", "kettle", "oven"), "inspect(thing='oven') is said twice"),
        ("check the oven", look("oven", "kettle"), "nothing names 'kettle'"),
        (
            "the pillow goes to the garden",
            (*carry("pillow", "garden"), *look("pillow"), ("place", {"place": "charging dock"})),
            "nobody said to put it down in 'charging dock'",
        ),
        ("take the television to the garden", carry("television", "garden"), "'television' is nothing to carry"),
        ("tell the kitchen about the oven", (("goto", {"place": "kitchen"}), ("say", {})), "nothing was seen that could be said"),
        (
            "say in the kitchen which it is",
            (("goto", {"place": "kitchen"}), ("say", {"text": "which it"})),
            "'which it' says nothing",
        ),
    ],
)
def test_what_speaks_against_a_plan_is_named(mission, steps, doubt):
    assert doubt in doubts(brief(mission), Proposal(plan=plan(*steps)))


@pytest.mark.parametrize(
    ("mission", "steps", "last"),
    [
        ("check the oven and then get on the charger", look("oven"), "dock(place='charging dock')"),
        ("看看烤箱，然后回充电桩", look("oven"), "dock(place='charging dock')"),
        ("check the oven and come back to where you are now", look("oven"), "goto(place='charging dock')"),
    ],
)
def test_who_is_sent_to_the_charger_charges_there(mission, steps, last):
    driven = plan(*steps, ("goto", {"place": "charging dock"}))
    assert list(map(str, docked(driven, brief(mission)).steps)) == ["inspect(thing='oven')", last]
    waits = plan(("goto", {"place": "charging dock"}), ("wait", {"seconds": 60}))
    assert docked(waits, brief("go to the charger and wait a minute")) == waits


@pytest.mark.parametrize(
    ("mission", "what", "meant"),
    [
        ("the umbrella is gone. find it and bring it to the study", "it", "umbrella"),
        ("umbrella's gone! track it down", "track it", "umbrella"),
        ("the black umbrella is gone again, find it", "black", "umbrella"),
    ],
)
async def test_a_search_is_for_what_a_pronoun_stands_for(mission, what, meant):
    asked = brief(mission)
    first = Proposal(plan=plan(("search", {"what": what})), more=True)
    assert f"{what!r} is {meant!r}" in doubts(asked, first)
    better, _ = await surest(Second([]), asked, first, lambda made: True, count=1, seconds=9)
    assert better.plan is not None and better.plan.steps[0].args["what"] == meant


def test_what_has_been_going_on_is_no_order_to_wait():
    waits = Proposal(plan=plan(*carry("umbrella", "study"), ("wait", {"seconds": 3600})))
    assert "nobody said to wait" in doubts(brief("I have been standing here for an hour, bring the umbrella to the study"), waits)
    assert doubts(brief("bring the umbrella to the study and stand there for an hour"), waits) == ()


async def test_who_is_in_a_place_is_not_asked_about():
    asked = brief("the pillow is for the gentleman in the study, run it along")
    question = Proposal(question="Nothing on this map is called 'gentleman': what is meant?", about="gentleman")
    assert doubts(asked, question) == ("'gentleman' is who is in a place",)
    carried = Proposal(plan=plan(*carry("pillow", "study")))
    better, _ = await surest(Second([carried]), asked, question, lambda made: True, count=1, seconds=9)
    assert better.plan == carried.plan


def test_a_range_is_done_whole():
    asked = brief("visit rooms 101 to 103", "hospital")
    goes = [("goto", {"place": f"room {number}"}) for number in (101, 102, 103)]
    assert doubts(asked, Proposal(plan=plan(*goes))) == ()
    assert doubts(asked, Proposal(plan=plan(*goes[:2]))) == (
        "'rooms 101 to 103' is left out", "of 'rooms 101 to 103' 'room 103' is left out",
    )  # fmt: skip


def test_a_beginning_a_search_and_later_plans_may_leave_out_what_comes_later():
    asked = brief("look at the oven, if it is on go to the garden")
    seen = Proposal(plan=plan(*look("oven")))
    assert doubts(asked, seen) == ("'garden' is left out",)
    assert doubts(asked, replace(seen, more=True)) == ()
    assert doubts(brief("find the oven, then go to the garden"), Proposal(plan=plan(("search", {"what": "oven"})))) == ()
    history = (HistoryEntry(plan(*look("oven")).steps[0], Outcome(status="succeeded", value="off")),)
    assert doubts(replace(asked, history=history), seen) == ()
    assert doubts(asked, Proposal(question="Which one?")) == ()


def test_what_is_whole():
    assert is_whole(Proposal(plan=plan(*look("oven"))))
    assert not is_whole(Proposal(plan=plan(*look("oven")), more=True))
    assert not is_whole(Proposal(plan=plan(*look("oven"), ("search", {"what": "mug"}))))
    assert not is_whole(Proposal(plan=plan(("report", {"text": "Hello."}))))
    assert not is_whole(Proposal(reason="No."))


class Drawing(ScriptedPlanner):
    """Draws from a list, and over again."""

    def __init__(self, drawn):
        super().__init__([])
        self.drawn = drawn
        self.asked = 0

    async def sample(self, brief, count, *, temperature=0.8, first=0):
        self.asked += 1
        answer = self.drawn[first % len(self.drawn)]
        if isinstance(answer, Exception):
            raise answer
        return (answer,)


ASKED = "take the newspaper to the garden and the pillow to the study"
HALF = Proposal(plan=plan(*carry("newspaper", "garden")))
WRONG = Proposal(plan=plan(*carry("newspaper", "study"), *carry("pillow", "study")))
NAMES = (NamedArgument(step=1, parameter="thing", name="newspaper", confidence=0.3),)
RIGHT = Proposal(plan=plan(*carry("newspaper", "garden"), *carry("pillow", "study")), names=NAMES)
OTHER = Proposal(plan=plan(*carry("pillow", "study"), *carry("newspaper", "garden")))


def anything(made) -> bool:
    return True


async def test_of_several_the_plan_without_doubts_is_taken_as_soon_as_it_came_twice():
    planner = Drawing([HALF, PlanUnreadable("No."), RIGHT, Proposal(question="Which one?"), RIGHT, OTHER])
    found, drawn = await surest(planner, brief(ASKED), HALF, anything, count=24, seconds=60)
    assert found.plan == RIGHT.plan and drawn == planner.asked == 5
    assert found.names == ()  # how sure one draw was is no reason to ask the operator


async def test_the_one_that_comes_most_often_is_taken_and_the_verifier_must_accept_it():
    planner = Drawing([OTHER, HALF, HALF])
    assert (await surest(planner, brief(ASKED), WRONG, anything, count=3, seconds=60))[0].plan == OTHER.plan
    planner = Drawing([OTHER, RIGHT, RIGHT])
    assert (await surest(planner, brief(ASKED), HALF, lambda made: made == OTHER.plan, count=3, seconds=60))[0].plan == OTHER.plan


async def test_nothing_is_drawn_for_a_plan_without_doubts_and_what_does_less_is_not_taken():
    planner = Drawing([HALF])
    assert await surest(planner, brief(ASKED), RIGHT, anything, count=24, seconds=60) == (RIGHT, 0)
    assert planner.asked == 0
    seek = Proposal(plan=plan(("search", {"what": "pillow"})))
    begun = replace(RIGHT, more=True)
    planner = Drawing([seek, begun, HALF])
    found, drawn = await surest(planner, brief(ASKED), WRONG, anything, count=6, seconds=60)
    assert "left out" in found.question and drawn == 7, "six, and what is left out by itself"


@pytest.mark.parametrize(("bounds", "asked"), [({"count": 2, "seconds": 60.0}, 2), ({"count": 4, "seconds": -1.0}, 0)])
async def test_drawing_is_bounded(bounds, asked):
    planner = Drawing([HALF])
    found, drawn = await surest(planner, brief(ASKED), HALF, anything, **bounds)
    assert "left out" in found.question and drawn == asked
    assert planner.asked == asked
