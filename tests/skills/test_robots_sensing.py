import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import CellsChange, GridFrame, Pose, Thing, World
from skills.robots.sensing import Senses, decode_cells, encode_cells, opaque_cells, sees

FRAME = GridFrame(0.1, Pose(0, 0), 100, 80)


def world(grid: np.ndarray, **features: object) -> World:
    return World.build("w", FRAME, grid, **features)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.tuples(st.integers(0, 79), st.integers(0, 99)), st.sampled_from([0, 100]), min_size=1, max_size=80))
def test_cells_survive_their_note(told: dict[tuple[int, int], int]) -> None:
    change = CellsChange(cells=tuple(told), values=tuple(told.values()))
    back = decode_cells(encode_cells(change, 100), 100)
    assert dict(zip(back.cells, back.values, strict=True)) == told
    assert list(back.cells) == sorted(told)


def test_a_note_is_small() -> None:
    cells = tuple((row, column) for row in range(60) for column in range(60))
    assert len(encode_cells(CellsChange(cells=cells, values=(0,) * 3600), 100)) < 300


def test_what_is_no_note_is_refused() -> None:
    with pytest.raises(ValueError, match="not a note of sensed cells"):
        decode_cells("hello!", 100)


def test_an_open_field_is_seen_as_a_disc_and_only_once() -> None:
    senses = Senses(world(np.full(FRAME.shape, -1, np.int8)))
    truth = world(np.zeros(FRAME.shape, np.int8))
    at = FRAME.centre(40, 50)
    [change] = senses.look_from(at, truth, 3.0)
    seen = FRAME.centres(np.array(change.cells))
    away = np.hypot(seen[:, 0] - at[0], seen[:, 1] - at[1])
    everywhere = FRAME.centres(np.argwhere(np.ones(FRAME.shape)))
    near = np.hypot(everywhere[:, 0] - at[0], everywhere[:, 1] - at[1]) < 2.8
    assert away.max() <= 3.1 and len(seen) >= 0.999 * near.sum()
    assert senses.look_from(at, truth, 3.0) == []


def test_nothing_behind_a_wall_is_seen() -> None:
    grid = np.zeros(FRAME.shape, np.int8)
    grid[:, 60] = 100
    senses = Senses(world(np.full(FRAME.shape, -1, np.int8)))
    [change] = senses.look_from(FRAME.centre(40, 50), world(grid), 3.0)
    assert max(column for _, column in change.cells) == 60
    assert {value for (_, column), value in zip(change.cells, change.values, strict=True) if column == 60} == {100}


def test_a_thing_in_a_shelf_is_seen_but_not_one_behind_it() -> None:
    grid = np.zeros(FRAME.shape, np.int8)
    grid[30:50, 60:66] = 100
    truth = world(grid)
    opaque = opaque_cells(truth)
    eye = FRAME.centre(40, 50)
    assert sees(truth, opaque, eye, FRAME.centre(40, 63))
    assert not sees(truth, opaque, eye, FRAME.centre(40, 70))
    assert not sees(truth, opaque, eye, (50.0, 4.0))


def test_things_are_told_when_new_changed_or_gone() -> None:
    old, new = Thing(name="valve", position=(5, 4), state="open"), Thing(name="valve", position=(5, 4), state="shut")
    grid = np.zeros(FRAME.shape, np.int8)
    senses = Senses(world(grid, things=[old, Thing(name="cone", position=(4, 4))]))
    truth = world(grid, things=[new, Thing(name="mop", position=(6, 4))])
    news = senses.look_from((5.5, 4.0), truth, 3.0)
    assert {(change.name, getattr(change.feature, "state", "gone")) for change in news} == {
        ("valve", "shut"),
        ("mop", None),
        ("cone", "gone"),
    }
    assert senses.look_from((5.5, 4.0), truth, 3.0) == []
    assert senses.look_from((5.5, 4.0), world(grid, things=[new]), 3.0, carried=["mop"]) == []
