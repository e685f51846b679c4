"""``surefoot rules`` and the rules in ``surefoot verify``: exit codes, sentences, JSON, pictures."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from agent.cli.app import app
from agent.rule_scene import rules_scene
from maps import Caption, Marker, Path, Region, load_world, shipped_maps
from verifier.rules import find_rules, parse_rules

RUN = CliRunner()
HEAD = "surefoot: 1\nrules:\n"


@pytest.fixture
def rules_file(tmp_path):
    def write(text):
        path = tmp_path / "my rules.yaml"
        path.write_text(text)
        return str(path)

    return write


@pytest.fixture
def plan_file(tmp_path):
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({"steps": [{"skill": "goto", "args": {"place": "office"}}]}))
    return str(path)


def invoke(*args):
    result = RUN.invoke(app, args)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def main(*args):
    """As a person runs it, errors told."""
    return subprocess.run([sys.executable, "-m", "agent.cli", *args], capture_output=True, text=True, check=False)


def test_list_shows_each_rule_with_its_formula():
    result = invoke("rules", "list", "--map", "warehouse")
    assert result.exit_code == 0
    for rule in find_rules(load_world(shipped_maps()["warehouse"])):
        assert rule.name in result.stdout and str(rule.formula) in result.stdout
    data = json.loads(invoke("rules", "list", "-m", "hospital", "--json").stdout)
    assert data["map"] == "hospital" and all(
        {"name", "severity", "formula", "pattern", "line"} <= set(row) for row in data["rules"]
    )


def test_check_says_what_is_wrong_and_exits_one(rules_file):
    assert invoke("rules", "check", "--map", "home").exit_code == 0
    bad = rules_file(
        HEAD + "- {name: a, never: {at: ofice}}\n- {name: b, never: {calls: dock}}\n- {name: c, at_least_once: {calls: dock}}\n"
    )
    result = invoke("rules", "check", bad, "--map", "warehouse")
    assert result.exit_code == 1
    assert "UNKNOWN_NAME my rules.yaml:3" in result.stdout and "fix: write 'office'" in result.stdout
    assert "CONTRADICTION my rules.yaml:4" in result.stdout
    data = json.loads(invoke("rules", "check", bad, "--map", "warehouse", "--json").stdout)
    assert [issue["code"] for issue in data["issues"]] == ["UNKNOWN_NAME", "CONTRADICTION"]
    assert data["issues"][1]["rules"] == ["b", "c"] and data["issues"][1]["line"] == 4


def test_a_warning_alone_exits_zero(rules_file):
    harmless = rules_file(HEAD + "- {name: a, never: {speed_over: 9}}\n")
    result = invoke("rules", "check", harmless, "-m", "warehouse")
    assert result.exit_code == 0 and "NEVER_TRIGGERED" in result.stdout


@pytest.mark.parametrize("text", ["surefoot: 1\nrules: &a [*a]\n", "\x00", "a: [" * 50, HEAD + "- {name: x, ltlf: 'G ('}\n"])
def test_a_hostile_file_is_one_sentence_and_exit_two(rules_file, plan_file, text):
    for args in (
        ("rules", "check", rules_file(text), "-m", "warehouse"),
        ("verify", plan_file, "-m", "warehouse", "--rules", rules_file(text)),
    ):
        result = main(*args)
        assert result.returncode == 2 and "my rules.yaml, line" in result.stderr
        assert "Traceback" not in result.stderr and len(result.stderr.strip().splitlines()) == 1


def test_neither_map_nor_file_is_told():
    result = main("rules", "list")
    assert result.returncode == 2 and "--map" in result.stderr


def test_a_file_without_a_map_beside_it_needs_one(rules_file):
    result = main("rules", "list", rules_file(HEAD))
    assert result.returncode == 2 and "--map" in result.stderr


def test_the_folders_own_map_is_taken():
    own = shipped_maps()["home"] / "rules.yaml"
    assert json.loads(invoke("rules", "list", str(own), "--json").stdout)["map"] == "home"


def test_verify_judges_by_the_maps_rules_or_by_others(rules_file, plan_file):
    assert invoke("verify", plan_file, "--map", "warehouse").exit_code == 0
    result = invoke(
        "verify", plan_file, "--map", "warehouse", "--rules", rules_file(HEAD + "- {name: stay out, never: {at: office}}\n")
    )
    assert result.exit_code == 1 and "RULE" in result.stdout and "stay out" in result.stdout


def test_verify_takes_the_time_of_day(rules_file, plan_file):
    text = HEAD + "- {name: by day, time_window: {what: {at: office}, from: '06:00', to: '22:00'}}\n"
    codes = [
        invoke("verify", plan_file, "-m", "warehouse", "--rules", rules_file(text), "--at", at).exit_code
        for at in ("12:00", "23:00")
    ]
    assert codes == [0, 1]
    result = main("verify", plan_file, "-m", "warehouse", "--rules", rules_file(text), "--at", "noon")
    assert result.returncode == 2 and "hh:mm" in result.stderr


def test_draw_writes_a_picture(tmp_path):
    out = tmp_path / "rules.svg"
    result = invoke("rules", "draw", "--map", "hospital", "--out", str(out))
    assert result.exit_code == 0 and out.stat().st_size > 10_000
    missing = main("rules", "draw", "--map", "hospital", "--only", "nonsense", "--out", str(out))
    assert missing.returncode == 2 and "no rule named" in missing.stderr


def test_the_scene_marks_what_each_rule_speaks_of():
    world = load_world(shipped_maps()["warehouse"])
    text = (
        HEAD
        + "- {name: a, never: {all: [{at: office}, {crosses: office door}, {carrying: red toolbox}]}}\n"
        + "- {name: b, at_least_once: {at: office}}\n"
    )
    rules = tuple(rule.on(world) for rule in parse_rules(text.encode()))
    scene = rules_scene("t", rules, world)
    kinds = [(type(mark), mark.label) for mark in scene.marks if not isinstance(mark, Caption)]
    assert kinds == [(Region, "1, 2"), (Path, "1"), (Marker, "1")]
    assert any(isinstance(mark, Caption) and mark.text == "1  a (never)" for mark in scene.marks)
