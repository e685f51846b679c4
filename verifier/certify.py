"""Certify: the certificate of every leg of a plan, from the simulated steps behind its verdict."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from maps import NoRoute, Place, Point, Route, World
from verifier.barrier import cell_barrier, gap_barrier
from verifier.certificate import Certificate, Certificates, Gap, GoalCertificate, Refusal, StartCertificate, UnreachableCertificate
from verifier.certified import NANO, Case, refusal, room_left, walls
from verifier.certify_route import route_certificate
from verifier.map_evidence import map_evidence
from verifier.routes import goal_of
from verifier.step import Step
from verifier.verdict import Verdict

__all__ = ["certify"]

Floats = npt.NDArray[np.float64]


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
    legs = tuple(_certificate(Case.of(step, step.leg)) for step in steps if step.leg is not None)
    return Certificates(map=map_evidence(world, path), plan_digest=verdict.plan_digest, legs=legs)


def _certificate(case: Case) -> Certificate:
    result = case.leg.result
    if isinstance(result, Route):
        for policy in ("blocked", "allowed"):
            if policy == "blocked" and case.unknown == "allowed":
                continue
            made = route_certificate(replace(case, unknown=policy), result)
            if made is not None:
                return made
        return refusal(case, "NONE", "the route could not be certified")
    if result.code == "WITHIN_TOLERANCE":
        return refusal(case, result.code, "the widest way and the body differ by less than can be told")
    if result.code == "NO_LANE":
        return refusal(case, result.code, "there is room for a way, and which lanes there are is not proved to strangers")
    if result.code in ("START_OUTSIDE_MAP", "START_OCCUPIED"):
        return _start(case, result)
    return _goal_without_room(case, result) or _unreachable(case, result)


def _start(case: Case, result: NoRoute) -> StartCertificate | Refusal:
    occupied = walls(case.world)
    outside = result.code == "START_OUTSIDE_MAP"
    room = 0.0 if outside else case.room(case.local([case.leg.start.point]), occupied)
    claim: dict[str, object] = {"code": result.code, "available_m": room * case.scale, "needed_m": case.scope.body.inscribed_m}
    if not outside and room * case.scale >= case.scope.body.inscribed_m:
        if not case.scope.body.footprint or room_left(replace(case, keepouts=False)) > NANO:
            return refusal(case, result.code, "the disc in the body has room at the start")
        claim = {"code": result.code, "available_m": 0.0, "needed_m": 0.0, "method": "outline"}
    return StartCertificate.model_validate({**case.terms, **claim})


def _goal_without_room(case: Case, result: NoRoute) -> GoalCertificate | None:
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


def _unreachable(case: Case, result: NoRoute) -> UnreachableCertificate | Refusal:
    """The proof that there is no way, on the obstacles as they are or, for a start within them, on fewer."""
    if case.leg.goal is None or not len(_spots(case)):
        return refusal(case, result.code, "the goal has no cell with a line of sight; sight is not proved")
    for attempt in _fewer(case):
        start = attempt.local([attempt.leg.start.point])
        level = min(attempt.room(start), attempt.inner)
        if case.scope.body.footprint:
            level = min(level, attempt.scope.body.inscribed_m / attempt.scale + room_left(attempt))
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
        return refusal(case, result.code, "the disc in the body could pass; that its outline cannot is not proved to strangers")
    return refusal(case, result.code, "the start is cramped, and no barrier parts every way out of it from the goal")


def _fewer(case: Case) -> Iterator[Case]:
    """The case itself, then with fewer obstacles: what is proved with fewer is proved."""
    yield case
    if case.world.keepout is not None:
        yield replace(case, keepouts=False)
    if case.unknown == "blocked":
        yield replace(case, unknown="allowed")
        if case.world.keepout is not None:
            yield replace(case, unknown="allowed", keepouts=False)


def _gap(case: Case, result: NoRoute) -> Gap | None:
    """The tightest gap, where it is one on these very layers."""
    if result.where is None or result.available is None or not case.keepouts or result.code != "CLEARANCE":
        return None
    room = case.room(case.local([result.where])) * case.scale
    if abs(room - result.available) > NANO or room >= case.inner * case.scale:
        return None
    return Gap(where=result.where, available_m=room, needed_m=case.inner * case.scale)


def _spots(case: Case) -> Floats:
    """The goal's points, (N, 2) in cells: the pose, or the centres of its cells."""
    assert case.leg.goal is not None
    goal = goal_of(case.scope, case.leg.goal)
    if goal.exact is not None:
        return case.local([goal.exact.point])
    target = case.leg.goal.feature
    if isinstance(target, Place):
        return _inside(case, target.outline)
    return np.asarray(goal.cells[:, ::-1] + 0.5, dtype=np.float64)


def _standing(case: Case) -> Floats:
    """Those of the goal's points at which the body can stand: keep-outs count there, whatever a start may leave."""
    spots = _spots(case)
    full = replace(case, keepouts=True).layers.clearance / case.scale
    if case.leg.goal is not None and goal_of(case.scope, case.leg.goal).exact is not None:
        return spots
    cells = np.floor(spots).astype(np.int64)
    return np.asarray(spots[full[cells[:, 1], cells[:, 0]] >= case.inner - 1e-7])


def _inside(case: Case, outline: tuple[Point, ...]) -> Floats:
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
