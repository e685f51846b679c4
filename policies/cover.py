"""Covering: viewpoints from which all of a region is seen, in boustrophedon order (as the ox ploughs).

The region is cut into square blocks so small that all of one is within view of its middle; each connected part of a block in which
the body fits gets one viewpoint as near to its middle as can be, or is cut in two where that does not do; the blocks are visited
lane by lane, every other lane backwards (H. Choset, "Coverage of known spaces: the boustrophedon cellular decomposition",
Autonomous Robots 9, 2000).
"""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from maps import Body, DoorState, Point, Pose, World, clearance
from maps.polygon import touched_cells

__all__ = ["coverage_points"]


def coverage_points(
    world: World,
    body: Body,
    region_outline: Sequence[Point],
    *,
    spacing_m: float,
    doors: Mapping[str, DoorState] | None = None,
    start: Pose | None = None,
) -> tuple[Point, ...]:
    """Viewpoints inside a region, in sweep order.

    Args:
        world: What is known.
        body: Its clearance says where it fits.
        region_outline: The region, metres; empty for the whole map.
        spacing_m: View radius: every cell of the region where the body fits is that near to a viewpoint in its own part.
        doors: Door states that override the map's.
        start: Only viewpoints that can be reached from here; None for all where the body fits.

    Returns:
        Points in known free space with the clearance that the body needs, metres; empty when it fits nowhere in the region.

    Raises:
        ValueError: The spacing is not positive.
    """
    if not spacing_m > 0:
        raise ValueError(f"spacing_m must be positive, got {spacing_m!r}")
    fits = _fits(world, body, region_outline, doors, start)
    rows, columns = np.nonzero(fits)
    if not len(rows):
        return ()
    extent = np.array([np.ptp(rows) + 1, np.ptp(columns) + 1])
    radius = spacing_m / world.frame.resolution
    side = max(1.0, radius * math.sqrt(2) - 1.0)
    counts = np.ceil(extent / side).astype(int)
    low = np.array([rows.min(), columns.min()])
    edges = [np.linspace(0, extent[axis], counts[axis] + 1).round().astype(int) + low[axis] for axis in (0, 1)]
    lanes = int(np.argmin(extent))
    points: list[Point] = []
    for lane in range(counts[lanes]):
        stops = range(counts[1 - lanes])
        spots = []
        for stop in stops if lane % 2 == 0 else reversed(stops):
            block = (lane, stop) if lanes == 0 else (stop, lane)
            window = np.s_[
                edges[0][block[0]] : edges[0][block[0] + 1],
                edges[1][block[1]] : edges[1][block[1] + 1],
            ]
            corner = np.array([window[0].start, window[1].start])
            spots += [spot + corner for spot in _viewpoints(fits[window], radius)]
        points += [world.frame.centre(int(row), int(column)) for row, column in spots]
    return tuple(points)


def _fits(
    world: World, body: Body, outline: Sequence[Point], doors: Mapping[str, DoorState] | None, start: Pose | None
) -> NDArray[np.bool_]:
    """(H, W) where the body fits inside the region."""
    from maps.routing import reachable

    if start is None:
        fits = clearance(world, doors=doors) >= body.needed_clearance_m - 1e-9
    else:
        fits = reachable(world, body, start, doors=doors).copy()
    if outline:
        inside = np.zeros_like(fits)
        cells = touched_cells(world.frame, tuple(outline))
        inside[cells[:, 0], cells[:, 1]] = True
        fits = fits & inside
    return fits


def _viewpoints(fits: NDArray[np.bool_], radius: float) -> Iterator[NDArray[np.int64]]:
    """Cells of a block such that every one where the body fits is within the radius, in cells, of one in its own part."""
    from scipy import ndimage

    labels, parts = ndimage.label(fits, structure=np.ones((3, 3)))
    for part in range(1, parts + 1):
        mine = labels == part
        cells = np.argwhere(mine)
        middle = _central(cells)
        if ((cells - middle) ** 2).sum(axis=1).max() <= radius**2:
            yield middle
            continue
        extent = np.ptp(cells, axis=0)
        axis = int(np.argmax(extent))
        cut = int(cells[:, axis].min() + extent[axis] // 2 + 1)
        before = mine.copy()
        before[(slice(cut, None), slice(None)) if axis == 0 else (slice(None), slice(cut, None))] = False
        yield from _viewpoints(before, radius)
        yield from _viewpoints(mine & ~before, radius)


def _central(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """The cell nearest to the middle of its part."""
    offset = cells - cells.mean(axis=0)
    return np.asarray(cells[int(np.argmin((offset**2).sum(axis=1)))])
