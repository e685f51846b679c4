"""Reachability against an exact checker that shares no code with it, against brute force, and at its edges."""

import heapq
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmarks.exact_oracle import JOINED, PARTED, ExactSpace
from maps.labels import components
from maps.reach import TOLERANCE, Outcome, gaps_of, reach_index, width_forest, witness
from maps.squares import distance_field, square_distances
from maps.swept import room_at, tightest

MAPS = st.tuples(st.integers(3, 20), st.integers(3, 20)).flatmap(
    lambda shape: arrays(bool, shape, elements=st.sampled_from([False] * 9 + [True]))
)
LATTICE = st.tuples(st.integers(0, 7), st.integers(1, 7)).map(lambda step: math.hypot(*step) / 2)
RADII = st.one_of(st.floats(0.2, 4.0), LATTICE, st.tuples(LATTICE, st.floats(-0.02, 0.02)).map(sum))


def index_of(blocked, radius):
    return reach_index(blocked, distance_field(blocked, 1.0), radius)


def two_rooms(gap, thick=2):
    """Rooms of 30 x 20 cells, a wall between them and a doorway so many cells wide, low at row 10."""
    blocked = np.zeros((30, 40 + thick), bool)
    blocked[:, 20 : 20 + thick] = True
    blocked[10 : 10 + gap, 20 : 20 + thick] = False
    return blocked


