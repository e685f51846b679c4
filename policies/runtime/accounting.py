"""Accounting: what happened in every tick, counted as it happens; the last hour also tick by tick, for percentiles and pictures."""

from array import array
from collections import Counter
from collections.abc import Sequence

from policies.runtime.chunks import Swap
from policies.runtime.filtered import Reason
from policies.runtime.watchdog import Mode, Watch

__all__ = ["MODES", "Accounting"]

MODES: tuple[Mode, ...] = (Mode.RUN, Mode.HOLD, Mode.STOP)
_NUMBER = {mode: number for number, mode in enumerate(MODES)}
KEPT = 360_000
"""Ticks that are kept one by one: an hour at 100 Hz. A robot that runs for weeks must not run out of memory."""
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
        self.ticks = self.missed = self.starved = self.chunks = self.faded = 0
        self.began = self.ended = 0.0
        self.modes, self.reasons, self.drops = Counter[Mode](), Counter[Reason](), Counter[str]()
        self.events: list[tuple[float, Mode, str]] = []
        self.notes: list[str] = []
        self._mode: Mode | None = None
        self.times, self.lateness, self.work, self.ages = array("d"), array("f"), array("f"), array("f")
        self.mode_numbers, self.jumps, self.latencies = array("B"), array("f"), array("f")

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
        reasons: Sequence[Reason],
    ) -> None:
        """One tick has been computed."""
        if not self.ticks:
            self.began = now
        self.ended = now
        self.ticks += 1
        self.missed += skipped
        self.starved += starved
        self.modes[watch.mode] += 1
        for reason in reasons:
            self.reasons[reason] += 1
        if watch.mode is not self._mode:
            self._mode = watch.mode
            if len(self.events) < EVENTS:
                self.events.append((now, watch.mode, watch.reason))
        self.times.append(now)
        self.lateness.append(lateness_s)
        self.work.append(work_s)
        self.ages.append(age_s)
        self.mode_numbers.append(_NUMBER[watch.mode])
        if len(self.times) >= 2 * KEPT:
            self._forget()

    def sent(self, late_s: float) -> None:
        """The targets of the last tick have been sent, so much after the tick was due."""
        self.missed += late_s > self.period_s

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

    def _forget(self) -> None:
        """Drop what is older than an hour from the lists; the counts keep it."""
        for book in (self.times, self.lateness, self.work, self.ages, self.mode_numbers):
            del book[:-KEPT]
        for book in (self.jumps, self.latencies):
            del book[:-KEPT]
