"""Evidence: which obstacles a route was decided by, so that after a change it is known to be the same without a search.

A route is the first of all shortest ones between clear cells, drawn taut. So it is the same on another map, to the bit, where

- no obstacle came near the cells of its grid route, near a line of sight that the drawing taut relied on, near its start or goal,
  or as near to the drawn route as its clearance: other ways then only became fewer;
- no obstacle went that blocked a line of sight there, or that its clearance was measured to;
- and no way through cells that may have become clear is as short: the octile distance from the start to such cells and on to the
  goal is more than the route's length. That is a lower bound whatever else stands on the way.

All of it is kept as blocks of the map, a little larger than need be; where it is left open, the route is searched anew. Where only
the last is left open and the search finds the same cells, nothing is drawn or measured again.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import use_numba
from maps.difference import Blocks, Difference, difference, noted
from maps.features import DoorState
from maps.marked import ADDED, REMOVED, Drawn, draw_compiled, draw_plain, meets, segments_of

if TYPE_CHECKING:
    from maps.entry import Entry
    from maps.route_request import RouteRequest
    from maps.world import World

__all__ = ["BLOCK", "SPARE", "Evidence", "Searched", "Sights", "evidence"]

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]

BLOCK = 16
"""Side of a block, cells."""

SPARE = 3.0
"""Cells added to every distance: rounding of places to cells, and squares taken by their centres."""
_FEW = 32
"""Up to so many blocks are looked at one by one; numpy would take longer."""
_MOST_TOLD = 8


class Sights:
    """The lines of sight that were asked for: those that were clear, and where the others were not. Ends (x, y) in cells."""

    def __init__(self) -> None:
        self.clear: list[tuple[FloatArray, FloatArray]] = []
        self.blocked: list[tuple[FloatArray, FloatArray]] = []

    def add(self, a: FloatArray, b: FloatArray, clear: bool) -> None:
        """Note lines from a to b, (N, 2) each: wholly clear, or blocked somewhere along them."""
        if len(a):
            (self.clear if clear else self.blocked).append((a, b))


@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """What a search on the grid was asked and gave.

    Attributes:
        ends: The goal's cells (n, 2) and what ending there costs (n,), cells.
        cells: (N, 2) the route's cells.
        total: What it costs, cells; minus infinity where nothing was searched.
    """

    ends: tuple[IntArray, FloatArray]
    cells: IntArray
    total: float


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a route was decided by.

    Attributes:
        revision: Of the map that it was found on.
        cells: (N, 2) cells of the grid route.
        unknown_blocks: Whether unknown cells were obstacles.
        doors: Door states that outranked the map's.
        draw: Draws ``drawn``; only once it is asked for, since most routes are never asked to stand.
        starts: (k, 3) row, column and cost of the cells where the grid route might begin, cells.
        goals: First and last row, first and last column, and least cost of the cells where it might end.
        total: What the grid route costs, cells; minus infinity for a robot that is there already.
        needed: Clearance, cells.
        nbytes: About how much memory it takes once drawn.
        ends: The cells (n, 2) where it might end and what ending there costs (n,), cells.
        line: (M, 2) the route as drawn, (x, y) in cells.
    """

    revision: str
    cells: IntArray
    unknown_blocks: bool
    doors: Mapping[str, DoorState]
    draw: Callable[[], Drawn]
    starts: FloatArray
    goals: tuple[float, float, float, float, float]
    total: float
    needed: float
    nbytes: int
    ends: tuple[IntArray, FloatArray]
    line: FloatArray

    @cached_property
    def _told(self) -> dict[int, tuple[Difference, bool]]:
        """The last answers of ``stands``, by the difference: a verdict and a route ask about the same one after another."""
        return {}

    @cached_property
    def drawn(self) -> Drawn:
        """The first row and column in blocks, and (h, w) bits by block: where an obstacle that comes (1) or goes (2) may matter."""
        return self.draw()

    def holds(self, world: "World") -> bool:
        """Whether the route is surely the one that would be found on a world: then all but its revision is the same."""
        if world.revision == self.revision:
            return True
        found = difference(self.revision, world)
        return found is not None and self.stands(found)

    def stands(self, found: Difference) -> bool:
        """``holds`` for a world that differs so from the one it was found on."""
        told = self._told.get(id(found))
        if told is None:
            removed = found.blocks(BLOCK, self.unknown_blocks, self.doors)[1]
            same = self._unmet(found) and (not removed or self._least_through(removed) > self.total + 1e-6)
            if len(self._told) >= _MOST_TOLD:
                self._told.clear()
            told = self._told[id(found)] = (found, same)
        return told[1]

    def unless_shorter(self, world: "World") -> bool:
        """Whether on a world the route is surely the same if a search there gives the same cells again."""
        found = difference(self.revision, world)
        return found is not None and self._unmet(found)

    def least_through(self, found: Difference) -> float:
        """No route through a cell that a difference may have made clear costs less, cells; infinite where nothing went."""
        known = self._leasts.get(id(found))
        if known is not None:
            return known[1]
        removed = found.blocks(BLOCK, self.unknown_blocks, self.doors)[1]
        return self._least_through(removed) if removed else math.inf

    def know_least_through(self, found: Difference, least: float) -> None:
        """Keep what ``least_through`` is going to be asked for, found out together with others."""
        if len(self._leasts) >= _MOST_TOLD:
            self._leasts.clear()
        self._leasts[id(found)] = (found, least)

    @cached_property
    def _leasts(self) -> dict[int, tuple[Difference, float]]:
        return {}

    def ends_near(self, found: Difference, reach: float) -> bool:
        """Whether an obstacle that may have gone lies within so many rows and columns of where the grid route begins or ends."""
        removed, ends = found.blocks(BLOCK, self.unknown_blocks, self.doors)[1], self._end_boxes
        if len(removed) <= _FEW and not any(
            row * BLOCK - bottom < reach and top - row * BLOCK < reach + BLOCK and col * BLOCK - right < reach
            and left - col * BLOCK < reach + BLOCK
            for row, col in removed
            for top, bottom, left, right in ends
        ):  # fmt: skip
            return False
        went = found.obstacles(self.unknown_blocks, self.doors)[1]
        every = np.concatenate((self.starts[:, :2], self.cells[-1:]))
        return bool((np.abs(went[:, None] - every).max(axis=2) < reach).any())

    @property
    def straight(self) -> float:
        """No route between these ends costs less on any map, cells: the straight line."""
        top, bottom, left, right, _ = self.goals
        x, y = (self.line[0] - 0.5).tolist()
        return max(0.0, math.hypot(max(left - x, x - right, 0.0), max(top - y, y - bottom, 0.0)) - SPARE)

    @cached_property
    def _end_boxes(self) -> list[tuple[float, float, float, float]]:
        """First and last row, first and last column of the cells where it might begin, and of that where it ends."""
        return [
            (*cells[:, 0].take((0, -1)).tolist(), *cells[:, 1].take((0, -1)).tolist())
            for cells in (np.sort(self.starts[:, :2], axis=0), self.cells[-1:])
        ]

    def moved_to(self, world: "World") -> "Evidence":
        """The same for the same route on a world."""
        made = replace(self, revision=noted(world))
        made.__dict__["drawn"] = self.drawn
        return made

    def _unmet(self, found: Difference) -> bool:
        return not meets(self.drawn, *found.blocks(BLOCK, self.unknown_blocks, self.doors))

    def _least_through(self, removed: Blocks) -> float:
        """No route through a cell that may have become clear is shorter, cells."""
        grown = self.needed + SPARE
        top, bottom, left, right, cost = self.goals
        least = math.inf
        if len(removed) > _FEW:
            return self._least_through_many(removed)
        for row, col in removed:
            low, high = row * BLOCK - grown, row * BLOCK + BLOCK - 1 + grown
            near, far = col * BLOCK - grown, col * BLOCK + BLOCK - 1 + grown
            on = _octile(max(low - bottom, top - high, 0.0), max(near - right, left - far, 0.0))
            for down, across, paid in self._begins:
                first = _octile(max(low - down, down - high, 0.0), max(near - across, across - far, 0.0)) + paid
                least = min(least, first + on)
        return least + cost

    def _least_through_many(self, removed: Blocks) -> float:
        """The same by numpy."""
        low = np.array(removed, dtype=np.float64) * BLOCK - self.needed - SPARE
        high = low + BLOCK - 1 + 2.0 * (self.needed + SPARE)
        there = np.maximum(np.maximum(low[:, None] - self.starts[:, :2], self.starts[:, :2] - high[:, None]), 0.0)
        top, bottom, left, right, cost = self.goals
        on = np.maximum(np.maximum(low - (bottom, right), np.array((top, left)) - high), 0.0)
        first, last = (gap.max(axis=-1) + (math.sqrt(2.0) - 1.0) * gap.min(axis=-1) for gap in (there, on))
        return float(((first + self.starts[:, 2]).min(axis=1) + last).min()) + cost

    @cached_property
    def _begins(self) -> list[list[float]]:
        """Row, column and cost of the cells where the grid route might begin."""
        found: list[list[float]] = self.starts.tolist()
        return found


