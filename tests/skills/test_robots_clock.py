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


def test_a_rate_must_be_positive() -> None:
    with pytest.raises(ValueError, match="rate must be positive, got 0"):
        RealClock(rate=0)
