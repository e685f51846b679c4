import asyncio
import time

import pytest

from skills.robots import RealClock, VirtualClock


async def test_a_virtual_clock_jumps_and_overlapping_waits_count_once() -> None:
    clock = VirtualClock()
    started = time.monotonic()
    await asyncio.gather(clock.wait(1000.0), clock.wait(400.0))
    assert clock.now() == 1000.0
    assert time.monotonic() - started < 1.0
    other = VirtualClock()
    other.resume(clock.to_json())
    assert other.now() == 1000.0


async def test_a_real_clock_runs_at_its_rate() -> None:
    clock = RealClock(rate=100.0)
    before, wall = clock.now(), time.monotonic()
    await clock.wait(2.0)
    assert clock.now() - before == pytest.approx((time.monotonic() - wall) * 100.0, abs=0.5)
    assert clock.now() - before >= 1.9


def test_a_real_clock_goes_on_while_nobody_looks_at_the_rate_that_held() -> None:
    data = {"kind": "real", "rate": 50.0, "robot": 10.0, "wall": time.time() - 2.0}
    clock = RealClock(rate=1.0)
    clock.resume(data)
    assert clock.now() == pytest.approx(110.0, abs=5.0)
    clock.resume({**data, "wall": time.time() + 1000.0})
    assert clock.now() == pytest.approx(10.0, abs=1.0), "a wall clock set back does not turn robot time back"
    clock.resume({"kind": "virtual", "rate": 1.0, "robot": 7.0, "wall": 0.0})
    assert clock.now() == pytest.approx(7.0, abs=1.0)


async def test_a_standing_clock_runs_from_the_first_start_or_wait() -> None:
    for begin in (lambda clock: clock.start(), lambda clock: clock.wait(0.0)):
        clock = RealClock(rate=1e6, standing=True)
        time.sleep(0.01)
        assert clock.now() == 0.0
        waited = begin(clock)
        if waited is not None:
            await waited
        time.sleep(0.01)
        assert clock.now() >= 9_000.0


def test_a_standing_clock_that_was_never_started_still_stands_when_it_is_found_again() -> None:
    clock = RealClock(rate=1e6, standing=True)
    kept = {**clock.to_json(), "wall": time.time() - 100.0}
    clock.resume(kept)
    time.sleep(0.01)
    assert clock.now() == 0.0
    clock.start()
    assert clock.to_json()["running"]


def test_a_standing_clock_found_again_runs_as_long_as_there_was_something_to_do() -> None:
    kept = {"kind": "real", "rate": 10.0, "robot": 5.0, "wall": time.time() - 100.0, "running": True}
    clock = RealClock(rate=1e6, standing=True)
    clock.resume(kept, until=300.0)
    time.sleep(0.01)
    assert clock.now() == 300.0, "it has slept since"
    clock.resume(kept, until=1e9)
    time.sleep(0.01)
    assert clock.now() > 2_000.0, "what it does goes on"


def test_a_rate_must_be_positive() -> None:
    with pytest.raises(ValueError, match="rate must be positive, got 0"):
        RealClock(rate=0)
