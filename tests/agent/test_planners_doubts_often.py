"""How often, on the way, in which state, what is moved twice and what hangs on doors: doubts, and the plans that they become."""

from dataclasses import replace

import pytest
from conftest import plan
from planner_briefs import Second, brief, carry, look

from agent.planners import Proposal
from agent.planners.candidates import surest
from agent.planners.decided import hangs_on_door
from agent.planners.dialect.mentions import find_mentions
from agent.planners.doubt_repeats import once, times_of_all
from agent.planners.doubts import doubts
from agent.planners.mended import mended
from agent.planners.pointers import POINTER_3
from maps import FeatureChange


def go(*places):
    return tuple(("goto", {"place": place}) for place in places)


def say(text):
    return (("say", {"text": text}),)


THREE = ("kitchen", "study", "garage")


@pytest.mark.parametrize(
    ("mission", "steps", "meant"),
    [
        (
            "do the following three times: check the oven plus check the kettle",
            look("oven", "oven", "oven", "kettle"),
            3 * look("oven", "kettle"),
        ),
        ("do 3 circuits of the kitchen, the study and the garage", go(*THREE), 3 * go(*THREE)),
        ("把下面的做两遍：看看烤箱，看看水壶", look("oven", "kettle"), 2 * look("oven", "kettle")),
        (
            "bring the newspaper to the garden, and look at the oven on the way there",
            (*carry("newspaper", "garden"), *look("oven")),
            (("pick", {"thing": "newspaper"}), *look("oven"), ("place", {"place": "garden"})),
        ),
        (
            "bring me to A: the newspaper into the garden please and on the way stop in the kitchen and say thank you",
            (*carry("newspaper", "garden"), *go("kitchen"), *say("thank you")),
            (("pick", {"thing": "newspaper"}), *go("kitchen"), *say("thank you"), ("place", {"place": "garden"})),
        ),
        (
            "take the towel to the garden. as you roll past the oven check whether it is off",
            (*carry("towel", "garden"), *look("oven")),
            (("pick", {"thing": "towel"}), *look("oven"), ("place", {"place": "garden"})),
        ),
        ("I need one lamp looked at, one only, take either of the two", look("floor lamp", "desk lamp"), look("floor lamp")),
        ("check one of the lamps", look("floor lamp", "desk lamp"), look("floor lamp")),
        (
            "wait a minute and a quarter in the kitchen",
            (*go("kitchen"), ("wait", {"seconds": 90})),
            (*go("kitchen"), ("wait", {"seconds": 75.0})),
        ),
        ("drive around in the study", go("study"), (("explore", {"place": "study"}),)),
        ("look at any lamp you like", look("floor lamp", "desk lamp"), look("floor lamp")),
        ("三样东西帮我看看：最后看烤箱，一开始看水壶", look("oven", "kettle"), look("kettle", "oven")),
        ('could you please shout "dinner is ready"', say("could you please shout"), say("dinner is ready")),
        ("bring the newspaper up in the dining room", carry("newspaper", "dining room"), (("pick", {"thing": "newspaper"}),)),
    ],
)
def test_a_plan_becomes_what_the_words_say(mission, steps, meant):
    asked = brief(mission)
    first = Proposal(plan=plan(*steps))
    found = doubts(asked, first)
    other, left = mended(asked, first, found)
    assert found and left == ()
    assert other.plan.steps == plan(*meant).steps


@pytest.mark.parametrize(
    ("mission", "steps"),
    [
        (
            "carry the newspaper to the garden and after four minutes bring it back to where it was",
            (*carry("newspaper", "garden"), ("wait", {"seconds": 240}), *carry("newspaper", "dining room")),
        ),
        (
            "go into the study, grab the laptop there and bring it to me",
            (*go("study"), *carry("laptop", "charging dock")),
        ),
        (
            "see the oven and also the kettle first, and then let the people in the garden know",
            (*look("oven", "kettle"), *go("garden"), ("say", {})),
        ),
        ("先看看烤箱，最后报纸送到花园，枕头送到书房", (*look("oven"), *carry("newspaper", "garden"), *carry("pillow", "study"))),
        ("make everyone aware that lunch is ready", say("lunch is ready")),
        ("look at the lamps, and if one of the lamps is lit tell me", look("floor lamp", "desk lamp")),
        ("one of the lamps is broken, have a look at which", look("floor lamp", "desk lamp")),
        ("look at the lamp in the study and the floor lamp", look("desk lamp", "floor lamp")),
        ('tell the garden " lunch is ready "', (*go("garden"), *say("lunch is ready"))),
        ("check whether the study door is open: if so, check the oven, if not, go to the garden", go("garden")),
        ("check every room", (("explore", {}),)),
        ("do the following twice: check the oven. when you're done, look at the kettle", look("oven", "oven", "kettle")),
        ("say lunch is ready, when you've got a sec", say("lunch is ready")),
        ("check the pillow and bring the other one, the towel, to the garden", (*look("pillow"), *carry("towel", "garden"))),
        ("check the oven. afterwards the laptop. you have to open the study door first", (*look("oven", "laptop"),)),
    ],
)
def test_right_plans_leave_no_doubt(mission, steps):
    found = doubts(brief(mission), Proposal(plan=plan(*steps)))
    assert [doubt.why for doubt in found if "study door" not in doubt.why] == []


@pytest.mark.parametrize(
    ("mission", "steps", "why"),
    [
        ("would you tell them lunch is ready? when you get a moment", (*say("lunch is ready"), ("wait", {"seconds": 10})), "wait"),
        ("do 3 circuits of the kitchen and the study", go(*("kitchen", "study") * 2), "3 times"),
    ],
)
def test_what_nobody_said_is_doubted_without_a_name_too(mission, steps, why):
    assert any(why in doubt.why for doubt in doubts(brief(mission), Proposal(plan=plan(*steps))))


