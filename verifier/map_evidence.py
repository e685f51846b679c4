"""Map evidence: the hashes of the files that a world was read from, and the cells that have changed since."""

import hashlib
from pathlib import Path

import numpy as np

from maps import World, load_world
from maps.levels_file import LEVELS_FILE, read_levels
from maps.map_server import read_map_yaml
from verifier.certificate import CertificateInvalid, MapEvidence
from verifier.memory import Memory

__all__ = ["map_evidence"]

_READ: Memory[tuple[World, dict[str, str]]] = Memory(4)


def map_evidence(world: World, path: Path | None = None) -> MapEvidence:
    """Say which map a world is.

    Args:
        world: The world.
        path: The folder or map_server YAML that it was loaded from; by default what lies in its folder under its name.

    Returns:
        Hashes of the files, and the cells in which the world differs from them.

    Raises:
        CertificateInvalid: The world does not lie on disk, or lies there with another grid.
        MapError: A file cannot be read.
    """
    main = _main_file(world, path)
    try:
        files = _files(main)
        stamps = tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files.values())
        saved, hashes = _READ.recall(
            (main, stamps), lambda: (load_world(_whole(main)), {name: _sha(file) for name, file in files.items()})
        )
    except OSError as error:
        raise CertificateInvalid(f"The map's file {error.filename!r} cannot be read: {error.strerror}.") from None
    if saved.frame != world.frame:
        raise CertificateInvalid(f"The map {world.name!r} is not the one in {str(main)!r}; no certificate can name its files.")
    changes = () if saved.revision == world.revision else _changes(saved, world)
    return MapEvidence(name=world.name, revision=world.revision, files=hashes, changes=changes)


def _main_file(world: World, path: Path | None) -> Path:
    if path is None and world.folder is None:
        raise CertificateInvalid(f"The map {world.name!r} does not lie on disk; a certificate needs files that others can check.")
    at = path or world.folder
    assert at is not None
    if at.is_file():
        return at
    if world.building is not None:
        return at / LEVELS_FILE
    own = at / f"{world.name}.yaml"
    return at / "map.yaml" if at.resolve().name == world.name and (at / "map.yaml").is_file() else own


def _whole(main: Path) -> Path:
    """What to load: a building's folder, else the YAML itself."""
    return main.parent if main.name == LEVELS_FILE else main


def _files(main: Path) -> dict[str, Path]:
    """Every file of a saved map, by the name that its YAML has for it; of a building, with the level's folder before it."""
    if main.name == LEVELS_FILE:
        levels = [main.parent / level.folder for level in read_levels(main).levels]
        parts = {f"{level.name}/{name}": file for level in levels for name, file in _files(level / "map.yaml").items()}
        return {main.name: main, **parts}
    folder, found = main.parent, {}
    for yaml in (main, folder / "keepout.yaml", folder / "speed.yaml"):
        if yaml == main or yaml.exists():
            image = read_map_yaml(yaml).image
            found[yaml.name] = yaml
            found[str(image.relative_to(folder)) if image.is_relative_to(folder) else str(image)] = image
    places = folder / "places.geojson"
    return {**found, places.name: places} if places.exists() else found


def _sha(path: Path) -> str:
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def _changes(saved: World, world: World) -> tuple[tuple[int, int, int, int], ...]:
    """Runs of cells that differ."""
    rows, cols = np.nonzero(saved.cells != world.cells)
    if not len(rows):
        return ()
    values = world.cells[rows, cols]
    begins = np.ones(len(rows), dtype=bool)
    begins[1:] = (rows[1:] != rows[:-1]) | (cols[1:] != cols[:-1] + 1) | (values[1:] != values[:-1])
    first = np.flatnonzero(begins)
    counts = np.diff(np.append(first, len(rows)))
    runs = zip(rows[first].tolist(), cols[first].tolist(), counts.tolist(), values[first].tolist(), strict=True)
    return tuple((row, col, count, value) for row, col, count, value in runs)
