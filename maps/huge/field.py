"""Field: the exact clearances of a very large map as an array that is worked out where it is read.

It behaves as the array of all distances would: reading cells or boxes works out the tiles that they lie in, comparing it with a
number gives the cells with that clearance without any distances, and whatever else is done with it works out all of it first.
Distances below a cap are at hand as squares (``capped``), for the whole map or tile by tile; most questions need no more.
"""

from threading import Lock
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.huge import capped
from maps.huge.capped import CAP, SquareArray
from maps.huge.clear import clear_cells, least_square
from maps.huge.far import far_squares
from maps.huge.size import is_huge
from maps.huge.sparse import sparse_zeros
from maps.squares import distance_field, nearest_squares

__all__ = ["FIELD_TILE", "LazyField"]

BoolArray: TypeAlias = npt.NDArray[np.bool_]
FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]

FIELD_TILE = 256
"""Side of a tile, cells."""

_MARGIN = 64
"""Cells around a tile in which its nearest obstacles are looked for at first."""

_SINGLE = 256
"""So many cells beyond the cap are measured one by one; for more their tiles are worked out."""

_FEW = 16
"""So many tiles are worked out one by one when all have to be; with more the whole is measured at once."""


class LazyField(np.ndarray[Any, np.dtype[np.float64]]):
    """Distance from each cell centre to the nearest obstacle square or the outside, (H, W), read-only.

    Attributes:
        plain: The array itself, where tiles not worked out yet hold 0, as if they were obstacles. Only for code that tells these
            from obstacles and asks for them with :meth:`fill_cells`.
        near: (H, W) capped squares; where tiles of them are not worked out yet likewise, asked for with :meth:`fill_near`.
    """

    plain: FloatArray
    near: SquareArray
    _blocked: BoolArray
    _resolution: float
    _done: BoolArray
    _near_done: BoolArray | None
    _lock: Lock

    @classmethod
    def over(cls, blocked: BoolArray, resolution: float, near: SquareArray | None = None) -> "LazyField":
        """The field of some obstacles; nothing of it is worked out yet.

        Args:
            blocked: (H, W) obstacle cells, not written to any more; the outside counts as obstacle.
            resolution: Side of a cell.
            near: Their capped squares; without them these too are worked out where they are asked for.
        """
        plain = sparse_zeros(blocked.shape, np.float64)
        made = plain.view(cls)
        made.plain, made._blocked, made._resolution, made._lock = plain, blocked, resolution, Lock()
        made._done = np.zeros((-(-blocked.shape[0] // FIELD_TILE), -(-blocked.shape[1] // FIELD_TILE)), dtype=bool)
        made._near_done = np.zeros_like(made._done) if near is None else None
        made.near = sparse_zeros(blocked.shape, np.uint16) if near is None else near
        made.flags.writeable = False
        return made

    @property
    def filled(self) -> int:
        """How many tiles are worked out."""
        return int(np.count_nonzero(self._done))

    def fill_cells(self, rows: npt.ArrayLike, cols: npt.ArrayLike) -> None:
        """Work out the tiles of some cells (N,) on the map."""
        self._fill_tiles(np.unique(np.stack((np.ravel(rows), np.ravel(cols)), axis=1) // FIELD_TILE, axis=0))

    def fill_near(self, rows: npt.ArrayLike, cols: npt.ArrayLike) -> None:
        """Work out the capped squares of the tiles of some cells (N,) on the map."""
        if self._near_done is not None:
            self._fill_near_tiles(np.unique(np.stack((np.ravel(rows), np.ravel(cols)), axis=1) // FIELD_TILE, axis=0))

    def _fill_near_tiles(self, tiles: IntArray) -> None:
        if self._near_done is None:
            return
        for row, col in tiles[~self._near_done[tiles[:, 0], tiles[:, 1]]].tolist():
            rows_of, cols_of = self._box(row, col)
            capped.measure_capped(self._blocked, rows_of, cols_of, self.near[slice(*rows_of), slice(*cols_of)])
            self._near_done[row, col] = True

    def bounds(self, rows: IntArray, cols: IntArray) -> tuple[FloatArray, FloatArray]:
        """No less and no more than this is the clearance of some cells (N,): exact below the cap, and infinity above it."""
        self.fill_near(rows, cols)
        squares = self.near[rows, cols]
        low = self._lengths(squares)
        return low, np.where(squares < CAP, low, np.inf)

    def at_least(self, needed: float, out: BoolArray | None = None) -> BoolArray:
        """(H, W) whether the clearance is no less, without working out any of it; read-only, or written to ``out``."""
        square = least_square(needed, self._resolution)
        if self.below_cap(needed):
            return np.asarray(np.greater_equal(self.near, np.uint16(square), out=out))
        clear = clear_cells(self._blocked, square)
        if out is not None:
            np.copyto(out, clear)
        return clear if out is None else out

    def below_cap(self, needed: float) -> bool:
        """Whether the capped squares of the whole map are at hand, and tell which cells have so much clearance."""
        return self._near_done is None and least_square(needed, self._resolution) <= CAP

    def at_least_in(self, box: tuple[slice, slice], needed: float, out: BoolArray) -> None:
        """``at_least`` in a box, for a clearance below the cap."""
        np.greater_equal(self.near[box], np.uint16(least_square(needed, self._resolution)), out=out)

    def fill_along(self, points: npt.ArrayLike, reach: float, near: bool = False) -> None:
        """Work out the tiles near a polyline (N, 2) given as (x, y) in cells; ``near``: of their capped squares."""
        if near and self._near_done is None:
            return
        line = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        steps = np.maximum(np.ceil(np.abs(np.diff(line, axis=0)).max(axis=1) / 64).astype(int), 1) if len(line) > 1 else []
        parts = [a + (b - a) * np.linspace(0, 1, n + 1)[:, None] for a, b, n in zip(line, line[1:], steps, strict=False)]
        spots = np.concatenate((line, *parts))
        apart = reach + 64
        shifts = np.array([(dx, dy) for dx in (-apart, 0, apart) for dy in (-apart, 0, apart)])
        around = (spots[:, None] + shifts).reshape(-1, 2)
        cells = np.floor(around[:, ::-1]).clip((0, 0), np.subtract(self.shape, 1)).astype(np.int64)
        (self.fill_near if near else self.fill_cells)(*cells.T)

    def __getitem__(self, key: Any) -> Any:
        """Cells or boxes, worked out first."""
        parts = key if isinstance(key, tuple) else (key,)
        if len(parts) <= 2 and all(isinstance(part, slice) for part in parts):
            ranges = [range(*part.indices(size)) for part, size in zip((*parts, slice(None))[:2], self.shape, strict=True)]
            lines = [np.unique(np.array(part, dtype=np.int64) // FIELD_TILE) for part in ranges]
            tiles = np.stack(np.meshgrid(*lines, indexing="ij"), axis=-1).reshape(-1, 2)
            self._fill_near_tiles(tiles)
            if self.near[key].max(initial=0) < CAP:
                return self._lengths(self.near[key])
            self._fill_tiles(tiles)
        elif len(parts) == 2 and all(np.asarray(part).dtype.kind in "iu" for part in parts):
            rows, cols = np.broadcast_arrays(*(np.asarray(part, dtype=np.int64) for part in parts))
            rows, cols = rows % self.shape[0], cols % self.shape[1]
            self.fill_near(rows, cols)
            squares = np.asarray(self.near[rows, cols])
            far = squares >= CAP
            if not far.any():
                return self._lengths(squares)
            exact = squares.astype(np.int64)
            if np.count_nonzero(far) > _SINGLE:
                self.fill_cells(rows[far], cols[far])
                return np.where(far, self.plain[rows, cols], self._lengths(exact))[()]
            exact[far] = far_squares(self._blocked, rows[far], cols[far])
            return self._lengths(exact)[()]
        else:
            self._fill_all()
        return self.plain[key]

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """Comparisons with a number as such; for all else the whole field is worked out."""
        if method == "__call__" and not kwargs and len(inputs) == 2 and inputs[0] is self and np.ndim(inputs[1]) == 0:
            if ufunc is np.greater_equal:
                return self.at_least(float(inputs[1]))
            if ufunc is np.less:
                return ~self.at_least(float(inputs[1]))
            if ufunc is np.greater:
                return self.at_least(float(np.nextafter(float(inputs[1]), np.inf)))
            if ufunc is np.less_equal:
                return ~self.at_least(float(np.nextafter(float(inputs[1]), np.inf)))
        return getattr(ufunc, method)(*map(_whole, inputs), **kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """The whole field is worked out first."""
        return func(*map(_whole, args), **{name: _whole(value) for name, value in kwargs.items()})

    def _lengths(self, squares: npt.NDArray[np.integer[Any]]) -> Any:
        """Clearances of squares, as ``distance_field`` has them to the bit."""
        return np.sqrt(squares, dtype=np.float64) * (self._resolution / 2)

    def _box(self, row: int, col: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """Rows and columns of a tile: the first and that after the last."""
        low = row * FIELD_TILE, col * FIELD_TILE
        return (low[0], min(low[0] + FIELD_TILE, self.shape[0])), (low[1], min(low[1] + FIELD_TILE, self.shape[1]))

    def _fill_all(self) -> None:
        missing = np.argwhere(~self._done)
        if is_huge(self.shape) or len(missing) <= _FEW:
            self._fill_tiles(missing)
            return
        with self._lock:
            np.copyto(self.plain, distance_field(self._blocked, self._resolution))
            self._done[:] = True

    def _fill_tiles(self, tiles: IntArray) -> None:
        wanted = tiles[~self._done[tiles[:, 0], tiles[:, 1]]]
        if not len(wanted):
            return
        with self._lock:
            for row, col in wanted[~self._done[wanted[:, 0], wanted[:, 1]]].tolist():
                rows, cols = self._box(row, col)
                self.plain[slice(*rows), slice(*cols)] = self._lengths(nearest_squares(self._blocked, rows, cols, _MARGIN))
                self._done[row, col] = True


def _whole(value: Any) -> Any:
    """An argument with every lazy field in it worked out."""
    if isinstance(value, LazyField):
        value._fill_all()
        return value.plain
    return type(value)(map(_whole, value)) if type(value) in (list, tuple) else value


def _method(name: str) -> Any:
    """An array's method that works the whole field out first."""

    def call(self: LazyField, *args: Any, **kwargs: Any) -> Any:
        self._fill_all()
        return getattr(self.plain, name)(*args, **kwargs)

    return call


for _name in (
    "all",
    "any",
    "argmax",
    "argmin",
    "astype",
    "clip",
    "copy",
    "flatten",
    "max",
    "mean",
    "min",
    "nonzero",
    "ravel",
    "reshape",
):
    setattr(LazyField, _name, _method(_name))
for _name in ("sum", "take", "tobytes", "tolist", "transpose", "view", "__iter__"):
    setattr(LazyField, _name, _method(_name))
