import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import (
    FREE,
    OCCUPIED,
    UNKNOWN,
    CellsChange,
    Door,
    DoorChange,
    FeatureChange,
    GridFrame,
    MapError,
    Place,
    Pose,
    Source,
    Thing,
    World,
    Zone,
)

FRAME = GridFrame(0.5, Pose(0.0, 0.0), width=600, height=300)
KITCHEN = Place(name="kitchen", aliases=("galley", "厨房"), outline=((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)))
HOUSE = Place(name="house", outline=((0.0, 0.0), (20.0, 0.0), (20.0, 20.0), (0.0, 20.0)))
DOCK = Place(name="dock", kind="dock", pose=Pose(2.0, 2.0, math.pi))
CUP = Thing(name="Red Cup", position=(1.0, 1.0), place="kitchen", attributes={"colour": "red", "weight_kg": 0.2})
DOOR = Door(name="kitchen door", segment=((4.0, 1.0), (4.0, 2.0)), between=("kitchen", "house"))


def build(cells: np.ndarray | None = None, **parts: object) -> World:
    grid = np.zeros(FRAME.shape, np.int8) if cells is None else cells
    given = {"places": [HOUSE, KITCHEN, DOCK], "things": [CUP], "doors": [DOOR]} | parts
    return World.build("test", FRAME, grid, **given)  # type: ignore[arg-type]


def test_a_world_is_read_only_and_keeps_nothing_of_the_callers_array() -> None:
    grid = np.zeros(FRAME.shape, np.int8)
    world = build(grid)
    grid[0, 0] = OCCUPIED
    assert world.cells[0, 0] == FREE
    assert world.cells.dtype == np.int8
    with pytest.raises(ValueError, match="read-only"):
        world.cells[0, 0] = OCCUPIED
    with pytest.raises(TypeError):
        world.places["x"] = KITCHEN  # type: ignore[index]
    with pytest.raises(AttributeError):
        world.name = "other"  # type: ignore[misc]


edits = st.lists(st.tuples(st.integers(0, 299), st.integers(0, 599), st.sampled_from([FREE, OCCUPIED])), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(st.lists(edits, min_size=1, max_size=4))
def test_applying_changes_equals_rebuilding(batches: list[list[tuple[int, int, int]]]) -> None:
    start = np.full(FRAME.shape, UNKNOWN, np.int8)
    world, expected = build(start), start.copy()
    for batch in batches:
        world = world.apply(CellsChange(cells=tuple((r, c) for r, c, _ in batch), values=tuple(v for _, _, v in batch)))
        for row, col, value in batch:
            expected[row, col] = value
    rebuilt = build(expected)
    assert np.array_equal(world.cells, expected)
    assert world.revision == rebuilt.revision
    assert world == rebuilt
    assert hash(world) == hash(rebuilt)
    assert build(start).revision != world.revision


def test_a_small_change_copies_one_tile() -> None:
    world = build()
    after = world.apply(CellsChange(cells=((10, 10), (20, 20)), values=(OCCUPIED, OCCUPIED)))
    shared = [a is b for a, b in zip(world.grid.tiles, after.grid.tiles, strict=True)]
    assert shared == [False, True, True, True, True, True]
    assert world.cells[10, 10] == FREE
    assert after.cells[10, 10] == OCCUPIED
    with pytest.raises(ValueError, match="read-only"):
        after.grid.tiles[0][0, 0] = OCCUPIED


def test_changes_that_change_nothing_give_the_same_world() -> None:
    world = build()
    assert world.apply() is world
    assert world.apply(CellsChange(cells=((1, 1),), values=(FREE,))) is world
    assert world.apply(CellsChange(cells=(), values=())) is world
    assert world.apply(DoorChange(door="kitchen door", state="open")) is world
    assert world.apply(FeatureChange(type="thing", name="ghost", feature=None)) is world


def test_the_last_of_two_values_for_a_cell_holds() -> None:
    world = build().apply(CellsChange(cells=((1, 1), (1, 1)), values=(OCCUPIED, FREE)))
    assert world.cells[1, 1] == FREE


def test_the_revision_covers_every_part_and_only_content() -> None:
    world = build()
    mask = np.zeros(FRAME.shape, bool)
    mask[3, 3] = True
    speed = np.zeros(FRAME.shape, np.float32)
    speed[3, 3] = 0.5
    others = [
        build(keepout_mask=mask),
        build(speed_mask=speed),
        build(doors=[replace(DOOR, state="closed")]),
        build(things=[replace(CUP, position=(1.0, 1.1))]),
        build(things=[replace(CUP, attributes={"colour": "blue", "weight_kg": 0.2})]),
        build(places=[HOUSE, KITCHEN]),
        build(zones=[Zone(name="z", rule="keepout", outline=KITCHEN.outline)]),
        World.build("test", replace(FRAME, origin=Pose(0.0, 0.1)), world.cells, [HOUSE, KITCHEN, DOCK], [CUP], [DOOR]),
    ]
    assert len({world.revision, *(other.revision for other in others)}) == 9
    same = [
        build(places=[DOCK, KITCHEN, HOUSE]),
        build(things=[replace(CUP, source=Source("elsewhere", 3))]),
        build(warnings=["a warning"]),
        World.build("renamed", FRAME, world.cells, [HOUSE, KITCHEN, DOCK], [CUP], [DOOR]),
    ]
    assert {other.revision for other in same} == {world.revision}
    assert world.revision.startswith("sha256:")
    assert len(world.revision) == 71


def test_doors_and_features_change_and_come_back() -> None:
    world = build()
    closed = world.apply(DoorChange(door="kitchen door", state="closed"))
    assert closed.doors["kitchen door"].state == "closed"
    assert closed.revision == build(doors=[replace(DOOR, state="closed")]).revision
    assert closed.apply(DoorChange(door="kitchen door", state="open")).revision == world.revision
    box = Thing(name="box", position=(3.0, 3.0))
    more = world.apply(FeatureChange(type="thing", name="box", feature=box))
    assert more.names("thing") == ("Red Cup", "box")
    assert more.resolve("thing", "The BOX") == "box"
    assert more.apply(FeatureChange(type="thing", name="box", feature=None)).revision == world.revision


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (CellsChange(cells=((300, 0),), values=(OCCUPIED,)), r"cell \(300, 0\) is outside map 'test' of \(300, 600\)"),
        (CellsChange(cells=((0, -1),), values=(OCCUPIED,)), "is outside map"),
        (CellsChange(cells=((0, 0),), values=(50,)), "must become 0"),
        (CellsChange(cells=((0, 0),), values=()), "1 cells comes with 0 values"),
        (DoorChange(door="kitchen dor", state="open"), "no door named 'kitchen dor'; did you mean 'kitchen door'"),
        (FeatureChange(type="place", name="cup", feature=CUP), "must bring that feature"),
        (FeatureChange(type="thing", name="cup", feature=CUP), "must bring that feature"),
    ],
)
def test_impossible_changes_are_refused_in_one_sentence(change: CellsChange, sentence: str) -> None:
    with pytest.raises(MapError, match=sentence):
        build().apply(change)


