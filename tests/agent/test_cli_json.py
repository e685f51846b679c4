"""``--json`` of the commands that end things or check things: one document on stdout, the same facts as the sentence."""

import json

import pytest
from conftest import command

from agent.settings import Settings
from agent.store import MissionStore

SKILL = '''
from skills import Context, skill


@skill(takes=(0, 1))
async def wave(context: Context, times: int = 1) -> None:
    """Wave.

    Args:
        times: How often.
    """
'''


@pytest.fixture
def surefoot(monkeypatch, capsys, tmp_path):
    """Run ``surefoot``: (exit code, stdout, stderr)."""
    monkeypatch.setenv("SUREFOOT_DATA_DIR", str(tmp_path / "data"))

    return command(monkeypatch, capsys)


@pytest.fixture
def mission(tmp_path):
    fields = {"instruction": "go", "map": "home", "start": (1.0, 2.0, 0.0), "settings": Settings().model_dump(mode="json")}
    return MissionStore(tmp_path / "data").create({**fields, "status": "held"})


def test_cancelling_a_mission_that_nobody_runs(surefoot, mission):
    code, out, err = surefoot("missions", "cancel", mission.id, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "surefoot": 1,
        "mission": mission.id,
        "status": "cancelled",
        "summary": f"Mission {mission.id} is cancelled; the robot stands still.",
    }
    assert mission.read().status == "cancelled"
    code, out, err = surefoot("missions", "cancel", mission.id, "--json")
    assert code == 2 and "has ended already" in json.loads(out)["error"] and "has ended already" in err


def test_cancelling_a_mission_whose_process_does_not_answer(surefoot, mission):
    with MissionStore(mission.path.parent.parent).open(mission.id).locked():
        code, out, err = surefoot("missions", "cancel", mission.id, "--wait", "0.1", "--json")
        assert (code, json.loads(out)["status"]) == (1, "held")
        assert "has not confirmed" in json.loads(out)["summary"] and err == ""
        code, out, err = surefoot("missions", "cancel", mission.id, "--wait", "0.1")
        assert (code, out) == (1, "") and "has not confirmed" in err


def test_a_process_that_ends_without_taking_the_order_leaves_the_mission_to_be_cancelled_here(surefoot, mission, monkeypatch):
    other = MissionStore(mission.path.parent.parent).open(mission.id)
    lock = other.locked()
    lock.__enter__()
    monkeypatch.setattr("agent.cli.missions.time.sleep", lambda seconds: lock.__exit__(None, None, None))
    code, out, _ = surefoot("missions", "cancel", mission.id, "--json")
    assert (code, json.loads(out)["status"]) == (0, "cancelled")


def test_a_checked_skill_file_gives_its_contracts(surefoot, tmp_path):
    (tmp_path / "wave.py").write_text(SKILL)
    code, out, err = surefoot("skills", "check", tmp_path / "wave.py", "--json")
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert [skill["name"] for skill in document["skills"]] == ["wave"]
    assert document["skills"][0]["schema"]["properties"]["times"]["default"] == 1


def test_a_name_that_the_library_has_taken_is_a_mistake_of_the_file(surefoot, tmp_path):
    (tmp_path / "goto.py").write_text(SKILL.replace("wave", "goto"))
    code, out, err = surefoot("skills", "check", tmp_path / "goto.py", "--json")
    assert code == 2 and "is named 'goto' like the skill in" in json.loads(out)["mistakes"][0]["message"] and err
    code, out, err = surefoot("skills", "new", "goto", "--out", tmp_path / "go.py")
    assert code == 2 and "is a skill of the library" in err and not (tmp_path / "go.py").exists()


def test_the_mistakes_of_a_skill_file_are_data(surefoot, tmp_path):
    file = tmp_path / "wave.py"
    file.write_text(SKILL.replace("times: int = 1", "times"))
    code, out, err = surefoot("skills", "check", file, "--json")
    document = json.loads(out)
    assert code == 2 and err.startswith("surefoot: ") and document["error"] in err
    first = document["mistakes"][0]
    assert (first["file"], first["function"], first["parameter"]) == (str(file), "wave", "times") and first["line"] > 0
