"""Recheck: the verifier's own quick look at certificates, on clearance fields that are at hand; milliseconds for twenty legs.

Distance to obstacles changes no faster than position. So where a route has clearance d, its next d - r keep clearance r; and where
a barrier has clearance d, its next r - d stay below r. Both walk on by that much (conservative advancement), with the clearance of
the cell's centre as the first bound and the exact distance where that does not do. ``verifier.check_certificate`` is the program
for strangers; it shares nothing with this one.
"""

import math
from collections.abc import Sequence
from itertools import accumulate, chain
from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt

from maps import StaleIndex, World
from maps.clearance import LayerName, Layers, layers
from maps.compiled import compiled, uncompiled, use_numba
from maps.grid import GridFrame
from maps.huge.reading import room_field
from maps.swept import clear_segments, tightest
from verifier.advance import all_clear, barred, clear, within
from verifier.certificate import (
    Certificate,
    Certificates,
    GoalCertificate,
    GoalClaim,
    PoseGoal,
    RegionGoal,
    RouteCertificate,
    StartCertificate,
    UnreachableCertificate,
)

__all__ = ["recheck", "recheck_all"]

Floats = npt.NDArray[np.float64]

_NANO = 1e-9
_SAME = 1e-6
_AT_ONCE = 16
"""So many segments are looked at in turn: enough for the memory, few enough for the processor's own."""


def recheck_all(certificates: Certificates, world: World) -> tuple[bool, ...]:
    """Check all legs of a plan again.

    Args:
        certificates: As ``certify`` made them.
        world: The world that they are about.

    Returns:
        For each leg, whether it holds; a refusal claims nothing, which holds.

    Raises:
        StaleIndex: They are about another revision of the map.
    """
    if certificates.map.revision != world.revision:
        raise StaleIndex("certificates", certificates.map.revision, world.revision)
    fields = _Fields(world)
    plain = {number: leg for number, leg in enumerate(certificates.legs) if _is_plain(leg)}
    at_once = use_numba(world.frame.width * world.frame.height)
    held = dict(zip(plain, _plain_hold(tuple(plain.values()), fields), strict=True)) if at_once else {}
    return tuple(held[number] if number in held else _holds(leg, fields) for number, leg in enumerate(certificates.legs))


def recheck(leg: Certificate, world: World) -> bool:
    """Check one leg again, on the clearance fields of the world that it is about.

    Args:
        leg: The certificate.
        world: The world.

    Returns:
        Whether it holds.
    """
    return _holds(leg, _Fields(world))


