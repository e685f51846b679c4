"""Driving: a free way turned into what a differential base can do, turns in place and straight drives forward or in reverse.

From each configuration the farthest one along the way is sought that can be reached by turning, driving straight and turning
again; where the way goes sideways, by a shunt of two straight drives. Every turn and drive is swept, so that what comes out is
clear whatever the way was.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from maps.footprint.decide import Configuration
from maps.footprint.sweep import Sweeper
from maps.geometry import wrap_angle

__all__ = ["MOST_MOVES", "Stop", "drivable"]

Stop = tuple[float, float, float]
"""x and y in cells, heading in radians: between two stops the body either turns in place, the short way, or drives straight."""

MOST_MOVES = 300
MOST_SHUNTS = 30
REVERSE = math.radians(30.0)
"""Turning that driving forward instead of in reverse is worth."""
_SAME = 1e-9
_SHUNTS = tuple(math.radians(a) for a in (40, 15, 5, 2))
_PIECES = (1, 3, 9)


def drivable(sweeper: Sweeper, way: Sequence[Configuration]) -> list[Stop] | None:
    """Turn a way into stops.

    Args:
        sweeper: Tells what is clear.
        way: Configurations; the first has a heading.

    Returns:
        Stops from the first to the last configuration; None when no turns and drives along the way were found.
    """
    x, y, yaw = way[0]
    assert yaw is not None
    stops: list[Stop] = [(x, y, yaw)]
    at = shunts = 0
    while at < len(way) - 1:
        for ahead in _far_first(at, len(way) - 1):
            found = _straight(sweeper, stops[-1], way[ahead])
            if found is not None:
                break
        else:
            shunts += 1
            for ahead in _far_first(at, len(way) - 1):
                found = _slide(sweeper, stops[-1], way[ahead])
                if found is not None:
                    break
        if found is None:
            for ahead in _far_first(at, min(at + 32, len(way) - 1)):
                found = _shunt(sweeper, stops[-1], way[ahead])
                if found is not None:
                    break
        if found is None or len(stops) > MOST_MOVES or shunts > MOST_SHUNTS:
            return None
        stops += found
        at = ahead
    return _smoothed(sweeper, stops)


def _far_first(at: int, last: int) -> Iterator[int]:
    """Numbers after ``at``, the farthest first, ever closer together."""
    gap = last - at
    while gap > 1:
        yield at + gap
        gap = min(gap - 1, int(gap / 1.4))
    yield at + 1


def _straight(sweeper: Sweeper, a: Stop, b: Configuration) -> list[Stop] | None:
    """Turn, drive straight, turn; the way round with less turning is tried first."""
    away = math.hypot(b[0] - a[0], b[1] - a[1])
    if away < _SAME:
        return [] if b[2] is None else _turn(sweeper, a, b[2])
    along = math.atan2(b[1] - a[1], b[0] - a[0])

    def turning(heading: float) -> float:
        after = 0.0 if b[2] is None else abs(wrap_angle(b[2] - heading))
        return abs(wrap_angle(heading - a[2])) + after + (REVERSE if heading != along else 0.0)

    for heading in sorted((along, wrap_angle(along + math.pi)), key=turning):
        if not sweeper.clear(sweeper.straight(*a[:2], *b[:2], heading)):
            continue
        first = _turn(sweeper, a, heading)
        if first is None:
            continue
        arrived = (b[0], b[1], heading)
        last = [] if b[2] is None else _turn(sweeper, arrived, b[2])
        if last is not None:
            return [*first, arrived, *last]
    return None


def _slide(sweeper: Sweeper, a: Stop, b: Configuration) -> list[Stop] | None:
    """Drive on in the present heading as far as that helps, then turn, drive straight and turn."""
    ahead = (b[0] - a[0]) * math.cos(a[2]) + (b[1] - a[1]) * math.sin(a[2])
    to = (a[0] + ahead * math.cos(a[2]), a[1] + ahead * math.sin(a[2]), a[2])
    if abs(ahead) < _SAME or not sweeper.clear(sweeper.straight(*a[:2], *to)):
        return None
    rest = _straight(sweeper, to, b)
    return None if rest is None else [to, *rest]


def _turn(sweeper: Sweeper, a: Stop, heading: float) -> list[Stop] | None:
    """Turn in place the short way, or else the long way in three parts."""
    short = wrap_angle(heading - a[2])
    if abs(short) < _SAME:
        return []
    if abs(short) > math.pi - 1e-3:
        ways = [[short / 2, short], [-short / 2, short]]
    else:
        around = short - math.copysign(2 * math.pi, short)
        ways = [[short], [around / 3, around * 2 / 3, short]]
    for way in ways:
        headings = [a[2], *(wrap_angle(a[2] + turned) for turned in way[:-1]), heading]
        if all(sweeper.clear(sweeper.turn(a[0], a[1], *pair)) for pair in pairwise(headings)):
            return [(a[0], a[1], yaw) for yaw in headings[1:]]
    return None


def _shunt(sweeper: Sweeper, a: Stop, b: Configuration) -> list[Stop] | None:
    """Get to the side by straight drives in two headings around the present one."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    if math.hypot(dx, dy) < _SAME:
        return None
    for pieces in _PIECES:
        for angle in _SHUNTS:
            found = _zigzag(sweeper, a, b, dx / pieces, dy / pieces, pieces, angle)
            if found is not None:
                return found
    return None


def _zigzag(sweeper: Sweeper, a: Stop, b: Configuration, dx: float, dy: float, pieces: int, angle: float) -> list[Stop] | None:
    one, two = a[2] + angle, a[2] - angle
    cross = math.sin(two - one)
    along_one = (dx * math.sin(two) - dy * math.cos(two)) / cross
    along_two = (dy * math.cos(one) - dx * math.sin(one)) / cross
    middle = (a[0] + along_one * math.cos(one), a[1] + along_one * math.sin(one))
    if not sweeper.clear(sweeper.straight(a[0], a[1], *middle, one)):
        return None
    stops, at = list[Stop](), a
    for _ in range(pieces):
        for heading, length in ((one, along_one), (two, along_two)):
            turned = _turn(sweeper, at, wrap_angle(heading))
            to = (at[0] + length * math.cos(heading), at[1] + length * math.sin(heading), wrap_angle(heading))
            if turned is None or not sweeper.clear(sweeper.straight(*at[:2], *to)):
                return None
            stops += [*turned, to]
            at = to
    last = [] if b[2] is None else _turn(sweeper, at, b[2])
    return None if last is None else [*stops, *last]


def _smoothed(sweeper: Sweeper, stops: list[Stop]) -> list[Stop]:
    """Leave out stops that need not be: turns that lead back, halts in the middle of a straight drive, corners to spare."""
    kept = [stops[0]]
    at = 0
    while at < len(stops) - 1:
        for ahead in range(min(len(stops) - 1, at + 6), at + 1, -1):
            found = _straight(sweeper, kept[-1], stops[ahead])
            if found is not None and len(found) < ahead - at:
                kept += found
                at = ahead
                break
        else:
            at += 1
            kept.append(stops[at])
    return kept
