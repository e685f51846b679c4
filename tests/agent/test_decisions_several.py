"""Looks at several things that decide together: any of them, all, none, and the one with the highest figure."""

import pytest
from conftest import plan
from hypothesis import given
from hypothesis import strategies as st
from planner_briefs import brief

from agent.decisions import Look, Named, decide
from agent.decisions.several import choices, most
from agent.planners import Proposal
from agent.settling import up_to_looks

PLACES = {"fan 1": "tower", "fan 2": "shed", "bed 3": "room 3", "bed 4": "room 4"}


def told(mission, looks, named=()):
    found = decide(mission, list(named), [Look(name, "", seen) for name, seen in looks], fresh=len(looks), places=PLACES)
    return None if found is None else (found.text, [one.sentence() for one in found.decisions], found.spent)


FANS = [("fan 1", "state: running"), ("fan 2", "state: vibrating")]
BOTH_FINE = [("fan 1", "state: open"), ("fan 2", "state: open")]
WARM = [("fan 1", "number: 90; reading: 21 degrees C"), ("fan 2", "number: 7; reading: 29 degrees C")]
BEDS = [("bed 3", "state: occupied"), ("bed 4", "state: empty")]


@pytest.mark.parametrize(
    ("said", "looks", "left"),
    [
        ("look at both. if one vibrates, tell the office which", FANS, "look at both. tell the office that it is fan 2"),
        (
            "look at both. if either of them vibrates, announce its number there",
            FANS,
            'look at both. announce "it is fan 2" in shed',
        ),
        (
            "look at both. Which ones vibrate, you come to the hall and say me the numbers.",
            FANS,
            'look at both. you come to the hall and say me "it is fan 2"',
        ),
        (
            "look at both. Anything that's vibrating, come and name it to us, otherwise stay there.",
            FANS,
            "look at both. come and tell us that it is fan 2",
        ),
        ("look at both. if any is shut, come and tell me", BOTH_FINE, "look at both."),
        ("look at both. if both are open, go to the hall", BOTH_FINE, "look at both. if both are open, go to the hall"),
        ("look at both. if neither is shut, go to the hall", BOTH_FINE, "look at both. if neither is shut, go to the hall"),
        (
            "look at both. if all of them are shut, go to the hall, otherwise come back",
            BOTH_FINE,
            "look at both. unless all of them are shut, come back",
        ),
        ("look at both and put the fan wherever it's warmer", WARM, "look at both and put the fan in shed"),
        ("read both; the cup goes to whichever is colder, please", WARM, "read both; the cup goes to tower, please"),
        ("read both and say which of them is the hottest", WARM, "read both and say that it is fan 2"),
        ("read both and bring me the coldest one", WARM, "read both and bring me fan 1"),
        ("两张床都看看，哪张空着就在哪间说一声可以铺床了", BEDS, "两张床都看看，在room 4说一声可以铺床了"),
        ("两个都读一下，哪个最热，到前台说一声是几号", WARM, "两个都读一下，到前台说一声是2号"),
    ],
)
def test_the_mission_is_told_with_what_several_looks_have_shown(said, looks, left):
    beds = [Named(1, 3, ("bed 3", "bed 4"))] if "床" in said else []
    text, why, _ = told(said, looks, beds)
    assert text == left and len(why) == 1 and "so '" in why[0].replace('"', "'")


@pytest.mark.parametrize(
    ("said", "looks"),
    [
        ("look at both. if both vibrate, tell the office", FANS),  # of the first nothing is known
        ("look at both. if one vibrates, tell the office", FANS[:1]),
        ("read both and put it wherever it's warmer", [("fan 1", "reading: 5 C"), ("fan 2", "reading: 5 C")]),
        (
            "read both and put it wherever it's warmer",
            [("fan 1", "reading: 5 C; level: 3 %"), ("fan 2", "reading: 6 C; level: 4 %")],
        ),
        ("read both and put it wherever it's nicer", WARM),
    ],
)
def test_what_they_leave_open_is_left_to_the_planner(said, looks):
    assert told(said, looks) is None


def test_of_a_group_nothing_is_denied_before_all_were_looked_at():
    said = "look at the fans. if any is shut, tell me"
    group = Named(said.index("fans"), said.index("fans") + 4, ("fan 1", "fan 2", "fan 3"))
    assert told(said, BOTH_FINE, [group]) is None
    assert told(said, [*BOTH_FINE, ("fan 3", "state: closed")], [group]) is not None


def test_what_turned_up_is_judged_by_what_it_is_called():
    found = [(name, name) for name in ("blue container", "leaking flange", "tank 5")]
    text, _, _ = told("survey the field and if anything there is leaking, go and tell the office what it is", found)
    assert text == "survey the field, go and tell the office that it is leaking flange"


def test_a_question_with_what_is_done_is_a_condition():
    pump = [("pump", "state: running")]
    say = "see whether the pump runs. It does? Stay by it. It doesn't? Go home."
    text, _, _ = told(say, pump, [Named(say.index("pump"), say.index("pump") + 4, ("pump",))])
    assert text == "see whether the pump runs. It does? Stay by it"
    assert told("is the pump on? then go to the hall", pump) is None  # one after the other


def test_if_any_is_low_not_all_are_well():
    levels = [("fan 1", "reading: 72 %"), ("fan 2", "reading: 18 %")]
    text, why, _ = told("read both. if any is below 20 %, tell the office which. if all are well, charge", levels)
    assert text == "read both. tell the office that it is fan 2" and len(why) == 2


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=6, unique=True))
def test_the_highest_and_the_lowest_are_those(figures):
    looks = [Look(f"gauge {number}", "", f"number: {number}; reading: {figure} bar") for number, figure in enumerate(figures)]
    (high,), (low,) = choices("put it wherever it is warmer"), choices("put it wherever it is cooler")
    assert (
        most(high, looks) == f"gauge {figures.index(max(figures))}" and most(low, looks) == f"gauge {figures.index(min(figures))}"
    )


@given(st.text(max_size=200))
def test_no_text_breaks_it(text):
    told(text, FANS)


SAY = "look at the gauge and the box. if one of them is above 6 bar, go to the right room"
LOOKS = plan(("inspect", {"thing": "gauge"}), ("inspect", {"thing": "box"}))


async def test_a_plan_ends_with_the_looks_that_decide_the_rest(stage):
    early = plan(("inspect", {"thing": "gauge"}), ("inspect", {"thing": "box"}), ("goto", {"place": "right room"}))
    mission = stage([early, plan(("goto", {"place": "dock"}))], instruction=SAY)
    await mission.run()
    assert [data["call"]["skill"] for data in mission.of("observed")][:2] == ["inspect", "inspect"]
    assert mission.of("proposed")[0]["more"] is True and len(mission.planner.briefs) == 2


def test_a_plan_that_hangs_on_nothing_stays_as_it_is():
    proposal = Proposal(plan=LOOKS)
    assert up_to_looks(proposal, brief("look at the oven and the kettle")) is proposal


async def test_a_look_that_settles_a_condition_is_not_the_end(stage):
    say = "check the gauge. if it is below 6 bar, go to the right room"
    mission = stage([plan(("inspect", {"thing": "gauge"})), plan(("goto", {"place": "right room"}))], instruction=say)
    result = await mission.run()
    assert result.status == "succeeded" and [data["call"]["skill"] for data in mission.of("observed")] == ["inspect", "goto"]
    assert "go to the right room" in mission.of("replanning")[0]["why"]
