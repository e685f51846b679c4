"""Outlines: how near a polygon body comes to obstacles while it stands, drives straight in one heading, or turns in place.

What a polygon sweeps on a straight drive is itself at both ends and the parallelogram of each of its edges. On a turn by a small
angle d each point of an edge moves on an arc that leaves the chord between its ends by at most R (1 - cos(d/2)), R the body's
radius; so the edge stays in the hull of its two places, grown by that. All lengths are in cells.
"""

import math
from collections.abc import Iterator

import numpy as np
import shapely

from .document import Leg
from .frame import Array, Frame
from .obstacles import Obstacles

__all__ = ["check_moves", "fits", "stands"]

_SAME = 1e-6
_PIECE = math.radians(5.0)
_HALVINGS = 14


def fits(footprint: Array, inner: float, outer: float) -> bool:
    """Whether a footprint holds the disc of one radius about its origin and lies in that of the other, metres."""
    shape = shapely.Polygon(footprint) if len(footprint) > 2 else None
    if shape is None or not shape.is_valid or len(footprint) > 200:
        return False
    origin = shapely.Point(0.0, 0.0)
    around = float(np.hypot(*footprint.T).max())
    return bool(shape.contains(origin) and shape.exterior.distance(origin) >= inner - 1e-9 and around <= outer + 1e-9)


def stands(obstacles: Obstacles, ring: Array, at: Array, yaw: float) -> float:
    """Distance of the standing body from the nearest obstacle."""
    here = _placed(ring, float(at[0]), float(at[1]), yaw)
    return float(obstacles.shapes(np.array([shapely.Polygon(here)]), here[None])[0])


def check_moves(leg: Leg, frame: Frame, line: Array, full: Obstacles, base: Obstacles) -> Iterator[str]:
    """Say what is false in a route with headings.

    Args:
        leg: The claim; its first ``leaving.segments`` moves keep the room that the start has, keep-outs apart.
        frame: The map's grid.
        line: (N, 2) vertices, cells.
        full: The obstacles of the leg's layers.
        base: The same without keep-outs.
    """
    own, scale = leg.own, frame.resolution
    yaws = [yaw - frame.yaw for yaw in own.numbers("headings")]
    ring = np.asarray(leg.body.footprint, dtype=np.float64) / scale
    margin, claimed = leg.body.margin_m / scale, own.number("body_clearance_m") / scale
    if len(yaws) != len(line) or _turned(yaws[0] + frame.yaw, leg.start[2]) > _SAME:
        yield "its headings are not one per vertex, beginning with that of the robot"
        return
    if "end_yaw" not in own or _turned(yaws[-1] + frame.yaw, own.number("end_yaw")) > _SAME:
        yield "it does not end with its last heading"
    if claimed < margin - 1e-7:
        yield "the clearance of its body is less than its margin"
    head, least = 0, margin
    if "leaving" in own:
        leaving = own.within("leaving", "segments room_m")
        head, room = leaving.count("segments"), leaving.number("room_m") / scale
        found = stands(base, ring, line[0], yaws[0])
        least = min(room, margin)
        if not 1 <= head < len(line) or abs(found - room) * scale > _SAME or stands(full, ring, line[0], yaws[0]) >= margin:
            yield f"the robot's start has {found * scale:.6f} m of room, or is not cramped"
            return
    elif len(line) == 1 and stands(full, ring, line[0], yaws[0]) < claimed - _SAME / scale:
        yield "it stands nearer to an obstacle than it claims"
    for index in range(len(line) - 1):
        wanted = least if index < head else claimed - _SAME / scale
        if not _keeps(base if index < head else full, ring, line[index : index + 2], yaws[index : index + 2], wanted):
            yield f"move {index + 1} comes nearer to an obstacle than {wanted * scale:.6f} m, or is no turn and no straight drive"
            return


def _keeps(obstacles: Obstacles, ring: Array, ends: Array, yaws: list[float], wanted: float) -> bool:
    """Whether a move keeps a distance."""
    (ax, ay), (bx, by) = ends.tolist()
    if math.dist((ax, ay), (bx, by)) > 1e-9:
        if _turned(*yaws) > 1e-9:
            return False
        a, b = _placed(ring, ax, ay, yaws[0]), _placed(ring, bx, by, yaws[0])
        return _nearest(obstacles, _swept(a[None], b[None]), np.stack((a, b))) >= wanted - 1e-7
    whole = (yaws[1] - yaws[0] + math.pi) % (2 * math.pi) - math.pi
    count = max(1, math.ceil(abs(whole) / _PIECE))
    first, step = yaws[0] + whole / count * np.arange(count), whole / count
    radius = float(np.hypot(*ring.T).max())
    if _nearest(obstacles, np.array([], dtype=object), _placed(ring, ax, ay, yaws[0])[None]) < wanted - 1e-7:
        return False
    for _ in range(_HALVINGS):
        a = np.stack([_placed(ring, ax, ay, yaw) for yaw in first])
        b = np.stack([_placed(ring, ax, ay, yaw + step) for yaw in first])
        bulge = radius * (1.0 - math.cos(step / 2))
        edges = _swept(a, b)
        near = obstacles.shapes(edges, _corners(a, b)).reshape(len(first), -1).min(axis=1)
        open_ = near - bulge < wanted - 1e-7
        first, standing = first[open_], a[open_]
        if not len(first):
            return True
        if obstacles.shapes(shapely.polygons(standing), standing).min() < wanted - 1e-7:
            return False
        step /= 2
        first = np.concatenate((first, first + step))
        if len(first) > 20_000:
            return False
    return False


def _swept(a: Array, b: Array) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    """The hulls of all edges' two places, (P * K,), from outlines (P, K, 2)."""
    return np.asarray(shapely.convex_hull(shapely.multipoints(_corners(a, b))))


def _corners(a: Array, b: Array) -> Array:
    """(P * K, 4, 2) both places of every edge."""
    return np.stack((a, np.roll(a, -1, axis=1), b, np.roll(b, -1, axis=1)), axis=2).reshape(-1, 4, 2)


def _nearest(obstacles: Obstacles, hulls: "np.ndarray[tuple[int], np.dtype[np.object_]]", ends: Array) -> float:
    """Least distance of hulls, and of the body itself where it begins and ends."""
    bodies = obstacles.shapes(shapely.polygons(ends), ends)
    if not len(hulls):
        return float(bodies.min())
    corners = np.stack((ends[0], np.roll(ends[0], -1, axis=0), ends[-1], np.roll(ends[-1], -1, axis=0)), axis=1)
    return float(min(bodies.min(), obstacles.shapes(hulls, corners).min()))


def _placed(ring: Array, x: float, y: float, yaw: float) -> Array:
    cos, sin = math.cos(yaw), math.sin(yaw)
    return np.stack((x + cos * ring[:, 0] - sin * ring[:, 1], y + sin * ring[:, 0] + cos * ring[:, 1]), axis=1)


def _turned(a: float, b: float) -> float:
    return abs((a - b + math.pi) % (2 * math.pi) - math.pi)
