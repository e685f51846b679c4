"""Published optimal lengths: every MovingAI scenario at hand, and what malformed files give."""

import os
from pathlib import Path

import numpy as np
import pytest

from maps import Body, MapFileInvalid, MapFileMissing, Pose, Route, clearance, find_route, goal_pose
from maps.astar import search
from maps.movingai import Scenario, read_map, read_scenarios

DATA = Path(os.environ.get("SUREFOOT_DATA", Path(__file__).parents[3] / "shared" / "data")) / "movingai"
NAMES = ("arena", "Berlin_0_256", "ht_chantry")
POINT = Body(radius_m=0.5, margin_m=0.0)

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"no MovingAI files in {DATA}; set SUREFOOT_DATA")


def check_lengths(name):
    world = read_map(DATA / "maps" / f"{name}.map")
    scenarios = read_scenarios(DATA / "scen" / f"{name}.map.scen")
    free = clearance(world) >= POINT.needed_clearance_m
    assert len(scenarios) > 100
    for scenario in scenarios:
        found = search(free, np.array([scenario.start]), np.zeros(1), np.array([scenario.goal]), np.zeros(1))
        assert found is not None
        assert published(found.length, scenario), (scenario, found.length)


def published(length, scenario):
    """Equal to 1e-5; the older files print six significant digits only, so that 1e-5 is relative above 1."""
    return abs(length - scenario.length) <= 1e-5 * max(1.0, scenario.length)


@needs_data
@pytest.mark.parametrize("wish", ["1", "0"], ids=["compiled", "plain"])
@pytest.mark.parametrize("name", NAMES)
def test_every_published_length_is_met(name, wish, monkeypatch):
    if wish == "1":
        pytest.importorskip("numba")
    monkeypatch.setenv("SUREFOOT_NUMBA", wish)
    check_lengths(name)


@needs_data
@pytest.mark.parametrize("name", NAMES)
def test_routes_of_a_point_body_have_the_published_grid_length(name):
    world = read_map(DATA / "maps" / f"{name}.map")
    for scenario in read_scenarios(DATA / "scen" / f"{name}.map.scen")[::23]:
        start, goal = (Pose(*world.frame.centre(*cell)) for cell in (scenario.start, scenario.goal))
        route = find_route(world, POINT, start, goal_pose(world, goal))
        assert isinstance(route, Route)
        assert published(route.grid_length_m, scenario)
        assert route.length_m <= route.grid_length_m + 1e-9
        assert route.clearance_m >= 0.5


MAP = "type octile\nheight 2\nwidth 3\nmap\n.G@\nT..\n"


def test_maps_are_read_with_their_first_row_on_top(tmp_path):
    (tmp_path / "small.map").write_text(MAP)
    world = read_map(tmp_path / "small.map")
    assert world.name == "small"
    assert world.cells.tolist() == [[100, 0, 0], [0, 0, 100]]


def test_scenarios_are_read_with_row_0_at_the_bottom(tmp_path):
    (tmp_path / "a.scen").write_text("version 1\n3\tsmall.map\t3\t2\t0\t0\t2\t1\t2.41421\n")
    assert read_scenarios(tmp_path / "a.scen") == (Scenario(3, (1, 0), (0, 2), 2.41421),)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "first lines"),
        ("type octile\nheight x\nwidth 3\nmap\n", "first lines"),
        (MAP.replace("octile", "hex"), "first lines"),
        (MAP.replace("height 2", "height 3"), "3 rows of 3"),
        (MAP.replace("G", "?"), "'?' is no terrain"),
        (MAP.replace("G", "\u00fc"), "not a text file"),
    ],
)
def test_malformed_maps_are_refused_in_one_sentence(tmp_path, text, part):
    (tmp_path / "bad.map").write_text(text, encoding="utf-8")
    with pytest.raises(MapFileInvalid, match=part.replace("?", r"\?")):
        read_map(tmp_path / "bad.map")


@pytest.mark.parametrize(
    ("text", "part"),
    [("", "version 1"), ("version 1\n1 2 3\n", "line 2"), ("version 1\n0\tm\t1\t1\t0\t0\t0\t0\tnan\n", "length")],
)
def test_malformed_scenarios_are_refused_in_one_sentence(tmp_path, text, part):
    (tmp_path / "bad.scen").write_text(text)
    with pytest.raises(MapFileInvalid, match=part):
        read_scenarios(tmp_path / "bad.scen")


def test_missing_files_are_named(tmp_path):
    with pytest.raises(MapFileMissing, match=r"none\.map"):
        read_map(tmp_path / "none.map")
