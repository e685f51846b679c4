"""Doubts about refusals, waits, orders, messages and unasked steps."""

from dataclasses import replace

import pytest
from conftest import plan
from planner_briefs import brief, carry, ground, look

from agent.planners import Proposal
from agent.planners.asides import orders_nothing, seeks
from agent.planners.dialect import encode, grammar
from agent.planners.doubt import DECLINE, DONE, MORE, WORDLESS
from agent.planners.doubt_answers import asks_only
from agent.planners.doubt_times import durations
from agent.planners.doubt_words import words_a_message
from agent.planners.doubts import barred, doubts
from agent.planners.plan_parts import clause_of, in_order
from agent.planners.planner import Brief, HistoryEntry
from skills import Outcome, SkillCall


def whys(asked: Brief, *steps, **changes) -> list[str]:
    return [doubt.why for doubt in doubts(asked, Proposal(plan=plan(*steps), **changes))]


def refused(asked: Brief, about: str) -> bool:
    return bool(doubts(asked, Proposal(reason="No skill can.", about=about)))


@pytest.mark.parametrize(
    ("map_name", "mission", "about"),
    [
        ("home", "how hot is the oven", "how hot is the oven"),
        ("warehouse", "speed of the coolant pump and then charge", "speed of the coolant pump"),
        ("home", "烤箱关了没", "烤箱关了没"),
        ("home", "the newspaper belongs in the study", "the newspaper belongs in the study"),
        ("home", "the newspaper to the study, they're painting the kitchen", "painting the kitchen"),
        ("plant", "柴油够吗", "柴油"),
        ("home", "look at the oven and go around the house", "go around the house"),
        ("home", "grab the newspaper and bring it to the attic", "bring it to the attic"),
    ],
)
def test_refusals_of_what_can_be_done_are_doubted(map_name, mission, about):
    assert refused(brief(mission, map_name), about)


@pytest.mark.parametrize(
    ("map_name", "mission", "about"),
    [
        ("home", "polish the oven", "polish the oven"),
        ("home", "water the plant and bring me the mug", "water the plant"),
        ("home", "把烤箱修好", "把烤箱修好"),
        ("home", "sing a song", "sing a song"),
        ("home", "take a photo of the oven", "take a photo of the oven"),
        ("warehouse", "repair the coolant pump at once", "repair the coolant pump"),
    ],
)
def test_refusals_of_what_no_skill_does_stand(map_name, mission, about):
    assert not refused(brief(mission, map_name), about)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("wait 45 s", {45}),
        ("hang on two minutes", {120}),
        ("for an hour and a half", {5400}),
        ("a quarter of an hour", {900}),
        ("half a minute", {30}),
        ("等三分钟", {180}),
        ("等半个小时", {1800}),
        ("两分半", {150}),
        ("room 12 minus one", set()),
        ("it broke an hour ago", set()),
    ],
)
def test_lengths_of_time(text, seconds):
    assert durations(text) == seconds


def test_waits_that_nobody_asked_for():
    assert "nobody said to wait" in whys(brief("look at the oven, flat 12"), *look("oven"), ("wait", {"seconds": 12}))
    assert whys(brief("wait in the kitchen"), ("goto", {"place": "kitchen"}), ("wait", {"seconds": 60})) == []
    asked = brief("wait in the kitchen for 20 s")
    wrong = Proposal(plan=plan(("goto", {"place": "kitchen"}), ("wait", {"seconds": 30})))
    (doubt,) = doubts(asked, wrong)
    assert doubt.instead is not None and doubt.instead[1].args["seconds"] == 20
    later = replace(asked, mission="look at the oven", history=(entry("inspect", "oven", "off"),))
    assert [doubt.words for doubt in doubts(later, Proposal(plan=plan(("wait", {"seconds": 5}))))] == [("wait",)]


def entry(skill: str, thing: str, value: str = "", code: str = "") -> HistoryEntry:
    status = "failed" if code else "succeeded"
    return HistoryEntry(SkillCall(skill=skill, args={"thing": thing}), Outcome(status=status, value=value or None, code=code))


@pytest.mark.parametrize(
    ("mission", "steps"),
    [
        ("look at the oven, then at the kettle", look("kettle", "oven")),
        ("look at the kettle on your way to the study", (("goto", {"place": "study"}), *look("kettle"))),
        ("look at the lamps, start with the desk lamp", look("floor lamp", "desk lamp")),
        (
            "bring the mug to the study. and the pillow to the garden, that one first",
            (*carry("coffee mug", "study"), *carry("pillow", "garden")),
        ),
        ("看看烤箱，然后看看水壶", look("kettle", "oven")),
    ],
)
def test_an_order_that_is_turned_round(mission, steps):
    (doubt,) = doubts(brief(mission), Proposal(plan=plan(*steps)))
    turned = in_order(plan(*steps), *doubt.order)
    assert sorted(map(str, turned.steps)) == sorted(str(step) for step in plan(*steps).steps), "steps are moved, never changed"
    assert doubts(brief(mission), Proposal(plan=turned)) == ()


