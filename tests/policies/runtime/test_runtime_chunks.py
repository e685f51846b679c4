"""Chunks on the time line."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.runtime.chunks import ActionChunk, ChunkBuffer


def chunk(observed, values, *, period_s=0.02, origin=None):
    actions = np.asarray(values, dtype=float).reshape(-1, 1)
    first = actions[0] if origin is None else np.array([origin])
    return ActionChunk(observed=observed, period_s=period_s, actions=actions, origin=first)


def test_actions_are_due_one_period_apart_from_one_period_after_the_observation():
    one = chunk(1.0, [1.0, 4.0, 9.0], origin=0.0)
    assert one.at(1.0) == [0.0]
    assert one.at(1.02) == pytest.approx([1.0])
    assert one.at(1.04) == pytest.approx([4.0])
    assert one.at(1.06) == pytest.approx([9.0])
    assert one.at(0.99) is None
    assert one.at(1.061) is None
    assert one.ends == pytest.approx(1.06)


@settings(max_examples=60, deadline=None)
@given(st.floats(-2, 2), st.floats(-3, 3), st.integers(1, 20))
def test_a_straight_motion_stays_straight(start, speed, count):
    one = chunk(0.0, [start + speed * 0.02 * (i + 1) for i in range(count)], origin=start)
    for now in np.linspace(0.0, one.ends, 37):
        assert one.at(float(now)) == pytest.approx([start + speed * now], abs=1e-9)


def test_the_velocity_does_not_jump_at_an_action():
    one = chunk(0.0, np.sin(np.arange(1, 20)), origin=0.0)
    for knot in range(1, 18):
        before, here, after = (one.at(0.02 * knot + d)[0] for d in (-1e-5, 0.0, 1e-5))
        assert (here - before) / 1e-5 == pytest.approx((after - here) / 1e-5, abs=0.5)


def test_a_chunk_that_continues_the_last_one_is_switched_to_without_a_jump():
    buffer = ChunkBuffer(1)
    values = np.sin(0.1 * np.arange(1, 31))
    buffer.offer(chunk(0.0, values, origin=0.0), 0.0)
    left = buffer.left_over(0.1, 0.02, 30)
    assert np.ravel(left) == pytest.approx(values[5:])
    new = [*np.ravel(left)[:6], *np.linspace(left[5][0], 2.0, 20)]
    swap = buffer.offer(chunk(0.1, new, origin=values[4]), 0.2)
    assert swap.taken
    assert swap.jump == pytest.approx(0.0, abs=1e-9)
    assert not swap.blended


def test_a_chunk_that_does_not_is_faded_in():
    buffer = ChunkBuffer(1, blend_s=0.1)
    buffer.offer(chunk(0.0, [0.0] * 50), 0.0)
    swap = buffer.offer(chunk(0.2, [1.0] * 50), 0.2)
    assert (swap.jump, swap.blended) == (1.0, True)
    path = [buffer.sample(0.2 + 0.01 * i).positions[0] for i in range(16)]
    assert path[0] == 0.0
    assert path[5] == pytest.approx(0.5)
    assert path[10:] == [1.0] * 6
    assert np.diff(path).max() < 0.2
    assert [buffer.sample(0.2 + 0.01 * i).blended for i in (0, 5, 10)] == [True, True, False]


def test_a_third_chunk_during_a_fade_does_not_jump_either():
    buffer = ChunkBuffer(1, blend_s=0.1)
    buffer.offer(chunk(0.0, [0.0] * 50), 0.0)
    buffer.offer(chunk(0.2, [1.0] * 50), 0.2)
    before = buffer.sample(0.25).positions[0]
    buffer.offer(chunk(0.25, [-1.0] * 50), 0.25)
    assert buffer.sample(0.25).positions[0] == pytest.approx(before)
    path = [buffer.sample(0.25 + 0.005 * i).positions[0] for i in range(25)]
    assert np.abs(np.diff(path)).max() < 0.2
    assert path[-1] == -1.0


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(st.floats(-1, 1), min_size=20, max_size=20), min_size=2, max_size=6), st.integers(1, 15))
def test_neither_position_nor_velocity_jumps_however_chunks_differ(chunks, ticks):
    buffer, now = ChunkBuffer(1, blend_s=0.1), 0.0
    for values in chunks:
        last = (buffer.sample(now), buffer.sample(now - 1e-7))
        buffer.offer(chunk(now, values, origin=values[0] / 2), now)
        if last[0] is not None:
            here, after = buffer.sample(now).positions[0], buffer.sample(now + 1e-7).positions[0]
            assert here == pytest.approx(last[0].positions[0], abs=1e-9)
            assert (after - here) / 1e-7 == pytest.approx((last[0].positions[0] - last[1].positions[0]) / 1e-7, abs=0.1)
        now += 0.01 * ticks


def test_the_velocity_is_the_slope_of_the_motion():
    one = chunk(0.0, np.sin(np.arange(1, 20)), origin=0.3)
    for now in np.linspace(0.001, one.ends - 0.001, 41):
        slope = (one.at(now + 1e-6)[0] - one.at(now - 1e-6)[0]) / 2e-6
        assert one.velocity(now) == pytest.approx([slope], abs=0.05)
    assert one.velocity(-1.0) is None


def test_without_blending_it_switches_at_once():
    buffer = ChunkBuffer(1, blend_s=0.0)
    buffer.offer(chunk(0.0, [0.0] * 50), 0.0)
    assert buffer.offer(chunk(0.2, [1.0] * 50), 0.2).blended is False
    assert buffer.sample(0.2).positions == [1.0]


@pytest.mark.parametrize(
    ("bad", "now", "why"),
    [
        (chunk(0.0, [np.nan, 0.0]), 0.0, "not all finite"),
        (
            ActionChunk(observed=0.0, period_s=0.02, actions=np.zeros((4, 2)), origin=np.zeros(2)),
            0.0,
            r"\(4, 2\) instead of \(K, 1\)",
        ),
        (ActionChunk(observed=0.0, period_s=0.02, actions=np.zeros(4), origin=np.zeros(1)), 0.0, r"\(4,\) instead of \(K, 1\)"),
        (ActionChunk(observed=0.0, period_s=-0.02, actions=np.zeros((4, 1)), origin=np.zeros(1)), -1.0, "have no time"),
        (chunk(0.0, [0.0, 0.0]), 1.0, "were over 0.96 s before they came"),
    ],
)
def test_garbage_is_not_taken(bad, now, why):
    buffer = ChunkBuffer(1)
    swap = buffer.offer(bad, now)
    assert not swap.taken
    assert re.search(why, swap.why)
    assert buffer.sample(now) is None


def test_answers_out_of_order_are_not_taken():
    buffer = ChunkBuffer(1)
    buffer.offer(chunk(0.2, [0.0] * 9), 0.2)
    assert not buffer.offer(chunk(0.1, [0.0] * 9), 0.21).taken


def test_nothing_is_left_over_of_nothing():
    buffer = ChunkBuffer(1)
    assert buffer.left_over(0.0, 0.02, 10) == []
    buffer.offer(chunk(0.0, [0.0] * 5), 0.0)
    assert len(buffer.left_over(0.04, 0.02, 10)) == 3
    buffer.clear()
    assert buffer.sample(0.02) is None
