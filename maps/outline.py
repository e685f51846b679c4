"""Outlines: the border of a region of cells as a simplified simple polygon in map-frame metres."""

import numpy as np
import numpy.typing as npt

from maps.geometry import Point
from maps.grid import Cell, GridFrame

__all__ = ["trace_outline"]

TOLERANCE_M = 0.15


def trace_outline(
    region: npt.NDArray[np.bool_], frame: GridFrame, *, first: Cell = (0, 0), tolerance_m: float = TOLERANCE_M
) -> tuple[Point, ...] | None:
    """The outer border of a 4-connected region without holes.

    Args:
        region: Bool array, row 0 at the bottom: the grid or a part of it.
        frame: The grid.
        first: Row and column of the region's first cell in the grid.
        tolerance_m: How far the outline may stray from the cells' border, metres.

    Returns:
        A simple ring, counter-clockwise, without the repeated last point; None for an empty region.
    """
    from shapely import Polygon

    corners = _border(region)
    if not corners:
        return None
    ring = Polygon(corners).buffer(0)
    if ring.geom_type != "Polygon":
        ring = max(ring.geoms, key=lambda part: (part.area, part.bounds))
    simple = ring.simplify(tolerance_m / frame.resolution, preserve_topology=True)
    points = simple.normalize().exterior.coords[:-1]
    return tuple(
        (round(x, 6), round(y, 6))
        for x, y in (
            frame.to_map((first[1] + col) * frame.resolution, (first[0] + row) * frame.resolution) for col, row in reversed(points)
        )
    )


def _border(region: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Corners (column, row) of the outer border in order, the region on the left; the border of the first cell met."""
    padded = np.pad(region, 1)
    after: dict[tuple[int, int], list[tuple[int, int]]] = {}
    steps = (  # side of the cell that must not be in the region, then the edge's ends relative to the cell's lower-left corner
        (padded[:-2, 1:-1], (0, 0), (1, 0)),
        (padded[1:-1, 2:], (1, 0), (1, 1)),
        (padded[2:, 1:-1], (1, 1), (0, 1)),
        (padded[1:-1, :-2], (0, 1), (0, 0)),
    )
    for beside, start, end in steps:
        for row, col in np.argwhere(region & ~beside).tolist():
            after.setdefault((col + start[0], row + start[1]), []).append((col + end[0], row + end[1]))
    if not after:
        return []
    first = min(after, key=lambda corner: (corner[1], corner[0]))
    path, here, heading = [first], first, (1, 0)
    while True:
        ways = after[here]
        if len(ways) > 1:  # two cells meet at this corner only: turn left, staying on this cell
            left = (here[0] - heading[1], here[1] + heading[0])
            there = left if left in ways else ways[0]
            ways.remove(there)
        else:
            there = ways.pop()
        if there == first:
            return path
        heading = (there[0] - here[0], there[1] - here[1])
        path.append(there)
        here = there
