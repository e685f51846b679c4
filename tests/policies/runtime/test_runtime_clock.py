"""The pacer on a clock of its own."""

import pytest

from policies.runtime.clock import Pacer


class Clock:
    def __init__(self):
        self.time, self.oversleeps = 100.0, 0.0

    def now(self):
        self.time += 1e-6
        return self.time

    def sleep(self, seconds):
        self.time += seconds + self.oversleeps


def pacer(clock):
    return Pacer(0.01, now=clock.now, sleep=clock.sleep, spin_s=0.0002)


def test_deadlines_do_not_drift_with_the_work():
    clock = Clock()
    pace = pacer(clock)
    for tick in range(1, 1000):
        late, skipped = pace.wait()
        assert (late, skipped) == (pytest.approx(0.0, abs=2e-6), 0)
        assert clock.time == pytest.approx(100.0 + 0.01 * tick, abs=3e-6)
        clock.time += 0.004


def test_a_late_tick_says_so_and_the_next_one_is_on_time():
    clock = Clock()
    pace = pacer(clock)
    pace.wait()
    clock.time += 0.013
    late, skipped = pace.wait()
    assert (late, skipped) == (pytest.approx(0.003, abs=1e-5), 0)
    assert pace.wait()[0] == pytest.approx(0.0, abs=2e-6)


def test_ticks_that_are_over_are_skipped_and_counted_not_made_up_for():
    clock = Clock()
    pace = pacer(clock)
    pace.wait()
    clock.time += 0.057
    late, skipped = pace.wait()
    assert skipped == 4
    assert late == pytest.approx(0.007, abs=1e-5)
    assert pace.wait() == (pytest.approx(0.0, abs=2e-6), 0)


def test_a_sleep_that_takes_too_long_is_lateness():
    clock = Clock()
    clock.oversleeps = 0.002
    late, _ = pacer(clock).wait()
    assert late == pytest.approx(0.0018, abs=1e-5)
