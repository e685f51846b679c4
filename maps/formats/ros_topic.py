"""A map topic's dump: one nav_msgs/OccupancyGrid as ``ros2 topic echo`` prints it (YAML), or as JSON.

Cells of at least 65 are occupied and of at most 25 free, as Nav2's map saver has it; what lies between, and -1, is unknown.
"""

import json
import math
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from maps.bounded import parse_json, parse_yaml, read_bytes
from maps.errors import MapFileInvalid
from maps.formats.format import Format, Imported, ReadOptions, WriteOptions
from maps.formats.writing import write_text
from maps.geometry import Pose
from maps.grid import FREE, OCCUPIED, UNKNOWN, GridFrame
from maps.map_image import MAX_PIXELS, MAX_SIDE
from maps.map_server import is_number
from maps.plain_text import short
from maps.world import World

__all__ = ["ROS_TOPIC"]

MAX_BYTES = 120_000_000
"""About 24 million cells; larger maps are better saved by Nav2's map saver."""

MAX_HEAD_BYTES = 100_000
OCCUPIED_FROM, FREE_TO = 65, 25

_DATA = re.compile(rb"^data:[ \t]*", re.MULTILINE)
_KEYS = (b"info", b"resolution", b"width", b"height", b"origin")
_TRUNCATED = "is cut short by '...'; echo the whole message: ros2 topic echo --once --full-length /map"


def fits(head: bytes) -> bool:
    """The keys of an OccupancyGrid, as YAML or as JSON."""
    if head.lstrip()[:1] == b"{":
        return all(b'"' + key + b'"' in head for key in _KEYS) or re.match(rb'\s*\{\s*"data"\s*:\s*\[\s*-?\d', head) is not None
    return re.search(rb"^info:", head, re.MULTILINE) is not None and b"resolution:" in head and b"position:" in head


