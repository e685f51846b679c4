import json
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from skills_house import BODY, house

from maps import Pose, RobotState
from skills import (
    PlanState,
    adds,
    at,
    at_least,
    at_most,
    charges,
    docked,
    door_is,
    fact,
    hand_empty,
    hand_free,
    holding,
    library,
    loses,
    near,
    puts_down,
    sets,
)

THINGS = ("red box", "gauge", "fern")
EMPTY: dict[str, object] = {}


def test_of_takes_the_robots_state_and_the_bodys_limits():
    state = RobotState(pose=Pose(1, 2), battery_wh=50, carrying=("red box",), doors=MappingProxyType({"d": "closed"}), docked=True)
    made = PlanState.of(state, BODY)
    assert (made.pose, made.carrying, made.capacity, made.doors) == (Pose(1, 2), ("red box",), 1, {"d": "closed"})
    assert (made.docked, made.battery, made.full_wh) == (True, (50, 50), BODY.battery_wh)
    assert PlanState.of(state).capacity == 1


def test_moving_leaves_the_dock_and_the_place():
    state = PlanState(at="kitchen", near="oven", docked=True).moved(Pose(3, 4), near="gauge")
    assert (state.pose, state.at, state.near, state.docked) == (Pose(3, 4), None, "gauge", False)


def test_the_hand():
    free, full = PlanState(), PlanState(carrying=("red box",))
    assert (hand_empty().holds(free, EMPTY), hand_empty().holds(full, EMPTY)) == (True, False)
    assert (hand_free().holds(full, EMPTY), hand_free().holds(PlanState(carrying=("a",), capacity=2), EMPTY)) == (False, True)
    assert (holding().holds(free, EMPTY), holding().holds(full, EMPTY)) == (False, True)
    assert holding("thing").holds(full, {"thing": "red box"})
    assert not holding("thing").holds(full, {"thing": house().things["fern"]})


def test_picking_and_putting_down():
    state = PlanState(pose=Pose(2, 2), thing_places={"red box": (9.0, 9.0)})
    picked = holding("thing").apply(state, {"thing": "red box"})
    assert picked.carrying == ("red box",) and "red box" not in picked.thing_places
    put = puts_down().apply(picked.moved(Pose(5, 6)), EMPTY)
    assert put.carrying == () and put.thing_places["red box"] == (5, 6)
    assert puts_down("thing").apply(picked, {"thing": "fern"}) == picked
    assert puts_down().apply(picked.moved(None), EMPTY).thing_places["red box"] is None
    assert loses("thing").apply(state, {"thing": "red box"}).thing_places["red box"] is None


def test_a_door_is_as_seen_else_as_on_the_map_else_unknown():
    door = house(door="closed").doors["middle door"]
    closed = door_is("door", "closed")
    assert closed.holds(PlanState(), {"door": door}) is True
    assert closed.holds(PlanState(), {"door": "middle door"}) is None
    opened = door_is("door", "open").apply(PlanState(), {"door": door})
    assert closed.holds(opened, {"door": door}) is False
    assert (~closed).holds(opened, {"door": door}) is True
    assert (~closed).holds(PlanState(), {"door": "middle door"}) is None
    assert ~~closed is closed


def test_at_a_place_by_name_or_by_outline():
    west = house().places["west room"]
    assert at("place").holds(PlanState(at="west room"), {"place": "west room"}) is True
    assert at("place").holds(PlanState(pose=Pose(1, 1)), {"place": west}) is True
    assert at("place").holds(PlanState(pose=Pose(6, 1)), {"place": west}) is False
    assert at("place").holds(PlanState(), {"place": west}) is None
    assert at("place").apply(PlanState(docked=True), {"place": west}) == PlanState(at="west room")
    assert near("thing").holds(near("thing").apply(PlanState(), {"thing": "fern"}), {"thing": "fern"}) is True
    assert near("thing").holds(PlanState(), {"thing": "fern"}) is None


def test_facts_are_filled_in_and_struck_out():
    watered = fact("watered {plant}")
    done = watered.apply(PlanState(), {"plant": house().things["fern"]})
    assert done.facts == {"watered fern"} and watered.holds(done, {"plant": "fern"}) is True
    assert watered.holds(done, {"plant": "gauge"}) is False
    assert (~watered).apply(done, {"plant": "fern"}).facts == frozenset()
    with pytest.raises(TypeError, match="only a fact can be struck out"):
        (~docked()).apply(done, EMPTY)
    with pytest.raises(TypeError, match="name the parameter"):
        holding().apply(done, EMPTY)


def test_the_dock_charges():
    full = charges().apply(docked().apply(PlanState(battery=(1, 2), full_wh=200), EMPTY), EMPTY)
    assert full.docked and full.battery == (200, 200)


