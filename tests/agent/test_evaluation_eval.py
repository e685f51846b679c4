"""Running a set: what is judged how, runs that go on where they were killed, figures, the command."""

import json
from dataclasses import replace

import pytest
from conftest import two_rooms
from openai_double import completion, serving
from typer.testing import CliRunner

from agent.cli.app import app
from agent.evaluation.errors import ResultsInvalid
from agent.evaluation.evaluate import evaluate
from agent.evaluation.figures import figures, risk_coverage, table
from agent.evaluation.mission_set import load_set
from agent.evaluation.result import Case
from agent.evaluation.results_file import ResultsFile
from agent.evaluation.scenario import Sites
from agent.evaluation.writing import draw_figures, to_csv
from agent.planners import PlanUnreadable, Proposal, ScriptedPlanner
from agent.planners.planner import NamedArgument
from agent.settings import Settings
from maps import save_world
from skills import library

SET = """
surefoot: 1
name: tiny
missions:
  - {id: look, map: two, say: look at the gauge, tags: [look], goal: {all: [inspect: gauge, told: 4.2 bar]}, plan: [inspect: gauge]}
  - {id: carry, map: two, say: box to the left room, lang: de, goal: {lies: {box: left room}}, plan: [pick: box, place: left room]}
  - {id: which, map: two, say: look at the thing, ask: [gauge, box], operator: box, goal: {inspect: box}}
  - {id: sing, map: two, say: sing, decline: out of scope}
  - {id: far, map: two, say: to the right, known: {doors: {door: locked}}, truth: {doors: {door: locked}}, decline: impossible}
  - {id: where, map: two, say: where is the box, answer: right room}
"""

SKILLS = library()


def plan(*steps):
    from agent.evaluation.mission_set import plan_of

    return Proposal(plan=plan_of(list(steps), SKILLS), seconds=0.5, tokens=10)


ASK = Proposal(question="Which?", choices=("gauge", "box"), seconds=0.1, tokens=5)
NO = Proposal(reason="That is nothing for a robot.", seconds=0.1, tokens=5)
LOOK = plan({"inspect": "gauge"})
CARRY = plan({"pick": "box"}, {"place": "left room"})
BOX = plan({"inspect": "box"})
RIGHT = plan({"goto": "right room"})
WHERE = plan({"report": {"text": "In the right room."}})
GOOD = [LOOK, CARRY, ASK, BOX, NO, RIGHT, RIGHT, RIGHT, WHERE]


@pytest.fixture
def tiny(tmp_path):
    save_world(two_rooms(), tmp_path / "two")
    path = tmp_path / "tiny.yaml"
    path.write_text(SET)
    return path


async def run(path, answers, *, ids=None, results=None):
    missions = load_set(path)
    chosen = [mission for mission in missions.missions if ids is None or mission.id in ids]
    planner = ScriptedPlanner(answers)
    return await evaluate(chosen, planner, Sites(missions.folder), SKILLS, Settings(), results=results)


async def test_a_planner_that_does_all_as_it_should(tiny):
    cases = await run(tiny, GOOD)
    assert [case.right for case in cases] == [True] * 6, [case.why for case in cases]
    told = figures(cases)
    every = told["table"][0]
    assert every["right"]["share"] == 1.0 and every["goal"]["of"] == 2 and every["exact"] == every["goal"]
    assert every["asked"]["of"] == 1 and every["declined"]["of"] == 2 and every["neither"]["of"] == 2
    assert every["first"]["good"] == 3 and every["first"]["of"] == 4, "the locked door is refused"
    assert [row["group"] for row in told["table"] if row["by"] == "language"] == ["de", "en"]
    assert told["latency_p95_s"] == 0.5 and told["answers"] == len(GOOD)
    assert told["risk_coverage"] == []


@pytest.mark.parametrize(
    ("mission", "answers", "told"),
    [
        ("look", [BOX], "inspect: gauge"),
        ("look", [ASK], "inspect: gauge"),
        ("look", [plan({"inspect": "gauge"}, {"say": "4.2 bar"})], "nobody asked for say"),
        ("look", [PlanUnreadable("no plan")], "inspect: gauge"),
        ("carry", [plan({"pick": "box"})], "lies: {box: left room}"),
        ("which", [LOOK], "it was to ask, and the first answer was plan"),
        ("which", [replace(ASK, choices=("gauge",)), BOX], "asked about gauge"),
        ("which", [ASK, LOOK], "inspect: box"),
        ("sing", [RIGHT], "nothing was to be done, and goto"),
        ("sing", [ASK], "it was to decline, and its first answer was ask"),
        ("far", [ASK], "it was to decline"),
        ("where", [NO], "the operator was not told 'right room'"),
        ("where", [plan({"pick": "box"})], "was not told"),
    ],
)
async def test_what_is_wrong_is_said(tiny, mission, answers, told):
    (case,) = await run(tiny, answers, ids=[mission])
    assert not case.right and told in case.why


