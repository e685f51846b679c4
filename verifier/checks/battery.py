"""Battery: after every step there is charge to get back to a dock with the reserve untouched."""

from collections.abc import Iterator
from typing import Any

from maps import Pose, Route
from verifier.budget import drives_itself
from verifier.finding import Finding
from verifier.home import docks, find_home, no_way_home, way_back_wh
from verifier.last_safe import last_safe_point
from verifier.least import least_energy, visits_with
from verifier.riding import landing
from verifier.routes import Target
from verifier.step import Scope, Situation, Step, Visit

__all__ = ["check_battery", "check_docks"]


def check_docks(scope: Scope, start: Situation) -> Iterator[Finding]:
    """Warn when the map has docks and none can be reached from where the robot stands.

    Args:
        scope: What stays the same.
        start: The situation before the first step.

    Yields:
        At most one BATTERY warning about the whole plan.
    """
    if start.home is None and no_way_home(scope, start):
        names = ", ".join(repr(dock.name) for dock in docks(scope)[:3])
        reason = f"no dock can be reached from where the robot stands ({names}), so only the reserve is kept"
        yield Finding(code="BATTERY", severity="warning", subject="battery", detail={"reason": reason})


def check_battery(step: Step) -> Iterator[Finding]:
    """Find the step after which the charge may no longer do for the way back to a dock.

    A step that ends on a dock may use the reserve. Only the first such step of a plan is reported.

    Args:
        step: The step; its costs are intervals, the upper ones count.

    Yields:
        One BATTERY finding: an error, or a warning where only the upper bound of an uncertain step is to blame. ``detail`` says
        whether the shortfall is ``proved`` for every route there is, how far it is still safe to go, and which function's
        time limit the bound rests on.
    """
    if step.skill is None or not step.arguments.sound or step.before.strained_by is not None:
        return
    scope, body = step.scope, step.scope.body
    home = None if step.after.docked else step.home
    reserve = 0.0 if step.after.docked else body.reserve_wh
    low = step.spent[0]
    back = 0.0 if home is None else way_back_wh(step, home)
    if low - back < reserve and home is not None:
        nearest = find_home(scope, _where(step), step.after.doors)
        if nearest is not None:
            home, back = nearest, way_back_wh(step, nearest)
    if low - back >= reserve:
        return
    full = step.before.charge_wh
    proved = _proved(step, full - reserve)
    uncertain = step.skill.uncertain or step.before.uncertain_since is not None
    yield Finding(
        code="BATTERY",
        severity="error" if proved or not uncertain else "warning",
        step=step.number,
        subject="battery",
        needed=round(full - low + back, 6),
        available=round(full - reserve, 6),
        unit="Wh",
        where=_where(step).point,
        detail={
            "reserve_wh": reserve,
            "proved": proved,
            "last_safe_step": step.number - 1,
            **({} if home is None else {"dock": home.dock}),
            **_safe(step),
            **_open_ended(step),
        },
    )


def _proved(step: Step, available: float) -> bool:
    """Whether no choice of routes could do with this much, the way to a dock included."""
    scope, visits = step.scope, visits_with(step)
    laden = scope.loaded(step.after.load).body
    ways = [(*visits, Visit(body=laden, target=Target(motion="at", feature=dock))) for dock in docks(scope)]
    if step.after.docked or step.home is None or not ways:
        ways = [visits]
    return min(least_energy(scope, way) for way in ways) > available


def _safe(step: Step) -> dict[str, Any]:
    point = last_safe_point(step)
    return {"last_safe": point} if point else {}


def _open_ended(step: Step) -> dict[str, Any]:
    """The function whose time limit, and no shorter way, bounds what this step takes."""
    if step.skill is None or not drives_itself(step.skill):
        return {}
    return {"at_most_s": round(step.cost.time_s[1], 1)}


def _where(step: Step) -> Pose:
    leg = step.leg
    if (ridden := landing(step.scope.world, step.skill, step.arguments)) is not None:
        return ridden
    return leg.result.end if leg is not None and isinstance(leg.result, Route) else step.before.pose
