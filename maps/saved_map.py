"""Saved maps: a folder with map.yaml, masks and places.geojson, or any map_server YAML, to a World and back."""

from pathlib import Path

from maps.errors import MapError, MapFileInvalid, MapFileMissing
from maps.features import Place
from maps.geometry import Pose
from maps.map_server import read_map
from maps.naming import near_names
from maps.world import World

__all__ = ["find_map", "load_world", "shipped_maps", "start_pose"]

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


def load_world(path: Path | str, *, treat_205_as_unknown: bool = False) -> World:
    """Read a saved map.

    Args:
        path: A folder with ``map.yaml``, or a map_server YAML. ``keepout.yaml``, ``speed.yaml`` and ``places.geojson`` are read
            when they lie beside it; without a ``places.geojson`` rooms are found and named.
        treat_205_as_unknown: Take grey 205 as unknown whatever the thresholds say.

    Raises:
        MapFileMissing: A file is not there or cannot be read.
        MapFileInvalid: A file is malformed, out of range or inconsistent.
    """
    path = Path(path)
    folder, yaml = (path, path / "map.yaml") if path.is_dir() else (path.parent, path)
    if path.is_dir() and not yaml.is_file():
        raise MapFileMissing(f"the folder {str(path)!r} holds no map.yaml; name the map's YAML file itself")
    saved = read_map(yaml, treat_205_as_unknown=treat_205_as_unknown)
    name = folder.resolve().name if yaml.name == "map.yaml" else yaml.stem
    world = World.build(name, saved.frame, saved.trinary(), folder=folder, warnings=saved.warnings)
    return world


def start_pose(world: World) -> Pose:
    """Where a robot starts when nobody says: at the first dock, else at the roomiest free spot of the first place.

    Raises:
        MapError: The map has no free cell at all.
    """
    for place in world.places.values():
        if place.is_dock and place.pose is not None:
            return place.pose
    raise MapError(f"map {world.name!r} has no free cell to start on")


_ = (MapFileInvalid, Place)
