"""What is written on the wire is what is read from it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.runtime.chunks import ActionChunk
from policies.runtime.tick import Observation
from policies.runtime.wire import chunk_bytes, chunk_of, observation_bytes, observation_of

number = st.floats(-1e6, 1e6)


@settings(max_examples=80, deadline=None)
@given(st.data(), st.integers(1, 8), st.integers(0, 30), st.text(max_size=40))
def test_an_observation_there_and_back(data, joints, left, task):
    row = st.lists(number, min_size=joints, max_size=joints)
    sent = Observation(
        stamp=data.draw(number), positions=tuple(data.draw(row)), origin=tuple(data.draw(row)), velocity=tuple(data.draw(row)),
        left_over=data.draw(st.lists(row, min_size=left, max_size=left)), fresh_after=float("-inf"), task=task,
        grip_force_n=8.2, number=7,
    )  # fmt: skip
    got, answered = observation_of(observation_bytes(sent, 12))
    assert answered == 12
    for key in ("stamp", "positions", "origin", "velocity", "left_over", "fresh_after", "task", "grip_force_n", "number"):
        assert getattr(got, key) == getattr(sent, key)


@pytest.mark.parametrize("count", [1, 25, 256])
def test_a_chunk_there_and_back(count):
    actions = np.random.default_rng(0).normal(size=(count, 3))
    sent = ActionChunk(observed=1.5, period_s=0.02, actions=actions, origin=np.arange(3.0), encoded=1.25, delay=4)
    got, task = chunk_of(chunk_bytes(sent, 9))
    assert task == 9
    assert (got.observed, got.period_s, got.encoded, got.delay) == (1.5, 0.02, 1.25, 4)
    assert (got.actions == actions).all()
    assert (got.origin == sent.origin).all()


def test_a_chunk_that_is_too_long_loses_its_far_end():
    sent = ActionChunk(observed=0.0, period_s=0.01, actions=np.arange(600.0)[:, None], origin=np.zeros(1))
    got, _ = chunk_of(chunk_bytes(sent, 1))
    assert got.actions.shape == (256, 1)
