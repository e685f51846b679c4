"""Expert: a scripted policy that picks, places and presses. A chunk is what its rules foresee, step by step, from the state now.

It is used to record demonstrations, to test, and on a robot for which no learned policy is installed.
"""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from policies.arm import ARM
from policies.expert.kinematics import ArmKinematics, pointing_down
from policies.expert.rules import RULES, TIP_M, Hand, Move, Task, grip_height, is_between
from policies.expert.situation import ENVIRONMENT, Aim
from policies.policy import Batch, Chunk, PolicySpec, check_batch

__all__ = ["CHUNK", "PERIOD_S", "Expert"]

PERIOD_S = 0.05
CHUNK = 16
BRAKING = 0.6
"""How hard the hand brakes, m/s^2."""

Floats = NDArray[np.float64]


class Expert:
    """The scripted policy for one task. It implements ``policies.policy.Policy``.

    Args:
        task: ``pick``, ``place`` or ``press``.
        speed: Of the hand, m/s.
        aim: Says what to handle where a batch does not: on a robot, its eyes.
        kinematics: Shared between experts of one process; one of its own by default.

    Raises:
        MissingPhysics: mujoco or mink is not installed.
    """

    def __init__(
        self, task: Task, *, speed: float = 0.35, aim: Callable[[], Aim] | None = None, kinematics: ArmKinematics | None = None
    ) -> None:
        self.task: Task = task
        self._speed, self._aim = speed, aim
        self._kinematics = kinematics or ArmKinematics()
        self._queue: list[Chunk] = []
        self.phase = ""
        """What the newest chunk begins with, in a word."""
        self.done = False
        """Whether nothing was left to do at the newest observation."""

    @property
    def spec(self) -> PolicySpec:
        """What it expects and gives."""
        return PolicySpec(name=f"expert-{self.task}", kind="expert", joints=ARM.joints, cameras={}, period_s=PERIOD_S, chunk=CHUNK)

    def reset(self) -> None:
        """Forget the last episode."""
        self._queue.clear()
        self.phase, self.done = "", False

    def select_action(self, batch: Batch) -> Chunk:
        """The next action, float32 (7,), replanned from every observation.

        Raises:
            ObservationInvalid: The batch does not fit.
        """
        return np.asarray(self._foresee(check_batch(batch, self.spec), self._aimed(batch), 1)[0], dtype=np.float32)

    def predict_action_chunk(self, batch: Batch, *, inference_delay: int = 0, prev_chunk_left_over: Chunk | None = None) -> Chunk:
        """The next actions, float32 (16, 7), beginning with those that will have been sent by then.

        Raises:
            ObservationInvalid: The batch does not fit.
        """
        state = check_batch(batch, self.spec)
        aim = self._aimed(batch)
        left = np.zeros((0, 7), np.float32) if prev_chunk_left_over is None else np.asarray(prev_chunk_left_over, np.float32)
        committed = left[: max(0, min(inference_delay, CHUNK - 1))]
        start, aim = self._after(committed, state, aim)
        return np.asarray(np.concatenate([committed, self._foresee(start, aim, CHUNK - len(committed))]), dtype=np.float32)

    def _after(self, committed: Chunk, state: Floats, aim: Aim) -> tuple[Floats, Aim]:
        """State and aim once the committed actions have been carried out, if everything goes as it should."""
        now = state.copy()
        for action in committed.astype(np.float64):
            stopped = now[6] >= aim.width - 0.002 and action[6] < aim.width and self.task != "press"
            opening = max(action[6], min(now[6], aim.width)) if stopped else max(action[6], now[6] - ARM.speed[6] * PERIOD_S)
            now = np.concatenate([action[:6], [opening]])
            aim = _foreseen(self.task, self._hand(now), aim)
        return now, aim

    def _hand(self, joints: Floats) -> Hand:
        position, orientation = self._kinematics.pose(joints[:6])
        return Hand(at=position, yaw=math.atan2(-orientation[0, 1], orientation[1, 1]), opening=float(joints[6]))

    def is_done(self, joints: Floats) -> bool:
        """Whether nothing is left to do, by the rules, whoever acts.

        Args:
            joints: (7,) as in the state.

        Raises:
            ObservationInvalid: Nothing says what the aim is.
        """
        return RULES[self.task](self._hand(joints), self._aimed({})).done

    def _aimed(self, batch: Batch) -> Aim:
        return Aim.of(batch) if self._aim is None or ENVIRONMENT in batch else self._aim()

    def _foresee(self, state: Floats, aim: Aim, count: int) -> Chunk:
        """What the rules do from a state on, if everything goes as it should, float32 (count, 7)."""
        joints, opening = state[:6].copy(), float(state[6])
        actions = np.empty((count, 7), np.float32)
        for k in range(count):
            hand = self._hand(np.append(joints, opening))
            move = RULES[self.task](hand, aim)
            if k == 0:
                self.phase, self.done = move.phase, move.done
            target, yaw = self._towards(hand, move, float(joints[0]))
            joints = self._kinematics.step(joints, target, pointing_down(yaw), PERIOD_S)
            step = ARM.speed[6] * PERIOD_S
            command = float(np.clip(move.opening, opening - step, opening + step))
            if (
                move.phase in ("grip", "lift", "rise", "carry", "lower")
                and move.opening < aim.width
                and opening < aim.width + 0.012
            ):
                command = move.opening  # press: the fingers stop at the thing, the target lies within it
                opening = max(command, min(opening, aim.width)) if self.task != "press" else command
            else:
                opening = command
            actions[k] = [*joints, command]
            aim = _foreseen(self.task, hand, aim)
        return actions

    def _towards(self, hand: Hand, move: Move, turret: float) -> tuple[Floats, float]:
        """The hand one period nearer to where it shall go, about the turret rather than through it.

        The wrist turns no more than it has to: what is ahead of the turret turns with it.
        """
        radius, goal_radius = math.hypot(*hand.at[:2]), math.hypot(*move.to[:2])
        angle, goal_angle = math.atan2(hand.at[1], hand.at[0]), math.atan2(move.to[1], move.to[0])
        turn = math.remainder(goal_angle - angle, math.tau)
        if not ARM.lower[0] + 0.05 < turret + turn < ARM.upper[0] - 0.05:
            turn -= math.copysign(math.tau, turn)
        far = math.sqrt((goal_radius - radius) ** 2 + (turn * max(radius, goal_radius)) ** 2 + (move.to[2] - hand.at[2]) ** 2)
        fastest = move.pace * self._speed
        if move.phase != "press":  # slow in time, for the servos cannot stop at once; a button stops the hand by itself
            fastest = min(fastest, math.sqrt(2 * BRAKING * far) + 0.01)
        share = min(1.0, fastest * PERIOD_S / far) if far > 1e-9 else 1.0
        radius += share * (goal_radius - radius)
        angle += share * turn
        height = hand.at[2] + share * (move.to[2] - hand.at[2])
        twist = (move.yaw - hand.yaw - turn + math.pi / 2) % math.pi - math.pi / 2
        limit = 1.6 * PERIOD_S
        yaw = hand.yaw + share * turn + min(max(twist, -limit), limit)
        return np.array([radius * math.cos(angle), radius * math.sin(angle), height]), yaw


def _foreseen(task: Task, hand: Hand, aim: Aim) -> Aim:
    """The aim a period later, if everything goes as it should: what is held moves with the hand, a button gives way."""
    if task == "pick" and is_between(hand, aim) and math.dist(hand.at[:2], aim.at[:2]) < 0.03:
        bottom = float(hand.at[2]) - grip_height(aim)
        if bottom > aim.at[2] - 0.5 * aim.height:
            return replace(aim, at=(float(hand.at[0]), float(hand.at[1]), bottom + 0.5 * aim.height))
    if task == "press" and not aim.done:
        return replace(aim, done=bool(hand.at[2] - TIP_M < aim.at[2] - 0.015))
    return aim
