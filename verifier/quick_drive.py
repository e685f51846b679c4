"""Quick drive: the time that a drive along a route takes, by the motion of ``policies.smooth`` in one compiled go.

It samples the same rounded corners at the same places under the same limits, and adds up the same times; only the sums are rounded
otherwise, by far less than the slack that bounds on times have. Where a straight line is driven at full speed no sample is needed.
Without numba, and where zones or lanes limit speeds, the motion itself is asked.
"""

import math
from collections.abc import Callable
from functools import cache, lru_cache
from math import atan2, ceil, hypot, pi, sqrt
from typing import Any

import numpy as np

from maps import Body, Route, World
from maps.compiled import compiled, use_numba
from verifier.driving import limit_of
from verifier.verdict import Interval

__all__ = ["quick_time"]

_STEP, _SHARP, _SLOWEST, _SAMPLES, _YAW_SHARE, _OUTER = 0.05, math.radians(115.0), 0.03, 25, 0.97, 0.6
"""As in ``policies.smooth``; a test holds them together."""


def quick_time(world: World, body: Body, route: Route) -> Interval | None:
    """What ``verifier.budget.drive_time`` gives for a disc, to a billionth; None where that has to be asked."""
    if route.headings is not None or len(route.points) < 2 or not use_numba(world.frame.width * world.frame.height):
        return None
    if limit_of(world, body) is not None:
        return None
    from policies.follow import turn_time

    points = np.array(route.points, dtype=np.float64)
    turned, yaws = np.empty(2 * len(points)), np.zeros(2)
    constants = _constants(body)
    length = math.fsum(map(math.dist, route.points, route.points[1:]))
    sampled = min(math.ceil(length / _STEP), 2 * _run_up(constants[1], 0.8 * _STEP) * len(points))
    work = np.empty((6, sampled + (8 + _SAMPLES) * len(points)))
    seconds, turns = _kernel()(points, *constants, work, turned, yaws)
    if seconds < 0.0:
        return None
    seconds += math.fsum(turn_time(float(angle), body) for angle in turned[: int(turns)])
    if route.goal_yaw is not None:
        seconds += turn_time(route.goal_yaw - float(yaws[1]), body)
    slack = 1e-6 + 1e-9 * seconds
    return max(0.0, seconds - slack), seconds + turn_time(math.pi, body) + slack


@cache
def _kernel() -> Callable[..., tuple[float, int]]:
    return compiled(_turn, _inner, _run_up, _simplified, _trim, _blend, _straight, _samples, _profile, _drive)


@lru_cache(maxsize=64)
def _constants(body: Body) -> tuple[Any, ...]:
    """What the kernel is told of a body, and of how corners are sampled."""
    from policies.follow import BLEND_SHARE
    from policies.smooth import _basis

    limits = np.array((body.max_speed, body.max_yaw_rate, body.max_acceleration, body.max_yaw_acceleration))
    return max(0.0, BLEND_SHARE * body.tracking_m), limits, *(np.ascontiguousarray(_basis(degree)) for degree in (5, 4, 3))


def _turn(before: float, after: float) -> float:
    """The size of the turn from one heading to another."""
    return abs((after - before + pi) % (2.0 * pi) - pi)


def _inner(turn: float) -> float:
    """Share of the innermost control points."""
    return min(max(0.095 + 0.125 * turn, 0.14), 0.34)


def _run_up(limits: Any, step: float) -> int:
    """After so many samples of a straight line, and before as many, the robot has its full speed for certain."""
    return int(limits[0] * limits[0] / (2.0 * limits[2] * step)) + 4


def _simplified(points: Any, x: Any, y: Any) -> int:
    """The polyline without repeated points and without vertices in the middle of a straight line; how many vertices are left."""
    x[0], y[0] = points[0, 0], points[0, 1]
    count = 1
    for index in range(1, len(points)):
        px, py = points[index, 0], points[index, 1]
        if hypot(px - x[count - 1], py - y[count - 1]) < 1e-6:
            continue
        if count > 1:
            ux, uy = x[count - 1] - x[count - 2], y[count - 1] - y[count - 2]
            wx, wy = px - x[count - 1], py - y[count - 1]
            if abs(ux * wy - uy * wx) < 1e-9 * hypot(ux, uy) and ux * wx + uy * wy > 0.0:
                count -= 1
        x[count], y[count] = px, py
        count += 1
    return count


