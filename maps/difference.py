"""Difference: in which cells two snapshots of a map differ as obstacles, told without a look at those that they share.

A ``Ground`` is what of a world decides obstacles: tiles and features, but no array made from them. The newest are kept by revision.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import compress
from itertools import count as count_from
from operator import is_not
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.features import Door, DoorState
from maps.grid import OCCUPIED, UNKNOWN, GridFrame
from maps.polygon import line_cells
from maps.recent import Recent
from maps.tiles import TILE, Tiles

if TYPE_CHECKING:
    from maps.world import World

__all__ = ["MOST_CELLS", "Blocks", "Difference", "Ground", "difference", "noted", "tiles_apart"]

IntArray: TypeAlias = npt.NDArray[np.int64]
Blocks: TypeAlias = tuple[tuple[int, int], ...]

MOST_CELLS = 50_000
"""With more cells changed nothing is gained by looking at them one by one."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What of a world decides which cells are obstacles, and its names.

    Attributes:
        revision: Of the world.
        frame: Where the grid lies.
        grid: The occupancy grid, without the array.
        doors: The doors with their states.
        rest: All that a change of cells and doors leaves as it is: zones, places, masks, the building, lanes.
        things: The things by name.
    """

    revision: str
    frame: GridFrame
    grid: Tiles
    doors: Mapping[str, Door]
    rest: tuple[object, ...]
    things: Mapping[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """The cells and doors that differ.

    Attributes:
        cells: (N, 2) rows and columns.
        before: (N,) int8 their values before.
        after: (N,) and after.
        doors: Names of the doors whose state differs.
        same_things: Whether the things are the same.
    """

    old: Ground
    new: "World"
    cells: IntArray
    before: npt.NDArray[np.int8]
    after: npt.NDArray[np.int8]
    doors: tuple[str, ...]
    same_things: bool
    _obstacles: dict[object, tuple[IntArray, IntArray]] = field(default_factory=dict, repr=False)
    _blocks: dict[object, tuple[Blocks, Blocks]] = field(default_factory=dict, repr=False)
    _shut: dict[object, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def shut_before(self, doors: Mapping[str, DoorState] | None = None) -> tuple[str, ...]:
        """Names of the doors that blocked before, in the map's order; ``doors`` override the map's states."""
        seen = doors or {}
        key = tuple(sorted(seen.items()))
        found = self._shut.get(key)
        if found is None:
            found = self._shut[key] = tuple([n for n, door in self.old.doors.items() if seen.get(n, door.state) != "open"])
        return found

    def obstacles(self, unknown_blocks: bool, doors: Mapping[str, DoorState] | None = None) -> tuple[IntArray, IntArray]:
        """The cells that became obstacles and those that may be none any more, (N, 2) each.

        Args:
            unknown_blocks: Whether unknown cells are obstacles.
            doors: States that override the map's, by door name.
        """
        seen = doors or {}
        key = (unknown_blocks, *((name, seen[name]) for name in self.doors if name in seen))
        found = self._obstacles.get(key)
        if found is None:
            was, now = self.before == OCCUPIED, self.after == OCCUPIED
            if unknown_blocks:
                was, now = was | (self.before == UNKNOWN), now | (self.after == UNKNOWN)
            added, removed = [self.cells[now & ~was]], [self.cells[was & ~now]]
            for name in self.doors:
                shut = [seen.get(name, side.doors[name].state) != "open" for side in (self.old, self.new)]
                if shut[0] != shut[1]:
                    cells = line_cells(self.new.frame, self.new.doors[name].segment)
                    (removed if shut[0] else added).append(cells)
            found = np.concatenate(added), np.concatenate(removed)
            self._obstacles[key] = found
        return found

    def blocks(self, side: int, unknown_blocks: bool, doors: Mapping[str, DoorState]) -> tuple[Blocks, Blocks]:
        """The squares of the map that hold those cells, by row and column counted in squares of that side."""
        key = (side, unknown_blocks, *((name, doors[name]) for name in self.doors if name in doors))
        found = self._blocks.get(key)
        if found is None:
            came, went = self.obstacles(unknown_blocks, doors)
            found = (_squares(came, side), _squares(went, side))
            self._blocks[key] = found
        return found

    def near(self, box: tuple[int, int, int, int]) -> bool:
        """Whether anything differs in a box: first row, row after the last, first column, column after the last."""
        low_row, high_row, low_col, high_col = box
        parts = [self.cells] + [line_cells(self.new.frame, self.new.doors[n].segment) for n in self.doors]
        return any(
            bool(((c[:, 0] >= low_row) & (c[:, 0] < high_row) & (c[:, 1] >= low_col) & (c[:, 1] < high_col)).any()) for c in parts
        )


def tiles_apart(revision: str, new: "World") -> int | None:
    """In how many tiles and doors a world differs from one of another revision, or seems to; None where that is not known."""
    old = _GROUNDS.get(revision.encode())
    if old is None or old.grid.shape != new.grid.shape:
        return None
    count = old.grid.apart(new.grid)
    if old.doors is not new.doors:
        count += sum(map(is_not, old.doors.values(), new.doors.values())) + abs(len(old.doors) - len(new.doors))
    return count


_KNOWN: Recent[Difference] = Recent(16 * 2**20)
_GROUNDS: Recent[Ground] = Recent(192 * 2**20)


def noted(world: "World") -> str:
    """Keep a world's ground, so that what differs from it can be told; its revision.

    Of two worlds of one revision the newest counts: the features of the other may say that they come from another file.
    """
    key = world.revision.encode()
    known = _GROUNDS.get(key)
    if known is None or known.things is not world.things or known.doors is not world.doors or known.rest[1] is not world.places:
        _GROUNDS.put(key, _ground_of(world), world.frame.width * world.frame.height + 4096)
    return world.revision


def _ground_of(world: "World") -> Ground:
    grid = Tiles(world.grid.shape, world.grid.tiles, world.grid.hashes)
    rest = (world.zones, world.places, world.keepout_mask, world.speed_mask, world.building, world.lanes)
    return Ground(world.revision, world.frame, grid, world.doors, rest, world.things)


def difference(revision: str, new: "World") -> Difference | None:
    """How a world differs from one of another revision.

    Args:
        revision: Of the other one, as ``noted`` gave it.
        new: The world.

    Returns:
        None where more than cells, door states and things differ, or too many cells, or where the other one is no longer known.
    """
    key = f"{revision} {new.revision}".encode()
    found = _KNOWN.get(key)
    if found is None:
        old = _GROUNDS.get(revision.encode())
        found = None if old is None else _compare(old, new)
        if found is not None:
            _KNOWN.put(key, found, 4096 + 40 * len(found.cells))
    return found


def _compare(old: Ground, new: "World") -> Difference | None:
    rest = (new.zones, new.places, new.keepout_mask, new.speed_mask, new.building, new.lanes)
    if old.frame != new.frame or any(a is not b and not _same(a, b) for a, b in zip(old.rest, rest, strict=True)):
        return None
    doors = _doors(old.doors, new.doors)
    if doors is None:
        return None
    across = -(-old.grid.shape[1] // TILE)
    cells, before, after = [np.empty((0, 2), dtype=np.int64)], [np.empty(0, np.int8)], [np.empty(0, np.int8)]
    count = 0
    if old.grid.tiles is not new.grid.tiles:
        for number in compress(count_from(), map(is_not, old.grid.tiles, new.grid.tiles)):
            if old.grid.hashes[number] == new.grid.hashes[number]:
                continue
            a, b = old.grid.tiles[number], new.grid.tiles[number]
            rows, cols = _apart(a, b)
            count += len(rows)
            if count > MOST_CELLS:
                return None
            found = np.empty((len(rows), 2), dtype=np.int64)
            found[:, 0], found[:, 1] = rows + number // across * TILE, cols + number % across * TILE
            cells.append(found)
            before.append(a[rows, cols])
            after.append(b[rows, cols])
    same = old.things is new.things or old.things == new.things
    if len(cells) == 2:  # most changes lie in one tile
        return Difference(old, new, cells[1], before[1], after[1], doors, same)
    return Difference(old, new, np.concatenate(cells), np.concatenate(before), np.concatenate(after), doors, same)


def _apart(a: npt.NDArray[np.int8], b: npt.NDArray[np.int8]) -> tuple[IntArray, IntArray]:
    """Rows and columns where two tiles differ, row by row; eight cells are compared in one go."""
    wide = a.shape[1]
    if wide % 8:
        rows, cols = np.divmod(np.flatnonzero(a != b), wide)
        return rows, cols
    rows, words = np.divmod(np.flatnonzero(a.view(np.uint64) != b.view(np.uint64)), wide // 8)
    eight = 8 * words[:, None] + np.arange(8)
    where, which = np.nonzero(a[rows[:, None], eight] != b[rows[:, None], eight])
    return rows[where], eight[where, which]


def _squares(cells: IntArray, side: int) -> Blocks:
    rows, cols = (cells // side).T.tolist()
    return tuple(sorted(set(zip(rows, cols, strict=True))))


def _same(a: object, b: object) -> bool:
    if isinstance(a, Tiles) and isinstance(b, Tiles):
        return a.digest == b.digest
    return a == b


def _doors(old: Mapping[str, Door], new: Mapping[str, Door]) -> tuple[str, ...] | None:
    """Names of the doors whose state alone differs; None where anything else does."""
    if old is new:
        return ()
    if list(old) != list(new):
        return None
    changed = []
    for name, door in old.items():
        other = new[name]
        if door is other or door == other:
            continue
        if replace(other, state=door.state) != door:
            return None
        changed.append(name)
    return tuple(changed)