@given(MAPS, RADII, st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_outcomes_agree_with_exact_polygons(blocked, radius, seed):
    draw = np.random.default_rng(seed)
    space = ExactSpace(blocked, radius)
    points = draw.uniform(0, 1, (200, 2)) * blocked.shape[::-1]
    fitting = points[space.clearance(points) >= radius]
    points = np.concatenate((fitting[:38], points[:2]))
    starts, goals = draw.permutation(points), draw.permutation(points)
    outcomes, truth = index_of(blocked, radius).outcomes(starts, goals), space.judge(starts, goals)
    assert not ((outcomes == Outcome.ACCEPT) & (truth == PARTED)).any()
    assert not ((outcomes == Outcome.REJECT) & (truth == JOINED)).any()


@given(MAPS, RADII, st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_every_accept_has_a_witness_that_is_clear(blocked, radius, seed):
    draw = np.random.default_rng(seed)
    space, index = ExactSpace(blocked, radius), index_of(blocked, radius)
    points = draw.uniform(0, 1, (80, 2)) * blocked.shape[::-1]
    points = points[space.clearance(points) >= radius][:8]
    for start, goal in zip(points[0::2], points[1::2], strict=False):
        line = witness(blocked, index.clearance, start[None], goal[None], radius)
        assert (line is not None) == (index.outcomes(start, goal)[0] == Outcome.ACCEPT)
        if line is not None:
            assert line[0] == pytest.approx(start) and line[-1] == pytest.approx(goal)
            assert tightest(blocked, index.clearance, line).clearance >= radius - 1e-8


def test_a_doorway_exactly_as_wide_as_the_disc_is_passed_and_a_hair_less_is_not_called_a_proof():
    blocked = two_rooms(6)
    ends = (5.3, 12.0), (35.0, 14.2)
    for radius, outcome in ((3.0, Outcome.ACCEPT), (3.0 + TOLERANCE / 2, Outcome.WITHIN_TOLERANCE), (3.001, Outcome.REJECT)):
        index = index_of(blocked, radius)
        assert index.clear[12, 5] != index.clear[12, 35]
        assert index.outcomes(*ends)[0] == outcome


def test_a_gap_between_two_corners_is_measured_along_the_slant():
    blocked = np.zeros((30, 30), bool)
    blocked[:14, 12], blocked[18:, 15] = True, True
    half = math.hypot(2, 4) / 2
    ends = (3.0, 8.0), (26.0, 20.0)
    assert index_of(blocked, half).outcomes(*ends)[0] == Outcome.ACCEPT
    assert index_of(blocked, half + 1e-4).outcomes(*ends)[0] == Outcome.REJECT
    gap = gaps_of(blocked).tightest(ends[0], [ends[1]])
    assert gap is not None
    assert (gap.half_width, {gap.a, gap.b}) == (pytest.approx(half), {(13.0, 14.0), (15.0, 18.0)})


@given(MAPS, st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_the_tightest_gap_is_where_accept_turns_into_reject(blocked, seed):
    draw = np.random.default_rng(seed)
    points = draw.uniform(0, 1, (60, 2)) * blocked.shape[::-1]
    points = points[[not blocked[int(y), int(x)] for x, y in points]]
    if len(points) < 2:
        return
    start, goal = points[0], points[1]
    field = distance_field(blocked, 1.0)
    room = float(room_at(blocked, field, np.stack((start, goal)), 12.0).min())
    gap = gaps_of(blocked).tightest(start, goal[None])
    half = math.inf if gap is None else gap.half_width
    for radius in (min(half, room) - 1e-4, half + 1e-4):
        if 0 < radius <= room:
            expected = Outcome.ACCEPT if radius < half else Outcome.REJECT
            if gap is not None:
                assert index_of(blocked, radius).outcomes(start, goal)[0] == expected


def test_what_walls_close_has_no_gap():
    blocked = two_rooms(0)
    assert gaps_of(blocked).tightest((5.0, 5.0), [(35.0, 5.0)]) is None
    proof = index_of(blocked, 2.0).prove((5.0, 5.0), [(35.0, 5.0)])
    assert (proof.gap, proof.by, proof.region[:, :20].any(), proof.region[:, 20:].any()) == (None, "cells", True, False)


def test_a_proof_holds_the_start_and_no_goal_and_names_the_gap():
    start, goal = (5.0, 12.0), (35.0, 12.0)
    far = index_of(two_rooms(4), 3.0).prove(start, [goal])
    near = index_of(two_rooms(6), 3.05).prove(start, [goal])
    for proof, by, half in ((far, "cells", 2.0), (near, "gaps", 3.0)):
        assert proof.by == by
        assert proof.gap is not None and proof.gap.half_width == half
        assert 20 <= proof.gap.middle[0] <= 22 and 10 <= proof.gap.middle[1] <= 16
        assert proof.region[12, 5] and not proof.region[12, 35]
    assert far.level == pytest.approx(3.0 - math.sqrt(0.5))


@pytest.mark.parametrize("bad", [(math.nan, 1.0), (math.inf, 1.0), (-math.inf, math.nan), (-1.0, 5.0), (5.0, 30.5), (1e300, 1e300)])
def test_points_off_the_map_or_not_finite_are_reached_by_nobody(bad):
    index = index_of(two_rooms(6), 1.0)
    good = (5.0, 12.0)
    assert index.outcomes([bad, good, bad, good], [good, bad, bad, good]).tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize("radius", [math.nan, math.inf, 0.0, -1.0])
def test_a_radius_that_is_no_positive_number_is_refused(radius):
    with pytest.raises(ValueError, match="positive number"):
        index_of(two_rooms(6), radius)


def test_labels_answer_batches_of_cells():
    index = index_of(two_rooms(6), 2.0)
    cell = np.arange(index.clear.size).reshape(index.clear.shape)
    starts, goals = np.array([cell[5, 5], cell[5, 5], cell[0, 0]]), np.array([cell[5, 35], cell[5, 20], cell[0, 0]])
    assert index.joined(starts, goals).tolist() == [True, False, False]


@given(MAPS, st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_triangles_hold_the_points_located_in_them(blocked, seed):
    gaps = gaps_of(blocked)
    points = np.random.default_rng(seed).uniform(0, 1, (50, 2)) * blocked.shape[::-1]
    a, b, c = (gaps.corners[gaps.triangles[gaps.locate(points), k]] for k in range(3))
    for p, q in ((a, b), (b, c), (c, a)):
        turn = (q[:, 0] - p[:, 0]) * (points[:, 1] - p[:, 1]) - (q[:, 1] - p[:, 1]) * (points[:, 0] - p[:, 0])
        assert (turn >= -1e-9).all()


def test_a_map_without_any_room_joins_nothing():
    index = index_of(np.ones((4, 6), bool), 0.3)
    assert index.outcomes([(1.5, 1.5)], [(3.5, 2.5)])[0] == Outcome.REJECT
    assert len(gaps_of(np.ones((1, 1), bool)).triangles) == 2


def narrowest_by_search(squares, start):
    """The narrowest cell of the widest way from one cell to every other; -1 without a way. Ties go to the larger index."""
    height, width = squares.shape
    flat = squares.ravel().tolist()
    best = [None] * len(flat)
    heap = [((-flat[start], start), start)]
    while heap:
        rank, at = heapq.heappop(heap)
        if best[at] is not None:
            continue
        best[at] = rank[1]
        row, col = divmod(at, width)
        beside = [(row - 1, col), (row + 1, col), (row, col - 1), (row, col + 1)]
        for near in (r * width + c for r, c in beside if 0 <= r < height and 0 <= c < width):
            if best[near] is None and flat[near] > 0:
                heapq.heappush(heap, (max(rank, (-flat[near], near)), near))
    return [-1 if at is None or flat[start] == 0 else at for at in best]


@given(MAPS, st.data())
@settings(max_examples=100, deadline=None)
def test_the_forest_finds_the_narrowest_cell_of_the_widest_way(blocked, data):
    squares = square_distances(blocked)
    forest = width_forest(squares)
    start = data.draw(st.integers(0, squares.size - 1))
    everywhere = np.arange(squares.size)
    expected = np.array(narrowest_by_search(squares, start))
    assert (forest.narrowest(np.full(squares.size, start), everywhere) == expected).all()
    widths = np.where(expected >= 0, np.sqrt(squares.ravel()[expected]) / 2, 0.0)
    assert (forest.widths(np.full(squares.size, start), everywhere) == widths).all()


@pytest.mark.parametrize("blocked", [np.ones((4, 5), bool), np.zeros((1, 1), bool), np.array([[True, False, True]])])
def test_the_forest_of_hardly_any_cells(blocked):
    forest = width_forest(square_distances(blocked))
    everywhere = np.arange(blocked.size)
    widths = forest.widths(everywhere, everywhere)
    assert (widths == np.where(blocked.ravel(), 0.0, 0.5)).all()


def test_the_forest_agrees_with_labels_at_every_radius():
    draw = np.random.default_rng(4)
    blocked = draw.random((120, 150)) < 0.01
    squares = square_distances(blocked)
    forest = width_forest(squares)
    starts, goals = draw.integers(0, blocked.size, (2, 5000))
    widths = forest.widths(starts, goals)
    for square in np.unique(squares)[1::7]:
        labels = components(squares >= square)[0].ravel()
        assert ((widths >= math.sqrt(square) / 2) == ((labels[starts] == labels[goals]) & (labels[starts] > 0))).all()
