"""Squares: the exact distance from every cell centre to the nearest obstacle, taken as closed squares; the whole map or a part.

The transform is separable: rows by running extrema, columns by a min-plus pass in integers, so the squared half-cell distances
are exact. After a small change of the obstacles only the cells whose nearest obstacle it can have changed are measured again.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import use_numba

__all__ = ["Box", "boxes_around", "capped_field", "distance_field", "nearest_squares", "square_distances", "update_field"]

BoolArray: TypeAlias = npt.NDArray[np.bool_]
FloatArray: TypeAlias = npt.NDArray[np.float64]
SquareArray: TypeAlias = npt.NDArray[np.int32]

_STRIP = 128
_SHORT = 32_767
"""Squares below this are found in 16 bits: up to 90 cells."""
_NEAR = 92
"""Steps: the first whose square is above that."""
_FAR = 15_000
"""Cells: no obstacle is farther than this, half of the longest side; it stands for none."""
_WIDE = 32_000
"""Columns, the outside included, from which steps are counted in 32 bits."""
_RIM = 48
"""Cells around a change that are looked at first; changed cells that are no farther apart are one change."""
_LARGE = 0.3
"""Share of the map from which measuring a window again does not pay."""


@dataclass(frozen=True, slots=True)
class Box:
    """Rows and columns from low up to, not including, high."""

    rows: tuple[int, int]
    cols: tuple[int, int]

    @property
    def area(self) -> int:
        """Its cells."""
        return (self.rows[1] - self.rows[0]) * (self.cols[1] - self.cols[0])

    @property
    def slices(self) -> tuple[slice, slice]:
        """It as an index of the map."""
        return slice(*self.rows), slice(*self.cols)

    def grown(self, margin: int, shape: tuple[int, ...]) -> "Box":
        """With a margin, within a map of that shape."""
        (r0, r1), (c0, c1) = self.rows, self.cols
        return Box(
            (max(0, r0 - margin), min(shape[0], r1 + margin)),
            (max(0, c0 - margin), min(shape[1], c1 + margin)),
        )


def distance_field(blocked: BoolArray, resolution: float, out: FloatArray | None = None) -> FloatArray:
    """Distance from each cell centre to the nearest blocked square or the outside, (H, W) in the unit of ``resolution``."""
    if use_numba(blocked.size):
        from maps.squares_compiled import compiled_distance_field

        return compiled_distance_field(blocked, resolution, out)
    return _lengths(square_distances(blocked), resolution, out)


def square_distances(blocked: BoolArray) -> SquareArray:
    """Squared distance from each cell centre to the nearest blocked square, in half cells; exact.

    Args:
        blocked: (H, W) obstacle cells; the outside counts as obstacle. Neither side may exceed 30,000 cells.

    Returns:
        (H, W) int32; the distance in cells is ``sqrt(value) / 2``.
    """
    return _squares(blocked, (1, 1), (1, 1))


def nearest_squares(blocked: BoolArray, rows: tuple[int, int], cols: tuple[int, int], margin: int) -> SquareArray:
    """What ``square_distances`` gives in a box of the map, looking no farther around it than needed.

    Args:
        blocked: (H, W) obstacle cells; the outside counts as obstacle.
        rows: First row and that after the last; ``cols`` likewise.
        cols: Columns.
        margin: Cells around the box to look at first.
    """
    wanted = Box(rows, cols)
    while True:
        around = wanted.grown(margin, blocked.shape)
        squares = _window(blocked, around, wanted)
        most = int(squares.max())
        if most <= (2 * margin + 1) ** 2 or around.area == blocked.size:
            return squares
        margin = min(max(math.isqrt(most) // 2 + 1, margin + 1), 2 * margin)


def capped_field(blocked: BoolArray, rows: tuple[int, int], cols: tuple[int, int], reach: int, resolution: float) -> FloatArray:
    """What ``distance_field`` gives in a box, as of ``nearest_squares``, where that is no more than ``reach`` cells; else more."""
    wanted = Box(rows, cols)
    return _lengths(_window(blocked, wanted.grown(reach, blocked.shape), wanted, reach), resolution)


def update_field(field: FloatArray, blocked: BoolArray, changed: Box, resolution: float) -> Box | None:
    """Measure again what a change can have altered: the field is then what ``distance_field`` of ``blocked`` gives, to the bit.

    Args:
        field: (H, W) distances to obstacle cells that differ from ``blocked`` in the box alone; written to.
        blocked: (H, W) obstacle cells.
        changed: The box.
        resolution: Side of a cell.

    Returns:
        A box around all that was written, or None, with nothing written, where that is most of the map.
    """
    touched = _touched(field, changed, resolution)
    if touched.area > _LARGE * blocked.size:
        return None
    margin = math.ceil(float(field[touched.slices].max()) / resolution) + 2
    while (around := touched.grown(margin, blocked.shape)).area < blocked.size:
        squares = _window(blocked, around, touched)
        if int(squares.max()) <= (2 * margin + 1) ** 2:
            field[touched.slices] = _lengths(squares, resolution)
            return touched
        margin *= 2
    return None


def boxes_around(cells: npt.NDArray[np.int64]) -> Iterator[tuple[npt.NDArray[np.int64], Box]]:
    """Boxes around some cells (N, 2), and which cells are in each; those that are near one another share one."""
    for rows in _runs(cells[:, 0], np.arange(len(cells))):
        for which in _runs(cells[rows, 1], rows):
            low, high = cells[which].min(axis=0).tolist(), cells[which].max(axis=0).tolist()
            yield which, Box((low[0], high[0] + 1), (low[1], high[1] + 1))


def _runs(places: npt.NDArray[np.int64], which: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
    """Numbers by the places that they belong to, parted where a gap is wide."""
    if len(places):
        order = np.argsort(places, kind="stable")
        yield from np.split(which[order], np.flatnonzero(np.diff(places[order]) > _RIM) + 1)


def _touched(field: FloatArray, changed: Box, resolution: float) -> Box:
    """A box that holds all cells that are no farther from the changed ones than from their nearest obstacle before.

    From each such cell the way straight to the changed ones passes only such cells, to within rounding to cells: both distances
    change no faster than position. So where none lies on a rim around the changed ones, none lies beyond.
    """
    margin = _RIM
    while True:
        near = changed.grown(margin, field.shape)
        spare = field[near.slices] - _apart(near, changed) * resolution
        if near.area == field.size or not (_rim(near, field.shape) & (spare >= -2.0 * resolution)).any():
            break
        margin *= 2
    found = _bounds(spare >= -1e-9 * (1.0 + field[near.slices]))
    assert found is not None  # the changed cells themselves
    (r0, r1), (c0, c1) = found.rows, found.cols
    down, across = near.rows[0], near.cols[0]
    return Box(
        (min(r0 + down, changed.rows[0]), max(r1 + down, changed.rows[1])),
        (min(c0 + across, changed.cols[0]), max(c1 + across, changed.cols[1])),
    )


def _apart(around: Box, box: Box) -> FloatArray:
    """Distance of the centres of the cells around a box to its squares, cells."""
    away = []
    for (low, high), (first, last) in zip((around.rows, around.cols), (box.rows, box.cols), strict=True):
        line = np.arange(low, high)
        away.append(np.maximum(2 * np.maximum(first - line, line - last + 1) - 1, 0) / 2)
    return np.asarray(np.hypot(away[0][:, None], away[1]))


def _rim(box: Box, shape: tuple[int, ...]) -> BoolArray:
    """The outermost cells of a box, but for those at the map's end."""
    (r0, r1), (c0, c1) = box.rows, box.cols
    rim = np.zeros((r1 - r0, c1 - c0), dtype=bool)
    rim[0] |= r0 > 0
    rim[-1] |= r1 < shape[0]
    rim[:, 0] |= c0 > 0
    rim[:, -1] |= c1 < shape[1]
    return rim


