"""Joining: the saved maps of a building's levels become one World, side by side with walls between them."""

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from maps.building import Building, Level, Lift
from maps.errors import MapFileInvalid
from maps.geometry import Point, Pose
from maps.grid import OCCUPIED, GridFrame
from maps.joined_features import joined_features
from maps.lanes import Lane, Lanes
from maps.levels_file import LEVELS_FILE, LevelsFile, read_levels
from maps.plain_text import short
from maps.saved_map import load_world
from maps.world import World

if TYPE_CHECKING:
    from maps.saved_index import SavedIndex

__all__ = ["join_levels", "level_worlds", "load_building"]

_APART_M = 10.0
"""Offsets are multiples of this where the grids allow it, metres: easy to take off in one's head."""
_GAP_CELLS = 4
_MOST_CELLS = 400_000_000


def load_building(
    folder: Path, *, treat_205_as_unknown: bool = False, index: "SavedIndex | None" = None, truth: bool = False
) -> World:
    """Read all levels of a building and join them.

    Args:
        folder: It holds ``levels.json`` and a saved map for each level.
        treat_205_as_unknown: Take grey 205 as unknown whatever the thresholds say.
        index: Where decoded images are kept between processes.
        truth: Read what is really there on the levels that have a ``truth`` folder; for simulated robots alone.

    Raises:
        MapFileMissing: A file is not there or cannot be read.
        MapFileInvalid: A file is malformed, a level's folder lies elsewhere, its grid does not fit the others', or a lift has no
            cabin on a level.
    """
    about = read_levels(folder / LEVELS_FILE)
    return join_levels(folder.resolve().name, about, _load(folder, about, treat_205_as_unknown, index, truth), folder)


def level_worlds(world: World) -> dict[str, World]:
    """The levels of a building by themselves, each as its own folder has it.

    Raises:
        MapFileMissing: A file is gone.
        MapFileInvalid: A file has become malformed.
    """
    assert world.building is not None and world.folder is not None
    return {level.name: load_world(world.folder / level.folder) for level in world.building.levels}


def _load(folder: Path, about: LevelsFile, treat_205_as_unknown: bool, index: "SavedIndex | None", truth: bool) -> dict[str, World]:
    worlds: dict[str, World] = {}
    for level in about.levels:
        place = folder / level.folder
        if place.resolve().parent != folder.resolve():
            raise MapFileInvalid(f"{LEVELS_FILE}: the folder {short(level.folder)} of level {short(level.name)} lies elsewhere")
        if (place / LEVELS_FILE).exists() and not (place / "map.yaml").exists():
            raise MapFileInvalid(f"{LEVELS_FILE}: level {short(level.name)} is itself a building; name its levels one by one")
        place = place / "truth" if truth and (place / "truth").is_dir() else place
        worlds[level.name] = load_world(place, treat_205_as_unknown=treat_205_as_unknown, index=index)
    return worlds


def join_levels(name: str, about: LevelsFile, worlds: Mapping[str, World], folder: Path | None = None) -> World:
    """One World of several levels.

    Args:
        name: The building's name.
        about: Its levels and lifts.
        worlds: Its levels by name.
        folder: Where it was loaded from.

    Raises:
        MapFileInvalid: The grids do not fit together, or a lift has no cabin on a level.
    """
    levels, frame = _laid_out(about, worlds)
    cells = np.full(frame.shape, OCCUPIED, dtype=np.int8)
    keepout: npt.NDArray[np.int8] | None = None
    speed: npt.NDArray[np.float32] | None = None
    for level in levels:
        world = worlds[level.name]
        row, col = frame.cell((level.box[0] + frame.resolution / 2, level.box[1] + frame.resolution / 2))
        there = (slice(row, row + world.frame.height), slice(col, col + world.frame.width))
        cells[there] = world.cells
        if world.keepout_mask is not None:
            keepout = np.zeros(frame.shape, np.int8) if keepout is None else keepout
            keepout[there] = world.keepout_mask.array
        if world.speed_mask is not None:
            speed = np.zeros(frame.shape, np.float32) if speed is None else speed
            speed[there] = world.speed_mask.array
    features, called = joined_features(levels, worlds, _cabins(about, worlds))
    lifts = tuple(
        Lift(
            lift.name,
            tuple(lift.levels),
            tuple(called["place"][level, lift.places.get(level, lift.name)] for level in lift.levels),
            (lift.ride_s[0], lift.ride_s[1]),
        )
        for lift in about.lifts
    )
    made = World.build(
        name,
        frame,
        cells,
        places=features["place"],  # type: ignore[arg-type]  # by type of feature
        things=features["thing"],  # type: ignore[arg-type]
        doors=features["door"],  # type: ignore[arg-type]
        zones=features["zone"],  # type: ignore[arg-type]
        keepout_mask=keepout,
        speed_mask=speed,
        folder=folder,
        warnings=[_of_level(level.name, text) for level in levels for text in _mere_warnings(worlds[level.name])],
        notes=[_of_level(level.name, text) for level in levels for text in worlds[level.name].notes],
    )
    return replace(made, building=Building(levels, lifts), lanes=_lanes(levels, worlds))


