"""Battery: after every step there is charge to get back to a dock with the reserve untouched."""

from collections.abc import Iterator

from maps import Pose, Route, distance
from verifier.budget import drive_energy
from verifier.finding import Finding
from verifier.home import docks, find_home, no_way_home
from verifier.step import Home, Scope, Situation, Step

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
        One BATTERY finding: an error, or a warning where only the upper bound of an uncertain step is to blame.
    """
    if step.skill is None or not step.arguments.sound or step.before.strained_by is not None:
        return
    scope, body = step.scope, step.scope.body
    home = None if step.after.docked else step.home
    reserve = 0.0 if step.after.docked else body.reserve_wh
    low, high = step.spent
    back = (0.0, 0.0) if home is None else _energy_back(step, home)
    if low - back[1] < reserve and home is not None:
        nearest = find_home(scope, _where(step), step.after.doors)
        if nearest is not None:
            home, back = nearest, _energy_back(step, nearest)
    if low - back[1] >= reserve:
        return
    full = step.before.charge_wh
    proved = high - back[0] < reserve
    uncertain = step.skill.uncertain or step.before.uncertain_since is not None
    yield Finding(
        code="BATTERY",
        severity="error" if proved or not uncertain else "warning",
        step=step.number,
        subject="battery",
        needed=round(full - low + back[1], 6),
        available=round(full - reserve, 6),
        unit="Wh",
        where=_where(step).point,
        detail={
            "reserve_wh": reserve,
            "proved": proved,
            "last_safe_step": step.number - 1,
            **({} if home is None else {"dock": home.dock}),
        },
    )


def _where(step: Step) -> Pose:
    leg = step.leg
    return leg.result.end if leg is not None and isinstance(leg.result, Route) else step.before.pose


def _energy_back(step: Step, home: Home) -> tuple[float, float]:
    """Energy for the way back, Wh: at least straight there at full speed, at most along the verified way."""
    scope = step.scope
    straight = distance(_where(step).point, scope.world.places[home.dock].centre)
    least = max(0.0, straight - 1.0) / max(1e-3, scope.body.max_speed)
    return (drive_energy(scope.body, (least, least))[0], drive_energy(scope.body, home.time_s)[1])
