"""Room: how far points are from the nearest obstacle, against every square looked at one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.squares import distance_field
from maps.swept import room_at


@settings(deadline=None)
@given(seed=st.integers(0, 2**32 - 1), share=st.sampled_from((0.0, 0.01, 0.1, 0.5, 1.0)), most=st.floats(0.05, 15.0))
def test_the_room_at_points_is_their_distance_to_the_nearest_square(seed: int, share: float, most: float) -> None:
    draw = np.random.default_rng(seed)
    blocked = draw.random((12, 17)) < share
    centres = np.argwhere(np.ones_like(blocked))[:, ::-1][draw.integers(0, blocked.size, 20)] + 0.5
    points = np.concatenate((draw.uniform((-2.0, -2.0), (19.0, 14.0), (20, 2)), centres))
    rows, cols = np.nonzero(np.pad(blocked, 16, constant_values=True))
    low = np.stack((cols, rows), axis=1) - 16.0
    gaps = np.maximum(np.maximum(low - points[:, None], points[:, None] - low - 1.0), 0.0)
    nearest = np.hypot(gaps[..., 0], gaps[..., 1]).min(axis=1)
    room = room_at(blocked, distance_field(blocked, 1.0), points, most)
    assert room == pytest.approx(np.minimum(nearest, most), abs=1e-12)


def test_a_scale_changes_nothing_but_the_unit_of_the_field() -> None:
    blocked = np.zeros((9, 9), dtype=bool)
    blocked[4, 4] = True
    points = np.array(((1.5, 4.5), (4.5, 4.5), (7.25, 7.75), (-0.5, 3.0)))
    cells = room_at(blocked, distance_field(blocked, 1.0), points, 3.0)
    assert cells.tolist() == [1.5, 0.0, 1.25, 0.0]
    assert room_at(blocked, distance_field(blocked, 0.05), points, 3.0, 0.05).tolist() == cells.tolist()
