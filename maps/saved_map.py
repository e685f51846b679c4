"""Saved maps: a folder with map.yaml, masks and places.geojson, or any map_server YAML, to a World and back."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from maps.change import FeatureChange
from maps.errors import MapError, MapFileInvalid, MapFileMissing
from maps.geometry import Pose
from maps.grid import FREE
from maps.map_server import read_map, saved_notes
from maps.masks import Mask, read_keepout, read_speed
from maps.naming import near_names
from maps.places_writing import write_places
from maps.polygon import touched_cells
from maps.semantics import read_places
from maps.tiles import Tiles
from maps.world import FEATURE_TYPES, World

if TYPE_CHECKING:
    from maps.saved_index import SavedIndex

__all__ = ["find_map", "load_world", "save_world", "shipped_maps", "start_pose"]

SHIPPED = Path(__file__).parent / "shipped"


def shipped_maps() -> dict[str, Path]:
    """The maps that come with Surefoot: name to folder, sorted."""
    if not SHIPPED.is_dir():
        return {}
    return {folder.name: folder for folder in sorted(SHIPPED.iterdir()) if (folder / "map.yaml").is_file()}


def find_map(name_or_path: str) -> Path:
    """The folder or YAML that a user means.

    Args:
        name_or_path: The name of a shipped map, or the path of a map folder or a map_server YAML.

    Raises:
        MapFileMissing: Neither exists; the sentence offers names that look alike.
    """
    shipped = shipped_maps()
    if name_or_path in shipped:
        return shipped[name_or_path]
    path = Path(name_or_path).expanduser()
    try:
        exists = bool(name_or_path.strip()) and path.exists()
    except (OSError, ValueError):
        exists = False
    if exists:
        return path
    near = near_names(name_or_path, shipped)
    hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else f"; shipped maps are {', '.join(shipped) or 'none'}"
    shown = name_or_path if len(name_or_path) <= 200 else name_or_path[:197] + "..."
    raise MapFileMissing(f"there is no map {shown!r}: neither a shipped map nor a file or folder of that name{hint}")


def load_world(path: Path | str, *, treat_205_as_unknown: bool = False, index: "SavedIndex | None" = None) -> World:
    """Read a saved map.

    Args:
        path: A folder with ``map.yaml``, a map_server YAML, or a building's folder with ``levels.json``, whose levels are joined to
            one map (``maps.joining``). ``keepout.yaml``, ``speed.yaml`` and ``places.geojson`` are read
            when they lie beside it; without a ``places.geojson`` rooms are found and named.
        treat_205_as_unknown: Take grey 205 as unknown whatever the thresholds say.
        index: Where decoded images are kept between processes; the same files then give the same world sooner.

    Raises:
        MapFileMissing: A file is not there or cannot be read.
        MapFileInvalid: A file is malformed, out of range or inconsistent.
    """
    path = Path(path)
    folder, yaml = (path, path / "map.yaml") if path.is_dir() else (path.parent, path)
    if path.is_dir() and not yaml.is_file():
        if (path / "levels.json").is_file():
            from maps.joining import load_building

            return load_building(path, treat_205_as_unknown=treat_205_as_unknown, index=index)
        raise MapFileMissing(f"the folder {str(path)!r} holds no map.yaml; name the map's YAML file itself")
    if index is None:
        saved = read_map(yaml, treat_205_as_unknown=treat_205_as_unknown)
        frame, grid, warnings = saved.frame, Tiles.owning(saved.trinary()), list(saved.warnings)
    else:
        from maps.saved_grid import read_grid

        frame, grid, warnings = read_grid(yaml, index, treat_205_as_unknown=treat_205_as_unknown)
    notes = saved_notes(yaml)
    masks: dict[str, Mask] = {}
    for key in ("keepout", "speed"):
        file = folder / f"{key}.yaml"
        if file.exists() and file != yaml:
            cells = grid.array if key == "keepout" else None
            masks[key] = read_speed(file, frame) if cells is None else read_keepout(file, frame, cells)
            warnings += masks[key].warnings
    semantic = folder / "places.geojson"
    known = read_places(semantic, frame) if semantic.exists() else None
    world = World.build(
        folder.resolve().name if yaml.name == "map.yaml" else yaml.stem,
        frame,
        grid,
        places=known.places if known else (),
        things=known.things if known else (),
        doors=known.doors if known else (),
        zones=known.zones if known else (),
        keepout_mask=masks["keepout"].values if "keepout" in masks else None,
        speed_mask=masks["speed"].values if "speed" in masks else None,
        folder=folder,
        warnings=warnings,
        notes=notes,
    )
    if known is not None and known.keep_lanes:
        from maps.formats.places_graph import lanes_beside

        world = replace(world, lanes=lanes_beside(folder, known.full_speed))
    if known is None:
        from maps.rooms import find_rooms

        world = world.apply(*(FeatureChange(type="place", name=room.name, feature=room) for room in find_rooms(world)))
    return world


def save_world(world: World, folder: Path, *, overwrite: bool = False) -> Path:
    """Write a saved map that ``load_world`` reads back to the same revision: all of it or nothing.

    Args:
        world: What to write: grid, masks and features.
        folder: The folder to make; its parent must exist.
        overwrite: Replace a map that is already there; what else lies in its folder (rules.yaml, truth) is kept.

    Returns:
        The folder.

    Raises:
        MapFileInvalid: The folder exists and ``overwrite`` is not set.
        MapFileMissing: The disk refuses.
    """
    from maps.map_writer import write_layers

    if folder.exists() and not overwrite:
        raise MapFileInvalid(f"{str(folder)!r} exists already; choose another folder or allow overwriting")
    try:
        fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
        try:
            if folder.exists():
                shutil.copytree(folder, fresh, dirs_exist_ok=True, ignore=lambda at, names: _ours(Path(at) == folder, names))
            write_layers(world, fresh)
            features = [f for kind in FEATURE_TYPES for f in world.features(kind).values()]
            write_places(fresh / "places.geojson", features, world.lanes)
            if world.lanes is not None:
                from maps.formats.places_graph import write_lanes

                write_lanes(world.lanes, fresh)
            fresh.chmod(0o755)
            if folder.exists():
                aside = folder.with_name(f".{folder.name}-before-{fresh.name[-8:]}")
                folder.rename(aside)
                fresh.rename(folder)
                shutil.rmtree(aside)
            else:
                fresh.rename(folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise MapFileMissing(f"the map cannot be written to {str(folder)!r}: {error.strerror or error}") from None
    return folder


def _ours(top: bool, names: list[str]) -> set[str]:
    """The files that a new version of the map brings itself or no longer has."""
    layers = {f"{layer}.{suffix}" for layer in ("map", "keepout", "speed") for suffix in ("yaml", "png")}
    return (layers | {"places.geojson"}) & set(names) if top else set()


def start_pose(world: World) -> Pose:
    """Where a robot starts when nobody says: at the first dock, else at the roomiest free spot of the first place.

    Raises:
        MapError: The map has no free cell at all.
    """
    for place in world.places.values():
        if place.is_dock and place.pose is not None:
            return place.pose
    free = np.pad(world.cells == FREE, 1)
    if world.keepout is not None:
        free[1:-1, 1:-1] &= ~world.keepout
    room = _room(free)[1:-1, 1:-1]
    inside = np.zeros(world.frame.shape, dtype=bool)
    first = next(iter(world.places.values()), None)
    if first is not None and first.outline:
        rows, cols = touched_cells(world.frame, first.outline).T
        inside[rows, cols] = True
    elif first is not None and first.pose is not None:
        return first.pose
    best = np.where(inside, room, 0.0)
    if best.max() <= 0:
        best = room
    if best.max() <= 0:
        raise MapError(f"map {world.name!r} has no free cell to start on")
    row, col = np.unravel_index(int(np.argmax(best)), best.shape)
    return Pose(*world.frame.centre(int(row), int(col)))


def _room(free: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Distance from each free cell to the nearest other cell, in cells."""
    from scipy.ndimage import distance_transform_edt

    return np.asarray(distance_transform_edt(free), dtype=np.float64)
