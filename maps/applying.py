"""Changes made to the parts of a World: cells of its grid, the state of a door, features that come, change or go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from maps.change import CellsChange, Change, DoorChange, FeatureChange
from maps.errors import MapError
from maps.features import Door, FeatureType, Place, Thing, Zone
from maps.grid import FREE, OCCUPIED, Cell, GridFrame
from maps.naming import no_such
from maps.tiles import Tiles

if TYPE_CHECKING:
    from maps.world import World

__all__ = ["changed_parts"]

_CLASSES: Mapping[FeatureType, type] = {"place": Place, "thing": Thing, "door": Door, "zone": Zone}


def changed_parts(world: "World", changes: Iterable[Change]) -> dict[str, Any]:
    """What of a world other parts stand for once changes are made in order, by the names of its fields.

    However many changes there are, each group of features is copied once and each tile hashed once.

    Raises:
        MapError: A cell outside the grid or of another value, a door that does not exist, a feature of the wrong type.
    """
    groups: dict[FeatureType, dict[str, Any]] = {}
    new: set[FeatureType] = set()
    cells: list[Cell] = []
    values: list[int] = []
    for change in changes:
        if isinstance(change, CellsChange):
            if len(change.cells) != len(change.values):
                raise MapError(f"a change of {len(change.cells)} cells comes with {len(change.values)} values")
            cells += change.cells
            values += change.values
            continue
        kind: FeatureType = "door" if isinstance(change, DoorChange) else change.type
        if kind not in groups:
            groups[kind] = dict(world.features(kind))
        group = groups[kind]
        if _with_door(world.name, change, group) if isinstance(change, DoorChange) else _with_feature(change, group):
            new.add(kind)
    parts: dict[str, Any] = {f"{kind}s": MappingProxyType(groups[kind]) for kind in new}
    if cells:
        grid = _with_cells(world.name, world.grid, world.frame, cells, values)
        parts |= {} if grid is world.grid else {"grid": grid}
    return parts


def _with_cells(world: str, grid: Tiles, frame: GridFrame, cells: Sequence[Cell], values: Sequence[int]) -> Tiles:
    """The grid of a world of this name with some cells changed; where a cell comes twice the last value holds.

    Raises:
        MapError: A cell lies outside, or becomes neither free nor occupied.
    """
    at, onto = np.array(cells, dtype=np.int64), np.array(values, dtype=np.int64)
    if at.size and (at.min() < 0 or (at.max(axis=0) >= frame.shape).any()):
        where = next(tuple(cell) for cell in at.tolist() if not frame.inside(*cell))
        raise MapError(f"cell {where} is outside map {world!r} of {frame.shape} rows and columns")
    if not {FREE, OCCUPIED}.issuperset(values):
        raise MapError(f"a changed cell must become {FREE} (free) or {OCCUPIED} (occupied)")
    return grid.with_values(at[:, 0], at[:, 1], onto.astype(np.int8))


def _with_door(world: str, change: DoorChange, doors: dict[str, Door]) -> bool:
    """Put a door of a world of this name into another state; whether that changed anything.

    Raises:
        MapError: There is no such door.
    """
    door = doors.get(change.door)
    if door is None:
        raise MapError(no_such(world, "door", change.door, doors))
    if door.state == change.state:
        return False
    doors[door.name] = replace(door, state=change.state)
    return True


def _with_feature(change: FeatureChange, group: dict[str, Any]) -> bool:
    """Add, replace or remove a feature; whether that changed anything.

    Raises:
        MapError: The feature that is brought is of another type or name.
    """
    if change.feature is None:
        return group.pop(change.name, None) is not None
    if not isinstance(change.feature, _CLASSES[change.type]) or change.feature.name != change.name:
        raise MapError(f"a change of {change.type} {change.name!r} must bring that feature, not {change.feature!r}")
    group[change.name] = change.feature
    return True
