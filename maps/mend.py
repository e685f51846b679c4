"""Mend: a route that a change of the map has cut, searched again only where it is cut.

What comes out keeps clear all along and can be driven: it is as good a proof as the shortest route. How much longer than that it
may be is told with it, on the grid: what comes only takes ways away, so the old length is still a lower bound; through what goes,
no way is shorter than the octile distance over it. Where the mended way is as long as the bound it is one of the shortest, though
it need not be the first of them, which only a search of the whole map tells.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from maps.body import Body
from maps.clearance import UnknownPolicy, nearly_layers
from maps.compiled import compiled, uncompiled, use_numba
from maps.crossings import doors_crossed, zones_touched
from maps.difference import Difference, difference
from maps.entry import middles, position
from maps.evidence import Evidence
from maps.features import DoorState
from maps.huge.capped import REACH
from maps.huge.clear import least_square
from maps.huge.field import LazyField
from maps.huge.size import is_huge, is_large
from maps.layers import Layers
from maps.leaps import MOST_TRIES
from maps.mend_kernels import NEAREST, PLACES, STRUCK, TAUT, WAY
from maps.mend_lines import cuts, distinct, drawn_length, is_on, joined_cells, way_length
from maps.route import Route
from maps.segment_square import segment_to_square
from maps.swept import tightest
from maps.world import World

__all__ = ["mended"]

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
    world: World, body: Body, route: Route, unknown: UnknownPolicy = "blocked", doors: Mapping[str, DoorState] | None = None
) -> Route | None:
    """A route between the ends of one that was found on another revision of the map.

    Args:
        world: The map.
        body: The disc that moves.
        route: What was found, with its evidence, for the same body, start, goal, unknown cells and overriding doors; wherever the
            goal offers more than it did then, the bound does not hold.
        unknown: Whether unknown cells are obstacles.
        doors: Door states that override the map's.

    Returns:
        The route, with ``excess_m``. None where no window settles it, on
        small and very large maps, for polygons, on lanes, and where too much has changed: then a search has to tell.
    """
    why = route.evidence
    if not isinstance(why, Evidence) or not _is_asked_well(world, body, route, why):
        return None
    found = difference(why.revision, world)
    lower = None if found is None else _lower_bound(why, found)
    if found is None or lower is None:
        return None
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
    return _Mending(world, body, route, why, made, np.ascontiguousarray(added)).route(lower)


def _is_asked_well(world: World, body: Body, route: Route, why: Evidence) -> bool:
    """Whether a route is of a kind that can be mended: it keeps clear from its very start, on a map worth it."""
    shape, needed = world.frame.shape, body.needed_clearance_m
    if body.footprint or world.lanes is not None or not is_large(shape) or is_huge(shape) or not math.isfinite(why.total):
        return False
    return route.clearance_m >= needed - _NANO and needed / world.frame.resolution + 2.0 < REACH and not route.through_unknown


def _lower_bound(why: Evidence, found: Difference) -> float | None:
    """No route on the grid costs less now, cells; None where how it is entered or left may have changed."""
    if found.obstacles(why.unknown_blocks, why.doors)[1].size == 0:
        return why.total
    ends = np.concatenate((why.starts[:, :2], why.cells[-1:]))
    went = found.obstacles(why.unknown_blocks, why.doors)[1]
    if (np.abs(went[:, None] - ends).max(axis=2) < _ENDS + 2.0 * why.needed).any():
        return None
    return min(why.total, why.least_through(found))


def _told(route: Route, world: World, longer: float, lower: float, why: Evidence, **parts: Any) -> Route:
    """The route on the map now, whose way on the grid is so many cells longer than it was."""
    scale = world.frame.resolution
    excess = (why.total + longer - lower) * scale
    grid_length = max(route.grid_length_m + longer * scale, parts.get("length_m", route.length_m))
    parts |= {"revision": world.revision, "evidence": None, "excess_m": excess if excess > _NANO else 0.0}
    return replace(route, grid_length_m=grid_length, **parts)


class _Mending:
    """One route being mended on one map."""

    def __init__(self, world: World, body: Body, route: Route, why: Evidence, made: Layers, added: IntArray) -> None:
        self._world, self._route, self._why, self._made, self._added = world, route, why, made, added
        self._scale = world.frame.resolution
        self._needed_m, self._radius_m = body.needed_clearance_m, body.radius_m
        self._needed = body.needed_clearance_m / self._scale
        self._least = least_square(body.needed_clearance_m - _NANO, self._scale)
        self._fast = use_numba(made.blocked.size)
        self._line = np.ascontiguousarray(world.frame.local(route.points), dtype=np.float64)

    def route(self, lower: float) -> Route | None:
        """The mended route; ``lower`` bounds the cost of every way on the grid, cells."""
        cells, span, longer = self._cells() or (None, None, 0.0)
        if cells is None:
            return None
        low, high = self._cut_vertices()
        line, drawn = self._line, None
        if low is not None and high is not None:
            ends = self._vertices_around(low, high, span)
            if ends is None:
                return None
            a, b, first, last = ends
            grown = len(cells) - len(self._why.cells)
            inner = middles(cells[first + 1 : last + grown])
            drawn = self._taut(distinct(np.concatenate((line[a : a + 1], inner, line[b : b + 1]))))
            line = np.concatenate((line[:a], drawn, line[b + 1 :]))
        return self._measured(line, drawn, longer, lower)

    def _run(self, *kernels: Any) -> Any:
        return (compiled if self._fast else uncompiled)(*kernels)

    def _apart(self, line: FloatArray, most: float) -> FloatArray:
        """Distance of the segments of a polyline to what came, exact below ``most``, cells."""
        squares = np.empty(max(len(line) - 1, 0))
        self._run(*NEAREST)(np.ascontiguousarray(line), self._added, most * most, squares)
        return np.asarray(np.sqrt(squares))

    def _cells(self) -> tuple[IntArray, tuple[int, int] | None, float] | None:
        """The cells of the grid route now, the first and last of the old ones that are not kept, and how much longer it is."""
        old = self._why.cells
        joins = np.concatenate((self._line[:1], middles(old[[0, -1]]), self._line[-1:]))
        if (self._apart(joins, self._needed + 1.0)[[0, 2]] < self._needed - _NANO).any():
            return None
        hit = np.empty(len(old), dtype=np.uint8)
        grown = least_square(self._needed_m + _SPARE * self._scale, self._scale)
        self._run(*STRUCK)(np.ascontiguousarray(old), self._added, grown, hit)
        at = np.flatnonzero(hit)
        if not len(at):
            return old, None, 0.0
        for margin, aside in WINDOWS:
            parts, done, longer = [], 0, 0.0
            stretches = list(cuts(at, margin, len(old)))
            for first, last in stretches:
                found = self._way(old, first, last, aside)
                if found is None:
                    break
                longer += way_length(found) - way_length(old[first : last + 1])
                parts += [old[done:first], found]
                done = last + 1
            else:
                return np.concatenate((*parts, old[done:])), (stretches[0][0], stretches[-1][1]), longer
        return None

    def _way(self, old: IntArray, first: int, last: int, aside: int) -> IntArray | None:
        """The shortest way between two cells of the old one within a window around it."""
        height, width = self._made.blocked.shape
        part = old[first : last + 1]
        (top, left), (bottom, right) = part.min(axis=0).tolist(), part.max(axis=0).tolist()
        top, bottom = max(top - aside, 0), min(bottom + aside, height - 1)
        left, right = max(left - aside, 0), min(right + aside, width - 1)
        high, wide = bottom - top + 1, right - left + 1
        if high * wide > _MOST_CELLS:
            return None
        ends = (part[[0, -1]] @ (width, 1)).tolist()
        box = (top, left, high, wide)
        found = self._run(*WAY)(self._near, width, self._added, self._least, *box, *ends)
        return np.stack((found // width, found % width), axis=1) if len(found) else None

    @property
    def _near(self) -> npt.NDArray[np.uint16]:
        """Capped squares of the field that the added obstacles are not in."""
        field = self._made.clearance
        assert isinstance(field, LazyField)
        return field.near.reshape(-1)

    def _cut_vertices(self) -> tuple[int | None, int | None]:
        """The vertices before and behind what is cut of the drawn line."""
        cut = np.flatnonzero(self._apart(self._line, self._needed + 1.0) < self._needed - _NANO)
        return (int(cut[0]), int(cut[-1]) + 1) if len(cut) else (None, None)

    def _vertices_around(self, low: int, high: int, span: tuple[int, int] | None) -> tuple[int, int, int, int] | None:
        """The vertices between which the line is drawn anew, so that all cells that are not kept lie between, and their places."""
        places = np.empty(len(self._line), dtype=np.int64)
        if self._run(*PLACES)(self._line, np.ascontiguousarray(self._why.cells), places) < len(self._line):
            return None
        if span is not None:
            while low > 0 and places[low] >= span[0]:
                low -= 1
            while high < len(places) - 1 and places[high] <= span[1]:
                high += 1
        return low, high, int(places[low]), int(places[high])

    def _taut(self, points: FloatArray) -> FloatArray:
        """A polyline (N, 2) whose vertices are joined by clear segments, drawn taut from both ends; the shorter of both."""
        if len(points) < 3:
            return points
        height, width = self._made.blocked.shape
        leap, field = self._run(*TAUT), (self._near, self._added)
        tries, ends, where = np.empty(MOST_TRIES, dtype=np.int64), np.empty((2, MOST_TRIES)), np.empty((MOST_TRIES, 2))
        cells, most, found = self._made.blocked.view(np.uint8).reshape(-1), 64 * len(points), []
        for line in (points, points[::-1]):
            x, y = np.ascontiguousarray(line.T)
            kept, work = np.empty(len(line), dtype=np.int64), (tries, *ends, where)
            lines = np.empty((most, 4)), np.empty((most, 2)), np.empty(2, dtype=np.int64)
            count = int(leap(cells, field, width, height, self._scale, x, y, self._needed, *work, kept, *lines))
            found.append(line[kept[:count]] if count > 0 else line)
        ahead, back = found[0], found[1][::-1]
        return ahead if drawn_length(ahead) <= drawn_length(back) + _NANO else back

    def _measured(self, line: FloatArray, drawn: FloatArray | None, longer: float, lower: float) -> Route | None:
        """The route along a line (cells), of which ``drawn`` is new."""
        route, world, scale = self._route, self._world, self._scale
        clearance, where = route.clearance_m, route.clearance_at
        if drawn is not None:
            kept = is_on(line, np.asarray(world.frame.local([where]))[0])
            measures = not kept or clearance > self._needed_m + _NANO  # what is drawn keeps that at least
            tight = tightest(self._made.blocked, self._made.clearance, drawn if kept else line, scale) if measures else None
            if tight is not None and (not kept or tight.clearance * scale < clearance):
                clearance, where = tight.clearance * scale, position(world, np.array((tight.x, tight.y)))
        apart = self._apart(line, clearance / scale)
        if len(apart) and float(apart.min()) * scale < clearance:
            index = int(apart.argmin())
            count = len(self._added)
            a, b = (np.repeat(line[index + end][:, None], count, axis=1) for end in range(2))
            far, points = segment_to_square(a, b, self._added[:, ::-1].T.astype(np.float64))
            clearance, where = float(far.min()) * scale, position(world, points[int(far.argmin())])
        if clearance < self._needed_m - _NANO:
            return None
        spots = route.points if drawn is None else tuple(position(world, point) for point in line)
        if drawn is not None:
            spots = (route.points[0], *spots[1:-1], route.points[-1])
        parts: dict[str, Any] = {"clearance_m": max(clearance, self._needed_m), "clearance_at": where}  # rounding of a nanometre
        if drawn is not None:
            parts["points"], parts["length_m"] = spots, math.fsum(math.dist(a, b) for a, b in pairwise(spots))
            parts["doors"], parts["zones"] = doors_crossed(world, spots), zones_touched(world, spots, self._radius_m)
        return _told(route, world, longer, lower, self._why, **parts)
