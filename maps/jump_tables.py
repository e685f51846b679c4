"""Jump tables: from every free cell the straight run in each of four directions, to the next jump point or to the wall.

A straight run has a jump point where a cell beside it opens behind the end of an obstacle (Harabor and Grastien's forced
neighbours, in the form without corner cutting).
"""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import compiled, in_threads, use_numba
from maps.digest import cells_digest
from maps.recent import Recent

__all__ = ["EAST", "NORTH", "SOUTH", "WEST", "Tables", "jump_tables", "tables_of", "updated_tables"]

BoolArray: TypeAlias = npt.NDArray[np.bool_]
Tables: TypeAlias = npt.NDArray[np.int16]
"""(4, H * W): steps to the next jump point eastward, northward, westward, southward; or, where a wall comes first, minus the
steps to the last cell before it, or 0 where the next cell is not free. Values of cells that are not free mean nothing."""

EAST, NORTH, WEST, SOUTH = range(4)

_WIDE = 16_000
"""Columns from which twice a place does not go into 16 bits."""

_TABLES: Recent[Tables] = Recent(256 * 2**20)
_LAST: "Recent[tuple[BoolArray, Tables]]" = Recent(160 * 2**20)
"""The newest of every size, with its free cells; what a sensed change of the map leaves as it was is taken from it."""


def tables_of(free: BoolArray) -> Tables:
    """``jump_tables`` of some free cells, read-only; worked out once for the same content."""
    key = cells_digest(free)
    tables = _TABLES.get(key)
    if tables is None:
        kind = repr(free.shape).encode()
        last = _LAST.get(kind)
        tables = None if last is None else updated_tables(*last, free)
        if tables is None:
            tables = jump_tables(free)
        tables.flags.writeable = False
        _TABLES.put(key, tables, tables.nbytes)
        if not free.flags.writeable:
            _LAST.put(kind, (free, tables), tables.nbytes + free.nbytes)
    return tables


def updated_tables(before: BoolArray, tables: Tables, free: BoolArray) -> Tables | None:
    """The tables of some free cells from those of others: runs change only along the rows and columns of what differs.

    Args:
        before: (H, W) the other free cells.
        tables: Theirs.
        free: (H, W) cells that may be visited.

    Returns:
        New tables, or None where so much differs that sweeping the whole map is no dearer.
    """
    height, width = free.shape
    differs = before != free
    rows, cols = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not len(rows):
        return tables.copy()
    along, across = _runs(rows, height), _runs(cols, width)
    if sum(high - low for low, high in along) * width + sum(high - low for low, high in across) * height > free.size // 4:
        return None
    made = tables.copy()
    grids = made.reshape(4, height, width)
    if use_numba(free.size):
        cells = np.ascontiguousarray(free).view(np.uint8)
        for direction, step in ((EAST, 1), (WEST, -1)):
            for low, high in along:
                compiled(_across)(cells, grids[direction], step, low, high)
        for direction, step in ((NORTH, 1), (SOUTH, -1)):
            for low, high in across:
                compiled(_along)(cells, grids[direction], step, low, high)
        return made
    upright, north, south = (np.ascontiguousarray(array.T) for array in (free, grids[NORTH], grids[SOUTH]))
    for low, high in along:
        _swept(free, grids[EAST], grids[WEST], low, high)
    for low, high in across:
        _swept(upright, north, south, low, high)
    grids[NORTH], grids[SOUTH] = north.T, south.T
    return made


def _runs(places: npt.NDArray[np.int64], count: int) -> list[tuple[int, int]]:
    """Rows or columns with their neighbours, as ranges."""
    wide = np.unique(np.clip(places[:, None] + (-1, 0, 1), 0, count - 1))
    ends = np.flatnonzero(np.diff(wide) > 1)
    return list(zip(wide[np.append(0, ends + 1)].tolist(), (wide[np.append(ends, len(wide) - 1)] + 1).tolist(), strict=True))


def _swept(free: BoolArray, ahead: npt.NDArray[np.int16], back: npt.NDArray[np.int16], low: int, high: int) -> None:
    """Fill some rows of the tables for runs along the second axis, towards its end and back."""
    first, last = max(0, low - 1), min(len(free), high + 1)
    part = free[first:last]
    for table, way in ((ahead, 1), (back, -1)):
        rows = np.empty(part.shape, dtype=np.int16)
        _sweep(part[:, ::way], rows[:, ::way])
        table[low:high] = rows[low - first : high - first]


