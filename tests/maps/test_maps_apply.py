"""Applying changes: many at once are the same as one after the other, and as quick as one."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import CellsChange, Change, Door, DoorChange, FeatureChange, GridFrame, MapError, Place, Pose, Thing, World, Zone

FRAME = GridFrame(0.1, Pose(0.0, 0.0), width=300, height=40)
SQUARE = ((1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 2.0))


def build() -> World:
    things = [Thing(name=name, position=(1.0, 1.0)) for name in ("cup", "box")]
    doors = [Door(name=name, segment=((4.0, 1.0), (4.0, 2.0))) for name in ("front", "back")]
    return World.build("site", FRAME, np.zeros(FRAME.shape, np.int8), things=things, doors=doors)


_names = st.sampled_from(["cup", "box", "lamp"])
_doors = st.sampled_from(["front", "back"])
_cell = st.tuples(st.integers(0, 39), st.integers(0, 299))


def _cells(seen: dict[tuple[int, int], int]) -> Change:
    return CellsChange(cells=tuple(seen), values=tuple(seen.values()))


changes = st.lists(
    st.one_of(
        st.dictionaries(_cell, st.sampled_from([0, 100]), max_size=5).map(_cells),
        st.builds(lambda name, state: DoorChange(door=name, state=state), _doors, st.sampled_from(["open", "closed", "locked"])),
        st.builds(
            lambda name, x: FeatureChange(type="thing", name=name, feature=Thing(name=name, position=(x, 1.0))),
            _names,
            st.sampled_from([1.0, 2.0]),
        ),
        st.builds(lambda name: FeatureChange(type="thing", name=name, feature=None), _names),
        st.just(FeatureChange(type="zone", name="pit", feature=Zone(name="pit", rule="keepout", outline=SQUARE))),
        st.just(FeatureChange(type="zone", name="pit", feature=None)),
        st.just(FeatureChange(type="place", name="spot", feature=Place(name="spot", outline=SQUARE))),
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(changes)
def test_many_changes_at_once_are_the_same_as_one_after_the_other(made: list[Change]) -> None:
    world = build()
    world.revision, world.keepout  # noqa: B018 - so that there is something to carry over wrongly
    steps = world
    for change in made:
        steps = steps.apply(change)
    once = world.apply(*made)
    assert once.revision == steps.revision
    assert once.names("thing") == steps.names("thing")
    assert np.array_equal(once.cells, steps.cells)
    fresh = World.build(
        "site", FRAME, once.cells, once.places.values(), once.things.values(), once.doors.values(), once.zones.values()
    )
    assert once.revision == fresh.revision
    assert (once.keepout is None) == (fresh.keepout is None)
    assert once.keepout is None or np.array_equal(once.keepout, fresh.keepout)


def test_a_door_that_the_same_batch_brings_can_be_shut_and_one_that_it_removes_cannot() -> None:
    door = Door(name="side", segment=((6.0, 1.0), (6.0, 2.0)))
    added = FeatureChange(type="door", name="side", feature=door)
    gone = FeatureChange(type="door", name="side", feature=None)
    assert build().apply(added, DoorChange(door="side", state="closed")).doors["side"].state == "closed"
    with pytest.raises(MapError, match="no door named 'side'"):
        build().apply(added, gone, DoorChange(door="side", state="closed"))


def test_a_group_that_is_emptied_stays_empty() -> None:
    gone = [FeatureChange(type="thing", name=name, feature=None) for name in ("cup", "box")]
    assert build().apply(*gone, gone[0]).things == {}


def test_five_thousand_changes_take_no_longer_than_a_tenth_of_a_second() -> None:
    things = [Thing(name=f"thing {number}", position=(1.0, 1.0)) for number in range(5000)]
    world = World.build("site", FRAME, np.zeros(FRAME.shape, np.int8), things=things)
    moved: list[Change] = [
        FeatureChange(type="thing", name=thing.name, feature=Thing(name=thing.name, position=(2.0, 1.0))) for thing in things
    ]
    moved += [CellsChange(cells=((number % 40, number % 300),), values=(100,)) for number in range(5000)]
    begun = time.process_time()
    after = world.apply(*moved)
    assert time.process_time() - begun < 0.1
    assert after.things["thing 4999"].position == (2.0, 1.0)
