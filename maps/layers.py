"""Layers: obstacle cells with their clearance, made from nothing or carried over from those of almost the same obstacles.

What is carried over is what would be made from nothing, to the bit: distances are measured again wherever the change can have
altered them, and all the rest is shared, page by page (``maps.pages``).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from maps.digest import note_changed
from maps.huge.capped import REACH, capped_squares, measure_capped
from maps.huge.field import LazyField
from maps.huge.size import is_huge, is_large
from maps.pages import Pages
from maps.squares import Box, boxes_around, distance_field, update_field

__all__ = ["Layers", "carried", "layers_over", "room_for"]

BoolArray: TypeAlias = npt.NDArray[np.bool_]
IntArray: TypeAlias = npt.NDArray[np.int64]

_LEVELS = 4
"""So many levels of clearance are kept of one choice of layers: bodies differ less than starts and goals."""
_MOST_BOXES = 16
"""With more parts changed all of it is measured again."""


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """One choice of obstacle layers, as cells and as distances. Both arrays are read-only.

    Attributes:
        blocked: (H, W) whether a cell is an obstacle.
        clearance: (H, W) metres from the cell's centre to the nearest obstacle square; 0 in obstacles. On large maps it is worked
            out where it is read (``maps.huge.field``).
        resolution: Side of a cell, metres.
    """

    blocked: BoolArray
    clearance: npt.NDArray[np.float64]
    resolution: float
    _pages: Pages | None = field(default=None, repr=False)
    _clear: dict[float, tuple[BoolArray, Pages]] = field(default_factory=dict, repr=False)

    @property
    def nbytes(self) -> int:
        """About how much memory the arrays take that are always there, beside what others share with them."""
        return self.blocked.nbytes if self._pages is None else self._pages.nbytes

    def clear(self, needed_m: float) -> BoolArray:
        """(H, W) read-only: the cells whose centre has so much clearance, metres; rounding of a nanometre is forgiven."""
        found = self._clear.get(needed_m)
        if found is None:
            pages = Pages((self.blocked.shape, np.bool_))
            _clear_part(self.clearance, needed_m, pages.arrays[0])
            if len(self._clear) >= (1 if is_huge(self.blocked.shape) else _LEVELS):
                self._clear.clear()
            found = self._clear[needed_m] = (pages.seal().arrays[0], pages)
        return found[0]


def _clear_part(clearance: npt.NDArray[np.float64], needed_m: float, out: BoolArray) -> None:
    """Mark the cells of a field that have so much clearance."""
    if isinstance(clearance, LazyField):
        clearance.at_least(needed_m - 1e-9, out)
    else:
        np.greater_equal(clearance, needed_m - 1e-9, out=out)


def room_for(shape: tuple[int, int]) -> Pages:
    """Memory for the obstacle cells, (H, W) bool, and what is measured of them."""
    if is_huge(shape):
        return Pages((shape, np.bool_))
    return Pages((shape, np.bool_), (shape, np.uint16 if is_large(shape) else np.float64))


def layers_over(pages: Pages, resolution: float) -> Layers:
    """The layers of the obstacles in the first array that ``room_for`` gave; the memory is theirs from now on."""
    blocked = pages.arrays[0]
    if is_huge(blocked.shape):
        pages.seal()
        return Layers(blocked, LazyField.over(blocked, resolution), resolution, pages)
    if is_large(blocked.shape):
        capped_squares(blocked, pages.arrays[1])
    else:
        distance_field(blocked, resolution, pages.arrays[1])
    return _sealed(pages, resolution)


def _sealed(pages: Pages, resolution: float) -> Layers:
    blocked, measured = pages.seal().arrays
    field = LazyField.over(blocked, resolution, measured) if is_large(blocked.shape) else measured
    return Layers(blocked, field, resolution, pages)


def carried(last: Layers, cells: IntArray, values: BoolArray) -> Layers | None:
    """The layers of obstacles that differ in a few cells from others.

    Args:
        last: The layers of the others.
        cells: (N, 2) the cells that differ, each once.
        values: (N,) whether they are obstacles now.

    Returns:
        New layers, with the same levels of clear cells as the others; None where so much differs that making all of it from
        nothing is no dearer.
    """
    shape = last.blocked.shape
    groups = list(boxes_around(cells))
    if last._pages is None or is_huge(shape) or len(groups) > _MOST_BOXES:
        return None
    pages = last._pages.copy()
    if not all(_measured(pages, groups, cells, values, last.resolution)):
        return None
    made = _sealed(pages, last.resolution)
    note_changed(last.blocked, made.blocked, [box.rows for _, box in groups])
    for needed_m, (before, own) in last._clear.items():
        if isinstance(made.clearance, LazyField) and not made.clearance.below_cap(needed_m - 1e-9):
            continue  # it may have changed beyond the cap
        reach = int(needed_m / last.resolution) + 2  # which cells have so much clearance is changed no farther away
        boxes = [box.grown(reach, shape) for _, box in groups]
        own = own.copy()
        for box in boxes:
            out = own.arrays[0][box.slices]
            _clear_window(made, box, needed_m, out)
            own.wrote(0, box.slices)
        note_changed(before, own.seal().arrays[0], [box.rows for box in boxes])
        made._clear[needed_m] = (own.arrays[0], own)
    return made


def _clear_window(made: Layers, box: Box, needed_m: float, out: BoolArray) -> None:
    """Mark the cells of a box that have so much clearance."""
    if isinstance(made.clearance, LazyField):
        made.clearance.at_least_in(box.slices, needed_m - 1e-9, out)
    else:
        np.greater_equal(made.clearance[box.slices], needed_m - 1e-9, out=out)


def _measured(
    pages: Pages, groups: list[tuple[IntArray, Box]], cells: IntArray, values: BoolArray, resolution: float
) -> Iterator[bool]:
    """Write the changed cells and measure again what they can have altered; False where that is too much."""
    blocked, field = pages.arrays
    for which, box in groups:
        rows, cols = cells[which].T
        blocked[rows, cols] = values[which]
        pages.wrote(0, box.slices)
        if not is_large(blocked.shape):  # one after the other: each starts from a field of what is there
            touched = update_field(field, blocked, box, resolution)
            if touched is not None:
                pages.wrote(1, touched.slices)
            yield touched is not None
    if is_large(blocked.shape):
        for _, box in groups:
            around = box.grown(REACH, blocked.shape)
            measure_capped(blocked, around.rows, around.cols, field[around.slices])
            pages.wrote(1, around.slices)
            yield True
