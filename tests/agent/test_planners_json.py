"""The JSON answer: schema, grammar and parser agree, refuted calls are unsayable, and nothing is repaired."""

import json
import random
from typing import Annotated, Literal

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planner_world import small_brief, small_world
from pydantic import BaseModel, Field

from agent.planners.answer_schema import STEPS_LIMIT, answer_schema, strict
from agent.planners.errors import GrammarFailed, PlanUnreadable
from agent.planners.gbnf import gbnf_of
from agent.planners.json_grammar import json_grammar
from agent.planners.json_plan import parse_answer
from agent.planners.planner import HistoryEntry
from agent.planners.vocabulary import Vocabulary, allowed
from benchmarks.gbnf_reader import Grammar
from maps import Door, Place, Pose, Thing
from skills import Known, Outcome, Plan, Robot, SkillCall, SkillSet, library, skill


class Bolt(BaseModel):
    size: Annotated[int, Field(ge=2, le=12)]
    note: str | None = None


@skill(motion="none")
async def fasten(
    robot: Robot,
    thing: Known[Thing],
    place: Known[Place] | None,
    door: Known[Door] | None = None,
    how: Literal["tight", "loose"] = "tight",
    torque: Annotated[float, Field(gt=0, lt=2.5)] = 1.0,
    turns: Annotated[int, Field(ge=-3, le=30)] = 1,
    sure: bool = False,
    bolts: Annotated[list[Bolt], Field(max_length=3)] = [],  # noqa: B006
    pose: Pose | None = None,
) -> None:
    """Fasten a thing.

    Args:
        thing: What.
        place: Where.
        door: By which door.
        how: How.
        torque: Newton metres.
        turns: Turns.
        sure: Whether sure.
        bolts: The bolts.
        pose: Standing where.
    """


ALL = library().with_skills(fasten)
VOCABULARY = Vocabulary.of(small_brief(skills=ALL))


def answer(*steps: dict) -> str:
    return json.dumps({"thought": "", "answer": {"steps": list(steps)}})


def test_every_answer_of_the_grammar_parses_and_fits_the_schema() -> None:
    grammar = Grammar.read(json_grammar(VOCABULARY))
    schema = jsonschema.Draft202012Validator(answer_schema(VOCABULARY))
    rng = random.Random(3)
    kinds = {"plan": 0, "question": 0, "reason": 0}
    for _ in range(90):
        text = grammar.draw(rng)
        proposal = parse_answer(text, VOCABULARY)
        schema.validate(json.loads(text))
        kinds["plan"] += proposal.plan is not None
        kinds["question"] += bool(proposal.question)
        kinds["reason"] += bool(proposal.reason)
        if proposal.plan is not None:
            data = json.loads(text)["answer"]["steps"]
            assert [step.model_dump(mode="json") for step in proposal.plan.steps] == data
    assert min(kinds.values()) > 10


def test_every_skill_of_the_library_comes_out_of_the_grammar() -> None:
    grammar = Grammar.read(json_grammar(VOCABULARY))
    rng = random.Random(5)
    seen = set()
    for _ in range(60):
        proposal = parse_answer(grammar.draw(rng), VOCABULARY)
        seen |= {step.skill for step in proposal.plan.steps} if proposal.plan else set()
    assert seen == set(ALL.names)


@given(st.data())
@settings(max_examples=15, deadline=None)
def test_refuted_calls_cannot_be_said(data: st.DataObject) -> None:
    things, places = ["red box", "压力表"], ["kitchen", 'the "lab" \\ 2', "dock one", None]
    point = st.fixed_dictionaries(
        {"thing": st.sampled_from(things), "place": st.sampled_from(places), "door": st.sampled_from(["lab door", None])}
    )
    points = data.draw(st.lists(point, max_size=6))
    refuted = tuple(SkillCall(skill="fasten", args=args) for args in points)
    brief = small_brief(skills=SkillSet([fasten]), refuted=refuted)
    vocabulary = Vocabulary.of(brief)
    sayable = {
        (thing, place, door)
        for product in vocabulary.choices(fasten.skill)
        for thing in product["thing"]
        for place in product["place"]
        for door in product["door"]
    }
    everything = {(thing, place, door) for thing in things for place in places for door in ("lab door", None)}
    assert sayable == everything - {(args["thing"], args["place"], args["door"]) for args in points}
    grammar = Grammar.read(json_grammar(vocabulary))
    rng = random.Random(data.draw(st.integers(0, 99)))
    for _ in range(5):
        parse_answer(grammar.draw(rng), vocabulary)


