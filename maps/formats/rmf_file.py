"""Open-RMF building.yaml, checked: levels with vertices, walls, doors, lanes and floors, in metres, y up; and lifts.

As ``rmf_building_map_tools`` reads it: a reference image counts in pixels with y down, its scale is the mean over the level's
measurements, and further levels are laid onto the reference level by the fiducials that both have.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maps.bounded import parse_yaml, read_bytes
from maps.errors import MapFileInvalid
from maps.formats.rmf_parts import MAX_ITEMS, BuildingEdge, edges_of, list_of, numbers_of, rings_of, vertices_of
from maps.formats.rmf_scale import Transform, aligned, scale_of
from maps.geometry import Point
from maps.plain_text import short

__all__ = ["Building", "BuildingLevel", "BuildingLift", "LiftDoor", "Vertex", "read_building"]

MAX_BYTES = 8_000_000
MAX_LEVELS = 100


@dataclass(frozen=True, slots=True)
class Vertex:
    """A point, metres, with what is said of it."""

    point: Point
    name: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LiftDoor:
    """A lift's door: its middle from the cabin's centre along the cabin's axes, the way its leaves move, metres and radians."""

    name: str
    x: float
    y: float
    turn: float
    width: float


@dataclass(frozen=True, slots=True)
class BuildingLift:
    """A lift: where its cabin stands, its size (width along its x, depth along its y), its doors, and which open on which level."""

    name: str
    point: Point
    yaw: float
    width: float
    depth: float
    doors: tuple[LiftDoor, ...]
    level_doors: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingLevel:
    """One storey."""

    name: str
    vertices: tuple[Vertex, ...]
    walls: tuple[BuildingEdge, ...]
    doors: tuple[BuildingEdge, ...]
    lanes: tuple[BuildingEdge, ...]
    floors: tuple[tuple[int, ...], ...]
    holes: tuple[tuple[int, ...], ...]
    models: tuple[tuple[str, Point], ...]


@dataclass(frozen=True, slots=True)
class Building:
    """A building, and what is odd about its file."""

    levels: tuple[BuildingLevel, ...]
    lifts: tuple[BuildingLift, ...]
    warnings: tuple[str, ...]


def read_building(path: Path, scale: float | None = None) -> Building:
    """Read and check a building.yaml.

    Args:
        path: The file; drawings that it names are not opened.
        scale: Metres per pixel, instead of what the measurements say.

    Raises:
        MapFileMissing: It cannot be read.
        MapFileInvalid: It is malformed, has a wrong number or index, or does not say how large a pixel is.
    """
    data = parse_yaml(read_bytes(path, MAX_BYTES), path)
    given = data.get("levels") if isinstance(data, dict) else None
    if (
        not isinstance(given, dict)
        or not 1 <= len(given) <= MAX_LEVELS
        or not all(isinstance(level, dict) for level in given.values())
    ):
        raise MapFileInvalid(f"{path}: the key 'levels' must hold 1 to {MAX_LEVELS} levels; is it an Open-RMF building.yaml?")
    system = data.get("coordinate_system", "reference_image")
    if system not in ("reference_image", "cartesian_meters"):
        raise MapFileInvalid(
            f"{path.name}: coordinate_system is {short(system)}; reference_image and cartesian_meters are read, so save "
            f"it as one of them"
        )
    flip = -1.0 if system == "reference_image" else 1.0
    warnings: list[str] = []
    raw = {str(name): vertices_of(level, f"{path.name}, level {short(str(name))}", flip) for name, level in given.items()}
    levels = {str(name): level for name, level in given.items()}
    reference = str(data.get("reference_level_name", next(iter(levels))))
    if reference not in levels:
        raise MapFileInvalid(f"{path.name}: reference_level_name is {short(reference)}, which is no level")
    if system == "cartesian_meters":
        transforms = dict.fromkeys(levels, Transform(1.0))
    else:
        metres = scale or scale_of(levels[reference], raw[reference], f"{path.name}, level {short(reference)}", warnings)
        transforms = {
            name: Transform(metres)
            if name == reference
            else aligned(levels[reference], level, metres, flip, name, path, warnings, scale)
            for name, level in levels.items()
        }
    made = tuple(_level(name, level, raw[name], transforms[name], flip, path) for name, level in levels.items())
    lifts = data.get("lifts") or {}
    if not isinstance(lifts, dict) or len(lifts) > MAX_ITEMS:
        raise MapFileInvalid(f"{path.name}: lifts is {short(lifts)}, expected lifts by name")
    return Building(
        made, tuple(_lift(str(n), lift, transforms, reference, flip, path) for n, lift in lifts.items()), tuple(warnings)
    )


def _level(name: str, level: Mapping[str, Any], raw: list[Any], onto: Transform, flip: float, path: Path) -> BuildingLevel:
    where, count = f"{path.name}, level {short(name)}", len(raw)
    models = []
    for index, item in enumerate(list_of(level, "models", where)):
        if not isinstance(item, dict):
            raise MapFileInvalid(f"{where}, models[{index}] is {short(item)}, expected name, x and y")
        x, y = numbers_of([item.get("x"), item.get("y")], 2, f"{where}, models[{index}]")
        models.append((str(item.get("name", "")), onto(x, flip * y)))
    return BuildingLevel(
        name=name,
        vertices=tuple(Vertex(onto(x, y), called, params) for x, y, called, params in raw),
        walls=edges_of(level, "walls", count, where),
        doors=edges_of(level, "doors", count, where),
        lanes=edges_of(level, "lanes", count, where),
        floors=rings_of(level, "floors", count, where),
        holes=rings_of(level, "holes", count, where),
        models=tuple(models),
    )


def _lift(name: str, data: Any, transforms: Mapping[str, Transform], reference: str, flip: float, path: Path) -> BuildingLift:
    where = f"{path.name}, lift {short(name)}"
    if not isinstance(data, dict):
        raise MapFileInvalid(f"{where} is {short(data)}, expected x, y, yaw, width, depth and doors")
    x, y, yaw, width, depth = numbers_of([data.get(key) for key in ("x", "y", "yaw", "width", "depth")], 5, where)
    if not (0.1 < width < 100 and 0.1 < depth < 100):
        raise MapFileInvalid(f"{where}: its cabin is {width:g} x {depth:g} m")
    floor = data.get("reference_floor_name") or reference
    if floor not in transforms:
        raise MapFileInvalid(f"{where}: reference_floor_name is {short(floor)}, which is no level")
    doors = []
    for called, door in (data.get("doors") or {}).items() if isinstance(data.get("doors") or {}, dict) else ():
        keys = ("x", "y", "motion_axis_orientation", "width")
        numbers = numbers_of(
            [door.get(key) if isinstance(door, dict) else None for key in keys], 4, f"{where}, door {short(called)}"
        )
        doors.append(LiftDoor(str(called), *numbers))
    stops = data.get("level_doors") or {}
    if not isinstance(stops, dict) or not all(isinstance(names, list) for names in stops.values()):
        raise MapFileInvalid(f"{where}: level_doors is {short(stops)}, expected names of doors by level")
    for stop in stops:
        if str(stop) not in transforms:
            raise MapFileInvalid(f"{where}: level_doors names {short(stop)}, which is no level")
    point = transforms[floor](x, flip * y)
    served = {str(stop): tuple(map(str, names)) for stop, names in stops.items()}
    return BuildingLift(name, point, yaw, width, depth, tuple(doors), served)
