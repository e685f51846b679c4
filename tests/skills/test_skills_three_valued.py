"""A plan state stands for all the states that it covers: conditions, effects, unions and assumptions never lie about any."""

import itertools
import json
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skills_house import BODY, START

from maps import Door, RobotState, Thing
from skills import (
    Known,
    Notes,
    PlanState,
    SkillFileInvalid,
    adds,
    at_least,
    at_most,
    docked,
    door_is,
    fact,
    frees,
    hand_empty,
    hand_free,
    holding,
    in_set,
    keeps,
    loses,
    one_of,
    puts_down,
    sets,
    size_of,
    skill,
)

NAMES = ("fern", "gauge")
ON_MAP: dict[str, str] = {"gate": "closed", "hatch": "open"}
DOORS = {name: Door(name=name, segment=((0, 0), (0, 1)), state=state) for name, state in ON_MAP.items()}

CONDITIONS = (
    hand_empty(), hand_free(), holding(), holding("thing"), ~holding("thing"), door_is("door", "open"), ~door_is("door", "locked"),
    docked(), fact("wet {thing}"), ~fact("wet {thing}"), fact("late"), one_of("lid", "open"), ~one_of("lid", "shut"),
    in_set("tray", "thing"), ~in_set("tray", "thing"), at_least(size_of("tray"), 1), at_most(size_of("tray"), 1), keeps("base"),
    ~keeps("base"), at_least("litres", 2), at_most("litres", 2), at_least("battery_wh", 5),
)  # fmt: skip
EFFECTS = (
    holding("thing"), puts_down(), puts_down("thing"), loses("thing"), door_is("door", "open"), door_is("door", "locked"), docked(),
    fact("wet {thing}"), ~fact("wet {thing}"), fact("late"), one_of("lid", "open"), one_of("lid", "shut"), in_set("tray", "thing"),
    ~in_set("tray", "thing"), keeps("base"), frees("base"), sets("litres", 2), adds("litres", 1), adds("litres", -1),
)  # fmt: skip

calls = st.builds(lambda thing, door: {"thing": thing, "door": DOORS[door]}, st.sampled_from(NAMES), st.sampled_from(sorted(DOORS)))
states = st.builds(
    lambda steps, capacity, charge: _run(
        PlanState(capacity=capacity, battery=(charge, charge), numbers=MappingProxyType({"litres": (0.0, 0.0)})), steps
    ),
    st.lists(st.tuples(st.sampled_from(EFFECTS), calls), max_size=6),
    st.integers(1, 2),
    st.integers(0, 9),
)


def _run(state: PlanState, steps) -> PlanState:
    for effect, args in steps:
        state = effect.apply(state, args)
    return state


@given(st.lists(states, min_size=2, max_size=4), calls)
@settings(max_examples=150, deadline=None)
def test_a_union_says_only_what_is_so_in_all_of_its_states(members, args):
    capacity = members[0].capacity
    members = [member for member in members if member.capacity == capacity]
    union = members[0]
    for member in members[1:]:
        union = union.union(member, ON_MAP)
    for condition in CONDITIONS:
        told = condition.holds(union, args)
        truths = {condition.holds(member, args) for member in members}
        if told is not None:
            assert truths == {told}, condition


@given(st.lists(states, min_size=2, max_size=3), st.lists(st.tuples(st.sampled_from(EFFECTS), calls), max_size=4), calls)
@settings(max_examples=150, deadline=None)
def test_effects_on_a_union_cover_their_effects_on_each_state(members, steps, args):
    members = [member for member in members if member.capacity == members[0].capacity]
    union = members[0]
    for member in members[1:]:
        union = union.union(member, ON_MAP)
    after, each = _run(union, steps), [_run(member, steps) for member in members]
    for condition in CONDITIONS:
        told = condition.holds(after, args)
        if told is not None:
            assert {condition.holds(member, args) for member in each} == {told}, condition


@given(states, states, st.sampled_from(CONDITIONS), calls)
@settings(max_examples=150, deadline=None)
def test_what_is_assumed_keeps_every_state_in_which_it_holds(one, other, condition, args):
    union = one.union(other, ON_MAP) if one.capacity == other.capacity else one
    members = (one, other) if one.capacity == other.capacity else (one,)
    if condition.holds(union, args) is not None:
        return
    narrowed = condition.assume(union, args)
    for asked in CONDITIONS:
        told = asked.holds(narrowed, args)
        if told is not None:
            assert {asked.holds(member, args) for member in members if condition.holds(member, args)} <= {told}, asked


