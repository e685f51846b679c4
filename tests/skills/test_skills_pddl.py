import pytest
from hypothesis import given
from hypothesis import strategies as st
from skills_house import BODY, START, house

from maps import Door, Place, RobotState, Thing
from skills import (
    At,
    Known,
    Near,
    Plan,
    SkillCall,
    SkillSet,
    UnknownSkill,
    adds,
    at,
    at_least,
    at_most,
    charges,
    docked,
    door_is,
    fact,
    holding,
    in_set,
    library,
    near,
    one_of,
    puts_down,
    size_of,
    skill,
)
from skills.pddl import NotExpressible, decode, domain_of, encode, object_name
from verifier.pddl import plan_text, problem_text


def one(**contract):
    """A skill of a place, two things, a door, a number and a word with this contract."""

    def do(p: Known[Place], t: Near[Thing], u: Known[Thing], d: Known[Door], n: float, w: str) -> None:
        """Do.

        Args:
            p: One.
            t: Two.
            u: Three.
            d: Four.
            n: Five.
            w: Six.
        """

    return skill(**contract)(do).skill


def action(made) -> str:
    return next(iter(domain_of([made]).actions.values())).text


@given(st.text(max_size=30), st.text(max_size=30))
def test_names_are_plain_apart_and_reversible(text, other):
    name = encode(text)
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-") and decode(name) == text
    assert (encode(other) == name) == (other == text)


def test_what_is_no_name_is_refused():
    assert object_name("place", "Büro 2") == "place--42--fc-ro_2"
    for text in ("Büro", "-zz-", "-61-"):
        with pytest.raises(ValueError, match="not an encoded name"):
            decode(text)


def test_the_librarys_domain_is_the_same_every_time_and_names_every_skill():
    first, second = domain_of(library()), domain_of(library())
    assert first.text == second.text
    assert {key[0] for key in first.actions} == set(library().names)
    assert "(:action dock--anywhere" in first.text and "(is-reachable ?place)" in first.text


def test_conditions():
    text = action(
        one(
            requires=[
                fact("wet {t}"),
                ~holding("t"),
                one_of("lid of {u}", "open"),
                ~door_is("d", "locked"),
            ],
            excludes=fact("hot"),
            invariant=[at_most(size_of("tray"), 2), at_least("litres", "n")],
            confirms=[at_most("u.weight_kg", 2.5), in_set("tray", "u")],
        )
    )
    for part in (
        "(fact-wet_-7b--7d- ?t)", "(not (is-holding ?t))", "(oneof-lid_of_-7b--7d---open ?u)", "(not (door-locked ?d))",
        "(>= (count-litres) (value-of ?n))", "(<= (size-tray) 2)", "(not (fact-hot))", "(in-tray ?u)",
        "(or (not (known-weight-5f-kg ?u)) (<= (attr-weight-5f-kg ?u) 2.5))",
    ):  # fmt: skip
        assert part in text, text
    assert ":parameters (?t - map-thing ?u - map-thing ?d - map-door ?n - value)" in text


def test_later_effects_win_over_earlier_ones():
    text = action(
        one(effects=[fact("wet {t}"), ~fact("wet {u}"), fact("late"), ~fact("late"), adds("litres", 1), adds("litres", "-n")])
    )
    assert "(when (not (= ?t ?u)) (fact-wet_-7b--7d- ?t))" in text and "(not (fact-wet_-7b--7d- ?u))" in text
    assert "(not (fact-late))" in text and "\n      (fact-late)" not in text
    assert "(increase (count-litres) (+ 1 (- 0 (value-of ?n))))" in text


def test_where_the_robot_is_on_arrival_is_known_from_the_call():
    assert "(or (not (is-holding ?t)) (near-feature ?t))" in action(one(requires=near("t")))
    assert "(and (is-holding ?t) (is-docked))" in action(one(requires=docked()))

    @skill(requires=[at("place"), at("other")], effects=charges())
    def visit(place: At[Place], other: Known[Place]) -> None:
        """Visit.

        Args:
            place: Where.
            other: And.
        """

    assert ":precondition (and (is-reachable ?place) (= ?other ?place))" in action(visit.skill)


@pytest.mark.parametrize(
    ("contract", "reason"),
    [
        ({"requires": ~at("p")}, "measured on the map"),
        ({"effects": [holding("t"), puts_down()]}, "changes what is carried twice"),
        (
            {"effects": [in_set("tray", "t"), in_set("tray", "u")], "requires": at_least(size_of("tray"), 1)},
            "changes the set 'tray'",
        ),
        ({"effects": [one_of("word", "{t}"), one_of("word", "{u}")]}, "two values"),
    ],
)
def test_what_pddl_cannot_say_is_refused_in_one_sentence(contract, reason):
    with pytest.raises(NotExpressible, match=reason):
        domain_of([one(**contract)])


