"""Refusal: why a polygon has no way to a goal, in the words and numbers of the layer or the width that is in its way."""

from dataclasses import replace

import numpy as np

from maps.blame import explain
from maps.clearance import LayerName
from maps.entry import position
from maps.footprint.bricks import Space
from maps.footprint.decide import Decider
from maps.footprint.drive import Stop
from maps.footprint.ends import Case, goals_of
from maps.footprint.obstacles import rectangles
from maps.footprint.shape import passing_radius
from maps.geometry import Point
from maps.route import NoRoute, Route

__all__ = ["no_goal", "undecided_at", "why_not"]

_PEELINGS: tuple[tuple[LayerName, str], ...] = (("keepout", "KEEPOUT"), ("doors", "DOOR_CLOSED"), ("unknown", "UNKNOWN_SPACE"))


def no_goal(case: Case, around: Route | NoRoute) -> NoRoute:
    """Why, where the body fits nowhere at the goal; ``around`` is what the disc around it was told."""
    if isinstance(around, NoRoute) and around.code == "NO_VALID_PATH":
        around = _blamed(case)
    exact = case.request.goal.exact
    if isinstance(around, NoRoute) and around.code in (
        "GOAL_OUTSIDE_MAP",
        "GOAL_OCCUPIED",
        "KEEPOUT",
        "DOOR_CLOSED",
        "UNKNOWN_SPACE",
    ):
        return around
    where = exact.point if exact is not None else case.request.goal.face
    return NoRoute(code="GOAL_OCCUPIED", where=where, nearest=around.nearest if isinstance(around, NoRoute) else None)


def why_not(case: Case, at: Stop) -> NoRoute:
    """The layer without which there would be a way on from a stop; else the space.

    The numbers are those of the body's least width where the gap is too narrow for that, whatever the heading; else of the disc
    around it, which would pass in any heading.
    """
    request, blamed = case.request, _blamed(case)
    for layer, code in _PEELINGS:
        ignore = frozenset((layer,))
        peeled = request.layers(ignore)
        if np.array_equal(peeled.blocked, request.layers().blocked):
            continue
        if blamed.code == code:
            return blamed  # without it, or several with it, even the disc around the body has a way
        goals, _ = goals_of(case, peeled)
        space = Space(case.shape, peeled.clearance / request.world.frame.resolution, rectangles(peeled.blocked))
        if goals and Decider(space, finest=4).decide(at, goals).outcome == "free":
            return NoRoute(code=code, where=blamed.where, nearest=blamed.nearest)  # type: ignore[arg-type]
    if blamed.code == "CLEARANCE":
        least = passing_radius(request.body.footprint) + request.body.margin_m
        return replace(blamed, needed=least) if (blamed.available or 0.0) < least else blamed
    return NoRoute(code="NO_VALID_PATH", where=blamed.where, nearest=blamed.nearest)


def undecided_at(case: Case, decider: Decider, chain: tuple[tuple[tuple[int, int, int, int], int], ...]) -> Point:
    """Where a way stayed open."""
    key = max((key for key, label in chain if not decider.bricks[key].free[label]), default=chain[0][0])
    side = 8 * 0.5 ** max(key[0] - 1, 0)
    return position(case.request.world, np.array(((key[1] + 0.5) * side, (key[2] + 0.5) * side)))


def _blamed(case: Case) -> NoRoute:
    """Why the disc around the body has no way."""
    return explain(replace(case.request, body=case.request.body.outer_disc))
