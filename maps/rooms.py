"""Rooms: places found and named on a map that comes without a semantic layer.

Free space is cut where it is narrow (``maps.basins``). Very large open spaces are then cut into bays, so that there is somewhere
to go.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from maps.basins import MIN_AREA_M2, regions
from maps.features import Place, Source
from maps.grid import FREE, GridFrame
from maps.outline import trace_outline

if TYPE_CHECKING:
    from maps.world import World

__all__ = ["find_rooms"]

MAX_AREA_M2 = 200.0
"""Larger regions are cut into bays."""

HALL_AREA_M2 = 60.0
CORRIDOR_WIDTH_M = 2.8
CORRIDOR_RATIO = 3.0
"""Least length of a corridor in widths."""

MIN_HALF_WIDTH_M = 0.3
ISLAND_M = 1.0
"""Obstacles that stand free and are no longer than this (pillars, table legs) do not divide a room."""

MAX_CELLS = 1_000_000

_Labels = npt.NDArray[np.int64]
_Metres = npt.NDArray[np.float64]
_Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Room:
    kind: str
    area: float
    outline: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class _Window:
    """A mask that lies with its first cell at (row, col) of the grid."""

    mask: _Mask
    row: int
    col: int

    def crop(self, slices: tuple[slice, ...], mask: _Mask) -> "_Window":
        """What lies in these slices of this window, as this mask."""
        return _Window(mask, self.row + slices[0].start, self.col + slices[1].start)


def find_rooms(world: "World") -> tuple[Place, ...]:
    """Find the rooms, corridors and halls of a map and name them ``room 1``, ``corridor 1``, ``hall 1``... by shape.

    The largest of each kind is number 1. The same grid always gives the same rooms. What surrounds the map on all sides is taken as
    outside, if anything lies inside it.

    Args:
        world: The map; its places are not looked at.

    Returns:
        Places with simple outlines, halls first, then rooms, then corridors; empty where nothing is large enough.
    """
    from scipy import ndimage

    free, frame = _coarse(world.cells == FREE, world.frame)
    free = _without_islands(free, frame.resolution)
    room = _distance(free) * frame.resolution
    labels = regions(room, frame.resolution)
    labels = _without_outside(labels)
    rooms = []
    whole = _Window(labels > 0, 0, 0)
    for label, slices in enumerate(ndimage.find_objects(labels), start=1):
        if slices is None:
            continue
        for part in _parts(whole.crop(slices, labels[slices] == label), frame.resolution):
            found = _describe(part, frame, room)
            if found is not None:
                rooms.append(found)
    return _named(rooms, world)


def _named(rooms: list[_Room], world: "World") -> tuple[Place, ...]:
    places = []
    for kind in ("hall", "room", "corridor"):
        of_kind = sorted((room for room in rooms if room.kind == kind), key=lambda room: (-room.area, room.outline))
        for number, room in enumerate(of_kind, start=1):
            name = f"{kind} {number}"
            places.append(Place(name=name, kind=kind, outline=room.outline, source=Source(f"rooms found on {world.name}")))
    return tuple(places)


def _coarse(free: _Mask, frame: GridFrame) -> tuple[_Mask, GridFrame]:
    """The grid at a resolution that keeps the work small; a coarse cell is free if all of its cells are."""
    k = 1
    while free.size / k**2 > MAX_CELLS:
        k += 1
    if k == 1:
        return free, frame
    h, w = -(-frame.height // k), -(-frame.width // k)
    padded = np.zeros((h * k, w * k), dtype=bool)
    padded[: frame.height, : frame.width] = free
    small = np.asarray(padded.reshape(h, k, w, k).all(axis=(1, 3)))
    return small, replace(frame, resolution=frame.resolution * k, width=w, height=h)


def _without_islands(free: _Mask, resolution: float) -> _Mask:
    """Free space with small free-standing obstacles taken away."""
    from scipy import ndimage

    islands, _ = ndimage.label(~free, structure=np.ones((3, 3)))
    opened = free.copy()
    for number, (rows, cols) in enumerate(ndimage.find_objects(islands), start=1):
        at_edge = rows.start == 0 or cols.start == 0 or rows.stop == free.shape[0] or cols.stop == free.shape[1]
        extent = max(rows.stop - rows.start, cols.stop - cols.start) * resolution
        if extent <= ISLAND_M and not at_edge:
            opened[rows, cols] |= islands[rows, cols] == number
    return opened


def _distance(free: _Mask) -> _Metres:
    """Distance from each free cell to the nearest other cell or to the edge of the grid, in cells."""
    from scipy.ndimage import distance_transform_edt

    return np.asarray(distance_transform_edt(np.pad(free, 1)), dtype=np.float64)[1:-1, 1:-1]


def _without_outside(labels: _Labels) -> _Labels:
    """Leave out the region that surrounds the others: more than half of the grid's edge, on at least three sides."""
    sides = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    edge = np.concatenate(sides)
    number, cells = np.unique(edge[edge > 0], return_counts=True)
    for label, count in zip(number, cells, strict=True):
        touched = sum(bool((side == label).any()) for side in sides)
        if count > edge.size / 2 and touched >= 3 and ((labels > 0) & (labels != label)).any():
            return np.where(labels == label, 0, labels)
    return labels