@pytest.mark.parametrize(
    ("facts", "fits"),
    [
        (("wet {t}", "dry {t}", "{t} is wet"), True),
        (("wet {t}", "wet fern"), False),
        (("wet {t}", "wet {u}", "wet tree"), True),
        (("{t} by {u}", "fern by gauge"), False),
        (("{t} by {u}", "fern by rose"), True),
    ],
)
def test_facts_that_read_the_same_cannot_be_kept_apart(facts, fits):
    domain, world = domain_of([one(effects=[fact(text) for text in facts])]), house()
    state = RobotState(pose=START, battery_wh=50)
    if fits:
        assert problem_text(domain, world, state, BODY, SkillSet(), None)
        return
    with pytest.raises(NotExpressible, match="read the same, '"):
        problem_text(domain, world, state, BODY, SkillSet(), None)


def test_the_problem_says_what_is():
    world = house(door="closed")
    skills = library().with_skills(
        one(requires=[at_most("u.weight_kg", 2), at_least("battery_wh", 5)], effects=fact("said {w}"), name="do")
    )
    state = RobotState(pose=START, battery_wh=50.5, carrying=("old crate",), docked=True)
    plan = Plan(
        steps=(
            SkillCall(skill="do", args={"p": "west", "t": "fern", "u": "gauge", "d": "middle door", "n": 2, "w": "Hi"}),
            SkillCall(skill="dock", args={}),
            SkillCall(skill="dock", args={"place": "dock 1"}),
        )
    )
    domain = domain_of(skills)
    text = problem_text(domain, world, state, BODY, skills, plan)
    for part in (
        "thing-old_crate - map-thing", "value--48-i - value", "(is-holding thing-old_crate)", "(is-docked)",
        "(at-place place-west_room)",
        "(door-closed door-middle_door)", "(= (carried-count) 1)", "(= (battery-wh) 50.5)", "(known-weight-5f-kg thing-red_box)",
        "(= (attr-weight-5f-kg thing-red_box) 1)", "(= (attr-weight-5f-kg thing-fern) 0)", "(is-reachable thing-red_box)",
    ):  # fmt: skip
        assert part in text, text
    assert "(known-weight-5f-kg thing-fern)" not in text
    assert plan_text(domain, plan, world) == "(do thing-fern thing-gauge value--48-i)\n(dock--anywhere)\n(dock place-dock_1)\n"
    assert problem_text(domain, world, state, BODY, skills, plan) == text


def test_each_outcome_is_an_action():
    @skill(outcomes={"found": fact("seen {thing}"), "not found": ()})
    def spot(thing: Known[Thing]) -> None:
        """Look.

        Args:
            thing: What for.
        """

    domain = domain_of([spot.skill])
    plan = Plan(steps=(SkillCall(skill="spot", args={"thing": "fern"}),) * 2)
    lines = plan_text(domain, plan, house(), outcomes={2: "not found"})
    assert lines == "(spot--found thing-fern)\n(spot--not_found)\n"
    with pytest.raises(UnknownSkill, match="no skill 'goto' in this domain"):
        plan_text(domain, Plan(steps=(SkillCall(skill="goto", args={}),)), house())
    assert SkillSet((spot,)).names == ("spot",)


def test_lifts_bring_levels_into_the_domain_and_nothing_else_does():
    from skills.library.take_lift import take_lift

    plain = domain_of(library()).text
    assert "map-level" not in plain and "exists" not in plain
    text = domain_of([*library(), take_lift.skill]).text
    assert ":existential-preconditions" in text and "map-level - object" in text
    assert "(lift-joins ?lift ?to)" in text
    assert "(forall (?l - map-level) (when (is-on ?to ?l) (robot-on ?l)))" in text
    assert "(forall (?l - map-level) (when (not (is-on ?to ?l)) (not (robot-on ?l))))" in text
    assert "(and (is-reachable ?place) (exists (?l - map-level) (and (robot-on ?l) (is-on ?place ?l))))" in text
    assert (
        "(when (and (is-holding ?x) (robot-on ?l)) (is-on ?x ?l))" in text
        or "(when (and (is-holding ?thing) (robot-on ?l))" in text
    )


def test_a_ride_that_puts_something_down_is_refused():
    from skills import rides

    @skill(effects=[rides("here", "there"), puts_down()])
    def drop(here: At[Place], there: Known[Place]) -> None:
        """Ride and drop.

        Args:
            here: From.
            there: To.
        """

    with pytest.raises(NotExpressible, match="rides and puts something down"):
        domain_of([drop.skill])


def test_levels_are_one_where_the_map_has_no_lifts():
    from skills.library.take_lift import take_lift

    skills, world = SkillSet([*library(), take_lift.skill]), house()
    text = problem_text(domain_of(skills), world, RobotState(pose=START, battery_wh=100.0), BODY, skills)
    assert "level-ground - map-level" in text and "(robot-on level-ground)" in text
    assert text.count("(is-on ") == len(world.places) + len(world.things) + len(world.doors) and "lift-joins" not in text
