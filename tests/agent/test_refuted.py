"""Repair: calls that are refuted in every state leave what each planner can say, exactly those; all else stays, with its remedy."""

import dataclasses
import json
import re
from typing import Annotated

import jsonschema
import numpy as np
import pytest
from conftest import plan, two_rooms
from openai_double import completion, serving
from pydantic import Field
from test_dialect import Matcher

from agent.planners import CloudPlanner, PlanUnreadable
from agent.planners.answer_schema import answer_schema, strict
from agent.planners.brief import messages
from agent.planners.dialect import decode, encode, grammar
from agent.planners.json_grammar import json_grammar
from agent.planners.json_plan import parse_answer
from agent.planners.planner import Brief
from agent.planners.vocabulary import Vocabulary
from benchmarks.gbnf_reader import Grammar
from maps import Body, Place, Pose, RobotState, Thing, World
from skills import At, Context, Known, Near, SkillCall, library, skill
from verifier import Finding, verify
from verifier.finding import Alternative


@skill(takes=(0.0, 5.0))
async def water(context: Context, thing: Near[Thing], litres: Annotated[float, Field(gt=0, le=5)]) -> None:
    """Water a plant.

    Args:
        thing: Which.
        litres: How much.
    """


@skill(takes=(0.0, 5.0))
async def hand_over(context: Context, thing: Known[Thing], place: At[Place]) -> None:
    """Hand a thing over somewhere.

    Args:
        thing: Which.
        place: Where.
    """


SKILLS = library().with_skills(water, hand_over)


def sealed() -> World:
    """The two rooms, and in the right one a vault of solid walls with a safe in it."""
    plain = two_rooms("closed")
    cells = np.array(plain.cells)
    cells[8:32, 110:150] = 100
    cells[10:30, 112:148] = 0
    return World.build(
        "sealed", plain.frame, cells,
        places=(*plain.places.values(), Place(name="vault", outline=((5.7, 0.6), (7.3, 0.6), (7.3, 1.4), (5.7, 1.4)))),
        things=(*plain.things.values(), Thing(name="safe", position=(6.5, 1.0), place="vault")),
        doors=tuple(plain.doors.values()),
    )  # fmt: skip


WORLD = sealed()
MISSION = "go to the vault or the right room, water the gauge or the safe, hand over the box, wait, explore, dock"


def brief(**changes) -> Brief:
    given = {
        "mission": MISSION, "world": WORLD, "state": RobotState(pose=Pose(0.8, 0.8, 0.0), battery_wh=200.0), "body": Body(),
        "skills": SKILLS, "start_place": "dock",
    }  # fmt: skip
    return Brief(**(given | changes))


def judged(*steps) -> Brief:
    """The brief of the repair round after the real verifier has judged this plan."""
    first = brief()
    refused = plan(*steps)
    verdict = verify(refused, first.world, first.state, first.body, first.skills)
    assert not verdict.ok
    return first.after_rejection(refused, [f for f in verdict.all_findings() if f.severity == "error"])


def sayable(brief: Brief, name: str, **args) -> dict[str, bool]:
    """Whether each way of answering lets this call be said."""
    vocabulary = Vocabulary.of(brief)
    answer = {"thought": "", "answer": {"steps": [{"skill": name, "args": args}]}}
    text = json.dumps(answer, ensure_ascii=False)
    allowed = {}
    schema = answer_schema(vocabulary)
    nulled = {p.name: args.get(p.name) for p in brief.skills[name].parameters}
    exact = {"thought": "", "answer": {"steps": [{"skill": name, "args": nulled}], "more": None}}
    allowed["schema"] = jsonschema.Draft202012Validator(schema).is_valid(answer)
    in_full = jsonschema.Draft202012Validator(strict(schema))
    plain = {"thought": "", "answer": {**answer["answer"], "more": None}}
    allowed["strict"] = in_full.is_valid(exact) or in_full.is_valid(plain)

    allowed["json grammar"] = re.fullmatch(Grammar.read(json_grammar(vocabulary)).regex(), text) is not None
    try:
        parse_answer(text, vocabulary)
        allowed["parser"] = True
    except PlanUnreadable:
        allowed["parser"] = False
    prompt = encode(brief)
    pointers = {(r.type, r.name): p for p, r in prompt.table.items()}
    verb = next((p for p, s in prompt.signatures.items() if s.skill == name), f"[{name}]")
    kinds = {p.name: p.kind for p in brief.skills[name].parameters}
    spoken = "".join(pointers.get((kinds[k], v), "?") if isinstance(v, str) else f" {v:g}" for k, v in args.items())
    allowed["dialect"] = Matcher(grammar(prompt))(verb + spoken)
    return allowed


