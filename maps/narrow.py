"""Narrow: the way through doorways that lie between the centres of cells, for routes that the grid alone does not find.

The grid joins cell centres; a doorway up to a cell's diagonal wider than the body may have none. ``maps.reach`` decides such
cases exactly and gives a polyline through the doorways. What of it can be driven on the grid is searched there, so only the
doorways themselves are taken over.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from maps.astar import search
from maps.clearance import Layers
from maps.entry import Entry, connections, middles
from maps.labels import Labels, components, labels_of
from maps.reach.gaps import EXACT, TOLERANCE, Gap, gaps_of
from maps.reach.index import possible_cells
from maps.reach.nearby import joined_nearby
from maps.reach.witness import witness
from maps.swept import room_at

__all__ = ["is_joined", "narrow_way"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
LabelArray = npt.NDArray[np.int32]

_WINDOWS = (64, 320)
"""Cells around an end that are looked at before all of a map is, the fewer first."""

Answer: TypeAlias = FloatArray | Gap | None
"""A polyline (N, 2) in cells; the gap that is too near the body's width to decide; or None, where there is no way."""


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """A way that exists, surely or within the tolerance: from which points (x, y) in cells to which; labels of the clear cells."""

    starts: FloatArray
    goals: FloatArray
    clear: Labels
    surely: bool


def narrow_way(
    entry: Entry, goal_cells: IntArray, goal_costs: FloatArray, exact: FloatArray | None, needed: float, scale: float
) -> Answer:
    """A way that the grid does not have.

    Args:
        entry: Where the route may begin.
        goal_cells: (n, 2) where the grid's part may end.
        goal_costs: (n,) what ending there costs, cells.
        exact: (2,) the pose's point as (x, y) in cells, or None.
        needed: Clearance, cells.
        scale: Metres per cell.

    Returns:
        The polyline on from the entry's head, the gap that cannot be decided, or None.
    """
    case = _settle(entry, goal_cells, goal_costs, exact, needed, scale)
    if case is None or isinstance(case, Gap):
        return case
    blocked, field = entry.here.blocked, entry.here.clearance
    way = witness(blocked, field, case.starts, case.goals, needed, scale) if case.surely else None
    if way is None:
        return gaps_of(blocked).tightest(case.starts[:1], case.goals)
    line, done = _on_grid(entry, case.clear, way, goal_cells, goal_costs, needed, scale)
    return np.concatenate((line, exact[None])) if done and exact is not None else line


def is_joined(entry: Entry, goal_cells: IntArray, exact: FloatArray | None, needed: float, scale: float) -> bool:
    """Whether there is a way at all, on the grid or between its centres; the arguments are those of :func:`narrow_way`."""
    clear = labels_of(entry.free)
    goal_cells = goal_cells[((goal_cells >= 0) & (goal_cells < clear.shape)).all(axis=1)]
    if np.isin(_label_of(clear, goal_cells), np.setdiff1d(_label_of(clear, entry.cells), [0])).any():
        return True
    case = _settle(entry, goal_cells, np.zeros(len(goal_cells)), exact, needed, scale)
    return isinstance(case, _Case) and case.surely


def _settle(
    entry: Entry, cells: IntArray, costs: FloatArray, exact: FloatArray | None, needed: float, scale: float
) -> _Case | Gap | None:
    """Whether gaps join the entry to a goal: surely, or within the tolerance; a goal's own lack of room; or None: they do not."""
    blocked, field = entry.here.blocked, entry.here.clearance
    if exact is not None:
        room = float(room_at(blocked, field, exact, needed, scale)[0])
        if room < needed - EXACT:
            at = (float(exact[0]), float(exact[1]))
            return None if room < needed - TOLERANCE else Gap(room, at, at)
    clear = labels_of(entry.free)
    starts, goals = _start_points(entry, clear), _goal_points(clear, cells, costs) if exact is None else exact[None]
    if _is_shut_in(entry.here, goals, starts, needed, scale) or _is_shut_in(entry.here, starts, goals, needed, scale):
        return None
    possible = labels_of(possible_cells(blocked, field, needed, scale))
    rooms = np.intersect1d(_at(possible, starts), _at(possible, goals))
    if not len(rooms[rooms > 0]):
        return None
    one, other = (goals, cells), (starts, entry.cells)
    told = [joined_nearby(blocked, clear, one, other, needed, needed - slack) for slack in (EXACT, TOLERANCE)]
    if None not in told:
        return _Case(starts, goals, clear, bool(told[0])) if any(told) else None
    gaps = gaps_of(blocked)
    begin, finish = gaps.locate(starts), gaps.locate(goals)
    for slack in (EXACT, TOLERANCE):
        face = gaps.faces(needed - slack)
        if np.isin(face[finish], face[begin]).any():
            return _Case(starts, goals, clear, slack == EXACT)
    return None


