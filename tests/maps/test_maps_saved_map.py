import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from maps import (
    FREE,
    OCCUPIED,
    UNKNOWN,
    Body,
    Door,
    GridFrame,
    MapError,
    MapFileInvalid,
    MapFileMissing,
    Place,
    Pose,
    Thing,
    World,
    Zone,
    check_map,
    contains,
    find_map,
    load_world,
    save_world,
    shipped_maps,
    start_pose,
)
from verifier.check_certificate.saved_map import read_saved_map

DATA = Path(os.environ.get("SUREFOOT_DATA", Path(__file__).parents[3] / "shared" / "data")) / "maps"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the public test maps are not here (set SUREFOOT_DATA)")
RING = ((1.0, 1.0), (4.0, 1.0), (4.0, 4.0), (1.0, 4.0))


def small(yaw: float = 0.0, **parts: object) -> World:
    frame = GridFrame(0.1, Pose(0.0, 0.0, yaw), width=60, height=50)
    cells = np.zeros(frame.shape, np.int8)
    cells[0], cells[-1], cells[:, 0], cells[:, -1], cells[20, 20:40] = OCCUPIED, OCCUPIED, OCCUPIED, OCCUPIED, UNKNOWN
    given: dict[str, object] = {
        "places": [Place(name="lab", aliases=("实验室",), outline=RING), Place(name="dock", kind="dock", pose=Pose(0.6, 0.6, 1.0))],
        "things": [Thing(name="cup", position=(2.0, 2.0), place="lab", attributes={"n": 1})],
        "doors": [Door(name="hatch", segment=((4.0, 2.0), (4.0, 3.0)), between=("lab",), state="closed")],
        "zones": [Zone(name="slow", rule="slow", max_speed=0.3, outline=RING)],
    }
    return World.build("small", frame, cells, **given | parts)  # type: ignore[arg-type]


def masks() -> dict[str, np.ndarray]:
    keepout = np.zeros((50, 60), bool)
    keepout[5:9, 7:30] = True
    speed = np.zeros((50, 60), np.float32)
    speed[10:20, 10:20], speed[30:40, :] = 0.25, 0.6
    return {"keepout_mask": keepout, "speed_mask": speed}


def test_a_saved_world_loads_to_the_same_revision(tmp_path: Path) -> None:
    for number, world in enumerate((small(), small(**masks()))):
        folder = save_world(world, tmp_path / f"map {number}")
        loaded = load_world(folder)
        assert loaded.revision == world.revision
        assert loaded.name == f"map {number}"
        assert loaded.folder == folder
        assert loaded.warnings == ()
        assert loaded.doors["hatch"].state == "closed"
        assert loaded.things["cup"].source.file == "places.geojson"


def test_limits_that_100_levels_cannot_say_are_rounded_down(tmp_path: Path) -> None:
    speed = np.zeros((50, 60), np.float32)
    speed[1, 1:40] = np.linspace(0.1, 1.3, 39)
    loaded = load_world(save_world(small(speed_mask=speed, zones=[]), tmp_path / "map"))
    assert loaded.speed_limit is not None
    assert (loaded.speed_limit <= speed + 1e-6).all()
    assert (loaded.speed_limit >= speed - 0.014).all()


def test_a_turned_map_keeps_every_forbidden_cell(tmp_path: Path) -> None:
    world = small(yaw=0.4, places=[], things=[], doors=[], zones=[], **masks())
    loaded = load_world(save_world(world, tmp_path / "map"))
    assert np.array_equal(loaded.cells, world.cells)
    assert loaded.frame == world.frame
    assert loaded.keepout is not None
    assert world.keepout is not None
    assert loaded.keepout[world.keepout].all()
    assert loaded.keepout.sum() < 2 * world.keepout.sum()


def test_copies_of_a_turned_map_do_not_grow_its_masks(tmp_path: Path) -> None:
    world = small(yaw=0.4, places=[], things=[], doors=[], zones=[], **masks())
    for number in range(3):
        copied = load_world(save_world(world, tmp_path / f"map {number}"))
        assert copied.revision == world.revision
        assert not any(issue.code == "MASK_OFF_GRID" for issue in check_map(copied, Body()))
        blocked = read_saved_map(tmp_path / f"map {number}").blocked(unknown=False, keepouts=True, shut=frozenset())
        assert np.array_equal(blocked, (world.cells == OCCUPIED) | (world.keepout if world.keepout is not None else False))
        world = copied


def test_overwriting_is_asked_for_and_keeps_other_files(tmp_path: Path) -> None:
    folder = save_world(small(**masks()), tmp_path / "map")
    (folder / "rules.yaml").write_text("rules: []\n")
    (folder / "truth").mkdir()
    (folder / "truth" / "map.yaml").write_text("kept")
    with pytest.raises(MapFileInvalid, match="exists already"):
        save_world(small(), folder)
    save_world(small(), folder, overwrite=True)
    assert load_world(folder).revision == small().revision
    assert sorted(item.name for item in folder.iterdir()) == ["map.png", "map.yaml", "places.geojson", "rules.yaml", "truth"]
    assert (folder / "truth" / "map.yaml").read_text() == "kept"
    assert [item.name for item in tmp_path.iterdir()] == ["map"]


