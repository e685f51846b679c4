"""Sensing: what a simulated robot sees of the truth from a point, and what of it is news to the agent's map.

Rays leave the body's centre in all directions and end at the first obstacle, at a shut door or where the truth itself
is unknown. Cells are noted as run lengths, so that a large map stays small on disk.
"""

import base64
import math
import zlib
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from maps import CellsChange, Change, Door, DoorChange, DoorState, FeatureChange, Point, Source, Thing, World, distance
from maps.clearance import layers
from maps.grid import UNKNOWN
from maps.sight import cells_in_sight

__all__ = ["Senses", "decode_cells", "encode_cells", "in_view", "opaque_cells", "sees", "sees_door"]

SINK_M = 1.0
"""How deep inside an obstacle (a shelf, a machine) a thing may stand and still be seen, metres."""

SENSED = Source("sensed")

Mask = NDArray[np.bool_]


class Senses:
    """What the robot has told the agent so far; ``look_from`` returns the news.

    Args:
        belief: The agent's map when the robot was started.
    """

    def __init__(self, belief: World) -> None:
        self._frame = belief.frame
        self._cells = belief.cells.copy()
        self._things: dict[str, Thing] = dict(belief.things)
        self._doors: dict[str, DoorState] = {name: door.state for name, door in belief.doors.items()}
        self._door_names = frozenset(belief.doors)

    def replay(self, changes: Iterable[Change]) -> None:
        """Take note of changes that were told in an earlier life."""
        for change in changes:
            self._note(change)

    def look_from(self, at: Point, truth: World, reach: float, carried: Iterable[str] = ()) -> list[Change]:
        """The news that a look around brings.

        Args:
            at: The body's centre, metres.
            truth: What is really there, with the doors as they are now.
            reach: Sensing range, metres.
            carried: Things on the robot; they are neither seen nor missed.

        Returns:
            Cells first, then doors, then things; all noted as told.
        """
        opaque = opaque_cells(truth)
        news: list[Change] = []
        cells = self._new_cells(at, truth, opaque, reach)
        if cells is not None:
            news.append(cells)
        for name, door in truth.doors.items():
            known = name in self._door_names and self._doors[name] == door.state
            if not known and name in self._door_names and sees_door(truth, opaque, at, door, reach):
                news.append(DoorChange(door=name, state=door.state))
        news.extend(self._new_things(at, truth, opaque, reach, frozenset(carried)))
        for change in news:
            self._note(change)
        return news

    def _note(self, change: Change) -> None:
        if isinstance(change, CellsChange):
            rows, columns = np.array(change.cells, dtype=np.int64).reshape(-1, 2).T
            self._cells[rows, columns] = change.values
        elif isinstance(change, DoorChange):
            self._doors[change.door] = change.state
        elif isinstance(change.feature, Thing):
            self._things[change.name] = change.feature
        elif change.type == "thing":
            self._things.pop(change.name, None)

    def _new_cells(self, at: Point, truth: World, opaque: Mask, reach: float) -> CellsChange | None:
        """The cells in view that the agent does not know as they are."""
        column, row = self._frame.local([at])[0]
        radius = reach / self._frame.resolution
        height, width = opaque.shape
        top, left = max(0, math.floor(row - radius)), max(0, math.floor(column - radius))
        window = np.s_[top : math.ceil(row + radius) + 1, left : math.ceil(column + radius) + 1]
        really = truth.cells[window]
        news = (really != self._cells[window]) & (really != UNKNOWN)
        if not news.any():
            return None
        angles = np.linspace(0.0, 2 * math.pi, max(16, math.ceil(2.6 * math.pi * radius)), endpoint=False)
        steps = np.arange(0.0, radius, 0.7)
        rows = np.floor(row + np.sin(angles)[:, None] * steps).astype(np.int32)
        columns = np.floor(column + np.cos(angles)[:, None] * steps).astype(np.int32)
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        rows, columns = np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
        ends = opaque[rows, columns] | ~inside
        ends[:, 0] = False
        behind = np.zeros_like(ends)
        behind[:, 1:] = np.logical_or.accumulate(ends, axis=1)[:, :-1]
        seen = inside & ~behind
        visible = np.zeros(really.shape, dtype=bool)
        visible[rows[seen] - top, columns[seen] - left] = True
        found = np.argwhere(visible & news)
        if not len(found):
            return None
        values = really[found[:, 0], found[:, 1]]
        found += (top, left)
        return CellsChange(cells=_pairs(found), values=tuple(values.tolist()))

    def _new_things(self, at: Point, truth: World, opaque: Mask, reach: float, carried: frozenset[str]) -> Iterable[FeatureChange]:
        """Things that are new, different or gone."""
        for name, thing in truth.things.items():
            if name in carried or distance(at, thing.position) > reach or _same(self._things.get(name), thing):
                continue
            if sees(truth, opaque, at, thing.position):
                yield FeatureChange(type="thing", name=name, feature=replace(thing, source=SENSED))
        for name, thing in list(self._things.items()):
            if name in carried or name in truth.things:
                continue
            if distance(at, thing.position) <= reach and sees(truth, opaque, at, thing.position):
                yield FeatureChange(type="thing", name=name, feature=None)


