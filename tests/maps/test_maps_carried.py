"""Carried: after changes of a map every field and index is, to the bit, as if made from nothing; what was is untouched."""

import gc
import sys
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import Body, CellsChange, Door, DoorChange, GridFrame, Pose, Route, World, Zone, find_route, goal_pose, routing
from maps import layers as layer_module
from maps import pages as page_module
from maps.clearance import layers
from maps.digest import cells_digest
from maps.huge import jump_bits as bit_module
from maps.huge import size
from maps.huge.capped import CAP, capped_squares, measure_capped
from maps.huge.far import far_squares
from maps.huge.field import LazyField
from maps.huge.jump_bits import bits_of, jump_bits
from maps.huge.reading import bounds_at, clear_at, room_field
from maps.pages import Pages
from maps.polygon import touched_cells
from maps.squares import distance_field, square_distances
from maps.swept import tightest

clearances = sys.modules["maps.clearance"]  # the package has a function of this name
SCALE = 0.05
LEVELS = (0.2, 0.37)


@contextmanager
def conditions(engine: str, large: bool, file: bool):
    """Compiled or not, handled as a large map or not, in a file in memory or not; and nothing known of other maps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUREFOOT_NUMBA", engine)
        patch.setattr(size, "LARGE_CELLS", 0 if large else 2_000_000)
        patch.setattr(page_module, "_LEAST", 0 if file else 1 << 40)
        for known in (clearances._BY_NAME, clearances._BY_CONTENT, clearances._ORIGINS, bit_module._BITS, bit_module._LAST):
            known.clear()
        yield


@st.composite
def maps_with_changes(draw):
    """A map with doors, unknown cells and a keep-out, and some changes of it."""
    dice = np.random.default_rng(draw(st.integers(0, 10**6)))
    height, width = draw(st.integers(8, 170)), draw(st.integers(8, 170))
    cells = (dice.random((height, width)) < draw(st.sampled_from([0.0, 0.002, 0.02, 0.2]))).astype(np.int8) * 100
    if draw(st.booleans()):
        cells[dice.random((height, width)) < 0.01] = -1
    doors = []
    for number in range(draw(st.integers(0, 3))):
        x, y = dice.uniform(0.0, width * SCALE), dice.uniform(0.0, height * SCALE)
        doors.append(Door(name=f"door {number}", segment=((x, y), (x + 0.7, y + 0.2)), state="open"))
    ring = ((0.1, 0.1), (1.1, 0.1), (1.1, 0.6), (0.1, 0.6))
    zones = [Zone(name="no", rule="keepout", outline=ring)] if draw(st.booleans()) else []
    frame = GridFrame(SCALE, Pose(0.0, 0.0), width, height)
    world = World.build("map", frame, cells, doors=doors, zones=zones)
    changes = []
    for _ in range(draw(st.integers(1, 4))):
        if doors and draw(st.booleans()):
            door = doors[int(dice.integers(len(doors)))].name
            changes.append(DoorChange(door=door, state="closed" if draw(st.booleans()) else "open"))
            continue
        row, col = int(dice.integers(height)), int(dice.integers(width))
        box = [(r, c) for r in range(row, min(height, row + 8)) for c in range(col, min(width, col + 8))]
        values = tuple((dice.random(len(box)) < draw(st.sampled_from([0.0, 0.5, 1.0]))).astype(int) * 100)
        changes.append(CellsChange(cells=tuple(box), values=tuple(int(value) for value in values)))
    return world, changes


def obstacles(world: World, unknown: str) -> np.ndarray:
    """All obstacles of a map, said anew."""
    blocked = world.cells == 100
    if unknown == "blocked":
        blocked |= world.cells == -1
    if world.keepout is not None:
        blocked |= world.keepout
    for door in world.doors.values():
        if door.state != "open":
            for row, col in touched_cells(world.frame, door.segment, closed=False):
                blocked[row, col] = True
    return blocked


def whole(bits):
    """All arrays of some jump bits."""
    return [bits.free, bits.turned, *bits.east, *bits.north, *bits.west, *bits.south]


@pytest.mark.parametrize("engine", ["0", "1"], ids=["plain", "compiled"])
@pytest.mark.parametrize("large", [False, True], ids=["ordinary", "large"])
@settings(max_examples=60, deadline=None)
@given(made=maps_with_changes(), unknown=st.sampled_from(["blocked", "allowed"]), file=st.booleans())
def test_after_changes_all_is_as_if_made_from_nothing(engine, large, made, unknown, file):
    world, changes = made
    with conditions(engine, large, file):
        seen = []
        for change in (None, *changes):
            world = world if change is None else world.apply(change)
            here = layers(world, unknown=unknown)
            blocked = obstacles(world, unknown)
            field = distance_field(blocked, SCALE)
            assert np.array_equal(here.blocked, blocked)
            for level in LEVELS:
                free = here.clear(level)
                assert np.array_equal(free, field >= level - 1e-9)
                assert cells_digest(free) == cells_digest(free.copy())
                if large:
                    for one, other in zip(whole(bits_of(free)), whole(jump_bits(free)), strict=True):
                        assert np.array_equal(one, other)
            assert cells_digest(here.blocked) == cells_digest(blocked)
            assert not here.blocked.flags.writeable
            seen.append((here, blocked, field))
        for here, blocked, field in seen:  # what is known of earlier revisions has not moved
            assert np.array_equal(here.blocked, blocked)
            if large:
                assert np.array_equal(here.clearance.near, np.minimum(square_distances(blocked), CAP))
            assert np.array_equal(np.asarray(here.clearance[:, :]), field)
            assert all(np.array_equal(here.clear(level), field >= level - 1e-9) for level in LEVELS)


@pytest.mark.parametrize("engine", ["0", "1"], ids=["plain", "compiled"])
@pytest.mark.parametrize("seed", range(3))
def test_routes_on_a_large_map_are_those_of_an_ordinary_one_also_after_changes(engine, seed):
    dice = np.random.default_rng(seed)
    cells = np.zeros((260, 330), dtype=np.int8)
    cells[::65] = cells[:, ::66] = 100
    for row, col in np.argwhere(cells[1:-40, 1:-40] == 100)[dice.integers(0, 1700, 60)]:
        cells[row : row + 30, col : col + 30][dice.random((30, 30)) < 0.9] = 0
    cells[dice.random(cells.shape) < 0.002] = 100
    world = World.build("rooms", GridFrame(SCALE, Pose(-1.0, 2.0, 0.3), 330, 260), cells)
    free = np.argwhere(distance_field(cells == 100, SCALE) > 0.5)
    poses = [Pose(*world.frame.centre(*map(int, cell))) for cell in free[dice.integers(0, len(free), 5)]]
    boxes = [
        tuple((row + down, col + across) for down in range(4) for across in range(4)) for row, col in dice.integers(20, 230, (4, 2))
    ]
    found = {}
    for large in (False, True):
        with conditions(engine, large, True):
            routing._ROUTES.clear()
            routing._STANDING.clear()
            now, found[large] = world, []
            for box in (None, *boxes):
                now = (
                    now
                    if box is None
                    else now.apply(CellsChange(cells=box, values=(int(100 * (now.grid.at(*np.array(box[:1]).T)[0] == 0)),) * 16))
                )
                found[large] += [find_route(now, Body(), poses[0], goal_pose(now, pose)) for pose in poses[1:]]
    assert found[False] == found[True]
    assert sum(isinstance(each, Route) for each in found[True]) > 8


def test_a_change_is_carried_over_and_not_made_anew(monkeypatch):
    cells = np.zeros((700, 600), dtype=np.int8)
    world = World.build("hall", GridFrame(SCALE, Pose(0.0, 0.0), 600, 700), cells)
    with conditions("1", True, True):
        bits_of(layers(world).clear(0.3))
        monkeypatch.setattr(clearances, "layers_over", None)
        monkeypatch.setattr(bit_module, "jump_bits", None)
        after = world.apply(CellsChange(cells=((300, 300), (301, 300)), values=(100, 100)))
        here = layers(after)
        assert here.blocked[300, 300] and not layers(world).blocked[300, 300]
        assert np.array_equal(whole(bits_of(here.clear(0.3)))[0], whole(jump_bits(here.clear(0.3)))[0])
        assert here._pages._file is layers(world)._pages._file  # they share what is the same


def test_a_change_too_large_is_made_from_nothing():
    dice = np.random.default_rng(3)
    cells = np.zeros((300, 300), dtype=np.int8)
    frame = GridFrame(SCALE, Pose(0.0, 0.0), 300, 300)
    with conditions("1", True, True):
        layers(World.build("a", frame, cells)).clear(0.3)
        cells[dice.random(cells.shape) < 0.4] = 100
        here = layers(World.build("a", frame, cells))
        assert np.array_equal(np.asarray(here.clearance[:, :]), distance_field(cells == 100, SCALE))


def in_a_row(pages: Pages) -> bool:
    """Whether the bytes are those of the arrays, each at its place."""
    parts = (pages.octets[at : at + array.nbytes] for at, array in zip(pages.places, pages.arrays, strict=True))
    return [part.tobytes() for part in parts] == [array.tobytes() for array in pages.arrays]


def test_copies_of_copies_share_what_is_the_same(monkeypatch):
    monkeypatch.setattr(page_module, "_LEAST", 0)
    first = Pages(((300, 50), np.float64), ((4, 7), np.uint8))
    first.arrays[0][:], first.arrays[1][:] = 1.0, 2
    line = [first.seal()]
    for number in range(3 * page_module._MOST_BOXES // 2):
        made = line[-1].copy()
        made.arrays[0][number % 300, 3] = number
        made.wrote(0, (slice(number % 300, number % 300 + 1), slice(3, 4)))
        line = [*line[-3:], made.seal()]
        assert in_a_row(made)
    expected = np.ones((300, 50))
    for number in range(3 * page_module._MOST_BOXES // 2):
        expected[number % 300, 3] = number
    gc.collect()
    assert np.array_equal(line[-1].arrays[0], expected) and (line[-1].arrays[1] == 2).all()
    assert (first.arrays[0] == 1.0).all()
    with pytest.raises(ValueError, match="read-only"):
        line[-1].arrays[0][0, 0] = 5.0
    with pytest.raises(ValueError, match="read-only"):
        line[-1].octets[0] = 5


def test_copies_count_the_pages_that_they_touch():
    first = Pages(((1000, 8192), np.uint8))
    assert first.seal().nbytes == 1000 * 8192
    made = first.copy()
    made.wrote(0, (slice(0, 500), slice(0, 10)))
    assert made._written == 500 * 4096  # a page of each row, however little is written of it
    assert made.nbytes == page_module._LEAST_COUNTED
    made.wrote(0, (slice(600, 700), slice(0, 8192)))
    assert made._written <= 500 * 4096 + 802 * 1024 + 3 * 4096
    again = made.seal().copy()
    assert again._boxes == () and again.nbytes == first.nbytes  # too much of it was written to: a copy of its own


def test_where_the_system_refuses_a_mapping_all_is_copied(monkeypatch):
    monkeypatch.setattr(page_module, "_LEAST", 0)
    first = Pages(((5, 5), np.int64))
    first.arrays[0][:] = 3

    def refused(*args: object, **kwargs: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("mmap.mmap", refused)
    made = first.seal().copy()
    made.arrays[0][1, 1] = 4
    made.wrote(0, (slice(1, 2), slice(1, 2)))
    again = made.seal().copy()
    assert made.arrays[0].sum() == again.arrays[0].sum() == 76 and (first.arrays[0] == 3).all()


def test_without_files_in_memory_copies_are_plain(monkeypatch):
    monkeypatch.setattr(page_module, "_LEAST", 0)
    monkeypatch.delattr("os.memfd_create")
    first = Pages(((5, 5), np.int64))
    first.arrays[0][:] = 3
    made = first.seal().copy()
    made.arrays[0][1, 1] = 4
    made.wrote(0, (slice(1, 2), slice(1, 2)))
    assert made.arrays[0].sum() == 76 and (first.arrays[0] == 3).all()
    assert in_a_row(first) and in_a_row(made)


@pytest.mark.parametrize("engine", ["0", "1"], ids=["plain", "compiled"])
def test_capped_squares_are_the_exact_ones_below_the_cap(monkeypatch, engine):
    monkeypatch.setenv("SUREFOOT_NUMBA", engine)
    for seed in range(40):
        dice = np.random.default_rng(seed)
        blocked = dice.random(tuple(dice.integers(1, 300, 2))) < (0.0, 0.001, 0.01, 0.3)[seed % 4]
        expected = np.minimum(square_distances(blocked), CAP)
        found = np.empty(blocked.shape, dtype=np.uint16)
        capped_squares(blocked, found)
        assert np.array_equal(found, expected)
        rows, cols = (tuple(sorted(dice.choice(side + 1, 2, replace=False).tolist())) for side in blocked.shape)
        part = np.empty((rows[1] - rows[0], cols[1] - cols[0]), dtype=np.uint16)
        measure_capped(blocked, rows, cols, part)
        assert np.array_equal(part, expected[slice(*rows), slice(*cols)])


def test_bounds_hold_the_clearance_and_are_exact_below_the_cap():
    blocked = np.zeros((400, 300), dtype=bool)
    blocked[200, 150] = True
    exact = distance_field(blocked, SCALE)
    near = np.empty(blocked.shape, dtype=np.uint16)
    capped_squares(blocked, near)
    rows, cols = (part.ravel() for part in np.indices(blocked.shape))
    for field in (LazyField.over(blocked, SCALE, near), LazyField.over(blocked, SCALE)):
        low, high = bounds_at(field, rows, cols)
        assert (low <= exact.ravel()).all() and (exact.ravel() <= high).all()
        assert np.array_equal(low[high < np.inf], exact.ravel()[high < np.inf]) and (high == np.inf).any()
        for needed in (0.5, 2.0, 2.2, 4.0):
            assert np.array_equal(clear_at(field, rows, cols, needed), exact.ravel() >= needed)
        assert np.array_equal(field[rows, cols], exact.ravel())


@pytest.mark.parametrize("engine", ["0", "1"], ids=["plain", "compiled"])
def test_far_cells_are_measured_one_by_one(monkeypatch, engine):
    monkeypatch.setenv("SUREFOOT_NUMBA", engine)
    for seed in range(12):
        dice = np.random.default_rng(seed)
        blocked = dice.random(tuple(dice.integers(1, 260, 2))) < (0.0, 0.0002, 0.01)[seed % 3]
        rows, cols = (dice.integers(0, side, 40) for side in blocked.shape)
        assert np.array_equal(far_squares(blocked, rows, cols), square_distances(blocked)[rows, cols])


@pytest.mark.parametrize("engine", ["0", "1"], ids=["plain", "compiled"])
def test_what_is_far_from_everything_is_measured_as_exactly(monkeypatch, engine):
    monkeypatch.setenv("SUREFOOT_NUMBA", engine)
    for seed in range(8):
        dice = np.random.default_rng(seed)
        blocked = np.zeros((300, 400), dtype=bool)
        blocked[dice.integers(0, 300, 2), dice.integers(0, 400, 2)] = True
        exact = distance_field(blocked, SCALE)
        near = np.empty(blocked.shape, dtype=np.uint16)
        capped_squares(blocked, near)
        line = dice.uniform((45, 45), (355, 255), (dice.integers(1, 5), 2))
        found, expected = (tightest(blocked, field, line, SCALE) for field in (LazyField.over(blocked, SCALE, near), exact))
        assert found == expected


@pytest.mark.parametrize("dense", [False, True])
def test_a_field_that_kernels_compare_is_worked_out_where_they_do(dense):
    blocked = np.zeros((600, 700), dtype=bool)
    blocked[300, 100:] = True
    exact = distance_field(blocked, SCALE)
    near = np.empty(blocked.shape, dtype=np.uint16)
    capped_squares(blocked, near)
    ring = np.array([(20.0, 310.0), (680.0, 310.0), (680.0, 20.0), (20.0, 310.0)])
    beside = (ring[:-1, None] + np.linspace(0, 1, 300)[:, None] * np.diff(ring, axis=0)[:, None]).reshape(-1, 2)
    rows, cols = beside[:, ::-1].astype(int).T
    for below in (8.0, 37.9, 60.0):
        for whole in (exact, LazyField.over(blocked, SCALE, near if dense else None)):
            field, room = room_field(whole, below, ring)
            told = np.array([room(field, cell, SCALE) for cell in rows * 700 + cols])
            near_by = exact[rows, cols] / SCALE < below
            assert np.array_equal(told < below, near_by) and near_by.any() and not near_by.all()
            assert told[near_by] == pytest.approx(exact[rows, cols][near_by] / SCALE)


def test_the_module_of_layers_says_when_it_gives_up(monkeypatch):
    monkeypatch.setattr(layer_module, "_MOST_BOXES", 0)
    here = layers(World.build("a", GridFrame(SCALE, Pose(0.0, 0.0), 50, 50), np.zeros((50, 50), dtype=np.int8)))
    assert layer_module.carried(here, np.array([[3, 3]]), np.array([True])) is None
