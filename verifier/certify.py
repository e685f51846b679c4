"""Certify: the certificate of every leg of a plan, from the simulated steps behind its verdict."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from maps import DoorState, NoRoute, Place, Point, Route, World
from maps.clearance import Layers, layers
from maps.swept import clear_segments, tightest
from verifier.barrier import cell_barrier, gap_barrier
from verifier.certificate import (
    BodyClaim,
    Certificate,
    Certificates,
    Gap,
    GoalCertificate,
    LayersClaim,
    Leaving,
    Refusal,
    RouteCertificate,
    StartCertificate,
    UnreachableCertificate,
)
from verifier.goal_claim import goal_claim
from verifier.map_evidence import map_evidence
from verifier.routes import goal_of
from verifier.step import Leg, Scope, Step
from verifier.turning import standing_room, turning_rooms
from verifier.verdict import Verdict

__all__ = ["certify"]

Floats = npt.NDArray[np.float64]
Unknown = Literal["blocked", "allowed"]

_NANO = 1e-9


def certify(verdict: Verdict, steps: Sequence[Step], world: World, *, path: Path | None = None) -> Certificates:
    """Make the certificates of a judged plan.

    Args:
        verdict: The verdict.
        steps: The simulated steps behind it, from ``verifier.examine``.
        world: The world that it was judged against.
        path: The folder or map_server YAML that the world was loaded from, if that is not ``world.folder``.

    Returns:
        One certificate for every leg: a route, a proof that there is none, or a refusal that claims nothing.

    Raises:
        CertificateInvalid: The world does not lie on disk.
        MapError: Its files cannot be read.
    """
    legs = tuple(_certificate(_Case.of(step, step.leg)) for step in steps if step.leg is not None)
    return Certificates(map=map_evidence(world, path), plan_digest=verdict.plan_digest, legs=legs)


@dataclass(frozen=True, slots=True)
class _Case:
    """One leg with all that its claim is about."""

    scope: Scope
    step: int
    leg: Leg
    doors: dict[str, DoorState]
    unknown: Unknown
    keepouts: bool = True

    @classmethod
    def of(cls, step: Step, leg: Leg) -> "_Case":
        seen, world = step.before.state.doors, step.scope.world
        doors: dict[str, DoorState] = {name: seen.get(name, door.state) for name, door in world.doors.items()}
        unknown: Unknown = "allowed" if step.scope.unknown == "allowed" else "blocked"
        return cls(step.scope, step.number, leg, doors, unknown)

    @property
    def world(self) -> World:
        return self.scope.world

    @property
    def scale(self) -> float:
        return self.world.frame.resolution

    @property
    def needed(self) -> float:
        """Needed clearance, cells."""
        return self.scope.body.needed_clearance_m / self.scale

    @property
    def inner(self) -> float:
        """Clearance that the disc in the body needs, cells; no body needs less."""
        return (self.scope.body.inscribed_m + self.scope.body.margin_m) / self.scale

    @property
    def layers(self) -> Layers:
        """The obstacles."""
        peeled = frozenset[Literal["keepout"]]() if self.keepouts else frozenset[Literal["keepout"]](("keepout",))
        return layers(self.world, unknown=self.unknown, doors=self.doors, ignore=frozenset(peeled))

    @property
    def terms(self) -> dict[str, object]:
        """What every certificate says."""
        body, start = self.scope.body, self.leg.start
        return {
            "step": self.step,
            "subject": self.leg.subject,
            "layers": LayersClaim(unknown=self.unknown, keepouts="blocked" if self.keepouts else "ignored", doors=dict(self.doors)),
            "body": BodyClaim(
                name=body.name,
                radius_m=body.radius_m,
                inner_m=body.inscribed_m,
                margin_m=body.margin_m,
                needed_m=body.radius_m + body.margin_m,
                footprint=body.footprint or None,
            ),
            "start": (start.x, start.y, start.yaw),
            "goal": None if self.leg.goal is None else goal_claim(self.scope, self.leg.goal),
        }

    def local(self, points: Sequence[Point]) -> Floats:
        """Map-frame points in cells."""
        return self.world.frame.local(points)

    def room(self, point: Floats, here: Layers | None = None) -> float:
        """Exact clearance of a point, cells."""
        here = here or self.layers
        return tightest(here.blocked, here.clearance, point.reshape(1, 2), self.scale).clearance


def _certificate(case: _Case) -> Certificate:
    result = case.leg.result
    if isinstance(result, Route):
        for policy in ("blocked", "allowed"):
            if policy == "blocked" and case.unknown == "allowed":
                continue
            made = _route(replace(case, unknown=policy), result)
            if made is not None:
                return made
        return _refusal(case, "NONE", "the route could not be certified")
    if result.code == "WITHIN_TOLERANCE":
        return _refusal(case, result.code, "the widest way and the body differ by less than can be told")
    if result.code == "NO_LANE":
        return _refusal(case, result.code, "there is room for a way, and which lanes there are is not proved to strangers")
    if result.code in ("START_OUTSIDE_MAP", "START_OCCUPIED"):
        return _start(case, result)
    return _goal_without_room(case, result) or _unreachable(case, result)


def _refusal(case: _Case, code: str, reason: str) -> Refusal:
    return Refusal.model_validate({**case.terms, "code": code, "reason": reason})


def _route(case: _Case, route: Route) -> RouteCertificate | None:
    """The witness, or None where the route does not keep the clearance on these layers."""
    if any(case.doors[name] != "open" for name in route.doors):
        return None  # it starts on the door's own cells and leaves them on the other side
    if route.headings is not None:
        return _turning_route(case, route)
    line = case.local(route.points)
    a, b = (line[:-1], line[1:]) if len(line) > 1 else (line, line)
    here = case.layers
    clear = clear_segments(here.blocked, here.clearance, a, b, case.needed, case.scale)
    head = 0 if clear.all() else int(np.flatnonzero(~clear)[-1]) + 1
    leaving, found = None, []
    if head:
        base = replace(case, keepouts=False)
        room = base.room(line[0])
        free, walls = base.layers, _walls(case.world)
        if case.room(line[0]) >= case.needed - _NANO:
            return None
        for part, mine in ((free, room), (walls, case.room(line[0], walls))):
            if not clear_segments(part.blocked, part.clearance, a[:head], b[:head], min(mine, case.needed), case.scale).all():
                return None
        leaving = Leaving(segments=head, room_m=room * case.scale)
        found.append(tightest(free.blocked, free.clearance, line[: head + 1], case.scale))
    if head < len(a):
        found.append(tightest(here.blocked, here.clearance, line[head:] if len(line) > 1 else line, case.scale))
    least = min(found, key=lambda at: at.clearance)
    return RouteCertificate.model_validate(
        {
            **case.terms,
            "points": route.points,
            "end_yaw": route.goal_yaw,
            "leaving": leaving,
            "clearance_m": least.clearance * case.scale,
            "clearance_at": case.world.frame.to_map(least.x * case.scale, least.y * case.scale),
            "length_m": _lengths(route),
            "crosses": route.doors,
        }
    )


def _turning_route(case: _Case, route: Route) -> RouteCertificate | None:
    """The witness of a polygon that turns and drives; its body's clearance is a lower bound."""
    assert route.headings is not None
    moves = turning_rooms(case.world, case.scope.body, route, case.layers)
    margin = case.scope.body.margin_m / case.scale
    head = max((index + 1 for index, room in enumerate(moves) if room < margin - _NANO), default=0)
    leaving = None
    if head:
        base = replace(case, keepouts=False)
        left = _left(base)
        if min(turning_rooms(case.world, case.scope.body, route, base.layers)[:head]) < min(left, margin) - _NANO:
            return None
        if head >= len(moves):
            return None
        leaving = Leaving(segments=head, room_m=left * case.scale)
    tight = tightest(case.layers.blocked, case.layers.clearance, case.local(route.points), case.scale)
    return RouteCertificate.model_validate(
        {
            **case.terms,
            "method": "hulls",
            "points": route.points,
            "headings": route.headings,
            "body_clearance_m": max(min(moves[head:]), margin) * case.scale,
            "end_yaw": route.headings[-1],
            "leaving": leaving,
            "clearance_m": tight.clearance * case.scale,
            "clearance_at": case.world.frame.to_map(tight.x * case.scale, tight.y * case.scale),
            "length_m": _lengths(route),
            "crosses": route.doors,
        }
    )