class _Fields:
    """The obstacles of a world by choice of layers, each looked up once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.frame = world.frame
        self.scale = world.frame.resolution
        self._found: dict[tuple[object, ...], Layers] = {}

    def of(self, leg: Certificate, *, keepouts: bool = True) -> Layers:
        """Those of a leg, with or without keep-outs."""
        key = (leg.layers.unknown, keepouts, *leg.layers.doors.items())
        if key not in self._found:
            ignore = frozenset[LayerName]() if keepouts else frozenset[LayerName](("keepout",))
            self._found[key] = layers(self.world, unknown=leg.layers.unknown, doors=leg.layers.doors, ignore=ignore)
        return self._found[key]

    @property
    def walls(self) -> Layers:
        """The occupied cells alone."""
        return layers(self.world, ignore=frozenset(("unknown", "doors", "keepout")))


def _is_plain(leg: Certificate) -> TypeGuard[RouteCertificate]:
    """Whether a leg is the route of a disc that starts with room: only its clearance is to be looked at."""
    return (
        isinstance(leg, RouteCertificate)
        and leg.headings is None
        and leg.leaving is None
        and leg.layers.keepouts == "blocked"
        and leg.body.needed_m > _SAME
    )


def _plain_hold(legs: Sequence[RouteCertificate], fields: _Fields) -> list[bool]:
    """Whether plain legs hold, all of them looked at at once."""
    scale, counts = fields.scale, [len(leg.points) for leg in legs]
    points = fields.frame.local(np.fromiter(chain.from_iterable(chain.from_iterable(leg.points for leg in legs)), dtype=np.float64))
    owner, ends = np.repeat(np.arange(len(legs)), counts), list(accumulate(counts))
    onto = points[1:].copy() if len(points) else points
    onto = np.append(onto, points[-1:], axis=0)
    onto[[end - 1 for end in ends]] = points[[end - 1 for end in ends]]  # from the last point of each leg to itself
    held = [math.dist(leg.points[0], leg.start[:2]) <= _SAME for leg in legs]
    alike: dict[tuple[int, object], tuple[Layers, Any, Any, list[int]]] = {}
    for number, (leg, count, end) in enumerate(zip(legs, counts, ends, strict=True)):
        here = fields.of(leg)
        field, room = room_field(here.clearance, leg.body.needed_m / scale, points[end - count : end])
        alike.setdefault((id(here), room), (here, field, room, []))[3].append(number)
    needed = np.repeat([leg.body.needed_m / scale - _NANO for leg in legs], counts)
    for here, field, room, numbers in alike.values():
        mine = slice(None) if len(numbers) == len(legs) else np.isin(owner, numbers)
        kept = np.empty(len(owner[mine]), dtype=bool)
        work = np.zeros(len(kept)), np.empty(_AT_ONCE, dtype=np.int64)
        compiled(room, *all_clear)(here.blocked, field, points[mine], onto[mine], needed[mine], scale, *work, kept)
        for number in owner[mine][~kept].tolist():
            held[number] = False
    return held


def _holds(leg: Certificate, fields: _Fields) -> bool:
    if isinstance(leg, RouteCertificate):
        return leg.layers.keepouts == "blocked" and _route(leg, fields)
    if isinstance(leg, UnreachableCertificate):
        return _unreachable(leg, fields)
    if isinstance(leg, StartCertificate):
        return _no_start(leg, fields)
    if isinstance(leg, GoalCertificate):
        least = leg.body.inner_m + leg.body.margin_m
        return leg.goal is not None and not len(_standing(leg.goal, fields.frame, fields.of(leg), least))
    return True


def _no_start(leg: StartCertificate, fields: _Fields) -> bool:
    if not fields.frame.contains(leg.start[:2]):
        return leg.code == "START_OUTSIDE_MAP"
    if leg.method == "outline":
        from maps import Body
        from verifier.turning import standing_room

        body = Body(footprint=leg.body.footprint or (), margin_m=leg.body.margin_m)
        return standing_room(fields.world, body, leg.start, fields.of(leg, keepouts=False)) <= _NANO
    return _room(fields.walls, fields.frame.local([leg.start[:2]]), fields.scale) * fields.scale < leg.needed_m


def _route(leg: RouteCertificate, fields: _Fields) -> bool:
    scale = fields.scale
    line, needed = fields.frame.local(leg.points), leg.body.needed_m / scale
    if math.dist(leg.points[0], leg.start[:2]) > _SAME:
        return False
    if leg.headings is not None:
        return _turning(leg, fields)
    head = 0 if leg.leaving is None else leg.leaving.segments
    if leg.leaving is not None:
        base = fields.of(leg, keepouts=False)
        room = _room(base, line[:1], scale)
        walls = fields.walls
        if abs(room * scale - leg.leaving.room_m) > _SAME:
            return False
        for part, least in ((base, room), (walls, _room(walls, line[:1], scale))):
            if not _clear(part, line[: head + 1], min(least, needed), scale):
                return False
    return (head > 0 and head >= len(line) - 1) or _clear(fields.of(leg), line[head:], needed, scale)


def _turning(leg: RouteCertificate, fields: _Fields) -> bool:
    """A polygon's turns and drives, swept exactly."""
    from maps import Body, Route
    from verifier.turning import standing_room, turning_rooms

    world = fields.world
    assert leg.headings is not None and leg.body.footprint is not None
    body = Body(footprint=leg.body.footprint, margin_m=leg.body.margin_m)
    route = Route(
        points=leg.points, headings=leg.headings, length_m=leg.length_m[1], grid_length_m=leg.length_m[1], revision=world.revision,
        clearance_m=leg.clearance_m, clearance_at=leg.clearance_at,
    )  # fmt: skip
    margin, head = leg.body.margin_m / world.frame.resolution, 0 if leg.leaving is None else leg.leaving.segments
    rooms = turning_rooms(world, body, route, fields.of(leg))
    if min(rooms[head:], default=0.0) < margin - _NANO:
        return False
    base = fields.of(leg, keepouts=False)
    left = min(standing_room(world, body, leg.start, base), margin) if head else 0.0
    return not head or min(turning_rooms(world, body, route, base)[:head]) >= left - _NANO


