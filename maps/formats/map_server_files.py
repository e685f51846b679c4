"""map_server files: a YAML with an image, its keep-out and speed masks, in and out."""

import re
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from maps.errors import MapFileInvalid, MapFileMissing
from maps.formats.format import Format, Imported, ReadOptions, WriteOptions
from maps.grid import UNKNOWN
from maps.map_server import read_map, read_map_yaml
from maps.map_writer import write_layers
from maps.masks import read_keepout, read_speed
from maps.plain_text import short
from maps.tiles import Tiles
from maps.world import World

__all__ = ["KEEPOUT", "MAP_SERVER", "SPEED"]


def fits(head: bytes) -> bool:
    """The two keys that every map_server YAML has."""
    return all(re.search(rb"(?m)^" + key + rb"[ \t]*:", head) for key in (b"image", b"resolution"))


def _inside(path: Path) -> None:
    """Refuse an image outside of the YAML's folder: an imported file is another one's, and may name any file of yours.

    Raises:
        MapFileInvalid: It lies elsewhere.
    """
    image = read_map_yaml(path).image
    try:
        home, there = path.parent.resolve(), image.resolve()
    except (OSError, ValueError, RuntimeError):
        raise MapFileInvalid(f"{path}: its image {short(str(image))} cannot be found") from None
    if not there.is_relative_to(home):
        raise MapFileInvalid(f"{path}: its image {short(str(image))} lies outside of its folder; copy it beside the YAML")


def read(path: Path, options: ReadOptions) -> Imported:
    """A map_server map. What grey 205 was taken for is noted in the map for good."""
    _inside(path)
    saved = read_map(path, treat_205_as_unknown=options.treat_205_as_unknown)
    trapped = [warning for warning in saved.warnings if "grey 205" in warning]
    notes = [warning.partition("; ")[0] + "; import it with --205-is-unknown if they are unknown" for warning in trapped]
    others = tuple(warning for warning in saved.warnings if warning not in trapped)
    cells = saved.trinary()
    between = int((cells == UNKNOWN).sum()) - int((saved.values == UNKNOWN).sum())
    if between:
        others += (f"{path.name}: {between} cells are between free and occupied in mode {saved.yaml.mode}, and count as unknown",)
    return Imported(levels={"": World.build(options.name, saved.frame, cells, notes=notes)}, warnings=others)


def read_keepout_mask(path: Path, options: ReadOptions) -> Imported:
    """A keep-out mask, put onto a map."""
    world = _onto(path, options)
    mask = read_keepout(path, world.frame, world.cells)
    return Imported(levels={"": replace(world, keepout_mask=Tiles.of(mask.values))}, warnings=mask.warnings)


def read_speed_mask(path: Path, options: ReadOptions) -> Imported:
    """A speed mask, put onto a map."""
    world = _onto(path, options)
    mask = read_speed(path, world.frame)
    return Imported(levels={"": replace(world, speed_mask=Tiles.of(mask.values))}, warnings=mask.warnings)


def _onto(path: Path, options: ReadOptions) -> World:
    if options.onto is None:
        raise MapFileInvalid(f"{path.name} is read as a mask, and a mask needs the map that it lies on: --onto MAP")
    _inside(path)
    return options.onto


def _write(names: tuple[str, ...], world: World, path: Path) -> None:
    """Write layers under the path's own name: ``out.yaml`` with ``out.png``, and further ones as ``out_keepout.yaml``."""
    if path.suffix.lower() not in (".yaml", ".yml"):
        raise MapFileInvalid(f"cannot write to {str(path)!r}: the name must end in .yaml")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.stem}-") as scratch:
        write_layers(world, Path(scratch), straight_masks=True)
        for name in names:
            stem = path.stem if name == names[0] else f"{path.stem}_{name}"
            if not (Path(scratch) / f"{name}.yaml").is_file():
                continue
            text = (Path(scratch) / f"{name}.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
            quoted = "'" + f"{stem}.png".replace("'", "''") + "'"
            (Path(scratch) / "next.yaml").write_text(f"image: {quoted}\n" + "".join(text[1:]), encoding="utf-8")
            shutil.move(Path(scratch) / f"{name}.png", path.with_name(f"{stem}.png"))
            shutil.move(Path(scratch) / "next.yaml", path.with_name(f"{stem}{path.suffix}"))
            for made in (path.with_name(f"{stem}.png"), path.with_name(f"{stem}{path.suffix}")):
                made.chmod(0o644)


def _guarded(names: tuple[str, ...], world: World, path: Path) -> None:
    try:
        _write(names, world, path)
    except OSError as error:
        raise MapFileMissing(f"{str(path)!r} cannot be written: {error.strerror or error}") from None


def write(world: World, path: Path, options: WriteOptions) -> tuple[str, ...]:
    """The grid, and its masks where it has any."""
    _guarded(("map", "keepout", "speed"), world, path)
    written = tuple(
        f"the {kind} mask is written as {path.stem}_{kind}.yaml; its filter information also belongs into Nav2's parameters"
        for kind, mask in (("keepout", world.keepout_mask), ("speed", world.speed_mask))
        if mask is not None
    )
    return (*written, *_straightened(world)) if written else ()


def write_keepout_mask(world: World, path: Path, options: WriteOptions) -> tuple[str, ...]:
    """All that is kept out, by mask or by zone, as one mask."""
    if world.keepout is None:
        raise MapFileInvalid(f"map {world.name!r} keeps nothing out, so there is no mask to write")
    _guarded(("keepout",), replace(world, keepout_mask=Tiles.of((world.keepout * 100).astype("int8")), speed_mask=None), path)
    return (*_zones(world, "keepout"), *_straightened(world))


def write_speed_mask(world: World, path: Path, options: WriteOptions) -> tuple[str, ...]:
    """All speed limits, by mask or by zone, as one mask in m/s."""
    if world.speed_limit is None:
        raise MapFileInvalid(f"map {world.name!r} limits no speed, so there is no mask to write")
    _guarded(("speed",), replace(world, speed_mask=Tiles.of(world.speed_limit), keepout_mask=None), path)
    return (*_zones(world, "slow"), *_straightened(world))


def _zones(world: World, rule: str) -> tuple[str, ...]:
    count = sum(zone.rule == rule for zone in world.zones.values())
    return (f"{count} {rule} zones are in the mask, grown to whole cells",) if count else ()


def _straightened(world: World) -> tuple[str, ...]:
    if world.frame.origin.yaw == 0.0:
        return ()
    return (
        f"the map is turned by {world.frame.origin.yaw:g} rad and a mask of Nav2's is not: it is grown to every cell it touches",
    )


MAP_SERVER = Format(
    name="map-server",
    title="ROS map_server (YAML and image)",
    carries="cells, where the grid lies, keep-out and speed masks; no places, things, doors or zones",
    fits=fits,
    read=read,
    write=write,
)
KEEPOUT = Format(
    name="keepout",
    title="Nav2 keep-out mask",
    carries="where no robot may be, as cells; reading one needs --onto",
    fits=lambda head: fits(head) and re.search(rb"(?m)^\s*type[ \t]*:[ \t]*0\s*$", head) is not None,
    read=read_keepout_mask,
    write=write_keepout_mask,
)
SPEED = Format(
    name="speed",
    title="Nav2 speed mask",
    carries="speed limits as cells, in at most 100 levels, else rounded down; reading one needs --onto",
    fits=lambda head: fits(head) and re.search(rb"(?m)^\s*type[ \t]*:[ \t]*[12]\s*$", head) is not None,
    read=read_speed_mask,
    write=write_speed_mask,
)
