"""The soundness benchmark on few cases, its checker on cases with known answers, and the reachability benchmark on a small map."""

import numpy as np
import pytest

from benchmarks.exact_oracle import JOINED, OPEN, PARTED, ExactSpace
from benchmarks.reachability import measure
from benchmarks.soundness import PAIRS, WRONG, run
from benchmarks.tight_maps import KINDS


def test_the_checker_knows_a_doorway_from_a_gap_that_is_too_narrow():
    blocked = np.zeros((20, 30), bool)
    blocked[:, 14:16] = True
    blocked[8:12, 14:16] = False
    starts, goals = np.array([[5.0, 10.0], [5.0, 10.0]]), np.array([[25.0, 10.0], [9.0, 4.0]])
    assert ExactSpace(blocked, 1.99).judge(starts, goals).tolist() == [JOINED, JOINED]
    assert ExactSpace(blocked, 2.01).judge(starts, goals).tolist() == [PARTED, JOINED]
    assert ExactSpace(blocked, 2.0).judge(starts, goals).tolist() == [OPEN, JOINED]
    assert ExactSpace(blocked, 4.5).judge(np.array([[5.0, 4.0]]), np.array([[9.0, 10.0]])).tolist() == [PARTED]


def test_the_checker_measures_to_squares_and_to_the_outside():
    blocked = np.zeros((10, 10), bool)
    blocked[4, 4] = True
    points = np.array([[2.0, 4.5], [8.0, 8.0], [9.5, 5.0], [-1.0, 5.0], [4.5, 4.5]])
    assert ExactSpace(blocked, 1.0).clearance(points) == pytest.approx([2.0, 2.0, 0.5, 0.0, 0.0])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_map_has_walls_and_room(kind):
    draw = np.random.default_rng(3)
    maps = [KINDS[kind](draw, 32, 3.0) for _ in range(10)]
    assert all(blocked.shape == (32, 32) for blocked in maps)
    assert 0.01 < np.mean([blocked.mean() for blocked in maps]) < 0.7


@pytest.mark.slow
def test_few_cases_have_nothing_wrong():
    count = run(120, 11, 1, quiet=True)
    assert (count["cases"], count["pairs"], count["routed"]) == (120, 120 * PAIRS, 120)
    assert {name: count[name] for name in WRONG} == dict.fromkeys(WRONG, 0)
    assert count["accepts"] > 1000 < count["rejects"]
    assert count["left open by labels"] > 500
    assert count["tolerance"] < 0.001 * count["pairs"]
    assert count["shortcut wrong accepts"] > 0


def test_reachability_is_measured_on_a_small_city():
    result = measure(200, 2000, 5.0, None)
    assert result["map"] == "office"
    assert result["disagreements"] == 0
    assert result.get("numba_alike", True) is True
