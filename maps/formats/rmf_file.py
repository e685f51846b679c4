"""Open-RMF building.yaml, checked: levels with vertices, walls, doors, lanes and floors, in metres, y up; and lifts.

As ``rmf_building_map_tools`` reads it: a reference image counts in pixels with y down, its scale is the mean over the level's
measurements, and further levels are laid onto the reference level by the fiducials that both have.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from maps.bounded import parse_yaml, read_bytes
from maps.errors import MapFileInvalid
from maps.geometry import Point
from maps.map_server import is_number
from maps.plain_text import short

__all__ = ["Building", "BuildingEdge", "BuildingLevel", "BuildingLift", "LiftDoor", "Vertex", "read_building"]

MAX_BYTES = 8_000_000
MAX_ITEMS = 10_000
MAX_LEVELS = 100
_SPREAD = 0.02
"""Measurements that differ by more than this share are said."""


@dataclass(frozen=True, slots=True)
class Vertex:
    """A point, metres, with what is said of it."""

    point: Point
    name: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BuildingEdge:
    """A wall, door or lane: two vertices by number."""

    start: int
    end: int
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


@dataclass(frozen=True, slots=True)
class _Transform:
    """From a level's own numbers to metres."""

    scale: float
    turn: float = 0.0
    move: Point = (0.0, 0.0)

    def __call__(self, x: float, y: float) -> Point:
        cos, sin = math.cos(self.turn), math.sin(self.turn)
        return (
            round((cos * x - sin * y) * self.scale + self.move[0], 6),
            round((sin * x + cos * y) * self.scale + self.move[1], 6),
        )


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
    raw = {str(name): _vertices(level, f"{path.name}, level {short(str(name))}", flip) for name, level in given.items()}
    levels = {str(name): level for name, level in given.items()}
    reference = str(data.get("reference_level_name", next(iter(levels))))
    if reference not in levels:
        raise MapFileInvalid(f"{path.name}: reference_level_name is {short(reference)}, which is no level")
    if system == "cartesian_meters":
        transforms = dict.fromkeys(levels, _Transform(1.0))
    else:
        metres = scale or _scale(levels[reference], raw[reference], f"{path.name}, level {short(reference)}", warnings)
        transforms = {
            name: _Transform(metres)
            if name == reference
            else _aligned(levels[reference], level, metres, flip, name, path, warnings, scale)
            for name, level in levels.items()
        }
    made = tuple(_level(name, level, raw[name], transforms[name], flip, path) for name, level in levels.items())
    lifts = data.get("lifts") or {}
    if not isinstance(lifts, dict) or len(lifts) > MAX_ITEMS:
        raise MapFileInvalid(f"{path.name}: lifts is {short(lifts)}, expected lifts by name")
    return Building(
        made, tuple(_lift(str(n), lift, transforms, reference, flip, path) for n, lift in lifts.items()), tuple(warnings)
    )


def _list(data: Mapping[str, Any], key: str, where: str) -> list[Any]:
    value = data.get(key) or []
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        raise MapFileInvalid(f"{where}: {key} must be a list of at most {MAX_ITEMS}, found {short(value)}")
    return value


def _numbers(value: Any, count: int, where: str) -> list[float]:
    if not isinstance(value, list) or len(value) < count or not all(is_number(part) and abs(part) <= 1e7 for part in value[:count]):
        raise MapFileInvalid(f"{where} is {short(value)}, expected {count} numbers first")
    return [float(part) for part in value[:count]]


def _params(value: Any, where: str) -> dict[str, Any]:
    """``{name: [type, value]}`` as name to value."""
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(pair, list) and len(pair) == 2 for pair in value.values()):
        raise MapFileInvalid(f"{where}: its parameters are {short(value)}, expected name: [type, value]")
    return {str(name): pair[1] for name, pair in value.items()}


def _vertices(level: Mapping[str, Any], where: str, flip: float) -> list[tuple[float, float, str, dict[str, Any]]]:
    found = []
    for index, item in enumerate(_list(level, "vertices", where)):
        at = f"{where}, vertices[{index}]"
        x, y = _numbers(item, 2, at)
        name = item[3] if len(item) > 3 and isinstance(item[3], str) else ""
        found.append((x, flip * y, name, _params(item[4] if len(item) > 4 else None, at)))
    return found


def _edges(level: Mapping[str, Any], key: str, count: int, where: str) -> tuple[BuildingEdge, ...]:
    found = []
    for index, item in enumerate(_list(level, key, where)):
        at = f"{where}, {key}[{index}]"
        if not isinstance(item, list) or len(item) < 2 or not all(_is_index(end, count) for end in item[:2]):
            raise MapFileInvalid(f"{at} is {short(item)}, expected two of the {count} vertices by number")
        found.append(BuildingEdge(item[0], item[1], _params(item[2] if len(item) > 2 else None, at)))
    return tuple(found)


def _rings(level: Mapping[str, Any], key: str, count: int, where: str) -> tuple[tuple[int, ...], ...]:
    found = []
    for index, item in enumerate(_list(level, key, where)):
        ring = item.get("vertices") if isinstance(item, dict) else None
        if not isinstance(ring, list) or not 3 <= len(ring) <= 2000 or not all(_is_index(corner, count) for corner in ring):
            raise MapFileInvalid(
                f"{where}, {key}[{index}]: vertices are {short(ring)}, expected 3 or more of the {count} by number"
            )
        found.append(tuple(ring))
    return tuple(found)