def _trim(turn: float, room: float, allowance: float, limits: Any) -> float:
    """How much of both segments a vertex's blend takes, metres; 0 where the robot stops and turns."""
    middle = (1.0 + 5.0 * _OUTER + 10.0 * _inner(turn)) / 32.0
    found = min(allowance / (middle * max(np.sin(turn), 1e-9)), room)
    peak = 1.1 * turn / max(found, 1e-9)
    speed = min(limits[1] / max(peak, 1e-9), limits[0])
    return 0.0 if turn > _SHARP or speed < _SLOWEST or found < 1e-4 else found


def _blend(
    x: float, y: float, ux: float, uy: float, vx: float, vy: float, turn: float, trim: float, fifth: Any, fourth: Any, third: Any,
    work: Any, count: int,
) -> int:  # fmt: skip
    """Add the samples of the curve at a vertex to x, y, heading and curvature in ``work``; how many there are then."""
    inner, size = _inner(turn), max(trim, 1e-6)
    px, py = np.empty(6), np.empty(6)
    for index in range(6):
        share = (-1.0, -_OUTER, -inner, inner, _OUTER, 1.0)[index]
        px[index] = x + size * share * (ux if share < 0.0 else vx)
        py[index] = y + size * share * (uy if share < 0.0 else vy)
    for sample in range(_SAMPLES):
        at_x = at_y = dx = dy = ddx = ddy = 0.0
        for index in range(6):
            at_x += fifth[sample, index] * px[index]
            at_y += fifth[sample, index] * py[index]
        for index in range(5):
            dx += fourth[sample, index] * 5.0 * (px[index + 1] - px[index])
            dy += fourth[sample, index] * 5.0 * (py[index + 1] - py[index])
        for index in range(4):
            ddx += third[sample, index] * 20.0 * (px[index + 2] - 2.0 * px[index + 1] + px[index])
            ddy += third[sample, index] * 20.0 * (py[index + 2] - 2.0 * py[index + 1] + py[index])
        speed = max(hypot(dx, dy), 1e-12)
        work[0, count], work[1, count] = at_x, at_y
        work[2, count], work[3, count] = atan2(dy, dx), (dx * ddy - dy * ddx) / (speed * speed * speed)
        count += 1
    return count


def _straight(x: float, y: float, ux: float, uy: float, cut_in: float, straight: float, limits: Any, work: Any, count: int) -> int:
    """Add the samples of a straight line, but for those in its middle: what comes between full speed and full speed is one step."""
    parts = max(4, ceil(straight / _STEP))
    heading, edge = atan2(uy, ux), _run_up(limits, straight / parts)
    for part in range(parts + 1):
        if edge < part < parts - edge:
            continue
        along = cut_in + straight * part / parts
        work[0, count], work[1, count] = x + along * ux, y + along * uy
        work[2, count], work[3, count] = heading, 0.0
        count += 1
    return count


def _samples(
    x: Any, y: Any, trims: Any, start: int, end: int, limits: Any, fifth: Any, fourth: Any, third: Any, work: Any
) -> int:  # fmt: skip
    """Sample a piece from one vertex to another at which it stops; how many samples there are, each apart from the one before."""
    count = 0
    for segment in range(start, end):
        length = hypot(x[segment + 1] - x[segment], y[segment + 1] - y[segment])
        ux, uy = (x[segment + 1] - x[segment]) / length, (y[segment + 1] - y[segment]) / length
        cut_in = trims[segment] if segment > start else 0.0
        cut_out = trims[segment + 1] if segment + 1 < end else 0.0
        straight = length - cut_in - cut_out
        if straight > 1e-6:
            count = _straight(x[segment], y[segment], ux, uy, cut_in, straight, limits, work, count)
        if segment + 1 < end:
            after = hypot(x[segment + 2] - x[segment + 1], y[segment + 2] - y[segment + 1])
            vx, vy = (x[segment + 2] - x[segment + 1]) / after, (y[segment + 2] - y[segment + 1]) / after
            turn = _turn(atan2(uy, ux), atan2(vy, vx))
            vertex = segment + 1
            count = _blend(x[vertex], y[vertex], ux, uy, vx, vy, turn, trims[vertex], fifth, fourth, third, work, count)
    kept = 1
    before_x, before_y = work[0, 0], work[1, 0]
    for index in range(1, count):
        at_x, at_y = work[0, index], work[1, index]
        if (at_x - before_x) ** 2 + (at_y - before_y) ** 2 > 1e-18:
            for row in range(4 if kept < index else 0):
                work[row, kept] = work[row, index]
            kept += 1
        before_x, before_y = at_x, at_y
    return kept


