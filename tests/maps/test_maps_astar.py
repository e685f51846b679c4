"""Grid search, compiled and as plain Python, against each other and against scipy on an explicit graph."""

import math
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

import maps.compiled as compiled_module
from maps.astar import distances, search
from maps.compiled import use_numba
from maps.jump_tables import jump_tables
from maps.labels import component
from maps.moves import allowed_moves

MASKS = st.tuples(st.integers(2, 12), st.integers(2, 12)).flatmap(
    lambda shape: arrays(bool, shape, elements=st.sampled_from([True, True, False]))
)


def oracle(free):
    """All-pairs lengths without corner cutting, written out step by step."""
    height, width = free.shape
    rows, cols, weights = [], [], []
    for r, c in zip(*np.nonzero(free), strict=True):
        for dr in (-1, 0, 1):
            for dc in (-1, 0, 1):
                if (dr, dc) == (0, 0) or not (0 <= r + dr < height and 0 <= c + dc < width):
                    continue
                if free[r + dr, c + dc] and free[r + dr, c] and free[r, c + dc]:
                    rows.append(r * width + c)
                    cols.append((r + dr) * width + c + dc)
                    weights.append(math.hypot(dr, dc))
    return dijkstra(coo_array((weights, (rows, cols)), shape=(free.size, free.size)).tocsr())


