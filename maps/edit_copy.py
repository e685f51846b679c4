"""A copy of a saved map that may be edited: grid and masks, and byte for byte its places, house rules, route graph and truth."""

import shutil
import tempfile
from pathlib import Path

from maps.edit_journal import JOURNAL
from maps.errors import EditRefused, MapFileMissing
from maps.levels_file import LEVELS_FILE, is_building, read_levels
from maps.saved_map import load_world, save_world

__all__ = ["copy_map"]


def copy_map(path: Path, folder: Path) -> Path:
    """Copy a saved map into a new folder: all of it or nothing.

    The grid is written as a trinary map.png with safe thresholds, so that a map from anywhere becomes one plain folder; the world
    that is loaded from it is the same. A map without a places.geojson stays without one.

    Args:
        path: A map's folder or its map_server YAML.
        folder: The folder to make; its parent must exist.

    Returns:
        The folder.

    Raises:
        EditRefused: The folder exists already, or its parent does not.
        MapFileInvalid: The map cannot be read.
        MapFileMissing: A file cannot be read or written.
    """
    if folder.exists():
        raise EditRefused(f"{str(folder)!r} exists already; choose another folder")
    if not folder.parent.is_dir():
        raise EditRefused(f"there is no folder {str(folder.parent)!r} to copy the map into")
    if is_building(path):
        return _copy_levels(path, folder)
    world = load_world(path)
    source = path if path.is_dir() else path.parent
    try:
        rough = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
        try:
            made = save_world(world, rough / "map")
            (made / "places.geojson").unlink()
            for name in ("places.geojson", "rules.yaml", "route_graph.geojson"):
                if (source / name).is_file():
                    shutil.copyfile(source / name, made / name)
            if (source / "truth").is_dir():
                shutil.copytree(source / "truth", made / "truth", ignore=shutil.ignore_patterns(JOURNAL, "__pycache__"))
            made.rename(folder)
        finally:
            shutil.rmtree(rough, ignore_errors=True)
    except (OSError, shutil.Error) as error:
        raise MapFileMissing(f"the map cannot be copied to {str(folder)!r}: {getattr(error, 'strerror', None) or error}") from None
    return folder


def _copy_levels(path: Path, folder: Path) -> Path:
    """Copy a building, level by level: all of it or nothing."""
    try:
        rough = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
        try:
            for level in read_levels(path / LEVELS_FILE).levels:
                copy_map(path / level.folder, rough / level.folder)
            for name in (LEVELS_FILE, "rules.yaml"):
                if (path / name).is_file():
                    shutil.copyfile(path / name, rough / name)
            rough.chmod(0o755)
            rough.rename(folder)
        finally:
            shutil.rmtree(rough, ignore_errors=True)
    except (OSError, shutil.Error) as error:
        raise MapFileMissing(f"the map cannot be copied to {str(folder)!r}: {getattr(error, 'strerror', None) or error}") from None
    return folder
