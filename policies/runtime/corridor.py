"""The corridor: the base keeps to the verified route, or it stops. Constant time per tick, however long the route."""

import math
from collections.abc import Sequence
from itertools import pairwise

from maps import Body, Point, Pose, Route, distance, wrap_angle

__all__ = ["Corridor"]

SPACING_M = 0.02
WINDOW_M = 0.6
"""How far before and behind the last place the next one is looked for, metres."""


class Corridor:
    """Watches whether a base is within its tracking bound of a route.

    The base may use ``body.tracking_m`` of its margin; a body with a footprint, on a route with headings, also has to keep the
    heading so well that no part of it uses up more than ``body.margin_m``.

    Args:
        route: The verified one.
        body: Its tracking bound is the corridor's half-width.
    """

    def __init__(self, route: Route, body: Body) -> None:
        points, headings = list(route.points), None if route.headings is None else list(route.headings)
        if headings is not None and route.goal_yaw is not None:
            points, headings = [*points, points[-1]], [*headings, route.goal_yaw]
        keep = list(range(len(points))) if headings is not None else _thinned(points)
        self._body = body
        # What thinning moved the polyline by is taken off the bound: never more is allowed than was verified.
        self.bound_m = body.tracking_m - _moved(points, keep)
        self._points = [points[i] for i in keep]
        if len(self._points) == 1:
            self._points *= 2
        self._headings = None if headings is None else headings * 2 if len(headings) == 1 else headings
        self._along = [0.0]
        for a, b in pairwise(self._points):
            self._along.append(self._along[-1] + distance(a, b))
        self._segment = 0
        self.along_m = 0.0
        self.off_m = 0.0

    def check(self, pose: Pose) -> str:
        """Where the base is now; called in each tick. Then ``off_m`` and ``along_m`` say how far off and along the route it is.

        Args:
            pose: From the localisation.

        Returns:
            Empty while it is in the corridor; else one sentence on by how much it is not.
        """
        if not (math.isfinite(pose.x) and math.isfinite(pose.y) and math.isfinite(pose.yaw)):
            return f"the localisation gives no finite pose: ({pose.x}, {pose.y}, {pose.yaw})"
        self.off_m, used, turned = self._nearest(pose)
        if self.off_m > self.bound_m + 1e-9:
            return (
                f"the base is {self.off_m:.3f} m off its verified route at ({pose.x:.2f}, {pose.y:.2f}); "
                f"its tracking bound is {self._body.tracking_m:.3f} m"
            )
        if used > self._body.margin_m + 1e-9:
            return (
                f"the base is turned {math.degrees(turned):.1f} degrees away from its verified heading at ({pose.x:.2f}, "
                f"{pose.y:.2f}), so that its outline uses {used:.3f} m of its margin of {self._body.margin_m:.3f} m"
            )
        return ""

    def _nearest(self, pose: Pose) -> tuple[float, float, float]:
        """Looks at the stretch of the route around the last place and remembers the new one.

        Returns:
            Distance to it, metres; how much of its margin the body uses there, metres; heading error, radians.
        """
        first = last = self._segment
        here = self.along_m
        while first > 0 and self._along[first] > here - WINDOW_M:
            first -= 1
        while last < len(self._points) - 2 and self._along[last + 1] < here + WINDOW_M:
            last += 1
        away, used, turned = math.inf, math.inf, 0.0
        for number in range(first, last + 1):
            off, share = _to_segment(pose.point, self._points[number], self._points[number + 1])
            if off < away - 1e-12:
                away, self._segment = off, number
                self.along_m = self._along[number] + share * (self._along[number + 1] - self._along[number])
            if self._headings is not None:
                error = _outside(pose.yaw, self._headings[number], self._headings[number + 1])
                uses = off + 2.0 * self._body.radius_m * math.sin(0.5 * error)
                if uses < used:
                    used, turned = uses, error
        return away, 0.0 if self._headings is None else used, turned


def _thinned(points: Sequence[Point]) -> list[int]:
    """Numbers of the vertices to keep, at least ``SPACING_M`` apart, so that a window holds a bounded number of segments."""
    keep = [0]
    for number in range(1, len(points) - 1):
        if distance(points[number], points[keep[-1]]) >= SPACING_M:
            keep.append(number)
    if len(points) > 1:
        keep.append(len(points) - 1)
    return keep


def _moved(points: Sequence[Point], keep: Sequence[int]) -> float:
    """The farthest that a vertex left out lies from the polyline of those kept, metres."""
    worst = 0.0
    for first, last in pairwise(keep):
        for number in range(first + 1, last):
            worst = max(worst, _to_segment(points[number], points[first], points[last])[0])
    return worst


def _to_segment(point: Point, a: Point, b: Point) -> tuple[float, float]:
    """Distance from a point to a segment, metres, and how far along it the nearest point is, from 0 to 1."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    share = 0.0 if square == 0 else min(max(((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / square, 0.0), 1.0)
    return math.hypot(point[0] - a[0] - share * dx, point[1] - a[1] - share * dy), share


def _outside(yaw: float, a: float, b: float) -> float:
    """By how much a heading misses the short way from one heading to another, radians."""
    whole, part = wrap_angle(b - a), wrap_angle(yaw - a)
    if (0.0 <= part <= whole) if whole >= 0 else (whole <= part <= 0.0):
        return 0.0
    return min(abs(part), abs(wrap_angle(yaw - b)))
