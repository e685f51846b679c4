"""Clearance: the exact distance from every cell centre to the nearest obstacle, taken as closed squares.

Outside of the map is obstacle. Squared distances are exact and only the final square root rounds. A 1000 x 1000 building takes
about 0.1 s, and a small change of it a tenth of that: the field is then carried over from the last one of its kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.difference import Difference, difference, noted
from maps.digest import cells_digest, changed_bands, differing_cells
from maps.features import DoorState
from maps.grid import OCCUPIED, UNKNOWN
from maps.huge.field import LazyField
from maps.huge.size import is_huge, is_large
from maps.layers import Layers, carried, layers_over, room_for
from maps.obstacle_cells import are_obstacles, mark_obstacles
from maps.pages import Pages
from maps.polygon import line_cells
from maps.recent import Recent

if TYPE_CHECKING:
    from maps.world import World

__all__ = [
    "LayerName",
    "Layers",
    "UnknownPolicy",
    "are_known",
    "clearance",
    "closed_doors",
    "layers",
    "layers_before",
    "nearly_layers",
]

IntArray: TypeAlias = npt.NDArray[np.int64]

UnknownPolicy: TypeAlias = Literal["blocked", "allowed", "ask"]
"""Whether unknown cells are obstacles. ``ask``: they are, but a route that has to lead through them is given, and says so."""

LayerName: TypeAlias = Literal["unknown", "doors", "keepout"]
"""The obstacle layers that can be peeled off; walls cannot."""

_TILES = 1024
"""So many tiles of a very large map's clearance are kept, about 512 MB."""

_BY_NAME: Recent[Layers] = Recent(256 * 2**20)
_BY_CONTENT: Recent[Layers] = Recent(256 * 2**20)


@dataclass(frozen=True, slots=True, eq=False)
class _Origin:
    """Layers and the map that they were made of: its revision, and which doors were shut."""

    revision: str
    shut: tuple[str, ...]
    made: Layers


_ORIGINS: Recent[tuple[_Origin, ...]] = Recent(128 * 2**20)
"""Those of every size and choice of layers that were of use last; what a change of the map leaves as it was is taken from them."""
_MOST_ORIGINS = 4
_FEW = 200
"""Cells: with no more that are lacking the newest layers do."""
_NEARLY: Recent[tuple[Layers, IntArray]] = Recent(4)
"""The last answers of ``nearly_layers``."""
_MOST_CELLS = 20_000
"""With more cells changed all is made from nothing."""


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


def are_known(world: "World", *, unknown: UnknownPolicy = "blocked", doors: Mapping[str, DoorState] | None = None) -> bool:
    """Whether :func:`layers` has these at hand."""
    no_unknown = unknown == "allowed" or not world.has_unknown
    return _BY_NAME.get(_name(world, closed_doors(world, doors), no_unknown, world.keepout is None)) is not None


def _name(world: "World", shut: tuple[str, ...], no_unknown: bool, no_keepout: bool) -> bytes:
    return repr((world.revision, shut, no_unknown, no_keepout)).encode()


def _sort(world: "World", no_unknown: bool, rest: object) -> bytes:
    """What layers have in common of which one may be carried over from another."""
    shape = world.frame.shape
    return repr((shape, is_large(shape), is_huge(shape), world.frame.resolution, no_unknown, rest)).encode()


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
    name = _name(world, shut, no_unknown, no_keepout)
    found = _BY_NAME.get(name) if keepout is None else None
    if found is not None:
        return found

    sort = _sort(world, no_unknown, "leaving" if keepout is not None else no_keepout)
    made = None if keepout is not None else _followed(world, shut, no_unknown, no_keepout, sort)
    if made is None:
        pages = room_for(world.frame.shape)
        kept_out = None if no_keepout else world.keepout if keepout is None else keepout
        mark_obstacles(world, shut, kept_out, no_unknown, pages.arrays[0])
        made = _made(pages, world.frame.resolution, sort)
    if keepout is None:
        _BY_NAME.put(name, made, _size(made))
        _note(world, shut, made, sort)
    return made


def _size(made: Layers) -> int:
    """Bytes that layers take from their caches' budget. Very large ones take half of it, though they are larger: two are needed."""
    return 128 * 2**20 if is_huge(made.blocked.shape) else made.nbytes


def _made(pages: Pages, resolution: float, sort: bytes) -> Layers:
    """The layers of the obstacles in some pages; those of the same content, or carried over from almost the same ones."""
    blocked = pages.arrays[0]
    blocked.flags.writeable = False
    content = cells_digest(blocked) + repr(resolution).encode()
    made = _BY_CONTENT.get(content)
    if made is not None and isinstance(made.clearance, LazyField) and made.clearance.filled > _TILES:
        made = None  # who works with it goes on; it goes when they are done
    if made is None:
        origins = _ORIGINS.get(sort) or ()
        made = _from_almost_the_same(origins[0].made, blocked) if origins else None
        made = made or layers_over(pages, resolution)
        _BY_CONTENT.put(content, made, _size(made))
    return made


def _from_almost_the_same(last: Layers, blocked: npt.NDArray[np.bool_]) -> Layers | None:
    """The layers of some obstacles, carried over from others of which few cells differ."""
    found = [np.empty((0, 2), dtype=np.int64)]
    for low, high in changed_bands(last.blocked, blocked):
        found.append(differing_cells(last.blocked[low:high], blocked[low:high]) + np.array((low, 0)))
        if sum(map(len, found)) > _MOST_CELLS:
            return None
    cells = np.concatenate(found)
    return carried(last, cells, blocked[cells[:, 0], cells[:, 1]])


