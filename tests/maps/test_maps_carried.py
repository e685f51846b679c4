"""Carried: after changes of a map every field and index is, to the bit, as if made from nothing; what was is untouched."""

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
from maps.huge.capped import CAP
from maps.huge.jump_bits import bits_of, jump_bits
from maps.polygon import touched_cells
from maps.squares import distance_field, square_distances

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


def test_the_module_of_layers_says_when_it_gives_up(monkeypatch):
    monkeypatch.setattr(layer_module, "_MOST_BOXES", 0)
    here = layers(World.build("a", GridFrame(SCALE, Pose(0.0, 0.0), 50, 50), np.zeros((50, 50), dtype=np.int8)))
    assert layer_module.carried(here, np.array([[3, 3]]), np.array([True])) is None