def _is_index(value: Any, count: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count


def _scale(level: Mapping[str, Any], vertices: list[Any], where: str, warnings: list[str]) -> float:
    """Metres per pixel: the mean over the measurements."""
    scales = []
    for edge in _edges(level, "measurements", len(vertices), where):
        pixels, metres = math.dist(vertices[edge.start][:2], vertices[edge.end][:2]), edge.params.get("distance")
        if not is_number(metres) or metres <= 0 or pixels <= 0:  # type: ignore[operator]
            raise MapFileInvalid(f"{where}: a measurement is {short(metres)} m over {pixels:g} pixels, expected both more than 0")
        scales.append(float(metres) / pixels)  # type: ignore[arg-type]
    if not scales:
        raise MapFileInvalid(
            f"{where}: it has no measurements, so the size of a pixel is unknown; give it with --scale, metres per pixel"
        )
    if max(scales) > (1 + _SPREAD) * min(scales):
        warnings.append(
            f"{where}: its measurements disagree: a pixel is {min(scales):.5f} to {max(scales):.5f} m; their mean is "
            f"taken, so lengths "
            f"may be wrong by {max(scales) / min(scales) - 1:.0%}"
        )
    return sum(scales) / len(scales)


def _fiducials(level: Mapping[str, Any], where: str, flip: float) -> dict[str, complex]:
    found = {}
    for index, item in enumerate(_list(level, "fiducials", where)):
        x, y = _numbers(item, 2, f"{where}, fiducials[{index}]")
        if len(item) > 2 and isinstance(item[2], str):
            found[item[2]] = complex(x, flip * y)
    return found


def _aligned(
    reference: Mapping[str, Any],
    level: Mapping[str, Any],
    metres: float,
    flip: float,
    name: str,
    path: Path,
    warnings: list[str],
    scale: float | None,
) -> _Transform:
    """The transform that lays a level's fiducials onto those of the reference level; without any its own or the given scale."""
    where = f"{path.name}, level {short(name)}"
    onto, own = _fiducials(reference, path.name, flip), _fiducials(level, where, flip)
    pairs = [(onto[key], own[key]) for key in own if key in onto]
    spans = [(b[0] - a[0], b[1] - a[1]) for i, a in enumerate(pairs) for b in pairs[i + 1 :]]
    spans = [(ref, mine) for ref, mine in spans if abs(ref) > 0 and abs(mine) > 0]
    if not spans:
        warnings.append(
            f"{where}: it shares fewer than two fiducials with the reference level, so that "
            + ("--scale gives" if scale else "its own measurements give")
            + " its scale and it is not laid onto the other levels"
        )
        return _Transform(scale or _scale(level, _vertices(level, where, flip), where, warnings))
    turns = [ref / abs(ref) * (mine / abs(mine)).conjugate() for ref, mine in spans]
    turn = float(np.angle(sum(turns)))
    relative = sum(abs(mine) / abs(ref) for ref, mine in spans) / len(spans)
    spin = complex(math.cos(turn), math.sin(turn))
    move = sum((ref - spin * mine / relative for ref, mine in pairs), 0j) * metres / len(pairs)
    return _Transform(metres / relative, turn, (move.real, move.imag))


def _level(name: str, level: Mapping[str, Any], raw: list[Any], onto: _Transform, flip: float, path: Path) -> BuildingLevel:
    where, count = f"{path.name}, level {short(name)}", len(raw)
    models = []
    for index, item in enumerate(_list(level, "models", where)):
        if not isinstance(item, dict):
            raise MapFileInvalid(f"{where}, models[{index}] is {short(item)}, expected name, x and y")
        x, y = _numbers([item.get("x"), item.get("y")], 2, f"{where}, models[{index}]")
        models.append((str(item.get("name", "")), onto(x, flip * y)))
    return BuildingLevel(
        name=name,
        vertices=tuple(Vertex(onto(x, y), called, params) for x, y, called, params in raw),
        walls=_edges(level, "walls", count, where),
        doors=_edges(level, "doors", count, where),
        lanes=_edges(level, "lanes", count, where),
        floors=_rings(level, "floors", count, where),
        holes=_rings(level, "holes", count, where),
        models=tuple(models),
    )


def _lift(name: str, data: Any, transforms: Mapping[str, _Transform], reference: str, flip: float, path: Path) -> BuildingLift:
    where = f"{path.name}, lift {short(name)}"
    if not isinstance(data, dict):
        raise MapFileInvalid(f"{where} is {short(data)}, expected x, y, yaw, width, depth and doors")
    x, y, yaw, width, depth = _numbers([data.get(key) for key in ("x", "y", "yaw", "width", "depth")], 5, where)
    if not (0.1 < width < 100 and 0.1 < depth < 100):
        raise MapFileInvalid(f"{where}: its cabin is {width:g} x {depth:g} m")
    floor = data.get("reference_floor_name") or reference
    if floor not in transforms:
        raise MapFileInvalid(f"{where}: reference_floor_name is {short(floor)}, which is no level")
    doors = []
    for called, door in (data.get("doors") or {}).items() if isinstance(data.get("doors") or {}, dict) else ():
        keys = ("x", "y", "motion_axis_orientation", "width")
        numbers = _numbers([door.get(key) if isinstance(door, dict) else None for key in keys], 4, f"{where}, door {short(called)}")
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