def _window(blocked: BoolArray, around: Box, wanted: Box, reach: int | None = None) -> SquareArray:
    """Squared distances of the wanted cells to the obstacles of a window and the outside; beyond ``reach`` any that is more."""
    (r0, r1), (c0, c1) = around.rows, around.cols
    height, width = blocked.shape
    ends = (1 if r0 == 0 else _FAR, 1 if r1 == height else _FAR), (1 if c0 == 0 else _FAR, 1 if c1 == width else _FAR)
    if use_numba(blocked.size):
        from maps.squares_compiled import compiled_window

        inner = (wanted.rows[0] - r0, wanted.rows[1] - r0), (wanted.cols[0] - c0, wanted.cols[1] - c0)
        return compiled_window(blocked[around.slices], *inner, *ends)
    squares = _squares(blocked[around.slices], *ends, reach)
    rows, cols = wanted.rows, wanted.cols
    return squares[rows[0] - r0 : rows[1] - r0, cols[0] - c0 : cols[1] - c0]


def _bounds(marked: BoolArray) -> Box | None:
    """The smallest box around the marked cells."""
    rows, cols = np.flatnonzero(marked.any(axis=1)), np.flatnonzero(marked.any(axis=0))
    if not len(rows):
        return None
    return Box((int(rows[0]), int(rows[-1]) + 1), (int(cols[0]), int(cols[-1]) + 1))


