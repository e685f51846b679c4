"""Mend: a route that a change of the map has cut, searched again only where it is cut.

What comes out keeps clear all along and can be driven: it is as good a proof as the shortest route. How much longer than that it
may be is told with it, on the grid: what comes only takes ways away, so the old length is still a lower bound; through what goes,
no way is shorter than the octile distance over it. Where the mended way is as long as the bound it is one of the shortest, though
it need not be the first of them, which only a search of the whole map tells.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from threading import local
from typing import Any

import numpy as np
import numpy.typing as npt

from maps.body import Body
from maps.clearance import UnknownPolicy, nearly_layers
from maps.compiled import compiled, uncompiled, use_numba
from maps.crossings import doors_crossed, zones_touched
from maps.difference import Difference, difference
from maps.entry import position
from maps.evidence import Evidence
from maps.features import DoorState
from maps.huge.capped import REACH
from maps.huge.clear import least_square
from maps.huge.field import LazyField
from maps.huge.size import is_huge, is_large
from maps.layers import Layers
from maps.mend_kernels import ALL, CUT, NOTHING, REDRAWN
from maps.mend_lines import cuts, joined_cells, way_length
from maps.mend_way import WAY
from maps.route import Route
from maps.swept import tightest
from maps.world import World

__all__ = ["can_be_mended", "mended"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

WINDOWS = ((24, 24), (64, 80), (160, 240))
"""How far before and after a cut a window's search begins and ends, cells, and how far it may lead aside; tried one by one."""
_MOST_CELLS = 600_000
"""No larger window is searched."""
_MOST_ADDED = 4_000
_NANO = 1e-9
_SPARE = 1.5
"""Cells: a diagonal step needs its neighbours too, so that cells count as struck from a little farther away."""
_ENDS = 40.0
"""Cells: where something has gone so near to a start or end, how the grid is entered or left may differ."""


def mended(
    world: World,
    body: Body,
    route: Route,
    unknown: UnknownPolicy = "blocked",
    doors: Mapping[str, DoorState] | None = None,
    is_hopeless: Callable[[], bool] = lambda: False,
) -> Route | None:
    """A route between the ends of one that was found on another revision of the map.

    Args:
        world: The map.
        body: The disc that moves.
        route: What was found, with its evidence, for the same body, start, goal, unknown cells and overriding doors; wherever the
            goal offers more than it did then, the bound does not hold.
        unknown: Whether unknown cells are obstacles.
        doors: Door states that override the map's.
        is_hopeless: Asked where the smallest window has no way; if so, no larger one is searched.

    Returns:
        The route, with ``excess_m``. None where no window settles it, on
        small and very large maps, for polygons, on lanes, and where too much has changed: then a search has to tell.
    """
    why = route.evidence
    if not isinstance(why, Evidence) or not can_be_mended(world, body, route, why):
        return None
    found = difference(why.revision, world)
    if found is None:
        return None
    lower = _lower_bound(why, found)
    came = found.obstacles(why.unknown_blocks, why.doors)[0]
    if not len(came):
        return _told(route, world, 0.0, lower, why)
    known = nearly_layers(world, found, unknown=unknown, doors=doors)
    if known is None:
        return None
    made, more = known
    field = made.clearance
    if not isinstance(field, LazyField) or not field.below_cap(body.needed_clearance_m - _NANO):
        return None
    added = joined_cells(came, more, world.frame.width)
    if len(added) > _MOST_ADDED:
        return None
    return _Mending(world, body, route, why, made, np.ascontiguousarray(added), is_hopeless).route(lower)


def can_be_mended(world: World, body: Body, route: Route, why: Evidence) -> bool:
    """Whether a route is of a kind that can be mended: it keeps clear from its very start, on a map worth it."""
    shape, needed = world.frame.shape, body.needed_clearance_m
    if body.footprint or world.lanes is not None or not is_large(shape) or is_huge(shape) or not math.isfinite(why.total):
        return False
    return route.clearance_m >= needed - _NANO and needed / world.frame.resolution + 2.0 < REACH and not route.through_unknown


def _lower_bound(why: Evidence, found: Difference) -> float:
    """No route on the grid costs less now, cells."""
    if found.obstacles(why.unknown_blocks, why.doors)[1].size == 0:
        return why.total
    if why.ends_near(found, _ENDS + 2.0 * why.needed):  # how the grid is entered or left may have changed
        return min(why.total, why.straight)
    return min(why.total, why.least_through(found))


def _told(route: Route, world: World, longer: float, lower: float, why: Evidence, **parts: Any) -> Route:
    """The route on the map now, whose way on the grid is so many cells longer than it was."""
    scale = world.frame.resolution
    excess = (why.total + longer - lower) * scale
    grid_length = max(route.grid_length_m + longer * scale, parts.get("length_m", route.length_m))
    parts |= {"evidence": None, "excess_m": excess if excess > _NANO else 0.0}
    return route.on(world.revision, grid_length_m=grid_length, **parts)


class _Memory(local):
    """What the searches of one thread write to, one after the other."""

    def __init__(self) -> None:
        size = _MOST_CELLS
        self._arrays = np.empty(size), np.empty(size, np.int32), np.zeros(size, np.int64), np.zeros(size, np.uint8)
        self._turn = 0

    def next(self) -> tuple[Any, ...]:
        """The memory, and the number of the search."""
        self._turn += 1
        return *self._arrays, self._turn


_MEMORY = _Memory()


