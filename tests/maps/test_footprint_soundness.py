"""The benchmark of polygon bodies, in small: no wrong verdict and no unsound route against the independent checker."""

import pytest

from benchmarks.footprints import WRONG, judge_case, run


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_verdict_on_a_polygon_body_is_wrong() -> None:
    count = run(trials=4_000, seed=7, jobs=2, quiet=True)
    assert count["trials"] >= 4_000
    assert {name: count[name] for name in WRONG} == dict.fromkeys(WRONG, 0)
    assert count["accepts"] > 100 and count["rejects"] > 100
    assert count["within tolerance"] < 0.01 * count["trials"]


@pytest.mark.slow
@pytest.mark.parametrize("case", [23, 28])
def test_gaps_of_nearly_the_bodys_width_and_ends_close_to_walls_are_decided(case: int) -> None:
    count = judge_case(0, case)
    assert {name: count[name] for name in (*WRONG, "within tolerance")} == dict.fromkeys((*WRONG, "within tolerance"), 0)
