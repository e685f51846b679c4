"""What differs between two maps: cells, masks and named features, as data and in words."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.edit_checks import anchor, feature_points
from maps.features import Feature, FeatureType
from maps.geometry import Point, distance
from maps.grid import FREE, OCCUPIED, UNKNOWN
from maps.outline import trace_outline
from maps.places_writing import feature_json
from maps.tiles import Tiles
from maps.world import FEATURE_TYPES, World

__all__ = ["CellsDiff", "FeatureDiff", "MapDiff", "Patch", "diff_worlds"]

Layer: TypeAlias = Literal["occupied", "free", "unknown", "keepout", "no_keepout", "speed", "new_ground", "lost_ground"]
WORDS: dict[Layer, str] = {
    "occupied": "occupied now", "free": "free now", "unknown": "unknown now", "keepout": "keep-out by mask now",
    "no_keepout": "no longer keep-out by mask", "speed": "another speed limit by mask",
    "new_ground": "known on the second map, outside the first", "lost_ground": "known on the first map, outside the second",
}  # fmt: skip

MAX_PATCHES = 40
"""So many patches of each kind are told and drawn, the largest first."""

_OUTSIDE = -2
_ROWS = 1 << 20
"""So many cells, about, are looked at in one go."""

_Cells: TypeAlias = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """Touching cells that differ in the same way: their area, where they are, and their border, metres."""

    area_m2: float
    low: Point
    high: Point
    outline: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellsDiff:
    """All cells that differ in one way: how many, their area, in how many patches, and the largest of these."""

    layer: Layer
    cells: int
    area_m2: float
    patches: int
    largest: tuple[Patch, ...]

    def __str__(self) -> str:
        """As people read it."""
        text = f"{WORDS[self.layer]}: {self.cells} cells, {self.area_m2:.2f} m2"
        (x0, y0), (x1, y1) = self.largest[0].low, self.largest[0].high
        where = f"x {x0:.2f} to {x1:.2f}, y {y0:.2f} to {y1:.2f}"
        return f"{text}, at {where}" if self.patches == 1 else f"{text}, in {self.patches} patches, the largest at {where}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureDiff:
    """A feature that only one of the maps has, or that differs; renamed is one whose geometry stayed while its name changed."""

    what: Literal["added", "removed", "renamed", "changed"]
    type: FeatureType
    before: Feature | None
    after: Feature | None
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As people read it."""
        one = self.before or self.after
        assert one is not None
        if self.what == "renamed" and self.after is not None:
            return f"renamed {self.type} {one.name!r} to {self.after.name!r}" + "".join(f", {detail}" for detail in self.details)
        details = f": {', '.join(self.details)}" if self.details else ""
        return f"{self.what} {self.type} {one.name!r}{details}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapDiff:
    """What differs between two maps; empty if nothing does."""

    cells: tuple[CellsDiff, ...]
    features: tuple[FeatureDiff, ...]
    frames: str = ""

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.cells or self.features or self.frames)

    def sentences(self) -> Iterator[str]:
        """One line for each difference."""
        if self.frames:
            yield self.frames
        yield from map(str, (*self.cells, *self.features))

    def to_json(self) -> dict[str, Any]:
        """The same for machines."""
        features = [
            {
                "what": item.what,
                "type": item.type,
                "before": None if item.before is None else feature_json(item.before),
                "after": None if item.after is None else feature_json(item.after),
                "details": list(item.details),
            }
            for item in self.features
        ]
        return {"frames": self.frames, "cells": [asdict(item) for item in self.cells], "features": features}


def diff_worlds(a: World, b: World) -> MapDiff:
    """Compare two maps.

    Cells are compared on the grid of ``b``, each with the cell of ``a`` that holds its centre, so that the two may be of different
    size, resolution and origin, as long as their map frames are the same.

    Args:
        a: The map before.
        b: The map after.

    Returns:
        What differs, cells first.
    """
    before, after = _sampled(a, b, a.grid, _OUTSIDE), b.cells
    masks: list[tuple[Layer, npt.NDArray[np.bool_]]] = [
        ("occupied", (after == OCCUPIED) & ((before == FREE) | (before == UNKNOWN))),
        ("free", (after == FREE) & ((before == OCCUPIED) | (before == UNKNOWN))),
        ("unknown", (after == UNKNOWN) & ((before == FREE) | (before == OCCUPIED))),
        ("new_ground", (before == _OUTSIDE) & (after != UNKNOWN)),
    ]
    kept, keeps = (_sampled(a, b, a.keepout_mask, 0), b.keepout_mask.array if b.keepout_mask else np.zeros(b.frame.shape, np.int8))
    masks += [("keepout", (keeps == OCCUPIED) & (kept != OCCUPIED)), ("no_keepout", (keeps != OCCUPIED) & (kept == OCCUPIED))]
    if a.speed_mask is not None or b.speed_mask is not None:
        zero = np.zeros(b.frame.shape, np.float32)
        masks.append(("speed", _sampled(a, b, a.speed_mask, 0) != (b.speed_mask.array if b.speed_mask else zero)))
    cells = [_cells(layer, mask, b) for layer, mask in masks if mask.any()]
    if a.frame != b.frame:
        lost = (_sampled(b, a, b.grid, _OUTSIDE) == _OUTSIDE) & (a.cells != UNKNOWN)
        cells += [_cells("lost_ground", lost, a)] if lost.any() else []
    return MapDiff(cells=tuple(cells), features=tuple(_features(a, b)), frames=_frames(a, b))


