"""Space that nobody has mapped: blocked, allowed, or asked for, whatever the approval mode."""

import json
import sys

import numpy as np
import pytest
from conftest import plan, two_rooms

from agent.answering import pending_request
from agent.cli import main
from agent.journal import read_journal
from agent.settings import load_settings
from maps import World

GO = plan(("goto", {"place": "right room"}))


def unseen_middle() -> World:
    """The two rooms with an unmapped strip before the door: the only way between them."""
    plain = two_rooms()
    cells = np.array(plain.cells)
    cells[1:-1, 60:70] = -1
    return World.build(
        "two rooms", plain.frame, cells, places=tuple(plain.places.values()), things=tuple(plain.things.values()),
        doors=tuple(plain.doors.values()),
    )  # fmt: skip


@pytest.fixture
def unseen(stage):
    """Stage a mission on the map with the unmapped strip, which the robot does not see from afar."""

    def make(script, **options):
        return stage(script, world=unseen_middle(), truth=unseen_middle(), **options)

    return make


async def test_blocked_refuses_and_allowed_drives(unseen):
    mission = unseen([GO], unknown="blocked", repair_rounds=0)
    assert (await mission.run()).status == "failed"
    assert [finding["code"] for finding in mission.of("verified")[0]["verdict"]["steps"][0]["findings"]] == ["UNKNOWN_SPACE"]
    mission = unseen([GO], unknown="allowed", approval="auto")
    assert (await mission.run()).status == "succeeded" and mission.requests == []


@pytest.mark.parametrize("approval", ["auto", "off", "ask"])
async def test_ask_pauses_in_every_approval_mode_and_a_yes_drives(unseen, approval):
    mission = unseen([GO], unknown="ask", approval=approval, answers=["yes"])
    assert (await mission.run()).status == "succeeded"
    (request,) = mission.requests
    assert request.kind == "approval" and len(request.findings) == 1 and "right room" in request.findings[0]
    assert mission.done == [("goto", "succeeded")]


async def test_ask_refused_is_not_driven(unseen):
    mission = unseen([GO], unknown="ask", approval="auto", answers=["no"])
    assert (await mission.run()).status == "refused" and mission.done == []


async def test_without_an_operator_the_mission_waits(unseen):
    mission = unseen([GO], unknown="ask", approval="off")
    assert (await mission.run()).status == "waiting"
    assert pending_request(read_journal(mission.folder.journal)).kind == "approval"
    mission.answers, mission.script = ["yes"], []
    assert (await mission.resume()).status == "succeeded"


async def test_a_way_that_is_known_asks_nothing(stage):
    mission = stage([GO], unknown="ask", approval="auto")
    assert (await mission.run()).status == "succeeded" and mission.requests == []


async def test_what_was_approved_once_is_not_asked_again_at_its_own_step(unseen):
    first = plan(("say", {"text": "hello"}), ("goto", {"place": "right room"}))
    mission = unseen([first], unknown="ask", approval="auto", answers=["yes"])
    assert (await mission.run()).status == "succeeded"
    assert len(mission.requests) == 1 and mission.done == [("say", "succeeded"), ("goto", "succeeded")]


def test_the_option_and_the_setting(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "surefoot.toml").write_text('unknown = "ask"\n')
    assert load_settings().unknown == "ask"
    (tmp_path / "plan.json").write_text(json.dumps({"steps": [{"skill": "goto", "args": {"place": "kitchen"}}]}))
    for command in (["verify", "plan.json", "--map", "home"], ["repair", "plan.json", "--map", "home"]):
        monkeypatch.setattr(sys, "argv", ["surefoot", *command, "--unknown", "maybe"])
        with pytest.raises(SystemExit) as exit:
            main()
        assert exit.value.code == 2 and "maybe" in capsys.readouterr().err
        monkeypatch.setattr(sys, "argv", ["surefoot", *command, "--unknown", "ask"])
        with pytest.raises(SystemExit) as exit:
            main()
        assert not exit.value.code, capsys.readouterr()
        capsys.readouterr()
