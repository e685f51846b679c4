"""Maps that teams published: every true trap is named, and nothing else."""

import os
from pathlib import Path

import pytest

from maps import Body, Pose, Route, can_reach, check_map, find_route, goal_at, load_world
from maps.formats import Imported, ReadOptions, detect, import_map, save_imported
from maps.formats.registry import format_named

DATA = Path(os.environ.get("SUREFOOT_DATA", Path(__file__).parents[3] / "shared" / "data")) / "maps"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the public test maps are not here (set SUREFOOT_DATA)")


def read(file: str, format: str = "", **options: object) -> Imported:
    path = DATA / file
    found = format_named(format) if format else detect(path)
    return import_map(path, ReadOptions(name="map", **options), found)  # type: ignore[arg-type]


def test_nav2s_depot_has_the_grey_205_trap_for_good(tmp_path: Path) -> None:
    made = read("nav2_depot/depot.yaml")
    trap = (
        "depot.yaml: 8894 pixels of grey 205, which map savers write for unknown, count as free because free_thresh is 0.25; "
        "import it with --205-is-unknown if they are unknown"
    )
    assert made.levels[""].notes == (trap,)
    assert made.warnings == ()
    saved = load_world(save_imported(made, tmp_path / "depot")[""])
    assert saved.warnings == (trap,)
    assert len(saved.places) > 0  # rooms were found
    cured = read("nav2_depot/depot.yaml", treat_205_as_unknown=True)
    assert cured.levels[""].warnings == cured.warnings == ()
    assert int((cured.levels[""].cells == -1).sum()) == 8894


def test_nav2s_depot_masks_and_graph() -> None:
    depot = read("nav2_depot/depot.yaml").levels[""]
    kept_out = read("nav2_depot/depot_keepout.yaml", "keepout", onto=depot)
    assert kept_out.warnings == ()
    slow = read("nav2_depot/depot_speed.yaml", "speed", onto=kept_out.levels[""])
    assert [warning.partition(";")[0] for warning in slow.warnings] == [
        "depot_speed.yaml: the speed mask is in percent and 100 % is taken as 1 m/s"
    ]
    graph = read("nav2_depot/depot_graph.geojson", onto=slow.levels[""])
    twice, spot, barred = graph.warnings
    assert spot.startswith("depot_graph.geojson: 1 nodes lie on the spot of another, the first are 6 and 33 at (")
    assert twice.startswith("depot_graph.geojson: 6 edge numbers are given twice, the first is 10006, from 6 to 4 and from 33 to 4")
    assert barred.startswith(
        "depot_graph.geojson: 1 of 39 edges touch a keep-out, the first is 10068 from 23 to 24 at (27.48, 11.83)"
    )
    world = graph.levels[""]
    assert len(world.places) == len(graph.graphs[""].nodes) == 34
    assert world.keepout[world.frame.cell((27.48, 11.83))]


def test_nav2s_sandbox() -> None:
    made = read("nav2_tb3_sandbox/tb3_sandbox.yaml")
    assert made.levels[""].warnings == made.warnings == ()
    kept_out = read("nav2_tb3_sandbox/keepout_mask.yaml", "keepout", onto=made.levels[""])
    (freed,) = kept_out.warnings
    assert freed.startswith(
        "keepout_mask.yaml: 102 unknown cells of the map lie under a keep-out mask below 100, and Nav2 drives over"
    )
    graph = read("nav2_tb3_sandbox/turtlebot3_graph.geojson", onto=kept_out.levels[""])
    assert len(graph.warnings) == 1
    assert graph.warnings[0].startswith("turtlebot3_graph.geojson: 1 of 32 edges touch a keep-out, the first is 62 from 5 to 7")


def test_a_clean_map_has_no_warning() -> None:
    made = read("turtlebot3_navigation2/map.yaml")
    assert made.levels[""].warnings == made.warnings == ()


