import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps import GridFrame, Pose

frames = st.builds(
    lambda resolution, x, y, yaw, width, height: GridFrame(resolution, Pose(x, y, yaw), width, height),
    st.sampled_from([0.01, 0.025, 0.05, 0.1, 1.0]),
    st.floats(-1000, 1000),
    st.floats(-1000, 1000),
    st.one_of(st.just(0.0), st.floats(-math.pi, math.pi)),
    st.integers(1, 500),
    st.integers(1, 500),
)


@given(frames, st.data())
def test_the_centre_of_a_cell_lies_in_that_cell(frame: GridFrame, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, frame.height - 1))
    col = data.draw(st.integers(0, frame.width - 1))
    assert frame.cell(frame.centre(row, col)) == (row, col)
    assert frame.contains(frame.centre(row, col))
    assert frame.cells(frame.centres([(row, col)])).tolist() == [[row, col]]
    assert frame.centres([(row, col)])[0] == pytest.approx(frame.centre(row, col), abs=1e-9)


@given(frames, st.floats(-2000, 2000), st.floats(-2000, 2000))
def test_one_point_or_many_give_the_same_cell_up_to_rounding(frame: GridFrame, x: float, y: float) -> None:
    one, many = frame.cell((x, y)), frame.cells([(x, y)])[0]
    assert np.abs(np.array(one) - many).max() <= 1
    exact = frame.local([(x, y)])[0]
    assert np.abs(np.array(one)[::-1] + 0.5 - exact).max() <= 0.5 + 1e-6


def test_row_zero_is_at_the_bottom_and_the_origin_is_a_corner() -> None:
    frame = GridFrame(0.5, Pose(-1.0, 2.0), width=4, height=2)
    assert frame.cell((-1.0, 2.0)) == (0, 0)
    assert frame.cell((0.9, 2.9)) == (1, 3)
    assert frame.cell((-1.01, 2.0)) == (0, -1)
    assert frame.centre(1, 3) == (0.75, 2.75)
    assert frame.corners == ((-1.0, 2.0), (1.0, 2.0), (1.0, 3.0), (-1.0, 3.0))
    assert not frame.contains((1.0, 2.5))
    assert not frame.contains((math.nan, 2.5))
    assert frame.shape == (2, 4)


def test_yaw_turns_the_grid_about_its_corner() -> None:
    frame = GridFrame(1.0, Pose(10.0, 0.0, math.pi / 2), width=5, height=3)
    assert frame.centre(0, 0) == pytest.approx((9.5, 0.5))
    assert frame.cell((7.5, 4.5)) == (2, 4)
    assert frame.cells([(7.5, 4.5), (9.5, 0.5)]).tolist() == [[2, 4], [0, 0]]


@pytest.mark.parametrize(
    ("resolution", "x", "width"), [(0.0, 0.0, 1), (-1.0, 0.0, 1), (math.nan, 0.0, 1), (1.0, math.inf, 1), (1.0, 0.0, 0)]
)
def test_what_is_no_grid_is_refused(resolution: float, x: float, width: int) -> None:
    with pytest.raises(ValueError, match="a grid needs"):
        GridFrame(resolution, Pose(x, 0.0), width, 1)
