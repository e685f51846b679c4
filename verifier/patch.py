"""Patch: the verdict after some legs were mended, from the one before, without a walk through the steps.

Where nothing was found in a plan, what a longer leg changes is known: time, energy and length of its step, and what is left after
it and after all later ones. As long as that does for the way back to a dock, all else was decided by what is still the same.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from maps import Route
from maps.cut_off import cut_off
from maps.geometry import Point
from maps.mend import mended
from skills import Skill
from verifier.budget import drive_energy, drive_time
from verifier.contracts import once
from verifier.cut_verdict import cut_verdict
from verifier.digest import digest_of
from verifier.home import retrace, reversed_route
from verifier.limits import NO_LIMITS
from verifier.quick_drive import quick_time
from verifier.reads import Asked
from verifier.standing import Nearest
from verifier.step import Home, Scope, Step
from verifier.verdict import Interval, StepVerdict, Verdict, with_values

__all__ = ["patched"]

_ROUNDING = 1e-6
"""Wh that must be left beyond what is needed: sums are rounded otherwise than in a walk."""


def patched(near: Nearest) -> tuple[Verdict, dict[Hashable, Asked]] | None:
    """The verdict on the scope's map with mended routes.

    Args:
        near: The verdict on another map.

    Returns:
        What a walk with the same routes gives, up to rounding, and these routes by the questions for them. Where the first leg that
        does not stand is cut off for good, a refusal that ends with its step. None where something else may have changed, a leg
        cannot be mended, or what is left may not do: then the plan has to be walked through.
    """
    judged = near.judged
    fallen = near.changes.fallen
    if fallen is None or not near.changes.reads_alike or not _is_plain(near):
        return None
    legs: dict[int, Route] = {}
    answers: dict[Hashable, Asked] = {}
    for number, part in enumerate(judged.parts):
        for question, asked in part.asked:
            if id(asked) not in fallen:
                continue
            step = judged.steps[number - 1] if 0 < number <= len(judged.steps) else None
            if step is None or len(part.asked) > 1:
                return None
            route = _mended(near, step, question, asked)
            if route is None:
                return None
            if not isinstance(route, Route):
                return None if legs else (cut_verdict(near, step, asked.goal.subject, route), {})
            legs[number], answers[question] = route, replace(asked, route=route)
    verdict = _with_legs(near, legs) if legs else None
    return None if verdict is None else (verdict, answers)


def _is_plain(near: Nearest) -> bool:
    """Whether nothing in a verdict hangs on lengths but charge, time and length themselves."""
    verdict, known = near.judged.verdict, near.judged.remarks
    if "plain" not in known:
        known["plain"] = verdict.ok and not verdict.all_findings() and all(map(_is_plain_step, near.judged.steps))
    return known["plain"] and near.scope.limits is NO_LIMITS


def _is_plain_step(step: Step) -> bool:
    if step.skill is None or not step.arguments.sound or step.branches or step.ends or step.after.docked or step.skill.uncertain:
        return False
    return step.after.battery == step.spent and not _asks_for_charge(step.skill)


@once
def _asks_for_charge(skill: Skill) -> bool:
    """Whether anything in a skill's contract speaks of the charge."""
    return "battery" in repr((skill.requires, skill.throughout, skill.invariant, skill.confirms, skill.effects, skill.on_failure))


def _mended(near: Nearest, step: Step, question: Hashable, asked: Asked) -> Route | Point | None:
    """The route of a step's leg, mended, or where it is cut off for good; None for any other route."""
    leg = step.leg
    if leg is None or leg.provisional or not isinstance(leg.result, Route) or leg.result.evidence is not asked.evidence:
        return None
    assert isinstance(question, tuple)
    _, _, _, policy, states = question
    world, doors, places = near.scope.world, dict(states), []

    def is_cut_off() -> bool:
        places.append(cut_off(world, asked.body, asked.route, near.changes.goal(asked), policy, doors))
        return places[-1] is not None

    route = None
    if near.changes.ends_alike(asked):
        route = mended(world, asked.body, asked.route, policy, doors, is_cut_off)
    if route is None and not places:
        is_cut_off()
    return route if route is not None else places[-1]


