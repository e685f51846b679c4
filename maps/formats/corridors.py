"""Corridors: a grid for a graph that has none. Free space is what lies within half a width of an edge; all else is blocked.

Routes on such a map keep to the edges as lanes, in their direction. A verdict says so, and nothing of walls, of which the graph
knows none.
"""

import math

import numpy as np
import numpy.typing as npt

from maps.errors import MapFileInvalid
from maps.formats.graph import RouteGraph, one_way
from maps.geometry import Point, Pose
from maps.grid import FREE, OCCUPIED, GridFrame

__all__ = ["MAX_CELLS", "corridor_grid", "graph_only_note", "paint_corridor"]

MAX_CELLS = 40_000_000
MAX_LENGTH = 10_000_000
"""Most cells along all edges together."""

_BORDER_CELLS = 2


def corridor_grid(
    segments: list[tuple[Point, Point]], points: list[Point], width_m: float, resolution: float, file: str
) -> tuple[GridFrame, npt.NDArray[np.int8]]:
    """A grid with a corridor along every segment and a round space about every point.

    Args:
        segments: Ends, metres.
        points: Metres.
        width_m: Width of a corridor, metres.
        resolution: Side of a cell, metres.
        file: Where they come from, for the message.

    Raises:
        MapFileInvalid: There is nothing to draw, or more cells than are read.
    """
    known = [*points, *(point for segment in segments for point in segment)]
    if not known:
        raise MapFileInvalid(f"{file} holds no point, so there is nothing to make a map of")
    if not 2 * resolution <= width_m <= 1000:
        raise MapFileInvalid(
            f"{file}: a corridor of {width_m:g} m cannot be drawn with cells of {resolution:g} m; at least two must fit"
        )
    low, high = np.min(known, axis=0), np.max(known, axis=0)
    border = width_m / 2 + _BORDER_CELLS * resolution
    origin = np.floor((low - border) / resolution) * resolution
    size = np.ceil((high + border - origin) / resolution).astype(np.int64)
    if size.prod() > MAX_CELLS or size.max() > 20_000:
        raise MapFileInvalid(
            f"{file} covers {high[0] - low[0]:.0f} x {high[1] - low[1]:.0f} m, which at {resolution:g} m a cell is "
            f"{size[0]} x {size[1]} "
            f"cells; choose a coarser --resolution"
        )
    length = sum(math.dist(a, b) for a, b in segments) / resolution
    if length > MAX_LENGTH:
        raise MapFileInvalid(
            f"{file}: its edges are {length * resolution / 1000:.0f} km in all, which at {resolution:g} m a cell is more than "
            f"{MAX_LENGTH} cells; choose a coarser --resolution"
        )
    frame = GridFrame(resolution, Pose(round(float(origin[0]), 9), round(float(origin[1]), 9)), int(size[0]), int(size[1]))
    cells = np.full(frame.shape, OCCUPIED, dtype=np.int8)
    for a, b in [*segments, *((point, point) for point in points)]:
        paint_corridor(cells, frame, a, b, width_m)
    return frame, cells


def paint_corridor(cells: npt.NDArray[np.int8], frame: GridFrame, a: Point, b: Point, width_m: float, value: int = FREE) -> None:
    """Set the cells whose centre lies within half a width of a segment, in pieces so that a long one costs its length only."""
    count = max(1, math.ceil(math.dist(a, b) / max(8 * width_m, 64 * frame.resolution)))
    for part in range(count):
        p, q = (tuple(u + (v - u) * t / count for u, v in zip(a, b, strict=True)) for t in (part, part + 1))
        _paint_piece(cells, frame, np.array(p), np.array(q), width_m / 2, value)


def _paint_piece(
    cells: npt.NDArray[np.int8],
    frame: GridFrame,
    a: npt.NDArray[np.float64],
    b: npt.NDArray[np.float64],
    half: float,
    value: int,
) -> None:
    first = np.floor((np.minimum(a, b) - half - (frame.origin.x, frame.origin.y)) / frame.resolution).astype(np.int64)
    last = np.floor((np.maximum(a, b) + half - (frame.origin.x, frame.origin.y)) / frame.resolution).astype(np.int64) + 1
    col0, row0 = np.maximum(first, 0).tolist()
    col1, row1 = np.minimum(last, (frame.width, frame.height)).tolist()
    if col1 <= col0 or row1 <= row0:
        return
    x = frame.origin.x + (np.arange(col0, col1) + 0.5) * frame.resolution - a[0]
    y = (frame.origin.y + (np.arange(row0, row1) + 0.5) * frame.resolution - a[1])[:, None]
    along = b - a
    squared = float(along @ along)
    t = np.clip((x * along[0] + y * along[1]) / squared, 0.0, 1.0) if squared > 0 else 0.0
    near = (x - t * along[0]) ** 2 + (y - t * along[1]) ** 2 <= (half + 1e-9) ** 2
    cells[row0:row1, col0:col1][near] = value


def graph_only_note(graph: RouteGraph, width_m: float, file: str) -> str:
    """The sentence that goes with every verdict on such a map.

    Args:
        graph: The graph.
        width_m: How wide its edges are taken to be, metres.
        file: Where it comes from.
    """
    ways = one_way(graph)
    return (
        f"graph only: {file} has no grid, so routes keep to its {len(graph.segments())} edges"
        + (f" and their directions ({ways} are one-way)" if ways else "")
        + f", taken to be {width_m:g} m wide, and nothing is known of walls; import a map with a grid to know more"
    )