@pytest.mark.parametrize("condition", [fact("late"), docked(), one_of("lid", "open"), keeps("base"), door_is("door", "open")])
def test_what_is_confirmed_is_known(condition):
    args = {"door": DOORS["gate"]}
    union = PlanState().union(condition.apply(PlanState(), args), ON_MAP)
    assert condition.holds(union, args) is None
    assert condition.holds(condition.assume(union, args), args) is True


def test_numbers_are_narrowed_and_sets_counted():
    state = PlanState(numbers=MappingProxyType({"litres": (0.0, 9.0)}))
    assert at_least("litres", 2).assume(state, {}).numbers["litres"] == (2.0, 9.0)
    assert at_most("litres", 2).assume(state, {}).numbers["litres"] == (0.0, 2.0)
    tray = in_set("tray", "thing").apply(state, {"thing": "fern"})
    assert tray.size_of("tray") == (1.0, 1.0) and state.union(tray).size_of("tray") == (0.0, 1.0)


def test_a_doubtful_door_hinders_until_it_is_known():
    opened = PlanState().with_door("gate", "open")
    union = PlanState().union(opened, ON_MAP)
    assert union.doors == {"gate": "closed"} and union.door_options == {"gate": {"open", "closed"}}
    assert union.optimistic_doors() == {"gate": "open"} and opened.optimistic_doors() == {"gate": "open"}
    assert union.with_door("gate", "locked").door_options == {}
    assert PlanState().union(opened).door_options == {"gate": {"open", "closed", "locked"}}


def test_quantities_start_at_nothing():
    made = PlanState.of(RobotState(pose=START, battery_wh=1.0), BODY, quantities=("litres",))
    assert made.numbers == {"litres": (0.0, 0.0)}


def test_what_cannot_be_is_named_when_the_file_is_read():
    with pytest.raises(SkillFileInvalid) as caught:

        @skill(
            invariant=puts_down(), excludes=docked(), outcomes={"found": fact("x")}, confirms=holding("box"), effects=~hand_empty()
        )
        def odd(thing: Known[Thing]) -> None:
            """Do.

            Args:
                thing: What.
            """

    text = str(caught.value)
    for part in (
        "in invariant=, which is not a condition",
        "in excludes=, which is not a fact",
        "has the one outcome 'found'",
        "confirms= 'box is carried', but the function has no parameter 'box'",
        "which cannot be brought about",
    ):
        assert part in text, text


def test_outcomes_make_a_skill_uncertain():
    @skill(outcomes={"found": (fact("x"), ~fact("y")), "not found": ()}, excludes=fact("z"))
    def look() -> None:
        """Look."""

    assert look.skill.uncertain
    assert {name: len(effects) for name, effects in look.skill.outcomes.items()} == {"found": 2, "not found": 0}
    assert list(map(str, look.skill.throughout)) == ["not z"]


def test_wrong_outcomes_are_refused():
    with pytest.raises(SkillFileInvalid, match="that are not names with effects"):

        @skill(outcomes=["found"])
        def odd() -> None:
            """Do."""

    with pytest.raises(SkillFileInvalid, match="that set is the robot's own"):

        @skill(effects=in_set("parts kept", "thing"))
        def odder(thing: Known[Thing]) -> None:
            """Do.

            Args:
                thing: What.
            """


def test_union_is_commutative_in_what_it_tells():
    pairs = itertools.product((PlanState(), PlanState(carrying=("fern",)), PlanState(facts=frozenset({"late"}))), repeat=2)
    for one, other in pairs:
        for condition in CONDITIONS:
            args = {"thing": "fern", "door": DOORS["gate"]}
            assert condition.holds(one.union(other), args) is condition.holds(other.union(one), args)


def test_notes_are_what_the_next_state_begins_with_also_when_written_down() -> None:
    begun = PlanState(facts=frozenset({"a"}), numbers={"litres": (float("-inf"), 2.0)}, members=frozenset({("tray", "box")}))
    other = begun.with_fact("b", True).with_choice("mode", "wet").with_member("tray", "cup", True).with_number("litres", (0.0, 1.0))
    notes = begun.union(other).notes({("a", "c")})
    assert notes.maybe_facts == {"b"} and notes.choices == {"mode": {None, "wet"}} and notes.maybe_members == {("tray", "cup")}
    again = Notes.from_json(json.loads(json.dumps(notes.to_json(), allow_nan=False)))
    assert again == notes
    state = PlanState.of(RobotState(pose=START, battery_wh=1.0), BODY, quantities=("litres", "visits"), notes=again)
    assert state.notes({("a", "c")}) == Notes.from_json(
        {**notes.to_json(), "numbers": {"litres": [None, 2.0], "visits": [0.0, 0.0]}}
    )
