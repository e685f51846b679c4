"""Docks and poses that this robot cannot stand at, and docks that it cannot get to or away from."""

from collections.abc import Iterator

from maps.checks.issue import MapIssue
from maps.checks.look import BodyLook, value_at
from maps.checks.reasons import reason
from maps.features import Place
from maps.geometry import Pose
from maps.goals import goal_at, goal_pose
from maps.grid import FREE
from maps.polygon import contains
from maps.route import NoRoute
from maps.routing import find_route

__all__ = ["check_docks", "stands"]


def check_docks(look: BodyLook) -> Iterator[MapIssue]:
    """Find poses with too little room, then docks that no way leads to."""
    for place in look.world.places.values():
        if place.pose is None or value_at(look.world, place.pose.point) != FREE:
            continue
        room = look.room(place.pose.point, look.needed_m + 1.0)
        if 0 < room < look.needed_m - 1e-9:
            what = "dock" if place.is_dock else "pose of place"
            yield MapIssue(
                code="TOO_TIGHT", severity="error" if place.is_dock else "warning", subject=place.name, where=place.pose.point,
                needed=round(look.needed_m, 6), available=round(room, 6), unit="m",
                sentence=f"the {what} {place.name!r} is {room:.2f} m from the nearest obstacle, "
                f"{look.body.name!r} needs {look.needed_m:.2f} m",
                fix=f"move it {look.needed_m - room:.2f} m away from the wall",
            )  # fmt: skip
        elif room > 0 and place.is_dock:
            yield from _way(look, place)


def stands(look: BodyLook, place: Place) -> bool:
    """Whether a place has no pose, or one with the room that the robot needs."""
    if place.pose is None:
        return True
    return look.room(place.pose.point, look.needed_m + 1.0) >= look.needed_m - 1e-9


def _way(look: BodyLook, dock: Place) -> Iterator[MapIssue]:
    """Whether the dock can be driven to from the roomiest spot of the floor, and any other place from the dock."""
    assert dock.pose is not None
    goal = goal_pose(look.world, dock.pose, subject=dock.name)
    said = f"the dock {dock.name!r} at ({dock.pose.x:.2f}, {dock.pose.y:.2f})"
    if look.yard is not None:
        if look.body.footprint and look.reaches(look.yard, goal, "allowed"):
            found = find_route(look.world, look.body, look.yard, goal, unknown="allowed", doors=look.doors)
            why = found if isinstance(found, NoRoute) else None
        else:
            why = None if look.reaches(look.yard, goal, "allowed") else look.why_not(look.yard, goal, "allowed")
        if why is not None:
            told = reason(look, why)
            yield MapIssue(
                code="DOCK_UNREACHABLE", severity="error", subject=dock.name, where=told.where or dock.pose.point,
                needed=told.needed, available=told.available, unit=told.unit,
                sentence=f"{look.body.name!r} cannot get to {said} from the floor around "
                f"({look.yard.x:.2f}, {look.yard.y:.2f}): {told.why}",
                fix=told.fix,
            )  # fmt: skip
            return
    others = [place for place in look.world.places.values() if not place.is_dock and look.has_room(place) and stands(look, place)]
    others = [place for place in others if not (place.outline and contains(place.outline, dock.pose.point))]
    if len(others) >= 2 and not _leads_out(look, dock.pose, others):
        yield MapIssue(
            code="DOCK_CUT_OFF", severity="error", subject=dock.name, where=dock.pose.point,
            sentence=f"from {said} {look.body.name!r} gets to none of the {len(others)} places elsewhere, doors open",
            fix="move the dock, or erase from the map's image what closes its way",
        )  # fmt: skip


def _leads_out(look: BodyLook, pose: Pose, others: list[Place]) -> bool:
    """Whether any of the places is got to from a dock: by the floor that the robot starts on, if the dock is joined to it."""
    joined = look.home is not None and look.reaches_from_start(goal_pose(look.world, pose), "allowed")
    if joined and any(look.at_home(place) for place in others):
        return True
    return any(look.reaches(pose, goal_at(look.world, place, look.disc), "allowed") for place in others)