def test_the_depot_graph_without_its_grid_says_so() -> None:
    made = read("nav2_depot/depot_graph.geojson", corridor_m=0.8)
    world = made.levels[""]
    assert world.notes[0].startswith(
        "graph only: depot_graph.geojson has no grid, so routes keep to its 39 edges, taken to be 0.8 m wide"
    )
    at = made.graphs[""].at()
    for edge in made.graphs[""].edges:
        start, end = at[edge.start], at[edge.end]
        route = find_route(world, Body(), Pose(*start.point), goal_at(world, world.places[end.name], Body()))
        assert isinstance(route, Route)
        assert route.length_m <= ((start.point[0] - end.point[0]) ** 2 + (start.point[1] - end.point[1]) ** 2) ** 0.5 + 1e-6


def test_open_rmfs_office(tmp_path: Path) -> None:
    made = read("rmf_office/office.building.yaml", doors="open")
    assert detect(DATA / "rmf_office/office.building.yaml").name == "rmf-building"
    world = made.levels[""]
    assert set(world.doors) == {"main_door", "coe_door", "hardware_door"}
    assert {name for name, place in world.places.items() if place.is_dock} == {"tinyRobot1_charger", "tinyRobot2_charger"}
    # the scale of the published navigation graph of this office is 0.00839 m a pixel, y up
    assert world.places["tinyRobot1_charger"].centre == pytest.approx((10.43, -5.57), abs=0.02)
    assert world.resolve("place", "patrol A1") == "patrol_A1"
    assert len(world.things) == 79
    assert made.warnings == (
        "office.building.yaml: 3 doors are taken as open: a building does not say how they stand (--doors)",
        "office.building.yaml: nobody gets through door 'main_door': the floor ends at it",
    )
    (models,) = world.notes
    assert models.startswith("office.building.yaml: 79 models are things on the map but no obstacles")
    start = world.places["tinyRobot1_charger"].pose
    for place in world.places.values():
        assert can_reach(world, Body(), start, goal_at(world, place, Body())), place.name
    shut = read("rmf_office/office.building.yaml").levels[""]
    assert not can_reach(shut, Body(), start, goal_at(shut, shut.places["coe"], Body()))
    saved = save_imported(made, tmp_path / "office")[""]
    assert load_world(saved).revision == world.revision
    assert (saved / "route_graph.geojson").is_file()


def test_an_image_and_a_folder_say_what_to_name_instead(tmp_path: Path) -> None:
    from maps import MapFileInvalid

    with pytest.raises(MapFileInvalid, match="is an image; name the map_server YAML"):
        detect(DATA / "rmf_office/office.png")
    with pytest.raises(MapFileInvalid, match="is a folder; name the file"):
        detect(DATA / "rmf_office")


CHECKED = {
    "depot": ["GREY_205", "POSE_KEPT_OUT", *["TOO_TIGHT"] * 5, "NO_DOCK", "NAMES_SOUND_ALIKE"],
    "sandbox": [*["TOO_TIGHT"] * 5, "NO_DOCK"],
    "office": ["FILE", *["NAMES_ALIKE"] * 3],
    "turtlebot": ["NO_DOCK"],
}
"""What ``maps check`` says of each, looked at one by one on the picture: nothing that is not so, and nothing that is not said."""


@pytest.mark.parametrize("name", CHECKED)
def test_what_is_said_of_each_map_is_so(name: str, tmp_path: Path) -> None:
    parts: dict[str, list[tuple[str, str]]] = {
        "depot": [("nav2_depot/depot.yaml", ""), ("nav2_depot/depot_keepout.yaml", "keepout"),
                  ("nav2_depot/depot_speed.yaml", "speed"), ("nav2_depot/depot_graph.geojson", "")],
        "sandbox": [("nav2_tb3_sandbox/tb3_sandbox.yaml", ""), ("nav2_tb3_sandbox/keepout_mask.yaml", "keepout"),
                    ("nav2_tb3_sandbox/speed_mask.yaml", "speed"), ("nav2_tb3_sandbox/turtlebot3_graph.geojson", "")],
        "office": [("rmf_office/office.building.yaml", "")],
        "turtlebot": [("turtlebot3_navigation2/map.yaml", "")],
    }  # fmt: skip
    made: Imported | None = None
    for file, format in parts[name]:
        made = read(file, format, onto=None if made is None else made.levels[""])
    assert made is not None
    world = load_world(save_imported(made, tmp_path / name)[""])
    assert [issue.code for issue in check_map(world, Body())] == CHECKED[name]
