"""The benchmark of kills: the delay counts from before the kill was asked for, and noise on the way is no braking."""

import numpy as np
import pytest

from benchmarks.runtime_kills import judged_kill

TICK = 0.01
CRUISE = [0.5] * 40
BRAKE = [0.42, 0.34, 0.26, 0.18, 0.1, 0.02, 0.0, 0.0]


def targets(speeds, *, start=100.0):
    stamps = start + TICK * np.arange(len(speeds))
    return stamps, np.array(speeds)


@pytest.mark.parametrize("noticed", [21, 22, 30, 40])
def test_the_delay_is_from_before_the_kill_to_the_first_target_that_brakes(noticed):
    stamps, speeds = targets(CRUISE[:noticed] + BRAKE)
    before = stamps[20] + 0.004
    kill = judged_kill(stamps, speeds, before, before + 0.003)
    assert kill.delay_s == pytest.approx(stamps[noticed] - before)
    assert kill.asking_s == pytest.approx(0.003)
    assert kill.gap_s == pytest.approx(TICK)


def test_a_cruise_that_slows_by_noise_is_not_taken_for_braking():
    cruise = [0.5 - 1e-9 * tick for tick in range(40)]
    stamps, speeds = targets(cruise + BRAKE)
    assert judged_kill(stamps, speeds, stamps[20], stamps[20]).delay_s == pytest.approx(20 * TICK)


def test_braking_that_a_new_action_ends_is_not_the_braking_that_ends_at_rest():
    stamps, speeds = targets([*CRUISE[:21], 0.42, 0.34, 0.42, *CRUISE[:6], *BRAKE])
    kill = judged_kill(stamps, speeds, stamps[20] + 0.001, stamps[20] + 0.002)
    assert kill.delay_s == pytest.approx(10 * TICK - 0.001)


def test_a_late_control_process_shows_as_a_gap_between_targets():
    stamps, speeds = targets(CRUISE[:22] + BRAKE)
    stamps[22:] += 0.15
    kill = judged_kill(stamps, speeds, stamps[20] + 0.005, stamps[20] + 0.006)
    assert kill.delay_s == pytest.approx(0.165)
    assert kill.gap_s == pytest.approx(0.16)
    assert "165.0 ms, of which the kill itself took 1.0 ms at most; longest gap between targets 160.0 ms" in str(kill)


def test_an_arm_that_stood_when_it_was_killed_is_refused():
    stamps, speeds = targets([0.0] * 30)
    with pytest.raises(AssertionError, match=r"the arm moved with 0\.00 rad/s"):
        judged_kill(stamps, speeds, stamps[20], stamps[20])