class _Mending:
    """One route being mended on one map."""

    def __init__(
        self,
        world: World,
        body: Body,
        route: Route,
        why: Evidence,
        made: Layers,
        added: IntArray,
        is_hopeless: Callable[[], bool],
    ) -> None:
        self._world, self._route, self._why, self._made, self._added = world, route, why, made, added
        self._is_hopeless = is_hopeless
        self._scale, self._radius_m, self._needed_m = world.frame.resolution, body.radius_m, body.needed_clearance_m
        self._needed = self._needed_m / self._scale
        self._run = compiled if use_numba(made.blocked.size) else uncompiled
        self._old = np.ascontiguousarray(why.cells)
        self._line = np.ascontiguousarray(why.line)

    def route(self, lower: float) -> Route | None:
        """The mended route; ``lower`` bounds the cost of every way on the grid, cells."""
        hits = np.empty(len(self._old), dtype=np.int64)
        grown = least_square(self._needed_m + _SPARE * self._scale, self._scale)
        count, low, high, apart, *where = self._run(*CUT)(self._line, self._old, self._added, self._needed, grown, hits)
        found = None if count < 0 else self._round(hits[:count])
        if found is None:
            return None
        cells, span, longer = found
        if low < 0:
            return self._told_clear(apart, where, longer, lower)
        return self._redrawn(cells, (low, high), span, longer, lower)

    def _round(self, at: IntArray) -> tuple[IntArray, tuple[int, int], float] | None:
        """The cells of the grid route now, the first and last of the old ones that are not kept, and how much longer it is."""
        old = self._old
        if not len(at):
            return old, (-1, -1), 0.0
        for number, (margin, aside) in enumerate(WINDOWS):
            if number == 1 and self._is_hopeless():
                return None
            parts, done, longer = [], 0, 0.0
            stretches = list(cuts(at, margin, len(old)))
            for first, last in stretches:
                found = self._way(first, last, aside)
                if found is None:
                    break
                longer += way_length(found) - way_length(old[first : last + 1])
                parts += [old[done:first], found]
                done = last + 1
            else:
                return np.concatenate((*parts, old[done:])), (stretches[0][0], stretches[-1][1]), longer
        return None

    def _way(self, first: int, last: int, aside: int) -> IntArray | None:
        """The shortest way between two of the old cells within a window around those between them."""
        height, width = self._made.blocked.shape
        part = self._old[first : last + 1]
        (top, left), (bottom, right) = part.min(axis=0).tolist(), part.max(axis=0).tolist()
        top, bottom = max(top - aside, 0), min(bottom + aside, height - 1)
        left, right = max(left - aside, 0), min(right + aside, width - 1)
        high, wide = bottom - top + 1, right - left + 1
        if (high + 2) * (wide + 2) > _MOST_CELLS:
            return None
        ends = (part[[0, -1]] @ (width, 1)).tolist()
        least = least_square(self._needed_m - _NANO, self._scale)
        found = self._run(*WAY)(self._near, width, self._added, least, top, left, high, wide, *ends, *_MEMORY.next())
        return np.stack((found // width, found % width), axis=1) if len(found) else None

    @property
    def _near(self) -> npt.NDArray[np.uint16]:
        """Capped squares of the field that the added obstacles are not in."""
        field = self._made.clearance
        assert isinstance(field, LazyField)
        return field.near.reshape(-1)

    def _told_clear(self, apart: float, where: Sequence[float], longer: float, lower: float) -> Route:
        """The route whose line keeps clear of what came: no farther from it than it is now."""
        parts: dict[str, Any] = {}
        if apart * self._scale < self._route.clearance_m:
            parts = {
                "clearance_m": max(apart * self._scale, self._needed_m),
                "clearance_at": position(self._world, np.array(where)),
            }
        return _told(self._route, self._world, longer, lower, self._why, **parts)

    def _redrawn(
        self, cells: IntArray, cut: tuple[int, int], span: tuple[int, int], longer: float, lower: float
    ) -> Route | None:  # fmt: skip
        """The route whose line is drawn anew where it is cut."""
        route, world, scale, line = self._route, self._world, self._scale, self._line
        height, width = self._made.blocked.shape
        blocked = self._made.blocked.view(np.uint8).reshape(-1)
        made, place = np.empty((len(line) + len(cells) + 2, 2)), world.frame.local([route.clearance_at])[0]
        count, begins, ends, apart, x, y, open_part = self._run(*REDRAWN)(
            blocked, self._near, self._added, width, height, scale, line, self._old, cells, *cut, *span, self._needed,
            place, route.clearance_m / scale, REACH - 2.0, made,
        )  # fmt: skip
        if not count:
            return None
        line = made[:count]
        if open_part != NOTHING:  # what is not drawn anew keeps what it kept, and comes nowhere nearer than before
            part = line if open_part == ALL else line[begins - 1 : count - (len(route.points) - ends) + 1]
            tight = tightest(self._made.blocked, self._made.clearance, part, scale)
            if tight.clearance < apart:
                apart, x, y = tight.clearance, tight.x, tight.y
        if apart < self._needed - _NANO:
            return None
        inner = [position(world, point) for point in line[begins : count - (len(route.points) - ends)]]
        points = (*route.points[:begins], *inner, *route.points[ends:])
        return _told(
            route, world, longer, lower, self._why,
            points=points,
            length_m=math.fsum(map(math.dist, points, points[1:])),
            clearance_m=max(apart * scale, self._needed_m),  # rounding of a nanometre
            clearance_at=position(world, np.array((x, y))),
            doors=doors_crossed(world, points),
            zones=zones_touched(world, points, self._radius_m),
        )  # fmt: skip