def _profile(work: Any, count: int, limits: Any) -> float:
    """Seconds along a sampled piece, from rest to rest, as fast as curvature and accelerations allow.

    Rows 4 and 5 of ``work`` are given the squared speeds and the steps from the sample before.
    """
    speed, yaw_rate, push, yaw_push = limits[0], limits[1], limits[2], limits[3]
    gentle = 0.5 * _YAW_SHARE * yaw_push / max(push, 1e-9)  # no lesser curvature bounds the acceleration: divisions take long
    for index in range(count):
        bend = abs(work[3, index])
        cap = speed if bend < 1e-9 else min(speed, _YAW_SHARE * yaw_rate / bend)
        work[4, index] = max(cap, 1e-3)
    for index in range(1, count):
        dx, dy = work[0, index] - work[0, index - 1], work[1, index] - work[1, index - 1]
        step = sqrt(dx * dx + dy * dy)
        work[5, index] = step
        change = abs(work[3, index] - work[3, index - 1])
        if change > 0.0:
            swing = max(sqrt(0.5 * _YAW_SHARE * yaw_push / max(change / step, 1e-9)), 1e-3)
            work[4, index - 1], work[4, index] = min(work[4, index - 1], swing), min(work[4, index], swing)
    for index in range(count):
        work[4, index] *= work[4, index]
    work[4, 0] = work[4, count - 1] = 0.0
    for index in range(1, count):
        worst = max(abs(work[3, index]), abs(work[3, index - 1]))
        rate = push if worst < gentle else min(push, 0.5 * _YAW_SHARE * yaw_push / worst)
        work[4, index] = min(work[4, index], work[4, index - 1] + 2.0 * rate * work[5, index])
    for index in range(count - 2, -1, -1):
        worst = max(abs(work[3, index]), abs(work[3, index + 1]))
        rate = push if worst < gentle else min(push, 0.5 * _YAW_SHARE * yaw_push / worst)
        work[4, index] = min(work[4, index], work[4, index + 1] + 2.0 * rate * work[5, index + 1])
    seconds, before = 0.0, 0.0
    for index in range(1, count):
        now = before if work[4, index] == work[4, index - 1] else sqrt(work[4, index])
        seconds += 2.0 * work[5, index] / (before + now)
        before = now
    return seconds


def _drive(
    points: Any, allowance: float, limits: Any, fifth: Any, fourth: Any, third: Any, work: Any, turned: Any, yaws: Any
) -> tuple[float, int]:
    """Seconds of all pieces, and how many turns in place lie between, told in ``turned``; first and last heading in ``yaws``."""
    x, y = np.empty(len(points)), np.empty(len(points))
    count = _simplified(points, x, y)
    if count < 2:
        return -1.0, 0
    trims = np.zeros(count)
    for vertex in range(1, count - 1):
        before = hypot(x[vertex] - x[vertex - 1], y[vertex] - y[vertex - 1])
        after = hypot(x[vertex + 1] - x[vertex], y[vertex + 1] - y[vertex])
        turn = _turn(
            atan2(y[vertex] - y[vertex - 1], x[vertex] - x[vertex - 1]), atan2(y[vertex + 1] - y[vertex], x[vertex + 1] - x[vertex])
        )
        trims[vertex] = _trim(turn, 0.5 * min(before, after), allowance, limits)
    seconds, turns, start = 0.0, 0, 0
    for vertex in range(1, count):
        if vertex < count - 1 and trims[vertex] > 0.0:
            continue
        samples = _samples(x, y, trims, start, vertex, limits, fifth, fourth, third, work)
        seconds += _profile(work, samples, limits)
        if start == 0:
            yaws[0] = work[2, 0]
        else:
            turned[turns] = work[2, 0] - yaws[1]
            turns += 1
        yaws[1] = work[2, samples - 1]
        start = vertex
    return seconds, turns