async def test_a_name_that_the_planner_is_unsure_of_becomes_a_question_and_counts_as_one(tiny):
    unsure = NamedArgument(step=1, parameter="thing", name="gauge", confidence=0.3, others=(("box", 0.29),))
    (case,) = await run(tiny, [replace(LOOK, names=(unsure,)), BOX], ids=["which"])
    assert case.right and case.answer == "ask" and case.confidence == 0.3
    (case,) = await run(tiny, [replace(LOOK, names=(unsure,))], ids=["look"])
    assert not case.right and case.neither is False


async def test_a_killed_run_goes_on_where_it_was(tiny, tmp_path):
    results = ResultsFile(tmp_path / "out", {"planner": "p"})
    await run(tiny, [LOOK, CARRY], ids=["look", "carry"], results=results)
    kept = results.path.read_text()
    results.path.write_text(kept + '{"id": "which", "la')  # killed while writing
    cases = await run(tiny, [ASK, BOX, NO, RIGHT, RIGHT, RIGHT, WHERE], results=results)
    assert all(case.right for case in cases)
    lines = results.path.read_text().splitlines()
    assert len(lines) == 7 and lines[:3] == kept.splitlines()
    assert await run(tiny, [], results=results) == cases, "nothing is asked again"
    with pytest.raises(ResultsInvalid, match=r"of another run \(it differs in planner\)"):
        ResultsFile(tmp_path / "out", {"planner": "q"}).read()
    results.path.write_text("not json\n")
    with pytest.raises(ResultsInvalid, match="is no results file"):
        results.read()


def case(right, confidence, ran=True):
    return Case(
        id="x", lang="en", tags=(), size=3, want="plan", answer="plan", text="", exact=None, first=True, repaired=True, ran=ran,
        right=right, asked=None, declined=None, neither=True, why="", status="succeeded", summary="", rounds=1, seconds=(0.1,),
        tokens=(3,), confidence=confidence,
    )  # fmt: skip


def test_risk_rises_as_less_confident_plans_are_run():
    cases = [case(True, 0.9), case(True, 0.9), case(False, 0.5), case(True, 0.7), case(False, 0.4, ran=False), case(True, None)]
    assert risk_coverage(cases) == [(0.9, 0.5, 0.0), (0.7, 0.75, 0.0), (0.5, 1.0, 0.25)]


def test_tables_and_pictures_are_written(tmp_path):
    cases = [case(True, 0.9), case(False, 0.5)]
    draw_figures([case(True, None)] * 3, "all right", tmp_path / "right.png")
    draw_figures([case(False, None)] * 3, "all wrong", tmp_path / "wrong.png")
    lines = to_csv(table(cases)).splitlines()
    assert lines[0].startswith("by,group,missions,right,right low,right high,right of,goal,")
    assert lines[1].startswith("all,all,2,0.5,0.0945,0.9055,2,0.5,")
    for name in ("figure.png", "figure.svg"):
        draw_figures(cases, "two", tmp_path / name)
        assert (tmp_path / name).stat().st_size > 5000


@pytest.mark.slow
def test_the_command_runs_the_shipped_model_and_goes_on(tiny, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke(app, ["eval", str(tiny), "--tag", "look", "--json"])
    assert run.exit_code == 0, run.output
    told = json.loads(run.stdout)
    assert told["missions"] == 1 and told["planner"] == "local:planner.gguf" and told["table"][0]["neither"]["of"] == 1
    assert {file.name for file in (tmp_path / "eval-tiny").iterdir()} == {"cases.jsonl", "figures.json", "table.csv", "figures.png"}
    before = (tmp_path / "eval-tiny" / "cases.jsonl").read_bytes()
    again = CliRunner().invoke(app, ["eval", str(tiny), "--tag", "look"])
    assert again.exit_code == 0 and "capability" not in again.stdout and "latency of an answer" in again.stdout
    assert (tmp_path / "eval-tiny" / "cases.jsonl").read_bytes() == before


def test_a_model_behind_a_url_is_judged_and_a_stopped_run_says_how_to_go_on(tiny, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    answer = json.dumps({"thought": "", "answer": {"steps": [{"skill": "inspect", "args": {"thing": "gauge"}}]}})
    with serving(completion(answer)) as double:
        options = ["eval", str(tiny), "--url", double.url, "--url-model", "big", "--tag", "look", "--out", "far"]
        run = CliRunner().invoke(app, [*options, "--json"])
        assert run.exit_code == 0, run.output
        told = json.loads(run.stdout)
        assert told["table"][0]["right"]["good"] == 1 and told["planner"].startswith("cloud:") and len(double.asked) == 1

        def stopped(*args, **keywords):
            raise KeyboardInterrupt

        monkeypatch.setattr("agent.evaluation.evaluate.run_case", stopped)
        run = CliRunner().invoke(app, [*options, "--fresh"])
        assert run.exit_code == 130 and "the same command goes on" in run.stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--tag", "fly"], "No mission of 'tiny' is left"),
        (["--url-model", "m"], "give --url too"),
        (["--url", "http://127.0.0.1:9/v1"], "--url-model"),
        (["--model", "none.gguf"], "none.gguf"),
    ],
)
def test_bad_options_are_one_sentence(tiny, tmp_path, monkeypatch, options, told):
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke(app, ["eval", str(tiny), *options])
    assert run.exit_code != 0
    assert told in f"{run.exception} {run.output}"