@dataclass(slots=True)
class _Longer:
    """How much more the steps so far take: time, s, and energy, Wh, low and high; length; and the way back from where they end."""

    time_s: Interval = (0.0, 0.0)
    energy_wh: Interval = (0.0, 0.0)
    metres: float = 0.0
    back_s: Interval = (0.0, 0.0)


def _with_legs(near: Nearest, legs: dict[int, Route]) -> Verdict | None:
    """The verdict with other routes in some steps, by number; None where the charge may not do."""
    judged, revision, more = near.judged, near.scope.world.revision, _Longer()
    found = []
    for step, verdict in zip(judged.steps, judged.verdict.steps, strict=True):
        values: dict[str, Any] = {}
        if step.number in legs:
            longer = _longer(near.scope, step, legs[step.number])
            if longer is None:
                return None
            values = {"route": legs[step.number], **_step_values(verdict, longer)}
            more = _summed(more, longer)
        elif verdict.route is not None:
            values["route"] = verdict.route.on(revision)
        if more.time_s != (0.0, 0.0):
            left = _left(step, more)
            if left is None:
                return None
            values |= left
        found.append(with_values(verdict, values) if values else verdict)
    totals = judged.verdict.totals
    bounds = totals.distance_bounds_m
    update: dict[str, Any] = {
        "distance_m": totals.distance_m + more.metres,
        "distance_bounds_m": (bounds[0] + more.metres, bounds[1] + more.metres),
        "time_s": _plus(totals.time_s, more.time_s),
        "battery_left_wh": found[-1].battery_wh,
    }
    update["energy_wh"] = _plus(totals.energy_wh, more.energy_wh)
    digest = digest_of(judged.digest, revision)
    parts = {"revision": revision, "plan_digest": digest, "steps": tuple(found), "totals": totals.model_copy(update=update)}
    return judged.verdict.model_copy(update=parts)


def _step_values(verdict: StepVerdict, longer: _Longer) -> dict[str, Any]:
    low, high = verdict.distance_m
    return {
        "time_s": _plus(verdict.time_s, longer.time_s),
        "energy_wh": _plus(verdict.energy_wh, longer.energy_wh),
        "distance_m": (low + longer.metres, high + longer.metres),
    }


def _longer(scope: Scope, step: Step, route: Route) -> _Longer | None:
    """What a step takes more with another route; None where its way back is not the way that it came."""
    assert step.leg is not None and isinstance(step.leg.result, Route)
    before, about = step.leg.result, scope.of(step.scope.body)
    if route.points == before.points:  # only that it is the shortest is open
        return _Longer()
    time_s = _minus(_time(about, route), drive_time(about, before))
    back = (0.0, 0.0)
    if step.home is not None:
        home = step.before.home
        if home is None or retrace(about, home, before) != step.home:
            return None
        known = retrace(about, Home(dock=home.dock, length_m=0.0, time_s=(0.0, 0.0)), before).time_s
        back = _minus(_time(about, reversed_route(route)), known)
    return _Longer(time_s, drive_energy(about.body, time_s), route.length_m - before.length_m, back)


def _time(scope: Scope, route: Route) -> Interval:
    """Time to drive a route."""
    return quick_time(scope.world, scope.body, route) or drive_time(scope, route)


def _left(step: Step, more: _Longer) -> dict[str, float] | None:
    """What is left after a step, and what has to be; None where that may not do."""
    body = step.scope.body
    left = step.spent[0] - more.energy_wh[1]
    values, back = {"battery_wh": left}, 0.0
    if step.home is not None:
        back = drive_energy(body, (0.0, step.cost.stray_s + step.home.time_s[1] + more.back_s[1]))[1]
        values["return_wh"] = body.reserve_wh + back
    return values if left - back > body.reserve_wh + _ROUNDING else None


def _summed(a: _Longer, b: _Longer) -> _Longer:
    return _Longer(_plus(a.time_s, b.time_s), _plus(a.energy_wh, b.energy_wh), a.metres + b.metres, _plus(a.back_s, b.back_s))


def _plus(a: Interval, b: Interval) -> Interval:
    return (a[0] + b[0], a[1] + b[1])


def _minus(a: Interval, b: Interval) -> Interval:
    return (a[0] - b[0], a[1] - b[1])
