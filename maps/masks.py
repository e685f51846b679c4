"""Keep-out and speed masks: Nav2's costmap filter masks, resampled onto the map's own grid so that nothing is lost.

A mask is a map_server file of its own size, origin and resolution. What its numbers mean (Nav2's CostmapFilterInfo: ``type``,
``base``, ``multiplier``) may stand in its YAML: as plain keys, or under ``filter`` or ``x-surefoot``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from maps.errors import MapYamlInvalid
from maps.grid import OCCUPIED, UNKNOWN, GridFrame
from maps.map_server import OccupancyMap, is_number, read_map
from maps.plain_text import short

__all__ = ["FilterInfo", "Mask", "Overlap", "filter_info", "read_keepout", "read_speed"]

KEEPOUT, SPEED_PERCENT, SPEED_ABSOLUTE = 0, 1, 2
REFERENCE_SPEED = 1.0
"""What 100 % means in a speed mask that does not say, m/s."""

_EPSILON = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterInfo:
    """What a mask's numbers mean: ``value = data * multiplier + base``.

    Attributes:
        type: 0 keep-out, 1 speed in percent, 2 speed in m/s.
        base: Added.
        multiplier: Multiplied.
        max_speed: What 100 % is, m/s; None when the file does not say.
    """

    type: int
    base: float = 0.0
    multiplier: float = 1.0
    max_speed: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """A mask on the map's grid.

    Attributes:
        values: (H, W), row 0 at the bottom: int8 with 100 = keep out, or float32 m/s with 0 = no limit.
        warnings: Sentences that the user should read.
    """

    values: npt.NDArray[np.int8] | npt.NDArray[np.float32]
    warnings: tuple[str, ...] = ()


def read_keepout(path: Path, frame: GridFrame, cells: npt.NDArray[np.int8] | None = None) -> Mask:
    """Read a keep-out mask: a cell is kept out if any mask cell that it overlaps is 100.

    As in Nav2, weights of 1 to 99 do not forbid, and -1 and what lies outside the mask change nothing. Two things are otherwise
    than in Nav2's costmap, and are said: the weights do not lead a route around, and 0 to 99 over unknown space does not make it
    free, since only the map itself says what is free.

    Args:
        path: The mask's YAML.
        frame: The map's grid.
        cells: (H, W) the map's cells, to tell where the mask lies over unknown space.

    Raises:
        MapFileMissing: The YAML or its image is not there.
        MapFileInvalid: It is malformed, turned (other than the map whose very grid it has) or of another filter type.
    """
    saved = _read(path, frame)
    info = filter_info(saved, FilterInfo(type=KEEPOUT), (KEEPOUT,))
    overlap = Overlap.of(saved.frame, frame)
    values = np.where(overlap.any(saved.values == OCCUPIED), np.int8(OCCUPIED), np.int8(0))
    warnings = list(_alignment(path, saved.frame, frame))
    if (info.base, info.multiplier) != (0.0, 1.0):
        warnings.append(f"{path.name}: base and multiplier mean nothing in a keep-out mask; Nav2 expects 0 and 1")
    weighted = int(np.count_nonzero((saved.values > 0) & (saved.values < OCCUPIED)))
    if weighted:
        warnings.append(
            f"{path.name}: {weighted} cells of the keep-out mask weigh 1 to 99, which Nav2's planner goes around where it can; "
            "they forbid nothing here and routes are not led around them; write 100 where no robot may be"
        )
    if cells is not None:
        replaced = (saved.values >= 0) & (saved.values < OCCUPIED)
        freed = int(np.count_nonzero((cells == UNKNOWN) & (values == 0) & overlap.any(replaced)))
        if freed:
            warnings.append(
                f"{path.name}: {freed} unknown cells of the map lie under a keep-out mask below 100, and Nav2 drives over them "
                "as if they were free; they stay unknown here; leave the mask unknown (-1) there to have Nav2 do the same"
            )
    return Mask(values=values.astype(np.int8), warnings=tuple(warnings))


def read_speed(path: Path, frame: GridFrame) -> Mask:
    """Read a speed mask: a cell has the lowest limit of the mask cells that it overlaps.

    As in Nav2: data 0 is no limit, and so is a value that comes out negative, above 100 % or at 0. Without filter information the
    mask is taken as Nav2's own examples have it: percent, base 100, multiplier -1.

    Raises:
        MapFileMissing: The YAML or its image is not there.
        MapFileInvalid: It is malformed, turned (other than the map whose very grid it has) or of another filter type.
    """
    saved = _read(path, frame)
    default = FilterInfo(type=SPEED_PERCENT, base=100.0, multiplier=-1.0)
    info = filter_info(saved, default, (SPEED_PERCENT, SPEED_ABSOLUTE))
    warnings = list(_alignment(path, saved.frame, frame))
    unknown = int(np.count_nonzero(saved.values == UNKNOWN))
    if unknown:
        warnings.append(f"{path.name}: {unknown} cells of the speed mask are unknown; they set no limit")
    limits = _limits(info)
    used = np.flatnonzero(np.bincount(saved.values[saved.values > 0]))  # np.unique would load numpy.ma first
    if info.type == SPEED_PERCENT and info.max_speed is None and limits[used].any():
        warnings.append(
            f"{path.name}: the speed mask is in percent and 100 % is taken as {REFERENCE_SPEED:g} m/s; "
            f"write `max_speed: <m/s>` in {path.name} if it is another speed"
        )
    overlap = Overlap.of(saved.frame, frame)
    result = np.zeros(frame.shape, dtype=np.float32)
    for value in sorted((int(value) for value in used if limits[value] > 0), key=lambda v: -limits[v]):
        result[overlap.any(saved.values == value)] = limits[value]
    return Mask(values=result, warnings=tuple(warnings))


def filter_info(saved: OccupancyMap, default: FilterInfo, allowed: tuple[int, ...]) -> FilterInfo:
    """The filter information in a mask's YAML, or the default where there is none.

    Raises:
        MapYamlInvalid: A value is not a number, or the type is not one of those allowed.
    """
    path = saved.yaml.file
    given = _flatten(saved.yaml.extra, path)
    if not given.keys() & {"type", "base", "multiplier"}:
        return FilterInfo(type=default.type, base=default.base, multiplier=default.multiplier, max_speed=_speed(given, path))
    kind = given.get("type", default.type)
    if isinstance(kind, bool) or not isinstance(kind, int) or kind not in allowed:
        expected = " or ".join(f"{number} ({_TYPES[number]})" for number in allowed)
        raise MapYamlInvalid(f"{path}: type is {short(kind)}, expected {expected}")
    numbers = {"base": 0.0, "multiplier": 1.0}
    for key in numbers:
        value = given.get(key, numbers[key])
        if not is_number(value):
            raise MapYamlInvalid(f"{path}: {key} is {short(value)}, expected a number")
        numbers[key] = float(value)
    return FilterInfo(type=kind, base=numbers["base"], multiplier=numbers["multiplier"], max_speed=_speed(given, path))


_TYPES = {KEEPOUT: "keep-out", SPEED_PERCENT: "speed in percent", SPEED_ABSOLUTE: "speed in m/s"}


def _flatten(extra: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Filter keys from the top level, ``filter``, ``x-surefoot`` and ``x-surefoot: filter``; the inner ones win."""
    given = dict(extra)
    for name in ("filter", "x-surefoot", "filter"):
        inner = given.pop(name, None)
        if inner is None:
            continue
        if not isinstance(inner, dict):
            raise MapYamlInvalid(f"{path}: {name} is {short(inner)}, expected keys such as type, base and multiplier")
        given |= inner
    return given


