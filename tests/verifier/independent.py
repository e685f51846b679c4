"""An independent checker of routes: shapely polygons against the raw cells. Shares no code with the verifier or its router."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
import shapely
import shapely.affinity
from shapely.geometry import LineString, MultiLineString, Polygon, box
from shapely.geometry.base import BaseGeometry


def obstacle_squares(
    cells: np.ndarray, resolution: float, origin: tuple[float, float, float], *, unknown_blocks: bool
) -> BaseGeometry:
    """Every obstacle cell as its closed square, and a frame around the map, in the map frame."""
    rows, columns = cells.shape
    blocked = (cells == 100) | ((cells == -1) & unknown_blocks)
    shapes: list[BaseGeometry] = [
        box(c * resolution, r * resolution, (c + 1) * resolution, (r + 1) * resolution)
        for r, c in zip(*np.nonzero(blocked), strict=True)
    ]
    width, height, rim = columns * resolution, rows * resolution, 3.0
    outside = box(-rim, -rim, width + rim, height + rim).difference(box(0, 0, width, height))
    shapes.append(outside)
    local = shapely.union_all(shapes)
    x, y, yaw = origin
    turned = shapely.affinity.rotate(local, yaw, origin=(0, 0), use_radians=True)
    return shapely.affinity.translate(turned, x, y)


def swept_clearance(points: Sequence[tuple[float, float]], obstacles: Iterable[BaseGeometry]) -> float:
    """Least distance from the driven polyline to any obstacle, metres."""
    line: BaseGeometry = LineString(points) if len(points) > 1 else shapely.Point(points[0])
    return min((float(shapely.distance(line, shape)) for shape in obstacles if not shape.is_empty), default=math.inf)


def shut_doors(segments: Iterable[tuple[tuple[float, float], tuple[float, float]]]) -> BaseGeometry:
    """Closed doors as the segments that they shut."""
    return MultiLineString([list(segment) for segment in segments])


def zones(outlines: Iterable[Sequence[tuple[float, float]]]) -> list[BaseGeometry]:
    """Keep-out zones as polygons."""
    return [Polygon(outline) for outline in outlines]
