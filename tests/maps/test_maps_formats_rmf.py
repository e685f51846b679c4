"""Open-RMF buildings: scale, levels, lifts, and what is wrong with one."""

import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from maps import FREE, OCCUPIED, UNKNOWN, Body, MapFileInvalid, Pose, can_reach, goal_at, load_world
from maps.formats import Imported, ReadOptions, detect, format_named, import_map, save_imported

SQUARE = [[0, 0], [200, 0], [200, 100], [0, 100]]


def level(*, shift: float = 0.0, grow: float = 1.0, **more: object) -> dict[str, object]:
    """A hall of 10 x 5 m, drawn at 20 pixels a metre, y down, with a charger and a shelf place."""
    corners = [[x * grow + shift, y * grow, 0, ""] for x, y in SQUARE]
    names = [[30, 50, "charger", {"is_charger": [4, True]}], [100, 50, "shelf_1", {}]]
    corners += [[x * grow + shift, y * grow, 0, name, params] for x, y, name, params in names]
    return {
        "vertices": corners,
        "measurements": [[0, 1, {"distance": [3, 10.0]}]],
        "walls": [[0, 1, {}], [1, 2, {}], [2, 3, {}], [3, 0, {}]],
        "floors": [{"vertices": [0, 1, 2, 3], "parameters": {}}],
        "lanes": [[5, 4, {"bidirectional": [4, False], "speed_limit": [3, 0.5]}]],
        "fiducials": [[shift, 0.0, "a"], [100 * grow + shift, 0.0, "b"]],
    } | more


LIFT = {
    "x": 180, "y": 50, "yaw": 0.0, "width": 1.6, "depth": 1.6, "reference_floor_name": "L1",
    "doors": {"west": {"x": -0.8, "y": 0.0, "motion_axis_orientation": 1.5708, "width": 1.0, "door_type": 2}},
    "level_doors": {"L1": ["west"], "L2": ["west"]},
}  # fmt: skip


def building(folder: Path, levels: dict[str, object], **more: object) -> Path:
    path = folder / "hall.building.yaml"
    path.write_text(
        yaml.safe_dump({"name": "hall", "coordinate_system": "reference_image", "levels": levels, **more}, sort_keys=False)
    )
    return path


def read(path: Path, **options: object) -> Imported:
    assert detect(path).name == "rmf-building"
    return import_map(path, ReadOptions(name="hall", **options))  # type: ignore[arg-type]


def test_pixels_become_metres_with_y_up(tmp_path: Path) -> None:
    made = read(building(tmp_path, {"L1": level()}))
    world = made.levels[""]
    assert world.places["charger"].pose.point == (1.5, -2.5)
    assert world.places["charger"].pose.yaw == pytest.approx(np.pi)  # it came along the lane from the shelf
    assert world.places["shelf_1"].aliases == ("shelf 1",)
    at = world.frame.cell
    assert world.cells[at((5.0, -1.0))] == FREE
    assert world.cells[at((5.0, 0.0))] == OCCUPIED
    assert world.cells[at((5.0, 0.3))] == UNKNOWN
    (limited,) = made.warnings
    assert limited.startswith(
        "hall.building.yaml: 1 lanes have a speed limit and 1 are one-way; routes do not heed it, unless they keep to lanes"
    )
    (edge,) = made.graphs[""].edges
    assert (edge.start, edge.end, edge.properties) == (5, 4, {"metadata": {"abs_speed_limit": 0.5}})


def test_the_walls_keep_their_length_at_any_resolution(tmp_path: Path) -> None:
    for resolution in (0.02, 0.05, 0.3):
        world = read(building(tmp_path, {"L1": level()}), resolution=resolution).levels[""]
        free = (world.cells == FREE).sum() * resolution**2
        assert free == pytest.approx(50 - 30 * 0.05, abs=30 * resolution)
        edge = np.zeros(world.frame.shape, bool)
        edge[1:-1, 1:-1] = (world.cells[1:-1, 1:-1] == FREE) & (
            (world.cells[:-2, 1:-1] == UNKNOWN) | (world.cells[2:, 1:-1] == UNKNOWN) | (world.cells[1:-1, 2:] == UNKNOWN)
        )
        assert not edge.any()  # no gap in the wall


