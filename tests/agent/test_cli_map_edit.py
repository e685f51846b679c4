"""``surefoot maps name|add|...`` on a small map, as a user types it."""

import json

import numpy as np
import pytest
from conftest import command

from maps import OCCUPIED, GridFrame, Pose, World, load_world, save_world


@pytest.fixture
def surefoot(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    return command(monkeypatch, capsys, "maps")


@pytest.fixture
def bare(tmp_path):
    """A map of two rooms as a Nav2 user has it: no places.geojson."""
    frame = GridFrame(0.1, Pose(0.0, 0.0, 0.0), width=100, height=60)
    cells = np.zeros(frame.shape, np.int8)
    cells[0], cells[-1], cells[:, 0], cells[:, -1], cells[:, 50] = (OCCUPIED,) * 5
    cells[25:35, 50] = 0
    folder = save_world(World.build("two", frame, cells), tmp_path / "two")
    (folder / "places.geojson").unlink()
    return folder


def test_from_a_bare_map_to_a_named_one_and_back(surefoot, bare, tmp_path):
    code, _, err = surefoot("name", bare, "room 1", "lab")
    assert code == 2 and "surefoot maps rooms" in err and err.count("\n") == 1
    assert surefoot("rooms", bare)[:2] == (0, "named 2 rooms: room 1, room 2\n")
    first = (bare / "places.geojson").read_bytes()
    lab = load_world(bare).place_at((2.0, 2.0)).name
    assert surefoot("name", bare, lab, "lab")[:2] == (0, f"place {lab!r} is now called 'lab'\n")
    assert surefoot("add", "dock", bare, "charger", "--at", "1,1,1.57")[0] == 0
    assert surefoot("add", "thing", bare, "gauge", "--at", "2,2", "--attribute", "reading=4.2", "--attribute", "colour=red")[0] == 0
    assert surefoot("add", "place", bare, "desk", "--outline", "7,1 8,2", "--alias", "桌子")[0] == 0
    assert surefoot("door", bare, "hatch", "--from", "5.05,2.5", "--to", "5.05,3.5", "--state", "closed")[0] == 0
    assert surefoot("zone", bare, "wet", "--outline", "3,3 4,4", "--max-speed", "0.3")[0] == 0
    assert surefoot("alias", bare, "lab", "实验室")[0] == 0
    assert surefoot("move", bare, "gauge", "--by", "-0.5,0.25")[0] == 0
    assert surefoot("remove", bare, "desk")[0] == 0
    world = load_world(bare)
    assert world.resolve("place", "实验室") == "lab" and "lab" in world.doors["hatch"].between
    assert world.things["gauge"].position == (1.5, 2.25) and world.things["gauge"].place == "lab"
    assert dict(world.things["gauge"].attributes) == {"reading": 4.2, "colour": "red"}
    assert world.zones["wet"].max_speed == 0.3 and world.places["charger"].pose == Pose(1.0, 1.0, 1.57)
    for _ in range(9):
        assert surefoot("undo", bare)[0] == 0
    assert (bare / "places.geojson").read_bytes() == first
    assert surefoot("undo", bare)[0] == 0 and not (bare / "places.geojson").exists()
    code, out, err = surefoot("undo", bare)
    assert (code, out, err) == (2, "", "surefoot: there is no edit to undo\n")


def test_an_edit_says_what_the_check_says_newly(surefoot, bare):
    surefoot("rooms", bare)
    code, out, _ = surefoot("add", "dock", bare, "charger", "--at", "5.05,1,0", "--in-wall", "--json")
    told = json.loads(out)
    assert code == 0 and told["revision"] == load_world(bare).revision
    assert told["changes"][0]["before"] is None and told["changes"][0]["after"]["properties"]["name"] == "charger"
    assert any(issue["severity"] == "error" and "charger" in issue["sentence"] for issue in told["issues"])


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "dock", "MAP", "charger", "--at", "1,1"),
        ("add", "dock", "MAP", "charger", "--at", "5.05,1,0"),
        ("add", "place", "MAP", "p"),
        ("add", "place", "MAP", "p", "--outline", "1,1"),
        ("add", "place", "MAP", "p", "--outline", "1,1 nan,3"),
        ("add", "thing", "MAP", "t", "--at", "99,1"),
        ("add", "thing", "MAP", "t", "--at", "1,1", "--attribute", "x"),
        ("add", "thing", "MAP", "t", "--at", "1,1", "--reach", "-1"),
        ("add", "thing", "MAP", "t", "--at", "1,1", "--reach", "nan"),
        ("add", "thing", "MAP", "t", "--at", "1,1", "--place", "nowhere"),
        ("door", "MAP", "d", "--from", "5.05,2.5", "--to", "5.05,3.5", "--width", "nan"),
        ("zone", "MAP", "z", "--outline", "1,1 2,2", "--max-speed", "inf"),
        ("move", "MAP", "room 1"),
        ("move", "MAP", "nowhere", "--by", "1,1"),
        ("door", "MAP", "d", "--from", "1,1"),
        ("zone", "MAP", "z", "--outline", "1,1 2,2", "--rule", "slow"),
        ("alias", "MAP", "room 1"),
        ("remove", "MAP", "no such thing"),
        ("name", "no such map", "a", "b"),
        ("name", "warehouse", "office", "bureau"),
        ("copy", "MAP", "MAP"),
        ("copy", "MAP", "no/such/folder"),
    ],
)
def test_bad_input_is_one_sentence_and_writes_nothing(surefoot, bare, arguments):
    surefoot("rooms", bare)
    before = {path.name: path.read_bytes() for path in bare.iterdir()}
    code, out, err = surefoot(*(str(bare) if part == "MAP" else part for part in arguments))
    assert code == 2 and out == "" and err.startswith("surefoot: ") and err.count("\n") == 1, (out, err)
    assert {path.name: path.read_bytes() for path in bare.iterdir()} == before


