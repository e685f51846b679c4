"""The building: a saved map's truth as walls, furniture, doors and items. Cells are merged into rectangles and extruded.

A grid does not say how high things are. What is thin is a wall; what is thick is furniture, as high as a table where something
stands on it, or as the map says of what stands there (``z_m``).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maps import Body, Pose, World
from maps.arm_reach import height_of
from maps.grid import OCCUPIED
from skills.robots.errors import RobotError
from skills.robots.physics.furnishing import FURNITURE_M, TABLE_M, WALL_M, furnish, is_handled
from skills.robots.physics.items import Brick, Item

__all__ = ["Building", "building_of", "merge_rectangles"]

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

THICK_M = 0.35
MOST_BRICKS = 40_000
LOWEST_TABLE_M, HIGHEST_TABLE_M = 0.1, 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """A building for ``Simulation``.

    Attributes:
        bricks: Walls and furniture, in the grid's own frame if that is turned: see ``yaw``.
        items: One for each thing, in the order of ``names``.
        names: Of the things on the map.
        doors: ax, ay, bx, by of each door, in the order of ``door_names``.
        door_names: Of the doors.
        extent: x0, y0, x1, y1, metres.
        surfaces: Tops on which something can be put down.
    """

    bricks: tuple[Brick, ...]
    items: tuple[Item, ...]
    names: tuple[str, ...]
    doors: tuple[tuple[float, float, float, float], ...]
    door_names: tuple[str, ...]
    extent: tuple[float, float, float, float]
    surfaces: tuple[Brick, ...]


def building_of(truth: World, body: Body, start: Pose) -> Building:
    """What the truth looks like in physics.

    Args:
        truth: What is really there.
        body: What has to fit in.
        start: Where it stands.

    Raises:
        RobotError: Walls fill the robot where it stands, the grid is turned, or the map is too rugged.
    """
    frame = truth.frame
    if frame.origin.yaw != 0.0:
        raise RobotError(
            f"map {truth.name!r} lies on a grid turned by {frame.origin.yaw:.3f} rad; physics builds along x and y only: "
            "save the map with an origin yaw of 0"
        )
    _check_start(truth, body, start)
    occupied = truth.cells == OCCUPIED
    thick = _opened(occupied, max(2, math.ceil(THICK_M / frame.resolution)))
    tops = _table_tops(truth, thick)
    x0, y0 = frame.origin.x, frame.origin.y
    size = frame.resolution
    bricks: list[Brick] = []
    surfaces: list[Brick] = []
    tables = [(tops == top, float(top), "table") for top in np.unique(tops[tops > 0])]
    rest = [(occupied & ~thick, WALL_M, "wall"), (thick & (tops == 0), FURNITURE_M, "furniture")]
    for mask, top, material in (*rest, *tables):
        made = [
            Brick(x0=x0 + a * size, y0=y0 + b * size, x1=x0 + c * size, y1=y0 + d * size, top=top, material=material)
            for a, b, c, d in merge_rectangles(mask)
        ]
        bricks += made
        surfaces += made if material == "table" else []
    if len(bricks) > MOST_BRICKS:
        raise RobotError(
            f"map {truth.name!r} becomes {len(bricks)} boxes, more than the {MOST_BRICKS} that physics takes: clean the walls up "
            "or cut the map down to where the robot drives"
        )
    items, furniture = [], np.where(thick & (tops == 0), FURNITURE_M, tops)
    for thing in truth.things.values():
        item, board = furnish(truth, thing, occupied, furniture)
        items.append(item)
        bricks += board
    left, bottom = frame.corners[0]
    right, top_ = frame.corners[2]
    return Building(
        bricks=tuple(bricks), items=tuple(items), names=tuple(truth.things), surfaces=tuple(surfaces),
        doors=tuple((*door.segment[0], *door.segment[1]) for door in truth.doors.values()),
        door_names=tuple(truth.doors), extent=(left, bottom, right, top_),
    )  # fmt: skip


def merge_rectangles(mask: Mask) -> list[tuple[int, int, int, int]]:
    """Cells as few rectangles: runs along each row, joined to the same run of the row before.

    Returns:
        (first column, first row, past the last column, past the last row) of each; they cover the mask and do not overlap.
    """
    done: list[tuple[int, int, int, int]] = []
    open_runs: dict[tuple[int, int], int] = {}
    for row in range(mask.shape[0] + 1):
        runs: list[tuple[int, int]] = []
        if row < mask.shape[0] and mask[row].any():
            edges = np.flatnonzero(np.diff(np.concatenate([[False], mask[row], [False]]).astype(np.int8)))
            runs = [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
        now = {run: open_runs.get(run, row) for run in runs}
        done += [(a, first, b, row) for (a, b), first in open_runs.items() if (a, b) not in now]
        open_runs = now
    return done


def _check_start(truth: World, body: Body, start: Pose) -> None:
    from maps.clearance import clearance

    frame = truth.frame
    if not frame.contains(start.point):
        raise RobotError(f"the robot would stand at ({start.x:.2f}, {start.y:.2f}), which is not on map {truth.name!r}")
    free = float(clearance(truth, unknown="allowed", ignore=frozenset({"keepout"}))[frame.cell(start.point)])
    if free + 0.71 * frame.resolution < body.inscribed_m:
        raise RobotError(
            f"the robot cannot stand at ({start.x:.2f}, {start.y:.2f}) on map {truth.name!r}: a wall is {free:.2f} m away and its "
            f"body needs {body.inscribed_m:.2f} m; choose another start or a smaller body"
        )


def _opened(mask: Mask, side: int) -> Mask:
    """What of a mask is at least ``side`` cells wide both ways."""
    from scipy.ndimage import binary_opening

    return np.asarray(binary_opening(np.pad(mask, side), np.ones((side, side), bool))[side:-side, side:-side])


def _table_tops(truth: World, thick: Mask) -> Floats:
    """(H, W) how high the furniture is on which, or right at which, something stands that can be handled, metres; else 0.

    It is as high as the lowest of these things says, and a table's height where none says anything.
    """
    from scipy.ndimage import label

    labels, count = label(thick)
    frame = truth.frame
    known: dict[int, list[float]] = {}
    for thing in truth.things.values():
        if not is_handled(thing):
            continue
        row, column = frame.cell(thing.position)
        height = height_of(thing)
        for number in np.unique(labels[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3]).tolist():
            heights = known.setdefault(number, [])
            if height is not None and LOWEST_TABLE_M <= height <= HIGHEST_TABLE_M:
                heights.append(height)
    tops = np.zeros(count + 1)
    for number, heights in known.items():
        tops[number] = min(heights, default=TABLE_M) if number else 0.0
    return np.asarray(tops[labels])
