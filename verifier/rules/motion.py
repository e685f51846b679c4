"""Motion: how a body drives along a route, as the points, speeds and times that rules are judged by."""

import math
from dataclasses import dataclass

import numpy as np

from maps import Body, Route, World
from verifier.driving import driven, route_key
from verifier.memory import Memory
from verifier.rules.shapes import Floats

__all__ = ["Motion", "motion_along"]

_MOTIONS: "Memory[Motion]" = Memory(512)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Motion:
    """A drive: (N, 2) points, metres; (N,) arc lengths, metres; speeds, m/s; and bounds on the time there, seconds."""

    points: Floats
    along: Floats
    speeds: Floats
    soonest: Floats
    latest: Floats


def motion_along(world: World, body: Body, route: Route) -> Motion:
    """How a body drives along a route from rest to rest, whatever its heading at the start."""
    key = (world.revision, *route_key(body, route))
    return _MOTIONS.recall(key, lambda: _motion(world, body, route))


def _motion(world: World, body: Body, route: Route) -> Motion:
    from policies.follow import turn_time

    plan = driven(world, body, route)
    points: list[Floats] = [np.array([route.start])]
    along, speeds, times = [np.zeros(1)], [np.zeros(1)], [np.zeros(1)]
    clock = length = 0.0
    yaw: float | None = None
    for leg in plan.legs:
        clock += 0.0 if yaw is None else turn_time(float(leg.yaws[0]) - yaw, body)
        points.append(np.column_stack([leg.xs, leg.ys]))
        along.append(length + leg.along)
        speeds.append(np.maximum(leg.speeds, np.append(leg.speeds[1:], 0.0)))
        times.append(clock + leg.times)
        clock, length, yaw = clock + float(leg.times[-1]), length + float(leg.along[-1]), float(leg.yaws[-1])
    if plan.goal_yaw is not None:
        clock += turn_time(plan.goal_yaw - yaw, body) if yaw is not None else 0.0
        points.append(points[-1][-1:])
        along.append(along[-1][-1:])
        speeds.append(np.zeros(1))
        times.append(np.array([clock]))
    soonest = np.concatenate(times)
    turns = plan.legs or plan.goal_yaw is not None
    latest = soonest + (turn_time(math.pi, body) if turns else 0.0)
    latest[0] = 0.0
    return Motion(
        points=np.concatenate(points),
        along=np.concatenate(along),
        speeds=np.concatenate(speeds),
        soonest=soonest,
        latest=latest,
    )
