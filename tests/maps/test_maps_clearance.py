"""Clearance against brute force, its layers, and the exact clearance of straight motion against shapely."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from maps import Door, GridFrame, Pose, World, Zone, clearance
from maps.clearance import closed_doors, layers
from maps.recent import Recent
from maps.sightline import is_clear
from maps.squares import boxes_around, distance_field, square_distances, update_field
from maps.swept import clear_segments, tightest

MASKS = st.tuples(st.integers(1, 14), st.integers(1, 14)).flatmap(
    lambda shape: arrays(bool, shape, elements=st.sampled_from([False, False, False, True]))
)


def brute_force(blocked):
    """Squared half-cell distance of each centre to the nearest blocked square or outside square."""
    wide = np.pad(blocked, 1, constant_values=True)
    rows, cols = np.nonzero(wide)
    out = np.empty(blocked.shape, dtype=np.int64)
    for row, col in np.ndindex(*blocked.shape):
        down = np.maximum(2 * np.abs(rows - 1 - row) - 1, 0)
        across = np.maximum(2 * np.abs(cols - 1 - col) - 1, 0)
        out[row, col] = (down**2 + across**2).min()
    return out


def squares(blocked):
    """The obstacle squares and the outside, as one shapely geometry in cells."""
    wide = np.pad(blocked, 1, constant_values=True)
    rows, cols = np.nonzero(wide)
    return shapely.union_all(shapely.box(cols - 1.0, rows - 1.0, cols * 1.0, rows * 1.0))


def world_of(cells, **features):
    height, width = np.shape(cells)
    return World.build("test", GridFrame(0.1, Pose(1.0, -2.0, 0.3), width, height), cells, **features)


@given(MASKS)
@settings(deadline=None)
def test_distances_are_exact(blocked):
    assert (square_distances(blocked) == brute_force(blocked)).all()


def test_distances_are_exact_on_a_map_of_many_strips():
    blocked = np.random.default_rng(3).random((70, 200)) < 0.002
    assert (square_distances(blocked) == brute_force(blocked)).all()


def test_distances_beyond_sixteen_bits_are_exact():
    rows, cols = np.ogrid[:230, :260]
    expected = (2 * np.minimum(np.minimum(rows + 1, 230 - rows), np.minimum(cols + 1, 260 - cols)) - 1) ** 2
    assert expected.max() > 2 * 16_384
    assert (square_distances(np.zeros((230, 260), bool)) == expected).all()


@given(MASKS)
@settings(deadline=None)
def test_the_compiled_field_is_the_same_to_the_bit(blocked):
    pytest.importorskip("numba")
    from maps.squares_compiled import compiled_distance_field

    assert (compiled_distance_field(blocked, 0.05) == np.sqrt(brute_force(blocked)) * 0.025).all()


def updated_field(field, before, after, resolution):
    """The field of some obstacles from that of others, one change after the other."""
    field, now = field.copy(), before.copy()
    for _, box in boxes_around(np.argwhere(before != after)):
        now[box.slices] = after[box.slices]
        if update_field(field, now, box, resolution) is None:
            return None
    return field


@given(st.integers(0, 10**6))
@settings(max_examples=200, deadline=None)
def test_an_updated_field_is_the_field_of_the_new_obstacles_to_the_bit(seed):
    dice = np.random.default_rng(seed)
    before = dice.random(dice.integers(1, 70, 2)) < dice.choice([0.0, 0.002, 0.02, 0.3])
    after = before.copy()
    row, col = dice.integers(0, before.shape[0]), dice.integers(0, before.shape[1])
    part = after[row : row + dice.integers(1, 9), col : col + dice.integers(1, 9)]
    part[:] = dice.random(part.shape) < dice.choice([0.0, 0.1, 0.5, 1.0])
    updated = updated_field(distance_field(before, 0.05), before, after, 0.05)
    assert updated is None or (updated == distance_field(after, 0.05)).all()


def test_a_small_change_in_a_large_hall_is_carried_over():
    before = np.random.default_rng(1).random((400, 500)) < 0.02
    after = before.copy()
    after[100:120, 200:230] ^= True
    updated = updated_field(distance_field(before, 0.05), before, after, 0.05)
    assert updated is not None and (updated == distance_field(after, 0.05)).all()
    same = updated_field(updated, after, after, 0.05)
    assert same is not None and (same == updated).all()


def test_an_empty_map_is_bounded_by_its_outside():
    assert (np.sqrt(square_distances(np.zeros((3, 5), bool))) / 2).tolist() == [
        [0.5, 0.5, 0.5, 0.5, 0.5],
        [0.5, 1.5, 1.5, 1.5, 0.5],
        [0.5, 0.5, 0.5, 0.5, 0.5],
    ]


def test_clearance_is_in_metres_read_only_and_cached():
    world = world_of(np.zeros((3, 5), np.int8))
    field = clearance(world)
    assert field[1, 2] == pytest.approx(0.15)
    assert not field.flags.writeable
    assert clearance(world) is field
    moved = world.apply()
    assert clearance(World.build("other", moved.frame, moved.cells)) is field


def test_unknown_cells_block_unless_allowed():
    cells = np.zeros((9, 9), np.int8)
    cells[4, 4] = -1
    world = world_of(cells)
    assert clearance(world)[4, 4] == 0
    assert clearance(world, unknown="allowed")[4, 4] == pytest.approx(0.45)
    assert (clearance(world, ignore=frozenset({"unknown"})) == clearance(world, unknown="allowed")).all()


def test_keepouts_block_unless_ignored():
    mask = np.zeros((9, 9), bool)
    mask[4, 4] = True
    world = world_of(np.zeros((9, 9), np.int8), keepout_mask=mask)
    assert clearance(world)[4, 4] == 0
    assert clearance(world, ignore=frozenset({"keepout"}))[4, 4] == pytest.approx(0.45)


@given(st.floats(0.05, 0.85), st.floats(0.05, 0.85))
@settings(max_examples=40, deadline=None)
def test_nothing_slips_through_a_closed_door(low, high):
    frame = GridFrame(0.1, Pose(0.0, 0.0), 9, 9)
    door = Door(name="door", segment=((0.0, low), (0.9, high)), state="closed")
    world = World.build("test", frame, np.zeros((9, 9), np.int8), doors=(door,))
    free = clearance(world) > 0
    from scipy.ndimage import label

    labels, _ = label(free, np.ones((3, 3)))
    below, above = labels[0][free[0]], labels[-1][free[-1]]
    assert not set(below.tolist()) & set(above.tolist())


def test_door_states_can_be_overridden():
    doors = (
        Door(name="a", segment=((0.45, 0.0), (0.45, 0.9)), state="closed"),
        Door(name="b", segment=((0.0, 0.1), (0.1, 0.1)), state="locked"),
        Door(name="c", segment=((0.0, 0.1), (0.1, 0.1))),
    )
    world = World.build("test", GridFrame(0.1, Pose(0.0, 0.0), 9, 9), np.zeros((9, 9), np.int8), doors=doors)
    assert closed_doors(world) == ("a", "b")
    assert closed_doors(world, {"a": "open", "c": "closed"}) == ("b", "c")
    assert clearance(world)[4, 4] == 0
    assert clearance(world, doors={"a": "open"})[4, 4] == pytest.approx(0.45 - 0.1, abs=0.1)
    assert clearance(world, ignore=frozenset({"doors"}))[4, 4] == pytest.approx(0.45)


def test_layers_hold_cells_and_distances():
    zone = Zone(name="z", rule="keepout", outline=((0.0, 0.0), (0.2, 0.0), (0.2, 0.2), (0.0, 0.2)))
    world = World.build("test", GridFrame(0.1, Pose(0.0, 0.0), 9, 9), np.zeros((9, 9), np.int8), zones=(zone,))
    both = layers(world)
    assert ((both.clearance == 0) == both.blocked).all()
    assert both.blocked[1, 1]


COORDINATE = st.floats(-1, 15).map(lambda value: round(value, 6))
POINTS = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=2, max_size=5)


@given(MASKS, POINTS)
@settings(max_examples=80, deadline=None)
def test_tightest_agrees_with_shapely(blocked, points):
    height, width = blocked.shape
    line = np.array(points)
    field = np.sqrt(square_distances(blocked)) / 2
    found = tightest(blocked, field, line)
    inside = ((line >= 0) & (line <= (width, height))).all()
    expected = shapely.LineString(line).distance(squares(blocked)) if inside else 0.0
    assert found.clearance == pytest.approx(expected, abs=1e-9)
    at = shapely.Point(found.x, found.y)
    assert shapely.LineString(line).distance(at) < 1e-9
    if inside:
        assert at.distance(squares(blocked)) == pytest.approx(expected, abs=1e-9)


@given(MASKS, POINTS, st.floats(0.0, 4.0))
@settings(max_examples=80, deadline=None)
def test_clear_segments_agree_with_shapely(blocked, points, needed):
    height, width = blocked.shape
    line = np.clip(np.array(points), 0, (width, height))
    field = np.sqrt(square_distances(blocked)) / 2
    clear = clear_segments(blocked, field, line[:-1], line[1:], needed)
    solid = squares(blocked)
    for a, b, verdict in zip(line[:-1], line[1:], clear, strict=True):
        apart = shapely.LineString((a, b)).distance(solid)
        if abs(apart - needed) > 1e-8:
            assert verdict == (apart > needed)


@given(st.integers(0, 10**6))
@settings(max_examples=100, deadline=None)
def test_a_sightline_is_clear_where_the_measured_segment_is(seed):
    dice = np.random.default_rng(seed)
    blocked = dice.random(dice.integers(3, 40, 2)) < dice.choice([0.0, 0.01, 0.03, 0.1])
    field = distance_field(blocked, 0.05)
    height, width = blocked.shape
    a, b = dice.random((20, 2)) * (width, height), dice.random((20, 2)) * (width, height)
    if dice.random() < 0.5:
        a, b = np.floor(a) + 0.5, np.floor(b) + 0.5
    needed = float(dice.choice([0.3, 0.5, 0.5**0.5, 1.0, 1.5, 2.2]))
    expected = clear_segments(blocked, field, a, b, needed, 0.05)
    cells, flat = blocked.view(np.uint8).ravel().data, field.ravel().data
    found = [is_clear(cells, flat, width, height, 0.05, *p, *q, needed) for p, q in zip(a.tolist(), b.tolist(), strict=True)]
    assert found == expected.tolist()


def test_what_was_used_last_stays():
    recent: Recent[str] = Recent(10)
    recent.put(b"a", "A", 4)
    recent.put(b"b", "B", 4)
    assert recent.get(b"a") == "A"
    recent.put(b"c", "C", 4)
    assert (recent.get(b"a"), recent.get(b"b"), recent.get(b"c")) == ("A", None, "C")
    recent.put(b"d", "D", 100)
    assert (len(recent), recent.get(b"d")) == (1, "D")
    recent.clear()
    assert len(recent) == 0
