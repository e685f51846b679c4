"""String pulling: both ends at once, and the last clear segment of each group without measuring the rest."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.squares import distance_field
from maps.string_pull import pull
from maps.swept import clear_segments, furthest_clear


@settings(deadline=None)  # kernels may be compiled on the way
@given(st.integers(0, 10_000), st.floats(0.4, 6.0), st.floats(0.0, 30.0))
def test_the_furthest_clear_segment_is_the_last_that_is_clear(seed, needed, reach):
    random = np.random.default_rng(seed)
    blocked = random.random((30, 40)) < 0.03
    field = distance_field(blocked, 0.05)
    count = int(random.integers(1, 25))
    a = random.uniform(-2, (42, 32), (count, 2))
    b = a + random.uniform(-reach, reach, (count, 2))
    group = np.unique(random.integers(0, 1 + count // 3, count), return_inverse=True)[1]
    group.sort()
    clear = clear_segments(blocked, field, a, b, needed, 0.05)
    wanted = [max((i for i in range(count) if group[i] == g and clear[i]), default=-1) for g in range(group[-1] + 1)]
    assert furthest_clear(blocked, field, a, b, group, needed, 0.05).tolist() == wanted


def test_a_detour_round_a_corner_is_pulled_to_its_corner():
    blocked = np.zeros((40, 40), dtype=bool)
    blocked[:20, 18:22] = True
    field = distance_field(blocked, 1.0)
    rows = [*range(5, 31), *[30] * 24, *range(30, 4, -1)]
    cols = [*[8] * 26, *range(8, 32), *[32] * 26]
    points = np.stack((np.array(cols), np.array(rows)), axis=1) + 0.5
    taut = pull(blocked, field, points, 3.0)
    assert taut[0].tolist() == [8.5, 5.5] and taut[-1].tolist() == [32.5, 5.5]
    assert len(taut) <= 4
    assert clear_segments(blocked, field, taut[:-1], taut[1:], 3.0).all()
    back = pull(blocked, field, points[::-1], 3.0)
    assert np.isclose(np.hypot(*np.diff(taut, axis=0).T).sum(), np.hypot(*np.diff(back, axis=0).T).sum())


def test_two_vertices_are_left_as_they_are():
    points = np.array(((1.5, 1.5), (2.5, 2.5)))
    assert pull(np.zeros((9, 9), dtype=bool), np.ones((9, 9)), points, 1.0) is points


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000))
def test_compiled_sightlines_pull_the_same_line(seed):
    pytest.importorskip("numba")
    random = np.random.default_rng(seed)
    blocked = random.random((30, 40)) < 0.04
    field = distance_field(blocked, 0.05)
    points = np.cumsum(random.integers(-1, 2, (60, 2)), axis=0).clip(0, (39, 29)) + 0.5
    lines = []
    for wish in ("0", "1"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SUREFOOT_NUMBA", wish)
            lines.append(pull(blocked, field, points, 1.2, 0.05).tolist())
    assert lines[0] == lines[1]