def test_levels_are_joined_by_a_named_lift(tmp_path: Path) -> None:
    upper = level(shift=500.0, grow=2.0, measurements=[])  # drawn twice as large elsewhere on its sheet
    made = read(building(tmp_path, {"L1": level(), "L2": upper}, lifts={"lift_1": LIFT}), doors="open")
    assert [lift.levels for lift in made.lifts] == [("L1", "L2")]
    folders = save_imported(made, tmp_path / "hall")
    assert json.loads((tmp_path / "hall" / "levels.json").read_text()) == {
        "surefoot": 1,
        "levels": [{"name": "L1", "folder": "L1"}, {"name": "L2", "folder": "L2"}],
        "lifts": [{"name": "lift_1", "levels": ["L1", "L2"]}],
    }
    for name, folder in folders.items():
        world = load_world(folder)
        assert world.name == name
        assert world.places["lift_1"].pose == Pose(9.0, -2.5)
        assert world.places["shelf_1"].centre == pytest.approx((5.0, -2.5))
        assert world.doors["lift_1 west"].between == ("lift_1",)
        body, start = Body(), world.places["charger"].pose
        assert can_reach(world, body, start, goal_at(world, world.places["lift_1"], body))
        shut = {"lift_1 west": "closed"}
        assert not can_reach(world, body, start, goal_at(world, world.places["lift_1"], body), doors=shut)  # type: ignore[arg-type]


def test_a_given_scale_holds_for_a_level_without_fiducials_and_measurements_too(tmp_path: Path) -> None:
    path = building(tmp_path, {"L1": level(measurements=[]), "L2": level(measurements=[], fiducials=[])})
    with pytest.raises(MapFileInvalid, match=r"L1'.*--scale"):
        read(path)
    made = read(path, scale=0.05)
    assert made.levels["L2"].places["shelf_1"].centre == made.levels["L1"].places["shelf_1"].centre == (5.0, -2.5)
    (apart,) = [text for text in made.warnings if "fiducials" in text]
    assert "--scale gives its scale" in apart


def test_measurements_that_disagree_are_said(tmp_path: Path) -> None:
    odd = level(measurements=[[0, 1, {"distance": [3, 10.0]}], [1, 2, {"distance": [3, 6.0]}]])
    assert read(building(tmp_path, {"L1": odd})).warnings[0] == (
        "hall.building.yaml, level 'L1': its measurements disagree: a pixel is 0.05000 to 0.06000 m; their mean is taken, so "
        "lengths may be wrong by 20%"
    )


def test_without_a_floor_the_lanes_are_what_is_known(tmp_path: Path) -> None:
    world = read(building(tmp_path, {"L1": level(floors=[])})).levels[""]
    assert world.notes == ("hall.building.yaml has no floor, so free space is 1 m wide along its 1 lanes",)
    assert world.cells[world.frame.cell((3.0, -2.5))] == FREE
    assert world.cells[world.frame.cell((3.0, -1.0))] == UNKNOWN


def test_a_door_in_a_wall_and_a_place_in_one_are_said(tmp_path: Path) -> None:
    walled = level(doors=[[0, 1, {"name": [1, "gate"]}]])
    walled["vertices"][5] = [200, 50, 0, "shelf_1", {}]  # type: ignore[index]
    said = read(building(tmp_path, {"L1": walled})).warnings
    assert "hall.building.yaml: nobody gets through door 'gate': a wall runs through it" in said
    assert "hall.building.yaml: 1 named vertices are in walls or off the floor, such as 'shelf_1'" in said
    assert any(sentence.startswith("hall.building.yaml: lanes: 1 of 1 edges touch occupied cells") for sentence in said)


@pytest.mark.parametrize(
    ("levels", "sentence"),
    [
        ({}, "must hold 1 to 100 levels"),
        ({"L1": level(measurements=[])}, "it has no measurements, so the size of a pixel is unknown; give it with --scale"),
        ({"L1": level(measurements=[[0, 1, {"distance": [3, 0]}]])}, "a measurement is 0 m over 200 pixels"),
        ({"L1": level(walls=[[0, 99, {}]])}, r"walls\[0\] is \[0, 99, {}\], expected two of the 6 vertices"),
        ({"L1": level(walls=[[0, True, {}]])}, r"walls\[0\] is \[0, True, {}\]"),
        ({"L1": level(vertices=[[float("nan"), 0, 0, ""]])}, r"vertices\[0\] is \[nan, 0, 0, ''\], expected 2 numbers"),
        ({"L1": level(floors=[{"vertices": [0, 1]}])}, r"floors\[0\]: vertices are \[0, 1\], expected 3 or more"),
        ({"L1": level(measurements=[[0, 1, {"distance": [3, 1e8]}]])}, "choose a coarser --resolution, or check the measurements"),
        ({"L1": level(walls={"a": 1})}, "walls must be a list"),
    ],
)
def test_a_bad_building_is_one_sentence(tmp_path: Path, levels: dict[str, object], sentence: str) -> None:
    with pytest.raises(MapFileInvalid, match=sentence) as raised:
        import_map(building(tmp_path, levels), ReadOptions(name="hall"), format_named("rmf-building"))
    assert "\n" not in str(raised.value)


def test_a_level_named_as_a_path_stays_in_its_folder(tmp_path: Path) -> None:
    made = read(building(tmp_path, {"../../up": level(), "..": level(), "L1": level()}))
    folders = save_imported(made, tmp_path / "out")
    assert sorted(path.parent for path in folders.values()) == [tmp_path / "out"] * 3
    assert sorted(path.name for path in folders.values()) == ["L1", "level", "up"]