@pytest.mark.parametrize(
    ("condition", "state", "args", "expected"),
    [
        (at_least("battery_wh", 20), PlanState(battery=(30, 40)), {}, True),
        (at_least("battery_wh", 35), PlanState(battery=(30, 40)), {}, None),
        (at_least("battery_wh", 50), PlanState(battery=(30, 40)), {}, False),
        (at_most("battery_wh", 50), PlanState(battery=(30, 40)), {}, True),
        (at_most("litres", 2), PlanState(), {"litres": 3}, False),
        (at_most("litres", 2), PlanState(), {}, None),
        (at_least("litres", "wanted"), PlanState(numbers={"litres": (2, 2)}), {"wanted": 1.5}, True),
        (at_most("thing.weight_kg", 5), PlanState(), {"thing": house().things["red box"]}, True),
        (at_most("thing.weight_kg", 5), PlanState(), {"thing": house().things["fern"]}, None),
        (at_most("thing.weight_kg", 5), PlanState(), {"thing": "red box"}, None),
        (at_least("on", 1), PlanState(), {"on": True}, None),
    ],
)
def test_numbers_are_compared_as_intervals(condition, state, args, expected):
    assert condition.holds(state, args) is expected


def test_numbers_are_counted():
    filled = sets("water", 5, "l").apply(PlanState(), EMPTY)
    poured = adds("water", "-litres").apply(filled, {"litres": 1.5})
    assert poured.numbers["water"] == (3.5, 3.5)
    assert adds("water", "litres").apply(filled, EMPTY).numbers["water"] == (float("-inf"), float("inf"))


def test_every_expression_speaks_and_is_plain_data():
    said = {str(item): item for item in (
        hand_empty(), hand_free(), holding(), holding("thing"), puts_down(), puts_down("thing"), loses("thing"), docked(),
        charges(), door_is("door", "open"), ~door_is("door", "locked"), at("place"), near("thing"), fact("clean"),
        at_least("battery_wh", 20, "Wh"), at_most("thing.weight_kg", "limit"), sets("water", 5), adds("water", "-litres", "l"),
    )}  # fmt: skip
    assert "door is not locked" in said and "battery_wh is at least 20 Wh" in said and "water changes by -litres l" in said
    assert len(said) == 18
    stored = [json.dumps(item.to_json()) for item in said.values()]
    assert len(set(stored)) == len(said)
    assert (~door_is("door", "locked")).to_json() == {"is": "Not", "condition": {"is": "DoorIs", "door": "door", "state": "locked"}}
    assert at_most("thing.weight_kg", "limit").parameters() == ("thing", "limit")


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100))
def test_an_interval_never_lies(low, width, amount):
    state = PlanState(battery=(low, low + width))
    answer = at_least("battery_wh", amount).holds(state, EMPTY)
    for truth in (low, low + width):
        if answer is not None:
            assert (truth >= amount) is answer


class HandAndDoors(RuleBasedStateMachine):
    """Any run of pick, place, open and drive keeps one account of where each thing is."""

    def __init__(self):
        super().__init__()
        self.state = PlanState(pose=Pose(0, 0), thing_places={name: (0.0, 0.0) for name in THINGS}, capacity=2)
        self.skills = library()

    def call(self, name, **args):
        skill = self.skills[name]
        if all(condition.holds(self.state, args) is not False for condition in skill.requires):
            for effect in skill.effects:
                self.state = effect.apply(self.state, args)
            return True
        return False

    @rule(thing=st.sampled_from(THINGS))
    def pick(self, thing):
        carried = self.state.carrying
        assert self.call("pick", thing=thing) == (len(carried) < 2 and thing not in carried)

    @rule(x=st.integers(0, 9))
    def drive(self, x):
        self.state = self.state.moved(Pose(x, 0))
        assert not self.state.docked

    @precondition(lambda self: not self.state.carrying)
    @rule()
    def cannot_place(self):
        assert not self.call("place", place="anywhere")

    @precondition(lambda self: self.state.carrying)
    @rule()
    def place(self):
        carried = self.state.carrying
        assert self.call("place", place="anywhere")
        assert self.state.carrying == ()
        assert {self.state.thing_places[name] for name in carried} == {self.state.pose.point}

    @rule()
    def open_door(self):
        assert self.call("open_door", door="middle door")
        assert not self.call("pick", thing=self.state.carrying[0]) if self.state.carrying else True

    @invariant()
    def each_thing_is_in_one_place(self):
        assert sorted((*self.state.carrying, *self.state.thing_places)) == sorted(THINGS)
        assert len(self.state.carrying) <= self.state.capacity


TestHandAndDoors = HandAndDoors.TestCase
