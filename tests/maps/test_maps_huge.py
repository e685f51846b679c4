"""Very large maps: every part gives what its counterpart for ordinary maps gives, and a whole route and verdict are the same."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import label

from benchmarks.huge_map import write_site
from maps import Body, GridFrame, NoRoute, Pose, Route, World, can_reach, find_route, goal_pose
from maps.clearance import _BY_CONTENT, _BY_NAME, layers
from maps.huge import bit_search, clear, field, near, size
from maps.huge.bit_search import bit_route
from maps.huge.clear import clear_cells, least_square
from maps.huge.field import LazyField
from maps.huge.jump_bits import jump_bits
from maps.huge.labels import tiled_labels
from maps.jump import jump_route
from maps.jump_tables import jump_tables
from maps.routing import _ROUTES
from maps.squares import distance_field, square_distances
from maps.swept import clear_segments

ROOT = Path(__file__).resolve().parents[2]
engines = pytest.mark.parametrize("engine", ["0", "1"], ids=["plain", "compiled"])


def cells(seed: int, most: int, share: float) -> np.ndarray:
    dice = np.random.default_rng(seed)
    return dice.random(tuple(dice.integers(1, most, 2))) < share


@engines
def test_clear_cells_are_those_of_the_distances(monkeypatch, engine):
    monkeypatch.setenv("SUREFOOT_NUMBA", engine)
    monkeypatch.setattr(clear, "_STRIP", 1)  # strips of 64 rows: their borders count too
    for seed in range(40):
        blocked = cells(seed, 200, (0.0, 0.01, 0.1, 0.5)[seed % 4])
        squares = square_distances(blocked)
        for square in (0, 1, 2, 5, 9, 10, 50, 1234, 70_000):
            assert np.array_equal(clear_cells(blocked, square), squares >= square)


@given(st.floats(0.001, 100), st.sampled_from([0.02, 0.05, 0.1, 1.0]))
def test_the_least_square_is_where_floats_say_so(needed, resolution):
    square = least_square(needed, resolution)
    assert np.sqrt(float(square)) * (resolution / 2) >= needed
    assert square == 0 or np.sqrt(float(square - 1)) * (resolution / 2) < needed


@engines
def test_labels_of_tiles_join_what_labels_of_the_whole_join(monkeypatch, engine):
    monkeypatch.setenv("SUREFOOT_NUMBA", engine)
    shapes = [(256, 256), (257, 511), (1, 700), (400, 300), (300, 513)]
    for seed, shape in enumerate(shapes):
        dice = np.random.default_rng(seed)
        free = dice.random(shape) < (0.55, 0.6, 0.9, 0.5, 0.62)[seed]
        free[:, 100:101] |= dice.random() < 0.5
        whole, count = label(free)
        tiled = tiled_labels(free)
        found = tiled.at(np.argwhere(np.ones(shape, dtype=bool))).reshape(shape)
        assert tiled.count == count
        assert np.array_equal(found > 0, free)
        pairs = np.unique(np.stack((whole[free], found[free])), axis=1)
        assert pairs.shape[1] == count == len(np.unique(pairs[0])) == len(np.unique(pairs[1]))
        a, b = dice.integers(0, free.size, (2, 2000))
        flat = whole.ravel()
        assert np.array_equal(tiled.joined(a, b), (flat[a] == flat[b]) & (flat[a] > 0))
        assert np.array_equal(tiled.mask(found.max()), found == found.max())


def test_a_chessboard_has_as_many_components_as_16_bits_hold():
    board = np.add.outer(np.arange(300), np.arange(520)) % 2 == 0
    assert tiled_labels(board).count == board.sum()


@engines
def test_a_lazy_field_reads_as_the_whole_one(monkeypatch, engine):
    monkeypatch.setenv("SUREFOOT_NUMBA", engine)
    for seed in range(8):
        blocked = cells(seed, 600, (0.0, 0.0005, 0.01, 0.3)[seed % 4])
        if seed % 4 == 0:
            blocked.flat[seed * 17 % blocked.size] = True
        whole = distance_field(blocked, 0.05)
        lazy = LazyField.over(blocked, 0.05)
        height, width = blocked.shape
        dice = np.random.default_rng(seed)
        rows, cols = dice.integers(0, height, 9), dice.integers(0, width, 9)
        assert np.array_equal(lazy[rows, cols], whole[rows, cols])
        assert lazy[int(rows[0]), int(cols[0])] == whole[rows[0], cols[0]]
        around = slice(max(0, field.FIELD_TILE - 3), field.FIELD_TILE + 3)
        assert np.array_equal(lazy[around, around], whole[around, around])
        assert lazy.filled <= 9 + 4
        for level in (float(whole[rows[1], cols[1]]), 0.0, 0.4):
            assert np.array_equal(lazy >= level, whole >= level)
            assert np.array_equal(lazy > level, whole > level)
            assert np.array_equal(lazy < level, whole < level)
            assert np.array_equal(lazy <= level, whole <= level)
        assert np.array_equal(np.where(whole > 1, lazy, 0), np.where(whole > 1, whole, 0))
        assert np.array_equal(lazy / 0.05, whole / 0.05)
        assert lazy.max() == whole.max() and np.array_equal(lazy.ravel(), whole.ravel())


def test_a_lazy_field_works_out_only_what_is_read():
    lazy = LazyField.over(np.zeros((4000, 4000), dtype=bool), 1.0)
    assert lazy[0, 0] == 0.5
    assert lazy.filled == 0 and np.count_nonzero(lazy.near[256:, :]) == 0  # near an obstacle squares below the cap say it
    assert lazy[100, 100] == 100.5
    assert lazy.filled == 0  # a few far cells are measured one by one
    assert lazy[100:102, 100:102].tolist() == [[100.5, 100.5], [100.5, 101.5]]
    assert lazy.filled == 1
    assert np.count_nonzero(lazy.plain[256:, :]) == 0
    lazy.fill_along([(10.0, 10.0), (600.0, 10.0)], 1.0)
    assert lazy.filled == 3


@engines
@pytest.mark.parametrize("slots", [64, 1 << 15])
def test_the_search_over_bits_gives_the_route_of_the_tables(monkeypatch, engine, slots):
    monkeypatch.setenv("SUREFOOT_NUMBA", engine)
    monkeypatch.setattr(bit_search, "_FIRST_SLOTS", slots)  # few: it has to start over with more
    found = 0
    for seed in range(90):
        dice = np.random.default_rng(seed)
        free = dice.random(tuple(dice.integers(2, 90, 2))) < (0.7, 0.8, 0.9, 0.97, 0.995, 1.0)[seed % 6]
        if seed % 3 == 0:
            free = np.kron(free[:20, :20], np.ones((4, 4), dtype=bool))
        at = np.flatnonzero(free)
        if len(at) < 4:
            continue
        starts, goals = dice.choice(at, dice.integers(1, 5)), dice.choice(at, dice.integers(1, 6))
        costs = 3 * dice.random(len(starts)) * (seed % 2), 3 * dice.random(len(goals)) * (seed % 2)
        expected = jump_route(jump_tables(free), free.shape, starts, costs[0], goals, costs[1])
        route = bit_route(jump_bits(free), starts, costs[0], goals, costs[1])
        assert (route is None) == (expected is None)
        if route is not None:
            assert np.array_equal(route, expected)
            found += 1
        assert not any(part.any() for desk in bit_search._DESKS.values() for part in desk)  # the next search begins with zeros
    assert found > 50


def rooms(seed: int) -> tuple[World, list[Pose]]:
    """A map of 300 x 340 cells with walls, doors of any width, a closed room; and poses on it."""
    dice = np.random.default_rng(seed)
    grid = np.zeros((300, 340), dtype=np.int8)
    for at in (80, 160, 240):
        grid[at : at + 3] = grid[:, at : at + 3] = 100
    for at in (80, 160, 240):
        for low in (10, 100, 180, 260):
            wide = int(dice.integers(8, 24))
            grid[at : at + 3, low : low + wide] = 0
            grid[low : low + wide, at : at + 3] = 0
    grid[20:60, 20:60] = 100
    grid[23:57, 23:57] = 0
    grid[dice.integers(0, 300, 60), dice.integers(0, 340, 60)] = 100
    grid[250:, :60] = np.where(dice.random((50, 60)) < 0.1, -1, grid[250:, :60])
    world = World.build("rooms", GridFrame(0.05, Pose(-1.0, 2.0, 0.3), 340, 300), grid)
    free = np.argwhere(grid == 0)
    picked = [world.frame.centre(*map(int, cell)) for cell in dice.choice(free, 7)]
    jitter = dice.uniform(-0.02, 0.02, (7, 2))
    return world, [Pose(x + dx, y + dy, 0.0) for (x, y), (dx, dy) in zip(picked, jitter, strict=True)]


def asked(world: World, poses: list[Pose]) -> list[Route | NoRoute]:
    for cache in (_ROUTES, _BY_NAME, _BY_CONTENT):
        cache.clear()
    return [find_route(world, Body(), a, goal_pose(world, b)) for a in poses[:3] for b in poses[3:]]


@engines
@pytest.mark.parametrize("seed", range(4))
def test_routes_are_those_of_an_ordinary_map(monkeypatch, engine, seed):
    monkeypatch.setenv("SUREFOOT_NUMBA", engine)
    world, poses = rooms(seed)
    ordinary = asked(world, poses)
    monkeypatch.setattr(size, "HUGE_CELLS", 50_000)
    monkeypatch.setattr(near, "_REACH", 90)
    huge = asked(world, poses)
    assert isinstance(layers(world).clearance, LazyField)
    for one, other in zip(huge, ordinary, strict=True):
        if isinstance(other, Route) and other.evidence is not None:
            assert one == other
        elif isinstance(one, Route):  # between cell centres: another way, as sound
            assert isinstance(other, Route) and one.keeps(Body())
            assert one.points[0] == pytest.approx(other.points[0]) and one.points[-1] == pytest.approx(other.points[-1])
            line = world.frame.local(one.points)
            here = layers(world)
            needed = Body().needed_clearance_m / 0.05
            assert clear_segments(here.blocked, here.clearance, line[:-1], line[1:], needed - 1e-6, 0.05).all()
        else:
            assert one.code in (getattr(other, "code", ""), "NO_VALID_PATH", "CLEARANCE", "UNKNOWN_SPACE")
    reached = [can_reach(world, Body(), a, goal_pose(world, b)) for a in poses[:3] for b in poses[3:]]
    assert reached == [isinstance(one, Route) for one in huge]
    for cache in (_ROUTES, _BY_NAME, _BY_CONTENT):
        cache.clear()


def test_a_goal_in_a_closed_room_is_refused_with_the_nearest_cell(monkeypatch):
    world, _ = rooms(0)
    start, goal = Pose(*world.frame.centre(120, 120), 0.0), Pose(*world.frame.centre(40, 40), 0.0)
    monkeypatch.setattr(size, "HUGE_CELLS", 50_000)
    monkeypatch.setattr(near, "_REACH", 60)
    there = find_route(world, Body(), start, goal_pose(world, goal))
    assert isinstance(there, NoRoute) and there.code == "NO_VALID_PATH" and there.nearest is not None
    row, col = world.frame.cell(there.nearest.point)
    assert layers(world).clearance[row, col] >= Body().needed_clearance_m
    assert isinstance(find_route(world, Body(), start, goal_pose(world, there.nearest)), Route)
    back = find_route(world, Body(), goal, goal_pose(world, start))
    assert isinstance(back, NoRoute)
    outside = find_route(world, Body(), start, goal_pose(world, Pose(-50.0, 0.0, 0.0)))
    assert isinstance(outside, NoRoute) and outside.code == "GOAL_OUTSIDE_MAP"
    for cache in (_ROUTES, _BY_NAME, _BY_CONTENT):
        cache.clear()


_INNER = """
import json, sys
from pathlib import Path
from maps import Body, RobotState, load_world
from maps.huge import is_huge
from maps.saved_index import SavedIndex
from skills import Plan, library
from verifier import verify
from benchmarks.huge_map import resident_gb
before = resident_gb()
folder = Path(sys.argv[1])
world = load_world(folder / "site", index=SavedIndex(folder / "index"))
state = RobotState(pose=world.places["dock"].pose, battery_wh=1e6)
steps = [{"skill": "goto", "args": {"place": name}} for name in ("stop 1", "stop 2", "cell")]
verify(Plan.model_validate({"steps": steps[:2]}), world, state, Body(), library())
mb = (resident_gb() - before) * 1e3
verdict = verify(Plan.model_validate({"steps": steps}), world, state, Body(), library())
print(json.dumps({"huge": is_huge(world.frame.shape), "ok": [step.ok for step in verdict.steps], "mb": mb}))
"""


@pytest.mark.slow
def test_a_plan_on_36_million_cells_is_judged_in_little_memory(tmp_path):
    write_site(tmp_path / "site", 6000, None, stops=3)
    for folder in ("first", "then"):  # whichever kernels were never compiled here are in the first: LLVM takes memory of its own
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "site").symlink_to(tmp_path / "site")
        command = [sys.executable, "-c", _INNER, str(tmp_path / folder)]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(ended.stdout)
    assert found["huge"]
    assert found["ok"] == [True, True, False]
    # Whole arrays of distances and jump tables alone would be 576 MB; bits, labels, masks and grid come to some 8 bytes a cell.
    assert found["mb"] < 450


def test_places_are_found_on_a_site_drawn_twice_alike(tmp_path):
    write_site(tmp_path / "a", 2000, None, stops=2)
    write_site(tmp_path / "b", 2000, None, stops=2)
    assert (tmp_path / "a" / "map.pgm").read_bytes() == (tmp_path / "b" / "map.pgm").read_bytes()
    assert "cell" in (tmp_path / "a" / "places.geojson").read_text()
