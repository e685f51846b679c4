import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import Body, GridFrame, Pose, World, clearance, contains, distance, reachable
from policies.cover import coverage_points

FRAME = GridFrame(0.1, Pose(0, 0), 160, 100)
BODY = Body()
boxes = st.tuples(st.integers(5, 140), st.integers(5, 80), st.integers(2, 30), st.integers(2, 30))


@settings(max_examples=20, deadline=None)
@given(st.lists(boxes, max_size=6), st.sampled_from([1.0, 2.5, 4.0]))
def test_every_cell_where_the_body_fits_is_near_a_viewpoint(obstacles: list[tuple[int, int, int, int]], spacing: float) -> None:
    grid = np.zeros(FRAME.shape, np.int8)
    for column, row, width, height in obstacles:
        grid[row : row + height, column : column + width] = 100
    world = World.build("w", FRAME, grid)
    region = ((1.0, 1.0), (14.0, 1.0), (14.0, 8.0), (1.0, 8.0))
    points = np.array(coverage_points(world, BODY, region, spacing_m=spacing)).reshape(-1, 2)
    room = clearance(world)
    fits = FRAME.centres(np.argwhere(room >= BODY.needed_clearance_m))
    inside = fits[(fits > 1.0).all(axis=1) & (fits[:, 0] < 14.0) & (fits[:, 1] < 8.0)]
    for row, column in FRAME.cells(points):
        assert room[row, column] >= BODY.needed_clearance_m - 1e-9
    if len(inside):
        away = np.hypot(*(inside[:, None] - points[None]).transpose(2, 0, 1)).min(axis=1)
        assert away.max() <= spacing


def test_lanes_run_to_and_fro_along_the_longer_side() -> None:
    world = World.build("w", FRAME, np.zeros(FRAME.shape, np.int8))
    region = ((1.0, 1.0), (13.0, 1.0), (13.0, 7.0), (1.0, 7.0))
    points = coverage_points(world, BODY, region, spacing_m=3.0)
    assert all(contains(region, point) for point in points)
    lanes = sorted({round(y, 1) for _, y in points})
    first = [x for x, y in points if round(y, 1) == lanes[0]]
    second = [x for x, y in points if round(y, 1) == lanes[1]]
    assert first == sorted(first) and second == sorted(second, reverse=True)
    steps = [distance(a, b) for a, b in pairwise(points)]
    assert max(steps) < 3.0 * math.sqrt(2)  # from the middle of one square that a look covers to that of the next
    assert len(points) == 6


def test_only_what_can_be_reached_from_the_start_when_one_is_given() -> None:
    grid = np.zeros(FRAME.shape, np.int8)
    grid[:, 80] = 100
    world = World.build("w", FRAME, grid)
    region = ((0.0, 0.0), (16.0, 0.0), (16.0, 10.0), (0.0, 10.0))
    start = Pose(4, 5, 0)
    points = coverage_points(world, BODY, region, spacing_m=3.0, start=start)
    reached = reachable(world, BODY, start)
    assert points and all(reached[FRAME.cell(point)] for point in points)
    assert len(coverage_points(world, BODY, region, spacing_m=3.0)) > len(points)


def test_no_room_gives_no_points_and_a_bad_spacing_an_error() -> None:
    full = World.build("full", FRAME, np.full(FRAME.shape, 100, np.int8))
    assert coverage_points(full, BODY, (), spacing_m=2.0) == ()
    with pytest.raises(ValueError, match="spacing_m must be positive, got 0"):
        coverage_points(full, BODY, (), spacing_m=0)
