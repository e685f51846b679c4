"""A way round within a window: as short as Dijkstra's, over free cells alone, and none where there is none."""

from heapq import heappop, heappush
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.compiled import compiled, uncompiled
from maps.mend_way import WAY

DIAGONAL = 2.0**0.5
LEAST = 9
MEMORY = np.empty(4000), np.empty(4000, np.int32), np.zeros(4000, np.int64), np.zeros(4000, np.uint8)
TURN = iter(range(1, 1_000_000))


def free_cells(near, added, window):
    """Cells of the window that can be stood on, as a set of (row, column): by the definition, cell by cell."""
    top, left, high, wide = window
    found = set()
    for row in range(top, top + high):
        for col in range(left, left + wide):
            gaps = [(max(2 * abs(row - r) - 1, 0), max(2 * abs(col - c) - 1, 0)) for r, c in added.tolist()]
            if near[row, col] >= LEAST and all(down * down + across * across >= LEAST for down, across in gaps):
                found.add((row, col))
    return found


def dijkstra(free, start, end):
    """Length of the shortest way; None where there is none."""
    if start not in free or end not in free:
        return None
    best, heap = {start: 0.0}, [(0.0, start)]
    while heap:
        gone, (row, col) = heappop(heap)
        if (row, col) == end:
            return gone
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                block = {(row + dy, col + dx), (row + dy, col), (row, col + dx)}
                longer = gone + (DIAGONAL if dy and dx else 1.0)
                if block <= free and longer < best.get((row + dy, col + dx), 1e9) - 1e-9:
                    best[row + dy, col + dx] = longer
                    heappush(heap, (longer, (row + dy, col + dx)))
    return None


@pytest.mark.parametrize("engine", [compiled, uncompiled])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_way_is_as_short_as_dijkstras(engine, data):
    dice = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    height, width = dice.integers(2, 40, 2).tolist()
    near = np.where(dice.random((height, width)) < data.draw(st.sampled_from([0.0, 0.1, 0.3, 0.5])), 0, LEAST).astype(np.uint16)
    if data.draw(st.booleans()):
        near = np.repeat(np.repeat(near, 3, axis=0), 3, axis=1)[:40, :40].copy()
        height, width = near.shape
    top, left = int(dice.integers(0, height)), int(dice.integers(0, width))
    high, wide = int(dice.integers(1, height - top + 1)), int(dice.integers(1, width - left + 1))
    added = dice.integers(0, (height, width), (data.draw(st.integers(0, 3)), 2))
    start, end = ((top + int(dice.integers(high)), left + int(dice.integers(wide))) for _ in range(2))
    free = free_cells(near, added, (top, left, high, wide))
    found = engine(*WAY)(
        near.reshape(-1), width, added, LEAST, top, left, high, wide, start[0] * width + start[1], end[0] * width + end[1],
        *MEMORY, next(TURN),
    )  # fmt: skip
    shortest = dijkstra(free, start, end)
    assert (shortest is None) == (len(found) == 0)
    if shortest is None:
        return
    cells = [divmod(cell, width) for cell in found.tolist()]
    assert cells[0] == start and cells[-1] == end
    length = 0.0
    for (row, col), (down, across) in pairwise(cells):
        assert max(abs(down - row), abs(across - col)) == 1
        assert {(down, across), (down, col), (row, across)} <= free
        length += DIAGONAL if down != row and across != col else 1.0
    assert length == pytest.approx(shortest, abs=1e-9)
