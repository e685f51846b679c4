"""The shipped maps: sizes and counts, names, everything reachable that should be, a truth that fits, drawn the same every time."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from maps import UNKNOWN, Body, World, load_world, normalise_name, shipped_maps, start_pose
from maps.arm_reach import height_of, reach_to
from maps.clearance import clearance
from maps.goals import goal_at, goal_near
from maps.shipped.draw_maps import draw_maps
from maps.shipped.home import home

NAMES = ("home", "hospital", "plant", "warehouse")

BEHIND_DOORS = {
    "home": {"study", "garage", "laptop", "desk lamp", "photo album", "car"},
    "hospital": {
        "room 103", "room 107", "pharmacy", "isolation room", "bed 103", "bed 107", "water jug", "family photo", "medicine cabinet",
        "insulin box", "antibiotics", "medicine fridge",
    },
    "plant": {
        "tool shed", "substation", "analyser hut", "foam store", "pipe wrench", "yellow toolbox", "safety harness", "transformer 1",
    },
    "warehouse": {"meeting room", "server room", "truck yard", "projector", "server rack 1"},
}  # fmt: skip
"""What a robot at the dock cannot get at: behind a closed or locked door, or in unknown space."""

LOCKED_AWAY = {
    "home": {"garage", "car"},
    "hospital": {
        "room 103", "pharmacy", "isolation room", "bed 103", "water jug", "medicine cabinet", "insulin box", "antibiotics",
        "medicine fridge", "ventilator", "dropped pen",
    },
    "plant": {"substation", "foam store", "transformer 1", "foam tank"},
    "warehouse": {"meeting room", "server room", "projector", "server rack 1"},
}  # fmt: skip
"""The same in truth, where more is known and some doors stand open."""


@cache
def saved(name: str) -> World:
    return load_world(shipped_maps()[name])


@cache
def true(name: str) -> World:
    return load_world(shipped_maps()[name] / "truth")


def out_of_reach(world: World, **options: object) -> set[str]:
    """The places and things with no goal cell in the region that the default body can get to from the start."""
    body = Body()
    fits = clearance(world, **options) >= body.needed_clearance_m
    regions, _ = ndimage.label(fits)
    home = regions[world.frame.cell(start_pose(world).point)]
    assert home > 0
    goals = {name: goal_at(world, place, body) for name, place in world.places.items()}
    goals |= {name: goal_near(world, thing, body) for name, thing in world.things.items()}
    return {name for name, goal in goals.items() if not (regions[goal.cells[:, 0], goal.cells[:, 1]] == home).any()}


def test_all_five_are_shipped() -> None:
    assert sorted(shipped_maps()) == sorted((*NAMES, "factory"))


def test_everything_in_the_factory_can_be_got_at() -> None:
    assert saved("factory").warnings == true("factory").warnings == ()
    assert out_of_reach(saved("factory")) == out_of_reach(true("factory")) == set()


def test_the_factory_knows_how_high_the_things_are_that_are_handled_or_hang() -> None:
    world, body = saved("factory"), Body()
    heights = {name: height_of(thing) for name, thing in world.things.items()}
    for name, thing in world.things.items():
        if thing.kind in ("block", "tray", "button", "gauge"):
            assert heights[name] is not None and heights[name] == height_of(true("factory").things[name])
    assert heights["red block"] == heights["blue tray"] == 0.5 < heights["orange block"] == 0.8
    assert reach_to(body, world.things["orange block"]) < reach_to(body, world.things["red block"]) == body.reach_m
    gauge = replace(world.things["pressure gauge"], reach_m=None)
    assert reach_to(body, gauge) == 0.0 < reach_to(body, world.things["pressure gauge"])


@pytest.mark.parametrize("name", NAMES)
def test_counts_and_size(name: str) -> None:
    world = saved(name)
    assert world.warnings == true(name).warnings == ()
    assert 10 <= len(world.places) <= 40
    assert 20 <= len(world.things) <= 80
    assert {door.state for door in world.doors.values()} == {"open", "closed", "locked"}
    assert {zone.rule for zone in world.zones.values()} == {"keepout", "slow"}
    assert any(place.is_dock for place in world.places.values())
    assert 20 <= world.frame.width * world.frame.resolution <= 75
    assert (world.cells == UNKNOWN).any()


@pytest.mark.parametrize("name", NAMES)
def test_open_doors_are_wide_enough(name: str) -> None:
    for door in saved(name).doors.values():
        assert np.hypot(*np.subtract(*door.segment)) >= 0.9, door.name
        assert len(door.between) == 2 and all(side in saved(name).places for side in door.between), door.name


@pytest.mark.parametrize("name", NAMES)
def test_names_and_aliases_mean_one_thing(name: str) -> None:
    world = true(name)
    meant: dict[str, str] = {}
    for group in (world.places, world.things, world.doors, world.zones):
        for feature in group.values():
            for text in (feature.name, *feature.aliases):
                key = normalise_name(text)
                assert key not in meant, f"{text!r} is {meant[key]!r} and {feature.name!r}"
                meant[key] = feature.name


@pytest.mark.parametrize("name", NAMES)
def test_no_place_or_thing_hides_in_another_name(name: str) -> None:
    names = [*true(name).places, *true(name).things]
    hidden = [(a, b) for a in names for b in names if a != b and f" {a} " in f" {b} "]
    assert hidden == []


@pytest.mark.parametrize("name", NAMES)
def test_most_features_have_a_chinese_name(name: str) -> None:
    features = [*saved(name).places.values(), *saved(name).things.values()]
    chinese = [f for f in features if any("\u4e00" <= c <= "\u9fff" for alias in f.aliases for c in alias)]
    assert len(chinese) >= 0.9 * len(features)


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_reachable_but_what_is_shut_away(name: str) -> None:
    assert out_of_reach(saved(name)) == BEHIND_DOORS[name]


@pytest.mark.parametrize("name", NAMES)
def test_in_truth_everything_is_reachable_but_what_is_locked_away(name: str) -> None:
    assert out_of_reach(true(name)) == LOCKED_AWAY[name]


@pytest.mark.parametrize("name", NAMES)
def test_with_all_doors_open_nothing_is_out_of_reach_in_truth(name: str) -> None:
    assert out_of_reach(true(name), ignore=frozenset({"doors"})) == set()


@pytest.mark.parametrize("name", NAMES)
def test_the_truth_agrees_with_what_is_known(name: str) -> None:
    known, truth = saved(name), true(name)
    assert known.frame == truth.frame
    seen = known.cells != UNKNOWN
    assert (known.cells[seen] == truth.cells[seen]).all()
    assert ((truth.cells != UNKNOWN) & ~seen).sum() > 1000
    assert {p.name: (p.outline, p.pose) for p in known.places.values()} == {
        p.name: (p.outline, p.pose) for p in truth.places.values()
    }
    assert set(known.things) < set(truth.things)
    assert any(known.doors[door].state != truth.doors[door].state for door in known.doors)
    for thing in known.things.values():
        assert truth.things[thing.name].position == thing.position
        assert truth.things[thing.name].attributes.items() >= thing.attributes.items()


def test_the_demo_mission_has_what_it_names() -> None:
    world = saved("warehouse")
    assert {"pressure gauge", "red toolbox"} <= set(world.things)
    assert world.resolve("place", "packing station") == "packing station"
    assert world.resolve("place", "the dock") == "charging dock"
    assert true("warehouse").things["pressure gauge"].attributes["reading"] == "4.2 bar"


def test_drawing_again_gives_what_is_committed(tmp_path: Path) -> None:
    for folder in draw_maps(tmp_path):
        shipped = shipped_maps()[folder.name]
        files = sorted(path.relative_to(folder) for path in folder.rglob("*.*"))
        by_hand = {Path("rules.yaml")}
        assert files == sorted({path.relative_to(shipped) for path in shipped.rglob("*.*")} - by_hand)
        for file in files:
            if file.suffix == ".png":
                assert (np.asarray(Image.open(folder / file)) == np.asarray(Image.open(shipped / file))).all(), file
            else:
                assert (folder / file).read_bytes() == (shipped / file).read_bytes(), file


def test_drawing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        home().write(tmp_path / folder)
    files = sorted((tmp_path / "a").rglob("*.*"))
    assert len(files) == 6
    for file in files:
        assert file.read_bytes() == (tmp_path / "b" / file.relative_to(tmp_path / "a")).read_bytes(), file


def test_places_files_are_plain_geojson() -> None:
    for folder in shipped_maps().values():
        data = json.loads((folder / "places.geojson").read_text(encoding="utf-8"))
        assert (data["type"], data["surefoot"], data["frame"]) == ("FeatureCollection", 1, "map")
