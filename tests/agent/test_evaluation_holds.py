"""Conditions: events, order, alternatives, repetition, final state; and deeds that nobody asked for."""

from dataclasses import replace

import pytest
from conftest import two_rooms
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agent.evaluation.condition import Condition
from agent.evaluation.holds import holds, missing, says
from agent.evaluation.stray import stray_deeds
from agent.evaluation.trace import Deed, Trace
from maps import DoorChange, FeatureChange, Pose, RobotState
from skills import Outcome, SkillCall

LEFT, RIGHT, DOCK = (2.0, 2.0), (6.0, 2.0), (0.8, 0.8)
WORLD = two_rooms()


def deed(skill, at, *, value=None, path=(), doors=(), carried=(), carries=(), **args):
    outcome = Outcome(status="succeeded", value=value)
    return Deed(
        call=SkillCall(skill=skill, args=args), outcome=outcome, at=at, path=path, doors=doors, carried=carried, carries=carries
    )


def trace(*deeds, told=(), after=WORLD, carrying=(), end=None):
    at = end or (deeds[-1].at if deeds else DOCK)
    state = RobotState(pose=Pose(*at, 0.0), battery_wh=100.0, carrying=carrying)
    return Trace(deeds=deeds, before=WORLD, known=WORLD, after=after, state=state, told=told)


def condition(data):
    return Condition.model_validate(data)


GO_RIGHT = deed("goto", RIGHT, place="right room", path=(LEFT, RIGHT), doors=("door",))
LOOK = deed("inspect", LEFT, thing="gauge", value="reading: 4.2 bar")
SAY = deed("say", RIGHT, text="Dinner is ready.")
PICK = deed("pick", RIGHT, thing="box", carries=("box",))
PUT = deed("place", LEFT, place="left room", carried=("box",))
BACK = deed("goto", DOCK, place="dock")


def moved(place, at):
    return WORLD.apply(
        FeatureChange(type="thing", name="box", feature=replace(WORLD.things["box"], place=place, position=at)),
    )


@pytest.mark.parametrize(
    ("goal", "deeds", "held"),
    [
        ({"visit": "right room"}, [GO_RIGHT], True),
        ({"visit": "right room"}, [LOOK], False),
        ({"visit": ["left room", "right room"]}, [LOOK], True),
        ({"visit": "dock"}, [BACK], True),
        ({"inspect": "gauge"}, [LOOK], True),
        ({"inspect": "box"}, [LOOK], False),
        ({"pick": "box"}, [PICK], True),
        ({"put": {"thing": "box", "place": "left room"}}, [PICK, PUT], True),
        ({"put": {"thing": "box", "place": "right room"}}, [PICK, PUT], False),
        ({"open": "door"}, [deed("open_door", LEFT, door="door")], True),
        ({"find": "box"}, [deed("search", RIGHT, what="a box", value={"thing": "box"})], True),
        ({"find": "box"}, [deed("search", RIGHT, what="a box", value={"thing": None})], False),
        ({"find": "box"}, [deed("explore", RIGHT, value={"found": ["box"]})], True),
        ({"look_in": "right room"}, [deed("search", RIGHT, what="cup")], True),
        ({"look_in": "right room"}, [deed("search", RIGHT, what="cup", place="left room")], False),
        ({"say": {"words": ["dinner"], "at": "right room"}}, [SAY], True),
        ({"say": {"words": ["dinner"], "at": "left room"}}, [SAY], False),
        ({"say": "lunch|dinner"}, [SAY], True),
        ({"ask": "ready"}, [deed("ask", LEFT, question="Are you ready?")], True),
        ({"dock": True}, [deed("dock", DOCK)], True),
        ({"dock": "dock"}, [BACK], False),
        ({"call": {"skill": "paint", "args": {"colour": "red"}}}, [deed("paint", LEFT, colour="red", coats=2)], True),
        ({"call": {"skill": "paint", "args": {"colour": "red"}}}, [deed("paint", LEFT, colour="blue")], False),
        ({"then": [{"inspect": "gauge"}, {"visit": "right room"}]}, [LOOK, GO_RIGHT], True),
        ({"then": [{"visit": "right room"}, {"inspect": "gauge"}]}, [LOOK, GO_RIGHT], False),
        ({"then": [{"visit": "left room"}, {"inspect": "gauge"}]}, [LOOK], True),
        ({"all": [{"visit": "right room"}, {"inspect": "gauge"}]}, [LOOK, GO_RIGHT], True),
        ({"then": [{"all": [{"say": "dinner"}, {"inspect": "gauge"}]}, {"ends": "dock"}]}, [SAY, LOOK, BACK], True),
        ({"any": [{"pick": "box"}, {"inspect": "gauge"}]}, [LOOK], True),
        ({"any": [{"pick": "box"}, {"inspect": "gauge"}]}, [SAY], False),
        ({"never": [{"visit": "right room"}]}, [LOOK], True),
        ({"never": [{"visit": "right room"}]}, [LOOK, GO_RIGHT], False),
        ({"then": [{"say": "dinner"}, {"never": [{"visit": "right room"}]}]}, [SAY, LOOK], True),
        ({"then": [{"say": "dinner"}, {"never": [{"visit": "right room"}]}]}, [SAY, GO_RIGHT], False),
        ({"times": 2, "of": {"inspect": "gauge"}}, [LOOK, GO_RIGHT, LOOK], True),
        ({"times": 2, "of": {"inspect": "gauge"}}, [LOOK], False),
        ({"times": 2, "of": {"inspect": "gauge"}}, [LOOK, LOOK, LOOK], False),
        ({"times": 1, "of": {"visit": "right room"}}, [GO_RIGHT, SAY], True),
        ({"times": 2, "of": {"then": [{"visit": "right room"}, {"visit": "dock"}]}}, [GO_RIGHT, BACK, GO_RIGHT, BACK], True),
        ({"times": 2, "of": {"then": [{"visit": "right room"}, {"visit": "dock"}]}}, [GO_RIGHT, BACK], False),
        ({"passes": "left room"}, [GO_RIGHT], True),
        ({"never": [{"passes": "right room"}]}, [GO_RIGHT], False),
    ],
)  # fmt: skip
def test_what_happened(goal, deeds, held):
    found = trace(*deeds)
    assert holds(condition(goal), found) is held
    assert bool(missing(condition(goal), found)) is not held


