"""Conservative advancement along polylines says what the exact clearance of their segments says, in pieces of any length."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.squares import distance_field
from maps.swept import clear_segments, tightest
from verifier.advance import clear


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 100_000), st.sampled_from((0.3, 0.71, 1.0, 2.7, 6.0)))
def test_a_polyline_keeps_a_clearance_when_its_segments_do(seed: int, needed: float) -> None:
    draw = np.random.default_rng(seed)
    blocked = draw.random((40, 50)) < draw.choice((0.002, 0.02))
    field = distance_field(blocked, 1.0)
    line = draw.uniform((0, 0), (50, 40), (int(draw.integers(1, 5)), 2))
    here = tightest(blocked, field, line, 1.0).clearance
    for least in {needed, *((here * 0.999, here * 1.001) if here > 1e-6 else ())}:
        a, b = (line[:-1], line[1:]) if len(line) > 1 else (line, line)
        assert clear[-1](blocked, field.reshape(-1), line, least, 1.0) == clear_segments(blocked, field, a, b, least).all()


@pytest.mark.parametrize("room", [0.01, -0.01])
def test_a_drive_along_a_wall_is_judged_by_its_tightest_spot(room: float) -> None:
    blocked = np.zeros((60, 200), dtype=bool)
    blocked[20, :] = True
    blocked[21, 150] = True
    field = distance_field(blocked, 1.0)
    line = np.array(((10.0, 22.0 + 6.0 + room), (190.0, 22.0 + 6.0 + room)))
    assert clear[-1](blocked, field.reshape(-1), line, 6.0, 1.0) == (room > 0)
