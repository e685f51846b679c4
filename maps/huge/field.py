"""Field: the exact clearances of a very large map as an array that is worked out where it is read.

It behaves as the array of all distances would: reading cells or boxes works out the tiles that they lie in, comparing it with a
number gives the cells with that clearance without any distances, and whatever else is done with it works out all of it first.
"""

from threading import Lock
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.huge.clear import clear_cells, least_square
from maps.huge.sparse import sparse_zeros
from maps.squares import nearest_squares

__all__ = ["FIELD_TILE", "LazyField", "plain_field"]

BoolArray: TypeAlias = npt.NDArray[np.bool_]
FloatArray: TypeAlias = npt.NDArray[np.float64]

FIELD_TILE = 256
"""Side of a tile, cells."""

_MARGIN = 64
"""Cells around a tile in which its nearest obstacles are looked for at first."""


class LazyField(np.ndarray[Any, np.dtype[np.float64]]):
    """Distance from each cell centre to the nearest obstacle square or the outside, (H, W), read-only.

    Attributes:
        plain: The array itself, where tiles not worked out yet hold 0, as if they were obstacles. Only for code that tells these
            from obstacles and asks for them with :meth:`fill_cells`.
    """

    plain: FloatArray
    _blocked: BoolArray
    _resolution: float
    _done: BoolArray
    _lock: Lock

    @classmethod
    def over(cls, blocked: BoolArray, resolution: float) -> "LazyField":
        """The field of some obstacles; nothing of it is worked out yet.

        Args:
            blocked: (H, W) obstacle cells, not written to any more; the outside counts as obstacle.
            resolution: Side of a cell.
        """
        plain = sparse_zeros(blocked.shape, np.float64)
        made = plain.view(cls)
        made.plain, made._blocked, made._resolution, made._lock = plain, blocked, resolution, Lock()
        made._done = np.zeros((-(-blocked.shape[0] // FIELD_TILE), -(-blocked.shape[1] // FIELD_TILE)), dtype=bool)
        made.flags.writeable = False
        return made

    @property
    def filled(self) -> int:
        """How many tiles are worked out."""
        return int(np.count_nonzero(self._done))

    def fill_cells(self, rows: npt.ArrayLike, cols: npt.ArrayLike) -> None:
        """Work out the tiles of some cells (N,) on the map."""
        self._fill_tiles(np.unique(np.stack((np.ravel(rows), np.ravel(cols)), axis=1) // FIELD_TILE, axis=0))

    def fill_along(self, points: npt.ArrayLike, reach: float) -> None:
        """Work out the tiles near a polyline (N, 2) given as (x, y) in cells."""
        line = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        steps = np.maximum(np.ceil(np.abs(np.diff(line, axis=0)).max(axis=1) / 64).astype(int), 1) if len(line) > 1 else []
        parts = [a + (b - a) * np.linspace(0, 1, n + 1)[:, None] for a, b, n in zip(line, line[1:], steps, strict=False)]
        spots = np.concatenate((line, *parts))
        apart = reach + 64
        shifts = np.array([(dx, dy) for dx in (-apart, 0, apart) for dy in (-apart, 0, apart)])
        around = (spots[:, None] + shifts).reshape(-1, 2)
        cells = np.floor(around[:, ::-1]).clip((0, 0), np.subtract(self.shape, 1)).astype(np.int64)
        self.fill_cells(*cells.T)

    def __getitem__(self, key: Any) -> Any:
        """Cells or boxes, worked out first."""
        parts = key if isinstance(key, tuple) else (key,)
        if len(parts) <= 2 and all(isinstance(part, slice) for part in parts):
            ranges = [range(*part.indices(size)) for part, size in zip((*parts, slice(None))[:2], self.shape, strict=True)]
            tiles = [np.unique(np.array(part, dtype=np.int64) // FIELD_TILE) for part in ranges]
            self._fill_tiles(np.stack(np.meshgrid(*tiles, indexing="ij"), axis=-1).reshape(-1, 2))
        elif len(parts) == 2 and all(np.asarray(part).dtype.kind in "iu" for part in parts):
            rows, cols = np.broadcast_arrays(*(np.asarray(part, dtype=np.int64) for part in parts))
            self.fill_cells(rows % self.shape[0], cols % self.shape[1])
        else:
            self._fill_all()
        return self.plain[key]

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """Comparisons with a number as such; for all else the whole field is worked out."""
        if method == "__call__" and not kwargs and len(inputs) == 2 and inputs[0] is self and np.ndim(inputs[1]) == 0:
            if ufunc is np.greater_equal:
                return self._at_least(float(inputs[1]))
            if ufunc is np.less:
                return ~self._at_least(float(inputs[1]))
            if ufunc is np.greater:
                return self._at_least(float(np.nextafter(float(inputs[1]), np.inf)))
            if ufunc is np.less_equal:
                return ~self._at_least(float(np.nextafter(float(inputs[1]), np.inf)))
        return getattr(ufunc, method)(*map(_whole, inputs), **kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """The whole field is worked out first."""
        return func(*map(_whole, args), **{name: _whole(value) for name, value in kwargs.items()})

    def _at_least(self, needed: float) -> BoolArray:
        return clear_cells(self._blocked, least_square(needed, self._resolution))

    def _fill_all(self) -> None:
        self._fill_tiles(np.argwhere(~self._done))

    def _fill_tiles(self, tiles: npt.NDArray[np.int64]) -> None:
        wanted = tiles[~self._done[tiles[:, 0], tiles[:, 1]]]
        if not len(wanted):
            return
        with self._lock:
            for row, col in wanted[~self._done[wanted[:, 0], wanted[:, 1]]].tolist():
                box = (
                    (row * FIELD_TILE, min((row + 1) * FIELD_TILE, self.shape[0])),
                    (
                        col * FIELD_TILE,
                        min((col + 1) * FIELD_TILE, self.shape[1]),
                    ),
                )
                distances = np.sqrt(nearest_squares(self._blocked, *box, _MARGIN).astype(np.float64))
                distances *= self._resolution / 2
                self.plain[box[0][0] : box[0][1], box[1][0] : box[1][1]] = distances
                self._done[row, col] = True


def plain_field(field: FloatArray) -> FloatArray:
    """A field as a plain array for compiled code; a lazy one as far as it is worked out."""
    return field.plain if isinstance(field, LazyField) else field


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
