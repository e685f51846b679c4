"""Lanes: places that the route graph leads to in one direction only, or not at all, where routes keep to it."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from maps.checks.docks import stands
from maps.checks.issue import MapIssue
from maps.checks.look import BodyLook
from maps.features import Place
from maps.geometry import Pose
from maps.goals import goal_at, goal_pose
from maps.lane_route import lane_spots
from maps.polygon import contains
from maps.route import NoRoute, Route
from maps.routing import find_route

__all__ = ["check_lanes"]

TRIED = 40
"""So many places of which the graph alone does not tell are asked of the route finder."""

NEAR_M = 1.0
"""A robot gets off the lanes at least so far from a goal, metres."""


def check_lanes(look: BodyLook) -> Iterator[MapIssue]:
    """Find places that the robot drives to on the grid, but not along the lanes, and those from which no lane leads back."""
    world = look.world
    if world.lanes is None or look.start is None:
        return
    body = look.body.outer_disc
    there, back = (lane_spots(world, body, look.start, doors=look.doors, back=way) for way in (False, True))
    tried = 0
    for place in world.places.values():
        if not look.has_room(place) or not stands(look, place) or place.pose == look.start:
            continue
        if _beside(place, there) and _beside(place, back):
            continue
        tried += 1
        if tried > TRIED:
            return
        found = _route(look, look.start, place)
        if isinstance(found, NoRoute):
            if found.code == "NO_LANE":
                yield _issue(look, place, "from the start to", "that leads there")
            continue
        home = find_route(world, body, found.end, goal_pose(world, look.start), doors=look.doors)
        if isinstance(home, NoRoute) and home.code == "NO_LANE":
            yield _issue(look, place, "back to the start from", "that leads back")


def _beside(place: Place, spots: npt.NDArray[np.float64]) -> bool:
    """Whether lanes come so near to a place that there is no doubt."""
    if not len(spots):
        return False
    if place.pose is None:
        return any(contains(place.outline, (x, y)) for x, y in spots.tolist())
    return bool((np.hypot(*(spots - place.pose.point).T) <= NEAR_M).any())


def _route(look: BodyLook, start: Pose, place: Place) -> Route | NoRoute:
    body = look.body.outer_disc
    return find_route(look.world, body, start, goal_at(look.world, place, body), doors=look.doors)


def _issue(look: BodyLook, place: Place, way: str, wanted: str) -> MapIssue:
    return MapIssue(
        code="PLACE_OFF_LANES", severity="warning", subject=place.name, where=place.centre,
        sentence=f"routes keep to lanes on this map, and no lane leads {look.body.name!r} {way} the place {place.name!r}",
        fix=f"add an edge {wanted} to the route graph, with {look.body.outer_disc.needed_clearance_m:.2f} m of room on both sides "
        "for this robot, or let routes leave the lanes",
    )  # fmt: skip