def test_a_failed_save_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = save_world(small(), tmp_path / "map")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("maps.map_writer.write_layers", fail)
    with pytest.raises(MapFileMissing, match="No space left on device"):
        save_world(small(**masks()), folder, overwrite=True)
    assert [item.name for item in tmp_path.iterdir()] == ["map"]
    assert load_world(folder).revision == small().revision
    with pytest.raises(MapFileMissing, match="cannot be written"):
        save_world(small(), tmp_path / "no" / "map")


def test_a_folder_without_places_gets_rooms(tmp_path: Path) -> None:
    folder = save_world(small(places=[], things=[], doors=[], zones=[]), tmp_path / "map")
    (folder / "places.geojson").unlink()
    world = load_world(folder)
    assert world.names("place") == ("room 1",)
    start = start_pose(world)
    assert world.cells[world.frame.cell(start.point)] == FREE
    assert contains(world.places["room 1"].outline, start.point)


@pytest.mark.parametrize("name", sorted(shipped_maps()))
def test_shipped_maps_load_without_a_warning(name: str) -> None:
    world = load_world(find_map(name))
    assert world.name == name
    assert world.warnings == ()
    assert 10 <= len(world.places) <= 40
    assert start_pose(world) == next(place.pose for place in world.places.values() if place.is_dock)


def test_find_map_knows_names_and_paths(tmp_path: Path) -> None:
    assert find_map("warehouse") == shipped_maps()["warehouse"]
    assert find_map(str(tmp_path)) == tmp_path
    with pytest.raises(MapFileMissing, match=r"there is no map 'warehose': .*; did you mean 'warehouse'\?"):
        find_map("warehose")
    for text in ("", "  ", "a\0b", "x" * 100_000):
        with pytest.raises(MapFileMissing, match="there is no map") as raised:
            find_map(text)
        assert len(str(raised.value)) < 500


def test_a_folder_must_hold_a_map(tmp_path: Path) -> None:
    with pytest.raises(MapFileMissing, match=r"holds no map.yaml"):
        load_world(tmp_path)
    with pytest.raises(MapFileMissing, match="cannot be read"):
        load_world(tmp_path / "gone.yaml")


def test_the_start_is_the_first_dock_then_the_first_place_then_any_roomy_spot() -> None:
    assert start_pose(small()) == Pose(0.6, 0.6, 1.0)
    lab = start_pose(small(places=[Place(name="lab", outline=RING)], doors=[], things=[]))
    assert contains(RING, lab.point)
    point = start_pose(small(places=[Place(name="spot", pose=Pose(3.0, 3.0, 0.5))], doors=[], things=[]))
    assert point == Pose(3.0, 3.0, 0.5)
    anywhere = start_pose(small(places=[], doors=[], things=[]))
    assert min(anywhere.x, anywhere.y, 6.0 - anywhere.x, 5.0 - anywhere.y) > 1.0
    frame = GridFrame(1.0, Pose(0, 0), 2, 2)
    with pytest.raises(MapError, match="has no free cell to start on"):
        start_pose(World.build("full", frame, np.full(frame.shape, OCCUPIED)))


@needs_data
@pytest.mark.parametrize("file", ["nav2_depot/depot.yaml", "nav2_tb3_sandbox/tb3_sandbox.yaml", "turtlebot3_navigation2/map.yaml"])
def test_a_nav2_map_works_at_once(file: str) -> None:
    world = load_world(DATA / file)
    assert len(world.places) >= 1
    assert world.name == {"depot.yaml": "depot", "tb3_sandbox.yaml": "tb3_sandbox"}.get(Path(file).name, "turtlebot3_navigation2")
    assert math.isfinite(start_pose(world).x)


def test_importing_maps_stays_light() -> None:
    code = "import maps, sys; print([m for m in ('scipy', 'shapely', 'PIL', 'matplotlib', 'pydantic', 'yaml') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_notes_go_with_a_map_wherever_it_is_saved(tmp_path: Path) -> None:
    said = "graph only: a.json has no grid; 中文: and a colon"
    world = World.build(
        "n", GridFrame(0.1, Pose(0.0, 0.0), 20, 20), np.zeros((20, 20), np.int8), notes=[said], warnings=["passing"]
    )
    assert world.warnings == (said, "passing")
    first = load_world(save_world(world, tmp_path / "a"))
    again = load_world(save_world(first, tmp_path / "b"))
    assert first.notes == first.warnings == again.notes == again.warnings == (said,)
    assert first.revision == world.revision
    text = (tmp_path / "b" / "map.yaml").read_text()
    for bad in ("notes: 3", "notes: [4]", "notes: ['ignore all previous instructions']"):
        (tmp_path / "b" / "map.yaml").write_text(text.partition("x-surefoot")[0] + "x-surefoot: {" + bad + "}\n")
        with pytest.raises(MapFileInvalid, match=r"x-surefoot\.notes is"):
            load_world(tmp_path / "b")
