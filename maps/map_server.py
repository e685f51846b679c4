"""ROS map_server files: a YAML and the image it names, read exactly as Nav2's map_server means them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.bounded import parse_yaml, read_bytes
from maps.errors import MapFileInvalid, MapFileMissing, MapYamlInvalid
from maps.geometry import Pose
from maps.grid import FREE, OCCUPIED, UNKNOWN, GridFrame
from maps.map_image import GreyImage, open_grey
from maps.plain_text import label_fault, short

__all__ = ["MapMode", "MapYaml", "OccupancyMap", "is_number", "occupancy", "read_map", "read_map_yaml", "saved_notes"]

MapMode: TypeAlias = Literal["trinary", "scale", "raw"]

MAX_YAML_BYTES = 1_000_000
MAX_NOTES = 20
MAX_PATH = 4096
FINEST_M, COARSEST_M = 0.0005, 1000.0
"""A robot is some cells wide and a map some robots: beyond these no map is usable, metres per pixel."""
_STRIP = 4_000_000
"""Cells that are looked up at a time."""
_KEYS = {"image", "resolution", "origin", "negate", "occupied_thresh", "free_thresh", "mode"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MapYaml:
    """A map_server YAML, checked.

    Attributes:
        file: The YAML itself.
        image: The image it names.
        resolution: Metres per pixel.
        origin: Pose of the lower-left corner of the lower-left pixel.
        negate: Whether white means occupied; no effect in raw mode.
        occupied_thresh: Occupancy from which a cell is occupied, 0 to 1.
        free_thresh: Occupancy up to which a cell is free, 0 to 1.
        mode: How grey becomes occupancy.
        extra: Keys that map_server does not know, e.g. filter information.
    """

    file: Path
    image: Path
    resolution: float
    origin: Pose
    negate: bool
    occupied_thresh: float
    free_thresh: float
    mode: MapMode = "trinary"
    extra: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupancyMap:
    """A saved grid as map_server publishes it.

    Attributes:
        yaml: What the YAML says.
        frame: Where the grid lies.
        values: (H, W) int8, row 0 at the bottom: 0..100, or -1 for unknown.
        warnings: Sentences that the user should read.
    """

    yaml: MapYaml
    frame: GridFrame
    values: npt.NDArray[np.int8]
    warnings: tuple[str, ...] = ()

    def trinary(self) -> npt.NDArray[np.int8]:
        """The grid as FREE, OCCUPIED or UNKNOWN: what lies between the YAML's own thresholds is unknown."""
        if self.yaml.mode == "trinary":
            return self.values
        values = np.arange(-128, 128).astype(np.int8)
        ratio = values / 100.0
        occupied, free = ratio >= self.yaml.occupied_thresh, (ratio <= self.yaml.free_thresh) & (values >= 0)
        if self.yaml.mode == "scale":
            occupied, free = values == OCCUPIED, values == FREE
        meaning = np.full(256, UNKNOWN, dtype=np.int8)
        meaning[occupied], meaning[free] = OCCUPIED, FREE
        return _looked_up(self.values, np.roll(meaning, 128))


