import os
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import FREE, OCCUPIED, UNKNOWN, GridFrame, Pose, World, area, contains, find_rooms, load_world
from maps.outline import trace_outline
from maps.polygon import is_simple

DATA = Path(os.environ.get("SUREFOOT_DATA", Path(__file__).parents[3] / "shared" / "data")) / "maps"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the public test maps are not here (set SUREFOOT_DATA)")


def plan(
    width: float, height: float, *rooms: tuple[float, float, float, float], fill: int = OCCUPIED, margin: float = 0.0
) -> World:
    """A map at 0.05 m with free rectangles (x0, y0, x1, y1) cut out of ``fill``, metres."""
    frame = GridFrame(0.05, Pose(0.0, 0.0), round(width / 0.05), round(height / 0.05))
    cells = np.full(frame.shape, fill, np.int8)
    for x0, y0, x1, y1 in rooms:
        cells[round(y0 / 0.05) : round(y1 / 0.05), round(x0 / 0.05) : round(x1 / 0.05)] = FREE
    return World.build("plan", frame, cells)


THREE = (
    (0.2, 0.2, 4.2, 5.2),
    (4.4, 0.2, 9.4, 5.2),
    (0.2, 5.4, 9.4, 7.2),
    (4.1, 2.0, 4.5, 2.9),
    (6.0, 5.1, 6.9, 5.5),
    (2, 5.1, 2.9, 5.5),
)


def test_two_rooms_and_a_corridor_joined_by_doorways() -> None:
    rooms = find_rooms(plan(9.6, 7.4, *THREE))
    assert [room.name for room in rooms] == ["room 1", "room 2", "corridor 1"]
    assert [room.kind for room in rooms] == ["room", "room", "corridor"]
    assert [area(room.outline) for room in rooms] == pytest.approx([25.0, 20.0, 16.6], abs=1.0)
    assert contains(rooms[0].outline, (7.0, 2.5))
    assert contains(rooms[1].outline, (2.0, 2.5))
    assert contains(rooms[2].outline, (1.0, 6.3))
    assert contains(rooms[2].outline, (9.0, 6.3))
    assert not contains(rooms[2].outline, (2.0, 2.5))


def test_the_same_map_gives_the_same_rooms_wherever_it_lies() -> None:
    world = plan(9.6, 7.4, *THREE)
    moved = World.build("plan", GridFrame(0.05, Pose(3.0, -2.0, 0.7), 192, 148), world.cells)
    assert find_rooms(world) == find_rooms(plan(9.6, 7.4, *THREE))
    for here, there in zip(find_rooms(world), find_rooms(moved), strict=True):
        assert here.name == there.name
        assert np.array(there.outline) == pytest.approx(np.array([moved.frame.to_map(x, y) for x, y in here.outline]), abs=1e-5)


def test_pillars_and_tables_do_not_divide_a_room() -> None:
    world = plan(8.2, 8.2, (0.1, 0.1, 8.1, 8.1))
    cells = world.cells.copy()
    for row in (40, 80, 120):
        for col in (40, 80, 120):
            cells[row : row + 8, col : col + 8] = OCCUPIED
    rooms = find_rooms(World.build("plan", world.frame, cells))
    assert [room.name for room in rooms] == ["hall 1"]
    assert area(rooms[0].outline) == pytest.approx(64.0, abs=0.5)


def test_white_outside_is_no_room() -> None:
    world = plan(30.0, 30.0, (0, 0, 30, 30))
    cells = world.cells.copy()
    cells[200:400, 200:400] = OCCUPIED
    cells[204:396, 204:396] = FREE
    rooms = find_rooms(World.build("plan", world.frame, cells))
    assert [room.name for room in rooms] == ["hall 1"]
    assert area(rooms[0].outline) == pytest.approx(9.6**2, abs=0.5)


