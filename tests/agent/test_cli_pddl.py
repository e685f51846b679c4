import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.app import app
from agent.errors import BadOption

PLAN = {"steps": [{"skill": "inspect", "args": {"thing": "pressure gauge"}}, {"skill": "dock"}]}


def run(*arguments: str):
    return CliRunner().invoke(app, ["skills", "pddl", *arguments])


def test_the_domain_alone_goes_to_the_terminal():
    shown = run()
    assert shown.exit_code == 0 and shown.output.count("(define ") == 1 and "(:action goto" in shown.output


def test_a_map_and_a_plan_give_three_files_the_same_each_time(tmp_path):
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    for folder in ("a", "b"):
        made = run("--map", "warehouse", "--plan", str(tmp_path / "plan.json"), "--out", str(tmp_path / folder))
        assert made.exit_code == 0, made.output
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == ["domain.pddl", "plan.txt", "problem.pddl"]
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in names)
    assert (tmp_path / "a" / "plan.txt").read_text() == "(inspect thing-pressure_gauge)\n(dock--anywhere)\n"


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        ({"steps": [{"skill": "juggle"}]}, "there is no skill 'juggle' in this domain"),
        ({"steps": [{"skill": "pick", "args": {}}]}, "pick needs thing"),
    ],
)
def test_a_plan_that_is_wrong_is_one_sentence(tmp_path, plan, reason):
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    failed = run("--map", "warehouse", "--plan", str(tmp_path / "plan.json"))
    assert isinstance(failed.exception, BadOption) and reason in str(failed.exception)


def test_a_building_is_written_with_the_skill_that_takes_its_lifts(tmp_path):
    sys.path.insert(0, str(Path(__file__).parents[1] / "maps"))
    from building_worlds import office

    steps = [
        {"skill": "take_lift", "args": {"lift": "lift L1", "to": "lift L2"}},
        {"skill": "goto", "args": {"place": "kitchen"}},
    ]
    (tmp_path / "plan.json").write_text(json.dumps({"steps": steps}))
    made = run("--map", str(office(tmp_path / "office")), "--plan", str(tmp_path / "plan.json"), "--out", str(tmp_path))
    assert made.exit_code == 0, made.output
    lines = (tmp_path / "plan.txt").read_text().splitlines()
    assert lines == ["(take_lift place-lift_-4c-1 place-lift_-4c-2)", "(goto place-kitchen)"]
    assert "(:action take_lift" in (tmp_path / "domain.pddl").read_text()
    assert "(robot-on level--4c-1)" in (tmp_path / "problem.pddl").read_text()


def test_a_plan_without_a_map_and_a_folder_that_cannot_be_are_refused(tmp_path):
    assert isinstance(run("--plan", "plan.json").exception, BadOption)
    (tmp_path / "file").write_text("")
    failed = run("--out", str(tmp_path / "file"))
    assert isinstance(failed.exception, BadOption) and "choose another --out" in str(failed.exception)


AVOID = """
from maps import Place
from skills import Known, at, skill


@skill(requires=~at("place"))
def avoid(place: Known[Place]) -> None:
    '''Avoid a place.

    Args:
        place: Which one.
    '''
"""


def test_skills_that_pddl_cannot_say_are_named(tmp_path):
    (tmp_path / "mine.py").write_text(AVOID)
    failed = run("--skills", str(tmp_path / "mine.py"))
    assert isinstance(failed.exception, BadOption) and "avoid: 'the robot is not at place'" in str(failed.exception)
