"""Change: a sensed, predicted or operator's edit; ``world.apply(change)`` gives the next World."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from maps.features import DoorState, Feature

__all__ = ["CellsChange", "Change", "DoorChange", "FeatureChange", "Origin"]

Origin: TypeAlias = Literal["sensed", "predicted", "operator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellsChange:
    """Grid cells seen: ``cells`` are (row, column) pairs, row 0 at the bottom; ``values`` are 0 (free) or 100 (occupied)."""

    cells: tuple[tuple[int, int], ...]
    values: tuple[int, ...]
    origin: Origin = "sensed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorChange:
    """A door was seen, or predicted, in another state."""

    door: str
    state: DoorState
    origin: Origin = "sensed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureChange:
    """A feature appeared, changed (same type and name) or, with ``feature`` None, disappeared."""

    type: Literal["place", "thing", "door", "zone"]
    name: str
    feature: Feature | None
    origin: Origin = "sensed"


Change: TypeAlias = CellsChange | DoorChange | FeatureChange