def _frames(a: World, b: World) -> str:
    if a.frame == b.frame:
        return ""
    one, two = (
        f"{f.width} x {f.height} cells of {f.resolution:g} m from ({f.origin.x:g}, {f.origin.y:g}), yaw {f.origin.yaw:g}"
        for f in (a.frame, b.frame)
    )
    return f"the grids differ: {one}; now {two}"


def _sampled(a: World, b: World, layer: Tiles | None, outside: int) -> npt.NDArray[Any]:
    """A layer of ``a`` at the centres of the cells of ``b``."""
    if layer is None:
        return np.full(b.frame.shape, outside, dtype=np.int8)
    if a.frame == b.frame:
        return layer.array
    values = layer.array
    sampled = np.full(b.frame.shape, outside, dtype=values.dtype)
    columns = np.arange(b.frame.width)
    rows = max(1, _ROWS // b.frame.width)
    for first in range(0, b.frame.height, rows):
        row, col = np.meshgrid(np.arange(first, min(first + rows, b.frame.height)), columns, indexing="ij")
        there = a.frame.cells(b.frame.centres(np.stack([row.ravel(), col.ravel()], axis=1)))
        inside = ((there >= 0) & (there < a.frame.shape)).all(axis=1)
        sampled[row.ravel()[inside], col.ravel()[inside]] = values[there[inside, 0], there[inside, 1]]
    return sampled


def _cells(layer: Layer, mask: npt.NDArray[np.bool_], world: World) -> CellsDiff:
    from scipy import ndimage

    labels, count = ndimage.label(mask)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    boxes = ndimage.find_objects(labels)
    cell = world.frame.resolution**2
    patches = []
    for number in np.argsort(-sizes, kind="stable")[:MAX_PATCHES].tolist():
        rows, cols = boxes[number]
        outline = (
            trace_outline(labels[rows, cols] == number + 1, world.frame, first=(rows.start, cols.start), tolerance_m=0.02) or ()
        )
        xs, ys = zip(*outline, strict=True)
        low, high = (min(xs), min(ys)), (max(xs), max(ys))
        patches.append(Patch(area_m2=round(int(sizes[number]) * cell, 4), low=low, high=high, outline=outline))
    total = int(mask.sum())
    return CellsDiff(layer=layer, cells=total, area_m2=round(total * cell, 4), patches=int(count), largest=tuple(patches))


def _features(a: World, b: World) -> Iterator[FeatureDiff]:
    for type in FEATURE_TYPES:
        old, new = a.features(type), b.features(type)
        gone = {name: feature for name, feature in old.items() if name not in new}
        come = {name: feature for name, feature in new.items() if name not in old}
        for name, feature in old.items():
            if name in gone:
                twin = next((other for other in come.values() if feature_points(other) == feature_points(feature)), None)
                if twin is not None:
                    del come[twin.name]
                    details = tuple(d for d in _details(feature, twin) if not d.startswith("name"))
                    yield FeatureDiff(what="renamed", type=type, before=feature, after=twin, details=details)
                else:
                    yield FeatureDiff(what="removed", type=type, before=feature, after=None)
            elif details := _details(feature, new[name]):
                yield FeatureDiff(what="changed", type=type, before=feature, after=new[name], details=details)
        for feature in come.values():
            yield FeatureDiff(what="added", type=type, before=None, after=feature)


def _details(before: Feature, after: Feature) -> tuple[str, ...]:
    """What differs between two features, key by key."""
    old, new = feature_json(before), feature_json(after)
    said = []
    if old["geometry"] != new["geometry"]:
        away = distance(anchor(before), anchor(after))
        said.append(f"moved {away:.2f} m" if away >= 0.005 else "other shape")
    was, now = old["properties"], new["properties"]
    for key in dict.fromkeys([*was, *now]):
        if key != "pose" and was.get(key) != now.get(key):
            said.append(f"{key} {_short(was.get(key))} -> {_short(now.get(key))}")
        elif was.get(key) != now.get(key) and not said:
            said.append(f"pose {_short(was.get(key))} -> {_short(now.get(key))}")
    return tuple(said)


def _short(value: object) -> str:
    if value is None:
        return "none"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
