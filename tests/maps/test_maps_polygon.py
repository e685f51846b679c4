import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maps import GridFrame, Pose, area, contains
from maps.polygon import is_simple, line_cells, touched_cells

SQUARE = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0))
ELL = ((0.0, 0.0), (4.0, 0.0), (4.0, 1.0), (1.0, 1.0), (1.0, 4.0), (0.0, 4.0))

points = st.tuples(st.integers(-40, 140).map(lambda n: n / 7), st.integers(-40, 140).map(lambda n: n / 7))


def test_area_does_not_depend_on_the_direction() -> None:
    assert area(SQUARE) == area(SQUARE[::-1]) == 4.0
    assert area(ELL) == 7.0


def test_contains_counts_the_border_and_respects_notches() -> None:
    assert contains(SQUARE, (1.0, 1.0))
    assert contains(SQUARE, (2.0, 1.0))
    assert contains(SQUARE, (0.0, 0.0))
    assert not contains(SQUARE, (2.001, 1.0))
    assert contains(ELL, (0.5, 3.0))
    assert not contains(ELL, (2.0, 2.0))


@given(st.lists(points, min_size=3, max_size=7, unique=True))
def test_simple_as_shapely_says(ring: list[tuple[float, float]]) -> None:
    assert is_simple(ring) == shapely.Polygon(ring).is_valid


@given(st.lists(points, min_size=3, max_size=6, unique=True))
def test_a_polygon_touches_exactly_the_cells_that_shapely_says(ring: list[tuple[float, float]]) -> None:
    polygon = shapely.Polygon(ring)
    if not polygon.is_valid:
        return
    frame = GridFrame(1.0, Pose(0.0, 0.0), width=16, height=14)
    touched = np.zeros(frame.shape, dtype=bool)
    touched[tuple(touched_cells(frame, ring).T)] = True
    cols, rows = np.meshgrid(np.arange(frame.width), np.arange(frame.height))
    gap = shapely.distance(polygon, shapely.box(cols, rows, cols + 1, rows + 1))
    assert not touched[gap > 1e-6].any()
    assert touched[gap == 0.0].all()


@given(points, points, st.floats(-3, 3))
def test_a_segment_touches_the_cells_along_it_on_a_turned_grid(a: tuple[float, float], b: tuple[float, float], yaw: float) -> None:
    frame = GridFrame(0.5, Pose(-20.0, -20.0, yaw), width=100, height=100)
    touched = {tuple(cell) for cell in touched_cells(frame, (a, b), closed=False).tolist()}
    for t in np.linspace(0.0, 1.0, 23):
        cell = frame.cell((a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])))
        if frame.inside(*cell):
            assert cell in touched


def test_shapes_off_the_grid_touch_nothing() -> None:
    frame = GridFrame(1.0, Pose(0.0, 0.0), width=3, height=3)
    assert touched_cells(frame, [(10.0, 10.0), (11.0, 10.0), (11.0, 11.0)]).shape == (0, 2)
    assert touched_cells(frame, []).shape == (0, 2)


def test_a_polygon_on_grid_lines_touches_the_cells_on_both_sides() -> None:
    frame = GridFrame(1.0, Pose(0.0, 0.0), width=5, height=5)
    ring = [(2.0, 2.0), (3.0, 2.0), (3.0, 3.0), (2.0, 3.0)]
    assert touched_cells(frame, ring).tolist() == [[r, c] for r in (1, 2, 3) for c in (1, 2, 3)]


@pytest.mark.parametrize(
    "ring",
    [
        [(0.0, 0.0), (1.0, 1.0)],
        [(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0)],
        [(0.0, 0.0), (2.0, 0.0), (1.0, 0.0)],
        [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)],
    ],
)
def test_rings_that_are_not_simple(ring: list[tuple[float, float]]) -> None:
    assert not is_simple(ring)


@given(points, points, st.sampled_from([0.0, 0.4, -2.0]))
def test_the_cells_of_one_line_are_those_that_it_touches(
    a: tuple[float, float], b: tuple[float, float], yaw: float
) -> None:  # fmt: skip
    frame = GridFrame(0.25, Pose(1.0, 1.5, yaw), width=50, height=40)
    assert np.array_equal(line_cells(frame, (a, b)), touched_cells(frame, (a, b), closed=False))
