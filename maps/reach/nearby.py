"""Nearby: what the gaps decide, told from a window around one end of a way wherever that end is nearly closed in.

The window's rim counts as an obstacle, so a way found in it is one. And where the face that holds the end stays away from the rim,
nothing outside the window has a say in it: a way that left the window would have been in that face up to the rim. The other end may
be far off: all cells that a route over the grid joins it to stand for it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from maps.labels import Labels, components
from maps.reach.gaps import Gap, Gaps, gaps_of

__all__ = ["End", "joined_nearby", "tightest_nearby"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

End: TypeAlias = tuple[FloatArray, IntArray]
"""The points (N, 2) of an end as (x, y) in cells, and cells (n, 2) whose centres they are surely joined to, as (row, column)."""

_REACHES = (64, 320)
"""Cells around an end, the fewer first."""
_SPARE = 2.0
"""Cells that are added to the clearance for how near to the rim a face may come."""


def joined_nearby(blocked: BoolArray, clear: Labels, one: End, other: End, needed: float, radius: float) -> bool | None:
    """Whether gaps join the two ends of a way; None where no window around either tells.

    Args:
        blocked: (H, W) obstacle cells.
        clear: Components of the cells whose centres have the clearance needed.
        one: An end.
        other: The other one.
        needed: Clearance, cells.
        radius: What a gap's half width has to be at least, cells; not above the clearance.
    """
    for here, there in ((one, other), (other, one)):
        for window in _windows(blocked, here[0], needed):
            face = window.gaps.faces(radius)
            mine = np.unique(face[window.locate(here[0])])
            near, patches = window.standing_for(clear, there)
            if np.isin(face[window.locate(np.concatenate((there[0][near], patches)))], mine).any():
                return True
            if not window.leads_out(np.isin(face, mine)):
                return False
    return None


def tightest_nearby(blocked: BoolArray, clear: Labels, starts: End, ends: End, rooms: FloatArray, needed: float) -> Gap | None:
    """``Gaps.tightest`` of the whole map, where a window around either end tells it and it is below the clearance; else None.

    Args:
        blocked: (H, W) obstacle cells.
        clear: Components of the cells whose centres have the clearance needed.
        starts: Where the way begins.
        ends: Where it may end.
        rooms: (N,) clearance of the points where it may end, cells.
        needed: Clearance, cells.
    """
    for window in _windows(blocked, ends[0], needed):
        near, patches = window.standing_for(clear, starts)
        there = np.concatenate((starts[0][near], patches))
        gap = window.tightest(there, ends[0], rooms)
        if gap is not None and gap.half_width < needed and not window.leads_on(ends[0][rooms > gap.half_width], gap):
            return gap
    for window in _windows(blocked, starts[0], needed):
        near, patches = window.standing_for(clear, ends)
        there = np.concatenate((ends[0][near], patches))
        gap = window.tightest(starts[0], there, np.concatenate((rooms[near], np.full(len(patches), np.inf))))
        if gap is not None and gap.half_width < needed and not window.leads_on(starts[0], gap):
            return gap
    return None


@dataclass(frozen=True, eq=False)
class _Window:
    """A part of a map.

    Attributes:
        blocked: (H, W) obstacle cells of the map.
        low: First row and column.
        high: Row and column after the last.
        rim: So near to a side that is not the map's own, the rim may have a say, cells.
    """

    blocked: BoolArray
    low: tuple[int, int]
    high: tuple[int, int]
    rim: float

    @cached_property
    def gaps(self) -> Gaps:
        """Those of the window."""
        return gaps_of(np.ascontiguousarray(self.blocked[self.low[0] : self.high[0], self.low[1] : self.high[1]]))

    @property
    def corner(self) -> FloatArray:
        """Its first corner, (x, y) in cells."""
        return np.array(self.low[::-1], dtype=np.float64)

    def locate(self, points: FloatArray) -> IntArray:
        """The triangles that hold points (N, 2) of the map."""
        return self.gaps.locate(points - self.corner)

    @cached_property
    def inner(self) -> tuple[FloatArray, FloatArray]:
        """The least and the greatest (x, y) in cells of the map that are out of the rim's reach."""
        low = [float(at) + self.rim if at > 0 else -math.inf for at in self.low]
        high = [float(at) - self.rim if at < size else math.inf for at, size in zip(self.high, self.blocked.shape, strict=True)]
        return np.array(low[::-1]), np.array(high[::-1])

    def leads_out(self, triangles: BoolArray) -> bool:
        """Whether any of some triangles (T,) comes into the rim's reach."""
        corners = self.gaps.corners[np.unique(self.gaps.triangles[triangles])] + self.corner
        least, most = self.inner
        return bool(((corners < least) | (corners > most)).any())

    def tightest(self, starts: FloatArray, ends: FloatArray, rooms: FloatArray) -> Gap | None:
        """``Gaps.tightest`` in the window, for points of the map."""
        gap = self.gaps.tightest(starts - self.corner, ends - self.corner, rooms) if len(starts) and len(ends) else None
        if gap is None:
            return None
        x, y = self.corner.tolist()
        return Gap(gap.half_width, (gap.a[0] + x, gap.a[1] + y), (gap.b[0] + x, gap.b[1] + y))

    def leads_on(self, points: FloatArray, gap: Gap) -> bool:
        """Whether only wider gaps than this one may lead out from any of some points (N, 2), which have the room for that."""
        if not len(points):
            return False
        wider = self.gaps.faces(float(np.nextafter(gap.half_width, np.inf)))
        return self.leads_out(np.isin(wider, wider[self.locate(points)]))

    def standing_for(self, clear: Labels, end: End) -> tuple[BoolArray, FloatArray]:
        """What of an end is out of the rim's reach: which of its points, and one of every patch that its cells are joined to."""
        points, cells = end
        least, most = self.inner
        on = ((cells >= 0) & (cells < self.blocked.shape)).all(axis=1)
        joined = np.setdiff1d(clear.at(cells[on]), [0])
        shape = self.high[0] - self.low[0], self.high[1] - self.low[1]
        window = np.indices(shape).reshape(2, -1).T + self.low
        centres = window[:, ::-1] + 0.5
        mine = np.isin(clear.at(window), joined) & ((centres >= least) & (centres <= most)).all(axis=1)
        patches, count = components(mine.reshape(shape))
        first = np.unique(patches.ravel(), return_index=True)[1][-count:] if count else np.empty(0, dtype=np.int64)
        near = np.asarray(((points >= least) & (points <= most)).all(axis=1))
        return near, np.asarray(centres[first], dtype=np.float64)


def _windows(blocked: BoolArray, ends: FloatArray, needed: float) -> Iterator[_Window]:
    """Windows around points, as long as they are much smaller than the map."""
    if not len(ends):
        return
    cells = np.floor(ends[:, ::-1]).astype(np.int64)
    for reach in _REACHES:
        low, high = np.maximum(cells.min(axis=0) - reach, 0), np.minimum(cells.max(axis=0) + reach + 1, blocked.shape)
        if 4 * math.prod((high - low).tolist()) > blocked.size:
            return
        yield _Window(blocked, (int(low[0]), int(low[1])), (int(high[0]), int(high[1])), needed + _SPARE)