def _is_shut_in(here: Layers, points: FloatArray, others: FloatArray, needed: float, scale: float) -> bool:
    """Whether a window tells that points (N, 2) are not joined to others by possible cells: these do not lead out of it."""
    if not len(points):
        return True
    cells, apart = np.floor(points[:, ::-1]).astype(np.int64), np.floor(others[:, ::-1]).astype(np.int64)
    for reach in _WINDOWS:
        low, high = np.maximum(cells.min(axis=0) - reach, 0), np.minimum(cells.max(axis=0) + reach + 1, here.blocked.shape)
        if 2 * math.prod((high - low).tolist()) > here.blocked.size:
            return False  # all of it is no dearer
        part = slice(low[0], high[0]), slice(low[1], high[1])
        labels, _ = components(possible_cells(here.blocked[part], here.clearance[part], needed, scale))
        mine = np.setdiff1d(labels[tuple((cells - low).T)], [0])
        sides = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
        inner = low[0] == 0, high[0] == here.blocked.shape[0], low[1] == 0, high[1] == here.blocked.shape[1]
        if not any(np.isin(side, mine).any() for side, is_end in zip(sides, inner, strict=True) if not is_end):
            seen = apart[((apart >= low) & (apart < high)).all(axis=1)]
            return not np.isin(labels[tuple((seen - low).T)], mine).any()
    return False


def _goal_points(clear: Labels, cells: IntArray, costs: FloatArray) -> FloatArray:
    """(N, 2) the best goal cell of each component."""
    inside = ((cells >= 0) & (cells < clear.shape)).all(axis=1)
    cells, costs = cells[inside], costs[inside]
    where = _label_of(clear, cells)
    order = np.lexsort((costs, where))
    order = order[where[order] > 0]
    _, first = np.unique(where[order], return_index=True)
    return middles(cells[order[first]])


def _start_points(entry: Entry, clear: Labels) -> FloatArray:
    """(K, 2) the start, or where its head is fixed a cell of each component that it is joined to."""
    if entry.strict:
        return entry.head[:1]
    _, first = np.unique(_label_of(clear, entry.cells), return_index=True)
    return middles(entry.cells[first])


def _on_grid(
    entry: Entry, clear: Labels, way: FloatArray, goal_cells: IntArray, goal_costs: FloatArray, needed: float, scale: float
) -> tuple[FloatArray, bool]:
    """The way with everything but its doorways replaced by shortest grid routes, and whether it ends in a goal cell."""
    ports = [connections(entry.here, point, needed, scale)[0][:1] for point in way]
    rooms = [int(_label_of(clear, port)[0]) if len(port) else 0 for port in ports]
    start_rooms, goal_rooms = _label_of(clear, entry.cells), _label_of(clear, goal_cells)
    parts: list[FloatArray] = []
    sources, costs = entry.cells, entry.costs
    at = 0
    if len(sources):
        at = max((k for k, room in enumerate(rooms) if room and room in start_rooms), default=0)
    while True:
        room = rooms[at]
        if room and len(sources):
            done = room in goal_rooms
            targets, target_costs = (goal_cells, goal_costs) if done else (ports[at], np.zeros(1))
            leg = search(entry.free, sources, costs, targets, target_costs)
            if leg is not None:
                parts.append(middles(leg.cells))
                if done:
                    return np.concatenate(parts), True
        after = next((k for k in range(at + 1, len(way)) if rooms[k]), len(way) - 1)
        parts.append(way[at : after + 1])
        if after == len(way) - 1 and not rooms[after]:
            return np.concatenate(parts), False
        sources, costs = ports[after], np.zeros(1)
        at = max(k for k, room in enumerate(rooms) if room == rooms[after])


def _label_of(labels: Labels, cells: IntArray) -> LabelArray:
    return labels.at(cells)


def _at(labels: Labels, points: FloatArray) -> LabelArray:
    return _label_of(labels, np.floor(points[:, ::-1]).astype(np.int64))