def _lengths(squares: SquareArray, resolution: float, out: FloatArray | None = None) -> FloatArray:
    field = np.sqrt(squares, out, dtype=np.float64)
    field *= resolution / 2
    return field


def _squares(blocked: BoolArray, below: tuple[int, int], beside: tuple[int, int], most: int | None = None) -> SquareArray:
    """Squared half-cell distances, where the outside begins so many cells below and above, left and right of the outer cells.

    Those above ``most`` cells may come out as any that are.
    """
    height, width = blocked.shape
    gaps = _row_gaps(blocked, beside)
    rows = np.arange(height, dtype=np.int32)
    edge = np.minimum(np.minimum(rows + below[0], height - 1 - rows + below[1]), _FAR)[:, None]
    edge = _squared(edge)
    short = np.minimum(edge, _SHORT).astype(np.uint16)
    out = np.empty((height, width), dtype=np.int32)
    for first in range(0, width, _STRIP):
        near = gaps[:, first : first + _STRIP]
        best = _columns(np.minimum(_squared(np.minimum(near, _NEAR).astype(np.uint16)), _SHORT), short, most)
        if best.max() >= _SHORT and (most is None or most >= _NEAR - 2):
            best = _columns(_squared(near.astype(np.int32)), edge, most)
        out[:, first : first + _STRIP] = best
    return out


def _columns(
    near: npt.NDArray[np.integer[Any]], edge: npt.NDArray[np.integer[Any]], farthest: int | None = None
) -> npt.NDArray[np.integer[Any]]:
    """The least of ``edge`` and of the values of a column, each plus the squared half-cell distance to its cell's square.

    No cell farther up or down than ``farthest`` is looked at.
    """
    height, width = near.shape
    best = np.asarray(np.minimum(near, edge))
    most = np.iinfo(best.dtype).max // 2
    reach = min(height - 1, (math.isqrt(most) + 1) // 2, height if farthest is None else farthest)
    around = np.full((height + 2 * reach, width), most, dtype=best.dtype)
    around[reach : reach + height] = near
    spare = np.empty_like(best)
    for step in range(1, reach + 1):
        away = (2 * step - 1) ** 2
        if away >= most or (step % 8 == 1 and away >= best.max()):
            break
        np.minimum(around[reach - step :][:height], around[reach + step :][:height], out=spare)
        spare += best.dtype.type(away)
        np.minimum(best, spare, out=best)
    return best


def _row_gaps(blocked: BoolArray, beside: tuple[int, int]) -> npt.NDArray[np.integer[Any]]:
    """Steps to the nearest blocked cell of the same row, 0 in one."""
    width = blocked.shape[1]
    kind: Any = np.int16 if width + max(beside) < _WIDE else np.int32
    cols = np.arange(width, dtype=kind)
    before = np.where(blocked, cols, kind(-beside[0]))
    np.maximum.accumulate(before, axis=1, out=before)
    after = np.where(blocked, cols, kind(width - 1 + beside[1]))
    np.minimum.accumulate(after[:, ::-1], axis=1, out=after[:, ::-1])
    gaps = np.subtract(cols, before, out=before)
    after -= cols
    np.minimum(gaps, after, out=gaps)
    return np.asarray(np.minimum(gaps, _FAR, out=gaps))


def _squared(steps: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.integer[Any]]:
    """Squared half cells from a cell's centre to the square of the cell that many steps on."""
    halves = np.maximum(2 * steps, 1)
    halves -= 1
    return np.asarray(np.square(halves, out=halves))
