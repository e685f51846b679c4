"""StaleIndex: an index is used with the map that it was built from or not at all; what is found by content is never stale."""

import numpy as np
import pytest

from maps import Body, CellsChange, GridFrame, Pose, StaleIndex, World
from maps.clearance import clearance, layers
from maps.jump_tables import jump_tables, tables_of
from maps.reach import reach_index, width_forest
from maps.region_graph import region_graph
from maps.squares import distance_field, square_distances

SIDE = 40


def build() -> World:
    cells = np.zeros((SIDE, SIDE), dtype=np.int8)
    cells[20, 5:] = 100
    return World.build("hall", GridFrame(0.1, Pose(0.0, 0.0), SIDE, SIDE), cells)


def indexes(world: World) -> list[object]:
    known = layers(world)
    return [
        reach_index(known.blocked, known.clearance, 2.0, 0.1, world.revision),
        width_forest(square_distances(known.blocked), world.revision),
        region_graph(world, Body()),
    ]


@pytest.mark.parametrize("which", range(3))
def test_an_index_is_not_used_with_another_map(which: int) -> None:
    world = build()
    index = indexes(world)[which]
    assert index.on(world.revision) is index  # type: ignore[attr-defined]
    after = world.apply(CellsChange(cells=((3, 3),), values=(100,)))
    with pytest.raises(StaleIndex, match=f"built from {world.revision}, the map is now {after.revision}: build it again") as told:
        index.on(after.revision)  # type: ignore[attr-defined]
    assert (told.value.built_from, told.value.used_with) == (world.revision, after.revision)
    assert told.value.what == type(index).__name__


def test_an_index_that_does_not_say_what_it_was_built_from_is_refused() -> None:
    blocked = np.zeros((4, 4), dtype=bool)
    with pytest.raises(StaleIndex, match="built from nothing that it names"):
        reach_index(blocked, distance_field(blocked, 1.0), 1.0).on(build().revision)


def test_clearance_and_jump_tables_are_found_by_content() -> None:
    world = build()
    before = layers(world)
    tables = tables_of(before.clear(0.2))
    after = world.apply(CellsChange(cells=((3, 3), (30, 31)), values=(100, 100)))
    now = layers(after)
    assert np.array_equal(clearance(after), distance_field(after.cells == 100, 0.1))
    assert np.array_equal(tables_of(now.clear(0.2)), jump_tables(now.clear(0.2)))
    assert not np.array_equal(tables_of(now.clear(0.2)), tables)
    assert np.array_equal(clearance(world), distance_field(world.cells == 100, 0.1))
