"""Recovery: policies that stand still are brought out of it; those that move are left alone to the bit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from policies.policy import STATE, Policy, PolicySpec
from policies.recovery import Recovering
from policies.runtime.asking import SplitPolicy

SPEC = PolicySpec(
    name="toy", kind="learned", joints=("turret", "elbow", "grip"), cameras={}, period_s=0.05, chunk=16, steps=4, continues=False
)


class Scripted:
    """Gives the chunk that it is told to."""

    spec = SPEC

    def __init__(self) -> None:
        self.chunk: Any = np.zeros((16, 3), np.float32)
        self.resets = 0

    def reset(self) -> None:
        self.resets += 1

    def select_action(self, batch: Any) -> Any:
        return self.chunk[0]

    def predict_action_chunk(self, batch: Any, *, inference_delay: int = 0, prev_chunk_left_over: Any = None) -> Any:
        return self.chunk

    def encode(self, batch: Any) -> str:
        return "latent"

    def decode(self, latent: str, batch: Any, *, inference_delay: int = 0, prev_chunk_left_over: Any = None) -> Any:
        return self.chunk


def _ask(policy: Recovering, state: Any, **more: Any) -> Any:
    return policy.decode("latent", {STATE: np.asarray(state, np.float32)}, **more)


def _approach(policy: Recovering) -> list[Any]:
    """Eleven answers on the way from [1, 0] to [2.25, -0.5]."""
    way = [np.array([1.0 + 0.125 * k, -0.05 * k, 0.08]) for k in range(11)]
    for state in way:
        policy.policy.chunk = state + np.linspace(0, 0.1, 16)[:, None].astype(np.float32)  # type: ignore[attr-defined]
        assert _ask(policy, state) is policy.policy.chunk, "who moves is left alone"  # type: ignore[attr-defined]
    return way


def test_it_is_a_policy_of_two_halves_and_forgets_with_its_policy() -> None:
    inner = Scripted()
    policy = Recovering(inner)
    assert isinstance(policy, Policy) and isinstance(policy, SplitPolicy) and policy.spec is SPEC
    policy.reset()
    assert inner.resets == 2 and policy.returns == 0
    assert policy.encode({}) == "latent" and policy.select_action({}).shape == (3,)


def test_at_rest_the_later_actions_are_taken_and_the_last_one_stays() -> None:
    policy = Recovering(Scripted())
    chunk = policy.policy.chunk = np.arange(48, dtype=np.float32).reshape(16, 3)  # type: ignore[attr-defined]
    answers = [_ask(policy, [0.0, 0.0, 0.05]) for _ in range(9)]
    assert all(answer is chunk for answer in answers[:5])
    assert np.array_equal(answers[5], np.concatenate([chunk[3:], np.repeat(chunk[-1:], 3, 0)]))
    assert np.array_equal(answers[8], np.concatenate([chunk[12:], np.repeat(chunk[-1:], 12, 0)]))
    begun = _ask(Recovering(Scripted()), [0.0, 0.0, 0.05], inference_delay=2, prev_chunk_left_over=chunk[:5])
    assert begun.shape == (16, 3)


def test_what_leads_nowhere_goes_back_the_way_it_came_with_the_gripper_as_it_is() -> None:
    policy = Recovering(Scripted())
    way = _approach(policy)
    policy.policy.chunk = np.tile(np.array([2.25, -0.5, 0.03], np.float32), (16, 1))  # type: ignore[attr-defined]
    while not policy.returns:
        answer = _ask(policy, way[-1])
    assert answer.shape == (16, 3) and answer.dtype == np.float32
    assert answer[:, 2] == pytest.approx(0.03), "what is held stays held: its target, not where the fingers are"
    visited = [answer[3, :2]] + [_ask(policy, way[-1])[3, :2] for _ in range(7)]
    assert np.array(visited) == pytest.approx(np.array(way[:-9:-1])[:, :2]), "eight places, last ones first"
    assert _ask(policy, way[2])[0] == pytest.approx([2.25, -0.5, 0.03]), "then the policy goes on"


def test_fingers_that_hold_nothing_go_back_to_how_they_were_at_first() -> None:
    policy = Recovering(Scripted())
    way = _approach(policy)
    shut = np.array([2.25, -0.5, 0.01])
    policy.policy.chunk = np.tile(np.array([2.25, -0.5, 0.008], np.float32), (16, 1))  # type: ignore[attr-defined]
    while not policy.returns:
        answer = _ask(policy, shut)
    assert answer[:, 2] == pytest.approx(way[0][2]), "sent to 8 mm and 10 mm open: nothing is between them"


def test_the_second_return_looks_to_the_other_side() -> None:
    policy = Recovering(Scripted())
    state, least = _approach(policy)[-1], {0: 9.0, 1: 9.0, 2: 9.0}
    while policy.returns < 2 or least[2] > 0:
        policy.policy.chunk = np.tile(state, (16, 1)).astype(np.float32)  # type: ignore[attr-defined]
        state = _ask(policy, state)[3].astype(np.float64)
        least[policy.returns] = min(least[policy.returns], state[0])
    assert least[1] == pytest.approx(1.375, abs=1e-5), "the first goes back eight places, and does not turn aside"
    assert policy.returns == 2


def test_a_return_continues_what_is_being_sent() -> None:
    policy = Recovering(Scripted())
    way = _approach(policy)
    sent = np.full((6, 3), 7.0, np.float32)
    while not policy.returns:
        policy.policy.chunk = np.concatenate([sent[:3], np.zeros((13, 3), np.float32)])  # type: ignore[attr-defined]
        answer = _ask(policy, way[-1], inference_delay=3, prev_chunk_left_over=sent)
        assert np.array_equal(answer[:3], sent[:3]) and answer.shape == (16, 3)


@settings(max_examples=60, deadline=None)
@given(arrays(np.float64, (60, 3), elements=st.floats(-0.3, 0.3)))
def test_no_answer_leaves_the_places_that_were_visited_or_asked_for(steps: Any) -> None:
    policy = Recovering(Scripted())
    state = np.zeros(3)
    chunk = policy.policy.chunk = np.tile(np.array([0.5, 0.5, 0.02], np.float32), (16, 1))  # type: ignore[attr-defined]
    elbows = [0.5]
    for number, step in enumerate(steps):
        state = state + (step if number % 20 < 5 else 0.0)
        elbows.append(state[1])
        answer = _ask(policy, state)
        assert answer.shape == chunk.shape and answer.dtype == np.float32 and np.isfinite(answer).all()
        assert min(elbows) - 1e-5 <= answer[:, 1].min() and answer[:, 1].max() <= max(elbows) + 1e-5
        assert answer[:, 2] == pytest.approx(0.02) or answer[:, 2] == pytest.approx(steps[0, 2])


@pytest.mark.slow
def test_the_shipped_policy_does_what_it_would_stand_over_for_ever() -> None:
    pytest.importorskip("mujoco")
    pytest.importorskip("onnxruntime")
    from policies.vla.folders import open_policy, shipped_policy
    from skills.robots.physics.trials import trials

    folder = shipped_policy()
    assert isinstance(folder, Path)
    network = open_policy(folder, backend="onnxruntime")
    done = [
        sum(
            next(trials(policy, episodes=1, groups=("seen",), seed=seed, limit_s=16.0)).success
            for seed in (2_000_034, 2_000_042, 2_000_045, 2_000_066, 2_000_092, 2_000_123)
        )
        for policy in (network, Recovering(network))
    ]
    assert done[1] >= done[0] + 2, done