def test_an_open_field_is_cut_into_bays() -> None:
    rooms = find_rooms(plan(40.0, 20.0, (0, 0, 40, 20)))
    assert len(rooms) >= 4
    assert all(room.kind == "hall" and area(room.outline) <= 200.0 for room in rooms)
    assert sum(area(room.outline) for room in rooms) == pytest.approx(800.0, rel=0.02)


def test_a_ring_shaped_corridor_is_cut_so_that_no_outline_holds_the_block() -> None:
    world = plan(20.0, 20.0, (0.2, 0.2, 19.8, 19.8))
    cells = world.cells.copy()
    cells[40:360, 40:360] = OCCUPIED
    rooms = find_rooms(World.build("plan", world.frame, cells))
    assert {room.kind for room in rooms} == {"corridor"}
    assert not any(contains(room.outline, (10.0, 10.0)) for room in rooms)
    assert sum(area(room.outline) for room in rooms) == pytest.approx(19.6**2 - 16.0**2, rel=0.05)


def test_specks_slivers_and_unknown_space_are_no_rooms() -> None:
    assert find_rooms(plan(10, 10, (1, 1, 2, 2), (4, 4, 4.2, 9))) == ()
    assert find_rooms(plan(10, 10, fill=UNKNOWN)) == ()
    assert find_rooms(plan(10, 10)) == ()


def test_a_large_map_is_worked_coarser() -> None:
    frame = GridFrame(0.02, Pose(0.0, 0.0), 1200, 900)
    cells = np.full(frame.shape, OCCUPIED, np.int8)
    cells[10:890, 10:500], cells[10:890, 520:1190], cells[400:445, 490:530] = FREE, FREE, FREE
    cells[10:400, 520:1190] = OCCUPIED
    rooms = find_rooms(World.build("fine", frame, cells))
    assert [room.name for room in rooms] == ["hall 1", "hall 2"]
    assert area(rooms[0].outline) == pytest.approx(9.8 * 17.6, rel=0.02)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.3, 0.8))
def test_outlines_are_simple_whatever_the_region(seed: int, share: float) -> None:
    from scipy import ndimage

    noise = np.random.default_rng(seed).random((24, 31)) < share
    labels, _ = ndimage.label(noise)
    region = labels == np.bincount(labels.ravel())[1:].argmax() + 1
    region = ndimage.binary_fill_holes(region)
    frame = GridFrame(0.05, Pose(1.0, 2.0), 31, 24)
    exact = trace_outline(region, frame, tolerance_m=0.0)
    rough = trace_outline(region, frame)
    assert exact is not None
    assert rough is not None
    assert area(exact) <= region.sum() * 0.05**2 + 1e-9
    assert shapely.Polygon(rough).is_valid
    assert is_simple(rough)


def test_the_outline_of_nothing_is_none() -> None:
    assert trace_outline(np.zeros((3, 3), bool), GridFrame(1.0, Pose(0, 0), 3, 3)) is None


def test_an_outline_goes_round_the_cells() -> None:
    region = np.zeros((4, 5), bool)
    region[1:3, 1:4] = True
    outline = trace_outline(region, GridFrame(1.0, Pose(10.0, 0.0), 5, 4), tolerance_m=0.0)
    assert outline is not None
    assert set(outline) == {(11.0, 1.0), (14.0, 1.0), (14.0, 3.0), (11.0, 3.0)}


@needs_data
@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("nav2_depot/depot.yaml", ("hall 1", "hall 2", "hall 3", "hall 4", "room 1")),
        ("nav2_tb3_sandbox/tb3_sandbox.yaml", ("room 1",)),
        ("turtlebot3_navigation2/map.yaml", ("room 1",)),
    ],
)
def test_public_maps(file: str, names: tuple[str, ...]) -> None:
    world = load_world(DATA / file)
    assert world.names("place") == names
    for place in world.places.values():
        assert is_simple(place.outline)
        assert 4.0 <= area(place.outline) <= 200.0
    covered = sum(area(place.outline) for place in world.places.values())
    inside = 30.0 * 15.0 if "depot" in file else 20.7
    assert covered == pytest.approx(inside, rel=0.05)
