"""Gaps in a window around an end say what the gaps of the whole map say, or nothing."""

import numpy as np
import pytest
from pocket_worlds import BODY, SCALE, site

from maps.clearance import layers
from maps.labels import labels_of
from maps.reach import EXACT, gaps_of, nearby
from maps.reach.nearby import joined_nearby, tightest_nearby
from maps.swept import room_at

NEEDED = BODY.needed_clearance_m / SCALE


def cases(seed: int):
    """Obstacles and labels of a site, and pairs of a cell that is clear with points that have some room."""
    world, _ = site(seed)
    here = layers(world)
    clear = labels_of(here.clear(BODY.needed_clearance_m))
    dice = np.random.default_rng(seed)
    cells = np.argwhere(here.clear(BODY.needed_clearance_m))
    spots = dice.random((24, 2)) * here.blocked.shape[::-1]
    rooms = room_at(here.blocked, here.clearance, spots, NEEDED, SCALE)
    for spot, room in zip(spots[rooms > 0.3], rooms[rooms > 0.3], strict=True):
        cell = cells[[int(dice.integers(len(cells)))]]
        yield here.blocked, clear, (cell[:, ::-1] + 0.5, cell), spot[None], np.array([room])


@pytest.mark.parametrize("reaches", [(8, 20), (24,)], ids=["tight", "wide"])
def test_windows_join_what_the_map_joins(monkeypatch, reaches):
    monkeypatch.setattr(nearby, "_REACHES", reaches)
    told = {True: 0, False: 0, None: 0}
    for seed in range(5):
        for blocked, clear, start, spot, room in cases(seed):
            if room[0] < NEEDED:
                continue
            gaps = gaps_of(blocked)
            face = gaps.faces(NEEDED - EXACT)
            expected = bool(np.isin(face[gaps.locate(spot)], face[gaps.locate(start[0])]).any())
            cell = np.floor(spot[:, ::-1]).astype(np.int64)
            goal = spot, cell if clear.at(cell)[0] and (spot % 1 == 0.5).all() else cell[:0]
            found = joined_nearby(blocked, clear, goal, start, NEEDED, NEEDED - EXACT)
            assert found in (expected, None), (seed, start, spot)
            assert joined_nearby(blocked, clear, start, goal, NEEDED, NEEDED - EXACT) in (expected, None)
            told[found] += 1
    assert told[True] > 4 and told[False] > 0


@pytest.mark.parametrize("reaches", [(8, 20), (24,)], ids=["tight", "wide"])
def test_windows_tell_the_widest_way_of_the_map(monkeypatch, reaches):
    monkeypatch.setattr(nearby, "_REACHES", reaches)
    told = 0
    for seed in range(5):
        for blocked, clear, start, spot, room in cases(seed):
            found = tightest_nearby(blocked, clear, start, (spot, np.empty((0, 2), dtype=np.int64)), room, NEEDED)
            if found is None:
                continue
            expected = gaps_of(blocked).tightest(start[0], spot, room)
            assert expected is not None and found.half_width == expected.half_width, (seed, start, spot)
            told += 1
            if found.a != found.b:  # both ends of the gap are corners of obstacles
                assert np.hypot(*np.subtract(found.a, found.b)) == pytest.approx(2 * found.half_width)
                for x, y in (found.a, found.b):
                    assert x == round(x) and y == round(y)
    assert told > 3