def jump_tables(free: BoolArray) -> Tables:
    """The straight runs of a map.

    Args:
        free: (H, W) cells that may be visited, row 0 at the bottom; neither side above 30,000.

    Returns:
        The tables.
    """
    height, width = free.shape
    tables = np.empty((4, free.size), dtype=np.int16)
    grids = tables.reshape(4, height, width)
    if use_numba(free.size):
        cells = np.ascontiguousarray(free).view(np.uint8)
        across, along = compiled(_across), compiled(_along)
        in_threads(lambda low, high: across(cells, grids[EAST], 1, low, high), height)
        in_threads(lambda low, high: across(cells, grids[WEST], -1, low, high), height)
        in_threads(lambda low, high: along(cells, grids[NORTH], 1, low, high), width)
        in_threads(lambda low, high: along(cells, grids[SOUTH], -1, low, high), width)
        return tables
    _sweep(free, grids[EAST])
    _sweep(free[:, ::-1], grids[WEST][:, ::-1])
    _sweep(free.T, grids[NORTH].T)
    _sweep(free.T[:, ::-1], grids[SOUTH].T[:, ::-1])
    return tables


def _sweep(free: BoolArray, table: npt.NDArray[np.int16]) -> None:
    """Fill a table for runs along the second axis, towards its end.

    Every cell that stops a run stands for twice its place, and one more if it is a jump point, so that one running minimum tells
    of the next both where and what it is. All arrays lie in memory as ``free`` does, whichever way it is turned.
    """
    width = free.shape[1]
    ahead, here = free[:, 1:], free[:, :-1]
    opens = np.zeros_like(free)
    np.greater(ahead[1:], here[1:], out=opens[:-1, 1:])
    opens[1:, 1:] |= ahead[:-1] > here[:-1]
    opens &= free
    kind: Any = np.int16 if width < _WIDE else np.int32
    at = np.arange(width, dtype=kind)
    stops = np.multiply(free > opens, kind(2 * width), dtype=kind)
    np.maximum(stops, 2 * at, out=stops)
    stops += opens
    np.minimum.accumulate(stops[:, ::-1], axis=1, out=stops[:, ::-1])
    run = stops[:, 1:]
    turns = run & 1
    run >>= 1
    run -= at[:-1]
    run *= 2 * turns - 1  # the steps to a jump point; to a wall minus the steps, less the last one
    run += 1 - turns
    table[:, :-1] = run
    table[:, -1] = 0


def _across(free: Any, table: Any, step: int, low: int, high: int) -> None:
    """For numba: fill some rows of a table for runs along them, ``step`` 1 eastward, -1 westward."""
    height, width = free.shape
    for row in range(low, high):
        above, below = min(row + 1, height - 1), max(row - 1, 0)
        run = np.int16(0)
        last = width - 1 if step == 1 else 0
        table[row, last] = 0
        for count in range(1, width):
            here = last - count * step
            onto = here + step
            if free[row, onto] == 0:
                run = np.int16(0)
            elif free[above, onto] > free[above, here] or free[below, onto] > free[below, here]:
                run = np.int16(1)
            elif run > 0:
                run = np.int16(run + 1)
            else:
                run = np.int16(run - 1)
            table[row, here] = run


def _along(free: Any, table: Any, step: int, low: int, high: int) -> None:
    """For numba: fill some columns of a table for runs along them, ``step`` 1 northward, -1 southward; branch-free."""
    height, width = free.shape
    last = height - 1 if step == 1 else 0
    for col in range(low, high):
        table[last, col] = 0
    for count in range(1, height):
        here = last - count * step
        onto = here + step
        for col in range(low, high):
            right = col + 1 if col + 1 < width else col
            left = col - 1 if col > 0 else col
            run = table[onto, col]
            opens = (free[onto, right] > free[here, right]) | (free[onto, left] > free[here, left])
            run = run + 1 if run > 0 else run - 1
            run = 1 if opens else run
            table[here, col] = run if free[onto, col] else 0
