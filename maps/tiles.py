"""Tiles: an immutable grid kept as 256 x 256 tiles, so that a small change copies and hashes only the tiles it touches."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["TILE", "Tiles"]

TILE = 256
"""Side of a tile, cells."""

_MANY = 1024
"""Tiles from which threads pay."""

_Array: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Tiles:
    """A two-dimensional array as read-only tiles, each with its own hash.

    Attributes:
        shape: Rows and columns of the whole.
        tiles: The tiles, row by row; those at the top and right ends may be smaller.
        hashes: SHA-256 of each tile, in the same order.
    """

    shape: tuple[int, int]
    tiles: tuple[_Array, ...]
    hashes: tuple[bytes, ...]

    @classmethod
    def of(cls, array: _Array) -> "Tiles":
        """Cut an array into tiles; the array is copied, so later writes to it change nothing."""
        return cls.owning(np.array(array, order="C", copy=True))

    @classmethod
    def owning(cls, array: _Array) -> "Tiles":
        """Tiles over an array that nobody else writes to; it is not copied and becomes read-only."""
        array.flags.writeable = False
        return cls._over(array, _hashes(_cut(array)))

    @classmethod
    def stored(cls, array: _Array, hashes: Iterable[bytes]) -> "Tiles":
        """Tiles over a read-only array whose hashes are known already.

        Raises:
            ValueError: The array can be written to, or the hashes are not as many as the tiles.
        """
        known = tuple(hashes)
        if array.flags.writeable or len(known) != len(_cut(array)):
            raise ValueError("stored tiles need a read-only array and a hash for each tile")
        return cls._over(array, known)

    @classmethod
    def _over(cls, whole: _Array, hashes: tuple[bytes, ...]) -> "Tiles":
        made = cls((whole.shape[0], whole.shape[1]), _cut(whole), hashes)
        made.__dict__["array"] = whole
        return made

    @cached_property
    def array(self) -> _Array:
        """The whole array, read-only; put together on first use."""
        whole = np.empty(self.shape, dtype=self.tiles[0].dtype)
        across = -(-self.shape[1] // TILE)
        for number, tile in enumerate(self.tiles):
            r, c = number // across * TILE, number % across * TILE
            whole[r : r + tile.shape[0], c : c + tile.shape[1]] = tile
        whole.flags.writeable = False
        return whole

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 over the shape, the type and the hashes of the tiles."""
        head = f"{self.shape[0]}x{self.shape[1]} {self.tiles[0].dtype.str} {TILE}\n".encode()
        return hashlib.sha256(head + b"".join(self.hashes)).digest()

    @cached_property
    def _marks(self) -> npt.NDArray[np.uint64]:
        """The first eight bytes of each tile's hash."""
        return np.frombuffer(b"".join(self.hashes), dtype=np.uint64)[::4].copy()

    def apart(self, other: "Tiles") -> int:
        """In how many tiles another grid of this shape seems to differ: told by a part of their hashes."""
        return 0 if self.hashes is other.hashes else int(np.count_nonzero(self._marks != other._marks))

    def at(self, rows: npt.NDArray[np.int64], cols: npt.NDArray[np.int64]) -> _Array:
        """The values (N,) of some cells inside the grid; the whole is not put together for it."""
        if "array" in self.__dict__:
            return np.asarray(self.array[rows, cols])
        found = np.empty(len(rows), dtype=self.tiles[0].dtype)
        owner = rows // TILE * -(-self.shape[1] // TILE) + cols // TILE
        for number in np.unique(owner).tolist():
            mine = owner == number
            found[mine] = self.tiles[number][rows[mine] % TILE, cols[mine] % TILE]
        return found

    def with_values(self, rows: npt.NDArray[np.int64], cols: npt.NDArray[np.int64], values: _Array) -> "Tiles":
        """The same grid with some cells changed; where a cell comes twice the last value holds.

        Args:
            rows: (N,) row indices inside the grid.
            cols: (N,) column indices inside the grid.
            values: (N,) new values.

        Returns:
            New tiles that share every untouched one with these; ``self`` when nothing changes.
        """
        across = -(-self.shape[1] // TILE)
        owner = rows // TILE * across + cols // TILE
        tiles, hashes = list(self.tiles), list(self.hashes)
        changed = False
        for number in sorted(set(owner.tolist())):
            mine = owner == number
            tile = tiles[number].copy()
            tile[rows[mine] % TILE, cols[mine] % TILE] = values[mine]  # where an index comes twice, numpy keeps the last
            digest = _sha(tile) if values[mine].any() else _hash(tile)
            if digest == hashes[number]:
                continue
            tile.flags.writeable = False
            tiles[number], hashes[number], changed = tile, digest, True
        return Tiles(self.shape, tuple(tiles), tuple(hashes)) if changed else self


def _cut(whole: _Array) -> tuple[_Array, ...]:
    """Views of an array's tiles, row by row."""
    rows, cols = whole.shape
    return tuple(whole[r : r + TILE, c : c + TILE] for r in range(0, rows, TILE) for c in range(0, cols, TILE))


def _hash(tile: _Array) -> bytes:
    # Most of a mask is 0, and looking is many times faster than hashing; -0.0 counts as 0 but has other bytes.
    if not tile.any() and not (tile.dtype.kind == "f" and np.signbit(tile).any()):
        return _hash_of_zeros(tile.nbytes)
    return _sha(tile)


def _sha(tile: _Array) -> bytes:
    return hashlib.sha256(np.ascontiguousarray(tile).data).digest()


@lru_cache(maxsize=64)
def _hash_of_zeros(size: int) -> bytes:
    return hashlib.sha256(bytes(size)).digest()


def _hashes(tiles: tuple[_Array, ...]) -> tuple[bytes, ...]:
    """The hash of each tile; hashing leaves the interpreter's lock, so many tiles are hashed on all cores."""
    if len(tiles) < _MANY:
        return tuple(map(_hash, tiles))
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor() as pool:
        return tuple(pool.map(_hash, tiles, chunksize=64))