def _lanes(levels: tuple[Level, ...], worlds: Mapping[str, World]) -> Lanes | None:
    """The lanes of all levels that have some; a level without is driven on freely from where a lift lets the robot out."""
    points: list[Point] = []
    edges: list[Lane] = []
    for level in levels:
        own = worlds[level.name].lanes
        if own is not None:
            first = len(points)
            points += [(round(x + level.offset[0], 9), round(y + level.offset[1], 9)) for x, y in own.points]
            edges += [Lane(first + lane.start, first + lane.end, lane.speed) for lane in own.edges]
    return Lanes(tuple(points), tuple(edges)) if edges else None


def _mere_warnings(world: World) -> tuple[str, ...]:
    return tuple(text for text in world.warnings if text not in world.notes)


def _of_level(level: str, text: str) -> str:
    """A level's sentence; what kind it is, is told by how it begins, so that the level comes last."""
    return f"{text} (level {level})"


def _laid_out(about: LevelsFile, worlds: Mapping[str, World]) -> tuple[tuple[Level, ...], GridFrame]:
    """Where each level goes: to the right of the one before, the first where it is."""
    first = worlds[about.levels[0].name].frame
    scale = first.resolution
    for entry in about.levels:
        frame = worlds[entry.name].frame
        if not math.isclose(frame.resolution, scale, rel_tol=1e-6):
            raise MapFileInvalid(
                f"{LEVELS_FILE}: level {short(entry.name)} has cells of {frame.resolution:g} m and level "
                f"{short(about.levels[0].name)} of {scale:g} m; import the building again with one --resolution"
            )
        if frame.origin.yaw != 0.0:
            raise MapFileInvalid(
                f"{LEVELS_FILE}: level {short(entry.name)} is turned by {frame.origin.yaw:g} rad; only levels with yaw 0 are joined"
            )
    x0, y0 = first.origin.x, first.origin.y
    at: list[tuple[int, int]] = []
    right = 0
    for index, entry in enumerate(about.levels):
        frame = worlds[entry.name].frame
        offset = 0.0
        if index:
            least = x0 + (right + _GAP_CELLS) * scale - frame.origin.x
            offset = math.ceil(least / _APART_M - 1e-9) * _APART_M
        col = round((frame.origin.x + offset - x0) / scale)
        at.append((round((frame.origin.y - y0) / scale), max(col, right + (_GAP_CELLS if index else 0))))
        right = at[-1][1] + frame.width
    low = min(row for row, _ in at)
    height = max(row + worlds[entry.name].frame.height for (row, _), entry in zip(at, about.levels, strict=True)) - low
    if right * height > _MOST_CELLS:
        raise MapFileInvalid(
            f"{LEVELS_FILE}: its {len(at)} levels side by side are {right} x {height} cells, more than {_MOST_CELLS}; "
            "use a coarser --resolution, or maps of fewer levels"
        )
    origin = Pose(x0, round(y0 + low * scale, 9))
    frame = GridFrame(scale, origin, right, height)
    levels = []
    for (row, col), entry in zip(at, about.levels, strict=True):
        own = worlds[entry.name].frame
        left, bottom = origin.x + col * scale, origin.y + (row - low) * scale
        offset_of = (round(left - own.origin.x, 9), round(bottom - own.origin.y, 9))
        box = (left, bottom, left + own.width * scale, bottom + own.height * scale)
        levels.append(Level(entry.name, entry.folder, offset_of, tuple(round(edge, 9) for edge in box)))  # type: ignore[arg-type]
    return tuple(levels), frame


def _cabins(about: LevelsFile, worlds: Mapping[str, World]) -> set[tuple[str, str]]:
    """Level and name of every cabin's place."""
    found: set[tuple[str, str]] = set()
    for lift in about.lifts:
        for level in lift.levels:
            name = lift.places.get(level, lift.name)
            if name not in worlds[level].places:
                raise MapFileInvalid(
                    f"{LEVELS_FILE}: lift {short(lift.name)} stops at level {short(level)}, where there is no place {short(name)}; "
                    'add one in its cabin, or name it under "places"'
                )
            if (level, name) in found:
                raise MapFileInvalid(f"{LEVELS_FILE}: the place {short(name)} of level {short(level)} is the cabin of two lifts")
            found.add((level, name))
    return found
