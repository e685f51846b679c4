"""The formats that are known, which of them a file is (by its content, never by its name), and the way in and out."""

from pathlib import Path

from maps.bounded import read_head
from maps.errors import MapFileInvalid, MapFileMissing
from maps.formats.format import Format, Imported, ReadOptions, WriteOptions
from maps.formats.map_server_files import KEEPOUT, MAP_SERVER, SPEED
from maps.formats.movingai_map import MOVINGAI
from maps.formats.nav2_graph import NAV2_GRAPH
from maps.formats.rmf_building import RMF_BUILDING
from maps.formats.ros_topic import ROS_TOPIC
from maps.formats.spine import SPINE
from maps.world import World

__all__ = ["FORMATS", "detect", "export_map", "format_named", "import_map"]

FORMATS: tuple[Format, ...] = (KEEPOUT, SPEED, MAP_SERVER, MOVINGAI, NAV2_GRAPH, SPINE, ROS_TOPIC, RMF_BUILDING)
"""In the order in which they are tried: a mask is a map_server file too."""

_IMAGES = (b"\x89PNG", b"P2", b"P5", b"BM", b"\xff\xd8\xff", b"GIF8")


def format_named(name: str) -> Format:
    """The format of this name.

    Raises:
        MapFileInvalid: There is none; the sentence lists them.
    """
    for known in FORMATS:
        if known.name == name:
            return known
    raise MapFileInvalid(f"there is no map format {name!r}; known are {', '.join(known.name for known in FORMATS)}")


def detect(path: Path) -> Format:
    """Which format a file is, by its first 64 KiB.

    Raises:
        MapFileMissing: It is not there or cannot be read.
        MapFileInvalid: It is none of them, or a saved map already.
    """
    if path.is_dir():
        if (path / "map.yaml").is_file():
            raise MapFileInvalid(
                f"the folder {str(path)!r} is a saved map already; use it with --map as it is, or import its map.yaml"
            )
        raise MapFileInvalid(f"{str(path)!r} is a folder; name the file to import")
    head = read_head(path)
    for known in FORMATS:
        if known.fits(head):
            return known
    if head.startswith(_IMAGES):
        raise MapFileInvalid(f"{path} is an image; name the map_server YAML that says its resolution and origin")
    if b'"surefoot"' in head and b'"FeatureCollection"' in head:
        raise MapFileInvalid(f"{path} is a places.geojson; put it beside map.yaml, it needs no import")
    names = ", ".join(known.name for known in FORMATS)
    raise MapFileInvalid(f"{path} is of no format that is known ({names}); say which it is with --format")


def import_map(path: Path, options: ReadOptions, format: Format | None = None) -> Imported:
    """Read a map of any format.

    Args:
        path: The file.
        options: What the file does not say.
        format: What it is; found out where not given.

    Raises:
        MapFileMissing: A file is not there or cannot be read.
        MapFileInvalid: It is malformed, too large, or not what it should be.
    """
    known = format or detect(path)
    if known.read is None:
        raise MapFileInvalid(f"{known.title} is only written")
    return known.read(path, options)


def export_map(world: World, format: Format, path: Path, options: WriteOptions, *, overwrite: bool = False) -> tuple[str, ...]:
    """Write a map in another format.

    Returns:
        Sentences on what it could not hold.

    Raises:
        MapFileMissing: The disk refuses.
        MapFileInvalid: The file exists, or the format cannot hold this map.
    """
    if format.write is None:
        raise MapFileInvalid(f"{format.title} {format.carries.partition(':')[0]}")
    if path.exists() and not overwrite:
        raise MapFileInvalid(f"{str(path)!r} exists already; choose another --out or allow --overwrite")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MapFileMissing(f"{str(path.parent)!r} cannot be made: {error.strerror}") from None
    return format.write(world, path, options)
