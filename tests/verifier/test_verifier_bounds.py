"""Bad input stays bounded: long plans, odd names, deep nesting; one clear finding each, in bounded time and memory."""

import json
import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from verifier_worlds import BODY, LIBRARY, call, codes, judge, plan, state, two_rooms

from maps import Place, Pose, Thing, World
from skills import Plan, fact, skill
from skills.pddl import domain_of
from verifier import verify
from verifier.checks.plan import MOST_STEPS
from verifier.pddl import plan_text, problem_text

WORLD = two_rooms()


@skill(outcomes={"yes": fact("{word}"), "no": ~fact("{word}")}, takes=(0.0, 1.0))
def toss(word: str) -> None:
    """Toss a coin about a word.

    Args:
        word: Which one.
    """


SKILLS = LIBRARY.with_skills(toss)


def test_a_plan_at_the_limit_is_judged_and_one_step_more_is_one_finding() -> None:
    steps = [call("goto", place=name) for name in ("lab", "hall")] * (MOST_STEPS // 2)
    begun = time.process_time()
    verdict = verify(plan(*steps), WORLD, state(battery_wh=1e6), BODY, LIBRARY)
    assert len(verdict.steps) == MOST_STEPS
    assert time.process_time() - begun < 60
    assert codes(verify(plan(*steps, call("report")), WORLD, state(), BODY, LIBRARY)) == [(None, "BAD_ARGUMENT")]


@pytest.mark.parametrize("count", [10_000, 30_000])
def test_a_plan_beyond_it_costs_next_to_nothing(count: int) -> None:
    long = Plan.model_construct(surefoot=1, mission=None, map=None, revision=None, steps=(call("goto", place="lab"),) * count)
    tracemalloc.start()
    begun = time.process_time()
    verdict = verify(long, WORLD, state(), BODY, LIBRARY)
    assert time.process_time() - begun < 1 + count / 10_000
    assert tracemalloc.get_traced_memory()[1] < 2000 * count
    tracemalloc.stop()
    assert codes(verdict) == [(None, "BAD_ARGUMENT")] and verdict.steps == ()


def test_many_uncertain_steps_stay_bounded() -> None:
    steps = [call("toss", word=f"word {number % 50}") for number in range(200)]
    begun = time.process_time()
    verdict = verify(plan(*steps), WORLD, state(), BODY, SKILLS)
    assert verdict.ok and time.process_time() - begun < 20


CONTROL = "\x00\x01\x1b[31m\n\r\u202e\u2028\ud7ff"


def odd_world(name: str) -> World:
    places = [Place(name=name, pose=Pose(1.0, 1.0)), Place(name="hall", pose=Pose(2.0, 2.0))]
    things = [Thing(name=f"{name}!", position=(1.5, 1.5))]
    return World.build("odd", WORLD.frame, WORLD.cells, places=places, things=things)


@pytest.mark.parametrize("name", [CONTROL, "{braces}", "(define", "%s", "a" * 5000])
def test_names_with_anything_in_them_are_names(name: str) -> None:
    world = odd_world(name)
    steps = (call("pick", thing=f"{name}!"), call("place", place=name))
    verdict = verify(plan(*steps), world, state(1.0, 2.0), BODY, LIBRARY)
    assert [code for _, code in codes(verdict)] == []
    assert codes(verify(plan(steps[1]), world, state(1.0, 2.0), BODY, LIBRARY)) == [(1, "PRECONDITION")]
    domain = domain_of(LIBRARY)
    problem = problem_text(domain, world, state(1.0, 2.0), BODY, LIBRARY, plan(*steps))
    assert all(ord(character) < 127 and (character >= " " or character == "\n") for character in problem)
    assert plan_text(domain, plan(*steps), world).count("\n") == 2


def test_a_name_with_control_characters_that_is_not_there_is_one_clean_sentence() -> None:
    finding = verify(plan(call("goto", place=CONTROL)), WORLD, state(), BODY, LIBRARY).all_findings()[0]
    assert finding.code == "UNKNOWN_NAME"
    assert finding.message.isprintable()


@pytest.mark.parametrize("depth", [30, 200, 5000, 100_000])
def test_deep_nesting_is_refused_or_one_finding(depth: int) -> None:
    value: object = "lab"
    for _ in range(depth):
        value = [value]
    try:
        step = call("goto", place=value)
    except (ValidationError, RecursionError):
        assert depth > 100
        return
    verdict = judge(WORLD, step)
    assert codes(verdict) == [(1, "BAD_ARGUMENT")]
    assert len(verdict.all_findings()[0].message) < 600


words = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(st.lists(st.tuples(st.sampled_from(["toss", "say", "goto", "pick", "search"]), words), max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_said_in_facts_and_outcomes_gets_a_verdict(made: list[tuple[str, str]]) -> None:
    names = {"toss": "word", "say": "text", "goto": "place", "pick": "thing", "search": "what"}
    steps = [call(name, **{names[name]: text}) for name, text in made]
    verdict = verify(plan(*steps), WORLD, state(), BODY, SKILLS)
    assert all(finding.message.endswith(".") and len(finding.message) < 2500 for finding in verdict.all_findings())
    json.dumps(verdict.to_json(), allow_nan=False)