def _parts(region: "_Window", resolution: float) -> list["_Window"]:
    """A region, cut along its longer side until no part is too large or goes round something that is no part of it."""
    from scipy import ndimage

    pieces, _ = ndimage.label(region.mask)
    done: list[_Window] = []
    for number, slices in enumerate(ndimage.find_objects(pieces), start=1):
        piece = region.crop(slices, pieces[slices] == number)
        size = int(piece.mask.sum()) * resolution**2
        if size < MIN_AREA_M2:
            continue
        holes = _holes(piece.mask)
        largest = int(np.bincount(holes.ravel())[1:].max(initial=0)) * resolution**2
        if size <= MAX_AREA_M2 and largest < MIN_AREA_M2:
            done.append(replace(piece, mask=piece.mask | (holes > 0)))
        else:
            for half in _halves(piece.mask):
                done += _parts(replace(piece, mask=half), resolution)
    return done


def _holes(piece: _Mask) -> _Labels:
    """Number the regions that a piece encloses; 0 elsewhere."""
    from scipy import ndimage

    around, count = ndimage.label(np.pad(~piece, 1, constant_values=True))
    number = np.arange(count + 1)
    number[around[0, 0]] = 0
    return np.asarray(number[around][1:-1, 1:-1])


def _halves(piece: _Mask) -> tuple[_Mask, _Mask]:
    """Cut across the longer side, where the fewest free cells lie within its middle third."""
    rows, cols = np.flatnonzero(piece.any(axis=1)), np.flatnonzero(piece.any(axis=0))
    across = 0 if rows[-1] - rows[0] > cols[-1] - cols[0] else 1
    low, high = (rows[0], rows[-1]) if across == 0 else (cols[0], cols[-1])
    third = (high - low) // 3
    width = piece.sum(axis=1 - across)[low + third + 1 : high - third + 1]
    middle = np.abs(np.arange(width.size) - width.size / 2)
    cut = int(low + third + 1 + np.lexsort((middle, width))[0])
    first = np.zeros_like(piece)
    first[(slice(None, cut), slice(None)) if across == 0 else (slice(None), slice(None, cut))] = True
    return piece & first, piece & ~first


def _describe(part: "_Window", frame: GridFrame, room: _Metres) -> _Room | None:
    """A region's outline and kind; None where no robot fits."""
    rows, cols = part.mask.shape
    here = room[part.row : part.row + rows, part.col : part.col + cols]
    outline = trace_outline(part.mask, frame, first=(part.row, part.col))
    if outline is None or float(here[part.mask].max()) < MIN_HALF_WIDTH_M:
        return None
    size = float(part.mask.sum()) * frame.resolution**2
    width = 2 * float(_distance(part.mask).max()) * frame.resolution
    if width <= CORRIDOR_WIDTH_M and size >= CORRIDOR_RATIO * width**2:
        return _Room("corridor", size, outline)
    return _Room("hall" if size >= HALL_AREA_M2 else "room", size, outline)