def test_a_refuted_call_without_its_optional_name_bars_that_alone() -> None:
    vocabulary = Vocabulary.of(small_brief(refuted=(SkillCall(skill="explore", args={}),)))
    (product,) = vocabulary.choices(library()["explore"])
    assert None not in product["place"]
    call = {"skill": "explore", "args": {}}
    with pytest.raises(PlanUnreadable, match="refuted before"):
        parse_answer(answer(call), vocabulary)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(answer(call)), answer_schema(vocabulary))


def test_a_skill_all_of_whose_calls_are_refuted_leaves_the_grammar() -> None:
    refuted = tuple(SkillCall(skill="pick", args={"thing": name}) for name in ("red box", "压力表"))
    grammar = json_grammar(Vocabulary.of(small_brief(refuted=refuted)))
    assert '\\"pick\\"' not in grammar
    assert '\\"inspect\\"' in grammar


def test_a_wrong_text_or_number_bars_nothing() -> None:
    vocabulary = Vocabulary.of(small_brief(refuted=(SkillCall(skill="wait", args={"seconds": 9}),)))
    assert vocabulary.choices(library()["wait"]) == ({},)


def test_only_docks_can_be_docked_at() -> None:
    assert VOCABULARY.choices(ALL["dock"]) == ({"place": ("dock one", None)},)


def test_a_map_without_things_has_no_skill_that_needs_one() -> None:
    world = small_world()
    bare = type(world).build("bare", world.frame, world.cells, places=world.places.values())
    grammar = json_grammar(Vocabulary.of(small_brief(world=bare)))
    assert '\\"inspect\\"' not in grammar
    assert '\\"goto\\"' in grammar


def test_without_any_skill_there_is_no_grammar() -> None:
    with pytest.raises(GrammarFailed, match="No skill"):
        json_grammar(Vocabulary.of(small_brief(skills=SkillSet())))


def test_an_empty_plan_is_an_answer_only_once_something_was_done() -> None:
    with pytest.raises(PlanUnreadable, match="at least one step"):
        parse_answer(answer(), VOCABULARY)
    entry = HistoryEntry(SkillCall(skill="say", args={"text": "hi"}), Outcome(status="succeeded"))
    vocabulary = Vocabulary.of(small_brief(history=(entry,)))
    assert parse_answer(answer(), vocabulary).plan == Plan(steps=())
    jsonschema.validate(json.loads(answer()), answer_schema(vocabulary))


def test_allowed_is_the_product_less_the_barred_points() -> None:
    domains = {"a": ("1", "2", "3"), "b": ("x", "y", None)}
    barred = [("1", "x"), ("1", "x"), ("3", None), ("9", "x")]
    products = allowed(domains, barred)
    points = [(a, b) for product in products for a in product["a"] for b in product["b"]]
    assert len(points) == len(set(points))
    assert set(points) == {(a, b) for a in "123" for b in ("x", "y", None)} - set(barred)