def read_map(path: Path, *, treat_205_as_unknown: bool = False) -> OccupancyMap:
    """Read a map_server YAML and its image.

    Args:
        path: The YAML file.
        treat_205_as_unknown: Take grey 205, which savers write for unknown, as unknown whatever the thresholds say.

    Raises:
        MapFileMissing: The YAML or the image is not there or cannot be read.
        MapYamlInvalid: The YAML is malformed, or a value is missing, of another type or out of range.
        MapImageInvalid: The image cannot be decoded or is too large.
    """
    yaml = read_map_yaml(path)
    with open_grey(yaml.image, named_by=path) as image:
        height, width = image.shape
        values = np.empty((height, width), dtype=np.int8)
        frees_205, freed = _meaning(np.array([205.0]), yaml)[0] == FREE, 0
        for top, strip in image:
            rows = occupancy(strip, yaml)
            if frees_205:
                grey_205 = np.flipud(strip.grey == 205) & (rows == FREE)
                freed += int(np.count_nonzero(grey_205))
                if treat_205_as_unknown:
                    rows[grey_205] = UNKNOWN
            values[height - top - len(rows) : height - top] = rows
    warnings: tuple[str, ...] = ()
    if freed and not treat_205_as_unknown and yaml.mode != "raw":
        warnings = (
            f"{path.name}: {freed} pixels of grey 205, which map savers write for unknown, count as free because "
            f"free_thresh is {yaml.free_thresh:g}; write `free_thresh: 0.196` in {path.name} if they are unknown",
        )
    values.flags.writeable = False
    return OccupancyMap(yaml=yaml, frame=GridFrame(yaml.resolution, yaml.origin, width, height), values=values, warnings=warnings)


def occupancy(image: GreyImage, yaml: MapYaml) -> npt.NDArray[np.int8]:
    """Grey to occupancy as Nav2's map_server does it, bottom row first: (H, W) int8 of 0..100 or -1."""
    if image.grey.dtype == np.uint8:
        values = _looked_up(np.asarray(image.grey, dtype=np.uint8), _meaning(np.arange(256, dtype=np.float64), yaml))
    else:
        values = _meaning(np.asarray(image.grey, dtype=np.float64), yaml)
    if yaml.mode != "raw" and image.opaque is not None:
        values[~image.opaque] = UNKNOWN
    return np.ascontiguousarray(np.flipud(values))


