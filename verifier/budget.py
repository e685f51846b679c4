"""Budget: what driving and doing take in time, energy and distance, as intervals.

The upper ends are certified: along the verified route by the follower's own motion, and for a function that drives by itself
(``explore``, ``search``) by the time after which it is stopped. ``verifier.least`` gives lower bounds over every route there is.
"""

import math

from maps import Body, Route
from skills import Skill
from verifier.arguments import Arguments
from verifier.contracts import charges
from verifier.driving import driven, route_key, start_of
from verifier.memory import Memory
from verifier.riding import ride_time
from verifier.step import Cost, Leg, Scope, Situation
from verifier.verdict import Interval

__all__ = ["TIMES", "body_time", "drive_energy", "drive_time", "drives_itself", "longest_time", "step_cost"]

TIMES: Memory[Interval] = Memory(4096)
"""Times to drive routes by everything that they depend on."""
_HOUR = 3600.0


def drive_time(scope: Scope, route: Route) -> Interval:
    """Time to drive a route from rest to rest whatever the heading at its start, seconds, low and high."""
    speeds = scope.map.speed_key
    return TIMES.recall_of(
        (route, scope.body, speeds), lambda: (speeds, *route_key(scope.body, route)), lambda: _drive_time(scope, route)
    )


def _drive_time(scope: Scope, route: Route) -> Interval:
    from policies.follow import time_bounds

    yaw = None if route.headings is None else start_of(route).yaw
    return time_bounds(driven(scope.map, scope.body, route), scope.body, yaw)


def drive_energy(body: Body, time_s: Interval) -> Interval:
    """Energy for driving that long, Wh, low and high."""
    watts = body.idle_w + body.drive_w
    return (time_s[0] * watts / _HOUR, time_s[1] * watts / _HOUR)


def body_time(skill: Skill, arguments: Arguments) -> Interval:
    """Time that the skill's own function takes besides the drive that it implies, seconds, low and high."""
    return skill.duration_s(arguments.values)


def drives_itself(skill: Skill) -> bool:
    """Whether the function drives where nobody can foretell: inside, or without saying so."""
    return skill.motion in ("inside", "undeclared")


def longest_time(skill: Skill, arguments: Arguments) -> float:
    """The most time that the function can take, seconds: what it declares, and never more than its time-out."""
    low, high = body_time(skill, arguments)
    return min(high, max(skill.timeout_s, low))


def step_cost(scope: Scope, situation: Situation, skill: Skill, arguments: Arguments, leg: Leg | None) -> Cost:
    """What a step takes: the drive that it implies, what it drives inside, and what it does.

    Args:
        scope: World and body.
        situation: Where the robot is.
        skill: Its contract gives the time and power of its function.
        arguments: Sound ones.
        leg: The implied drive, if any.

    Returns:
        Time, energy and distance. A leg without a route costs nothing here: its finding says enough. After a function that
        drives by itself the next drive may first have to come back to where that began, which takes at most as long as
        the function itself: the way there is a way back.
    """
    body = scope.body
    driving, metres = (0.0, 0.0), (0.0, 0.0)
    length, stray = 0.0, situation.stray_s
    if leg is not None and isinstance(leg.result, Route):
        low, high = drive_time(scope, leg.result)
        length = leg.result.length_m
        driving, metres = (low, high + stray), (length, length + stray * body.max_speed)
        stray = 0.0
    drive_wh = drive_energy(body, driving)
    doing = _doing(scope, situation, skill, arguments, drive_wh)
    least_w = most_w = 0.0 if charges(skill) else body.idle_w + skill.power_w
    if drives_itself(skill):
        most_w = body.idle_w + max(skill.power_w, body.drive_w)
        metres = (metres[0], metres[1] + doing[1] * body.max_speed)
        stray += doing[1] + _about_turn(body)
    return Cost(
        time_s=(driving[0] + doing[0], driving[1] + doing[1]),
        energy_wh=(drive_wh[0] + doing[0] * least_w / _HOUR, drive_wh[1] + doing[1] * most_w / _HOUR),
        drive_wh=drive_wh,
        distance_m=length,
        metres=metres,
        stray_s=stray,
    )


def _doing(scope: Scope, situation: Situation, skill: Skill, arguments: Arguments, drive_wh: Interval) -> Interval:
    """Time that the function takes, with what is known of this call: the charge that is missing."""
    low, high = ride_time(scope.world, skill, arguments) or body_time(skill, arguments)
    gain = scope.body.charge_w - scope.body.idle_w
    if charges(skill) and gain > 0:
        charge = situation.state.battery
        missing = [scope.body.battery_wh - charge[1] + drive_wh[0], scope.body.battery_wh - charge[0] + drive_wh[1]]
        low, high = (min(high, max(0.0, wh) * _HOUR / gain) for wh in missing)
    return (low, min(high, max(skill.timeout_s, low)))


def _about_turn(body: Body) -> float:
    from policies.follow import turn_time

    return turn_time(math.pi, body)