@pytest.mark.parametrize(
    ("goal", "waits", "held"),
    [
        ({"wait": 120}, [120], True),
        ({"wait": 120}, [60, 60], True),
        ({"wait": 120}, [60], False),
        ({"wait": [60, 100]}, [90], True),
        ({"wait": {"seconds": 60, "at": "right room"}}, [60], False),
        ({"then": [{"wait": 60}, {"wait": 60}]}, [60, 60], True),
        ({"then": [{"wait": 60}, {"wait": 60}]}, [60], False),
    ],
)
def test_waits_add_up(goal, waits, held):
    assert holds(condition(goal), trace(*(deed("wait", LEFT, seconds=seconds) for seconds in waits))) is held


def test_how_things_stand_in_the_end():
    there = moved("left room", LEFT)
    done = trace(PICK, PUT, told=("gauge: reading: 4.2 bar",), after=there.apply(DoorChange(door="door", state="closed")))
    assert holds(condition({"lies": {"box": "left room"}}), done)
    assert not holds(condition({"lies": {"box": "right room"}}), done)
    assert holds(condition({"doors": {"door": "closed"}}), done)
    assert holds(condition({"told": ["4.2 bar", "gauge|meter"]}), done)
    assert not holds(condition({"told": "2 bar|14.2 bar"}), trace(told=("it reads 4.25 bar",)))
    assert holds(condition({"holds": ["box"]}), trace(PICK, carrying=("box",)))
    assert not holds(condition({"holds": []}), trace(PICK, carrying=("box",)))
    assert holds(condition({"ends": "dock"}), trace(BACK))
    assert not holds(condition({"ends": "dock"}), trace()), "to stand there from the start is no deed"


def test_words_are_whole_words_in_latin_and_parts_in_chinese():
    assert says(["on"], "state: on") and not says(["on"], "stone")
    assert says(["风机"], "二号风机在震动") and says(["full|满"], "满了")
    assert says(["5 degrees C"], "reading: 5 degrees C") and not says(["5 degrees C"], "reading: 15 degrees C")