def _left(case: _Case) -> float:
    """The room that a polygon has where it starts, cells."""
    start = case.leg.start
    return standing_room(case.world, case.scope.body, (start.x, start.y, start.yaw), case.layers)


def _lengths(route: Route) -> tuple[float, float]:
    """From end to end, and along the route."""
    return math.dist(route.points[0], route.points[-1]), math.fsum(math.dist(p, q) for p, q in pairwise(route.points))


def _walls(world: World) -> Layers:
    """The occupied cells alone."""
    return layers(world, ignore=frozenset(("unknown", "doors", "keepout")))


def _start(case: _Case, result: NoRoute) -> StartCertificate | Refusal:
    walls = _walls(case.world)
    outside = result.code == "START_OUTSIDE_MAP"
    room = 0.0 if outside else case.room(case.local([case.leg.start.point]), walls)
    claim: dict[str, object] = {"code": result.code, "available_m": room * case.scale, "needed_m": case.scope.body.inscribed_m}
    if not outside and room * case.scale >= case.scope.body.inscribed_m:
        if not case.scope.body.footprint or _left(replace(case, keepouts=False)) > _NANO:
            return _refusal(case, result.code, "the disc in the body has room at the start")
        claim = {"code": result.code, "available_m": 0.0, "needed_m": 0.0, "method": "outline"}
    return StartCertificate.model_validate({**case.terms, **claim})


