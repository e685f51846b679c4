"""Figures: shares with their 95 % intervals, by capability, language and size of site; latency; risk and coverage."""

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from agent.evaluation.intervals import interval
from agent.evaluation.result import Case

__all__ = ["MEASURES", "SIZES", "Row", "Share", "figures", "groups", "risk_coverage", "table"]

SIZES: tuple[tuple[str, int, float], ...] = (
    ("small", 0, 70),
    ("medium", 70, 100),
    ("large", 100, 500),
    ("huge", 500, float("inf")),
)
"""Sizes of sites by the number of places, things and doors that the map names: at least, below."""

Measure = Callable[[Case], bool | None]

MEASURES: dict[str, tuple[str, Measure]] = {
    "right": ("treated as it should be: goal reached, question asked, declined or answered", lambda case: case.right),
    "goal": (
        "goal reached in simulation, of the missions to be carried out",
        lambda case: case.right if case.want == "plan" else None,
    ),
    "exact": ("first plan is the reference plan, where there is one", lambda case: case.exact),
    "first": ("first plan passed the verifier, of those that gave a plan", lambda case: case.first),
    "repaired": ("first plan or its repair passed the verifier", lambda case: case.repaired),
    "run right": ("right, of the missions in which it ran a plan", lambda case: case.right if case.ran else None),
    "asked": ("asked what it should, of the ambiguous missions", lambda case: case.asked),
    "declined": ("declined, of the impossible, forbidden and foreign missions", lambda case: case.declined),
    "neither": ("planned at once, of the clear missions", lambda case: case.neither),
}
"""What is measured: its name, what it means, and what one case says about it (None: nothing)."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of cases with its 95 % Wilson interval."""

    good: int
    of: int

    @property
    def bounds(self) -> tuple[float, float, float]:
        """The share, the interval's lower and upper end."""
        return interval(self.good, self.of)

    def to_json(self) -> dict[str, Any] | None:
        """Plain data; None when there is no case."""
        share, low, high = self.bounds
        return (
            {"share": round(share, 4), "low": round(low, 4), "high": round(high, 4), "good": self.good, "of": self.of}
            if self.of
            else None
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One group of missions: what makes it one, how many they are, each measure's share."""

    by: str
    group: str
    missions: int
    shares: dict[str, Share]

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "by": self.by, "group": self.group, "missions": self.missions,
            **{name: share.to_json() for name, share in self.shares.items()},
        }  # fmt: skip


def table(cases: Sequence[Case]) -> tuple[Row, ...]:
    """A row for all missions, then one for each language, size of site, treatment wanted and capability."""
    return tuple(_row(by, group, members) for by, group, members in groups(cases))


def groups(cases: Sequence[Case]) -> Iterable[tuple[str, str, list[Case]]]:
    """The groups that the table has rows for: by what, which, its cases."""
    yield "all", "all", list(cases)
    for language in sorted({case.lang for case in cases}):
        yield "language", language, [case for case in cases if case.lang == language]
    for name, least, below in SIZES:
        members = [case for case in cases if least <= case.size < below]
        if members:
            yield "size", name, members
    for want in ("plan", "ask", "decline", "answer"):
        members = [case for case in cases if case.want == want]
        if members:
            yield "wanted", want, members
    for tag in sorted({tag for case in cases for tag in case.tags}):
        yield "capability", tag, [case for case in cases if tag in case.tags]


def figures(cases: Sequence[Case]) -> dict[str, Any]:
    """Everything as plain data: the table, latency in seconds, tokens per second, the risk-coverage curve."""
    seconds = sorted(second for case in cases for second in case.seconds)
    tokens = sum(sum(case.tokens) for case in cases)
    spent = math.fsum(seconds)
    return {
        "missions": len(cases),
        "table": [row.to_json() for row in table(cases)],
        "latency_p50_s": round(statistics.median(seconds), 4) if seconds else None,
        "latency_p95_s": round(seconds[int(0.95 * (len(seconds) - 1))], 4) if seconds else None,
        "tokens_per_s": round(tokens / spent, 1) if tokens and spent else None,
        "answers": sum(case.rounds for case in cases),
        "risk_coverage": [[round(value, 4) for value in point] for point in risk_coverage(cases)],
    }


def risk_coverage(cases: Sequence[Case]) -> list[tuple[float, float, float]]:
    """What share of the plans would be wrong if only the most confident were run (selective prediction, El-Yaniv and Wiener 2010).

    Returns:
        Confidence of the last plan that is run, coverage (share of all plans), risk (wrong ones among them), one for each
        confidence that occurs; empty when the planner gives none.
    """
    scored = sorted(((case.confidence, case.right) for case in cases if case.ran and case.confidence is not None), reverse=True)
    curve: list[tuple[float, float, float]] = []
    wrong = 0
    for number, (confidence, right) in enumerate(scored, start=1):
        wrong += not right
        if number == len(scored) or scored[number][0] != confidence:  # equal ones are run together or not at all
            curve.append((confidence, number / len(scored), wrong / number))
    return curve


def _row(by: str, group: str, members: Sequence[Case]) -> Row:
    shares = {}
    for name, (_, measure) in MEASURES.items():
        told = [bool(answer) for answer in map(measure, members) if answer is not None]
        shares[name] = Share(told.count(True), len(told))
    return Row(by, group, len(members), shares)
