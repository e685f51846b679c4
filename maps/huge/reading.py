"""Reading: how much clearance there is, asked of a plain field or of one that is worked out where it is read."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from maps import sightline
from maps.huge import capped
from maps.huge.capped import REACH
from maps.huge.field import LazyField

__all__ = ["Fill", "bounds_at", "clear_at", "room_field", "sight_field"]

BoolArray: TypeAlias = npt.NDArray[np.bool_]
FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]

Fill: TypeAlias = Callable[[int, int], None]


def bounds_at(field: FloatArray, rows: IntArray, cols: IntArray) -> tuple[FloatArray, FloatArray]:
    """No less and no more than this is the clearance of some cells (N,); of a plain field twice the same."""
    if isinstance(field, LazyField):
        return field.bounds(rows, cols)
    exact = field[rows, cols]
    return exact, exact


def clear_at(field: FloatArray, rows: IntArray, cols: IntArray, needed: float) -> BoolArray:
    """Whether cells (N,) have so much clearance; what is far beyond it is not worked out."""
    low, high = bounds_at(field, rows, cols)
    clear = low >= needed
    unsure = np.flatnonzero(~clear & (high >= needed))
    if len(unsure):
        clear[unsure] = field[rows[unsure], cols[unsure]] >= needed
    return clear


def room_field(field: FloatArray, below: float, along: npt.ArrayLike) -> tuple[npt.NDArray[Any], Callable[..., Any]]:
    """What kernels look at that compare clearances beside a line.

    Args:
        field: (H, W) clearance, plain or lazy.
        below: They are compared with nothing above this, cells; what is above may be told as any clearance above.
        along: (N, 2) polyline (x, y) in cells beside which it is read.

    Returns:
        The flat array, where other cells of a lazy field may hold anything, and the kernel that tells a cell's clearance by it.
    """
    if not isinstance(field, LazyField):
        return field.reshape(-1), sightline.centre_room
    capped_does = below + 2.0 < REACH
    field.fill_along(along, 1.0, capped_does)
    return (field.near.reshape(-1), capped.centre_room) if capped_does else (field.plain.reshape(-1), sightline.centre_room)


def sight_field(field: FloatArray, needed: float) -> tuple[npt.NDArray[Any], Callable[..., Any], Fill | None]:
    """What the kernels of ``maps.sightline`` look at.

    Args:
        field: (H, W) clearance, plain or lazy.
        needed: Clearance that is asked about, cells.

    Returns:
        The flat array, the kernel that tells a cell's clearance by it, and what works out a missing cell, if any can be missing.
    """
    if not isinstance(field, LazyField):
        return field.reshape(-1), sightline.centre_room, None
    if needed + 2.0 < REACH:
        return field.near.reshape(-1), capped.centre_room, field.fill_near
    return field.plain.reshape(-1), sightline.centre_room, field.fill_cells
