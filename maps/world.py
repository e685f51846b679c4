"""World: the immutable snapshot of what is known of a map. Everything that judges or moves asks it; nothing changes it in place."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from maps.applying import changed_parts
from maps.change import Change, FeatureChange
from maps.digest import features_digest, features_text, frame_digest
from maps.errors import MapError
from maps.features import Door, Feature, FeatureType, Place, Thing, Zone
from maps.geometry import Point
from maps.grid import FREE, OCCUPIED, UNKNOWN, GridFrame
from maps.naming import name_table, no_such, normalise_name
from maps.place_sizes import SizedPlace, holder, sized
from maps.tiles import Tiles
from maps.zone_cells import keepout_cells, lowest_limits

if TYPE_CHECKING:
    from maps.building import Building
    from maps.lanes import Lanes

__all__ = ["FEATURE_TYPES", "World"]

FEATURE_TYPES: tuple[FeatureType, ...] = ("place", "thing", "door", "zone")
_F = TypeVar("_F", Place, Thing, Door, Zone)


@dataclass(frozen=True, eq=False, repr=False)
class World:
    """An immutable snapshot of a map; make one with ``World.build`` or ``load_world``, the next one with ``apply``.

    Attributes:
        name: The map's name.
        frame: Where the grid lies in the map frame.
        grid: The occupancy grid in tiles; ``cells`` is the same as one array.
        places: Places by name, in file order; likewise things, doors and zones.
        keepout_mask: (H, W) int8 on this grid, 100 = never enter; None without a mask.
        speed_mask: (H, W) float32 m/s on this grid, 0 = no limit; None without a mask.
        folder: Where it was loaded from.
        warnings: What a user should know about the files, one sentence each; the notes are among them.
        notes: Those that stay true wherever the map is saved to, so that they are saved with it.
        building: Its levels and lifts, where it has several levels on the one grid.
        lanes: What routes keep to, where the map says that they must.
    """

    name: str
    frame: GridFrame
    grid: Tiles
    places: Mapping[str, Place]
    things: Mapping[str, Thing]
    doors: Mapping[str, Door]
    zones: Mapping[str, Zone]
    keepout_mask: Tiles | None = None
    speed_mask: Tiles | None = None
    folder: Path | None = None
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    building: "Building | None" = None
    lanes: "Lanes | None" = None

    @classmethod
    def build(
        cls,
        name: str,
        frame: GridFrame,
        cells: "npt.ArrayLike | Tiles",
        places: Iterable[Place] = (),
        things: Iterable[Thing] = (),
        doors: Iterable[Door] = (),
        zones: Iterable[Zone] = (),
        keepout_mask: npt.ArrayLike | None = None,
        speed_mask: npt.ArrayLike | None = None,
        folder: Path | None = None,
        warnings: Iterable[str] = (),
        notes: Iterable[str] = (),
    ) -> "World":
        """Make a World from its parts.

        Args:
            name: The map's name.
            frame: Where the grid lies.
            cells: (H, W) of FREE, OCCUPIED or UNKNOWN, row 0 at the bottom; as tiles they are taken as they are.
            places: Places; likewise things, doors, zones. Names must be unique within a type.
            things: Things.
            doors: Doors.
            zones: Zones.
            keepout_mask: (H, W) on this grid: bool, or int8 with 100 where a body may never be.
            speed_mask: (H, W) on this grid: m/s, 0 = no limit.
            folder: Where it came from.
            warnings: Sentences for the user.
            notes: More of them, saved with the map.

        Raises:
            MapError: An array of another shape or with other values, or a name given twice.
        """
        grid = cells if isinstance(cells, Tiles) else np.asarray(cells)
        if grid.shape != frame.shape:
            raise MapError(f"map {name!r}: the grid is {grid.shape} cells, its frame says {frame.shape}")
        if not isinstance(grid, Tiles):
            if not ((grid == FREE) | (grid == OCCUPIED) | (grid == UNKNOWN)).all():
                raise MapError(f"map {name!r}: cells must be {FREE} (free), {OCCUPIED} (occupied) or {UNKNOWN} (unknown)")
            grid = Tiles.of(grid.astype(np.int8))
        keepout = None if keepout_mask is None else np.asarray(keepout_mask)
        if keepout is not None:
            keepout = np.where(keepout if keepout.dtype == bool else keepout == OCCUPIED, np.int8(OCCUPIED), np.int8(FREE))
        speed = None if speed_mask is None else np.asarray(speed_mask, dtype=np.float32)
        kept = tuple(notes)
        for what, mask in (("keep-out", keepout), ("speed", speed)):
            if mask is not None and mask.shape != frame.shape:
                raise MapError(f"map {name!r}: the {what} mask is {mask.shape} cells, the map is {frame.shape}")
        return cls(
            name=name,
            frame=frame,
            grid=grid,
            places=_by_name(places),
            things=_by_name(things),
            doors=_by_name(doors),
            zones=_by_name(zones),
            keepout_mask=None if keepout is None else Tiles.of(keepout),
            speed_mask=None if speed is None else Tiles.of(speed),
            folder=folder,
            warnings=(*kept, *warnings),
            notes=kept,
        )

    def __repr__(self) -> str:
        """Short: a world is too large to print."""
        counts = f"{len(self.places)} places, {len(self.things)} things, {len(self.doors)} doors"
        return f"<World {self.name!r} {self.frame.width} x {self.frame.height} cells, {counts}, {self.revision[:15]}>"

    def __eq__(self, other: object) -> bool:
        """Equal content under the same name."""
        return isinstance(other, World) and self.name == other.name and self.revision == other.revision

    def __hash__(self) -> int:
        """By content."""
        return hash(self.revision)

    @cached_property
    def revision(self) -> str:
        """``sha256:`` and 64 hex digits over frame, grid, masks and features; name, folder and file order do not count."""
        masks = (self.keepout_mask, self.speed_mask)
        parts = [self._frame_digest, self.grid.digest, self._features_digest]
        parts += [b"\0" * 32 if mask is None else mask.digest for mask in masks]
        parts += [part.digest for part in (self.building, self.lanes) if part is not None]
        return "sha256:" + hashlib.sha256(b"".join(parts)).hexdigest()

    @cached_property
    def features_key(self) -> bytes:
        """SHA-256 over all features and their order; neither cells nor masks count. Indexes of names are kept under it."""
        order = [self.names(type) for type in FEATURE_TYPES]
        return hashlib.sha256(self._features_digest + json.dumps(order).encode()).digest()

    @property
    def cells(self) -> npt.NDArray[np.int8]:
        """(H, W) int8, read-only, row 0 at the bottom: FREE, OCCUPIED or UNKNOWN."""
        return self.grid.array

    @cached_property
    def docks(self) -> tuple[Place, ...]:
        """The places where the robot can charge, in file order."""
        return tuple(place for place in self.places.values() if place.is_dock)

    @cached_property
    def door_ends(self) -> npt.NDArray[np.float64]:
        """(D, 2, 2) both ends of the doors, in their order, metres; whatever their states."""
        return np.array([door.segment for door in self.doors.values()], dtype=np.float64).reshape(-1, 2, 2)

    @cached_property
    def has_unknown(self) -> bool:
        """Whether any cell is unknown."""
        return any(bool((tile == UNKNOWN).any()) for tile in self.grid.tiles)

    @cached_property
    def keepout(self) -> npt.NDArray[np.bool_] | None:
        """(H, W) bool, read-only: where the footprint may never be, by mask or zone (grown to whole cells); None if nowhere."""
        return keepout_cells(self.frame, self.zones.values(), self.keepout_mask)

    @cached_property
    def speed_limit(self) -> npt.NDArray[np.float32] | None:
        """(H, W) float32 m/s, read-only: the lowest limit of mask, slow zones and lanes, 0 = no limit; None if nowhere."""
        return lowest_limits(self.frame, self.zones.values(), self.lanes, self.speed_mask)

    @cached_property
    def speed_key(self) -> bytes:
        """SHA-256 over all that limits speeds: drive times are kept under it."""
        lanes = b"" if self.lanes is None else self.lanes.digest
        mask = b"" if self.speed_mask is None else self.speed_mask.digest
        slow = features_text(zone for zone in self.zones.values() if zone.rule == "slow").encode()
        return hashlib.sha256(b"\0".join((frame_digest(self.frame), mask, lanes, slow))).digest()

    def names(self, type: FeatureType) -> tuple[str, ...]:
        """The names of all features of a type, in file order."""
        return tuple(self.features(type))

    def features(self, type: FeatureType) -> Mapping[str, Feature]:
        """All features of a type by name."""
        groups: Mapping[FeatureType, Mapping[str, Feature]] = {
            "place": self.places, "thing": self.things, "door": self.doors, "zone": self.zones,
        }  # fmt: skip
        return groups[type]

    def feature(self, type: FeatureType, name: str) -> Feature:
        """The feature of this type and exact name.

        Raises:
            MapError: There is none; the sentence offers names that look alike.
        """
        found = self.features(type).get(name)
        if found is None:
            raise MapError(no_such(self.name, type, name, self.names(type)))
        return found

    def resolve(self, type: FeatureType, text: str) -> str | None:
        """The name that a text means: exact, then but for case, white space and article, then as an alias; else None."""
        return text if text in self.features(type) else self._tables[type].get(normalise_name(text))

    def place_at(self, point: Point) -> Place | None:
        """The smallest place that holds a point; a point place holds what is within 0.75 m of it."""
        return holder(self._sized_places, point)

    def apply(self, *changes: Change) -> "World":
        """The next World: these changes made in order. Untouched tiles and features are shared with this one.

        However many changes there are, each group of features is copied once and each tile hashed once.

        Raises:
            MapError: A cell outside the grid or of another value, a door that does not exist, a feature of the wrong type.
        """
        parts = changed_parts(self, changes)
        made = self._next(**parts) if parts else self
        if "door_ends" in self.__dict__ and not any(
            isinstance(change, FeatureChange) and change.type == "door" for change in changes
        ):
            made.__dict__["door_ends"] = self.door_ends
        return made

    def seen_through(self, doors: Mapping[str, Door]) -> "World":
        """The same world, whose doors are looked up in another mapping of the same ones."""
        known = (self.revision, self._tables, self.docks)
        made = replace(self, doors=doors)
        made.__dict__.update({name: value for name, value in self.__dict__.items() if name not in made.__dict__})
        assert known[0] == made.revision
        return made

    def _next(self, **parts: Any) -> "World":
        """A copy with other parts, keeping what was computed from the parts that stay."""
        made = replace(self, **parts)
        keep = {"_frame_digest"} | {f"_{type}_text" for type in FEATURE_TYPES if f"{type}s" not in parts}
        keep |= set() if "zones" in parts else {"keepout", "speed_limit", "speed_key"}
        keep |= {"_features_digest", "features_key", "_tables", "_sized_places"} if parts.keys() <= {"grid"} else set()
        keep |= {"has_unknown"} if "grid" not in parts or not self.__dict__.get("has_unknown", True) else set()  # none ever comes
        made.__dict__.update({name: self.__dict__[name] for name in keep if name in self.__dict__})
        return made

    @cached_property
    def _frame_digest(self) -> bytes:
        return frame_digest(self.frame)

    @cached_property
    def _features_digest(self) -> bytes:
        return features_digest({type: self._features_text(type) for type in FEATURE_TYPES})

    def _features_text(self, type: FeatureType) -> str:
        """What a group of features adds to the digest; of a group that stays as it is it is worked out once."""
        key = f"_{type}_text"
        if key not in self.__dict__:
            self.__dict__[key] = features_text(self.features(type).values())
        text: str = self.__dict__[key]
        return text

    @cached_property
    def _tables(self) -> Mapping[FeatureType, Mapping[str, str]]:
        return {type: name_table(self.features(type).values()) for type in FEATURE_TYPES}

    @cached_property
    def _sized_places(self) -> tuple[SizedPlace, ...]:
        return sized(self.places.values())


def _by_name(features: Iterable[_F]) -> Mapping[str, _F]:
    """Features by name, in order."""
    group: dict[str, _F] = {}
    for feature in features:
        if feature.name in group:
            raise MapError(f"the name {feature.name!r} is given twice: {group[feature.name].source} and {feature.source}")
        group[feature.name] = feature
    return MappingProxyType(group)
