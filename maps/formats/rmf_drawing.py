"""The drawing of an Open-RMF level as cells: floors are free, holes and walls occupied, all else unknown; lifts stand in it."""

import math

import numpy as np
import numpy.typing as npt

from maps.errors import MapFileInvalid
from maps.formats.corridors import MAX_CELLS, paint_corridor
from maps.formats.rmf_file import BuildingLevel, BuildingLift
from maps.formats.rmf_lift import cabin_corners, doorway_corners
from maps.geometry import Point, Pose, distance
from maps.grid import FREE, OCCUPIED, UNKNOWN, GridFrame
from maps.polygon import touched_cells

__all__ = ["draw_level", "level_frame"]

WALL_M = 0.1
"""How thick Open-RMF's tools make a wall."""

MAX_STROKES = 4_000_000
"""Most cells along the walls and lanes of a level together."""

MAX_ROWS = 400_000
"""Most rows of cells that the floors and holes of a level cover together, each by itself."""

_BORDER_M = 0.5

_Cells = npt.NDArray[np.int8]


def level_frame(level: BuildingLevel, lifts: tuple[BuildingLift, ...], resolution: float, file: str) -> GridFrame:
    """A grid around all that is drawn of a level, with a border.

    Args:
        level: Which.
        lifts: That stop at it.
        resolution: Metres per cell.
        file: For messages.

    Raises:
        MapFileInvalid: There is nothing to draw, or too much.
    """
    used = {end for edge in (*level.walls, *level.doors, *level.lanes) for end in (edge.start, edge.end)}
    used |= {corner for ring in (*level.floors, *level.holes) for corner in ring}
    used |= {index for index, vertex in enumerate(level.vertices) if vertex.name}
    points = [level.vertices[index].point for index in sorted(used)]
    points += [corner for lift in lifts for corner in cabin_corners(lift)]
    if not points:
        raise MapFileInvalid(f"{file}: it has no wall, floor, lane or named vertex, so there is nothing to draw")
    low = np.floor((np.min(points, axis=0) - _BORDER_M) / resolution) * resolution
    size = np.ceil((np.max(points, axis=0) + _BORDER_M - low) / resolution)
    if not (0.001 <= resolution <= 10) or size.prod() > MAX_CELLS or size.max() > 20_000:
        raise MapFileInvalid(
            f"{file} is {size[0] * resolution:.0f} x {size[1] * resolution:.0f} m, which at {resolution:g} m a cell is "
            f"too many cells; "
            "choose a coarser --resolution, or check the measurements"
        )
    frame = GridFrame(resolution, Pose(round(float(low[0]), 9), round(float(low[1]), 9)), int(size[0]), int(size[1]))
    _check_work(level, frame, file)
    return frame


def draw_level(
    level: BuildingLevel, lifts: tuple[BuildingLift, ...], frame: GridFrame, file: str, corridor_m: float
) -> tuple[_Cells, list[str]]:
    """The cells of a level.

    Args:
        level: Which.
        lifts: That stop at it.
        frame: Of ``level_frame``.
        file: For messages.
        corridor_m: How wide lanes are where there is no floor, metres.

    Returns:
        (H, W) cells, and what a user should know of them, a sentence each.
    """
    at = [vertex.point for vertex in level.vertices]
    cells = np.full(frame.shape, UNKNOWN, dtype=np.int8)
    notes = []
    for ring in level.floors:
        _fill(cells, frame, [at[corner] for corner in ring], FREE)
    if not level.floors:
        for lane in level.lanes:
            paint_corridor(cells, frame, at[lane.start], at[lane.end], corridor_m)
        notes.append(f"{file} has no floor, so free space is {corridor_m:g} m wide along its {len(level.lanes)} lanes")
    for ring in level.holes:
        _fill(cells, frame, [at[corner] for corner in ring], OCCUPIED)
    for wall in level.walls:
        _wall(cells, frame, at[wall.start], at[wall.end])
    for lift in lifts:
        corners = cabin_corners(lift)
        _fill(cells, frame, corners, FREE)
        for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
            _wall(cells, frame, a, b)
        for door in lift.doors:
            if door.name in lift.level_doors[level.name]:
                _fill(cells, frame, doorway_corners(lift, door.x, door.y, door.turn, door.width), FREE)
    return cells, notes


def _check_work(level: BuildingLevel, frame: GridFrame, file: str) -> None:
    """Refuse a drawing that would take minutes: its strokes and fillings together, in cells."""
    at = [vertex.point for vertex in level.vertices]
    strokes = sum(distance(at[edge.start], at[edge.end]) for edge in (*level.walls, *level.lanes)) / frame.resolution
    rings = [[at[corner][1] for corner in ring] for ring in (*level.floors, *level.holes)]
    rows = sum(max(ring) - min(ring) for ring in rings) / frame.resolution
    for what, found, most in (("walls and lanes", strokes, MAX_STROKES), ("floors and holes", rows, MAX_ROWS)):
        if found > most:
            raise MapFileInvalid(
                f"{file}: its {what} are {found * frame.resolution / 1000:.0f} km in all, which is "
                f"{found:.0f} cells of {frame.resolution:g} m, more than {most}; choose a coarser --resolution, or remove "
                "what is drawn twice"
            )


def _wall(cells: _Cells, frame: GridFrame, a: Point, b: Point) -> None:
    """Mark a wall: the cells whose centre its thickness covers, and in coarse grids all that its middle line touches."""
    paint_corridor(cells, frame, a, b, WALL_M, OCCUPIED)
    rows, cols = touched_cells(frame, (a, b), closed=False).T
    cells[rows, cols] = OCCUPIED


def _fill(cells: _Cells, frame: GridFrame, ring: list[Point], value: int) -> None:
    """Set the cells whose centre lies in a ring (even-odd), row by row."""
    x, y = frame.local(ring).T
    x1, y1 = np.roll(x, -1), np.roll(y, -1)
    for row in range(max(0, math.floor(y.min())), min(frame.height, math.ceil(y.max()) + 1)):
        middle = row + 0.5
        crossing = (y > middle) != (y1 > middle)
        hits = np.sort(x[crossing] + (middle - y[crossing]) / (y1[crossing] - y[crossing]) * (x1[crossing] - x[crossing]))
        for left, right in zip(hits[::2], hits[1::2], strict=True):
            cells[row, max(0, math.ceil(left - 0.5)) : max(0, math.ceil(right - 0.5))] = value