def both(monkeypatched):
    """Run with kernels compiled, then not."""
    results = []
    for wish in ("1", "0"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SUREFOOT_NUMBA", wish)
            results.append(monkeypatched())
    return results


def pick(data, free, count):
    cells = np.argwhere(free)
    chosen = data.draw(st.lists(st.integers(0, len(cells) - 1), min_size=1, max_size=count, unique=True))
    costs = data.draw(st.lists(st.sampled_from([0.0, 0.3, 1.0, 2.75]), min_size=len(chosen), max_size=len(chosen)))
    return cells[chosen], np.array(costs)


@given(MASKS, st.data())
@settings(max_examples=150, deadline=None)
def test_search_gives_the_optimum_and_the_same_route_compiled_or_not(free, data):
    pytest.importorskip("numba")
    if not free.any():
        return
    sources, goals = pick(data, free, 3), pick(data, free, 4)
    width = free.shape[1]
    between = oracle(free)[np.ix_(sources[0] @ (width, 1), goals[0] @ (width, 1))]
    best = (between + sources[1][:, None] + goals[1]).min()
    found = both(lambda: search(free, *sources, *goals))
    if not math.isfinite(best):
        assert found == [None, None]
        return
    compiled, plain = found
    assert plain is not None and compiled is not None
    assert plain.total == pytest.approx(best, abs=1e-9)
    assert (plain.cells.tolist(), plain.length, plain.total) == (
        compiled.cells.tolist(), compiled.length, compiled.total,
    )  # fmt: skip
    steps = np.diff(plain.cells, axis=0)
    assert (np.abs(steps) <= 1).all()
    assert np.hypot(*steps.T).sum() == pytest.approx(plain.length)
    for (r, c), (dr, dc) in zip(plain.cells, steps, strict=False):
        assert free[r, c] and free[r + dr, c] and free[r, c + dc] and free[r + dr, c + dc]


@given(MASKS, st.data())
@settings(max_examples=60, deadline=None)
def test_distances_agree_with_scipy_compiled_or_not(free, data):
    pytest.importorskip("numba")
    if not free.any():
        return
    sources, costs = pick(data, free, 3)
    expected = (oracle(free)[sources @ (free.shape[1], 1)] + costs[:, None]).min(axis=0).reshape(free.shape)
    for found in both(lambda: distances(free, sources, costs)):
        assert found == pytest.approx(expected, abs=1e-9)


def test_the_route_is_the_same_on_a_large_open_map_full_of_ties():
    pytest.importorskip("numba")
    free = np.ones((60, 90), bool)
    free[20:40, 30:50] = False
    sources, goals = np.array([[3, 5]]), np.array([[50, 80], [58, 2], [55, 60]])
    routes = both(lambda: search(free, sources, np.zeros(1), goals, np.array([0.0, 40.0, 3.5])))
    assert routes[0] is not None and routes[1] is not None
    assert routes[0].cells.tolist() == routes[1].cells.tolist()


@given(MASKS, st.data())
@settings(max_examples=60, deadline=None)
def test_labels_say_what_search_reaches(free, data):
    if not free.any():
        return
    sources, costs = pick(data, free, 2)
    reached = np.isfinite(distances(free, sources, costs * 0))
    assert (component(free, sources) == reached).all()


def halls(seed):
    """Free cells with random walls, wide and narrow gaps."""
    dice = np.random.default_rng(seed)
    free = np.ones(dice.integers(30, 90, 2), bool)
    for _ in range(dice.integers(0, 40)):
        row, col = dice.integers(0, free.shape[0]), dice.integers(0, free.shape[1])
        high, wide = dice.integers(1, 6), dice.integers(1, 40)
        if dice.random() < 0.5:
            high, wide = wide, high
        free[row : row + high, col : col + wide] = False
    return free


@given(st.integers(0, 10**6))
@settings(max_examples=150, deadline=None)
def test_search_is_as_long_as_the_settled_distances_say(seed):
    free, dice = halls(seed), np.random.default_rng(seed + 1)
    cells = np.argwhere(free)
    sources, goals = (cells[dice.integers(0, len(cells), dice.choice([1, 3, 40]))] for _ in range(2))
    if dice.random() < 0.5:
        goals = cells[np.abs(cells - goals[0]).max(axis=1) <= dice.integers(1, 12)]
    source_costs = dice.choice([0.0, 0.5, 7.25], len(sources))
    goal_costs = dice.choice([0.0, 1.0, 2.75, 30.0], len(goals))
    reached = distances(free, sources, source_costs)
    least = (reached[goals[:, 0], goals[:, 1]] + goal_costs).min()
    found = search(free, sources, source_costs, goals, goal_costs)
    assert (found is None) == math.isinf(least)
    if found is not None:
        assert found.total == pytest.approx(least, abs=1e-6)


@given(st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_tables_are_the_same_compiled_and_not(seed):
    pytest.importorskip("numba")
    free = halls(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUREFOOT_NUMBA", "1")
        made = jump_tables(free)
        patch.setenv("SUREFOOT_NUMBA", "0")
        plain = jump_tables(free)
    assert (made[:, free.ravel()] == plain[:, free.ravel()]).all()


def test_moves_never_cut_corners():
    free = np.array([[True, True], [False, True]])
    assert allowed_moves(free).tolist() == [[0b1, 0b110], [0, 0b1000]]


def test_sources_and_goals_that_are_not_free_are_left_out():
    free = np.ones((4, 4), bool)
    free[0, 0] = False
    none = search(free, np.array([[0, 0], [9, 9]]), np.zeros(2), np.array([[3, 3]]), np.zeros(1))
    assert none is None
    assert search(free, np.array([[3, 3]]), np.zeros(1), np.empty((0, 2), int), np.empty(0)) is None
    assert np.isinf(distances(free, np.array([[0, 0]]), np.zeros(1))).all()


def test_the_environment_chooses_whether_kernels_are_compiled(monkeypatch):
    monkeypatch.setenv("SUREFOOT_NUMBA", "0")
    assert not use_numba(10**9)
    monkeypatch.delenv("SUREFOOT_NUMBA")
    monkeypatch.delitem(sys.modules, "numba", raising=False)
    assert not use_numba(100)


def test_without_numba_plain_python_answers(monkeypatch):
    compiled_module._installed.cache_clear()
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.setenv("SUREFOOT_NUMBA", "1")
    free = np.ones((5, 5), bool)
    found = search(free, np.array([[0, 0]]), np.zeros(1), np.array([[4, 4]]), np.zeros(1))
    assert found is not None and found.length == 4 * math.sqrt(2)
    assert distances(free, np.array([[0, 0]]), np.zeros(1))[4, 4] == 4 * math.sqrt(2)
    compiled_module._installed.cache_clear()