def test_the_strict_schema_requires_everything_and_bounds_nothing() -> None:
    schema = strict(answer_schema(VOCABULARY))

    def walk(node: object) -> None:
        if isinstance(node, dict):
            if node.get("type") == "object":
                assert node["additionalProperties"] is False
                assert node["required"] == list(node["properties"])
            assert not {"maxLength", "minLength", "minimum", "default", "x-surefoot"} & set(node)
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk({key: value for key, value in schema.items() if key != "$defs"})
    for definition in schema["$defs"].values():
        walk(definition)
    grammar = Grammar.read(gbnf_of(schema))
    rng = random.Random(11)
    validator = jsonschema.Draft202012Validator(schema)
    for _ in range(30):
        validator.validate(json.loads(grammar.draw(rng)))


def test_null_for_an_optional_argument_means_absent_in_strict_mode_only() -> None:
    text = answer({"skill": "inspect", "args": {"thing": "red box", "question": None}})
    assert parse_answer(text, VOCABULARY, null_is_absent=True).plan.steps[0].args == {"thing": "red box"}
    with pytest.raises(PlanUnreadable, match="question"):
        parse_answer(text, VOCABULARY)


GOTO = {"skill": "goto", "args": {"place": "kitchen"}}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "not JSON"),
        ("I would go to the kitchen.", "not JSON"),
        ("```json\n" + answer(GOTO) + "\n```", "not JSON"),
        (answer(GOTO) + answer(GOTO), "not JSON"),
        (answer(GOTO)[:-1], "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "a list"),
        ('{"steps": []}', "'answer', 'thought'"),
        ('{"thought": 1, "answer": {}}', "thought"),
        ('{"thought": "", "answer": {"steps": [], "question": "?"}}', "one of"),
        ('{"thought": "", "answer": {"question": " "}}', "question"),
        ('{"thought": "", "thought": "", "answer": {}}', "twice"),
        ('{"thought": "", "answer": {"steps": [NaN]}}', "NaN"),
        ('{"thought": "\\ud800", "answer": {"question": "?"}}', "Unicode"),
        (answer(*[GOTO] * (STEPS_LIMIT + 1)), "steps"),
        (answer("goto"), "step 1 is a text"),
        (answer(GOTO, {"skill": "goto"}), "step 2"),
        (answer({**GOTO, "why": ""}), "'why'"),
        (answer({"skill": "fly", "args": {}}), "no skill 'fly'"),
        (answer({"skill": ["goto"], "args": {}}), "no skill"),
        (answer({"skill": "goto", "args": []}), "'args' is a list"),
        (answer({"skill": "goto", "args": {}}), "needs 'place'"),
        (answer({"skill": "goto", "args": {"place": "Kitchen"}}), "no place named 'Kitchen'"),
        (answer({"skill": "goto", "args": {"place": "厨房"}}), "no place named"),
        (answer({"skill": "goto", "args": {"place": ["kitchen"]}}), "no place named"),
        (answer({"skill": "goto", "args": {"place": "kitchen", "speed": 1}}), "'speed'"),
        (answer({"skill": "dock", "args": {"place": "kitchen"}}), "no place named"),
        (answer({"skill": "wait", "args": {"seconds": 0}}), "seconds"),
        (answer({"skill": "wait", "args": {"seconds": "10"}}), "seconds"),
        (answer({"skill": "wait", "args": {"seconds": True}}), "seconds"),
    ],
)
def test_what_is_not_exactly_an_answer_is_refused(text: str, word: str) -> None:
    with pytest.raises(PlanUnreadable, match=word) as caught:
        parse_answer(text, VOCABULARY)
    assert len(str(caught.value)) < 600


@given(st.text(max_size=200) | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(json.dumps))
@settings(max_examples=60, deadline=None)
def test_no_text_breaks_the_parser(text: str) -> None:
    with pytest.raises(PlanUnreadable):
        parse_answer(text, VOCABULARY)


def test_the_grammar_is_cached_by_content() -> None:
    assert json_grammar(Vocabulary.of(small_brief())) is json_grammar(Vocabulary.of(small_brief("something else")))
    other = small_brief(refuted=(SkillCall(skill="goto", args={"place": "kitchen"}),))
    assert json_grammar(Vocabulary.of(other)) != json_grammar(Vocabulary.of(small_brief()))
