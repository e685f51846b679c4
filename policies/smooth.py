"""Smooth paths: a route's corners are rounded as far as the tracking bound allows, and every point gets a speed.

Each vertex is replaced by a quintic Bezier curve whose first three control points lie on the incoming segment and whose
last three lie on the outgoing one, at shares 1, 0.6 and b of a length T from the vertex, so that curvature starts and
ends at zero; b is chosen by the turn for the least change of curvature. At a turn by angle a no point of the curve is
farther than ``T * sin(a) * (1 + 5 * 0.6 + 10 * b) / 32`` from the polyline; T is chosen so that this stays within the
allowance. Where a turn is too sharp, or the segments too short, the robot stops at the vertex and turns in place.

The speed is regulated as in regulated pure pursuit (Macenski, Singh, Martin, Gines: "Regulated pure pursuit for robot
path tracking", Autonomous Robots 47, 2023): by curvature, by the zones along the way and by the distance to the next
stop; and so that neither linear nor angular acceleration exceeds the body's (forward and backward pass).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np

from maps.body import Body
from maps.geometry import Point
from policies.trajectory import Floats

__all__ = ["Leg", "SpeedLimit", "smooth_legs"]

SpeedLimit: TypeAlias = Callable[[Floats], Floats]
"""From (n, 2) positions of the body's centre, metres, to (n,) speed limits, m/s; inf where there is none."""

STEP_M = 0.05
SHARP = math.radians(115.0)
SLOWEST = 0.03
BEZIER_SAMPLES = 25
YAW_SHARE = 0.97
OUTER = 0.6


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Leg:
    """A smooth piece between two stops: (n,) arrays over samples at most 5 cm apart.

    Attributes:
        along: Arc length from the leg's start, metres.
        xs: Metres.
        ys: Metres.
        yaws: Heading of travel, radians, continuous.
        curvatures: 1/m, positive to the left.
        speeds: m/s, 0 at both ends; its square is linear in arc length between samples.
        times: Seconds from the leg's start.
        reverse: Whether the body drives backwards: ``yaws`` are then its headings, opposite to the way it goes.
    """

    along: Floats
    xs: Floats
    ys: Floats
    yaws: Floats
    curvatures: Floats
    speeds: Floats
    times: Floats
    reverse: bool = False

    @property
    def is_turn(self) -> bool:
        """Whether it is a turn in place to its one heading: a single sample."""
        return len(self.along) == 1


def smooth_legs(points: Sequence[Point], body: Body, *, allowance: float, limit: SpeedLimit | None = None) -> list[Leg]:
    """Round a polyline's corners and give every point of it a speed.

    Args:
        points: The polyline, metres.
        body: Whose limits hold.
        allowance: How far the smooth path may be from the polyline, metres; 0 stops at every vertex.
        limit: Speed limits along the way.

    Returns:
        The smooth pieces in order; the robot rests and turns in place between them. None for a polyline without length.
    """
    vertices = _simplified(points)
    if len(vertices) < 2:
        return []
    deltas = np.diff(vertices, axis=0)
    lengths = np.hypot(deltas[:, 0], deltas[:, 1])
    units = deltas / lengths[:, None]
    headings = np.arctan2(deltas[:, 1], deltas[:, 0])
    turns = np.abs((np.diff(headings) + np.pi) % (2 * np.pi) - np.pi)
    trims = _trims(turns, lengths, allowance, body)
    blends = _blends(vertices, units, turns, trims)
    legs, start = [], 0
    for end in [*(np.flatnonzero(trims == 0.0) + 1), len(vertices) - 1]:
        legs.append(_leg(vertices, units, lengths, trims, blends, start, int(end), body, limit))
        start = int(end)
    return legs


def _simplified(points: Sequence[Point]) -> Floats:
    """The polyline without repeated points and without vertices in the middle of a straight line."""
    kept = [points[0]]
    for x, y in points[1:]:
        if math.hypot(x - kept[-1][0], y - kept[-1][1]) < 1e-6:
            continue
        if len(kept) > 1:
            (ax, ay), (bx, by) = kept[-2], kept[-1]
            ux, uy, wx, wy = bx - ax, by - ay, x - bx, y - by
            if abs(ux * wy - uy * wx) < 1e-9 * math.hypot(ux, uy) and ux * wx + uy * wy > 0:
                kept.pop()
        kept.append((x, y))
    return np.array(kept, dtype=np.float64)


def _trims(turns: Floats, lengths: Floats, allowance: float, body: Body) -> Floats:
    """How much of both segments each inner vertex's blend takes, metres; 0 where the robot stops and turns."""
    room = 0.5 * np.minimum(lengths[:-1], lengths[1:])
    sine = np.maximum(np.sin(turns), 1e-9)
    middle = (1 + 5 * OUTER + 10 * _inner(turns)) / 32
    trims = np.minimum(allowance / (middle * sine), room)
    peak = 1.1 * turns / np.maximum(trims, 1e-9)
    speed = np.minimum(body.max_yaw_rate / np.maximum(peak, 1e-9), body.max_speed)
    trims[(turns > SHARP) | (speed < SLOWEST) | (trims < 1e-4)] = 0.0
    return trims


