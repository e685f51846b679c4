"""The shipped model, end to end from the command line: simple missions, a user's skill by name, a Nav2 map, a question."""

import json
import os
from pathlib import Path

import pytest
from conftest import command

ROOT = Path(__file__).parent.parent.parent
DATA = Path(os.environ.get("SUREFOOT_DATA", ROOT.parent / "shared" / "data")) / "maps"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("shipped-model")]


@pytest.fixture
def surefoot(monkeypatch, capfd, tmp_path):
    """Run ``surefoot ... --json``: (exit code, document)."""
    monkeypatch.setenv("SUREFOOT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    run = command(monkeypatch, capfd)

    def documented(*arguments):
        code, out, _ = run(*arguments, "--json")
        return code, json.loads(out)

    return documented


def steps(document):
    return [(step["skill"], *step["args"].values()) for step in document["plan"]["steps"]]


def test_a_mission_is_planned_verified_and_drawn(surefoot, tmp_path):
    code, document = surefoot("plan", "Go to the packing station", "--map", "warehouse", "--out", tmp_path / "plan.svg")
    assert code == 0
    assert steps(document) == [("goto", "packing station")]
    assert document["verdict"]["ok"]
    assert (tmp_path / "plan.svg").read_text().lstrip().startswith("<?xml")


def test_a_users_skill_works_in_a_mission_by_name(surefoot):
    code, document = surefoot(
        "run", "water the house plant", "--map", "home", "--skills", ROOT / "examples" / "water_plants.py",
        "--approve", "auto", "--rate", "1000",
    )  # fmt: skip
    assert code == 0, document
    assert document["steps"][0]["call"].startswith("water(plant='house plant'")
    assert document["status"] == "succeeded"


def test_a_nav2_map_without_a_semantic_file_runs_a_mission(surefoot, tmp_path):
    if not (DATA / "nav2_depot" / "depot.yaml").exists():
        pytest.skip("the maps of public projects are not beside the project (SUREFOOT_DATA)")
    depot = DATA / "nav2_depot" / "depot.yaml"
    code, document = surefoot(
        "run", "go to hall 2", "--map", depot, "--approve", "off", "--rate", "1000", "--out", tmp_path / "d.png"
    )
    assert code == 0, document
    assert [step["call"] for step in document["steps"]] == ["goto(place='hall 2')"]


def test_without_a_terminal_nothing_runs_unapproved(surefoot):
    code, document = surefoot("run", "go to the kitchen", "--map", "home", "--rate", "1000")
    assert (code, document["status"], document["question"]["kind"]) == (3, "waiting", "approval")
    code, document = surefoot("resume", document["mission"], "--answer", "yes")
    assert (code, document["status"]) == (0, "succeeded")


def test_an_ambiguous_mission_waits_for_its_operator(surefoot):
    code, document = surefoot("plan", "inspect the level gauge", "--map", "plant")
    assert code == 3
    assert {"level gauge 1", "level gauge 2"} <= set(document["question"]["choices"])