def _goal_without_room(case: _Case, result: NoRoute) -> GoalCertificate | None:
    """The proof that the body fits nowhere in the goal, if that is so."""
    if case.leg.goal is None:
        return None
    spots = _spots(case)
    pose = goal_of(case.scope, case.leg.goal).exact is not None
    if pose and not case.world.frame.contains(case.world.frame.to_map(*(spots[0] * case.scale))):
        return GoalCertificate.model_validate({**case.terms, "code": "GOAL_OUTSIDE_MAP", "room_m": 0.0})
    field = case.layers.clearance / case.scale
    cells = np.floor(spots).astype(np.int64)[:, ::-1]
    rooms = np.array([case.room(spots[0])]) if pose else field[cells[:, 0], cells[:, 1]]
    room = float(rooms.max()) if len(rooms) else 0.0
    if room >= case.inner - 1e-7 or not len(rooms):
        return None
    code = "GOAL_OCCUPIED" if result.code == "GOAL_OUTSIDE_MAP" else result.code
    return GoalCertificate.model_validate({**case.terms, "code": code, "room_m": room * case.scale})


def _unreachable(case: _Case, result: NoRoute) -> UnreachableCertificate | Refusal:
    """The proof that there is no way, on the obstacles as they are or, for a start within them, on fewer."""
    if case.leg.goal is None or not len(_spots(case)):
        return _refusal(case, result.code, "the goal has no cell with a line of sight; sight is not proved")
    for attempt in _fewer(case):
        start = attempt.local([attempt.leg.start.point])
        level = min(attempt.room(start), attempt.inner)
        if case.scope.body.footprint:
            level = min(level, attempt.scope.body.inscribed_m / attempt.scale + _left(attempt))
        if level <= 0.0:
            continue
        here = attempt.layers
        spots = _standing(attempt)
        cell = (int(start[0, 1]), int(start[0, 0]))
        cells = np.floor(spots).astype(np.int64)[:, ::-1]
        method: Literal["cells", "gaps"] = "cells"
        rings = cell_barrier(here.clearance / attempt.scale, level, cell, cells)
        if rings is None:
            method = "gaps"
            rings = gap_barrier(here.blocked, level, (float(start[0, 0]), float(start[0, 1])), spots)
        if rings is not None:
            return UnreachableCertificate.model_validate(
                {
                    **attempt.terms,
                    "method": method,
                    "code": result.code,
                    "level_m": level * attempt.scale,
                    "region": rings,
                    "gap": _gap(attempt, result),
                }
            )
    if case.scope.body.footprint:
        return _refusal(case, result.code, "the disc in the body could pass; that its outline cannot is not proved to strangers")
    return _refusal(case, result.code, "the start is cramped, and no barrier parts every way out of it from the goal")


def _fewer(case: _Case) -> Iterator[_Case]:
    """The case itself, then with fewer obstacles: what is proved with fewer is proved."""
    yield case
    if case.world.keepout is not None:
        yield replace(case, keepouts=False)
    if case.unknown == "blocked":
        yield replace(case, unknown="allowed")
        if case.world.keepout is not None:
            yield replace(case, unknown="allowed", keepouts=False)


def _gap(case: _Case, result: NoRoute) -> Gap | None:
    """The tightest gap, where it is one on these very layers."""
    if result.where is None or result.available is None or not case.keepouts or result.code != "CLEARANCE":
        return None
    room = case.room(case.local([result.where])) * case.scale
    if abs(room - result.available) > _NANO or room >= case.inner * case.scale:
        return None
    return Gap(where=result.where, available_m=room, needed_m=case.inner * case.scale)


def _spots(case: _Case) -> Floats:
    """The goal's points, (N, 2) in cells: the pose, or the centres of its cells."""
    assert case.leg.goal is not None
    goal = goal_of(case.scope, case.leg.goal)
    if goal.exact is not None:
        return case.local([goal.exact.point])
    target = case.leg.goal.feature
    if isinstance(target, Place):
        return _inside(case, target.outline)
    return np.asarray(goal.cells[:, ::-1] + 0.5, dtype=np.float64)


def _standing(case: _Case) -> Floats:
    """Those of the goal's points at which the body can stand: keep-outs count there, whatever a start may leave."""
    spots = _spots(case)
    full = replace(case, keepouts=True).layers.clearance / case.scale
    if case.leg.goal is not None and goal_of(case.scope, case.leg.goal).exact is not None:
        return spots
    cells = np.floor(spots).astype(np.int64)
    return np.asarray(spots[full[cells[:, 1], cells[:, 0]] >= case.inner - 1e-7])


def _inside(case: _Case, outline: tuple[Point, ...]) -> Floats:
    """The centres of the cells that lie in an outline."""
    import shapely

    ring = case.local(outline)
    height, width = case.world.frame.shape
    low = np.maximum(np.floor(ring.min(axis=0)), 0).astype(np.int64)
    high = np.minimum(np.ceil(ring.max(axis=0)), (width, height)).astype(np.int64)
    x, y = (part.ravel() + 0.5 for part in np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1])))
    shape = shapely.Polygon(ring)
    shapely.prepare(shape)
    inside = shapely.contains_xy(shape, x, y)
    return np.stack((x[inside], y[inside]), axis=1)
