"""Drives: how far along a verified route a simulated robot gets, decided by the truth when it sets out.

The truth stands still while the robot drives, so what stops it is known in advance: an obstacle or a shut door on the way, an
empty battery, or a fault that a test ordered. Deciding it once makes the drive a function of its record and the time, which is
what lets the pose follow the clock while no process runs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maps import Body, Door, Pose, Route, World
from maps.clearance import clearance
from maps.footprint import overlaps
from policies import Trajectory, simulate_follow, speed_limit_of
from skills.robots.energy import power_w, seconds_until_empty
from skills.robots.faults import Faults

__all__ = ["Fate", "braking_time", "drive_fate", "trajectory_of"]

STOPS_SHORT_M = 0.15
"""How far before an obstacle the footprint comes to rest, metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """How a drive ends if nobody stops it.

    Attributes:
        cut: Seconds of motion after which braking starts; None for a drive that reaches its goal.
        halt: Braking time, seconds.
        code: Cause code; empty for a drive that reaches its goal.
        message: One sentence.
        door: The shut door that stops it, if one does.
    """

    cut: float | None = None
    halt: float = 0.0
    code: str = ""
    message: str = ""
    door: str | None = None


def trajectory_of(
    route: Route, start: Pose, body: Body, world: World, *, slip: float = 0.0, cut: float | None = None, halt: float = 0.0
) -> Trajectory:
    """The motion of a drive, broken off where it is.

    Args:
        route: The verified route.
        start: Where the robot sets out.
        body: Whose limits hold.
        world: For its speed limits.
        slip: Share of the wheels' motion that is lost.
        cut: Seconds after which braking starts; None to go to the end.
        halt: Braking time, seconds.

    Raises:
        OffRoute: The robot is not where the route starts.
    """
    motion = simulate_follow(route, start, body, speed_limit=speed_limit_of(world, body))
    if slip > 0:
        slower = 1.0 / (1.0 - slip)
        motion = Trajectory(
            times=motion.times * slower, xs=motion.xs, ys=motion.ys, yaws=motion.yaws,
            speeds=motion.speeds / slower, driven=motion.driven,
        )  # fmt: skip
    return motion if cut is None else motion.until(cut, halt=halt)


def drive_fate(motion: Trajectory, body: Body, truth: World, battery_wh: float, faults: Faults) -> Fate:
    """What ends a drive, the earliest of all causes.

    Args:
        motion: The whole drive, to its goal.
        body: Footprint with its load, braking and power.
        truth: What is really there.
        battery_wh: Charge at the start.
        faults: What a test ordered.
    """
    points = np.column_stack([motion.xs, motion.ys])
    fates: list[tuple[float, Fate]] = []
    obstacle = _first(_collides(motion, points, body, truth))
    if obstacle is not None:
        x, y = points[obstacle]
        at, halt = _braking(motion, body, float(motion.driven[obstacle]) - STOPS_SHORT_M)
        fates.append((at, Fate(cut=at, halt=halt, code="PATH_BLOCKED", message=f"an obstacle is in the way at ({x:.2f}, {y:.2f})")))
    for door in truth.doors.values():
        shut = _first(_touches(motion, points, body, door)) if door.state != "open" else None
        if shut is not None:
            at, halt = _braking(motion, body, float(motion.driven[shut]) - STOPS_SHORT_M)
            message = f"door {door.name!r} is {door.state}"
            fates.append((at, Fate(cut=at, halt=halt, code="DOOR_CLOSED", message=message, door=door.name)))
    if faults.block_after_m is not None and faults.block_after_m < motion.length_m:
        at, halt = _braking(motion, body, faults.block_after_m)
        fates.append((at, Fate(cut=at, halt=halt, code="PATH_BLOCKED", message="something is in the way")))
    empty = seconds_until_empty(battery_wh, power_w(body, driving=True))
    if empty < motion.duration:
        fates.append((empty, Fate(cut=empty, halt=0.0, code="BATTERY", message="the battery is empty")))
    return min(fates, key=lambda fate: fate[0])[1] if fates else Fate()


def braking_time(motion: Trajectory, body: Body, seconds: float) -> float:
    """Seconds that the robot needs to come to rest when it brakes at a time."""
    return motion.speed_at(seconds) / body.max_acceleration


def _braking(motion: Trajectory, body: Body, metres: float) -> tuple[float, float]:
    """When to brake, and for how long, so as to rest after so many metres."""
    reach = motion.driven + motion.speeds**2 / (2 * body.max_acceleration)
    beyond = np.flatnonzero(reach > max(metres, 0.0))
    if not len(beyond):
        return motion.duration, 0.0
    at = float(motion.times[max(int(beyond[0]) - 1, 0)])
    return at, braking_time(motion, body, at)


def _collides(motion: Trajectory, points: NDArray[np.float64], body: Body, truth: World) -> NDArray[np.bool_]:
    """(n,) whether the body certainly touches an obstacle, shut doors left out.

    A disc's clearance is that of the cell's centre, which is up to 0.71 cells away from the body's.
    """
    free = clearance(truth, unknown="allowed", ignore=frozenset({"doors", "keepout"}))
    cells = truth.frame.cells(points)
    rows = np.clip(cells[:, 0], 0, free.shape[0] - 1)
    columns = np.clip(cells[:, 1], 0, free.shape[1] - 1)
    near = np.asarray(free[rows, columns] < body.radius_m - 0.71 * truth.frame.resolution)
    if not body.footprint or not near.any():
        return near
    return overlaps(body, truth, points, motion.yaws, near)


def _touches(motion: Trajectory, points: NDArray[np.float64], body: Body, door: Door) -> NDArray[np.bool_]:
    """(n,) whether the body touches a door's segment."""
    near = _distances(points, door) < body.radius_m
    if not body.footprint or not near.any():
        return near
    from shapely import LineString, Polygon, intersects
    from shapely.affinity import affine_transform

    shape, line = Polygon(body.footprint), LineString(door.segment)
    for i in np.flatnonzero(near):
        cos, sin = np.cos(motion.yaws[i]), np.sin(motion.yaws[i])
        near[i] = intersects(affine_transform(shape, [cos, -sin, sin, cos, *points[i]]), line)
    return near


def _distances(points: NDArray[np.float64], door: Door) -> NDArray[np.float64]:
    """(n,) distances from points to a door's segment, metres."""
    start, end = (np.array(corner) for corner in door.segment)
    along = end - start
    square = float(along @ along)
    shares = np.clip((points - start) @ along / square, 0.0, 1.0) if square > 0 else np.zeros(len(points))
    away = points - (start + shares[:, None] * along)
    return np.asarray(np.hypot(away[:, 0], away[:, 1]))


def _first(hits: NDArray[np.bool_]) -> int | None:
    """Index of the first hit."""
    found = np.flatnonzero(hits)
    return int(found[0]) if len(found) else None
