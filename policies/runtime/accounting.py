"""Accounting: what happened in every tick, kept in flat arrays while the loop runs, added up afterwards."""

from array import array
from collections import Counter
from collections.abc import Sequence

from policies.runtime.chunks import Swap
from policies.runtime.safety import REASONS, Reason
from policies.runtime.watchdog import Mode, Watch

__all__ = ["MODES", "Accounting"]

MODES: tuple[Mode, ...] = (Mode.RUN, Mode.HOLD, Mode.STOP)
_MODE = {mode: number for number, mode in enumerate(MODES)}
_BIT = {reason: 1 << number for number, reason in enumerate(REASONS)}
EVENTS = 1000
"""So many changes of mode are kept word for word."""


class Accounting:
    """Books of one run.

    Args:
        period_s: Time between ticks, seconds.
        checks: Which checks of the safety filter are in force.
    """

    def __init__(self, period_s: float, *, checks: Sequence[str] = ()) -> None:
        self.period_s, self.checks = period_s, tuple(checks)
        self.times, self.lateness, self.work, self.ages = array("d"), array("f"), array("f"), array("f")
        self.sent_late = array("f")
        self.modes, self.starved, self.blended, self.reasons = array("B"), array("B"), array("B"), array("H")
        self.jumps, self.latencies = array("f"), array("f")
        self.skipped = self.chunks = self.faded = 0
        self.drops: Counter[str] = Counter()
        self.events: list[tuple[float, Mode, str]] = []
        self.notes: list[str] = []
        self._mode: Mode | None = None

    def note(self, sentence: str) -> None:
        """Something that a reader of the report should know."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def tick(
        self,
        *,
        now: float,
        lateness_s: float,
        skipped: int,
        work_s: float,
        age_s: float,
        watch: Watch,
        starved: bool,
        blended: bool,
        reasons: Sequence[Reason],
    ) -> None:
        """One tick has been computed."""
        self.times.append(now)
        self.lateness.append(lateness_s)
        self.work.append(work_s)
        self.ages.append(age_s)
        self.modes.append(_MODE[watch.mode])
        self.starved.append(starved)
        self.blended.append(blended)
        self.reasons.append(sum(_BIT[reason] for reason in reasons))
        self.skipped += skipped
        if watch.mode is not self._mode:
            self._mode = watch.mode
            if len(self.events) < EVENTS:
                self.events.append((now, watch.mode, watch.reason))

    def sent(self, late_s: float) -> None:
        """The targets of the last tick have been sent, so much after the tick was due."""
        self.sent_late.append(late_s)

    def swapped(self, swap: Swap, *, latency_s: float) -> None:
        """A chunk was taken."""
        self.chunks += 1
        self.faded += swap.blended
        self.latencies.append(latency_s)
        if swap.jump is not None:
            self.jumps.append(swap.jump)

    def dropped(self, why: str) -> None:
        """A chunk was not taken."""
        # Numbers differ from one to the next; the words before them tell the kind.
        self.drops[why.split(" were over ")[0] + " came too late" if " were over " in why else why] += 1
