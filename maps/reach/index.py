"""ReachIndex: who can be reached from where by a disc of one radius; labels settle nearly everything, exact gaps the rest.

Cells whose centre is r clear, joined to their four neighbours, can all be driven: one component is an ACCEPT. A path of clearance
r visits only cells whose centre is at least r - sqrt(1/2) clear: no common component of those is a REJECT. What lies between is
settled by ``maps.reach.gaps``, exactly.
"""

import math
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from maps.built_from import BuiltFrom
from maps.labels import components
from maps.reach.gaps import EXACT, TOLERANCE, Gap, Gaps, gaps_of
from maps.swept import clear_segments, room_at

__all__ = ["HALF_DIAGONAL", "Outcome", "Proof", "ReachIndex", "possible_cells", "reach_index"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
LabelArray = npt.NDArray[np.int32]
BoolArray = npt.NDArray[np.bool_]

HALF_DIAGONAL = math.sqrt(0.5)
"""Cells: no point of a cell is farther from its centre."""

_AROUND = [(0, 0), (0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, -1), (-1, 1)]


class Outcome(IntEnum):
    """What is known of two points. Only the first two are proofs; the third is a refusal."""

    REJECT = 0
    ACCEPT = 1
    WITHIN_TOLERANCE = 2


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """Why there is no way.

    Attributes:
        region: (H, W) the cells that a body from the start could visit at most: those joined to the start's cell with centres
            at least ``level`` clear, or the cells of its face between gaps too narrow. None of them holds the goal where
            ``by`` is ``cells``.
        level: Clearance of the region's cell centres, cells.
        gap: The widest of the gaps that are too narrow; None where walls close every way.
        by: ``cells`` where labels alone prove it, else ``gaps``.
    """

    region: BoolArray
    level: float
    gap: Gap | None
    by: str


@dataclass(frozen=True, eq=False)
class ReachIndex(BuiltFrom):
    """Plain arrays; they may be saved and mapped into memory again.

    Attributes:
        blocked: (H, W) obstacle cells.
        clearance: (H, W) exact clearance of the cell centres.
        scale: What one cell is in the unit of ``clearance``.
        needed: The disc's radius, cells.
        clear: (H, W) component of each cell among those with the clearance needed; 0 for the others.
        possible: (H, W) component of each cell among those that a path may visit; 0 for the others.
        revision: Of the map and layers that it was made from.
    """

    blocked: BoolArray
    clearance: FloatArray
    scale: float
    needed: float
    clear: LabelArray
    possible: LabelArray
    revision: str = ""

    def joined(self, starts: IntArray, goals: IntArray) -> BoolArray:
        """Whether cells given by flat indices (N,) are joined over clear cell centres: two loads and a comparison each."""
        labels = self.clear.ravel()
        here = labels[starts]
        return np.asarray((here == labels[goals]) & (here > 0))

    def outcomes(self, starts: npt.ArrayLike, goals: npt.ArrayLike) -> npt.NDArray[np.int8]:
        """Settle pairs of points anywhere on the map.

        Args:
            starts: (N, 2) as (x, y) in cells.
            goals: (N, 2).

        Returns:
            (N,) values of :class:`Outcome`. A point without the clearance needed, off the map or not finite is reached by no
            body and from nowhere: REJECT, or WITHIN_TOLERANCE where it falls short by less than the tolerance.
        """
        a = np.asarray(starts, dtype=np.float64).reshape(-1, 2)
        b = np.asarray(goals, dtype=np.float64).reshape(-1, 2)
        room = np.minimum(self._room(a), self._room(b))
        out = np.full(len(a), Outcome.REJECT, dtype=np.int8)
        out[(room < self.needed - EXACT) & (room >= self.needed - TOLERANCE)] = Outcome.WITHIN_TOLERANCE
        able = np.flatnonzero(room >= self.needed - EXACT)
        a, b = a[able], b[able]
        near, far = self._component(a), self._component(b)
        accept = (near == far) & (near > 0)
        out[able[accept]] = Outcome.ACCEPT
        possible = self.possible[_cells(a)] == self.possible[_cells(b)]
        undecided = np.flatnonzero(possible & ~accept)
        if len(undecided):
            out[able[undecided]] = self._exactly(a[undecided], b[undecided])
        return out

    def prove(self, start: npt.ArrayLike, goals: npt.ArrayLike) -> Proof:
        """What shows that no goal (N, 2) can be reached from a start (2,), points as (x, y) in cells, none of them reachable."""
        at, ends = np.asarray(start, dtype=np.float64).reshape(1, 2), np.asarray(goals, dtype=np.float64).reshape(-1, 2)
        level = self.needed - HALF_DIAGONAL
        mine = int(self.possible[_cells(at)][0])
        region = self.possible == mine if mine else np.zeros(self.blocked.shape, dtype=bool)
        gap = self._gaps.tightest(at, ends) if len(ends) else None
        if not region[_cells(ends)].any():
            return Proof(region, level, gap, "cells")
        middles = np.argwhere(region)[:, ::-1] + 0.5
        label = self._faces[0]
        inside = label[self._gaps.locate(middles)] == label[self._gaps.locate(at)[0]]
        rows, cols = np.floor(middles[:, ::-1]).astype(np.int64).T
        region = np.zeros_like(region)
        region[rows, cols] = inside
        return Proof(region, level, gap, "gaps")

    @property
    def _gaps(self) -> Gaps:
        return gaps_of(self.blocked)

    @cached_property
    def _faces(self) -> tuple[IntArray, IntArray]:
        """Which triangles are joined, to within rounding and to within the tolerance."""
        return self._gaps.faces(self.needed - EXACT), self._gaps.faces(self.needed - TOLERANCE)

    def _exactly(self, a: FloatArray, b: FloatArray) -> npt.NDArray[np.int8]:
        surely, perhaps = self._faces
        here, there = self._gaps.locate(a), self._gaps.locate(b)
        out = np.where(perhaps[here] == perhaps[there], Outcome.WITHIN_TOLERANCE, Outcome.REJECT).astype(np.int8)
        out[surely[here] == surely[there]] = Outcome.ACCEPT
        return out

    def _room(self, points: FloatArray) -> FloatArray:
        """Exact clearance of points as far as it matters; -inf for those that are no points of the map."""
        height, width = self.blocked.shape
        on = np.isfinite(points).all(axis=1) & (points >= 0).all(axis=1) & (points <= (width, height)).all(axis=1)
        room = np.full(len(points), -np.inf)
        room[on] = room_at(self.blocked, self.clearance, points[on], self.needed + 1.0, self.scale)
        return room

    def _component(self, points: FloatArray) -> LabelArray:
        """The component of a clear cell centre nearby that each point sees with the clearance needed; 0 without one."""
        height, width = self.blocked.shape
        found = np.zeros(len(points), dtype=np.int32)
        rows, cols = _cells(points)
        for down, across in _AROUND:
            row, col = rows + down, cols + across
            ask = (found == 0) & (row >= 0) & (col >= 0) & (row < height) & (col < width)
            ask[ask] = self.clear[row[ask], col[ask]] > 0
            if not ask.any():
                continue
            middle = np.stack((col[ask] + 0.5, row[ask] + 0.5), axis=1)
            seen = clear_segments(self.blocked, self.clearance, points[ask], middle, self.needed, self.scale)
            which = np.flatnonzero(ask)[seen]
            found[which] = self.clear[row[which], col[which]]
        return found


def reach_index(blocked: BoolArray, clearance: FloatArray, needed: float, scale: float = 1.0, revision: str = "") -> ReachIndex:
    """Label a map for one radius.

    Args:
        blocked: (H, W) obstacle cells; the outside is obstacle.
        clearance: (H, W) exact clearance of the cell centres.
        needed: Clearance that the body needs, cells.
        scale: What one cell is in the unit of ``clearance``.
        revision: What it is made from.

    Raises:
        ValueError: A radius that is not a positive number.
    """
    if not (math.isfinite(needed) and needed > 0):
        raise ValueError(f"the clearance needed must be a positive number of cells, got {needed!r}")
    clear, _ = components(clearance >= (needed - EXACT) * scale)
    possible, _ = components(possible_cells(blocked, clearance, needed, scale))
    return ReachIndex(blocked, clearance, scale, needed, clear, possible, revision)


def possible_cells(blocked: BoolArray, clearance: FloatArray, needed: float, scale: float = 1.0) -> BoolArray:
    """(H, W) the cells that a path of some clearance (cells) may visit: no others can hold any point that is so clear."""
    return np.asarray(~blocked & (clearance >= (needed - HALF_DIAGONAL - TOLERANCE) * scale))


def _cells(points: FloatArray) -> tuple[IntArray, IntArray]:
    cells = np.floor(points).astype(np.int64)
    return cells[:, 1], cells[:, 0]
