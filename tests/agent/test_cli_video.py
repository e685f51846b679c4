"""``surefoot run --video``: a mission in physics filmed to its end, and one sentence for what cannot be filmed."""

import json
from pathlib import Path

import pytest
from PIL import Image

MISSION = ("run", "take the red block", "--map", "factory", "--plan", "plan.json", "--approve", "off", "--json")


@pytest.fixture
def plan(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps({"steps": [{"skill": "pick", "args": {"thing": "red block"}}]}))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--robot", "mujoco", "--video", "a.avi"), "the name must end in .mp4 or .gif"),
        (("--robot", "simulated", "--video", "a.mp4"), "--video films the robot in physics: add --robot mujoco"),
    ],
)
def test_what_cannot_be_filmed_is_refused_before_there_is_a_mission(surefoot, tmp_path, plan, more, words):
    code, out, err = surefoot(*MISSION, *more)
    assert code == 2 and words in out + err
    assert not (tmp_path / "data").exists() or not list((tmp_path / "data").rglob("mission.json"))


@pytest.mark.slow
def test_a_mission_is_filmed_to_its_end_and_the_report_names_the_film(surefoot, tmp_path, plan):
    more = ("--robot", "mujoco", "--policy", "expert", "--start", "1.9,8.6,90", "--video", "films/a.gif")
    code, out, err = surefoot(*MISSION, *more)
    told = json.loads(out)
    assert code == 0 and told["status"] == "succeeded" and Path(told["video"]) == Path("films/a.gif"), err
    with Image.open(tmp_path / "films" / "a.gif") as film:
        assert film.size == (736, 288) and 20 < film.n_frames < 200
    assert (tmp_path / "films" / "a.gif").stat().st_size < 3_000_000
