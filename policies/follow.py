"""Following: how a body drives along a verified route, and how long that takes.

``simulate_follow`` is the exact motion: smooth pieces with a regulated speed (``policies.smooth``), turns in place at
sharp vertices, at the start and at the goal; a route with headings is driven as it is, by turns in place and straight
drives. The path is never farther than the body's ``tracking_m`` from the route's
polyline. ``policies.pursuit`` holds the feedback controller that keeps a real base on the same path.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from maps.body import Body
from maps.geometry import Point, Pose, distance, wrap_angle
from maps.route import Route
from policies.headings import headed_legs
from policies.smooth import Leg, SpeedLimit, smooth_legs
from policies.trajectory import Floats, Trajectory

if TYPE_CHECKING:
    from maps import World

__all__ = [
    "FollowPlan",
    "OffRoute",
    "follow_plan",
    "simulate_follow",
    "speed_limit_of",
    "time_bounds",
    "travel_time_bounds",
    "turn_time",
]

BLEND_SHARE = 0.6
"""Share of the tracking bound that rounded corners use; the rest is left to the controller."""


class OffRoute(ValueError):
    """The robot is not where the route starts, so that it cannot follow it."""


@dataclass(frozen=True, slots=True, eq=False)
class FollowPlan:
    """A route made drivable: smooth pieces, with a turn in place before each and to ``goal_yaw`` (radians) at the end."""

    legs: tuple[Leg, ...]
    goal_yaw: float | None


def follow_plan(route: Route, start: Pose, body: Body, *, speed_limit: SpeedLimit | None = None) -> FollowPlan:
    """Make a route drivable from where the robot is.

    Args:
        route: What to follow.
        start: Where the robot is; at most ``body.tracking_m`` from the route's first point.
        body: Whose limits hold.
        speed_limit: Speed limits along the way.

    Raises:
        OffRoute: ``start`` is farther than ``body.tracking_m`` from the route's first point.
    """
    offset = distance(start.point, route.start)
    if offset > body.tracking_m + 1e-9:
        raise OffRoute(
            f"the robot is {offset:.2f} m from the start of its route, more than the tracking bound of "
            f"{body.tracking_m:.2f} m; plan a new route from ({start.x:.2f}, {start.y:.2f})"
        )
    if route.headings is not None:
        return FollowPlan(tuple(headed_legs(route, start, body, limit=speed_limit)), route.goal_yaw)
    points: list[Point] = [start.point, *route.points[1:]] if len(route.points) > 1 else [start.point, route.start]
    allowance = max(0.0, BLEND_SHARE * body.tracking_m - offset)
    return FollowPlan(tuple(smooth_legs(points, body, allowance=allowance, limit=speed_limit)), route.goal_yaw)


def simulate_follow(
    route: Route, start: Pose, body: Body, *, speed_limit: SpeedLimit | None = None, dt: float = 0.05
) -> Trajectory:
    """The motion of a body along a route, from rest to rest, with the turns at the start and to ``goal_yaw``.

    Args:
        route: What to follow.
        start: Where the robot is; at most ``body.tracking_m`` from the route's first point.
        body: Whose limits hold.
        speed_limit: Speed limits along the way (``speed_limit_of(world, body)``).
        dt: Longest time between samples, seconds.

    Returns:
        The sampled motion; deterministic.

    Raises:
        OffRoute: ``start`` is farther than ``body.tracking_m`` from the route's first point.
    """
    motion = follow_plan(route, start, body, speed_limit=speed_limit)
    parts: list[Floats] = [np.array([[0.0, start.x, start.y, start.yaw, 0.0, 0.0]])]
    for leg in motion.legs:
        parts.append(_turn(parts[-1][-1], float(leg.yaws[0]), body, dt))
        if not leg.is_turn:
            parts.append(_drive(parts[-1][-1], leg, dt))
    if motion.goal_yaw is not None:
        parts.append(_turn(parts[-1][-1], motion.goal_yaw, body, dt))
    samples = np.concatenate(parts)
    samples = samples[np.concatenate([[True], np.diff(samples[:, 0]) > 1e-9])]
    times, xs, ys, yaws, speeds, driven = samples.T
    return Trajectory(times=times, xs=xs, ys=ys, yaws=yaws, speeds=speeds, driven=driven)


def travel_time_bounds(
    route: Route, body: Body, speed_limit: SpeedLimit | None = None, *, start: Pose | None = None
) -> tuple[float, float]:
    """Bounds on how long ``simulate_follow`` takes from the route's first point, seconds.

    They are computed from the same pieces as the motion itself, so they contain its duration by construction.

    Args:
        route: What to follow.
        body: Whose limits hold.
        speed_limit: Speed limits along the way.
        start: Where the robot is, if known; without it the bounds hold for every heading at the start.

    Returns:
        (low, high); equal up to rounding when ``start`` is given.

    Raises:
        OffRoute: ``start`` is farther than ``body.tracking_m`` from the route's first point.
    """
    known = start
    if known is None and route.headings is not None:
        known = Pose(*route.start, route.headings[0])
    motion = follow_plan(route, known or Pose(*route.start), body, speed_limit=speed_limit)
    return time_bounds(motion, body, None if known is None else known.yaw)


def time_bounds(motion: FollowPlan, body: Body, yaw: float | None) -> tuple[float, float]:
    """Bounds on how long a motion takes, seconds, low and high.

    Args:
        motion: What is driven.
        body: Whose limits hold.
        yaw: Heading at the start, radians; None for any.
    """
    seconds = sum(float(leg.times[-1]) for leg in motion.legs)
    for before, after in zip(motion.legs, motion.legs[1:], strict=False):
        seconds += turn_time(float(after.yaws[0] - before.yaws[-1]), body)
    if motion.goal_yaw is not None and motion.legs:
        seconds += turn_time(motion.goal_yaw - float(motion.legs[-1].yaws[-1]), body)
    target = float(motion.legs[0].yaws[0]) if motion.legs else motion.goal_yaw
    if target is None:
        turns = (0.0, 0.0)
    elif yaw is not None:
        turns = (turn_time(target - yaw, body),) * 2
    else:
        turns = (0.0, turn_time(math.pi, body))
    slack = 1e-6 + 1e-9 * seconds
    return max(0.0, seconds + turns[0] - slack), seconds + turns[1] + slack


def turn_time(angle: float, body: Body) -> float:
    """Seconds to turn in place by an angle (radians, the short way round), from rest to rest."""
    size = abs(wrap_angle(angle))
    if size < 1e-9:
        return 0.0
    ramp = body.max_yaw_rate / body.max_yaw_acceleration
    if size <= body.max_yaw_rate * ramp:
        return 2 * math.sqrt(size / body.max_yaw_acceleration)
    return size / body.max_yaw_rate + ramp


def speed_limit_of(world: "World", body: Body) -> SpeedLimit | None:
    """Speed limits of a world for a body's whole footprint: the least one under it, reached before it enters.

    Args:
        world: Its ``speed_limit`` layer comes from the speed mask and the slow zones.
        body: Its radius and tracking bound say how far around the centre to look.

    Returns:
        A function for ``simulate_follow``, or None when no limit exists anywhere on the map.
    """
    layer = world.speed_limit
    if layer is None or not bool(np.any(layer > 0)):
        return None
    limits = np.where(layer > 0, layer, np.float32(np.inf))
    frame = world.frame
    reach = body.radius_m + body.tracking_m + 0.05
    angles = np.linspace(0.0, 2 * math.pi, 16, endpoint=False)
    ring = np.column_stack([np.cos(angles), np.sin(angles)])
    around = np.concatenate([[[0.0, 0.0]], 0.5 * reach * ring, reach * ring])

    def limit(points: Floats) -> Floats:
        cells = frame.cells((around[:, None, :] + points[None, :, :]).reshape(-1, 2))
        rows = np.clip(cells[:, 0], 0, limits.shape[0] - 1)
        columns = np.clip(cells[:, 1], 0, limits.shape[1] - 1)
        return np.asarray(limits[rows, columns].reshape(-1, len(points)).min(axis=0), dtype=np.float64)

    return limit


def _turn(last: Floats, target: float, body: Body, dt: float) -> Floats:
    """Samples of a turn in place from the last sample to a heading: trapezoidal yaw rate."""
    angle = wrap_angle(target - float(last[3]))
    total = turn_time(angle, body)
    if total == 0.0:
        return last[None, :]
    times = np.linspace(0.0, total, max(2, math.ceil(total / dt)) + 1)
    ramp = min(body.max_yaw_rate / body.max_yaw_acceleration, 0.5 * total)
    rate = abs(angle) / (total - ramp)
    early, late = np.minimum(times, ramp), np.maximum(times - (total - ramp), 0.0)
    turned = rate * (0.5 * early**2 / ramp + np.clip(times - ramp, 0.0, None) - 0.5 * late**2 / ramp)
    samples = np.repeat(last[None, :], len(times), axis=0)
    samples[:, 0] += times
    samples[:, 3] += math.copysign(1.0, angle) * turned
    samples[:, 4] = 0.0
    return samples


def _drive(last: Floats, leg: Leg, dt: float) -> Floats:
    """Samples of a smooth piece: constant acceleration between the piece's own samples."""
    total = float(leg.times[-1])
    times = np.linspace(0.0, total, max(2, math.ceil(total / dt)) + 1)
    index = np.clip(np.searchsorted(leg.times, times, side="right") - 1, 0, len(leg.times) - 2)
    since = times - leg.times[index]
    lasts = leg.times[index + 1] - leg.times[index]
    gain = (leg.speeds[index + 1] - leg.speeds[index]) / lasts
    along = leg.along[index] + leg.speeds[index] * since + 0.5 * gain * since**2
    speeds = np.maximum(leg.speeds[index] + gain * since, 0.0)
    speeds[0] = speeds[-1] = 0.0
    turned = float(last[3]) + wrap_angle(float(leg.yaws[0]) - float(last[3])) - float(leg.yaws[0])
    return np.column_stack(
        [
            float(last[0]) + times,
            np.interp(along, leg.along, leg.xs),
            np.interp(along, leg.along, leg.ys),
            turned + _headings(leg, index, along - leg.along[index]),
            speeds,
            float(last[5]) + along,
        ]
    )


def _headings(leg: Leg, index: NDArray[np.intp], past: Floats) -> Floats:
    """Headings ``past`` metres after samples: curvature integrated, closed onto the next sample's heading."""
    width = np.diff(leg.along)
    bends = np.diff(leg.curvatures)
    gap = np.diff(leg.yaws) - 0.5 * (leg.curvatures[:-1] + leg.curvatures[1:]) * width
    share = past / width[index]
    turned = leg.curvatures[index] * past + 0.5 * bends[index] * share * past
    return np.asarray(leg.yaws[index] + turned + gap[index] * share, dtype=np.float64)
