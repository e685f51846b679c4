"""A small run of the mutation benchmark: every seeded fault is found at its step by its code, and the repair script works."""

import random

import pytest

from benchmarks.faults import FAULTS, Unfit
from benchmarks.good_plans import BODY, good_plan, world_of
from benchmarks.mutation import Tally, judge, tally_up
from skills import library
from verifier import verify

UNREPAIRABLE = {"start in a wall", "no steps"}
"""What no change of a plan can mend."""


def seeded(kind: str, number: int):
    """The fault in the first good plan on a map that it fits."""
    for attempt in range(20):
        rng = random.Random(f"test/{kind}/{number}/{attempt}")
        try:
            return FAULTS[kind](rng, good_plan(rng, world_of(number)))
        except Unfit:
            continue
    return None


@pytest.mark.parametrize("number", [2, 4])
def test_good_plans_have_no_findings(number: int) -> None:
    for attempt in range(4):
        good = good_plan(random.Random(f"test/{attempt}"), world_of(number))
        verdict = verify(good.plan, good.world, good.state, BODY, library())
        assert verdict.all_findings() == ()


@pytest.mark.slow
def test_a_fault_of_every_kind_is_found_and_nine_in_ten_are_repaired() -> None:
    tallies = {kind: Tally() for kind in FAULTS}
    for kind in FAULTS:
        broken = seeded(kind, 4)
        if broken is None:
            del tallies[kind]
        else:
            tally_up(tallies[kind], broken, judge(broken))
    assert len(tallies) >= len(FAULTS) - 2  # not every building has a doorway that every fault fits
    assert [kind for kind, tally in tallies.items() if tally.found != 1] == []
    assert {kind for kind, tally in tallies.items() if not tally.mended} >= UNREPAIRABLE
    assert sum(tally.mended for tally in tallies.values()) >= 0.9 * len(tallies)
