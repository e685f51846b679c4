"""Chunks on the time line: which action holds for this tick, and how one chunk gives way to the next without a jump.

A chunk computed from an observation at time t has its first action due at t + period. While it is being computed the robot goes on
with the chunk before; so the policy is told which actions are left over of that chunk and how many of them will have been executed
by the time its answer is there, and its answer begins with them (training-time real-time chunking, arXiv 2512.05964). An answer
that does not continue the chunk before it is faded in.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["ActionChunk", "ChunkBuffer", "Sampled", "Swap"]

Actions = NDArray[np.float64]
_EARLY_S = 1e-6


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ActionChunk:
    """A policy's answer.

    Attributes:
        observed: When the observation was made, seconds.
        period_s: Time between actions, seconds; action i is due at ``observed + (i + 1) * period_s``.
        actions: (K, n) joint positions, rad or m.
        origin: (n,) where the joints had been sent at ``observed``; the motion to the first action starts there.
        encoded: When the picture was taken that the answer rests on, seconds; -inf for policies without cameras.
        delay: How many left-over actions the policy was told will be executed meanwhile.
    """

    observed: float
    period_s: float
    actions: Actions = field(repr=False)
    origin: Actions = field(repr=False)
    encoded: float = float("-inf")
    delay: int = 0
    _knots: list[list[float]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Lists, once: a tick then touches a few plain floats instead of small arrays. Beyond both ends the motion goes straight on.
        knots = [self.origin.tolist(), *self.actions.tolist()]
        if len(self.actions) and self.actions.ndim == 2 and self.actions.shape[1:] == self.origin.shape:
            before = [2 * a - b for a, b in zip(knots[0], knots[1], strict=True)]
            after = [2 * a - b for a, b in zip(knots[-1], knots[-2], strict=True)]
            knots = [before, *knots, after]
        object.__setattr__(self, "_knots", knots)

    @property
    def ends(self) -> float:
        """When its last action is due, seconds."""
        return self.observed + len(self.actions) * self.period_s

    def at(self, now: float) -> list[float] | None:
        """(n,) where the joints shall be at a time, on a smooth curve through the actions; None outside the chunk's time."""
        found = self._spanned(now)
        if found is None:
            return None
        first, s = found
        # Catmull-Rom: through every action, with a velocity that does not jump there.
        s2, s3 = s * s, s * s * s
        a, b, c, d = -0.5 * s3 + s2 - 0.5 * s, 1.5 * s3 - 2.5 * s2 + 1.0, -1.5 * s3 + 2.0 * s2 + 0.5 * s, 0.5 * (s3 - s2)
        return [a * p + b * q + c * r + d * t for p, q, r, t in zip(*self._knots[first : first + 4], strict=True)]

    def velocity(self, now: float) -> list[float] | None:
        """(n,) how fast the joints shall move at a time, rad/s or m/s; None outside the chunk's time."""
        found = self._spanned(now)
        if found is None:
            return None
        first, s = found
        s2, scale = s * s, 1.0 / self.period_s
        a, b, c, d = -1.5 * s2 + 2.0 * s - 0.5, 4.5 * s2 - 5.0 * s, -4.5 * s2 + 4.0 * s + 0.5, 1.5 * s2 - s
        return [scale * (a * p + b * q + c * r + d * t) for p, q, r, t in zip(*self._knots[first : first + 4], strict=True)]

    def _spanned(self, now: float) -> tuple[int, float] | None:
        """Between which two knots a time lies, and how far on, from 0 to 1; None outside the chunk's time."""
        if now < self.observed - _EARLY_S or now > self.ends + _EARLY_S:
            return None
        place = (now - self.observed) / self.period_s
        first = min(max(int(place + 1e-9), 0), len(self.actions) - 1)
        return first, min(max(place - first, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Sampled:
    """What the time line says for a tick.

    Attributes:
        positions: (n,) rad or m.
        observed: When the observation was made that they come from, seconds.
        encoded: When its picture was taken, seconds.
        blended: Whether they still hold something of the motion before the present chunk.
    """

    positions: list[float]
    observed: float
    encoded: float
    blended: bool


@dataclass(frozen=True, slots=True)
class Swap:
    """What became of a chunk that was offered.

    Attributes:
        taken: Whether it is executed from now on.
        jump: By how much it differs from the chunk before at this moment, the largest of all joints, rad or m; None without one.
        blended: Whether that is more than nothing, and dies away.
        why: Why it was not taken, a sentence.
    """

    taken: bool
    jump: float | None = None
    blended: bool = False
    why: str = ""


class ChunkBuffer:
    """The chunk that is executed, and what is left of the motion before it.

    Whatever a chunk differs by from the motion that was under way, in position and in velocity, dies away along a cubic: neither
    jumps where one chunk gives way to the next, however often that happens.

    Args:
        joints: How many numbers an action has.
        blend_s: How long that takes, seconds; 0 switches at once.
        smooth: A difference up to this counts as none, rad or m.
    """

    def __init__(self, joints: int, *, blend_s: float = 0.1, smooth: float = 2e-3) -> None:
        self.joints, self.blend_s, self.smooth = joints, blend_s, smooth
        self.clear()

    def clear(self) -> None:
        """Forget all chunks: what they were computed for is over."""
        self._now: ActionChunk | None = None
        self._apart: list[float] = []
        self._faster: list[float] = []
        self._since = 0.0

    def offer(self, chunk: ActionChunk, now: float) -> Swap:
        """Take a chunk, unless it is garbage, too late or older than the one that is there.

        Args:
            chunk: From the policy.
            now: Seconds.
        """
        if chunk.actions.ndim != 2 or chunk.actions.shape[1] != self.joints or not len(chunk.actions):
            return Swap(False, why=f"the policy answered {chunk.actions.shape} instead of (K, {self.joints}) actions")
        if not np.isfinite(chunk.actions).all():
            return Swap(False, why="the policy's actions are not all finite")
        if not (np.isfinite(chunk.origin).all() and chunk.period_s > 0 and np.isfinite(chunk.observed)):
            return Swap(False, why=f"the policy's actions have no time: observed {chunk.observed}, period {chunk.period_s} s")
        if chunk.ends <= now:
            return Swap(False, why=f"the policy's actions were over {now - chunk.ends:.2f} s before they came")
        if self._now is not None and chunk.observed < self._now.observed:
            return Swap(False, why="the policy's answers came in another order than they were asked for")
        before, after = self.sample(now), chunk.at(now)
        speed, next_speed = self.velocity(now), chunk.velocity(now)
        apart: list[float] = []
        faster: list[float] = []
        if before is not None and speed is not None and after is not None and next_speed is not None:
            apart = [a - b for a, b in zip(before.positions, after, strict=True)]
            faster = [a - b for a, b in zip(speed, next_speed, strict=True)]
        self._now, self._since = chunk, now
        self._apart, self._faster = (apart, faster) if self.blend_s > 0 else ([], [])
        jump = max(map(abs, apart)) if apart else None
        return Swap(True, jump, jump is not None and jump > self.smooth and self.blend_s > 0)

    def sample(self, now: float) -> Sampled | None:
        """Where the joints shall be at a time; None when there is no action for it."""
        if self._now is None:
            return None
        positions = self._now.at(now)
        if positions is None:
            return None
        s = self._share(now)
        if s < 1.0:
            left, slope = (1.0 - s) ** 2 * (1.0 + 2.0 * s), self.blend_s * s * (1.0 - s) ** 2
            positions = [p + left * d + slope * v for p, d, v in zip(positions, self._apart, self._faster, strict=True)]
        return Sampled(positions, self._now.observed, self._now.encoded, s < 1.0)

    def left_over(self, now: float, period_s: float, most: int) -> list[list[float]]:
        """(L, n) the actions that are still to be executed after a time, one per period; L is at most ``most``."""
        actions: list[list[float]] = []
        while len(actions) < most:
            sampled = self.sample(now + (len(actions) + 1) * period_s)
            if sampled is None:
                break
            actions.append(sampled.positions)
        return actions

    def velocity(self, now: float) -> list[float] | None:
        """(n,) how fast the joints shall move at a time, rad/s or m/s; None when there is no action for it."""
        speed = None if self._now is None else self._now.velocity(now)
        s = self._share(now)
        if speed is None or s >= 1.0:
            return speed
        left, slope = -6.0 * s * (1.0 - s) / self.blend_s, (1.0 - s) * (1.0 - 3.0 * s)
        return [u + left * d + slope * v for u, d, v in zip(speed, self._apart, self._faster, strict=True)]

    def _share(self, now: float) -> float:
        """How much of the time is over in which a difference dies away, from 0 to 1."""
        return 1.0 if not self._apart else min(max((now - self._since) / self.blend_s, 0.0), 1.0)
