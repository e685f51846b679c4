"""The tick: measurements in, safe targets out. The same for simulated time in one process and for a real robot in two."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

from maps import Body
from policies.runtime.accounting import Accounting
from policies.runtime.arm_model import ArmModel
from policies.runtime.base import BaseGuard
from policies.runtime.chunks import ActionChunk, ChunkBuffer
from policies.runtime.command_hold import HOLD_TICKS
from policies.runtime.errors import PlantUnfit
from policies.runtime.limits import RobotLimits
from policies.runtime.plant import PlantState, Targets
from policies.runtime.safety import SafetyFilter
from policies.runtime.settings import LoopSettings
from policies.runtime.watchdog import Mode, Seen, Watch, reset, watch

__all__ = ["ControlLoop", "Observation"]

EFFORT_SLACK = 1.25
"""Measured efforts up to this times the limit are noise."""
EFFORT_TICKS = 5


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Observation:
    """What a policy is asked with.

    Attributes:
        stamp: When the joints were read, seconds.
        positions: (n,) measured, rad or m.
        origin: (n,) where the joints are meant to be at the stamp, rad or m.
        velocity: (n,) how fast they are meant to be then, rad/s or m/s.
        left_over: (L, n) actions that are still to be executed after the stamp, one per period of the policy.
        fresh_after: Pictures from before this are not to be used, seconds.
        task: The instruction.
        grip_force_n: With which force the gripper is to hold, newtons per finger.
        number: Counts tasks; another number means that the policy is to forget the last one.
    """

    stamp: float
    positions: tuple[float, ...]
    origin: tuple[float, ...]
    velocity: tuple[float, ...]
    left_over: Sequence[Sequence[float]] = field(repr=False)
    fresh_after: float
    task: str
    grip_force_n: float
    number: int


class ControlLoop:
    """Watchdog, chunks, safety filter and corridor of one robot, tick by tick. No clock and no hardware in here.

    Args:
        limits: Of this robot, in any order of the joints.
        joint_names: The plant's.
        state: The plant's first measurements.
        settings: Rates and patience.
        model: Where the limits need one.
        body: For a robot with a base.

    Raises:
        LimitsMismatch: The limits are of another robot.
        PlantUnfit: The first measurements are not finite or outside the limits.
    """

    def __init__(
        self,
        limits: RobotLimits,
        joint_names: Sequence[str],
        state: PlantState,
        *,
        settings: LoopSettings | None = None,
        model: ArmModel | None = None,
        body: Body | None = None,
    ) -> None:
        self.settings = settings or LoopSettings()
        self.limits = limits.ordered(joint_names)
        self.filter = SafetyFilter(self.limits, state.positions, period_s=self.settings.period_s, model=model)
        self.chunks = ChunkBuffer(len(joint_names), blend_s=self.settings.blend_s)
        self.base = BaseGuard(body or Body(), period_s=self.settings.period_s)
        self.watch = Watch(since=state.stamp)
        self.account = Accounting(self.settings.period_s, checks=self.filter.checks)
        self._task, self._number, self._grip_force_n = "", 0, 0.0
        self._bad_answer = ""
        self._strained = 0
        self._alarm = ""

    @property
    def mode(self) -> Mode:
        """What the robot may do."""
        return self.watch.mode

    @property
    def wanted(self) -> bool:
        """Whether there is a task for the policy."""
        return bool(self._task)

    @property
    def at_rest(self) -> bool:
        """Whether what is sent does not move."""
        return not self.filter.moving and self.base.linear == 0.0 and self.base.angular == 0.0

    def start(self, task: str, *, grip_force_n: float = 0.0) -> None:
        """Give the policy a task; it replaces the last one."""
        self._task, self._grip_force_n = task, grip_force_n
        self._number += 1
        self._bad_answer = ""
        self.chunks.clear()

    def finish(self) -> None:
        """No task any more: brake, and hold."""
        self._task = ""
        self.chunks.clear()

    def stop(self, reason: str) -> None:
        """Stop, latched, in the next tick."""
        self._alarm = self._alarm or reason

    def reset(self, state: PlantState) -> None:
        """Leave STOP: take up the robot where it is, and wait for an action from a fresh observation.

        Raises:
            PlantUnfit: It still brakes, or cannot be taken up from there; it stays stopped.
        """
        if self.mode is not Mode.STOP:
            return
        if not self.at_rest:
            raise PlantUnfit("the robot is still braking; reset it once it rests")
        self.filter.restart(state.positions)
        self.base.stop()
        self.chunks.clear()
        self.watch = reset(self.watch, state.stamp)
        self._alarm = self._bad_answer = ""
        self._strained = 0

    def offer(self, chunk: ActionChunk, now: float, *, number: int | None = None) -> None:
        """A policy's answer has come.

        Args:
            chunk: The answer.
            now: Seconds.
            number: Of the task that it answers; None for the present one.
        """
        if not self.wanted or (number is not None and number != self._number):
            return
        if chunk.observed < self.watch.fresh_after:
            self.account.dropped("from before the hold")
            return
        swap = self.chunks.offer(chunk, now)
        if swap.taken:
            self._bad_answer = ""
            self.account.swapped(swap, latency_s=now - chunk.observed)
            return
        self.account.dropped(swap.why)
        if chunk.ends > now:
            self.refuse(swap.why)

    def refuse(self, why: str) -> None:
        """The policy has no answer, or garbage; the robot holds until there is a good one."""
        self._bad_answer = why
        self.chunks.clear()

    def observation(self, state: PlantState, *, period_s: float, most: int) -> Observation:
        """What the policy is asked with now.

        Args:
            state: This tick's measurements.
            period_s: Time between the policy's actions, seconds.
            most: Actions in a chunk of the policy.
        """
        left = self.chunks.left_over(state.stamp, period_s, most) if self.settings.conditioned else []
        planned = self.chunks.sample(state.stamp) if self.settings.conditioned else None
        velocity = None if planned is None else self.chunks.velocity(state.stamp)
        return Observation(
            stamp=state.stamp,
            positions=state.positions,
            origin=self.filter.positions if planned is None else tuple(planned.positions),
            velocity=self.filter.velocities if velocity is None else tuple(velocity),
            left_over=left,
            fresh_after=self.watch.fresh_after,
            task=self._task,
            grip_force_n=self._grip_force_n,
            number=self._number,
        )

    def tick(
        self,
        state: PlantState | None,
        now: float,
        *,
        alive: bool = True,
        fault: str = "",
        lateness_s: float = 0.0,
        skipped: int = 0,
    ) -> Targets:
        """One tick.

        Args:
            state: The newest measurements; None when they could not be read.
            now: Seconds of the plant's clock.
            alive: Whether the policy's process lives.
            fault: What is wrong outside of this loop, a sentence.
            lateness_s: By how much this tick is late, for the report.
            skipped: How many ticks before it were left out.

        Returns:
            What to send.
        """
        begun = perf_counter()
        if not fault:
            fault = self._unreadable(state)
        alarm = self._alarm or ("" if fault or state is None else self._strain(state)) or self.base.left
        sampled = self.chunks.sample(now) if self.wanted else None
        observed = None
        if sampled is not None:
            observed = sampled.observed if sampled.encoded == -math.inf else min(sampled.observed, sampled.encoded)
        seen = Seen(
            now=now,
            wanted=self.wanted,
            action=sampled is not None,
            observed=observed,
            alive=alive,
            fault=fault or self._bad_answer,
            alarm=alarm,
        )
        before, self.watch = self.watch, watch(self.watch, seen, self.settings.watch)
        if self.watch.mode is not Mode.RUN and before.mode is Mode.RUN:
            self.chunks.clear()
        if self.watch.mode is Mode.RUN and sampled is not None:
            filtered = self.filter(sampled.positions, self._grip_force_n)
        else:
            filtered = self.filter(None)
        self._alarm = self._alarm or filtered.alarm
        may_drive = self.watch.mode is Mode.RUN or (self.watch.mode is Mode.HOLD and not self.wanted and not fault)
        linear, angular = self.base.tick(state.base if state is not None else None, now, may_drive)
        self.account.tick(
            now=now,
            lateness_s=lateness_s,
            skipped=skipped,
            work_s=perf_counter() - begun,
            age_s=math.nan if observed is None else now - observed,
            watch=self.watch,
            starved=self.wanted and self.watch.started and before.mode is Mode.RUN and sampled is None,
            reasons=filtered.reasons,
        )
        return Targets(
            positions=filtered.positions,
            velocities=filtered.velocities,
            grip_force_n=filtered.grip_force_n,
            linear=linear,
            angular=angular,
            hold_s=HOLD_TICKS * self.settings.period_s,
        )

    def _unreadable(self, state: PlantState | None) -> str:
        """What is wrong with measurements, a sentence; empty when nothing is."""
        if state is None:
            return "the robot's joints could not be read"
        names = self.limits.names
        for what, numbers in (("position", state.positions), ("velocity", state.velocities), ("effort", state.efforts)):
            if numbers is None:
                continue
            if len(numbers) != len(names):
                return f"the robot gives {len(numbers)} joint {what} numbers; it has {len(names)} joints"
            if not all(map(math.isfinite, numbers)):
                bad = [name for name, number in zip(names, numbers, strict=True) if not math.isfinite(number)]
                return f"the measured {what} of {', '.join(bad)} is not finite; check the encoders"
        return "" if math.isfinite(state.stamp) else "the robot's measurements have no finite time stamp"

    def _strain(self, state: PlantState) -> str:
        """What must stop the robot at once: a joint far from where it was sent, or an effort beyond its limit."""
        most = self.limits.max_following_error
        for joint, at, sent in zip(self.limits.joints, state.positions, self.filter.positions, strict=True):
            if abs(at - sent) > most and joint.name != self.limits.gripper:
                return (
                    f"joint {joint.name!r} is {abs(at - sent):.3f} away from where it was sent, more than {most:g}: is it blocked?"
                )
        if state.efforts is None:
            return ""
        for joint, effort in zip(self.limits.joints, state.efforts, strict=True):
            if joint.max_effort is not None and abs(effort) > EFFORT_SLACK * joint.max_effort:
                self._strained += 1
                if self._strained < EFFORT_TICKS:
                    return ""
                return f"joint {joint.name!r} measures an effort of {abs(effort):.1f}; its limit is {joint.max_effort:g}"
        self._strained = 0
        return ""
