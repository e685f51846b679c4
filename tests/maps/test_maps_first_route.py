"""The grid's route is the first of all shortest ones: told by definition, and left alone by obstacles elsewhere."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from maps.astar import distances, search
from maps.jump_kernels import RANK
from maps.jump_tables import jump_tables, updated_tables

STEPS = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]


def allowed(free: np.ndarray, cell: tuple[int, int], step: tuple[int, int]) -> bool:
    (row, col), (dy, dx) = cell, step
    block = [(row, col), (row + dy, col), (row, col + dx), (row + dy, col + dx)]
    return all(0 <= r < free.shape[0] and 0 <= c < free.shape[1] and free[r, c] for r, c in block)


def first_by_definition(free, starts, start_costs, goals, goal_costs):
    """Least start cell, then greedily the step of the least rank that is on some shortest route."""
    there = {}
    to_goal = np.full(free.shape, np.inf)
    for goal, cost in zip(goals, goal_costs, strict=True):
        to_goal = np.minimum(to_goal, distances(free, np.array([goal]), np.array([cost])))
        if free[tuple(goal)]:
            there[tuple(goal)] = min(cost, there.get(tuple(goal), np.inf))
    totals = [cost + to_goal[tuple(start)] for start, cost in zip(starts, start_costs, strict=True)]
    if not totals or min(totals) == np.inf:
        return None
    at = min(tuple(start) for start, total in zip(starts, totals, strict=True) if total <= min(totals) + 1e-9)
    route = [at]
    while there.get(at, np.inf) > to_goal[at] + 1e-9:
        ways = []
        for number, step in enumerate(STEPS):
            onto = (at[0] + step[0], at[1] + step[1])
            if step == (0, 0) or not allowed(free, at, step):
                continue
            if abs(to_goal[onto] + math.hypot(*step) - to_goal[at]) < 1e-9:
                ways.append((RANK[number], onto))
        at = min(ways)[1]
        route.append(at)
    return route


@st.composite
def cases(draw):
    shape = draw(st.tuples(st.integers(3, 14), st.integers(3, 14)))
    free = draw(arrays(bool, shape, elements=st.sampled_from([True, True, True, False])))
    cells = np.argwhere(free)
    if not len(cells):
        free[0, 0] = True
        cells = np.argwhere(free)
    pick = st.lists(st.sampled_from(cells.tolist()), min_size=1, max_size=3, unique_by=tuple)
    starts, goals = draw(pick), draw(pick)
    cost = st.sampled_from([0.0, 1.0, 2**0.5, 0.3])
    costs = [draw(st.lists(cost, min_size=len(some), max_size=len(some))) for some in (starts, goals)]
    return free, np.array(starts), np.array(costs[0]), np.array(goals), np.array(costs[1])


@pytest.mark.parametrize("numba", ["0", "1"])
@settings(max_examples=120, deadline=None)
@given(case=cases())
def test_the_route_is_the_first_of_the_shortest(numba, case):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUREFOOT_NUMBA", numba)
        found = search(*case)
    expected = first_by_definition(*case)
    assert (None if found is None else [tuple(cell) for cell in found.cells.tolist()]) == expected


@settings(max_examples=100, deadline=None)
@given(case=cases(), data=st.data())
def test_an_obstacle_beside_the_route_leaves_it_the_first(case, data):
    free, *ends = case
    found = search(free, *ends)
    if found is None:
        return
    used = np.zeros(free.shape, dtype=bool)
    rows, cols = found.cells.T
    used[rows, cols] = used[rows[:-1], cols[1:]] = used[rows[1:], cols[:-1]] = True
    less = free.copy()
    less[data.draw(arrays(bool, free.shape)) & ~used] = False
    again = search(less, *ends)
    assert again is not None
    assert np.array_equal(again.cells, found.cells)
    assert again.total == pytest.approx(found.total, abs=1e-9)


@pytest.mark.parametrize("numba", ["0", "1"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_tables_after_a_change_are_those_made_from_nothing(numba, data):
    shape = data.draw(st.tuples(st.integers(12, 30), st.integers(12, 30)))
    free = data.draw(arrays(bool, shape, elements=st.sampled_from([True, True, True, False])))
    after = free.copy()
    for _ in range(data.draw(st.integers(1, 2))):
        row, col = data.draw(st.integers(0, shape[0] - 1)), data.draw(st.integers(0, shape[1] - 1))
        box = after[row : row + data.draw(st.integers(0, 2)), col : col + data.draw(st.integers(0, 2))]
        box[...] = data.draw(arrays(bool, box.shape))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUREFOOT_NUMBA", numba)
        made = updated_tables(free, jump_tables(free), after)
        if made is not None:
            assert np.array_equal(made[:, after.ravel()], jump_tables(after)[:, after.ravel()])
