"""Capped: squares below the cap, what is beyond it, and fields that are worked out where they are read, against the exact ones."""

import numpy as np
import pytest

from maps.huge.capped import CAP, capped_squares, measure_capped
from maps.huge.far import far_squares
from maps.huge.field import LazyField
from maps.huge.reading import bounds_at, clear_at, room_field
from maps.squares import distance_field, square_distances
from maps.swept import tightest

SCALE = 0.05


@pytest.mark.parametrize("engine", ["0", "1"], ids=["plain", "compiled"])
def test_capped_squares_are_the_exact_ones_below_the_cap(monkeypatch, engine):
    monkeypatch.setenv("SUREFOOT_NUMBA", engine)
    for seed in range(40):
        dice = np.random.default_rng(seed)
        blocked = dice.random(tuple(dice.integers(1, 300, 2))) < (0.0, 0.001, 0.01, 0.3)[seed % 4]
        expected = np.minimum(square_distances(blocked), CAP)
        found = np.empty(blocked.shape, dtype=np.uint16)
        capped_squares(blocked, found)
        assert np.array_equal(found, expected)
        rows, cols = (tuple(sorted(dice.choice(side + 1, 2, replace=False).tolist())) for side in blocked.shape)
        part = np.empty((rows[1] - rows[0], cols[1] - cols[0]), dtype=np.uint16)
        measure_capped(blocked, rows, cols, part)
        assert np.array_equal(part, expected[slice(*rows), slice(*cols)])


def test_bounds_hold_the_clearance_and_are_exact_below_the_cap():
    blocked = np.zeros((400, 300), dtype=bool)
    blocked[200, 150] = True
    exact = distance_field(blocked, SCALE)
    near = np.empty(blocked.shape, dtype=np.uint16)
    capped_squares(blocked, near)
    rows, cols = (part.ravel() for part in np.indices(blocked.shape))
    for field in (LazyField.over(blocked, SCALE, near), LazyField.over(blocked, SCALE)):
        low, high = bounds_at(field, rows, cols)
        assert (low <= exact.ravel()).all() and (exact.ravel() <= high).all()
        assert np.array_equal(low[high < np.inf], exact.ravel()[high < np.inf]) and (high == np.inf).any()
        for needed in (0.5, 2.0, 2.2, 4.0):
            assert np.array_equal(clear_at(field, rows, cols, needed), exact.ravel() >= needed)
        assert np.array_equal(field[rows, cols], exact.ravel())


@pytest.mark.parametrize("engine", ["0", "1"], ids=["plain", "compiled"])
def test_far_cells_are_measured_one_by_one(monkeypatch, engine):
    monkeypatch.setenv("SUREFOOT_NUMBA", engine)
    for seed in range(12):
        dice = np.random.default_rng(seed)
        blocked = dice.random(tuple(dice.integers(1, 260, 2))) < (0.0, 0.0002, 0.01)[seed % 3]
        rows, cols = (dice.integers(0, side, 40) for side in blocked.shape)
        assert np.array_equal(far_squares(blocked, rows, cols), square_distances(blocked)[rows, cols])


@pytest.mark.parametrize("engine", ["0", "1"], ids=["plain", "compiled"])
def test_what_is_far_from_everything_is_measured_as_exactly(monkeypatch, engine):
    monkeypatch.setenv("SUREFOOT_NUMBA", engine)
    for seed in range(8):
        dice = np.random.default_rng(seed)
        blocked = np.zeros((300, 400), dtype=bool)
        blocked[dice.integers(0, 300, 2), dice.integers(0, 400, 2)] = True
        exact = distance_field(blocked, SCALE)
        near = np.empty(blocked.shape, dtype=np.uint16)
        capped_squares(blocked, near)
        line = dice.uniform((45, 45), (355, 255), (dice.integers(1, 5), 2))
        found, expected = (tightest(blocked, field, line, SCALE) for field in (LazyField.over(blocked, SCALE, near), exact))
        assert found == expected


@pytest.mark.parametrize("dense", [False, True])
def test_a_field_that_kernels_compare_is_worked_out_where_they_do(dense):
    blocked = np.zeros((600, 700), dtype=bool)
    blocked[300, 100:] = True
    exact = distance_field(blocked, SCALE)
    near = np.empty(blocked.shape, dtype=np.uint16)
    capped_squares(blocked, near)
    ring = np.array([(20.0, 310.0), (680.0, 310.0), (680.0, 20.0), (20.0, 310.0)])
    beside = (ring[:-1, None] + np.linspace(0, 1, 300)[:, None] * np.diff(ring, axis=0)[:, None]).reshape(-1, 2)
    rows, cols = beside[:, ::-1].astype(int).T
    for below in (8.0, 37.9, 60.0):
        for whole in (exact, LazyField.over(blocked, SCALE, near if dense else None)):
            field, room = room_field(whole, below, ring)
            told = np.array([room(field, cell, SCALE) for cell in rows * 700 + cols])
            near_by = exact[rows, cols] / SCALE < below
            assert np.array_equal(told < below, near_by) and near_by.any() and not near_by.all()
            assert told[near_by] == pytest.approx(exact[rows, cols][near_by] / SCALE)