def test_names_resolve_as_people_say_them() -> None:
    world = build()
    assert world.resolve("place", "kitchen") == "kitchen"
    assert world.resolve("place", "  The   KITCHEN ") == "kitchen"
    assert world.resolve("place", "Galley") == "kitchen"
    assert world.resolve("place", "厨房") == "kitchen"
    assert world.resolve("thing", "the red cup") == "Red Cup"
    assert world.resolve("place", "red cup") is None
    assert world.resolve("place", "the") is None
    assert world.feature("thing", "Red Cup") is CUP
    with pytest.raises(MapError, match="map 'test' has no place named 'kitchn'; did you mean 'kitchen'"):
        world.feature("place", "kitchn")


def test_an_exact_name_wins_over_an_alias() -> None:
    world = build(places=[Place(name="a", aliases=("b",), pose=Pose(1, 1)), Place(name="B", pose=Pose(2, 2))])
    assert world.resolve("place", "b") == "B"
    assert world.resolve("place", "B") == "B"


def test_place_at_gives_the_smallest_place() -> None:
    world = build()
    assert world.place_at((10.0, 10.0)) is HOUSE
    assert world.place_at((3.5, 3.5)) is KITCHEN
    assert world.place_at((2.5, 2.5)) is DOCK
    assert world.place_at((2.0, 2.76)) is KITCHEN
    assert world.place_at((30.0, 30.0)) is None


def test_keepout_joins_mask_and_zones_grown_to_whole_cells() -> None:
    assert build().keepout is None
    mask = np.zeros(FRAME.shape, np.int8)
    mask[0, 0], mask[0, 1] = OCCUPIED, 60
    zone = Zone(name="pit", rule="keepout", outline=((5.1, 5.1), (5.9, 5.1), (5.9, 5.9), (5.1, 5.9)))
    keepout = build(keepout_mask=mask, zones=[zone]).keepout
    assert keepout is not None
    assert np.argwhere(keepout).tolist() == [[0, 0], [10, 10], [10, 11], [11, 10], [11, 11]]
    assert not keepout.flags.writeable


def test_speed_limit_is_the_lower_of_mask_and_slow_zones() -> None:
    assert build().speed_limit is None
    mask = np.zeros(FRAME.shape, np.float32)
    mask[10, 10], mask[0, 0] = 0.2, 0.7
    zone = Zone(name="busy", rule="slow", max_speed=0.4, outline=((5.1, 5.1), (5.9, 5.1), (5.9, 5.4), (5.1, 5.4)))
    limit = build(speed_mask=mask, zones=[zone]).speed_limit
    assert limit is not None
    assert limit.dtype == np.float32
    assert limit[10, 10] == np.float32(0.2)
    assert limit[10, 11] == np.float32(0.4)
    assert limit[0, 0] == np.float32(0.7)
    assert limit[20, 20] == 0.0


def test_cell_changes_keep_what_was_computed_from_the_rest() -> None:
    zone = Zone(name="pit", rule="keepout", outline=KITCHEN.outline)
    world = build(zones=[zone])
    keepout = world.keepout
    after = world.apply(CellsChange(cells=((1, 1),), values=(OCCUPIED,)))
    assert after.keepout is keepout
    without = after.apply(FeatureChange(type="zone", name="pit", feature=None))
    assert without.keepout is None


def test_bad_parts_are_refused() -> None:
    with pytest.raises(MapError, match="its frame says"):
        World.build("t", FRAME, np.zeros((2, 2), np.int8))
    with pytest.raises(MapError, match="cells must be"):
        World.build("t", FRAME, np.full(FRAME.shape, 50, np.int8))
    with pytest.raises(MapError, match="keep-out mask is"):
        build(keepout_mask=np.zeros((2, 2), bool))
    with pytest.raises(MapError, match="'kitchen' is given twice"):
        build(places=[KITCHEN, KITCHEN])