@pytest.mark.parametrize(
    ("mission", "meant"),
    [
        ("look at every lit lamp", ("floor lamp",)),
        ("look at all the lamps except the lit one", ("desk lamp",)),
    ],
)
def test_of_a_group_those_in_the_state_are_meant(mission, meant):
    asked = brief(mission)
    lamp = asked.world.things["floor lamp"]
    asked = replace(
        asked, world=asked.world.apply(FeatureChange(type="thing", name="floor lamp", feature=replace(lamp, state="lit")))
    )
    first = Proposal(plan=plan(*look("floor lamp", "desk lamp")))
    other, left = mended(asked, first, doubts(asked, first))
    assert other.plan.steps == plan(*look(*meant)).steps and left == ()


@pytest.mark.parametrize(
    ("mission", "said"),
    [
        ("Do the following twice: check the oven and the kettle", ("check the oven and the kettle", 2)),
        ("check the oven, then go to the garden. Do all of that three times.", ("check the oven, then go to the garden", 3)),
        ("把下面的做三遍：去花园，看看烤箱", ("去花园，看看烤箱", 3)),
        ("do this forty times: check the oven", None),
        ("check the oven twice", None),
        ("check the oven, then the kettle, and do the lot a second time.", ("check the oven, then the kettle", 2)),
        (
            "go to the study and say hello, and do that whole round three times because they are deaf",
            ("go to the study and say hello", 3),
        ),
        ("read the oven, stand still one minute. That's one set. Do three sets.", ("read the oven, stand still one minute", 3)),
        ("依次进书房和花园，每间待半分钟。一圈走完，再从头来一圈。", ("依次进书房和花园，每间待半分钟", 2)),
        ("look at the kettle again", None),
        ("去花园走一圈", None),
        ("到院子里转一转，看看烤箱，再来一遍", ("到院子里转一转，看看烤箱", 2)),
    ],
)
def test_what_is_all_to_be_done_several_times_is_told_once(mission, said):
    assert once(mission) == said
    assert times_of_all(mission) == (said and said[1])


def test_a_round_is_planned_once_and_repeated():
    """Where a planner repeats only the beginning of a round, it is asked for the round alone."""
    rounds = plan(*look("oven", "oven"), ("pick", {"thing": "newspaper"}))
    asked = brief("Do the following two times: check the oven and go to the garden")
    planner = Second([rounds, plan(*look("oven"), *go("garden"))])

    async def run():
        first = await planner.propose(asked)
        return await surest(planner, asked, first, lambda plan: True, count=2, seconds=5.0)

    import asyncio

    best, _ = asyncio.run(run())
    assert best.plan.steps == plan(*2 * (*look("oven"), *go("garden"))).steps


@pytest.mark.parametrize(
    ("mission", "hangs"),
    [
        ("check whether the study door is open: if so, go to the garden", True),
        ("tell everyone lunch is ready on condition that the study door is open", True),
        ("书房门开着就去花园", True),
        ("open the study door and go to the garden", False),
    ],
)
def test_what_hangs_on_a_door_is_known(mission, hangs):
    mentions = find_mentions(brief(mission), frozenset(), POINTER_3).mentions
    assert hangs_on_door(mission, mentions) is hangs


@pytest.mark.parametrize(
    ("mission", "answer", "why"),
    [
        ("wander into the study", {"reason": "-", "about": "wander into the study"}, "is where to go"),
        ("help me and check the oven", {"reason": "-", "about": "help me"}, "orders nothing"),
        (
            "make everyone aware that lunch is ready",
            {"reason": "-", "about": "make everyone aware that lunch is ready"},
            "can be said",
        ),
        ("去没去过的地方看看", {"question": "-", "about": "没去过的地方"}, "explored"),
        ("somebody with nothing on his chest needs the towel", {"question": "-", "about": "chest"}, "part of somebody"),
    ],
)
def test_refusals_and_questions_about_what_can_be_done_are_doubted(mission, answer, why):
    assert any(why in doubt.why for doubt in doubts(brief(mission), Proposal(**answer)))


def test_the_verb_is_no_part_of_a_chinese_message():
    asked = brief("宣布下辛苦大家了")
    other, left = mended(asked, first := Proposal(plan=plan(*say("下辛苦大家了"))), doubts(asked, first))
    assert other.plan.steps == plan(*say("辛苦大家了")).steps and left == ()


def test_one_of_several_that_is_spoken_of_as_the_only_one_is_asked_about():
    """Two lamps stand in the house: which one "the lamp" means is the operator's to say, and not all of them are looked at."""
    asked = brief("tell me what the lamp looks like")
    found = doubts(asked, Proposal(plan=plan(*look("floor lamp", "desk lamp"))))
    question = next(doubt.ends for doubt in found if doubt.ends is not None)
    assert set(question.choices) == {"floor lamp", "desk lamp"}
    assert not any(
        doubt.ends for doubt in doubts(brief("look at both lamps"), Proposal(plan=plan(*look("floor lamp", "desk lamp"))))
    )


def test_a_round_is_not_repeated_beyond_what_anybody_reads():
    long = plan(*look("oven", "kettle", "fridge", "oven"))
    found = doubts(brief("do the following twenty times: check the oven, the kettle and the fridge"), Proposal(plan=long))
    assert any("20 times" in doubt.why and doubt.plan is None for doubt in found)