def _inner(turns: Floats) -> Floats:
    """Share of the innermost control points by turn, radians: what minimises the greatest change of curvature."""
    return np.asarray(np.clip(0.095 + 0.125 * turns, 0.14, 0.34), dtype=np.float64)


def _blends(vertices: Floats, units: Floats, turns: Floats, trims: Floats) -> Floats:
    """(k, samples, 4) x, y, heading, curvature of the blend at each of the k inner vertices."""
    inner, one = _inner(turns), np.ones(len(turns))
    shares = np.stack([-one, -OUTER * one, -inner, inner, OUTER * one, one], axis=1)
    direction = np.where(shares[..., None] < 0, units[:-1, None, :], units[1:, None, :])
    control = vertices[1:-1, None, :] + np.maximum(trims, 1e-6)[:, None, None] * shares[..., None] * direction

    def curve(points: Floats) -> Floats:
        return np.asarray(np.einsum("si,kic->ksc", _basis(points.shape[1] - 1), points), dtype=np.float64)

    first = 5 * np.diff(control, axis=1)
    second = 4 * np.diff(first, axis=1)
    position, d1, d2 = curve(control), curve(first), curve(second)
    speed = np.maximum(np.hypot(d1[..., 0], d1[..., 1]), 1e-12)
    curvature = (d1[..., 0] * d2[..., 1] - d1[..., 1] * d2[..., 0]) / speed**3
    heading = np.arctan2(d1[..., 1], d1[..., 0])
    return np.concatenate([position, heading[..., None], curvature[..., None]], axis=2)


@cache
def _basis(degree: int) -> Floats:
    """(samples, degree + 1) the Bernstein polynomials at the samples of a blend."""
    u = np.linspace(0.0, 1.0, BEZIER_SAMPLES)
    return np.stack([math.comb(degree, i) * u**i * (1 - u) ** (degree - i) for i in range(degree + 1)], axis=1)


def _leg(
    vertices: Floats, units: Floats, lengths: Floats, trims: Floats, blends: Floats,
    start: int, end: int, body: Body, limit: SpeedLimit | None,
) -> Leg:  # fmt: skip
    """Sample one piece from vertex ``start`` to vertex ``end`` and compute its speeds."""
    pieces: list[Floats] = []
    for segment in range(start, end):
        cut_in = trims[segment - 1] if segment > start else 0.0
        cut_out = trims[segment] if segment + 1 < end else 0.0
        straight = lengths[segment] - cut_in - cut_out
        if straight > 1e-6:
            along = np.linspace(0.0, straight, max(4, math.ceil(straight / STEP_M)) + 1) + cut_in
            piece = np.zeros((len(along), 4))
            piece[:, :2] = vertices[segment] + along[:, None] * units[segment]
            piece[:, 2] = math.atan2(units[segment, 1], units[segment, 0])
            pieces.append(piece)
        if segment + 1 < end:
            pieces.append(blends[segment])
    samples = np.concatenate(pieces)
    steps = np.hypot(np.diff(samples[:, 0]), np.diff(samples[:, 1]))
    samples = samples[np.concatenate([[True], steps > 1e-9])]
    steps = steps[steps > 1e-9]
    speeds = _speeds(samples, steps, body, limit)
    durations = 2 * steps / (speeds[:-1] + speeds[1:])
    return Leg(
        along=np.concatenate([[0.0], np.cumsum(steps)]),
        xs=samples[:, 0],
        ys=samples[:, 1],
        yaws=np.unwrap(samples[:, 2]),
        curvatures=samples[:, 3],
        speeds=speeds,
        times=np.concatenate([[0.0], np.cumsum(durations)]),
    )


def _speeds(samples: Floats, steps: Floats, body: Body, limit: SpeedLimit | None) -> Floats:
    """Speeds at the samples: as fast as curvature, zones and accelerations allow, from rest to rest."""
    bend = np.abs(samples[:, 3])
    cap = np.full(len(samples), body.max_speed)
    cap = np.minimum(cap, YAW_SHARE * body.max_yaw_rate / np.maximum(bend, 1e-9))
    change = np.abs(np.diff(samples[:, 3])) / steps
    swing = np.sqrt(0.5 * YAW_SHARE * body.max_yaw_acceleration / np.maximum(change, 1e-9))
    cap[:-1] = np.minimum(cap[:-1], swing)
    cap[1:] = np.minimum(cap[1:], swing)
    if limit is not None:
        cap = np.minimum(cap, limit(samples[:, :2]))
    cap = np.maximum(cap, 1e-3)
    worst = np.maximum(bend[:-1], bend[1:])
    rates = np.minimum(body.max_acceleration, 0.5 * YAW_SHARE * body.max_yaw_acceleration / np.maximum(worst, 1e-9))
    # No square may exceed that of any other sample by more than the gains between the two: a running minimum from each side.
    gained = np.concatenate([[0.0], np.cumsum(2 * rates * steps)])
    squares = cap**2
    squares[0] = squares[-1] = 0.0
    reached = np.minimum(squares, gained + np.minimum.accumulate(squares - gained))
    squares = np.minimum(reached, np.minimum.accumulate((reached + gained)[::-1])[::-1] - gained)
    squares = np.maximum(squares, 0.0)
    squares[0] = squares[-1] = 0.0
    return np.asarray(np.sqrt(squares), dtype=np.float64)
