"""Reach: places and things that this robot cannot get to from where it starts, and why."""

from collections.abc import Iterator

import numpy as np

from maps.arm_reach import HANDLED_M, height_of, reach_to
from maps.checks.docks import stands
from maps.checks.issue import MapIssue
from maps.checks.look import BodyLook
from maps.checks.reasons import Reason, reason
from maps.features import Place, Thing
from maps.geometry import Point
from maps.goals import Goal, goal_at, goal_near
from maps.route import NoRoute

__all__ = ["check_reach"]

EXPLAINED = 40
"""Reasons cost far more than answers: so many are looked for, then the bare fact is told."""


def check_reach(look: BodyLook) -> Iterator[MapIssue]:
    """Find what the robot cannot get to, even with every door open; and what it gets to only through unknown space."""
    if look.start is None or look.home is None:
        return
    explained = 0
    for place in look.world.places.values():
        if not look.has_room(place) or not stands(look, place) or (place.is_dock and place.pose == look.start):
            continue
        if look.at_home(place):
            continue
        goal = goal_at(look.world, place, look.disc)
        if look.reaches_from_start(goal, "blocked"):
            continue
        if look.reaches_from_start(goal, "allowed"):
            if _known(look, goal):
                yield _behind_unknown(look, place)
            continue
        if place.is_dock:
            continue  # told by check_docks
        no = look.why_not(look.start, goal, "allowed") if explained < EXPLAINED else None
        explained += 1
        yield _unreachable(look, place, no, look.start.point)
    yield from _things(look)


def _known(look: BodyLook, goal: Goal) -> bool:
    """Whether the goal itself lies in space that the map knows; if not, that is told by check_places."""
    return bool(len(goal.cells)) and bool((look.world.cells[goal.cells[:, 0], goal.cells[:, 1]] >= 0).any())


def _unreachable(look: BodyLook, place: Place, no: NoRoute | None, start: Point) -> MapIssue:
    told = reason(look, no) if no is not None else Reason(why="as for others above", fix="see there")
    return MapIssue(
        code="PLACE_UNREACHABLE", severity="warning", subject=place.name,
        where=told.where or place.centre,
        needed=told.needed, available=told.available, unit=told.unit,
        sentence=f"{look.body.name!r} cannot get from the start at ({start[0]:.2f}, {start[1]:.2f}) to the place {place.name!r}, "
        f"even with every door open: {told.why}",
        fix=told.fix,
    )  # fmt: skip


def _behind_unknown(look: BodyLook, place: Place) -> MapIssue:
    return MapIssue(
        code="PLACE_BEHIND_UNKNOWN", severity="note", subject=place.name, where=place.centre,
        sentence=f"{look.body.name!r} gets to the place {place.name!r} only through space that the map does not know",
        fix="map it, or allow unknown space (--unknown ask)",
    )  # fmt: skip


def _things(look: BodyLook) -> Iterator[MapIssue]:
    """Things that stay out of reach: too far from where the robot's centre can be, or behind a wall."""
    assert look.start is not None and look.home is not None
    world = look.world
    if not look.home.any():
        return
    for thing in world.things.values():
        if not world.frame.contains(thing.position):
            continue
        reach = _reach(look, thing)
        height = height_of(thing)
        if reach == 0.0 and height is not None:
            yield MapIssue(
                code="THING_OUT_OF_REACH", severity="note", subject=thing.name, where=thing.position, needed=height + HANDLED_M,
                available=look.body.arm_top_m, unit="m",
                sentence=f"the thing {thing.name!r} stands {height:.2f} m above the floor, "
                f"where the arm of {look.body.name!r} does not get",
                fix="write its reach_m if it is only looked at",
            )  # fmt: skip
            continue
        gap = _gap(look, thing, reach + 1.0)
        if gap > reach + world.frame.resolution:
            yield MapIssue(
                code="THING_OUT_OF_REACH", severity="note", subject=thing.name, where=thing.position, needed=round(gap, 6),
                available=reach, unit="m",
                sentence=f"{look.body.name!r} gets no nearer to the thing {thing.name!r} than {gap:.2f} m, "
                f"it reaches {reach:.2f} m",
                fix="write a larger reach_m if it can be used from there",
            )  # fmt: skip
        elif not look.reaches_from_start(goal_near(world, thing, look.disc), "allowed"):
            yield MapIssue(
                code="THING_BEHIND_WALL", severity="note", subject=thing.name, where=thing.position, needed=round(gap, 6),
                available=reach, unit="m",
                sentence=f"the thing {thing.name!r} is {gap:.2f} m from where {look.body.name!r} can be, and it reaches "
                f"{reach:.2f} m, but not through what stands between",
                fix="move it to the side of the wall from which it is used",
            )  # fmt: skip


def _gap(look: BodyLook, thing: Thing, most: float) -> float:
    """How far a thing's cell is from the nearest one where the robot's centre can be, metres; looked for nearby first."""
    assert look.home is not None
    scale = look.world.frame.resolution
    row, col = look.world.frame.cell(thing.position)
    span = int(most / scale) + 1
    low = max(row - span, 0), max(col - span, 0)
    rows, cols = np.nonzero(look.home[low[0] : row + span + 1, low[1] : col + span + 1])
    if not len(rows) or (near := float(np.hypot(rows + low[0] - row, cols + low[1] - col).min())) > span:
        rows, cols = np.nonzero(look.home)
        low = (0, 0)
        near = float(np.hypot(rows - row, cols - col).min())
    return near * scale


def _reach(look: BodyLook, thing: Thing) -> float:
    return reach_to(look.body, thing)