def opaque_cells(truth: World) -> Mask:
    """(H, W) where rays end: obstacles, shut doors, and where the truth is unknown."""
    return layers(truth, unknown="blocked", ignore=frozenset({"keepout"})).blocked


def sees(truth: World, opaque: Mask, at: Point, target: Point) -> bool:
    """Whether nothing stands between a point and a target; the obstacle that the target stands in does not count.

    Args:
        truth: For its frame.
        opaque: Where rays end.
        at: The eye, metres.
        target: What to see, metres.
    """
    away = distance(at, target)
    count = max(2, math.ceil(2 * away / truth.frame.resolution))
    shares = np.linspace(0.0, 1.0, count + 1)[:, None]
    cells = truth.frame.cells(np.array(at) * (1 - shares) + np.array(target) * shares)
    height, width = opaque.shape
    if (cells < 0).any() or (cells >= (height, width)).any():
        return False
    hidden = opaque[cells[:, 0], cells[:, 1]]
    hidden[0] = False
    if not hidden.any():
        return True
    first = int(np.argmax(hidden))
    return bool(hidden[first:].all()) and away * (1 - first / count) <= SINK_M


def in_view(truth: World, at: Point, thing: Thing) -> bool:
    """Whether a thing can be looked at from a point: by ``sees``, or by the rule with which the map picks viewpoints.

    The second makes sure that what ``goal_seen`` and ``goal_near`` promise, ``look`` keeps.
    """
    if sees(truth, opaque_cells(truth), at, thing.position):
        return True
    if not truth.frame.contains(at) or not truth.frame.contains(thing.position):
        return False
    home = truth.places.get(thing.place) if thing.place else truth.place_at(thing.position)
    outline = () if home is None else home.outline
    cell = np.array([truth.frame.cell(at)])
    reach = distance(at, thing.position) + truth.frame.resolution
    return bool(cells_in_sight(truth, thing.position, cell, reach, outline=outline)[0])


def sees_door(truth: World, opaque: Mask, at: Point, door: Door, reach: float) -> bool:
    """Whether a door's leaf or opening is in view from a point: its middle or one of its quarters."""
    (ax, ay), (bx, by) = door.segment
    spots = [(ax + (bx - ax) * share, ay + (by - ay) * share) for share in (0.5, 0.25, 0.75)]
    return any(distance(at, spot) <= reach and sees(truth, opaque, at, spot) for spot in spots)


def encode_cells(change: CellsChange, width: int) -> str:
    """A cells change as text: run lengths of (flat index, length, value), differenced, deflated, base 64."""
    cells = np.array(change.cells, dtype=np.int64).reshape(-1, 2)
    flat = cells[:, 0] * width + cells[:, 1]
    order = np.argsort(flat, kind="stable")
    flat, values = flat[order], np.array(change.values, dtype=np.int64)[order]
    breaks = np.flatnonzero((np.diff(flat) != 1) | (np.diff(values) != 0)) + 1
    starts = np.concatenate([[0], breaks])
    lengths = np.diff(np.concatenate([starts, [len(flat)]]))
    runs = np.stack([np.diff(flat[starts], prepend=0), lengths, values[starts]]).astype("<i4")
    return base64.b64encode(zlib.compress(runs.tobytes(), 6)).decode("ascii")


def decode_cells(text: str, width: int) -> CellsChange:
    """What ``encode_cells`` wrote, in row order.

    Raises:
        ValueError: The text is not such a note.
    """
    try:
        runs = np.frombuffer(zlib.decompress(base64.b64decode(text, validate=True)), dtype="<i4").reshape(3, -1)
    except (zlib.error, ValueError) as error:
        raise ValueError(f"not a note of sensed cells: {error}") from error
    starts, lengths, values = np.cumsum(runs[0].astype(np.int64)), runs[1], runs[2]
    past = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    flat = np.repeat(starts, lengths) + past
    cells = np.stack([flat // width, flat % width], axis=1)
    return CellsChange(cells=_pairs(cells), values=tuple(np.repeat(values, lengths).tolist()))


def _pairs(cells: NDArray[np.int64]) -> tuple[tuple[int, int], ...]:
    """(n, 2) cells as plain pairs."""
    return tuple(zip(cells[:, 0].tolist(), cells[:, 1].tolist(), strict=True))


def _same(known: Thing | None, thing: Thing) -> bool:
    """Whether the agent knows a thing as it is; where it was read from does not matter."""
    if known is None:
        return False
    return replace(known, source=SENSED) == replace(thing, source=SENSED)