@pytest.mark.parametrize(
    ("mission", "steps"),
    [
        ("look at the oven, then at the kettle", look("oven", "kettle")),
        ("before you look at the oven, then do so, see the kettle", look("kettle", "oven")),
        ("look at the kettle and the oven", look("oven", "kettle")),
    ],
)
def test_other_orders_are_left_alone(mission, steps):
    assert whys(brief(mission), *steps) == []


def test_parts_of_a_plan_stay_together():
    made = plan(
        ("goto", {"place": "study"}), ("say", {"text": "tea"}), ("open_door", {"door": "garage door"}), *carry("mug", "garage")
    )
    assert [step.skill for step in in_order(made, "mug", "study").steps] == ["open_door", "pick", "place", "goto", "say"]
    assert in_order(made, "study", "mug") == made


@pytest.mark.parametrize(
    ("mission", "said"),
    [
        ("tell them in the kitchen that lunch is ready", True),
        ("remind the guests it's late", True),
        ("去厨房说一声饭好了", True),
        ("到书房通知他们开饭", True),
        ("tell the cook what it reads", False),
        ("let the cook know about it", False),
        ("tell me that the oven is on", False),
        ("去厨房说一声", False),
        ("告诉他们结果", False),
    ],
)
def test_messages_in_the_missions_words(mission, said):
    assert words_a_message(mission) == said


def test_a_message_is_not_replaced_by_what_was_seen():
    asked = brief("look at the oven, if it is on tell them in the study that dinner is late")
    told = Proposal(plan=plan(("goto", {"place": "study"}), ("say", {})))
    later = replace(asked, history=(entry("inspect", "oven", "on"),))
    (doubt,) = doubts(later, told)
    assert doubt.words == (WORDLESS,)
    assert '"[say]" text?' in grammar(encode(later)) and '"[say]" text?' not in grammar(encode(barred(later, [doubt])))


@pytest.mark.parametrize(
    ("mission", "steps", "why"),
    [
        ("is the garage door open", (("open_door", {"door": "garage door"}),), "answers no question"),
        ("is the mug full?", carry("coffee mug", "kitchen"), "answers no question"),
        ("is the mug full?", (("search", {"what": "coffee mug"}),), "nobody said to look for"),
        ("look at the oven and see if it is broken", (*look("oven"), ("search", {"what": "broken"})), "what something may be"),
        ("look at the oven", (*look("oven"), ("dock", {})), "nobody said to charge"),
        ("look at the oven", (*look("oven"), ("say", {"text": "the oven"})), "nobody said to say"),
        ("make sure the oven is off", (("explore", {"place": "kitchen"}), *look("oven")), "nobody said to explore"),
        ("look at the oven", (("goto", {"place": "garden"}), *look("oven")), "nothing names 'garden'"),
        ("go to the kitchen and tell them it's late", (("goto", {"place": "kitchen"}),), "nothing is said"),
    ],
)
def test_what_nobody_asked_for(mission, steps, why):
    assert any(why in said for said in whys(brief(mission), *steps))


@pytest.mark.parametrize(
    ("mission", "steps"),
    [
        ("is there a hedgehog in the garden?", (("search", {"what": "hedgehog", "place": "garden"}),)),
        ("bring me the drill, it is somewhere upstairs", (("search", {"what": "drill"}),)),
        ("check every room", (("explore", {}),)),
        ("is the mug full? bring it to the garden", carry("coffee mug", "garden")),
        ("look at the lamp nearest to the fridge", look("floor lamp")),
    ],
)
def test_what_somebody_did_ask_for(mission, steps):
    assert whys(brief(mission), *steps) == []


def test_what_hangs_on_a_door_may_be_decided_already():
    asked = brief("if the garage door is open look at the car, otherwise at the bicycle. then look at the oven")
    assert whys(asked, *look("bicycle", "oven")) == []
    assert whys(asked, *look("bicycle")) == ["'oven' is left out"]
    assert whys(replace(asked, mission="if the oven is on look at the car. then look at the kettle"), *look("kettle")) != []


def test_where_things_go_says_nothing_of_the_order():
    asked = brief("bring the mug to the study, then bring the pillow to the study")
    assert whys(asked, *carry("coffee mug", "study"), *carry("pillow", "study")) == []
    assert whys(replace(asked, mission="look at the oven 2 x"), *look("oven", "oven")) == []


