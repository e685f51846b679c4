"""Barriers: the region that a body cannot leave, as a polygon whose whole border is too near to obstacles to be crossed.

By cells: what a body with clearance r can visit are cells whose centres have at least r - sqrt(1/2) cell. The squares of the
start's 4-connected component of those cells hold every way, and each edge on their border belongs to a square all of whose
points have less than r. By gaps (``maps.reach.gaps``): the start's face between the gaps narrower than 2 r, each of which has
no point farther than r from both of its ends.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from maps.reach.gaps import TOLERANCE, gaps_of
from verifier.check_certificate.obstacles import rectangles

__all__ = ["Rings", "cell_barrier", "gap_barrier"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Rings = tuple[tuple[tuple[float, float], ...], ...]
"""An outer ring and holes, in cells."""

_HAIR = 1e-6
"""Cells: how much less than the needed clearance the border keeps, so that rounding cannot open it."""
_MOST_CORNERS = 200_000


def cell_barrier(clearance: Floats, level: float, start: tuple[int, int], goals: npt.NDArray[np.int64]) -> Rings | None:
    """The region made of whole cells, or None where cells do not part start and goals.

    Args:
        clearance: (H, W) exact clearance of the cell centres, cells.
        level: Clearance that no way has, cells.
        start: The start's cell.
        goals: (N, 2) the goal's cells.
    """
    from scipy.ndimage import label

    passable = (clearance > 0) & (clearance >= level - math.sqrt(0.5) - _HAIR)
    labels, _ = label(passable)
    if not passable[start]:
        return None
    component = labels == labels[start]
    if component[goals[:, 0], goals[:, 1]].any():
        return None
    pockets, count = label(~component, structure=np.ones((3, 3)))
    far = np.zeros(count + 1, dtype=bool)
    far[pockets[goals[:, 0], goals[:, 1]]] = True
    near, _ = label(~far[pockets])
    return _rings(_union(near == near[start]))


def gap_barrier(blocked: Bools, level: float, start: tuple[float, float], goals: Floats) -> Rings | None:
    """The region whose border runs along obstacles and across gaps, or None where gaps do not part start and goals.

    Args:
        blocked: (H, W) obstacle cells.
        level: Clearance that no way has, cells.
        start: Where the body stands, (x, y) in cells, with at least that clearance.
        goals: (N, 2) the goal's points.
    """
    import shapely

    gaps = gaps_of(blocked)
    face = gaps.faces(level - TOLERANCE)
    mine = face == face[gaps.locate(start)[0]]
    if mine[gaps.locate(goals)].any():
        return None
    region = shapely.coverage_union_all(shapely.polygons(gaps.corners[gaps.triangles[mine]]))
    points = shapely.points(goals)
    holes = [ring for ring in region.interiors if shapely.intersects(shapely.Polygon(ring), points).any()]
    return _rings(shapely.Polygon(region.exterior, holes))


def _union(cells: Bools) -> Any:
    import shapely

    boxes = rectangles(cells).astype(np.float64)
    return shapely.union_all(shapely.box(*boxes.T))


def _rings(region: Any) -> Rings | None:
    """A polygon's rings without corners that lie on a straight edge, and without the repeated last point."""
    if region.geom_type != "Polygon":
        return None
    rings = tuple(_corners(np.asarray(ring.coords)[:-1]) for ring in (region.exterior, *region.interiors))
    return rings if sum(map(len, rings)) <= _MOST_CORNERS else None


def _corners(ring: Floats) -> tuple[tuple[float, float], ...]:
    before, after = ring - np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0) - ring
    turns = before[:, 0] * after[:, 1] != before[:, 1] * after[:, 0]
    return tuple((x, y) for x, y in ring[turns].tolist())
