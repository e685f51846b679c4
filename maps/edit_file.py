"""Edits of a saved map on disk: checked, read back, written in one stroke, and written down so that they can be undone."""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from maps.edit import Edit
from maps.edit_journal import JOURNAL, Step, digest, journal_text, load_journal, step_back
from maps.edit_places import edit_places_text
from maps.errors import EditRefused, MapFileInvalid, MapFileMissing
from maps.features import Feature, FeatureType
from maps.levels_file import LEVELS_FILE, is_building, read_levels
from maps.places_writing import feature_json, places_json
from maps.saved_map import load_world, shipped_maps
from maps.semantics import Semantics, parse_places
from maps.world import FEATURE_TYPES, World

__all__ = ["EditedMap", "edit_map", "editable_folder", "undo_edit", "write_first_places"]

PLACES = "places.geojson"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedMap:
    """A map before and after an edit, and what was done."""

    before: World
    after: World
    edit: Edit


def edit_map(path: Path, wish: Callable[[World], Edit]) -> EditedMap:
    """Carry out an edit on a saved map's places.geojson; nothing else is written.

    Args:
        path: A map's folder or its map_server YAML.
        wish: Makes the edit for the map as it is, e.g. ``lambda world: rename(world, "room 1", "kitchen")``.

    Returns:
        The map before and after; ``after.revision`` is that of the map on disk.

    Raises:
        EditRefused: The map comes with Surefoot, has no places.geojson, the edit makes no sense, or the file changed meanwhile.
        MapFileInvalid: The map, or the map with this edit, cannot be read.
        MapFileMissing: A file is not there or cannot be written; then all is as it was.
    """
    file = editable_folder(path) / PLACES
    with _only_us(file.parent):
        data = _read(file)
        world = load_world(path)
        if data is None:
            raise EditRefused(
                f"map {world.name!r} has no places.geojson yet: `surefoot maps rooms {path}` writes one with the rooms found"
            )
        edit = wish(world)
        after = world.apply(*edit.changes)
        text, back = edit_places_text(_decoded(data, file), edit.pairs)
        _check_read_back(parse_places(text.encode(), file, world.frame), after)
        _commit(file, data, text.encode(), edit.title, back)
    return EditedMap(before=world, after=after, edit=edit)


def write_first_places(path: Path, wish: Callable[[World], Edit]) -> EditedMap:
    """Write the places.geojson of a map that has none.

    Args:
        path: A map's folder or its map_server YAML.
        wish: Makes the edit; the map that it is given names the rooms that are found.

    Raises:
        EditRefused: There is one already, or the map comes with Surefoot.
        MapFileInvalid: The map cannot be read.
        MapFileMissing: A file is not there or cannot be written.
    """
    file = editable_folder(path) / PLACES
    with _only_us(file.parent):
        if _read(file) is not None:
            raise EditRefused(f"{file} is there already")
        found = load_world(path)
        world = replace(found, places=MappingProxyType({}))
        edit = wish(found)
        after = world.apply(*edit.changes)
        text = places_json(feature for _, feature in edit.pairs if feature is not None)
        _check_read_back(parse_places(text.encode(), file, world.frame), after)
        _commit(file, None, text.encode(), edit.title, [])
    return EditedMap(before=world, after=after, edit=edit)


def undo_edit(path: Path) -> str:
    """Take back the last edit that is still the last thing that happened to the file.

    Returns:
        What the edit had done.

    Raises:
        EditRefused: There is none, or places.geojson has been changed otherwise since.
        MapFileMissing: A file cannot be read or written.
    """
    file = editable_folder(path) / PLACES
    journal = file.parent / JOURNAL
    with _only_us(file.parent):
        data = _read(file)
        step, content, left = step_back(load_journal(journal), data)
        if content is None:
            try:
                file.unlink()
            except OSError as error:
                raise MapFileMissing(f"{str(file)!r} cannot be removed: {error.strerror}") from None
        else:
            _write(file, content)
        _write(journal, journal_text(left))
    return step.title


def editable_folder(path: Path) -> Path:
    """The folder of a saved map that may be edited.

    Raises:
        EditRefused: The map comes with Surefoot, or is a building.
    """
    folder = (path if path.is_dir() else path.parent).resolve()
    for name, shipped in shipped_maps().items():
        if folder == shipped.resolve():
            raise EditRefused(
                f"map {name!r} comes with Surefoot and stays as it is: edit a copy, made with `surefoot maps copy {name} FOLDER`"
            )
    if is_building(folder):
        levels = ", ".join(str(path / level.folder) for level in read_levels(folder / LEVELS_FILE).levels[:4])
        raise EditRefused(f"{str(path)!r} is a building of several levels; edit one of them: {levels}")
    return folder


def _check_read_back(known: Semantics, wanted: World) -> None:
    """Refuse to write a text that would not be read as the world that was meant."""
    groups: dict[FeatureType, Sequence[Feature]] = {
        "place": known.places,
        "thing": known.things,
        "door": known.doors,
        "zone": known.zones,
    }
    for type in FEATURE_TYPES:
        read = {feature.name: feature_json(feature) for feature in groups[type]}
        meant = {feature.name: feature_json(feature) for feature in wanted.features(type).values()}
        if read != meant:
            name = next(name for name in {**read, **meant} if read.get(name) != meant.get(name))
            raise EditRefused(f"the {type} {name!r} would not be read back as it was meant, so nothing was written")


def _commit(file: Path, before: bytes | None, after: bytes, title: str, back: list[list[tuple[int, int, str]]]) -> None:
    """Write the edit down, then carry it out: if that is cut short, undo knows it by the file's hash."""
    if _read(file) != before:
        raise EditRefused(f"{file} was changed by somebody else just now; nothing was written, try again")
    journal = file.parent / JOURNAL
    earlier = journal.read_bytes() if journal.is_file() else None
    steps = [*load_journal(journal), Step(title=title, before=digest(before), after=digest(after), back=back)]
    _write(journal, journal_text(steps))
    try:
        _write(file, after)
    except MapFileMissing:
        with contextlib.suppress(MapFileMissing, OSError):
            journal.unlink() if earlier is None else _write(journal, earlier)
        raise


@contextlib.contextmanager
def _only_us(folder: Path) -> Iterator[None]:
    """Hold the folder against other edits."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise MapFileMissing(f"{str(folder)!r} cannot be read: {error.strerror}") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes() if file.exists() else None
    except OSError as error:
        raise MapFileMissing(f"{str(file)!r} cannot be read: {error.strerror}") from None


def _decoded(data: bytes, file: Path) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise MapFileInvalid(f"{file} is not UTF-8, so it cannot be edited; save it as UTF-8") from None


def _write(file: Path, data: bytes) -> None:
    """Write beside the file, flush to disk, then rename; under the lock, so what a killed edit left there is overwritten."""
    file = file.resolve()
    rough = file.with_name(f".{file.name}.new")
    try:
        mode = file.stat().st_mode & 0o777 if file.exists() else 0o644
        with rough.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        rough.chmod(mode)
        os.replace(rough, file)
    except OSError as error:
        with contextlib.suppress(OSError):
            rough.unlink(missing_ok=True)
        raise MapFileMissing(f"{str(file)!r} cannot be written: {error.strerror or error}; the map is as it was") from None
