"""``surefoot missions`` and the pictures of dry runs: every mission is seen as it stands, wherever its map or its pictures lie."""

import json
import re
from pathlib import Path

import pytest

from agent.cli.plan import _picture
from agent.journal import Journal, read_whole
from agent.settings import Settings
from agent.store import MissionStore


@pytest.fixture
def make(tmp_path):
    def mission(**fields):
        start = {"instruction": "go", "map": "home", "start": (1.0, 2.0, 0.0), "settings": Settings().model_dump(mode="json")}
        return MissionStore(tmp_path / "data").create({**start, **fields})

    return mission


def test_a_mission_whose_process_died_is_interrupted_in_the_list_and_by_itself(surefoot, make):
    mission = make()
    assert "interrupted" in surefoot("missions", "list")[1]
    out = surefoot("missions", "show", mission.id)[1]
    assert "interrupted" in out and f"surefoot resume {mission.id}" in out and "running" not in out
    assert json.loads(surefoot("missions", "show", mission.id, "--json")[1])["report"]["status"] == "interrupted"
    with mission.locked():
        assert json.loads(surefoot("missions", "list", "--json")[1])["missions"][0]["status"] == "running"


def test_only_a_sealed_journal_is_called_whole(surefoot, make):
    mission = make()
    journal = Journal(mission.journal, mission.id)
    journal.append("mission_started", {"instruction": "go", "map": "home"})
    journal.append("finished")
    out = surefoot("missions", "show", mission.id)[1]
    assert "2 events, hash chain holds, but it ended without a seal after 2 records" in out and "intact" not in out
    assert json.loads(surefoot("missions", "show", mission.id, "--json")[1])["journal"] == {"records": 2, "sealed": False}
    mission.update(status="succeeded", sealed=journal.append("sealed", {"status": "succeeded"}).seq)
    assert "2 events, hash chain intact and sealed" in surefoot("missions", "show", mission.id)[1]
    for kept in (2, 1, 0):
        mission.journal.write_bytes(b"".join(mission.journal.read_bytes().splitlines(keepends=True)[:kept]))
        code, out, err = surefoot("missions", "show", mission.id)
        assert (code, out) == (2, "") and f"of 3 records only the first {kept} are there; the journal was cut." in err


def test_cancelling_a_mission_whose_process_died_seals_its_journal_unless_it_was_cut(surefoot, make):
    whole, cut = make(), make(sealed=9)
    for mission in (whole, cut):
        Journal(mission.journal, mission.id).append("mission_started", {"instruction": "go", "map": "home"})
        assert surefoot("missions", "cancel", mission.id)[0] == 0
    assert read_whole(whole.journal, whole.read().sealed).sealed and whole.read().sealed == 3
    assert not read_whole(cut.journal).sealed
    assert "of 9 records only the first 2 are there" in surefoot("missions", "show", cut.id)[2]


def test_a_map_that_lies_far_away_leaves_room_for_the_rest(surefoot, make, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    far = "/" + "/".join(["a folder with a long name"] * 8) + "/attic"
    mission = make(map=far)
    out = surefoot("missions", "list")[1]
    assert mission.id in out and "interrupted" in out and "attic" in out
    assert json.loads(surefoot("missions", "list", "--json")[1])["missions"][0]["map"] == far


def test_a_damaged_record_hides_no_other_mission(surefoot, make):
    good, bad = make(instruction="go home"), make()
    (bad.path / "mission.json").write_text('{"surefoot": 1, "id": 3}')
    code, out, err = surefoot("missions", "list")
    assert (code, err) == (0, "") and good.id in out and "go home" in out and bad.id in out and "damaged" in out
    code, _, err = surefoot("missions", "show", bad.id)
    assert code == 2 and err.count("\n") == 1 and "cannot be read" in err


def test_each_mission_has_a_picture_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    long = "go to the dock and then to the workshop and then to the "
    names = [_picture(None, said).name for said in ("检查压力表", "去包装台", long + "office", long + "freezer", "go to the dock")]
    assert len(set(names)) == 5 and names[-1] == "go-to-the-dock.png"
    assert all(re.fullmatch(r"[a-z0-9-]+\.png", name) for name in names)


def test_where_nothing_can_be_kept_a_dry_run_still_draws(monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    picture = _picture(None, "go to the dock")
    assert picture.parent.is_dir() and Path(tmp_path) in picture.parents