def _octile(down: float, across: float) -> float:
    """Octile length of so many rows and columns >= 0."""
    return down + (math.sqrt(2.0) - 1.0) * across if down > across else across + (math.sqrt(2.0) - 1.0) * down


def evidence(
    request: "RouteRequest", entry: "Entry", searched: Searched, sights: Sights, line: FloatArray, room: float
) -> Evidence | None:
    """The evidence for a route that the grid gave.

    Args:
        request: What was asked.
        entry: How the route got onto the grid.
        searched: The search for its part on the grid.
        sights: The lines of sight that were asked for.
        line: (M, 2) the route as drawn, (x, y) in cells.
        room: Its clearance, cells.

    Returns:
        None for a start in a keep-out, which is left by rules of its own.
    """
    if entry.base is not entry.here:
        return None
    world, needed, cells, total = request.world, request.needed, searched.cells, searched.total
    fast = use_numba(world.frame.width * world.frame.height)

    def draw() -> Drawn:
        way = cells[:: BLOCK // 4, ::-1].astype(np.float64) + 0.5
        marks: list[tuple[list[tuple[FloatArray, FloatArray]], float, int]] = [
            ([(entry.head, entry.head)], 2.0 * needed + 5.0 + SPARE, ADDED | REMOVED),
            ([(line[[0, -1]], line[[0, -1]])], needed + 5.0 + SPARE, ADDED | REMOVED),
            ([(line[:-1], line[1:]) if len(line) > 1 else (line, line)], room + SPARE, ADDED | REMOVED),
            ([(way, way)], needed + BLOCK // 4 + SPARE, ADDED),
            (sights.clear, needed + SPARE, ADDED),
            (sights.blocked, needed + SPARE, REMOVED),
        ]
        return (draw_compiled if fast else draw_plain)(*segments_of(marks), BLOCK)

    where, costs = searched.ends
    box = (0.0, -1e9, 0.0, -1e9, 0.0)
    if len(where):
        (top, left), (bottom, right) = where.min(axis=0).tolist(), where.max(axis=0).tolist()
        box = (top, bottom, left, right, float(costs.min()))
    starts = np.column_stack((entry.cells, entry.costs)).astype(np.float64)
    if not len(starts):
        starts, total = np.zeros((1, 3)), -math.inf
    nbytes = 16 * len(cells) + 4096
    asked = request.unknown_blocks, dict(request.doors or {})
    return Evidence(noted(world), cells, *asked, draw, starts, box, total, needed, nbytes, searched.ends, line)
