"""Sight: whether anything stands on the straight line from where a route ends to the thing or door that it leads to.

The line is cut with the closed squares of the obstacle cells, exactly. What a thing stands on or in may be in the way at the
thing's own end: it does not count where the whole line lies in one room of the map's files, since no wall of the room is crossed
then. A line that misses a square by less than the verifier's own rays tell apart (half a cell) is neither proved nor refuted.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import shapely

from .document import Leg
from .frame import Array
from .grids import Bools
from .saved_map import SavedMap, touched

__all__ = ["hidden", "on_trust"]

_NANO = 1e-9
_COARSE = 0.5
"""Cells: what the verifier's rays cannot miss."""
_BRIDGED = 1.5
"""Cells: a gap that the verifier may take for a part of what a thing stands in, as it fills corners."""
_MOST_CELLS = 5_000_000


def on_trust(leg: Leg, saved: SavedMap) -> Iterator[str]:
    """What has to be believed for a route's end to have its goal in sight; nothing where it is proved.

    Unknown space and shut doors count as walls; the door that is the goal does not hide itself.
    """
    target, end = _line(leg, saved, exact=True)
    assert leg.goal is not None
    around = _around(saved, target, end, leg.layers.shut - {leg.goal.subject})
    own, beyond = _parts(*_cut(around[1], target - around[0], end - around[0]), _NANO) if around else (0.0, [])
    if beyond or around is None:
        yield f"that it ends with a line of sight to {leg.subject!r}"
    elif own > 0.0:
        line = shapely.LineString([target, end])
        rooms = (shapely.Polygon(saved.frame.cells(ring)) for ring in saved.outlines.values())
        if any(room.is_valid and room.covers(line) for room in rooms):
            yield f"that what {leg.subject!r} stands on or in does not hide it"
        else:
            yield f"that it ends with a line of sight to {leg.subject!r}"


def hidden(leg: Leg, saved: SavedMap) -> Iterator[str]:
    """Say where a wall certainly stands between the cell in which a route ends and its goal."""
    target, end = _line(leg, saved, exact=False)
    around = _around(saved, target, end, leg.layers.shut)
    if around is None:
        return
    low, soft, walls = around
    col, row = np.maximum(np.floor(target - low).astype(np.int64), 1)
    stands = bool(soft[row - 1 : row + 2, col - 1 : col + 2].any())
    run = _parts(*_cut(soft, target - low, end - low), _BRIDGED)[0] if stands else 0.0
    for near, far in _parts(*_cut(walls, target - low, end - low), _NANO, run)[1]:
        if far - max(near, run) > _COARSE:
            x, y = target + (end - target) * ((near + far) / 2 / float(np.hypot(*(end - target))))
            yield f"a wall hides {leg.subject!r} from where it ends, near column {x:.1f}, row {y:.1f}"
            return


def _line(leg: Leg, saved: SavedMap, *, exact: bool) -> tuple[Array, Array]:
    """The goal and the end of a route, or the middle of its cell, in cells."""
    assert leg.goal is not None
    target = saved.frame.cells([np.mean(leg.goal.at, axis=0)])[0]
    end = saved.frame.cells([leg.own.points("points")[-1]])[0]
    return target, end if exact else np.floor(end) + 0.5


def _around(saved: SavedMap, target: Array, end: Array, shut: frozenset[str]) -> tuple[Array, Bools, Bools] | None:
    """The cells around a line: their low corner, all that may be in the way, walls alone; None for a line too long to look at."""
    low = np.maximum(np.floor(np.minimum(target, end)) - 1, 0)
    high = np.maximum(np.floor(np.maximum(target, end)) + 2, low)
    if np.prod(high - low) > _MOST_CELLS:
        return None
    (left, bottom), (right, top) = low.astype(np.int64), high.astype(np.int64)
    walls = saved.occupied[bottom:top, left:right]
    every = walls | saved.unknown[bottom:top, left:right]
    part = replace(saved.frame, width=every.shape[1], height=every.shape[0])
    for name in shut:
        touched(every, part, shapely.LineString(saved.frame.cells(saved.doors[name][0]) - low))
    return low, every, walls


def _cut(cells: Bools, target: Array, end: Array) -> tuple[Array, Array]:
    """The pieces of a line that lie in blocked cells, as distances from the target, cells."""
    rows, cols = np.nonzero(cells)
    corner = np.stack((cols, rows), axis=1)
    along = end - target
    length = float(np.hypot(*along))
    near, far = np.zeros(len(corner)), np.full(len(corner), length)
    for axis in (0, 1):
        before, behind = corner[:, axis] - _NANO - target[axis], corner[:, axis] + 1 + _NANO - target[axis]
        step = along[axis] / length if length > 0 else 0.0
        if abs(step) < 1e-15:
            far = np.where((before <= 0) & (behind >= 0), far, -1.0)
            continue
        first, last = np.minimum(before / step, behind / step), np.maximum(before / step, behind / step)
        near, far = np.maximum(near, first), np.minimum(far, last)
    met = near <= far
    return near[met], far[met]


def _parts(near: Array, far: Array, bridged: float, run: float = 0.0) -> tuple[float, list[tuple[float, float]]]:
    """How far the pieces go on from the target without a gap wider than ``bridged``, and the connected pieces beyond that."""
    beyond: list[tuple[float, float]] = []
    for index in np.lexsort((far, near)):
        first, last = float(near[index]), float(far[index])
        if not beyond and first <= run + bridged:
            run = max(run, last)
        elif beyond and first <= beyond[-1][1] + _NANO:
            beyond[-1] = (beyond[-1][0], max(beyond[-1][1], last))
        else:
            beyond.append((first, last))
    return run, beyond
