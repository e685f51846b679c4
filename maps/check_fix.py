"""Repairs that need no person: what ``maps check --fix`` writes. Images stay, and so does every byte that need not change."""

import contextlib
import copy
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from maps.bounded import read_bytes
from maps.check import MapIssue, check_map
from maps.checks.issue import SetFeature, SetKey
from maps.edit import Edit
from maps.edit_file import PLACES, edit_map, editable_folder
from maps.edit_text import apply_splices, parse_strictly, rewrite
from maps.errors import EditRefused, MapFileInvalid, MapFileMissing
from maps.levels_file import LEVELS_FILE, is_building, read_levels
from maps.map_server import MAX_YAML_BYTES, read_map, read_map_yaml
from maps.saved_map import load_world
from maps.semantics import MAX_BYTES, parse_places
from maps.world import World

__all__ = ["fix_map"]

ROUNDS = 3
"""A repair may bring another to light (a pose may lie in what has become unknown), but not for long."""


def fix_map(path: Path) -> tuple[str, ...]:
    """Carry out every repair that the map's own data settle.

    Rings of outlines are closed, ``free_thresh`` is set where grey 205 counts as free, poses in walls move to the nearest free spot
    of their own outline, and doors say between which two places they stand. Changes of places.geojson but the closing of rings can
    be taken back with ``surefoot maps undo``.

    Args:
        path: A map's folder or its map_server YAML.

    Returns:
        What was changed, one sentence each; empty when there was nothing to mend.

    Raises:
        EditRefused: The map comes with Surefoot, or a file changed meanwhile.
        MapFileInvalid: The map cannot be read for another reason; nothing more was written.
        MapFileMissing: A file is not there or cannot be written; that file is as it was.
    """
    if is_building(path):
        parts = [path / level.folder for level in read_levels(path / LEVELS_FILE).levels]
        return tuple(f"{part.name}: {line}" for part in parts for line in fix_map(part))
    folder = editable_folder(path)
    changed = list(_close_rings(path, folder / PLACES))
    for _ in range(ROUNDS):
        world = load_world(path)
        done = _mend(path, folder, world, check_map(world))
        changed += done
        if not done:
            break
    return tuple(changed)


def _mend(path: Path, folder: Path, world: World, issues: tuple[MapIssue, ...]) -> list[str]:
    """Carry out the repairs of one look at the map: first those of the grid, which may change all others."""
    keys = [issue.repair for issue in issues if isinstance(issue.repair, SetKey)]
    if keys:
        return [line for key in dict.fromkeys(keys) if (line := _set_key(folder / key.file, key))]
    features: dict[str, SetFeature] = {}
    for issue in issues:
        if isinstance(issue.repair, SetFeature):
            features.setdefault(str(issue.repair.before.source), issue.repair)
    if not features:
        return []
    told = [f"{PLACES}: {repair.before.name!r}: {repair.what}" for repair in features.values()]
    edit = Edit(title="maps check --fix", pairs=tuple((repair.before, repair.after) for repair in features.values()))

    def wish(now: World) -> Edit:
        if now.revision != world.revision:
            raise EditRefused(f"map {world.name!r} was changed by somebody else just now; nothing was written, try again")
        return edit

    edit_map(path, wish)
    return told


def _set_key(file: Path, wanted: SetKey) -> str:
    """Write another value on a key's own line; empty if the YAML has no such line."""
    before = read_bytes(file, MAX_YAML_BYTES)
    line = re.compile(rb"^(%s[ \t]*:[ \t]*)([^\s#,{}\[\]]+)" % re.escape(wanted.key.encode()), re.MULTILINE)
    found = list(line.finditer(before))
    if len(found) != 1:
        return ""
    start, end = found[0].span(2)
    after = before[:start] + wanted.value.encode() + before[end:]
    old = read_map_yaml(file)
    with _written_beside(file, after) as rough:
        new = read_map_yaml(rough)
        others = [field.name for field in fields(old) if field.name not in ("file", wanted.key)]
        if any(getattr(old, name) != getattr(new, name) for name in others) or str(getattr(new, wanted.key)) != wanted.value:
            return ""
        os.replace(rough, file.resolve())
    return f"{file.name}: {wanted.key}: {before[start:end].decode(errors='replace')} -> {wanted.value}"


def _close_rings(path: Path, file: Path) -> list[str]:
    """Repeat the first point of each outline that does not end with it. Only if the file can then be read is it written."""
    if not file.exists():
        return []
    before = read_bytes(file, MAX_BYTES)
    try:
        text = before.decode()
        document = parse_strictly(text)
    except (ValueError, RecursionError):
        return []  # the reader will say what is wrong
    closed, told = _with_rings_closed(document)
    if not told:
        return []
    after = apply_splices(text, rewrite(text, document, closed)).encode()
    frame = read_map(path / "map.yaml" if path.is_dir() else path).frame
    try:
        parse_places(after, file, frame)
    except MapFileInvalid as error:
        raise MapFileInvalid(f"{error} (apart from outlines that are not closed; nothing was written)") from None
    with _written_beside(file, after) as rough:
        os.replace(rough, file.resolve())
    return told


def _with_rings_closed(document: Any) -> tuple[Any, list[str]]:
    made, told = copy.deepcopy(document), []
    features = made.get("features") if isinstance(made, dict) else None
    for feature in features if isinstance(features, list) else ():
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        rings = geometry.get("coordinates") if isinstance(geometry, dict) and geometry.get("type") == "Polygon" else None
        ring = rings[0] if isinstance(rings, list) and len(rings) == 1 else None
        if isinstance(ring, list) and len(ring) >= 3 and isinstance(ring[0], list) and ring[0] != ring[-1]:
            ring.append(list(ring[0]))
            properties = feature.get("properties")
            name = properties.get("name") if isinstance(properties, dict) else None
            told.append(f"{PLACES}: {name!r}: outline closed at {ring[0]}")
    return made, told


@contextlib.contextmanager
def _written_beside(file: Path, content: bytes) -> Iterator[Path]:
    """New content of a file in a file beside it, on disk and with the same rights; gone afterwards unless it was renamed."""
    file = file.resolve()
    rough: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=".new")
        rough = Path(name)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        rough.chmod(file.stat().st_mode & 0o777)
        yield rough
    except OSError as error:
        raise MapFileMissing(f"{str(file)!r} cannot be written: {error.strerror or error}; it is as it was") from None
    finally:
        if rough is not None:
            with contextlib.suppress(OSError):
                rough.unlink(missing_ok=True)
