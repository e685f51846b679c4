"""Buildings: levels joined side by side, their names, their lifts, what is refused, what is drawn and checked."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from building_worlds import building, office, storey
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import (
    OCCUPIED,
    Body,
    MapError,
    NoRoute,
    Place,
    Pose,
    Route,
    Scene,
    Thing,
    World,
    check_map,
    draw,
    find_route,
    goal_at,
    load_world,
)
from maps.building import Building, Level, Lift
from maps.edit_copy import copy_map
from maps.edit_file import editable_folder
from maps.errors import EditRefused
from maps.levels_file import levels_schema, read_levels

BODY = Body()


def test_levels_lie_side_by_side_with_walls_between(tmp_path: Path) -> None:
    world = load_world(office(tmp_path / "office"))
    assert world.name == "office" and world.building is not None
    below, above = world.building.levels
    assert below.offset == (0.0, 0.0) and above.offset == (10.0, 0.0)
    assert world.building.level_at((1.0, 1.0)) == below and world.building.level_at((11.0, 1.0)) == above
    assert world.building.level_at((9.0, 1.0)) is None
    cells = world.cells
    for level, own in ((below, load_world(tmp_path / "office/L1")), (above, load_world(tmp_path / "office/L2"))):
        row, col = world.frame.cell((level.box[0] + 0.01, level.box[1] + 0.01))
        np.testing.assert_array_equal(cells[row : row + 100, col : col + 160], own.cells)
        cells = cells.copy()
        cells[row : row + 100, col : col + 160] = OCCUPIED
    assert (cells == OCCUPIED).all()


def test_nothing_but_a_lift_leads_from_level_to_level(tmp_path: Path) -> None:
    world = load_world(office(tmp_path / "office"))
    start = world.places["charger"].pose
    assert start is not None
    for unknown in ("blocked", "allowed"):
        assert isinstance(find_route(world, BODY, start, goal_at(world, world.places["kitchen"], BODY), unknown=unknown), NoRoute)
    route = find_route(world, BODY, start, goal_at(world, world.places["lift L1"], BODY))
    assert isinstance(route, Route) and route.doors == ("lift door L1",)


def test_names_that_two_levels_have_get_the_levels_name(tmp_path: Path) -> None:
    world = load_world(office(tmp_path / "office"))
    assert {"charger", "kitchen", "desk L1", "desk L2", "lift L1", "lift L2", "hall of L1", "hall of L2"} == set(world.places)
    assert world.places["desk L2"].aliases == ("desk on L2", "table L2", "table on L2")
    assert world.resolve("place", "table on l1") == "desk L1" and world.resolve("place", "desk") is None
    assert world.doors["lift door L2"].between == ("lift L2",) and world.things["printer"].place == "hall of L2"
    assert world.things["printer"].position == (12.0, 4.5)
    assert str(world.things["printer"].source).startswith("L2/places.geojson")


def test_an_alias_that_two_levels_have_means_neither(tmp_path: Path) -> None:
    one = storey("L1", Place(name="pantry", aliases=("coffee",), pose=Pose(1.0, 1.0)))
    two = storey("L2", Place(name="kitchen", aliases=("coffee",), pose=Pose(1.0, 1.0)))
    world = load_world(building(tmp_path / "b", one, two))
    assert world.resolve("place", "coffee") is None
    assert world.resolve("place", "coffee on L2") == "kitchen" and world.resolve("place", "coffee l1") == "pantry"


def test_a_made_name_never_takes_anothers(tmp_path: Path) -> None:
    one = storey("L1", Place(name="pantry", pose=Pose(1.0, 1.0)), Place(name="pantry L2", pose=Pose(1.0, 4.0)))
    two = storey("L2", Place(name="pantry", pose=Pose(1.0, 1.0)))
    world = load_world(building(tmp_path / "b", one, two))
    assert world.places["pantry L2"].centre == (1.0, 4.0)
    assert world.places["pantry L2 2"].centre == (11.0, 1.0)


def test_a_lifts_door_opens_when_it_is_called_and_a_locked_one_does_not(tmp_path: Path) -> None:
    one, two = storey("L1", dock=True), storey("L2")
    locked = replace(two.doors["lift door"], state="locked")
    world = load_world(building(tmp_path / "b", one, replace(two, doors={"lift door": locked})))
    assert world.doors["lift door L1"].state == "open" and world.doors["lift door L2"].state == "locked"


def test_the_revision_knows_levels_and_lifts_and_one_level_maps_keep_theirs(tmp_path: Path) -> None:
    folder = office(tmp_path / "office")
    world = load_world(folder)
    assert replace(world, building=None).revision != world.revision == load_world(folder).revision
    about = json.loads((folder / "levels.json").read_text())
    about["lifts"][0]["ride_s"] = [20, 61]
    (folder / "levels.json").write_text(json.dumps(about))
    assert load_world(folder).revision != world.revision


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"levels": []}, "levels.json: levels is"),
        ({"levels": [{"name": "L1", "folder": "../L1"}]}, "expected the plain name of a folder"),
        ({"levels": [{"name": "L1", "folder": ".."}]}, "expected the plain name of a folder"),
        ({"levels": [{"name": "L1", "folder": "/etc"}]}, "expected the plain name of a folder"),
        ({"levels": [{"name": "L1", "folder": "L1"}, {"name": "L1", "folder": "L2"}]}, "the level name 'L1' is given twice"),
        ({"levels": [{"name": "L1", "folder": "L1"}, {"name": "L2", "folder": "l1"}]}, "the folder 'l1' is given twice"),
        ({"levels": [{"name": "L1", "folder": "L1"}, {"name": "L2", "folder": "L9"}]}, "L9. cannot be read"),
        ({"lifts": [{"name": "lift", "levels": ["L1", "L3"]}]}, "names level 'L3', which is not there"),
        ({"lifts": [{"name": "hoist", "levels": ["L1", "L2"]}]}, "stops at level 'L1', where there is no place 'hoist'"),
        ({"lifts": [{"name": "lift", "levels": ["L1"], "ride_s": [9, 5]}]}, r"expected \[low, high\] in seconds"),
        ({"lifts": [{"name": "lift", "levels": ["L1"], "ride_s": [9, 1e9]}]}, "expected a finite number"),
        ({"lifts": [{"name": "lift", "levels": ["L1"]}, {"name": "lift", "levels": ["L2"]}]}, "lift name 'lift' is given twice"),
        (
            {"lifts": [{"name": "lift", "levels": ["L1"]}, {"name": "two", "levels": ["L1"], "places": {"L1": "lift"}}]},
            "is the cabin of two lifts",
        ),
        ({"surefoot": 2}, "surefoot is 2"),
        ({"wings": []}, "wings is"),
    ],
)
def test_a_bad_levels_file_is_one_sentence(tmp_path: Path, change: dict[str, object], sentence: str) -> None:
    folder = building(tmp_path / "b", storey("L1"), storey("L2"), **change)
    with pytest.raises(MapError, match=sentence) as raised:
        load_world(folder)
    assert "\n" not in str(raised.value)


def test_a_level_that_is_a_link_elsewhere_is_refused(tmp_path: Path) -> None:
    folder = building(tmp_path / "b", storey("L1"), storey("L2"))
    (folder / "L2").rename(tmp_path / "away")
    (folder / "L2").symlink_to(tmp_path / "away")
    with pytest.raises(MapError, match="lies elsewhere"):
        load_world(folder)


def test_grids_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    coarse = replace(storey("L2"), frame=replace(storey("L2").frame, resolution=0.1))
    with pytest.raises(MapError, match=r"cells of 0\.1 m and level 'L1' of 0\.05 m"):
        load_world(building(tmp_path / "b", storey("L1"), replace(coarse, places={}, doors={}), lifts=[]))
    turned = replace(storey("L2"), frame=replace(storey("L2").frame, origin=Pose(0.0, 0.0, 0.5)), places={}, doors={})
    with pytest.raises(MapError, match=r"turned by 0\.5 rad"):
        load_world(building(tmp_path / "c", storey("L1"), turned, lifts=[]))


def test_what_levels_json_may_hold_is_its_schema(tmp_path: Path) -> None:
    from maps.schema import LEVELS_SCHEMA, levels_text

    assert LEVELS_SCHEMA.read_text(encoding="utf-8") == levels_text()
    jsonschema = pytest.importorskip("jsonschema")
    folder = office(tmp_path / "office")
    jsonschema.validate(json.loads((folder / "levels.json").read_text()), levels_schema())
    assert [lift.name for lift in read_levels(folder / "levels.json").lifts] == ["lift"]


def test_each_level_is_checked_by_itself(tmp_path: Path) -> None:
    folder = office(tmp_path / "office")
    assert check_map(load_world(folder), BODY) == ()
    walled = Place(name="shelf", kind="waypoint", pose=Pose(0.0, 2.0))
    issues = check_map(load_world(building(tmp_path / "b", storey("L1", dock=True), storey("L2", walled))), BODY)
    assert [(issue.code, issue.subject) for issue in issues] == [("POSE_IN_WALL", "shelf")]
    assert issues[0].where == (10.0, 2.0) and issues[0].sentence.startswith("level L2: ")
    apart = check_map(load_world(building(tmp_path / "c", storey("L1", dock=True), storey("L2"), lifts=[])), BODY)
    assert [(issue.code, issue.subject) for issue in apart] == [("LEVEL_APART", "L2")]
    dockless = check_map(load_world(building(tmp_path / "d", storey("L1"), storey("L2"))), BODY)
    assert [issue.code for issue in dockless] == ["NO_DOCK"]


def test_a_building_is_edited_level_by_level_and_copied_whole(tmp_path: Path) -> None:
    folder = office(tmp_path / "office")
    with pytest.raises(EditRefused, match="is a building of several levels; edit one of them"):
        editable_folder(folder)
    assert load_world(copy_map(folder, tmp_path / "office2")).revision == load_world(folder).revision


def test_levels_are_drawn_with_their_names(tmp_path: Path) -> None:
    world = load_world(office(tmp_path / "office"))
    together = draw(world, Scene(title="office"), tmp_path / "office.svg", width_px=800).read_text()
    plain = draw(replace(world, building=None), Scene(title="office"), tmp_path / "plain.svg", width_px=800).read_text()
    assert len(together) != len(plain)


NAMES = st.sampled_from(["desk", "Desk", "the desk", "desk L1", "desk L2", "desk on L2", "shelf", "shelf L1 2", "lift L2"])


@settings(max_examples=40, deadline=None)
@given(st.lists(NAMES, unique_by=str.casefold, max_size=4), st.lists(NAMES, unique_by=str.casefold, max_size=4), st.booleans())
def test_every_name_stays_unique_and_every_feature_where_it_is(
    tmp_path_factory: pytest.TempPathFactory, one: list[str], two: list[str], moved: bool
) -> None:
    from maps.joining import join_levels
    from maps.levels_file import LevelsFile
    from maps.naming import normalise_name

    def level(name: str, words: list[str], shift: float) -> World:
        plain = {normalise_name(word): word for word in words}
        things = [Thing(name=word, position=(1.0 + shift, 1.0 + n)) for n, word in enumerate(plain.values())]
        return storey(name, *things, shift=shift)

    worlds = {"L1": level("L1", one, 0.0), "L2": level("L2", two, 3.33 if moved else 0.0)}
    about = LevelsFile.model_validate({"surefoot": 1, "levels": [{"name": n, "folder": n} for n in worlds]})
    made = join_levels("b", about, worlds)
    assert made.building is not None
    assert len({normalise_name(name) for name in made.things}) == sum(len(world.things) for world in worlds.values())
    for level_ in made.building.levels:
        for thing in worlds[level_.name].things.values():
            there = (thing.position[0] + level_.offset[0], thing.position[1] + level_.offset[1])
            assert any(other.position == pytest.approx(there) for other in made.things.values())
            assert worlds[level_.name].frame.cell(thing.position) == worlds[level_.name].frame.cell(level_.own(there))


def test_ways_lead_over_several_lifts() -> None:
    levels = tuple(Level(name, name, (0.0, 0.0), (20.0 * n, 0.0, 20.0 * n + 10, 10.0)) for n, name in enumerate("ABCD"))
    lifts = (Lift("one", ("A", "B"), ("one A", "one B")), Lift("two", ("B", "C"), ("two B", "two C")))
    tower = Building(levels, lifts)
    assert tower.way("A", "C") == (("one A", "one B"), ("two B", "two C"))
    assert tower.way("A", "A") == () and tower.way("A", "D") is None
