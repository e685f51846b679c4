"""Places: outlines and poses in walls, in unknown space, in keep-outs, or apart from each other."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from maps.checks.issue import MapIssue, SetFeature
from maps.checks.look import Look, value_at, values
from maps.clearance import layers
from maps.features import Place
from maps.geometry import Pose, distance
from maps.grid import FREE, OCCUPIED, UNKNOWN
from maps.polygon import contains, touched_cells
from maps.world import World

__all__ = ["check_places"]


def check_places(look: Look) -> Iterator[MapIssue]:
    """Find places where no robot's centre can be."""
    for place in look.world.places.values():
        if place.outline:
            yield from _outline(look.world, place)
        if place.pose is not None:
            yield from _pose(look.world, place)


def _outline(world: World, place: Place) -> Iterator[MapIssue]:
    cells = touched_cells(world.frame, place.outline)
    there = values(world, cells)
    free = int(np.count_nonzero(there == FREE))
    if free == 0 and (there == UNKNOWN).any():
        yield MapIssue(
            code="PLACE_UNKNOWN", severity="note", subject=place.name, where=place.centre,
            sentence=f"the place {place.name!r} lies in space that the map does not know",
            fix="map it, or let the robot explore it before it is sent there",
        )  # fmt: skip
    elif free == 0:
        yield MapIssue(
            code="PLACE_IN_WALL", severity="error", subject=place.name, where=place.centre,
            sentence=f"the place {place.name!r} holds no free cell: it lies in a wall or outside the map",
            fix="move its outline, or check the map's origin and resolution",
        )  # fmt: skip
    elif world.keepout is not None:
        rows, cols = cells.T
        if world.keepout[rows, cols][there == FREE].all():
            yield MapIssue(
                code="PLACE_KEPT_OUT", severity="warning", subject=place.name, where=place.centre,
                sentence=f"the place {place.name!r} lies wholly in a keep-out area",
                fix="remove the place, or shrink the keep-out",
            )  # fmt: skip


def _pose(world: World, place: Place) -> Iterator[MapIssue]:
    assert place.pose is not None
    what, code = ("dock", "DOCK") if place.is_dock else ("pose of place", "POSE")
    at = place.pose.point
    said = f"the {what} {place.name!r} at ({at[0]:.2f}, {at[1]:.2f})"
    row, col = world.frame.cell(at)
    value = value_at(world, at)
    if value == OCCUPIED:
        repair = None if place.is_dock else _inside(world, place)
        fix = "move its pose to where the robot's centre can stand"
        if repair is not None:
            fix = f"move it to the nearest free spot of its own outline: {repair.what}"
        yield MapIssue(
            code=f"{code}_IN_WALL", severity="error", subject=place.name, where=at,
            sentence=f"{said} stands in a wall or outside the map", fix=fix, repair=repair,
        )  # fmt: skip
    elif value == UNKNOWN:
        yield MapIssue(
            code=f"{code}_UNKNOWN", severity="note", subject=place.name, where=at,
            sentence=f"{said} lies in space that the map does not know",
            fix="map it, or let the robot explore it first",
        )  # fmt: skip
    elif world.keepout is not None and world.keepout[row, col]:
        yield MapIssue(
            code=f"{code}_KEPT_OUT", severity="warning", subject=place.name, where=at,
            sentence=f"{said} lies in a keep-out area",
            fix="move the pose, or shrink the keep-out",
        )  # fmt: skip
    if place.outline and not contains(place.outline, at):
        yield MapIssue(
            code="POSE_OUTSIDE_PLACE", severity="warning", subject=place.name, where=at,
            sentence=f"{said} lies outside the place's own outline",
            fix="move the pose or the outline",
        )  # fmt: skip


def _inside(world: World, place: Place, standing_m: float = 0.5) -> SetFeature | None:
    """The pose moved to the nearest spot of its own outline with so much room, or half the most that there is; heading kept."""
    if place.pose is None or not place.outline or place.source.index is None:
        return None
    room = layers(world, unknown="blocked").clearance
    touched = touched_cells(world.frame, place.outline)
    inside = [contains(place.outline, (x, y)) for x, y in world.frame.centres(touched).tolist()]
    cells = touched[np.array(inside, dtype=bool)]
    there = room[cells[:, 0], cells[:, 1]]
    if not len(cells) or there.max() <= 0:
        return None
    spots = world.frame.centres(cells[there >= min(standing_m, float(there.max()) / 2)]).tolist()
    at = place.pose.point
    x, y = min(spots, key=lambda spot: distance((spot[0], spot[1]), at))
    moved = Pose(round(x, 3), round(y, 3), place.pose.yaw)
    what = f"pose ({at[0]:.2f}, {at[1]:.2f}) -> ({moved.x:.2f}, {moved.y:.2f})"
    return SetFeature(before=place, after=replace(place, pose=moved), what=what)