def test_what_is_missing_is_told_as_it_stands_in_the_file():
    goal = condition({"then": [{"inspect": "gauge"}, {"all": [{"say": "dinner"}, {"visit": "right room"}]}]})
    assert missing(goal, trace()) == "inspect: gauge"
    assert missing(goal, trace(LOOK)) == "say: {words: dinner}"
    assert missing(condition({"then": [{"visit": "right room"}, {"inspect": "gauge"}]}), trace(LOOK, GO_RIGHT)) == (
        "inspect: gauge (not in this order)"
    )


@pytest.mark.parametrize(
    ("goal", "deeds", "stray"),
    [
        ({"inspect": "gauge"}, [LOOK], 0),
        ({"inspect": "gauge"}, [LOOK, SAY], 1),
        ({"inspect": "gauge"}, [LOOK, deed("report", LEFT)], 0),
        ({"inspect": "gauge"}, [LOOK, GO_RIGHT], 1),
        ({"inspect": "gauge"}, [deed("goto", LEFT, place="left room"), LOOK], 0),
        ({"say": "dinner"}, [SAY, SAY], 1),
        ({"times": 2, "of": {"say": "dinner"}}, [SAY, SAY], 0),
        ({"lies": {"box": "left room"}}, [PICK, PUT], 0),
        ({"inspect": "gauge"}, [PICK, PUT, LOOK], 2),
        ({"ends": "dock"}, [deed("dock", DOCK)], 0),
        ({"inspect": "gauge"}, [LOOK, deed("dock", DOCK)], 1),
        ({"visit": "right room"}, [deed("open_door", LEFT, door="door"), GO_RIGHT], 0),
        ({"inspect": "gauge"}, [deed("open_door", LEFT, door="door"), LOOK], 1),
        ({"lies": {"box": "left room"}}, [deed("search", RIGHT, what="the box"), PICK, PUT], 0),
        ({"lies": {"box": "left room"}}, [deed("search", RIGHT, what="a spoon"), PICK, PUT], 1),
        ({"any": [{"wait": 5}, {"say": "dinner"}]}, [SAY, deed("wait", LEFT, seconds=5)], 0),
        ({"lies": {"box": "left room"}}, [deed("explore", LEFT, place="left room"), PICK, PUT], 0),
        ({"inspect": "gauge"}, [deed("explore", RIGHT, place="right room"), LOOK], 1),
    ],
)
def test_deeds_that_nobody_asked_for(goal, deeds, stray):
    assert len(list(stray_deeds(condition(goal), trace(*deeds)))) == stray


def test_what_a_set_allows_is_not_stray():
    found = trace(LOOK, deed("wait", LEFT, seconds=5), GO_RIGHT)
    goal = condition({"inspect": "gauge"})
    assert len(list(stray_deeds(goal, found))) == 2
    assert len(list(stray_deeds(goal, found, ["wait"]))) == 1
    assert list(stray_deeds(goal, found, ["wait", "goto right room"])) == []


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "exactly one key"),
        ({"visit": "a", "inspect": "b"}, "inspect, visit"),
        ({"times": 2}, "times and of belong together"),
        ({"vist": "a"}, "vist"),
        ({"then": []}, "then"),
        ({"dock": False}, "dock is true"),
    ],
)
def test_a_condition_that_is_none_says_why(data, told):
    with pytest.raises(ValidationError, match=told):
        condition(data)


STEPS = st.lists(st.sampled_from([GO_RIGHT, LOOK, SAY, BACK, PICK, PUT]), max_size=8)
EVENTS = st.lists(st.sampled_from([{"inspect": "gauge"}, {"say": "dinner"}, {"pick": "box"}]), min_size=1, max_size=3)


@given(STEPS, EVENTS)
def test_an_order_holds_exactly_when_its_events_are_a_subsequence(deeds, events):
    found = trace(*deeds)
    left = iter(deeds)
    key = {"inspect": LOOK, "say": SAY, "pick": PICK}
    subsequence = all(any(key[next(iter(event))] is one for one in left) for event in events)
    assert holds(condition({"then": events}), found) is subsequence


@given(STEPS, EVENTS)
def test_what_holds_in_order_holds_in_any_order_and_more_deeds_never_undo_an_event(deeds, events):
    found = trace(*deeds)
    if holds(condition({"then": events}), found):
        assert holds(condition({"all": events}), found)
        assert holds(condition({"then": events}), trace(GO_RIGHT, *deeds, BACK))
    assert holds(condition({"any": events}), found) is any(holds(condition(event), found) for event in events)
    assert holds(condition({"never": events}), found) is not holds(condition({"any": events}), found)