def test_a_thing_belongs_to_a_place_that_is_named_by_its_alias(surefoot, bare):
    surefoot("rooms", bare)
    surefoot("alias", bare, "room 2", "实验室")
    assert surefoot("add", "thing", bare, "杯子", "--at", "2,2", "--place", "实验室")[0] == 0
    assert load_world(bare).things["杯子"].place == "room 2"


def test_what_referred_to_a_place_is_told_of(surefoot, bare):
    surefoot("rooms", bare)
    surefoot("door", bare, "hatch", "--from", "5.05,2.5", "--to", "5.05,3.5")
    assert surefoot("name", bare, "room 1", "lab")[1].splitlines()[1:] == ["  hatch refers to it and follows"]
    assert surefoot("remove", bare, "lab")[1].splitlines()[1] == "  hatch referred to it and no longer does"
    assert load_world(bare).doors["hatch"].between == ("room 2",)


def test_what_is_no_number_in_json_is_a_text(surefoot, bare):
    surefoot("rooms", bare)
    known = {"serial": "007", "x": "nan", "y": "1e999", "code": 4006381333931, "t": -2.5, "lit": True, "n": "1_000", "none": "null"}
    given = [f"{key}={str(value).lower() if value is True else value}" for key, value in known.items()]
    options = [part for text in given for part in ("--attribute", text)]
    assert surefoot("add", "thing", bare, "box", "--at", "2,2", *options)[0] == 0
    assert dict(load_world(bare).things["box"].attributes) == known


def test_diff_tells_draws_and_exits_by_whether_anything_differs(surefoot, bare, tmp_path):
    surefoot("rooms", bare)
    assert surefoot("copy", bare, tmp_path / "other")[:2] == (0, f"{tmp_path / 'other'}\n")
    assert surefoot("diff", bare, "other")[:2] == (0, "no difference\n")
    surefoot("name", "other", "room 1", "lab")
    code, out, _ = surefoot("diff", bare, "other", "--out", "d.png")
    assert (code, out) == (1, "renamed place 'room 1' to 'lab'\nd.png\n") and (tmp_path / "d.png").stat().st_size > 10_000
    told = json.loads(surefoot("diff", bare, "other", "--json")[1])
    assert told["same"] is False and told["features"][0]["what"] == "renamed" and told["cells"] == []
