"""Obstacles as rectangles: blocked cells merged into few boxes, and the outside of the map as four."""

import numpy as np
import numpy.typing as npt

__all__ = ["FAR", "near", "rectangles"]

FloatArray = npt.NDArray[np.float64]

FAR = 1e5
"""Cells that the outside of the map is taken to reach; farther than any body."""


def rectangles(blocked: npt.NDArray[np.bool_]) -> FloatArray:
    """Closed rectangles whose union is the blocked cells and the outside.

    Args:
        blocked: (H, W).

    Returns:
        (n, 4) x0, y0, x1, y1 in cells: runs along rows, joined where the next row has the same run, then the four outsides.
    """
    height, width = blocked.shape
    padded = np.zeros((height, width + 2), dtype=np.int8)
    padded[:, 1:-1] = blocked
    change = np.diff(padded, axis=1)
    row, first = np.nonzero(change == 1)
    _, last = np.nonzero(change == -1)
    order = np.lexsort((row, last, first))
    row, first, last = row[order], first[order], last[order]
    fresh = np.ones(len(row), dtype=bool)
    fresh[1:] = (first[1:] != first[:-1]) | (last[1:] != last[:-1]) | (row[1:] != row[:-1] + 1)
    starts = np.flatnonzero(fresh)
    ends = np.append(starts[1:], len(row)) - 1 if len(row) else starts
    inside = np.stack((first[starts], row[starts], last[starts], row[ends] + 1), axis=1).astype(np.float64)
    wide, tall = width + FAR, height + FAR
    outside = [(-FAR, -FAR, 0.0, tall), (width, -FAR, wide, tall), (-FAR, -FAR, wide, 0.0), (-FAR, height, wide, tall)]
    return np.concatenate((inside, np.array(outside, dtype=np.float64)))


def near(boxes: FloatArray, low: FloatArray, high: FloatArray, reach: float) -> FloatArray:
    """The rectangles that come within ``reach`` (in x and in y) of a box, cells."""
    x0, y0, x1, y1 = boxes.T
    hit = (x0 <= high[0] + reach) & (x1 >= low[0] - reach) & (y0 <= high[1] + reach) & (y1 >= low[1] - reach)
    return np.asarray(boxes[hit])