def _speed(given: Mapping[str, Any], path: Path) -> float | None:
    value = given.get("max_speed")
    if value is None:
        return None
    if not is_number(value) or not 0 < value < 1000:
        raise MapYamlInvalid(f"{path}: max_speed is {short(value)}, expected metres per second, more than 0")
    return float(value)


def _read(path: Path, frame: GridFrame) -> OccupancyMap:
    saved = read_map(path)
    if saved.frame.origin.yaw != 0.0 and saved.frame != frame:
        raise MapYamlInvalid(
            f"{path}: origin is {list(_origin(saved.frame))}, expected a yaw of 0 in a mask, or the very grid of the map"
        )
    return saved


def _origin(frame: GridFrame) -> tuple[float, float, float]:
    return (frame.origin.x, frame.origin.y, frame.origin.yaw)


def _limits(info: FilterInfo) -> npt.NDArray[np.float64]:
    """The limit in m/s for mask data 0 to 100; 0 = no limit."""
    value = np.arange(101) * info.multiplier + info.base
    value[0] = 0.0
    if info.type == SPEED_PERCENT:
        value = np.where((value > 0) & (value <= 100), value / 100.0 * (info.max_speed or REFERENCE_SPEED), 0.0)
    return np.where(value > 0, value, 0.0)


