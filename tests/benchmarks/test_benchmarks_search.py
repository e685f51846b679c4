"""The A* that the jump search is compared with is exact itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.search import astar, moves
from maps.astar import search


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 10**6), height=st.integers(1, 24), width=st.integers(1, 24), share=st.sampled_from((0.5, 0.7, 0.9, 1.0)))
def test_plain_astar_finds_the_length_of_the_shortest_route(seed, height, width, share):
    dice = np.random.default_rng(seed)
    free = dice.random((height, width)) < share
    start, goal = (tuple(int(n) for n in dice.integers(0, free.shape)) for _ in range(2))
    free[start] = free[goal] = True
    found = search(free, np.array([start]), np.zeros(1), np.array([goal]), np.zeros(1))
    ways, wide = moves(np.pad(free, 1)).ravel(), width + 2
    reached = np.zeros(ways.size, dtype=np.uint32)
    length, _, touched = astar(ways, reached, wide, *((row + 1) * wide + col + 1 for row, col in (start, goal)))
    assert length == (float("inf") if found is None else pytest.approx(found.length, abs=1e-9))
    reached[touched] = 0
    assert not reached.any()  # the next search begins with zeros
