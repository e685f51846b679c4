"""``surefoot repair`` and the limits of ``surefoot verify``, as a user calls them."""

import json

import pytest
from typer.testing import CliRunner

from agent.cli.app import app
from agent.errors import BadOption

RUN = CliRunner()


def write(tmp_path, *steps):
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({"steps": [{"skill": skill, "args": args} for skill, args in steps]}))
    return str(path)


def test_a_broken_plan_is_mended_and_written(tmp_path):
    broken = write(tmp_path, ("goto", {"place": "kitchn"}), ("goto", {"place": "study"}), ("dock", {}))
    out = tmp_path / "new" / "mended.json"
    done = RUN.invoke(app, ["repair", broken, "--map", "home", "--out", str(out)])
    assert done.exit_code == 0, done.output
    steps = [(step["skill"], step["args"]) for step in json.loads(out.read_text())["steps"]]
    assert steps == [
        ("goto", {"place": "kitchen"}),
        ("open_door", {"door": "study door"}),
        ("goto", {"place": "study"}),
        ("dock", {}),
    ]
    assert "replace step 1 goto(place='kitchen')" in done.output
    assert "because Step 1 goto(place='kitchn'): there is no place named 'kitchn'" in done.output
    assert RUN.invoke(app, ["verify", str(out), "--map", "home"]).exit_code == 0


def test_what_cannot_be_mended_is_not_written(tmp_path):
    broken = write(tmp_path, ("juggle", {}), ("report", {}))
    out = tmp_path / "mended.json"
    done = RUN.invoke(app, ["repair", broken, "--map", "home", "--out", str(out), "--keep-steps", "--json"])
    assert done.exit_code == 1
    data = json.loads(done.output)
    assert (data["ok"], data["changes"], data["left_out"]) == (False, [], 0)
    assert not out.exists()


def test_machines_get_every_change_with_its_reason(tmp_path):
    broken = write(tmp_path, ("juggle", {}), ("report", {}))
    data = json.loads(RUN.invoke(app, ["repair", broken, "--map", "home", "--json"]).output)
    assert data["changes"][0]["edit"] == {"verb": "drop", "step": 1}
    assert data["changes"][0]["because"].startswith("Step 1 juggle(): there is no skill named 'juggle'")
    assert (data["ok"], data["left_out"], data["verdict"]["ok"]) == (True, 1, True)


def test_a_plan_may_need_more_changes_than_anybody_would_count(tmp_path):
    broken = write(tmp_path, *[("goto", {"place": "kitchn"}), ("goto", {"place": "halway"})] * 20)
    data = json.loads(RUN.invoke(app, ["repair", broken, "--map", "home", "--json"]).output)
    assert (data["ok"], data["in_time"], data["left_out"]) == (True, True, 0)
    assert len(data["changes"]) >= 40
    assert {step["args"]["place"] for step in data["plan"]["steps"] if step["skill"] == "goto"} == {"kitchen", "hallway"}


def test_when_patience_is_at_its_end_a_sentence_says_so(tmp_path):
    broken = write(tmp_path, ("goto", {"place": "kitchn"}), ("dock", {}))
    out = tmp_path / "mended.json"
    done = RUN.invoke(app, ["repair", broken, "--map", "home", "--patience", "1e-9", "--out", str(out)])
    assert done.exit_code == 1
    assert "Stopped after 1e-09 s and 0 changes with 1 error left: --patience gives it longer." in done.output
    assert not out.exists()


@pytest.mark.parametrize("value", ["0", "-1", "nan"])
def test_a_patience_that_makes_no_sense_is_one_sentence(tmp_path, value):
    done = RUN.invoke(app, ["repair", write(tmp_path, ("dock", {})), "--map", "home", "--patience", value])
    assert isinstance(done.exception, BadOption)
    assert str(done.exception).startswith("--patience ")


def test_limits_are_judged(tmp_path):
    plan = write(tmp_path, ("goto", {"place": "kitchen"}), ("dock", {}))
    assert RUN.invoke(app, ["verify", plan, "--map", "home"]).exit_code == 0
    for option, code in (("--max-time", "TIME"), ("--max-distance", "DISTANCE"), ("--max-steps", "STEPS")):
        done = RUN.invoke(app, ["verify", plan, "--map", "home", option, "1", "--json"])
        assert done.exit_code == 1
        found = json.loads(done.output)["steps"]
        assert code in [finding["code"] for step in found for finding in step["findings"]]


@pytest.mark.parametrize("value", ["-1", "nan", "inf"])
def test_a_limit_that_makes_no_sense_is_one_sentence(tmp_path, value):
    plan = write(tmp_path, ("report", {}))
    done = RUN.invoke(app, ["verify", plan, "--map", "home", "--max-time", value])
    assert isinstance(done.exception, BadOption)
    assert str(done.exception).startswith("--max-time ")
