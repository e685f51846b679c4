"""Spending: what the plan takes up to a step, against the caller's limits on time, distance and steps."""

from collections.abc import Iterator
from dataclasses import dataclass

from verifier.finding import Code
from verifier.least import least_metres, least_time, visits_with
from verifier.step import Step
from verifier.verdict import Interval

__all__ = ["Spent", "at_least", "limits_over", "spent"]


@dataclass(frozen=True, slots=True)
class Spent:
    """One quantity up to and including a step: its code, the limit, what is spent of it (low and high) and the unit."""

    code: Code
    limit: float
    amount: Interval
    unit: str


def spent(step: Step) -> Iterator[Spent]:
    """What is spent up to this step of everything that is limited."""
    limits, used, cost = step.scope.limits, step.before.used, step.cost
    if limits.time_s is not None:
        yield Spent("TIME", limits.time_s, (used.time_s[0] + cost.time_s[0], used.time_s[1] + cost.time_s[1]), "s")
    if limits.distance_m is not None:
        yield Spent("DISTANCE", limits.distance_m, (used.metres[0] + cost.metres[0], used.metres[1] + cost.metres[1]), "m")
    if limits.steps is not None:
        yield Spent("STEPS", limits.steps, (float(step.number), float(step.number)), "")


def limits_over(step: Step) -> frozenset[str]:
    """Codes of the limits that this step may exceed."""
    return frozenset(item.code for item in spent(step) if item.amount[1] > item.limit)


def at_least(step: Step, item: Spent) -> float:
    """The least amount over every route there is."""
    if item.code == "TIME":
        return least_time(step.scope, visits_with(step))
    if item.code == "DISTANCE":
        return least_metres(step.scope, visits_with(step))
    return item.amount[0]
