"""Clearance: the exact distance from every cell centre to the nearest obstacle, taken as closed squares.

Outside of the map is obstacle. Squared distances are exact and only the final square root rounds. A 1000 x 1000 building takes
about 0.1 s, and a small change of it a tenth of that: the field is then carried over from the last one of its kind.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import in_threads
from maps.features import DoorState
from maps.grid import OCCUPIED, UNKNOWN
from maps.huge.size import is_huge
from maps.huge.sparse import release
from maps.polygon import touched_cells
from maps.recent import Recent
from maps.squares import distance_field, updated_field

if TYPE_CHECKING:
    from maps.world import World

__all__ = ["LayerName", "Layers", "UnknownPolicy", "clearance", "closed_doors", "layers"]

UnknownPolicy: TypeAlias = Literal["blocked", "allowed", "ask"]
"""Whether unknown cells are obstacles. ``ask``: they are, but a route that has to lead through them is given, and says so."""

LayerName: TypeAlias = Literal["unknown", "doors", "keepout"]
"""The obstacle layers that can be peeled off; walls cannot."""


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """One choice of obstacle layers, as cells and as distances. Both arrays are read-only.

    Attributes:
        blocked: (H, W) whether a cell is an obstacle.
        clearance: (H, W) metres from the cell's centre to the nearest obstacle square; 0 in obstacles.
    """

    blocked: npt.NDArray[np.bool_]
    clearance: npt.NDArray[np.float64]
    _clear: dict[float, npt.NDArray[np.bool_]] = field(default_factory=dict, repr=False)

    def clear(self, needed_m: float) -> npt.NDArray[np.bool_]:
        """(H, W) read-only: the cells whose centre has so much clearance, metres; rounding of a nanometre is forgiven."""
        found = self._clear.get(needed_m)
        if found is None:
            found = self.clearance >= needed_m - 1e-9
            found.flags.writeable = False
            if len(self._clear) >= (1 if is_huge(found.shape) else _LEVELS):
                self._clear.clear()
            self._clear[needed_m] = found
        return found


_LEVELS = 4
"""So many levels of clearance are kept of one choice of layers: bodies differ less than starts and goals."""

_TILES = 1024
"""So many tiles of a very large map's clearance are kept, about 512 MB."""

_STRIP = 2_000_000
"""Cells that are marked at a time."""

_BY_NAME: Recent[Layers] = Recent(256 * 2**20)
_BY_CONTENT: Recent[Layers] = Recent(256 * 2**20)
_LAST: Recent[Layers] = Recent(128 * 2**20)
"""The newest of every size and choice of layers; what a sensed change of the map leaves as it was is taken from it."""


def clearance(
    world: "World",
    *,
    unknown: UnknownPolicy = "blocked",
    doors: Mapping[str, DoorState] | None = None,
    ignore: frozenset[LayerName] = frozenset(),
) -> npt.NDArray[np.float64]:
    """Exact distance from each cell centre to the nearest obstacle square, metres.

    Args:
        world: The map; occupied cells, keep-outs, closed and locked doors are obstacles, and the outside of the map.
        unknown: Whether unknown cells are obstacles; they are unless ``allowed``.
        doors: States that override the map's, by door name.
        ignore: Layers to leave out.

    Returns:
        (H, W) read-only float64 array, row 0 at the bottom; 0 in obstacles. Cached by content.
    """
    return layers(world, unknown=unknown, doors=doors, ignore=ignore).clearance


def layers(
    world: "World",
    *,
    unknown: UnknownPolicy = "blocked",
    doors: Mapping[str, DoorState] | None = None,
    ignore: frozenset[LayerName] = frozenset(),
    keepout: npt.NDArray[np.bool_] | None = None,
) -> Layers:
    """The obstacle cells and their clearance, with the arguments of :func:`clearance`.

    ``keepout``, (H, W), stands for the world's keep-outs: what is left of them for a body that stands in some.
    """
    shut = () if "doors" in ignore else closed_doors(world, doors)
    no_unknown = unknown == "allowed" or "unknown" in ignore or not world.has_unknown
    no_keepout = world.keepout is None or "keepout" in ignore
    name = repr((world.revision, shut, no_unknown, no_keepout)).encode()
    found = _BY_NAME.get(name) if keepout is None else None
    if found is not None:
        return found

    blocked = np.empty(world.frame.shape, dtype=bool)
    kept_out = None if no_keepout else world.keepout if keepout is None else keepout
    in_threads(lambda low, high: _mark(world.cells, kept_out, no_unknown, blocked, low, high), len(blocked), least=2048)
    release(world.cells)
    for door in shut:
        rows, cols = touched_cells(world.frame, world.doors[door].segment, closed=False).T
        blocked[rows, cols] = True
    if keepout is not None:
        return _made(blocked, world.frame.resolution, (no_unknown, "leaving"))
    made = _made(blocked, world.frame.resolution, (no_unknown, no_keepout))
    _BY_NAME.put(name, made, _size(made))
    return made


def _mark(
    cells: npt.NDArray[np.int8],
    keepout: npt.NDArray[np.bool_] | None,
    no_unknown: bool,
    blocked: npt.NDArray[np.bool_],
    low: int,
    high: int,
) -> None:
    """Mark the obstacles of some rows, a few at a time."""
    rows = max(1, _STRIP // cells.shape[1])
    for first in range(low, high, rows):
        part = slice(first, min(high, first + rows))
        np.equal(cells[part], OCCUPIED, out=blocked[part])
        if not no_unknown:
            blocked[part] |= cells[part] == UNKNOWN
        if keepout is not None:
            blocked[part] |= keepout[part]


def _size(made: Layers) -> int:
    """Bytes that layers take from their caches' budget. Very large ones take half of it, though they are larger: two are needed."""
    return 128 * 2**20 if is_huge(made.blocked.shape) else made.clearance.nbytes + made.blocked.nbytes


def _made(blocked: npt.NDArray[np.bool_], resolution: float, sort: tuple[object, ...]) -> Layers:
    """The layers of some obstacles; the field is carried over from the last of the same size and sort where that is cheaper."""
    digest = hashlib.blake2b(np.packbits(blocked).tobytes(), digest_size=16)
    digest.update(repr((blocked.shape, resolution)).encode())
    content = digest.digest()
    made = _BY_CONTENT.get(content)
    huge = is_huge(blocked.shape)
    if made is not None and huge and made.clearance.filled > _TILES:  # type: ignore[attr-defined]
        made = None  # who works with it goes on; it goes when they are done
    kind = repr((blocked.shape, resolution, *sort)).encode()
    if made is None:
        blocked.flags.writeable = False
        if huge:
            from maps.huge.field import LazyField

            distances: npt.NDArray[np.float64] = LazyField.over(blocked, resolution)
        else:
            last = _LAST.get(kind)
            updated = None if last is None else updated_field(last.clearance, last.blocked, blocked, resolution)
            distances = distance_field(blocked, resolution) if updated is None else updated
            distances.flags.writeable = False
        made = Layers(blocked, distances)
        _BY_CONTENT.put(content, made, _size(made))
    if not huge:
        _LAST.put(kind, made, _size(made))
    return made


def closed_doors(world: "World", doors: Mapping[str, DoorState] | None = None) -> tuple[str, ...]:
    """Names of the doors that block, in the map's order: those whose state, overridden by ``doors``, is not open."""
    seen = doors or {}
    return tuple(name for name, door in world.doors.items() if seen.get(name, door.state) != "open")
