"""Saving what was imported: a saved map, or for a building one per level beside a ``levels.json`` that names its lifts."""

import json
import re
from dataclasses import replace
from pathlib import Path

from maps.building import Lift
from maps.change import FeatureChange
from maps.errors import MapFileInvalid, MapFileMissing
from maps.formats.format import Imported
from maps.formats.graph import RouteGraph
from maps.formats.nav2_graph import graph_json
from maps.formats.places_graph import GRAPH_FILE
from maps.formats.writing import write_text
from maps.levels_file import LEVELS_FILE
from maps.places_model import MAX_FEATURES
from maps.saved_map import save_world
from maps.world import FEATURE_TYPES, World

__all__ = ["save_imported"]


def save_imported(imported: Imported, folder: Path, *, overwrite: bool = False) -> dict[str, Path]:
    """Write all levels.

    Args:
        imported: What was read.
        folder: The folder to make; with several levels each gets one inside it.
        overwrite: Replace what is there.

    Returns:
        The saved maps by level.

    Raises:
        MapFileInvalid: The folder exists and ``overwrite`` is not set, or a map has more features than a saved map may.
        MapFileMissing: The disk refuses.
    """
    for world in imported.levels.values():
        count = sum(len(world.features(kind)) for kind in FEATURE_TYPES)
        if count > MAX_FEATURES:
            raise MapFileInvalid(
                f"map {world.name!r} has {count} places, things, doors and zones; a saved map holds {MAX_FEATURES}"
            )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if tuple(imported.levels) == ("",):
            _save(imported.levels[""], imported.graphs.get(""), folder, overwrite)
            return {"": folder}
        if folder.exists() and not overwrite:
            raise MapFileInvalid(f"{str(folder)!r} exists already; choose another folder or allow overwriting")
        folder.mkdir(exist_ok=True)
        saved: dict[str, Path] = {}
        for level, world in imported.levels.items():
            saved[level] = folder / _folder_name(level, {path.name.casefold() for path in saved.values()})
            _save(replace(world, name=saved[level].name), imported.graphs.get(level), saved[level], overwrite)
    except OSError as error:
        raise MapFileMissing(f"the map cannot be written to {str(folder)!r}: {error.strerror or error}") from None
    about = {
        "surefoot": 1,
        "levels": [{"name": level, "folder": path.name} for level, path in saved.items()],
        "lifts": [_lift(lift) for lift in imported.lifts],
    }
    write_text(folder / LEVELS_FILE, json.dumps(about, indent=1, ensure_ascii=False) + "\n")
    return saved


def _lift(lift: Lift) -> dict[str, object]:
    """A lift's entry; its cabins are named where they are not called like the lift."""
    odd = {level: cabin for level, cabin in zip(lift.levels, lift.cabins, strict=True) if cabin != lift.name}
    return {"name": lift.name, "levels": list(lift.levels), **({"places": odd} if odd else {})}


def _save(world: World, graph: RouteGraph | None, folder: Path, overwrite: bool) -> None:
    if not any(world.features(kind) for kind in FEATURE_TYPES):
        from maps.rooms import find_rooms

        world = world.apply(*(FeatureChange(type="place", name=room.name, feature=room) for room in find_rooms(world)))
    save_world(world, folder, overwrite=overwrite)
    if graph is not None:
        write_text(folder / GRAPH_FILE, graph_json(graph, folder.name))
    elif world.lanes is None:
        (folder / GRAPH_FILE).unlink(missing_ok=True)


def _folder_name(level: str, taken: set[str]) -> str:
    """A level's name as a folder: no separators, nothing hidden, no name twice."""
    plain = re.sub(r"[^\w.-]+", "-", level)[:60].strip(".-") or "level"
    name, number = plain, 2
    while name.casefold() in taken:
        name, number = f"{plain}-{number}", number + 1
    return name
