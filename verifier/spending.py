"""Spending: what the plan takes up to a step, and what a mission has taken, against the caller's limits."""

from collections.abc import Iterator
from dataclasses import dataclass

from verifier.finding import Code, Finding
from verifier.least import least_drain, least_metres, least_time, visits_with
from verifier.limits import NO_LIMITS, Limits, Taken
from verifier.step import Step
from verifier.verdict import Interval

__all__ = ["LIMIT_CODES", "Spent", "at_least", "limits_over", "overrun", "spent", "taken_of"]

_ROUNDING = 1e-6

LIMIT_CODES: tuple[Code, ...] = ("TIME", "DISTANCE", "ENERGY", "STEPS")


@dataclass(frozen=True, slots=True)
class Spent:
    """One quantity up to and including a step: its code, the limit, what is spent of it (low and high) and the unit."""

    code: Code
    limit: float
    amount: Interval
    unit: str


def spent(step: Step) -> Iterator[Spent]:
    """What is spent up to this step of everything that is limited, with what the mission had taken before the plan."""
    limits, used, cost = step.scope.limits, step.before.used, step.cost
    for item in taken_of(limits, limits.taken):
        if item.code == "STEPS":
            own = (float(step.number), float(step.number))
        elif item.code == "TIME":
            own = (used.time_s[0] + cost.time_s[0], used.time_s[1] + cost.time_s[1])
        elif item.code == "DISTANCE":
            own = (used.metres[0] + cost.metres[0], used.metres[1] + cost.metres[1])
        else:
            own = (used.energy_wh[0] + cost.energy_wh[0], used.energy_wh[1] + cost.energy_wh[1])
        yield Spent(item.code, item.limit, (item.amount[0] + own[0], item.amount[1] + own[1]), item.unit)


def taken_of(limits: Limits, taken: Taken) -> Iterator[Spent]:
    """What has been taken, as measured, of everything that is limited."""
    if limits.time_s is not None:
        yield Spent("TIME", limits.time_s, (taken.time_s, taken.time_s), "s")
    if limits.distance_m is not None:
        yield Spent("DISTANCE", limits.distance_m, (taken.distance_m, taken.distance_m), "m")
    if limits.energy_wh is not None:
        yield Spent("ENERGY", limits.energy_wh, (taken.energy_wh, taken.energy_wh), "Wh")
    if limits.steps is not None:
        yield Spent("STEPS", limits.steps, (float(taken.steps), float(taken.steps)), "")


def overrun(limits: Limits, taken: Taken, number: int | None = None) -> Finding | None:
    """The first limit that has been exceeded as measured, as a finding about a step; None while all of them hold."""
    for item in taken_of(limits, taken):
        if item.amount[0] > item.limit + _ROUNDING:
            return Finding(
                code=item.code,
                step=number,
                subject="limit",
                needed=round(item.amount[0], 3),
                available=item.limit,
                unit=item.unit,
                detail={"limit": True, "measured": True},
            )
    return None


def limits_over(step: Step) -> frozenset[str]:
    """Codes of the limits that this step may exceed."""
    if step.scope.limits is NO_LIMITS:
        return frozenset()
    return frozenset(item.code for item in spent(step) if item.amount[1] > item.limit)


def at_least(step: Step, item: Spent) -> float:
    """The least amount over every route there is."""
    taken, visits = step.scope.limits.taken, visits_with(step)
    if item.code == "TIME":
        return taken.time_s + least_time(step.scope, visits)
    if item.code == "DISTANCE":
        return taken.distance_m + least_metres(step.scope, visits)
    if item.code == "ENERGY":
        return taken.energy_wh + least_drain(step.scope, visits)
    return item.amount[0]
