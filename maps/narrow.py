"""Narrow: the way through doorways that lie between the centres of cells, for routes that the grid alone does not find.

The grid joins cell centres; a doorway up to a cell's diagonal wider than the body may have none. ``maps.reach`` decides such
cases exactly and gives a polyline through the doorways. What of it can be driven on the grid is searched there, so only the
doorways themselves are taken over.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from maps.astar import search
from maps.entry import Entry, connections, middles
from maps.labels import components
from maps.reach.gaps import EXACT, TOLERANCE, Gap, gaps_of
from maps.reach.index import possible_cells
from maps.reach.witness import witness
from maps.swept import room_at

__all__ = ["join_components", "narrow_way"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
LabelArray = npt.NDArray[np.int32]
BoolArray = npt.NDArray[np.bool_]

Answer: TypeAlias = FloatArray | Gap | None
"""A polyline (N, 2) in cells; the gap that is too near the body's width to decide; or None, where there is no way."""


@dataclass(frozen=True, slots=True, eq=False)
class _Ends:
    """Where a way may start and end: points (x, y) with the clearance needed, in cells."""

    starts: FloatArray
    goals: FloatArray


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
    blocked, field = entry.here.blocked, entry.here.clearance
    if exact is not None:
        room = float(room_at(blocked, field, exact, needed, scale)[0])
        if room < needed - EXACT:
            at = (float(exact[0]), float(exact[1]))
            return None if room < needed - TOLERANCE else Gap(room, at, at)
    clear, _ = components(entry.free)
    ends = _ends(entry, clear, goal_cells, goal_costs, exact)
    possible, _ = components(possible_cells(blocked, field, needed, scale))
    rooms = np.intersect1d(_at(possible, ends.starts), _at(possible, ends.goals))
    if not len(rooms[rooms > 0]):
        return None
    gaps = gaps_of(blocked)
    begin, finish = gaps.locate(ends.starts), gaps.locate(ends.goals)
    for slack in (EXACT, TOLERANCE):
        face = gaps.faces(needed - slack)
        if np.isin(face[finish], face[begin]).any():
            break
    else:
        return None
    way = witness(blocked, field, ends.starts, ends.goals, needed, scale) if slack == EXACT else None
    if way is None:
        return gaps.tightest(ends.starts[:1], ends.goals)
    line, done = _on_grid(entry, clear, way, goal_cells, goal_costs, needed, scale)
    return np.concatenate((line, exact[None])) if done and exact is not None else line


def join_components(entry: Entry, needed: float, scale: float) -> BoolArray:
    """(H, W) the clear cells that a body can get to from its entry, through doorways between cell centres too."""
    blocked, field = entry.here.blocked, entry.here.clearance
    clear, count = components(entry.free)
    mine = np.unique(_label_of(clear, entry.cells))
    mine = mine[mine > 0]
    starts = _start_points(entry, clear)
    reached = np.zeros(count + 1, dtype=bool)
    reached[mine] = True
    if len(starts) and count > len(mine):
        possible, _ = components(possible_cells(blocked, field, needed, scale))
        first = _first_cells(clear, count)
        near = np.isin(_label_of(possible, first), np.setdiff1d(_at(possible, starts), [0]))
        near &= ~reached[1:]
        if near.any():
            gaps = gaps_of(blocked)
            face = gaps.faces(needed - EXACT)
            mine_too = np.isin(face[gaps.locate(middles(first[near]))], face[gaps.locate(starts)])
            reached[1 + np.flatnonzero(near)[mine_too]] = True
    return np.asarray(reached[clear])


def _ends(entry: Entry, clear: LabelArray, cells: IntArray, costs: FloatArray, exact: FloatArray | None) -> _Ends:
    """The start, or a cell of each component it is joined to; the pose, or the best goal cell of each component."""
    if exact is not None:
        return _Ends(_start_points(entry, clear), exact[None])
    inside = ((cells >= 0) & (cells < clear.shape)).all(axis=1)
    cells, costs = cells[inside], costs[inside]
    where = _label_of(clear, cells)
    order = np.lexsort((costs, where))
    order = order[where[order] > 0]
    _, first = np.unique(where[order], return_index=True)
    return _Ends(_start_points(entry, clear), middles(cells[order[first]]))


def _start_points(entry: Entry, clear: LabelArray) -> FloatArray:
    if entry.strict:
        return entry.head[:1]
    _, first = np.unique(_label_of(clear, entry.cells), return_index=True)
    return middles(entry.cells[first])


def _on_grid(
    entry: Entry, clear: LabelArray, way: FloatArray, goal_cells: IntArray, goal_costs: FloatArray, needed: float, scale: float
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


def _label_of(labels: LabelArray, cells: IntArray) -> LabelArray:
    return np.asarray(labels[cells[:, 0], cells[:, 1]])


def _at(labels: LabelArray, points: FloatArray) -> LabelArray:
    return _label_of(labels, np.floor(points[:, ::-1]).astype(np.int64))


def _first_cells(labels: LabelArray, count: int) -> IntArray:
    """(count, 2) one cell of every component."""
    flat = labels.ravel()
    cells = np.zeros(count + 1, dtype=np.int64)
    there = np.flatnonzero(flat)
    cells[flat[there][::-1]] = there[::-1]
    return np.stack(np.divmod(cells[1:], labels.shape[1]), axis=1)