def read(path: Path, options: ReadOptions) -> Imported:
    """An OccupancyGrid as a map."""
    raw = read_bytes(path, MAX_BYTES)
    values: npt.NDArray[np.float64] | npt.NDArray[np.int64]
    options.tell(f"reading {len(raw) / 1e6:.0f} MB")
    if raw.lstrip()[:1] == b"{":
        message = parse_json(raw, path)
        data = message.get("data")
        if not isinstance(data, list) or "..." in data[-1:]:
            raise MapFileInvalid(f"{path.name}: data {_TRUNCATED if data else 'is missing or empty'}")
        try:
            values = np.array(data, dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            raise MapFileInvalid(f"{path.name}: data must be a list of whole numbers from -1 to 100") from None
        message = {key: value for key, value in message.items() if key != "data"}
    else:
        message, values = _split(raw, path)
    frame, notes = _frame(message, path)
    if values.shape != (frame.width * frame.height,):
        raise MapFileInvalid(
            f"{path.name}: data holds {values.size} cells, and {frame.width} x {frame.height} are {frame.width * frame.height}"
        )
    if not ((values >= UNKNOWN) & (values <= OCCUPIED) & (values == np.floor(values))).all():
        raise MapFileInvalid(f"{path.name}: data must be whole numbers from -1 to 100")
    between = int(np.count_nonzero((values > FREE_TO) & (values < OCCUPIED_FROM)))
    if between:
        notes.append(
            f"{path.name}: {between} cells lie between free (at most {FREE_TO}) and occupied (at least {OCCUPIED_FROM}) "
            f"and count as unknown"
        )
    cells = np.full(values.shape, UNKNOWN, dtype=np.int8)
    cells[(values >= 0) & (values <= FREE_TO)] = FREE
    cells[values >= OCCUPIED_FROM] = OCCUPIED
    return Imported(levels={"": World.build(options.name, frame, cells.reshape(frame.shape))}, warnings=tuple(notes))


def _split(raw: bytes, path: Path) -> tuple[dict[str, Any], npt.NDArray[np.int64]]:
    """The message without its data, by a YAML parser, and the data, by a fast one that knows numbers only."""
    found = _DATA.search(raw)
    if found is None:
        raise MapFileInvalid(f"{path.name}: the key 'data' is missing; is it a whole nav_msgs/OccupancyGrid?")
    head, rest = raw[: found.start()], raw[found.end() :]
    after = re.search(rb"^(?:---|[A-Za-z_]\w*:)", rest, re.MULTILINE)
    block, tail = (rest, b"") if after is None else (rest[: after.start()], rest[after.start() :])
    if tail.startswith(b"---"):
        if b"data:" in tail:
            raise MapFileInvalid(f"{path.name} holds several messages; echo one: ros2 topic echo --once --full-length /map")
        tail = b""
    if len(head) + len(tail) > MAX_HEAD_BYTES:
        raise MapFileInvalid(
            f"{path.name} is not a nav_msgs/OccupancyGrid: it holds more than {MAX_HEAD_BYTES} bytes beside its data"
        )
    if b"..." in block:
        raise MapFileInvalid(f"{path.name}: data {_TRUNCATED}")
    plain = block.replace(b"- ", b"  ").translate(bytes.maketrans(b"[],", b"   "))
    if plain.translate(None, b" \t\r\n-0123456789"):
        raise MapFileInvalid(f"{path.name}: data must be whole numbers from -1 to 100")
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        try:
            values = np.fromstring(plain.decode("ascii"), dtype=np.int64, sep=" ")
        except (DeprecationWarning, ValueError):
            raise MapFileInvalid(f"{path.name}: data must be whole numbers from -1 to 100") from None
    message = parse_yaml(head.removeprefix(b"---\n") + tail, path)
    if not isinstance(message, dict):
        raise MapFileInvalid(f"{path.name} is not a nav_msgs/OccupancyGrid: found {short(message)}")
    return message, values


def _frame(message: dict[str, Any], path: Path) -> tuple[GridFrame, list[str]]:
    info = _part(message, "info", path)
    resolution = info.get("resolution")
    if not is_number(resolution) or resolution <= 0:  # type: ignore[operator]
        raise MapFileInvalid(f"{path.name}: info.resolution is {short(resolution)}, expected metres per cell, more than 0")
    size = []
    for key in ("width", "height"):
        value = info.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_SIDE:
            raise MapFileInvalid(f"{path.name}: info.{key} is {short(value)}, expected 1 to {MAX_SIDE} cells")
        size.append(value)
    if size[0] * size[1] > MAX_PIXELS:
        raise MapFileInvalid(f"{path.name} is {size[0]} x {size[1]} cells, at most {MAX_PIXELS} are read")
    origin = _part(info, "origin", path)
    at, turn = _part(origin, "position", path), _part(origin, "orientation", path)
    numbers = [part.get(key, 0.0) for part, keys in ((at, "xy"), (turn, "xyzw")) for key in keys]
    if not all(is_number(number) for number in numbers):
        raise MapFileInvalid(f"{path.name}: info.origin is {short(origin)}, expected finite numbers")
    x, y, qx, qy, qz, qw = (float(number) for number in numbers)
    length = math.sqrt(qx * qx + qy * qy + qz * qz + qw * qw)
    if abs(length - 1) > 0.01:
        raise MapFileInvalid(f"{path.name}: info.origin.orientation has the length {length:g}, and a quaternion must have 1")
    if abs(qx) + abs(qy) > 1e-3:
        raise MapFileInvalid(f"{path.name}: the map is tilted (orientation x {qx:g}, y {qy:g}), and only flat maps are read")
    notes = []
    header = message.get("header")
    frame_id = header.get("frame_id", "map") if isinstance(header, dict) else "map"
    if frame_id not in ("map", "/map", ""):
        notes.append(f"{path.name}: the grid is in the frame {short(frame_id)}, and is taken to be in 'map'")
    # float32 in the message: 0.05000000074505806 means 0.05
    shorter = round(float(resolution), 7)  # type: ignore[arg-type]
    exact = shorter if shorter > 0 and np.float32(shorter) == np.float32(resolution) else float(resolution)  # type: ignore[arg-type]
    return GridFrame(exact, Pose(x, y, 2 * math.atan2(qz, qw)), size[0], size[1]), notes


def _part(data: dict[str, Any], key: str, path: Path) -> dict[str, Any]:
    value = data.get(key)
    if not isinstance(value, dict):
        raise MapFileInvalid(f"{path.name}: {key} is {short(value)}; is it a whole nav_msgs/OccupancyGrid?")
    return value


def write(world: World, path: Path, options: WriteOptions) -> tuple[str, ...]:
    """One message: JSON where the path ends in .json, else YAML as ``ros2 topic echo --flow-style`` prints it."""
    origin = world.frame.origin
    message = {
        "header": {"stamp": {"sec": 0, "nanosec": 0}, "frame_id": "map"},
        "info": {
            "map_load_time": {"sec": 0, "nanosec": 0},
            "resolution": world.frame.resolution,
            "width": world.frame.width,
            "height": world.frame.height,
            "origin": {
                "position": {"x": origin.x, "y": origin.y, "z": 0.0},
                "orientation": {"x": 0.0, "y": 0.0, "z": math.sin(origin.yaw / 2), "w": math.cos(origin.yaw / 2)},
            },
        },
    }
    data = "[" + ", ".join(map(str, world.cells.ravel().tolist())) + "]"
    if path.suffix.lower() == ".json":
        write_text(path, json.dumps(message)[:-1] + f', "data": {data}}}\n')
    else:
        import yaml

        write_text(path, yaml.safe_dump(message, sort_keys=False) + f"data: {data}\n")
    return ()


ROS_TOPIC = Format(
    name="ros-topic",
    title="ROS 2 map topic (nav_msgs/OccupancyGrid as YAML or JSON)",
    carries="the cells and where the grid lies; no masks, places, things, doors or zones",
    fits=fits,
    read=read,
    write=write,
)
