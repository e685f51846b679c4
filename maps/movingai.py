"""MovingAI benchmark files: grid maps and scenarios with published optimal lengths, to hold our routes against.

Format: N. Sturtevant, "Benchmarks for Grid-Based Pathfinding", 2012. Lengths are 8-connected without corner cutting.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from maps.errors import MapFileInvalid, MapFileMissing
from maps.geometry import Pose
from maps.grid import FREE, OCCUPIED, Cell, GridFrame
from maps.world import World

__all__ = ["Scenario", "read_map", "read_scenarios"]

_PASSABLE = b".G"
_TERRAIN = b".G@OTSW"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One query with its known answer.

    Attributes:
        bucket: Its group, by length.
        start: Row and column, row 0 at the bottom as in a World.
        goal: Likewise.
        length: Optimal length in cells, to 1e-5.
    """

    bucket: int
    start: Cell
    goal: Cell
    length: float


def read_map(path: Path) -> World:
    """Read a ``.map`` file as a World of 1 m cells; only ``.`` and ``G`` are free.

    Args:
        path: The file.

    Raises:
        MapFileMissing: It cannot be read.
        MapFileInvalid: It is not an octile map, or not of the size that it says.
    """
    lines = _read(path).splitlines()
    head = dict(line.split(None, 1) for line in lines[:3] if len(line.split()) == 2)
    try:
        height, width = int(head["height"]), int(head["width"])
    except (KeyError, ValueError):
        raise MapFileInvalid(f"{path}: the first lines must be 'type octile', 'height N', 'width N' and 'map'") from None
    if head.get("type") != "octile" or len(lines) < 4 or lines[3].strip() != "map":
        raise MapFileInvalid(f"{path}: the first lines must be 'type octile', 'height N', 'width N' and 'map'")
    rows = [line.encode() for line in lines[4 : 4 + height]]
    if height < 1 or width < 1 or len(rows) != height or any(len(row) != width for row in rows):
        raise MapFileInvalid(f"{path}: it says {height} rows of {width} cells and holds other ones")
    grid = np.frombuffer(b"".join(rows), dtype=np.uint8).reshape(height, width)
    if not np.isin(grid, list(_TERRAIN)).all():
        odd = sorted({chr(value) for value in np.unique(grid)} - set(_TERRAIN.decode()))
        raise MapFileInvalid(f"{path}: {odd[0]!r} is no terrain; expected one of {_TERRAIN.decode()}")
    cells = np.where(np.isin(grid, list(_PASSABLE)), FREE, OCCUPIED)[::-1]
    return World.build(path.stem, GridFrame(1.0, Pose(0.0, 0.0), width, height), cells)


def read_scenarios(path: Path) -> tuple[Scenario, ...]:
    """Read a ``.scen`` file of version 1.

    Args:
        path: The file.

    Raises:
        MapFileMissing: It cannot be read.
        MapFileInvalid: A line is not a scenario.
    """
    lines = _read(path).splitlines()
    if not lines or not lines[0].startswith("version 1"):
        raise MapFileInvalid(f"{path}: the first line must be 'version 1'")
    return tuple(_scenario(path, number, line) for number, line in enumerate(lines[1:], start=2) if line.strip())


def _scenario(path: Path, number: int, line: str) -> Scenario:
    fields = line.split("\t") if "\t" in line else line.split()
    try:
        bucket, (_, height, x0, y0, x1, y1) = int(fields[0]), (int(field) for field in fields[2:8])
        length = float(fields[8])
    except (ValueError, IndexError):
        raise MapFileInvalid(f"{path}, line {number}: expected nine fields of a scenario, got {line[:80]!r}") from None
    if not math.isfinite(length) or length < 0:
        raise MapFileInvalid(f"{path}, line {number}: the length must be a number >= 0, got {fields[8]!r}")
    return Scenario(bucket, (height - 1 - y0, x0), (height - 1 - y1, x1), length)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise MapFileMissing(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise MapFileInvalid(f"{path} is not a text file of a MovingAI map or scenario") from None
