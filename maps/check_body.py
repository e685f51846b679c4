"""Map check for one robot: docks and doorways too tight for it, places and things it cannot reach."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from maps.body import Body
from maps.clearance import clearance
from maps.errors import MapError
from maps.features import Place
from maps.geometry import distance
from maps.grid import FREE
from maps.polygon import touched_cells
from maps.world import World

if TYPE_CHECKING:
    from maps.check import MapIssue

__all__ = ["check_body"]


def check_body(world: World, body: Body) -> "Iterator[MapIssue]":
    """What is too tight or out of reach for this robot, with every door open and unknown space as it may turn out."""
    from maps.check import MapIssue

    room = clearance(world, unknown="allowed", ignore=frozenset({"doors"}))
    needed = body.needed_clearance_m
    for place in world.places.values():
        if place.pose is None or not world.frame.contains(place.pose.point):
            continue
        row, col = world.frame.cell(place.pose.point)
        if world.cells[row, col] == FREE and 0 < room[row, col] < needed:
            what = "dock" if place.is_dock else "pose of place"
            yield MapIssue(
                code="TOO_TIGHT", severity="error" if place.is_dock else "warning", subject=place.name, where=place.pose.point,
                sentence=f"the {what} {place.name!r} is {room[row, col]:.2f} m from the nearest obstacle, "
                f"{body.name!r} needs {needed:.2f} m",
                fix=f"move it {needed - room[row, col]:.2f} m away from the wall",
            )  # fmt: skip
    for door in world.doors.values():
        width = min(distance(*door.segment), door.width_m or np.inf)
        if width < 2 * needed:
            (x0, y0), (x1, y1) = door.segment
            yield MapIssue(
                code="DOOR_TOO_NARROW", severity="warning", subject=door.name, where=((x0 + x1) / 2, (y0 + y1) / 2),
                sentence=f"the door {door.name!r} is {width:.2f} m wide, {body.name!r} needs {2 * needed:.2f} m",
                fix="use a smaller robot or margin; routes through this door will be refused",
            )  # fmt: skip
    yield from _reach(world, body, room)


def _reach(world: World, body: Body, room: npt.NDArray[np.float64]) -> "Iterator[MapIssue]":
    from scipy import ndimage

    from maps.check import MapIssue
    from maps.saved_map import start_pose

    try:
        start = start_pose(world).point
    except MapError:
        return
    passable = room >= body.needed_clearance_m
    regions, _ = ndimage.label(passable, structure=np.ones((3, 3)))
    home = _region(world, regions, start)
    if home == 0:
        return
    for place in world.places.values():
        cells = _cells(world, place)
        if cells.size and not (regions[cells[:, 0], cells[:, 1]] == home).any() and passable.any():
            yield MapIssue(
                code="PLACE_UNREACHABLE", severity="warning", subject=place.name, where=place.centre,
                sentence=f"no way as wide as {body.name!r} needs leads from the start at ({start[0]:.2f}, {start[1]:.2f}) "
                f"to the place {place.name!r}, even with every door open",
                fix="widen the way, use a smaller robot or margin, or remove the place",
            )  # fmt: skip
    away = ndimage.distance_transform_edt(regions != home) * world.frame.resolution
    for thing in world.things.values():
        if not world.frame.contains(thing.position):
            continue
        gap, reach = float(away[world.frame.cell(thing.position)]), thing.reach_m or body.reach_m
        if gap > reach + world.frame.resolution:
            yield MapIssue(
                code="THING_OUT_OF_REACH", severity="note", subject=thing.name, where=thing.position,
                sentence=f"{body.name!r} gets no nearer to the thing {thing.name!r} than {gap:.2f} m, it reaches {reach:.2f} m",
                fix="write a larger reach_m if it can be used from there",
            )  # fmt: skip


def _region(world: World, regions: npt.NDArray[np.integer], point: tuple[float, float]) -> int:
    """The passable region at a point or within half a metre of it; 0 for none."""
    near = touched_cells(world.frame, _square(point, 0.5))
    found = regions[near[:, 0], near[:, 1]]
    found = found[found > 0]
    return int(np.bincount(found).argmax()) if found.size else 0


def _cells(world: World, place: Place) -> npt.NDArray[np.int64]:
    """The cells whose passability makes a place reachable."""
    return touched_cells(world.frame, place.outline or _square(place.centre, 0.3))


def _square(centre: tuple[float, float], half: float) -> list[tuple[float, float]]:
    x, y = centre
    return [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
