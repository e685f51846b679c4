"""String pulling: a grid route drawn taut, keeping the needed clearance exactly along every segment."""

from collections.abc import Generator
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import compiled, use_numba
from maps.leaps import MOST_TRIES, pulled, tries_of
from maps.sightline import KERNELS, MISSING, last_clear_of
from maps.swept import furthest_clear

if TYPE_CHECKING:
    from maps.evidence import Sights

__all__ = ["pull"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_Question: TypeAlias = tuple[int, IntArray]
"""From which vertex, and to which, in rising order; the answer is the place of the last one seen, -1 for none."""


def pull(
    blocked: BoolArray,
    clearance: FloatArray,
    points: FloatArray,
    needed: float,
    scale: float = 1.0,
    sights: "Sights | None" = None,
) -> FloatArray:
    """Shorten a polyline by leaping from vertex to the farthest vertex that is straight ahead and clear.

    Pulled from both ends at once, and the shorter of the two is taken. Consecutive input vertices are trusted to be joined by
    clear segments, as those of a grid route are.

    Args:
        blocked: (H, W) obstacle cells.
        clearance: (H, W) exact clearance of the cell centres.
        points: (N, 2) vertices as (x, y) in cells.
        needed: Clearance to keep, cells.
        scale: What one cell is in the unit of ``clearance``.
        sights: Told of every line of sight that was asked for.

    Returns:
        (M, 2) vertices, a part of ``points`` with the same first and last.
    """
    if len(points) < 3:
        return points
    pull_sides = _pulled_compiled if use_numba(blocked.size) else _pulled
    ahead, back = pull_sides(blocked, clearance, (points, points[::-1]), needed, scale, sights)
    back = back[::-1]
    return ahead if _length(ahead) <= _length(back) + 1e-9 else back


def _pulled(
    blocked: BoolArray,
    clearance: FloatArray,
    lines: tuple[FloatArray, FloatArray],
    needed: float,
    scale: float,
    sights: "Sights | None",
) -> list[FloatArray]:
    """Pull lines of as many vertices side by side, by array operations."""
    kept = list(lines)
    walks = {side: _leap(len(line)) for side, line in enumerate(lines)}
    asked = {side: next(walk) for side, walk in walks.items()}
    while asked:
        questions = [(lines[side], *question) for side, question in asked.items()]
        answers = _furthest(blocked, clearance, questions, needed, scale, sights)
        for side, answer in zip(list(asked), answers, strict=True):
            try:
                asked[side] = walks[side].send(answer)
            except StopIteration as done:
                del asked[side]
                kept[side] = lines[side][done.value]
    return kept


def _pulled_compiled(
    blocked: BoolArray,
    clearance: FloatArray,
    lines: tuple[FloatArray, FloatArray],
    needed: float,
    scale: float,
    sights: "Sights | None",
) -> list[FloatArray]:
    """``_pulled`` by compiled sightlines: many times faster, and it gives the same."""
    from maps.huge.reading import sight_field

    height, width = blocked.shape
    field, room, fill = sight_field(clearance, needed)
    cells = blocked.view(np.uint8).reshape(-1)
    leap = compiled(room, *KERNELS, last_clear_of, tries_of, pulled)
    tries, ends, where = np.empty(MOST_TRIES, dtype=np.int64), np.empty((2, MOST_TRIES)), np.empty((MOST_TRIES, 2))
    most, found = 1024, []
    for line in lines:
        x, y = np.ascontiguousarray(line.T)
        kept, counts = np.empty(len(line), dtype=np.int64), np.empty(2, dtype=np.int64)
        clear, barred = np.empty((most, 4)), np.empty((most, 2))
        work = (tries, *ends, where)
        while (count := int(leap(cells, field, width, height, scale, x, y, needed, *work, kept, clear, barred, counts))) < 0:
            if count <= MISSING and fill is not None:
                fill(*divmod(MISSING - count, width))
            else:
                most *= 8
                clear, barred = np.empty((most, 4)), np.empty((most, 2))
        found.append(line[kept[:count]])
        if sights is not None:
            seen, points = clear[: counts[0]], barred[: counts[1]]
            sights.add(seen[:, :2], seen[:, 2:], True)
            sights.add(points, points, False)
    return found


def _furthest(
    blocked: BoolArray,
    clearance: FloatArray,
    questions: list[tuple[FloatArray, int, IntArray]],
    needed: float,
    scale: float,
    sights: "Sights | None" = None,
) -> list[int]:
    """Answer questions by array operations: on each line, which of the tries is the last one seen from a vertex."""
    counts = [len(tries) for _, _, tries in questions]
    starts = np.concatenate([np.repeat(line[at : at + 1], len(tries), 0) for line, at, tries in questions])
    ends = np.concatenate([line[tries] for line, _, tries in questions])
    seen = furthest_clear(blocked, clearance, starts, ends, np.repeat(np.arange(len(counts)), counts), needed, scale)
    before = np.cumsum(counts) - counts
    found = [int(last) for last in np.where(seen >= 0, seen - before, -1)]
    if sights is not None:
        for (line, at, tries), last in zip(questions, found, strict=True):
            ends = line[tries]
            starts = np.broadcast_to(line[at], ends.shape)
            if last >= 0:
                sights.add(starts[:1], ends[last : last + 1], True)
            sights.add(starts[last + 1 :], ends[last + 1 :], False)
    return found


def _leap(count: int) -> Generator[_Question, int, list[int]]:
    """Walk along so many vertices, asking how far each leap may go; returns those that are kept."""
    last = count - 1
    kept = [0]
    while kept[-1] < last:
        at = kept[-1]
        low, high = at + 1, last + 1
        reach = 2
        while low + 1 < high:
            tries = np.empty(MOST_TRIES, dtype=np.int64)
            tries = tries[: tries_of(low, high, at, reach, tries)]
            seen = yield at, tries
            if seen >= 0:
                low = int(tries[seen])
            if seen + 1 < len(tries):
                high = int(tries[seen + 1])
            reach *= 16
        kept.append(low)
    return kept


def _length(points: FloatArray) -> float:
    return float(np.hypot(*np.diff(points, axis=0).T).sum())