def _note(world: "World", shut: tuple[str, ...], made: Layers, sort: bytes) -> None:
    """Keep what the layers of the next revision of the map may be carried over from."""
    if is_huge(made.blocked.shape):
        return
    known = tuple(origin for origin in _ORIGINS.get(sort) or () if origin.made is not made)[: _MOST_ORIGINS - 1]
    _ORIGINS.put(sort, (_Origin(noted(world), shut, made), *known), sum(origin.made.nbytes for origin in known) + made.nbytes)


def layers_before(
    world: "World", found: Difference, *, unknown: UnknownPolicy = "blocked", doors: Mapping[str, DoorState] | None = None
) -> Layers | None:
    """The layers of the earlier world that a world differs from, if they are at hand."""
    no_keepout, no_unknown = world.keepout is None, unknown == "allowed" or not world.has_unknown
    return _BY_NAME.get(repr((found.old.revision, found.shut_before(doors), no_unknown, no_keepout)).encode())


def nearly_layers(
    world: "World", found: Difference, *, unknown: UnknownPolicy = "blocked", doors: Mapping[str, DoorState] | None = None
) -> tuple[Layers, IntArray] | None:
    """Layers at hand that are almost those of a world.

    Args:
        world: The world.
        found: How it differs from an earlier one, whose layers are the best to be had.
        unknown: Whether unknown cells are obstacles.
        doors: Door states that override the map's.

    Returns:
        The layers, and the obstacles (N, 2) that they lack; they may hold some that are gone. None where :func:`layers` would have
        to make them from nothing.
    """
    made = layers_before(world, found, unknown=unknown, doors=doors)
    if made is not None:
        return made, found.obstacles(unknown != "allowed", doors)[0]
    no_keepout, no_unknown = world.keepout is None, unknown == "allowed" or not world.has_unknown
    shut = closed_doors(world, doors)
    name = _name(world, shut, no_unknown, no_keepout)
    nearly = _NEARLY.get(name)
    if nearly is None:
        nearly = _nearly(world, shut, no_unknown, _ORIGINS.get(_sort(world, no_unknown, no_keepout)) or ())
        if nearly is not None:
            _NEARLY.put(name, nearly, 1)
    return nearly


def _nearly(
    world: "World", shut: tuple[str, ...], no_unknown: bool, origins: tuple[_Origin, ...]
) -> tuple[Layers, IntArray] | None:
    """Of known layers those that lack the fewest of a world's obstacles, and these."""
    best: tuple[Layers, IntArray] | None = None
    for origin in origins:
        found = difference(origin.revision, world)
        if found is None:
            continue
        came = (found.after == OCCUPIED) & (found.before != OCCUPIED)
        if not no_unknown:
            came |= (found.after == UNKNOWN) & (found.before != UNKNOWN)
        newly = [line_cells(world.frame, world.doors[name].segment) for name in sorted(set(shut) - set(origin.shut))]
        cells = np.concatenate((found.cells[came], *newly))
        if best is None or len(cells) < len(best[1]):
            best = origin.made, cells
        if origin is origins[0] and len(cells) < _FEW:
            break
    return best


def _followed(world: "World", shut: tuple[str, ...], no_unknown: bool, no_keepout: bool, sort: bytes) -> Layers | None:
    """The layers of a map that differs in some cells and doors from one whose layers are known, without a look at the rest.

    None where it differs more than that, or from none.
    """
    origins = _ORIGINS.get(sort) or ()
    known = _differing(world, shut, no_unknown, no_keepout, origins)
    if known is None:
        return None
    origin, cells, values = known
    if origin is not origins[0]:
        ordered = (origin, *(other for other in origins if other is not origin))
        _ORIGINS.put(sort, ordered, sum(each.made.nbytes for each in ordered))
    if not len(cells):
        return origin.made
    made = carried(origin.made, cells, values)
    if made is not None:
        content = cells_digest(made.blocked) + repr(made.resolution).encode()
        _BY_CONTENT.put(content, made, _size(made))
    return made


def _differing(
    world: "World", shut: tuple[str, ...], no_unknown: bool, no_keepout: bool, origins: tuple[_Origin, ...]
) -> tuple[_Origin, IntArray, npt.NDArray[np.bool_]] | None:
    """Of known layers those that differ in the fewest cells from a world's, these cells, and whether they are obstacles now."""
    best: tuple[int, IntArray, _Origin] | None = None
    for origin in origins:
        found = difference(origin.revision, world)
        if found is None:
            continue
        doors = [line_cells(world.frame, world.doors[name].segment) for name in sorted(set(shut) ^ set(origin.shut))]
        count = len(found.cells) + sum(map(len, doors))
        if count <= _MOST_CELLS and (best is None or count < best[0]):
            best = count, np.concatenate((found.cells, *doors)), origin
    if best is None:
        return None
    _, cells, origin = best
    if len(cells):
        cells = np.stack(np.divmod(np.unique(cells @ (world.frame.width, 1)), world.frame.width), axis=1)
    values = are_obstacles(world, cells, shut, no_unknown, no_keepout)
    differ = origin.made.blocked[cells[:, 0], cells[:, 1]] != values
    return origin, cells[differ], values[differ]


def closed_doors(world: "World", doors: Mapping[str, DoorState] | None = None) -> tuple[str, ...]:
    """Names of the doors that block, in the map's order: those whose state, overridden by ``doors``, is not open."""
    seen = doors or {}
    return tuple([name for name, door in world.doors.items() if seen.get(name, door.state) != "open"])
