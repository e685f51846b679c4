"""Changes made to the parts of a World: cells of its grid, the state of a door, features that come, change or go."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from maps.change import DoorChange, FeatureChange
from maps.errors import MapError
from maps.features import Door, FeatureType, Place, Thing, Zone
from maps.grid import FREE, OCCUPIED, Cell, GridFrame
from maps.naming import no_such
from maps.tiles import Tiles

__all__ = ["with_cells", "with_door", "with_feature"]

_CLASSES: Mapping[FeatureType, type] = {"place": Place, "thing": Thing, "door": Door, "zone": Zone}


def with_cells(world: str, grid: Tiles, frame: GridFrame, cells: Sequence[Cell], values: Sequence[int]) -> Tiles:
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


def with_door(world: str, change: DoorChange, doors: dict[str, Door]) -> bool:
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


def with_feature(change: FeatureChange, group: dict[str, Any]) -> bool:
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
