"""Policies for another direction of the turret: only the first joint's number changes, there and back."""

from typing import Any

import numpy as np
import pytest

from policies.policy import STATE, PolicySpec
from policies.runtime.asking import SplitPolicy
from policies.turned import turned


class Whole:
    """Goes one step on from the state, or from what is left over."""

    spec = PolicySpec(name="w", kind="learned", joints=("turret", "x", "grip"), cameras={}, period_s=0.05, chunk=4)

    def __init__(self) -> None:
        self.told: list[Any] = []

    def reset(self) -> None:
        self.told.append("reset")

    def select_action(self, batch: Any) -> Any:
        return self.predict_action_chunk(batch)[0]

    def predict_action_chunk(self, batch: Any, *, inference_delay: int = 0, prev_chunk_left_over: Any = None) -> Any:
        self.told.append((batch, inference_delay, prev_chunk_left_over))
        known = np.zeros((0, 3)) if prev_chunk_left_over is None else prev_chunk_left_over[:inference_delay]
        rest = np.asarray(batch[STATE]) + np.arange(1, 5 - len(known))[:, None] * [0.1, 0.0, 0.0]
        return np.concatenate([known, rest]).astype(np.float32)


class Split(Whole):
    """The same in two halves."""

    def encode(self, batch: Any) -> str:
        return f"latent of {batch[STATE][0]:.1f}"

    def decode(self, latent: str, batch: Any, **more: Any) -> Any:
        self.told.append(latent)
        return self.predict_action_chunk(batch, **more)


@pytest.mark.parametrize("policy", [Whole(), Split()])
def test_the_policy_sees_what_lies_there_straight_ahead(policy: Whole) -> None:
    seen = turned(policy, 2.0)
    assert isinstance(seen, SplitPolicy) is isinstance(policy, SplitPolicy) and seen.spec is policy.spec
    state = np.array([2.3, 0.5, 0.04], np.float32)
    left = np.array([[2.4, 0.5, 0.04], [2.5, 0.5, 0.04]], np.float32)
    chunk = seen.predict_action_chunk({STATE: state, "task": "go"}, inference_delay=1, prev_chunk_left_over=left)
    batch, delay, told = policy.told[-1]
    assert batch[STATE] == pytest.approx([0.3, 0.5, 0.04]) and delay == 1 and told[0] == pytest.approx([0.4, 0.5, 0.04])
    assert chunk[0] == pytest.approx(left[0]) and chunk[1] == pytest.approx([2.4, 0.5, 0.04]) and chunk.dtype == np.float32
    assert seen.select_action({STATE: state}) == pytest.approx([2.4, 0.5, 0.04])
    assert state[0] == np.float32(2.3) and left[0, 0] == np.float32(2.4), "nothing is changed in place"
    seen.reset()
    assert policy.told[-1] == "reset"


def test_the_halves_are_told_alike() -> None:
    policy = Split()
    seen: Any = turned(policy, -1.0)
    batch = {STATE: np.array([0.2, 0.0, 0.0], np.float32)}
    latent = seen.encode(batch)
    assert latent == "latent of 1.2"
    assert seen.decode(latent, batch)[0] == pytest.approx([0.3, 0.0, 0.0]) and policy.told[0] == latent
