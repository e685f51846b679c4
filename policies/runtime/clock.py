"""The clock of a real-time loop: absolute deadlines, and what the operating system can be asked for to keep them."""

import contextlib
import ctypes
import gc
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path

__all__ = ["Pacer", "prefer_punctuality"]

SPIN_S = 0.0002
PRIORITY = 20
"""Of SCHED_FIFO: above all ordinary processes, below the kernel's own threads."""

SESSION_NICE = -10
"""Of the engine's session among all sessions, where they share the processors evenly whatever their processes' niceness."""


class Pacer:
    """Waits for deadlines that lie one period apart on the clock, whatever the time between them was used for.

    A tick that is more than a period late is not made up for by a burst: the deadlines that have passed are skipped and counted.

    Args:
        period_s: Between deadlines, seconds.
        now: The clock, seconds.
        sleep: Sleeps for some seconds; from Python 3.11 on ``time.sleep`` waits for an absolute time with ``clock_nanosleep``.
        spin_s: The last stretch before a deadline is waited for awake, seconds.
    """

    def __init__(
        self,
        period_s: float,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        spin_s: float = SPIN_S,
    ) -> None:
        self._period_s, self._now, self._sleep, self._spin_s = period_s, now, sleep, spin_s
        self._due = now()

    @property
    def due(self) -> float:
        """The deadline that was waited for last, seconds."""
        return self._due

    def wait(self) -> tuple[float, int]:
        """Wait for the next deadline.

        Returns:
            How late this tick begins, seconds; how many deadlines before it were skipped.
        """
        self._due += self._period_s
        now = self._now()
        skipped = 0
        if now - self._due >= self._period_s:
            skipped = int((now - self._due) / self._period_s)
            self._due += skipped * self._period_s
        if self._due - now > self._spin_s:
            self._sleep(self._due - now - self._spin_s)
        while (now := self._now()) < self._due:
            pass
        return now - self._due, skipped


def prefer_punctuality(*, real_time: bool = True) -> list[str]:
    """Ask for everything that keeps a loop on time: real-time priority, memory that is not swapped out, no garbage collection.

    Call it once, in the process of the loop, after everything is imported and made.

    Args:
        real_time: False leaves it at no garbage collection.

    Returns:
        One sentence for each thing that was not permitted; empty when all were.
    """
    refused = []
    gc.collect()
    gc.freeze()
    gc.disable()
    if not real_time:
        return ["real-time priority and locked memory were not asked for: other programs can delay ticks"]
    try:
        # Children do not inherit it: a policy at this priority could starve the loop.
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(PRIORITY))
    except (OSError, AttributeError):
        refused.append(
            "real-time priority (SCHED_FIFO) was not permitted: other programs can delay ticks; "
            "grant it with 'rtprio 20' for this user in /etc/security/limits.conf, or with CAP_SYS_NICE"
        )
    _raise_session()
    if not _lock_memory():
        refused.append("memory could not be locked (mlockall): ticks are late when the machine swaps; grant 'memlock unlimited'")
    return refused


def _raise_session() -> None:
    """Put this session's processes ahead of other sessions': where Linux groups by session, niceness counts inside one only.

    The policy's process is the one that gains: this one has real-time priority. Only the leader asks, for a session of its own.
    """
    if os.getsid(0) == os.getpid():
        with contextlib.suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(SESSION_NICE))


def _lock_memory() -> bool:
    """Lock all pages, present and future ones, if no limit could make a later allocation fail because of it."""
    unlimited = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY
    if not unlimited and os.geteuid() != 0:
        return False
    try:
        return bool(ctypes.CDLL(None, use_errno=True).mlockall(3) == 0)
    except (OSError, AttributeError):
        return False