def everywhere(brief: Brief, name: str, **args) -> bool:
    """Whether a call can be said; all ways of answering agree."""
    found = sayable(brief, name, **args)
    assert len(set(found.values())) == 1, found
    return found["parser"]


def test_before_anything_is_refuted_all_can_be_said():
    first = brief()
    assert everywhere(first, "goto", place="vault") and everywhere(first, "goto", place="right room")
    assert everywhere(first, "explore") and everywhere(first, "dock")
    assert everywhere(first, "hand_over", thing="box", place="vault")


def test_a_place_that_cannot_be_reached_leaves_the_grammar_and_only_as_a_goal_of_that_skill():
    repair = judged(("goto", {"place": "vault"}))
    assert repair.refuted == (SkillCall(skill="goto", args={"place": "vault"}),)
    assert not everywhere(repair, "goto", place="vault")
    assert everywhere(repair, "goto", place="right room") and everywhere(repair, "place", place="vault")


def test_what_is_asked_or_said_there_makes_no_difference():
    repair = judged(("inspect", {"thing": "safe", "question": "Is it shut?"}))
    assert repair.refuted == (SkillCall(skill="inspect", args={"thing": "safe"}),)
    assert not everywhere(repair, "inspect", thing="safe") and everywhere(repair, "inspect", thing="gauge")


def test_a_call_that_is_refuted_only_as_things_stand_stays():
    repair = judged(("goto", {"place": "right room"}))
    assert [finding.code for finding in repair.findings] == ["DOOR_CLOSED"] and repair.refuted == ()
    assert everywhere(repair, "goto", place="right room")
    empty_handed = judged(("place", {"place": "left room"}))
    assert [finding.code for finding in empty_handed.findings] == ["PRECONDITION"] and empty_handed.refuted == ()
    assert everywhere(empty_handed, "place", place="left room")


def test_a_wrong_number_does_not_take_the_name_away():
    repair = judged(("water", {"thing": "gauge", "litres": 50}))
    assert repair.refuted == (SkillCall(skill="water", args={"thing": "gauge", "litres": 50}),)
    assert everywhere(repair, "water", thing="gauge", litres=2)
    with pytest.raises(PlanUnreadable):
        parse_answer(json.dumps({"thought": "", "answer": {"steps": [
            {"skill": "water", "args": {"thing": "gauge", "litres": 50}}]}}), Vocabulary.of(repair))  # fmt: skip


def test_of_two_names_only_the_pair_leaves():
    """In every way of answering, a users' skill in the dialect included."""
    refused = plan(("hand_over", {"thing": "box", "place": "vault"}))
    repair = brief().after_rejection(refused, [Finding(code="NO_VALID_PATH", step=1, refuted=True)])
    assert not everywhere(repair, "hand_over", thing="box", place="vault")
    assert everywhere(repair, "hand_over", thing="box", place="right room")
    assert everywhere(repair, "hand_over", thing="gauge", place="vault")


def test_a_call_without_its_optional_name_can_be_refuted_by_itself():
    repair = brief().after_rejection(plan(("explore", {})), [Finding(code="NO_VALID_PATH", step=1, refuted=True)])
    assert not everywhere(repair, "explore") and everywhere(repair, "explore", place="vault")


