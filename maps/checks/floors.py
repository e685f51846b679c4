"""Floors: free space that this robot could drive on but cannot get to from where it starts, with its area."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from maps.checks.issue import MapIssue
from maps.checks.look import BodyLook
from maps.checks.reasons import reason
from maps.geometry import Pose
from maps.goals import goal_pose
from maps.grid import FREE
from maps.labels import components
from maps.polygon import touched_cells

__all__ = ["check_floors"]

STANDING_M2 = 1.0
"""Floors with less room for the robot's centre are niches, square metres."""

MOST = 12
"""So many floors are told of one by one, largest first."""


def check_floors(look: BodyLook) -> Iterator[MapIssue]:
    """Find floors apart from the one that the robot starts on."""
    if look.start is None or look.home is None:
        return
    world = look.world
    labels, count = components(look.passable)
    free = world.cells == FREE
    sizes = np.bincount(labels[free], minlength=count + 1).astype(np.float64) * world.frame.resolution**2
    sizes[0] = 0.0
    mine = np.unique(labels[look.home])
    sizes[mine] = 0.0
    others = [int(label) for label in np.argsort(-sizes, kind="stable") if sizes[label] >= STANDING_M2]
    names = _names(look, labels)
    for label in others[:MOST]:
        issue = _floor(look, labels == label, float(sizes[label]), names.get(label, []))
        if issue is not None:
            yield issue
    if len(others) > MOST:
        rest = float(sizes[others[MOST:]].sum())
        yield MapIssue(
            code="FLOORS_APART", severity="note", available=round(rest, 2), unit="m2",
            sentence=f"{len(others) - MOST} more floors, {rest:.1f} m2 in all, are cut off from the start",
            fix="look at the largest first",
        )  # fmt: skip


def _floor(look: BodyLook, floor: npt.NDArray[np.bool_], size: float, names: list[str]) -> MapIssue | None:
    world, start = look.world, look.start
    assert start is not None
    room = np.where(floor & (world.cells == FREE), look.layers.clearance, 0.0)
    row, col = np.unravel_index(int(room.argmax()), room.shape)
    x, y = world.frame.centre(int(row), int(col))
    no = look.why_not(start, goal_pose(world, Pose(x, y)), "allowed")
    if no is None:
        return None  # joined by a doorway exactly as wide as the robot, which lies between the cells' centres
    told = reason(look, no)
    rim = np.ones_like(floor)
    thick = int(np.ceil(look.needed_m / world.frame.resolution)) + 1
    rim[thick:-thick, thick:-thick] = False
    outside = " and run along the map's edge, as the outside of a building does" if (floor & rim).any() else ""
    holding = f"; on it: {', '.join(map(repr, names[:4]))}{', ...' if len(names) > 4 else ''}" if names else ""
    return MapIssue(
        code="FLOOR_APART", severity="warning" if names else "note", where=(x, y), available=round(size, 2), unit="m2",
        sentence=f"{size:.1f} m2 of floor around ({x:.2f}, {y:.2f}) are cut off from the start at ({start.x:.2f}, {start.y:.2f})"
        f"{outside}: {told.why}{holding}",
        fix=told.fix if names else f"nothing if no mission leads there; otherwise {told.fix}",
    )  # fmt: skip


def _names(look: BodyLook, labels: npt.NDArray[np.int32]) -> dict[int, list[str]]:
    """The places on each floor."""
    found: dict[int, list[str]] = {}
    for place in look.world.places.values():
        if place.outline:
            rows, cols = touched_cells(look.world.frame, place.outline).T
        elif look.world.frame.contains(place.centre):
            rows, cols = np.array([look.world.frame.cell(place.centre)]).T
        else:
            continue
        here = labels[rows, cols]
        here = here[here > 0]
        if len(here):
            found.setdefault(int(np.bincount(here).argmax()), []).append(place.name)
    return found
