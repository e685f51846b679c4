"""Budget: what driving and doing take in time and energy, as intervals."""

from typing import TYPE_CHECKING

from maps import Body, Place, Route, area, distance
from skills import Skill
from verifier.contracts import charges
from verifier.memory import Memory
from verifier.step import Arguments, Cost, Leg, Scope, Situation
from verifier.verdict import Interval

if TYPE_CHECKING:
    from policies.smooth import SpeedLimit

__all__ = ["body_time", "drive_energy", "drive_time", "step_cost", "sweep"]

_LIMITS: "Memory[SpeedLimit | None]" = Memory(8)
_TIMES: Memory[Interval] = Memory(4096)
_HOUR = 3600.0
_SWEEP_DETOUR = 2.0
"""How much longer than the bare lanes a sweep may be: the ways between lanes and around obstacles."""
_LOOK_S = 2.0
"""Time for one look around, seconds."""


def drive_time(scope: Scope, route: Route) -> Interval:
    """Time to drive a route from rest to rest whatever the heading at its start, seconds, low and high."""
    from policies.follow import travel_time_bounds

    key = (route.revision, route.points, route.goal_yaw, scope.body)
    return _TIMES.recall(key, lambda: travel_time_bounds(route, scope.body, _speed_limit(scope)))


def drive_energy(body: Body, time_s: Interval) -> Interval:
    """Energy for driving that long, Wh, low and high."""
    watts = body.idle_w + body.drive_w
    return (time_s[0] * watts / _HOUR, time_s[1] * watts / _HOUR)


def body_time(skill: Skill, arguments: Arguments) -> Interval:
    """Time that the skill's own function takes besides the drive that it implies, seconds, low and high."""
    return skill.duration_s(arguments.values)


def step_cost(scope: Scope, situation: Situation, skill: Skill, arguments: Arguments, leg: Leg | None) -> Cost:
    """What a step takes: the drive that it implies, what it drives inside, and what it does.

    Args:
        scope: World and body.
        situation: Where the robot is.
        skill: Its contract gives the time and power of its function.
        arguments: Sound ones.
        leg: The implied drive, if any.

    Returns:
        Time, energy and distance. A leg without a route costs nothing here: its finding says enough.
    """
    driving: Interval = (0.0, 0.0)
    length = 0.0
    if leg is not None and isinstance(leg.result, Route):
        driving = drive_time(scope, leg.result)
        length = leg.result.length_m
    drive_wh = drive_energy(scope.body, driving)
    doing = _doing(scope, situation, skill, arguments, drive_wh)
    watts = 0.0 if charges(skill) else scope.body.idle_w + skill.power_w
    if skill.motion == "undeclared":
        watts += scope.body.drive_w
    low, high = drive_wh[0] + doing[0] * watts / _HOUR, drive_wh[1] + doing[1] * watts / _HOUR
    time_s = (driving[0] + doing[0], driving[1] + doing[1])
    return Cost(time_s=time_s, energy_wh=(low, high), drive_wh=drive_wh, distance_m=length)


def _doing(scope: Scope, situation: Situation, skill: Skill, arguments: Arguments, drive_wh: Interval) -> Interval:
    """Time that the function takes, with what is known of this call: the region to sweep, the charge that is missing."""
    low, high = body_time(skill, arguments)
    if skill.motion == "inside":
        high = min(high, max(low, sweep(scope, situation, arguments)[1]))
    gain = scope.body.charge_w - scope.body.idle_w
    if charges(skill) and gain > 0:
        charge = situation.state.battery
        missing = [scope.body.battery_wh - charge[1] + drive_wh[0], scope.body.battery_wh - charge[0] + drive_wh[1]]
        low, high = (min(high, max(0.0, wh) * _HOUR / gain) for wh in missing)
    return (low, min(high, max(skill.timeout_s, low)))


def sweep(scope: Scope, situation: Situation, arguments: Arguments) -> Interval:
    """Time to see all of the region that a step names (the whole map without one), seconds; an estimate from its area.

    Lanes as far apart as the robot sees, driven at half speed, with a look at every lane's width; the lower bound is 0
    because what is sought may be in view at once.
    """
    body = scope.body
    regions = [feature for feature in arguments.features.values() if isinstance(feature, Place)]
    frame = scope.world.frame
    away = 0.0
    if regions:
        surface = area(regions[0].outline) if regions[0].outline else 4.0 * body.view_range_m**2
        away = distance(situation.pose.point, regions[0].centre)
    else:
        surface = float((scope.world.cells != 100).sum()) * frame.resolution**2
    spacing = max(0.5, body.view_range_m)
    lanes = surface / spacing + 2.0 * surface**0.5
    length = _SWEEP_DETOUR * (lanes + away)
    looks = 1.0 + lanes / spacing
    return (0.0, length / max(1e-3, 0.5 * body.max_speed) + looks * _LOOK_S)


def _speed_limit(scope: Scope) -> "SpeedLimit | None":
    from policies.follow import speed_limit_of

    return _LIMITS.recall((scope.world.revision, scope.body), lambda: speed_limit_of(scope.world, scope.body))
