"""The report after every run: ticks on time, actions fresh, what the filter changed, when and why the robot held."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from policies.runtime.accounting import MODES, Accounting
from policies.runtime.filtered import REASONS

__all__ = ["RunReport", "draw_report", "report_of", "save_report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What happened in a run; times in milliseconds, as (median, 99th percentile, worst), of at least its last hour.

    Attributes:
        ticks: Ticks that ran.
        missed: Ticks that were left out, or whose targets were sent more than one period late.
        seconds: From the first tick to the last.
        lateness_ms: How late ticks began.
        work_ms: How long they took.
        starved: Ticks without an action while there was a task and the robot was running.
        age_ms: How old the observation behind the executed actions was.
        latency_ms: From an observation to the arrival of the chunk computed from it.
        chunks: Chunks executed.
        faded: Those of them that did not continue the one before and were faded in.
        jump: (median, 95th percentile, worst) difference to the chunk before at the moment of the switch, rad or m.
        dropped: Chunks not executed, by reason.
        modes: Ticks in each mode.
        interventions: Ticks in which the safety filter changed what was asked for, by reason.
        checks: The safety filter's checks that were in force.
        events: (seconds since the first tick, mode, reason) of every change of mode.
        notes: What else a reader should know, e.g. that real-time priority was not permitted.
    """

    ticks: int
    missed: int
    seconds: float
    lateness_ms: tuple[float, float, float]
    work_ms: tuple[float, float, float]
    starved: int
    age_ms: tuple[float, float, float]
    latency_ms: tuple[float, float, float]
    chunks: int
    faded: int
    jump: tuple[float, float, float]
    dropped: Mapping[str, int] = field(default_factory=dict)
    modes: Mapping[str, int] = field(default_factory=dict)
    interventions: Mapping[str, int] = field(default_factory=dict)
    checks: tuple[str, ...] = ()
    events: tuple[tuple[float, str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def missed_share(self) -> float:
        """Missed ticks as a share of those due, from 0 to 1."""
        return self.missed / max(1, self.ticks)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)

    def __str__(self) -> str:
        changed = ", ".join(f"{reason} {count}" for reason, count in self.interventions.items()) or "none"
        dropped = "".join(f"; {count} dropped: {why}" for why, count in self.dropped.items())
        modes = ", ".join(f"{mode} {count}" for mode, count in self.modes.items())
        lines = [
            f"ticks      {self.ticks} in {self.seconds:.1f} s, {self.missed} missed ({100 * self.missed_share:.3f} %), {modes}",
            f"lateness   {_ms(self.lateness_ms)}",
            f"work       {_ms(self.work_ms)}",
            f"actions    starved in {self.starved} ticks; age {_ms(self.age_ms)}",
            f"chunks     {self.chunks} executed, {self.faded} of them faded in{dropped}; latency {_ms(self.latency_ms)}",
            f"jump       median {self.jump[0]:.4f}, 95 % {self.jump[1]:.4f}, worst {self.jump[2]:.4f} rad or m",
            f"filter     changed: {changed}; checks in force: {', '.join(self.checks)}",
        ]
        lines += [f"{at:9.2f} s {mode}{': ' if reason else ''}{reason}" for at, mode, reason in self.events]
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])


def report_of(account: Accounting) -> RunReport:
    """Add up the books of a run."""
    import numpy as np

    ages = np.asarray(account.ages, dtype=np.float64)
    return RunReport(
        ticks=account.ticks,
        missed=account.missed,
        seconds=account.ended - account.began,
        lateness_ms=_spread(1e3 * np.asarray(account.lateness, dtype=np.float64), 99),
        work_ms=_spread(1e3 * np.asarray(account.work, dtype=np.float64), 99),
        starved=account.starved,
        age_ms=_spread(1e3 * ages[np.isfinite(ages)], 99),
        latency_ms=_spread(1e3 * np.asarray(account.latencies, dtype=np.float64), 99),
        chunks=account.chunks,
        faded=account.faded,
        jump=_spread(account.jumps, 95),
        dropped=dict(account.drops),
        modes={mode.value: account.modes[mode] for mode in MODES},
        interventions={reason: account.reasons[reason] for reason in REASONS if account.reasons[reason]},
        checks=account.checks,
        events=tuple((at - account.began, mode.value, reason) for at, mode, reason in account.events),
        notes=tuple(account.notes),
    )


def save_report(report: RunReport, path: str | Path) -> None:
    """Write a report as JSON, whole or not at all."""
    target = Path(path)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    partial.write_text(json.dumps(report.to_json(), indent=1) + "\n", encoding="utf-8")
    partial.replace(target)


def draw_report(account: Accounting, path: str | Path) -> None:
    """Draw lateness, work, age of actions and mode over time, as a PNG or SVG."""
    import numpy as np
    from matplotlib.figure import Figure

    times = np.asarray(account.times) - account.began
    figure = Figure(figsize=(9, 6), layout="constrained")
    late, work, age = figure.subplots(3, 1, sharex=True)
    late.plot(times, 1e3 * np.asarray(account.lateness), lw=0.6)
    late.axhline(1e3 * account.period_s, color="tab:red", lw=0.8, ls="--", label="one period")
    late.set_ylabel("lateness, ms")
    late.legend(loc="center right", frameon=False)
    work.plot(times, 1e3 * np.asarray(account.work), lw=0.6)
    work.set_ylabel("work, ms")
    age.plot(times, 1e3 * np.asarray(account.ages), lw=0.6)
    age.set_ylabel("age of actions, ms")
    age.set_xlabel("time, s")
    modes = np.asarray(account.mode_numbers)
    for axis in (late, work, age):
        for number, colour in ((1, "tab:orange"), (2, "tab:red")):
            axis.fill_between(times, 0, 1, where=modes == number, color=colour, alpha=0.15, transform=axis.get_xaxis_transform())
        axis.spines[["top", "right"]].set_visible(False)
    late.set_title("shaded: held (orange), stopped (red)", fontsize="small", loc="right")
    figure.savefig(path, dpi=110)


def _spread(values: Any, high: float) -> tuple[float, float, float]:
    """(median, a high percentile, maximum); zeros for nothing."""
    import numpy as np

    if not len(values):
        return 0.0, 0.0, 0.0
    middle, top = np.percentile(np.asarray(values, dtype=np.float64), [50, high])
    return round(float(middle), 6), round(float(top), 6), round(float(np.max(values)), 6)


def _ms(spread: tuple[float, float, float]) -> str:
    return f"median {spread[0]:.3f}, 99 % {spread[1]:.3f}, worst {spread[2]:.3f} ms"
