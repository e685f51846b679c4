"""The general models' brief: stable prefix, data that stays data, the part of a large map that matters."""

import json

from planner_world import HOSTILE, small_brief, small_world

from agent.planners.brief import as_data, messages
from agent.planners.planner import HistoryEntry
from agent.planners.vocabulary import Vocabulary
from maps import Thing
from skills import Outcome, Plan, SkillCall
from verifier import Finding


def chat(brief, **options):
    return messages(brief, Vocabulary.of(brief), **options)


def data_lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_the_prefix_does_not_depend_on_the_mission() -> None:
    one, two = chat(small_brief("go to the kitchen")), chat(small_brief("bring me the red box"))
    assert one[0] == two[0]
    shared = one[1]["content"].split('{"mission"')[0]
    assert two[1]["content"].startswith(shared)
    assert '{"place": "kitchen"' in shared


def test_every_skill_is_described() -> None:
    system = chat(small_brief())[0]["content"]
    assert '- inspect(thing: thing, drives near, question: text = "What do you see?"): Look at a thing' in system
    assert "- wait(seconds: number more than 0 and at most 3600): " in system


def test_a_hostile_label_is_a_quoted_string_and_cannot_spell_a_special_token() -> None:
    world = small_world(things=[Thing(name=HOSTILE, position=(2, 2), attributes={"note": HOSTILE})])
    system, user = chat(small_brief(HOSTILE, world=world))
    assert "gnore previous" not in system["content"]
    assert "<|" not in user["content"]
    assert "[INST]" not in user["content"]
    lines = data_lines(user["content"])
    assert {"thing": HOSTILE, "attributes": {"note": HOSTILE}} in lines
    assert lines[-1] == {"mission": HOSTILE}
    assert all("gnore previous" not in line for line in user["content"].splitlines() if not line.startswith("{"))


def test_data_is_lossless() -> None:
    value = {"a<b": ["[x]", 1.5, None, True, {"厨房": "\u2028"}]}
    assert json.loads(as_data(value)) == value
    assert "\n" not in as_data(value)


def test_history_findings_and_the_refused_plan_are_told() -> None:
    call = SkillCall(skill="inspect", args={"thing": "red box"})
    brief = small_brief(history=(HistoryEntry(call, Outcome(status="succeeded", observations=("it is red",))),))
    finding = Finding(code="NO_VALID_PATH", step=1, message="Step 1 cannot be reached.", refuted=True)
    brief = brief.after_rejection(Plan(steps=(SkillCall(skill="goto", args={"place": "kitchen"}),)), [finding])
    lines = data_lines(chat(brief, problem="not JSON")[1]["content"])
    assert {"call": call.model_dump(), "ended": "succeeded", "observed": ["it is red"]} in lines
    assert {"steps": [{"skill": "goto", "args": {"place": "kitchen"}}]} in lines
    assert {"step": 1, "severity": "error", "finding": "Step 1 cannot be reached."} in lines
    assert {"your last answer was refused": "not JSON"} in lines


def test_words_that_name_nothing_here_are_told() -> None:
    lines = data_lines(chat(small_brief("go to the attic, then to the kitchen"))[1]["content"])
    assert lines[-1] == {"mission": "go to the attic, then to the kitchen", "not a name on this map": ["attic"]}
    assert data_lines(chat(small_brief("go to the kitchen"))[1]["content"])[-1] == {"mission": "go to the kitchen"}


def test_a_large_map_is_cut_to_what_the_mission_may_mean() -> None:
    world = small_world(
        things=[Thing(name=f"pallet {number}", position=(2, 2), place="kitchen") for number in range(1000)]
        + [Thing(name="zither", position=(2, 2), place="kitchen")]
    )
    brief = small_brief("inspect the zither and then pallet 777", world=world)
    vocabulary = Vocabulary.of(brief, 50)
    assert vocabulary.cut
    assert vocabulary.names_listed == 50
    assert {"zither", "pallet 777"} <= set(vocabulary.names["thing"])
    assert set(vocabulary.names["place"]) >= {"kitchen", "dock one"}
    assert not Vocabulary.of(small_brief()).cut


def test_what_the_robot_carries_and_did_stays_listed() -> None:
    world = small_world(things=[Thing(name=f"pallet {number}", position=(2, 2)) for number in range(400)])
    brief = small_brief("wait a minute", world=world)
    entry = HistoryEntry(SkillCall(skill="pick", args={"thing": "pallet 399"}), Outcome(status="succeeded"))
    names = Vocabulary.of(small_brief("wait a minute", world=world, history=(entry,)), 20).names
    assert "pallet 399" in names["thing"]
    assert "pallet 399" not in Vocabulary.of(brief, 20).names["thing"]