def test_nothing_is_left_to_later_where_nothing_hangs_on_it():
    asked = brief("look at the oven and the kettle")
    begun = Proposal(plan=plan(*look("oven")), more=True)
    assert [doubt.words for doubt in doubts(asked, begun)] == [(MORE,), (), ()]
    assert doubts(replace(asked, mission="look at the oven and, if it is on, at the kettle"), begun) == ()
    ended = Proposal(plan=plan())
    history = (entry("inspect", "oven", "off"),)
    assert [doubt.words for doubt in doubts(replace(asked, history=history), ended)] == [(DONE,)]
    assert doubts(replace(asked, history=(*history, entry("inspect", "kettle", "off"))), ended) == ()


def test_what_was_not_there_is_looked_for_and_nothing_else():
    later = brief("bring the pillow to the garden, grandma is cold", history=(entry("pick", "pillow", code="OUT_OF_REACH"),))
    (doubt,) = doubts(later, Proposal(plan=plan(("search", {"what": "grandma"})), more=True))
    assert doubt.instead is not None and doubt.instead[1] == SkillCall(skill="search", args={"what": "pillow"})
    assert doubts(later, Proposal(plan=plan(("search", {"what": "pillow"})), more=True)) == ()


def test_what_is_barred_leaves_the_grammar_and_nothing_else_does():
    asked = brief("look at the oven and take the mug to the study, then wait")
    plain = grammar(encode(asked))
    assert '"[decline]"' in plain and '"[more]"' in plain and '"[wait]"' in plain
    found = doubts(asked, Proposal(reason="No.", about="the oven"))
    narrow = grammar(encode(barred(asked, found)))
    assert '"[decline]"' not in narrow and '"[wait]"' in narrow
    without = grammar(encode(replace(asked, unsaid=frozenset({"wait", MORE, DECLINE}))))
    assert not any(word in without for word in ('"[wait]"', '"[more]"', '"[decline]"'))
    assert encode(replace(asked, unsaid=frozenset({"wait"}))).segments == encode(asked).segments, "the model reads the same"
    assert barred(asked, ()) is None


def test_words_that_only_tell_when_are_not_asked_about():
    asked = brief("the pillow should be in the study by kick-off, or before the match")

    def question(about: str) -> Proposal:
        return Proposal(question=f"Nothing is called {about!r}: what is meant?", about=about)

    assert doubts(asked, question("kick-off")) and doubts(asked, question("match"))
    assert not doubts(brief("put the pillow by the shrine"), question("shrine"))
    assert not doubts(brief("go to the shrine"), question("shrine"))
    (doubt,) = doubts(asked, question("kick-off"))
    assert '"[unknown]"' not in grammar(encode(barred(asked, [doubt]))) and '"[unknown]"' in grammar(encode(asked))


def test_an_answer_that_tells_nothing_of_what_is_to_be_looked_at():
    asked = brief("greet the guests and check the oven")
    (doubt,) = doubts(asked, Proposal(plan=plan(("report", {"text": "I am at the charging dock."}))))
    assert '"[answer]"' not in grammar(encode(barred(asked, [doubt]))) and '"[answer]"' in grammar(encode(asked))
    assert not doubts(asked, Proposal(plan=plan(("report", {"text": "On the map oven is off."}))))
    assert not doubts(brief("where is the oven"), Proposal(plan=plan(("report", {"text": "In the kitchen."}))))


def test_the_furthest_is_one():
    def said(mission: str) -> list[str]:
        return [referent.name for referent in encode(brief(mission, "warehouse")).table.values() if "bay" in referent.name]

    assert said("go to the loading bay furthest away") == ["loading bay 4"]
    assert said("看看最远的装卸口") == ["loading bay 4"]
    assert len(said("go to the nearest loading bay")) == 4


def test_words_beside_the_names():
    mission = "put the mug away, they're cleaning the kitchen"
    assert orders_nothing(mission, mission.index("cleaning")) and orders_nothing(mission, mission.index("kitchen"))
    assert not orders_nothing(mission, mission.index("mug"))
    assert seeks("find the cat") and seeks("钥匙丢了") and not seeks("look at the cat")
    assert asks_only("is the oven on?") and asks_only("烤箱开着吗") and not asks_only("is the oven on? switch it off")


def test_the_clause_of_a_mention():
    from maps.linking import index_of, link

    mission = "look at the oven, then bring the mug to the study and charge"
    mentions = link(mission, index_of(ground("home"))).mentions
    assert [clause_of(mission, mention) for mention in mentions][:2] == ["look at the oven", "bring the mug to the study"]
