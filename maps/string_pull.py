"""String pulling: a grid route drawn taut, keeping the needed clearance exactly along every segment."""

from collections.abc import Generator
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.compiled import compiled, use_numba
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
    lines = (points, points[::-1])
    furthest = _compiled_furthest if use_numba(blocked.size) else _furthest
    kept: list[FloatArray] = [points, points]
    walks = {side: _leap(len(points)) for side in range(2)}
    asked = {side: next(walk) for side, walk in walks.items()}
    while asked:
        questions = [(lines[side], *question) for side, question in asked.items()]
        answers = furthest(blocked, clearance, questions, needed, scale, sights)
        for side, answer in zip(list(asked), answers, strict=True):
            try:
                asked[side] = walks[side].send(answer)
            except StopIteration as done:
                del asked[side]
                kept[side] = lines[side][done.value]
    ahead, back = kept[0], kept[1][::-1]
    return ahead if _length(ahead) <= _length(back) + 1e-9 else back


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


def _compiled_furthest(
    blocked: BoolArray,
    clearance: FloatArray,
    questions: list[tuple[FloatArray, int, IntArray]],
    needed: float,
    scale: float,
    sights: "Sights | None" = None,
) -> list[int]:
    """``_furthest`` by compiled sightlines: on a large map many times faster, and it answers alike."""
    from maps.huge.field import sight_field

    height, width = blocked.shape
    field, room, fill = sight_field(clearance, needed)
    cells = blocked.view(np.uint8).reshape(-1)
    last_clear = compiled(room, *KERNELS, last_clear_of)
    found = []
    for line, at, tries in questions:
        where = np.empty((len(tries), 2))
        x, y = line[tries, 0], line[tries, 1]
        asked = (cells, field, width, height, scale, line[at, 0], line[at, 1], x, y, needed, where)
        while (last := int(last_clear(*asked))) <= MISSING and fill is not None:
            fill(*divmod(MISSING - last, width))
        found.append(last)
        if sights is not None:
            if last >= 0:
                sights.add(line[at : at + 1], line[tries[last : last + 1]], True)
            sights.add(where[last + 1 :], where[last + 1 :], False)
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
            tries = _candidates(low, high, at, reach)
            seen = yield at, tries
            if seen >= 0:
                low = int(tries[seen])
            if seen + 1 < len(tries):
                high = int(tries[seen + 1])
            reach *= 16
        kept.append(low)
    return kept


def _candidates(low: int, high: int, at: int, reach: int) -> IntArray:
    """A few vertices strictly between two indices: doubling leaps at first, even steps once both ends are known."""
    if reach == 2:
        leaps = [at + (2 << power) for power in range((high - at).bit_length())]
        tries = [leap for leap in leaps if low < leap < high]
        if high - 1 > low and (not tries or tries[-1] != high - 1):
            tries.append(high - 1)
    else:
        step = (high - low) / 9
        tries = sorted({min(max(int(part * step + low), low + 1), high - 1) for part in range(1, 9)})
    return np.array(tries, dtype=np.int64)


def _length(points: FloatArray) -> float:
    return float(np.hypot(*np.diff(points, axis=0).T).sum())