def _clear(here: Layers, line: Floats, needed: float, scale: float) -> bool:
    """Whether a polyline keeps a clearance, cells."""
    if needed <= _NANO:
        return True
    if use_numba(here.blocked.size):
        field, room = room_field(here.clearance, needed, line)
        return bool(compiled(room, *clear)(here.blocked, field, line, needed - _NANO, scale))
    a, b = (line[:-1], line[1:]) if len(line) > 1 else (line, line)
    return bool(clear_segments(here.blocked, here.clearance, a, b, needed, scale).all())


def _unreachable(leg: UnreachableCertificate, fields: _Fields) -> bool:
    frame, scale = fields.frame, fields.scale
    full, here = fields.of(leg), fields.of(leg, keepouts=leg.layers.keepouts == "blocked")
    start = frame.local([leg.start[:2]])
    level, needed = leg.level_m / scale, (leg.body.inner_m + leg.body.margin_m) / scale
    if not 0 < level <= min(_room(here, start, scale), needed) + _SAME or leg.goal is None:
        return False
    rings = [np.asarray(ring, dtype=np.float64) for ring in leg.region]
    if not _inside(rings, start)[0] or _inside(rings, _first_of_rows(_standing(leg.goal, frame, full, needed * scale))).any():
        return False
    field, room = room_field(here.clearance, level, np.concatenate([part for ring in rings for part in (ring, ring[:1])]))
    walk = (compiled if use_numba(here.blocked.size) else uncompiled)(room, *barred)
    return all(bool(walk(here.blocked, field, ring, level - 1e-8, scale)) for ring in rings)


def _standing(goal: GoalClaim, frame: GridFrame, full: Layers, needed_m: float) -> Floats:
    """The goal's points, in cells, at which the body can stand."""
    if isinstance(goal, PoseGoal):
        point = frame.local([goal.pose[:2]])
        inside = frame.contains(goal.pose[:2]) and _room(full, point, frame.resolution) * frame.resolution >= needed_m - 1e-8
        return point[:1] if inside else point[:0]
    if isinstance(goal, RegionGoal):
        ring = frame.local(goal.outline)
        low = np.maximum(np.floor(ring.min(axis=0)), 0).astype(np.int64)
        high = np.minimum(np.ceil(ring.max(axis=0)), (frame.width, frame.height)).astype(np.int64)
        cells = np.argwhere(full.clearance[low[1] : high[1], low[0] : high[0]] >= needed_m - 1e-8) + low[::-1]
        points = cells[:, ::-1] + 0.5
        return np.asarray(points[_inside([ring], points)])
    points = np.array([(col + k + 0.5, row + 0.5) for row, col, count in goal.cells for k in range(count)]).reshape(-1, 2)
    cells = np.floor(points).astype(np.int64)
    return np.asarray(points[full.clearance[cells[:, 1], cells[:, 0]] >= needed_m - 1e-8])


def _first_of_rows(points: Floats) -> Floats:
    """Points without those that stand right beside the one before: a step between two clear centres crosses no barrier."""
    follows = np.zeros(len(points), dtype=bool)
    follows[1:] = (points[1:, 1] == points[:-1, 1]) & (points[1:, 0] == points[:-1, 0] + 1.0)
    return np.asarray(points[~follows])


def _inside(rings: Sequence[Floats], points: Floats) -> npt.NDArray[np.bool_]:
    """Which points lie within rings (even-odd rule)."""
    inside = np.zeros(len(points), dtype=bool)
    if not len(points):
        return inside
    if use_numba(0):
        for ring in rings:
            compiled(*within)(ring, points, inside)
        return inside
    x, y = points[:, 0], points[:, 1]
    for ring in rings:
        after = np.roll(ring, -1, axis=0)
        reach = ((ring[:, 1] != after[:, 1]) & (np.maximum(ring[:, 1], after[:, 1]) > y.min())) & (
            np.minimum(ring[:, 1], after[:, 1]) <= y.max()
        )
        for (x0, y0), (x1, y1) in zip(ring[reach].tolist(), after[reach].tolist(), strict=True):
            inside ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) / (y1 - y0) * (x1 - x0))
    return inside


def _room(here: Layers, point: Floats, scale: float) -> float:
    return tightest(here.blocked, here.clearance, point, scale).clearance
