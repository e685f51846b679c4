"""Saved map: the files of a map folder as cells, doors, zones and places; and the obstacle cells of one choice of layers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from .errors import BadInput
from .frame import Frame
from .grids import Bools, Grid, digest, read_grid, spread
from .reader import Point, parse, read_limited

__all__ = ["SavedMap", "read_saved_map", "touched"]

_MOST_PLACES = 20_000_000
_NANO = 1e-9
"""Cells: a shape that comes this near to a cell's closed square touches it."""


@dataclass(frozen=True)
class SavedMap:
    """What the files of a map say.

    Attributes:
        frame: Where the grid lies.
        occupied: (H, W) cells; likewise unknown.
        keepout: (H, W) cells that a mask or a keep-out zone covers or touches.
        doors: By name: the segment that is shut, and the state on file.
        outlines: Rings of places by name.
        poses: Poses of places by name.
        things: Positions of things by name.
        files: SHA-256 of every file by name.
    """

    frame: Frame
    occupied: Bools
    unknown: Bools
    keepout: Bools
    doors: Mapping[str, tuple[tuple[Point, Point], str]]
    outlines: Mapping[str, tuple[Point, ...]]
    poses: Mapping[str, tuple[float, float, float]]
    things: Mapping[str, Point]
    files: Mapping[str, str]

    def changed(self, runs: tuple[tuple[int, ...], ...]) -> "SavedMap":
        """The same with some cells changed, as rows of (row, first column, count, 100 or 0).

        Raises:
            BadInput: A run lies outside the grid or has another value.
        """
        occupied, unknown = self.occupied.copy(), self.unknown.copy()
        for row, first, count, value in runs:
            if not (0 <= row < self.frame.height and 0 <= first and 0 < count <= self.frame.width - first and value in (0, 100)):
                raise BadInput("map.changes: a run of cells lies outside the map or has another value than 0 or 100")
            occupied[row, first : first + count] = value == 100
            unknown[row, first : first + count] = False
        return replace(self, occupied=occupied, unknown=unknown)

    def blocked(self, *, unknown: bool, keepouts: bool, shut: frozenset[str]) -> Bools:
        """(H, W) obstacle cells: walls, and unknown space, keep-outs and the cells of shut doors as asked."""
        cells = self.occupied.copy()
        if unknown:
            cells |= self.unknown
        if keepouts:
            cells |= self.keepout
        for name in shut:
            touched(cells, self.frame, shapely.LineString(self.frame.cells(self.doors[name][0])))
        return cells


def touched(cells: Bools, frame: Frame, shape: Any) -> None:
    """Mark the cells whose closed square touches a shape that is given in cells."""
    if shape.is_empty:
        return
    x0, y0, x1, y1 = shape.bounds
    rows = np.arange(max(0, int(np.floor(y0)) - 1), min(frame.height, int(np.floor(y1)) + 2))
    cols = np.arange(max(0, int(np.floor(x0)) - 1), min(frame.width, int(np.floor(x1)) + 2))
    shapely.prepare(shape)
    for row in rows:
        met = shapely.dwithin(shape, shapely.box(cols, row, cols + 1, row + 1), _NANO)
        cells[row, cols[met]] = True


def read_saved_map(path: Path) -> SavedMap:
    """Read a map folder, a building's folder of them, or a lone map_server YAML with what lies beside it.

    Raises:
        BadInput: A file is missing, malformed or too large.
    """
    folder, main = (path, path / "map.yaml") if path.is_dir() else (path.parent, path)
    if path.is_dir() and not main.is_file() and (path / "levels.json").is_file():
        from .building import entries, join

        levels, lifts = entries(path)
        return join(path, [(name, at, read_saved_map(path / at)) for name, at in levels], lifts)
    grid = read_grid(main)
    files = dict(grid.files)
    keepout = np.zeros_like(grid.occupied)
    mask_file = folder / "keepout.yaml"
    if mask_file.exists() and mask_file != main:
        mask = read_grid(mask_file)
        files.update(mask.files)
        keepout |= spread(mask, grid.frame)
    for name in _others(folder, main):
        files[name] = digest(read_limited(folder / name, _MOST_PLACES))
    made = SavedMap(grid.frame, grid.occupied, grid.unknown, keepout, {}, {}, {}, {}, files)
    places = folder / "places.geojson"
    return _with_places(made, places, grid) if places.exists() else made


def _others(folder: Path, main: Path) -> list[str]:
    """The speed mask's files, which this program hashes but has no use for."""
    speed = folder / "speed.yaml"
    if not speed.exists() or speed == main:
        return []
    return sorted(read_grid(speed).files)


def _with_places(saved: SavedMap, path: Path, grid: Grid) -> SavedMap:
    raw = read_limited(path, _MOST_PLACES)
    data = parse(raw, str(path))
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list):
        raise BadInput(f"{path} is no collection of features")
    doors: dict[str, tuple[tuple[Point, Point], str]] = {}
    outlines: dict[str, tuple[Point, ...]] = {}
    poses: dict[str, tuple[float, float, float]] = {}
    things: dict[str, Point] = {}
    keepout = saved.keepout
    try:
        for feature in features:
            given, shape = feature["properties"], feature["geometry"]
            kind, name, at = given["type"], given["name"], shape["coordinates"]
            ring = tuple(_point(part) for part in at[0][:-1]) if shape["type"] == "Polygon" else ()
            if kind == "door":
                doors[name] = ((_point(at[0]), _point(at[1])), given.get("state", "open"))
            elif kind == "zone" and given["rule"] == "keepout":
                touched(keepout, saved.frame, shapely.Polygon(saved.frame.cells(ring)))
            elif kind == "thing":
                things[name] = _point(at)
            elif kind in ("place", "dock"):
                pose = given.get("pose", None if ring else [*at[:2], 0.0])
                if ring:
                    outlines[name] = ring
                if pose is not None:
                    x, y, yaw = (float(part) for part in pose)
                    poses[name] = (x, y, yaw)
    except (KeyError, TypeError, ValueError, IndexError, shapely.errors.GEOSException) as error:
        raise BadInput(f"{path} has a feature that cannot be read: {error!r}") from None
    files = {**saved.files, path.name: digest(raw)}
    return replace(saved, keepout=keepout, doors=doors, outlines=outlines, poses=poses, things=things, files=files)


def _point(value: Any) -> Point:
    x, y = float(value[0]), float(value[1])
    if not (abs(x) < 1e7 and abs(y) < 1e7):
        raise ValueError("a coordinate is not a finite number")
    return (x, y)
