"""Limits: the plan up to here takes no more time, distance, energy and steps than its caller allows."""

from collections.abc import Iterator

from verifier.finding import Finding
from verifier.spending import at_least, spent, taken_of
from verifier.step import Step

__all__ = ["check_limits"]


def check_limits(step: Step) -> Iterator[Finding]:
    """Find the first step with which a limit may be exceeded.

    Args:
        step: The step; what it takes is an interval, the upper end counts.

    Yields:
        One TIME, DISTANCE, ENERGY or STEPS finding for each limit: an error, or a warning where only the upper bound of an
        uncertain step is to blame. ``detail`` says whether the excess is ``proved`` for every route there is.
    """
    uncertain = step.before.uncertain_since is not None or (step.skill is not None and step.skill.uncertain)
    limits = step.scope.limits
    taken = {item.code: item.amount[0] for item in taken_of(limits, limits.taken)}
    for item in spent(step):
        if item.amount[1] <= item.limit or item.code in step.before.used.over:
            continue
        least = at_least(step, item)
        proved = least > item.limit
        yield Finding(
            code=item.code,
            severity="error" if proved or not uncertain else "warning",
            step=step.number,
            subject="limit",
            needed=round(item.amount[1], 3),
            available=item.limit,
            unit=item.unit,
            detail={
                "limit": True,
                "proved": proved,
                "at_least": round(least, 3),
                "last_good_step": step.number - 1,
                **({"taken": round(before, 3)} if (before := taken.get(item.code)) else {}),
            },
        )
