"""Recovery: a learned policy that has come to a standstill is brought out of it, as a navigation stack does with a stuck base.

A policy without a memory that answers "stay" stays for ever: it stands over a block between closing and going down, believes that a
press is behind it, or looks for a thing on the side where it is not. Three means, one after the other; none knows the task.

1.  After a second at rest the later actions of each chunk are taken: where the mean of what demonstrations did is to wait, what
    they did next still is in the chunk's far end.
2.  After two seconds that led nowhere the joints go back the way that they came, over places that were free a moment ago. Fingers
    that press on something go on pressing; others go to where they were at the beginning, for a hand that is closed on nothing, or
    opened again, looks like one that has done its work. From there the policy, which has other pictures before it, goes on.
3.  Of the second, third, fifth, sixth such return and so on the end is a look to the other side, by the first joint, which turns
    arm and cameras: ahead of the robot to its left first, then to its right.

Whoever waits for the task to be done ends this, and every target goes through the safety filter like any other.
"""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from policies.policy import STATE, Batch, Chunk, Policy
from policies.runtime.asking import SplitPolicy

__all__ = ["Learned", "Recovering"]

_REST_S, _LOST_S, _BACK_S = 1.0, 2.0, 1.6
_HASTE = 3
"""So many more actions of a chunk are left out with each answer at rest."""
_REST = (0.02, 0.004)
"""Arm joints, rad, and gripper, m: what moves by less between two answers is at rest."""
_LOST = (0.08, 0.01)
"""The same for seconds that led nowhere, over which a hand may tremble."""
_PRESSED_M = 0.006
"""Fingers that are kept this far from where they are sent have something between them."""
_APART = 0.1
"""What a hand that trembles visits is one place of its way: of two, some joint is this far apart, rad."""
_TURN_RAD_S, _ASIDE_RAD = 1.0, 0.8


class Learned(Policy, SplitPolicy, Protocol):
    """A policy of two halves."""


class Recovering:
    """A learned policy with these means; where it moves, its answers are handed on as they are.

    Args:
        policy: Of two halves, asked every ``spec.steps`` actions; the first joint turns the arm, the last one is the gripper.
    """

    def __init__(self, policy: Learned) -> None:
        self.policy, self.spec = policy, policy.spec
        self.returns = 0
        """How often it went back since the last ``reset``."""
        asked_s = self.spec.steps * self.spec.period_s
        self._rest_after = max(1, round(_REST_S / asked_s))
        self._lost_after = max(2, round(_LOST_S / asked_s))
        self._back = max(1, round(_BACK_S / asked_s))
        self._turn = _TURN_RAD_S * asked_s
        self._at_rest, self._lost = (np.array([*[arm] * (len(self.spec.joints) - 1), grip]) for arm, grip in (_REST, _LOST))
        self.reset()

    def reset(self) -> None:
        """Forget the last episode."""
        self.policy.reset()
        self.returns = self._still = 0
        self._recent: list[NDArray[np.float64]] = []
        self._trail: list[NDArray[np.float64]] = []
        self._way: list[NDArray[np.float64]] = []
        self._fingers: float | None = None
        self._grip = 0.0

    def select_action(self, batch: Batch) -> Chunk:
        """The next action (D,) of the policy itself: whoever takes one after the other has no standstill to be brought out of."""
        return self.policy.select_action(batch)

    def predict_action_chunk(self, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        """The next actions (K, D)."""
        return self.decode(self.encode(batch), batch, inference_delay=inference_delay, prev_chunk_left_over=prev_chunk_left_over)

    def encode(self, batch: Batch) -> Any:
        """The policy's slow half."""
        return self.policy.encode(batch)

    def decode(self, latent: Any, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        """The policy's chunk (K, D); a later part of it at rest, the way back once that has led nowhere."""
        chunk = self.policy.decode(latent, batch, inference_delay=inference_delay, prev_chunk_left_over=prev_chunk_left_over)
        state = np.asarray(batch[STATE], dtype=np.float64)
        if self._fingers is None:
            self._fingers = self._grip = float(state[-1])
        begun = 0 if prev_chunk_left_over is None else min(inference_delay, len(prev_chunk_left_over))
        if not self._way and self._is_lost(state):
            self._turn_back(state)
        if self._way:
            return np.concatenate([chunk[:begun], self._returning(state, len(chunk))])[: len(chunk)].astype(np.float32)
        self._grip = float(chunk[min(self.spec.steps, len(chunk)) - 1, -1])
        skipped = min(len(chunk) - begun - 1, _HASTE * max(0, self._still - self._rest_after + 1))
        if skipped <= 0:
            return chunk
        late = chunk[begun + skipped :]
        return np.concatenate([chunk[:begun], late, np.repeat(chunk[-1:], skipped, axis=0)])

    def _is_lost(self, state: NDArray[np.float64]) -> bool:
        """Take note of a state (D,): whether the last seconds have led nowhere."""
        moved = not self._recent or bool((np.abs(state - self._recent[-1]) >= self._at_rest).any())
        self._still = max(0, self._still - 2) if moved else self._still + 1
        self._recent = [*self._recent, state][-self._lost_after :]
        if not self._trail or float(np.abs(state - self._trail[-1])[:-1].max(initial=0.0)) > _APART:
            self._trail.append(state)
        if len(self._recent) < self._lost_after:
            return False
        return bool((np.ptp(self._recent, axis=0) < self._lost).all())

    def _turn_back(self, state: NDArray[np.float64]) -> None:
        """Set out on the way back from a state (D,): the states to go through, one for each answer to come."""
        self.returns += 1
        if self._fingers is not None and state[-1] - self._grip < _PRESSED_M:
            self._grip = self._fingers
        length = self._back * min(2, self.returns)
        self._way, self._trail = self._trail[-length:][::-1], self._trail[:-length]
        self._recent, self._still = [], 0
        if self.returns % 3 != 1:
            end = self._way[-1]
            aside = _ASIDE_RAD if self.returns % 3 == 2 else -_ASIDE_RAD
            other = -end[0] if abs(end[0]) > 0.3 else aside
            for share in np.linspace(0.0, 1.0, 1 + max(1, round(abs(other - end[0]) / self._turn)))[1:]:
                turned = end.copy()
                turned[0] += share * (other - end[0])
                self._way.append(turned)

    def _returning(self, state: NDArray[np.float64], count: int) -> NDArray[np.float64]:
        """(count, D) actions along the way back from a state, at most one of its states for each answer."""
        steps, at, actions = self.spec.steps, state, []
        for goal in self._way[: -(-count // steps)]:
            actions += [at + (goal - at) * (k + 1) / steps for k in range(steps)]
            at = goal
        del self._way[0]
        actions += [at] * max(0, count - len(actions))
        found = np.array(actions[:count])
        found[:, -1] = self._grip
        return found
