"""Answers given ahead: only to the question that a mission waits with, and only ones that answer it."""

import json
import time

import pytest
from conftest import command, plan

from agent.answering import answer_to, answering_first, pending_request
from agent.errors import BadOption
from agent.journal import Journal, read_journal
from agent.operator import Answer, Approval, OperatorRequest
from agent.planners import Proposal, ScriptedPlanner
from agent.store import MissionStore

APPROVAL = OperatorRequest(kind="approval", text="Carry out this plan?", choices=("yes", "no"), digest="d1")
WHICH = OperatorRequest(kind="question", text="Which gauge?", choices=("left gauge", "right gauge"))
FREE = OperatorRequest(kind="question", text="What is meant?")
GO = plan(("goto", {"place": "right room"}))


@pytest.mark.parametrize("request_, text, answer", [
    (APPROVAL, "yes", Approval(approved=True, digest="d1")), (APPROVAL, " Y ", Approval(approved=True, digest="d1")),
    (APPROVAL, "no", Approval(approved=False, digest="d1")), (WHICH, "2", Answer(text="right gauge")),
    (WHICH, "LEFT gauge", Answer(text="left gauge")), (FREE, " the big one ", Answer(text="the big one")),
])  # fmt: skip
def test_a_text_becomes_the_answer(request_, text, answer):
    assert answer_to(request_, text) == answer


@pytest.mark.parametrize("request_, text, words", [
    (APPROVAL, "sure", "yes nor no"), (APPROVAL, "", "yes nor no"), (WHICH, "3", "left gauge, right gauge"),
    (WHICH, "gauge", "one of"), (FREE, "  ", "a sentence"),
])  # fmt: skip
def test_what_answers_nothing_is_refused(request_, text, words):
    with pytest.raises(BadOption, match=words):
        answer_to(request_, text)


async def test_an_answer_given_ahead_is_for_one_request_once():
    async def nobody(request):
        return None

    operator = answering_first(WHICH, Answer(text="left gauge"), nobody)
    assert await operator(FREE) is None
    assert await operator(WHICH) == Answer(text="left gauge")
    assert await operator(WHICH) is None


async def test_a_mission_waits_with_what_its_journal_asked_last(stage):
    mission = stage([Proposal(question="Which one?", choices=("gauge", "box")), GO], approval="ask", answers=["box"])
    assert (await mission.run()).status == "waiting"
    pending = pending_request(read_journal(mission.folder.journal))
    assert pending == mission.requests[-1] and pending.kind == "approval"
    mission.answers = []
    await mission.resume()
    assert pending_request(read_journal(mission.folder.journal)) == pending, "asking again changes nothing"
    mission.answers = ["yes"]
    await mission.resume()
    assert pending_request(read_journal(mission.folder.journal)) is None


@pytest.mark.parametrize("seen", ["world_changed", "rules", "rule_broken"])
async def test_what_the_robot_sees_while_a_mission_waits_answers_nothing(stage, seen):
    mission = stage([Proposal(question="Which one?", choices=("gauge", "box")), GO], approval="off", answers=[])
    assert (await mission.run()).status == "waiting"
    Journal(mission.folder.journal, mission.folder.id).append(seen, {})
    assert pending_request(read_journal(mission.folder.journal)) == mission.requests[-1]


@pytest.fixture
def surefoot(monkeypatch, capsys, tmp_path):
    """Run ``surefoot ...`` with a scripted planner and no terminal: (exit code, JSON document, stderr)."""
    monkeypatch.setenv("SUREFOOT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SUREFOOT_ROBOT__RATE", "5000")
    script = []
    monkeypatch.setattr("agent.planners.make.make_planner", lambda settings, log=None: ScriptedPlanner(script))

    run = command(monkeypatch, capsys)

    def documented(*arguments, plans=()):
        script[:] = plans
        code, out, err = run(*arguments, "--json")
        return code, json.loads(out), err

    return documented


KITCHEN = plan(("goto", {"place": "kitchen"}))


@pytest.mark.slow
def test_the_command_line_answers_a_question_and_approves_a_plan(surefoot):
    which = Proposal(question="Which room?", choices=("kitchen", "living room"), about="room")
    code, document, _ = surefoot("run", "go to a room", "--map", "home", plans=[which])
    assert (code, document["status"], document["question"]["choices"]) == (3, "waiting", ["kitchen", "living room"])
    mission = document["mission"]

    code, document, err = surefoot("resume", mission, "--answer", "cellar")
    assert code == 2 and "kitchen, living room" in err and "cellar" in document["error"]

    code, document, _ = surefoot("resume", mission, "--answer", "1", plans=[KITCHEN])
    assert (code, document["status"], document["question"]["kind"]) == (3, "waiting", "approval")
    code, _, err = surefoot("resume", mission, "--answer", "kitchen")
    assert code == 2 and "yes nor no" in err

    code, document, _ = surefoot("resume", mission, "--answer", "yes")
    assert (code, document["status"], document["question"]) == (0, "succeeded", None)
    code, _, err = surefoot("resume", mission, "--answer", "yes")
    assert code == 2 and "has ended" in err


@pytest.mark.slow
def test_no_refuses_and_a_mission_that_waits_for_nothing_takes_no_answer(surefoot, tmp_path):

    code, document, _ = surefoot("run", "go to the kitchen", "--map", "home", plans=[KITCHEN])
    assert code == 3
    code, document, _ = surefoot("resume", document["mission"], "--answer", "no")
    assert (code, document["status"]) == (1, "refused")

    record = MissionStore(tmp_path).open(document["mission"]).read()
    held = MissionStore(tmp_path).create({**record.model_dump(exclude={"id", "created"}), "status": "held"})
    code, _, err = surefoot("resume", held.id, "--answer", "yes")
    assert code == 2 and "waits for no answer" in err


@pytest.mark.slow
def test_time_stands_still_for_the_robot_until_its_mission_is_under_way(surefoot, monkeypatch, tmp_path):
    monkeypatch.setenv("SUREFOOT_ROBOT__RATE", "10000")

    def slow(brief):
        time.sleep(1.0)  # 10 000 s of robot time, if it ran
        return KITCHEN

    code, document, _ = surefoot("run", "go to the kitchen", "--map", "home", plans=[slow])
    assert code == 3, document["summary"]
    folder = MissionStore(tmp_path).open(document["mission"])
    robot = json.loads(folder.robot.read_text())
    assert (robot["clock"]["robot"], robot["battery_wh"]) == (0.0, 200.0)
    (verified,) = [event.data["verdict"] for event in read_journal(folder.journal) if event.type == "verified"]
    assert verified["totals"]["battery_left_wh"] > 195.0
    code, document, _ = surefoot("resume", document["mission"], "--answer", "yes")
    assert (code, document["status"]) == (0, "succeeded"), document["summary"]