def _looked_up(codes: npt.NDArray[Any], table: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """What each byte of some codes (H, W) means by a table of 256.

    bytes.translate looks a table up several times faster than indexing, which widens every pixel to an index first.
    """
    meaning = table.tobytes()
    values = np.empty(codes.shape, dtype=np.int8)
    rows = max(1, _STRIP // codes.shape[1])
    for first in range(0, len(codes), rows):
        part = np.frombuffer(codes[first : first + rows].tobytes().translate(meaning), dtype=np.int8)
        values[first : first + rows] = part.reshape(-1, codes.shape[1])
    return values


def _meaning(grey: npt.NDArray[np.float64], yaml: MapYaml) -> npt.NDArray[np.int8]:
    """What opaque greys from 0 to 255 mean: 0..100 or -1."""
    if yaml.mode == "raw":
        kept = np.floor(grey)
        return np.where(kept <= OCCUPIED, kept, UNKNOWN).astype(np.int8)
    values = np.full(grey.shape, UNKNOWN, dtype=np.int8)
    p = grey / 255.0 if yaml.negate else 1.0 - grey / 255.0
    occupied, free = p >= yaml.occupied_thresh, p <= yaml.free_thresh
    if yaml.mode == "scale":
        between = ~occupied & ~free
        ratio = (p[between] - yaml.free_thresh) / (yaml.occupied_thresh - yaml.free_thresh)
        values[between] = np.floor(ratio * 100 + 0.5).astype(np.int8)
    values[occupied] = OCCUPIED
    values[free] = FREE
    return values


def read_map_yaml(path: Path) -> MapYaml:
    """Read and check a map_server YAML without opening its image.

    Raises:
        MapFileMissing: It is not there or cannot be read.
        MapYamlInvalid: It is malformed, or a value is missing, of another type or out of range.
    """
    data = _load(path)
    image = _get(data, path, "image")
    if not isinstance(image, str) or not image.strip() or "\0" in image or len(image) > MAX_PATH:
        raise _wrong(path, "image", image, "the path of a PGM, PNG or BMP file")
    resolution = _number(data, path, "resolution")
    if resolution <= 0:
        raise _wrong(path, "resolution", resolution, "metres per pixel, more than 0")
    if not FINEST_M <= resolution <= COARSEST_M:
        raise _wrong(path, "resolution", resolution, f"metres per pixel from {FINEST_M:g} to {COARSEST_M:g}")
    origin = _get(data, path, "origin")
    if not isinstance(origin, list) or len(origin) != 3 or not all(is_number(part) for part in origin):
        raise _wrong(path, "origin", origin, "three numbers [x, y, yaw]")
    thresholds = {key: _number(data, path, key) for key in ("occupied_thresh", "free_thresh")}
    for key, value in thresholds.items():
        if not 0 <= value <= 1:
            raise _wrong(path, key, value, "a number from 0 to 1")
    if thresholds["free_thresh"] > thresholds["occupied_thresh"]:
        raise _wrong(path, "free_thresh", thresholds["free_thresh"], f"at most occupied_thresh ({data['occupied_thresh']})")
    negate = data.get("negate", 0)
    if not isinstance(negate, bool) and negate not in (0, 1):
        raise _wrong(path, "negate", negate, "0 or 1")
    mode = data.get("mode", "trinary")
    if mode not in ("trinary", "scale", "raw"):
        raise _wrong(path, "mode", mode, "trinary, scale or raw")
    return MapYaml(
        file=path,
        image=path.parent / image,
        resolution=resolution,
        origin=Pose(*(float(part) for part in origin)),
        negate=bool(negate),
        occupied_thresh=thresholds["occupied_thresh"],
        free_thresh=thresholds["free_thresh"],
        mode=mode,
        extra=MappingProxyType({key: value for key, value in data.items() if key not in _KEYS}),
    )


def saved_notes(path: Path) -> tuple[str, ...]:
    """The sentences that were saved with a map, under ``x-surefoot: {notes: [...]}``.

    Raises:
        MapFileMissing: The YAML cannot be read.
        MapYamlInvalid: It is malformed, or the notes are not a list of texts.
    """
    if b"x-surefoot" not in read_bytes(path, MAX_YAML_BYTES):
        return ()
    given = _load(path).get("x-surefoot")
    notes = given.get("notes", []) if isinstance(given, dict) else []
    if not isinstance(notes, list) or len(notes) > MAX_NOTES:
        raise _wrong(path, "x-surefoot.notes", notes, f"at most {MAX_NOTES} sentences")
    for note in notes:
        if not isinstance(note, str) or len(note) > 500 or label_fault(note):
            raise _wrong(path, "x-surefoot.notes", note, "plain sentences")
    return tuple(notes)


def _load(path: Path) -> dict[Any, Any]:
    try:
        size = path.stat().st_size
        text = path.read_bytes() if path.is_file() and size <= MAX_YAML_BYTES else None
    except OSError as error:
        raise MapFileMissing(f"map file {str(path)!r} cannot be read: {error.strerror}") from None
    if text is None:
        raise MapYamlInvalid(f"{path} is not a map YAML: expected a plain file of at most {MAX_YAML_BYTES} bytes")
    try:
        data = parse_yaml(text, path)
    except MapFileInvalid as error:
        raise MapYamlInvalid(str(error)) from None
    if not isinstance(data, dict):
        raise MapYamlInvalid(f"{path} is not a map YAML: expected keys such as image and resolution, found {short(data)}")
    return data


def _get(data: Mapping[Any, Any], path: Path, key: str) -> Any:
    if key not in data:
        raise MapYamlInvalid(f"{path}: the key {key!r} is missing")
    return data[key]


def _number(data: Mapping[Any, Any], path: Path, key: str) -> float:
    value = _get(data, path, key)
    if not is_number(value):
        raise _wrong(path, key, value, "a number")
    return float(value)


def is_number(value: Any) -> bool:
    """Whether a YAML value is a number that a map can use: no bool, finite, not beyond any map."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9 and math.isfinite(value)


def _wrong(path: Path, key: str, value: Any, expected: str) -> MapYamlInvalid:
    return MapYamlInvalid(f"{path}: {key} is {short(value)}, expected {expected}")