def test_a_map_without_docks_bars_docking():
    bare = dataclasses.replace(WORLD, places={n: p for n, p in WORLD.places.items() if not p.is_dock})
    first = brief(world=bare, start_place=None)
    verdict = verify(plan(("dock", {})), bare, first.state, first.body, first.skills)
    repair = first.after_rejection(plan(("dock", {})), verdict.all_findings())
    assert everywhere(first, "dock") and not everywhere(repair, "dock")


def test_refuted_calls_stay_out_in_every_later_round():
    second = judged(("goto", {"place": "vault"}))
    third = second.after_rejection(plan(("goto", {"place": "right room"})), [Finding(code="DOOR_CLOSED", step=1)])
    assert not everywhere(third, "goto", place="vault") and everywhere(third, "goto", place="right room")


def test_the_dialect_decodes_what_its_grammar_takes_in_a_repair_round():
    prompt = encode(judged(("goto", {"place": "vault"})))
    pointer = next(p for p, r in prompt.table.items() if r.name == "right room")
    assert decode(f"[goto]{pointer}", prompt).plan.steps == (SkillCall(skill="goto", args={"place": "right room"}),)


def test_verified_alternatives_are_handed_to_the_model():
    repair = judged(("goto", {"place": "right room"}))
    opened = next(a for finding in repair.findings for a in finding.alternatives if a.call and a.call.skill == "open_door")
    told = messages(repair, Vocabulary.of(repair))[1]["content"]
    findings = [json.loads(line) for line in told.splitlines() if line.startswith('{"step"')]
    assert {"change": opened.change, "call": {"skill": "open_door", "args": {"door": "door"}}} in findings[0][
        "verified alternatives"
    ]
    text = "".join(segment.text for segment in encode(repair).segments)
    assert "[refused][goto]" in text and text.endswith("[D0][plan]"), "the small model is told of the door to open"

    instead = SkillCall(skill="goto", args={"place": "left room"})
    swap = brief().after_rejection(
        plan(("goto", {"place": "vault"})),
        [Finding(code="NO_VALID_PATH", step=1, refuted=True, alternatives=(Alternative(call=instead),))],
    )
    told = messages(swap, Vocabulary.of(swap))[1]["content"]
    assert '"verified alternatives": [{"call instead": {"skill": "goto", "args": {"place": "left room"}}}]' in told


@pytest.mark.parametrize("structured", ["json_schema", "json_object", "grammar"])
async def test_a_cloud_model_that_says_a_refuted_call_again_is_asked_once_more_and_then_refused(structured):
    pytest.importorskip("openai")
    repair = judged(("goto", {"place": "vault"}))
    again = json.dumps({"thought": "", "answer": {"steps": [{"skill": "goto", "args": {"place": "vault"}}]}})
    other = json.dumps({"thought": "", "answer": {"steps": [{"skill": "goto", "args": {"place": "left room"}}]}})
    with serving(completion(again), completion(other)) as double:
        planner = CloudPlanner(double.url, "m", structured=structured, timeout_s=20, retries=0)
        assert (await planner.propose(repair)).plan.steps[0].args == {"place": "left room"}
        assert "refuted before" in double.asked[1]["messages"][1]["content"]
    with serving(completion(again)) as double:
        with pytest.raises(PlanUnreadable, match="refuted before"):
            await CloudPlanner(double.url, "m", structured=structured, timeout_s=20, retries=0).propose(repair)


async def test_the_graph_hands_the_verifiers_findings_to_the_repair_round(stage):
    mission = stage(
        [plan(("goto", {"place": "vault"})), plan(("goto", {"place": "left room"}))], world=sealed(), instruction=MISSION
    )
    assert (await mission.run()).status == "succeeded"
    first, second = mission.planner.briefs
    assert first.refuted == () and second.refuted == (SkillCall(skill="goto", args={"place": "vault"}),)
    assert everywhere(first, "goto", place="vault") and not sayable(second, "goto", place="vault")["json grammar"]