def _alignment(path: Path, mask: GridFrame, frame: GridFrame) -> tuple[str, ...]:
    """A sentence when the mask covers none of the map, or only part of it."""
    cells = Overlap.of(mask, frame)
    covered = cells.covered()
    if covered == 0:
        return (f"{path.name}: the mask lies wholly outside the map and changes nothing; check its origin",)
    if covered < 0.5:
        return (f"{path.name}: the mask covers only {covered:.0%} of the map; check its origin and resolution",)
    return ()


@dataclass(frozen=True, slots=True)
class Overlap:
    """For every map cell, the half-open range of mask rows and columns that it overlaps (its bounding box, if turned)."""

    mask: GridFrame
    same: bool
    row0: npt.NDArray[np.int64]
    row1: npt.NDArray[np.int64]
    col0: npt.NDArray[np.int64]
    col1: npt.NDArray[np.int64]

    @classmethod
    def of(cls, mask: GridFrame, frame: GridFrame) -> "Overlap":
        """Work out the ranges: (H, 1) rows and (1, W) columns where both grids are parallel, else (H, W) each."""
        rows, cols = np.arange(frame.height, dtype=np.float64)[:, None], np.arange(frame.width, dtype=np.float64)[None, :]
        scale = frame.resolution / mask.resolution
        x0, y0 = mask.local([frame.origin.point])[0]
        turn = frame.origin.yaw - mask.origin.yaw
        cos, sin = np.cos(turn), np.sin(turn)
        if turn == 0.0:
            x, y = x0 + cols * scale, y0 + rows * scale
            wide = high = scale
        else:
            x = x0 + (cols * cos - rows * sin + min(cos, 0.0) - max(sin, 0.0)) * scale
            y = y0 + (cols * sin + rows * cos + min(cos, 0.0) + min(sin, 0.0)) * scale
            wide = high = (abs(cos) + abs(sin)) * scale
        return cls(
            mask,
            mask == frame,
            np.clip(np.floor(y + _EPSILON), 0, mask.height).astype(np.int64),
            np.clip(np.ceil(y + high - _EPSILON), 0, mask.height).astype(np.int64),
            np.clip(np.floor(x + _EPSILON), 0, mask.width).astype(np.int64),
            np.clip(np.ceil(x + wide - _EPSILON), 0, mask.width).astype(np.int64),
        )

    def any(self, flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Whether any mask cell that a map cell overlaps is set: (H, W), by a summed-area table."""
        if self.same:
            return flags
        table = np.zeros((self.mask.height + 1, self.mask.width + 1), dtype=np.int64)
        np.cumsum(np.cumsum(flags, axis=0, dtype=np.int64), axis=1, out=table[1:, 1:])
        inside = (self.row1 > self.row0) & (self.col1 > self.col0)
        count = (
            table[self.row1, self.col1] - table[self.row0, self.col1] - table[self.row1, self.col0]
            + table[self.row0, self.col0]
        )  # fmt: skip
        return np.asarray((count > 0) & inside)

    def covered(self) -> float:
        """The share of map cells that overlap the mask at all."""
        return float(np.mean((self.row1 > self.row0) & (self.col1 > self.col0)))
