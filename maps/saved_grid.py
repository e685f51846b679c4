"""Saved grid: a map's decoded image taken from a saved index, or decoded and kept there."""

import hashlib
from pathlib import Path

from maps.grid import GridFrame
from maps.huge.size import is_huge
from maps.map_image import MAX_FILE_BYTES
from maps.map_server import MapYaml, read_map, read_map_yaml
from maps.saved_index import SavedIndex
from maps.tiles import TILE, Tiles

__all__ = ["read_grid"]

_MEANING = 1
"""Raise it when the same files are to be read otherwise."""


def read_grid(path: Path, index: SavedIndex, *, treat_205_as_unknown: bool = False) -> tuple[GridFrame, Tiles, list[str]]:
    """A map_server map's frame, trinary cells and warnings.

    Args:
        path: The YAML.
        index: Where decoded images are kept.
        treat_205_as_unknown: Take grey 205 as unknown whatever the thresholds say.

    Raises:
        MapFileMissing: A file is not there or cannot be read.
        MapFileInvalid: A file is malformed or out of range.
    """
    yaml = read_map_yaml(path)
    digest = hashlib.sha256(repr((_MEANING, TILE, path.name, treat_205_as_unknown)).encode())
    digest.update(path.read_bytes())
    try:
        if yaml.image.stat().st_size <= MAX_FILE_BYTES and yaml.image.is_file():
            with yaml.image.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    except (OSError, ValueError):
        pass  # read_map says what is wrong with it
    key = digest.hexdigest()
    kept = _kept(index, key, yaml)
    if kept is not None:
        return kept
    saved = read_map(path, treat_205_as_unknown=treat_205_as_unknown)
    tiles = Tiles.owning(saved.trinary())
    index.put(key, {"hashes": [each.hex() for each in tiles.hashes], "warnings": list(saved.warnings)}, tiles.array)
    if is_huge(tiles.shape):  # from now on from the file: its pages come and go
        kept = _kept(index, key, yaml)
    return kept or (saved.frame, tiles, list(saved.warnings))


def _kept(index: SavedIndex, key: str, yaml: MapYaml) -> tuple[GridFrame, Tiles, list[str]] | None:
    """What the index has of a map; None where it has nothing that is sound."""
    found = index.get(key)
    if found is None:
        return None
    about, cells = found
    try:
        height, width = cells.shape
        tiles = Tiles.stored(cells, map(bytes.fromhex, about["hashes"]))
        return GridFrame(yaml.resolution, yaml.origin, width, height), tiles, list(map(str, about["warnings"]))
    except (KeyError, TypeError, ValueError):
        return None
