"""Grids: a ROS map_server YAML and its image as occupied and unknown cells, written from map_server's documentation."""

import hashlib
import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml
from PIL import Image

from .errors import BadInput
from .frame import Frame
from .reader import read_limited

__all__ = ["Bools", "Grid", "digest", "read_grid", "spread"]

Bools = npt.NDArray[np.bool_]

_MOST_YAML = 1_000_000
_MOST_IMAGE = 1_000_000_000
_MOST_PIXELS = 80_000_000
_TOUCH = 1e-6
"""Cells: two cells that overlap by less only touch."""


@dataclass(frozen=True)
class Grid:
    """Cells, row 0 at the bottom: (H, W) bool each; ``files`` are the SHA-256 of what was read, by file name."""

    frame: Frame
    occupied: Bools
    unknown: Bools
    files: dict[str, str]


def digest(data: bytes) -> str:
    """A file's SHA-256 as certificates give it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def read_grid(path: Path) -> Grid:
    """Read a map_server YAML and the image that it names.

    ``trinary``: p = 1 - grey / 255, or grey / 255 with ``negate``; occupied where p >= occupied_thresh, free where
    p <= free_thresh, else unknown. ``scale``: between the two the share in percent, of which 100 is occupied and 0 is free.
    ``raw``: the grey value itself is the percentage, above 100 is unknown. What is not fully opaque is unknown, but for ``raw``.

    Raises:
        BadInput: A file is missing, malformed or too large.
    """
    text = read_limited(path, _MOST_YAML)
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadInput(f"{path} is not YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(data, dict) or not isinstance(data.get("image"), str) or "\0" in data["image"]:
        raise BadInput(f"{path} is no map_server file: it names no image")
    origin = data.get("origin")
    if not isinstance(origin, list) or len(origin) != 3:
        raise BadInput(f"{path}: origin must be three numbers")
    x, y, yaw = (_number(part, path) for part in origin)
    resolution = _number(data.get("resolution"), path)
    occupied_from, free_to = _number(data.get("occupied_thresh"), path), _number(data.get("free_thresh"), path)
    mode, negate = data.get("mode", "trinary"), data.get("negate", 0)
    if resolution <= 0 or mode not in ("trinary", "scale", "raw") or negate not in (0, 1) or not 0 <= free_to <= occupied_from <= 1:
        raise BadInput(f"{path}: resolution, mode, negate or a threshold is out of range")
    image = path.parent / data["image"]
    raw = read_limited(image, _MOST_IMAGE)
    grey, opaque = _pixels(image)
    grey, opaque = grey[::-1], opaque[::-1]
    if mode == "raw":
        percent = np.floor(grey)
        known = percent <= 100
        occupied, free = known & (percent / 100.0 >= occupied_from), known & (percent / 100.0 <= free_to)
    else:
        p = grey / 255.0 if negate else 1.0 - grey / 255.0
        occupied, free = p >= occupied_from, p <= free_to
        if mode == "scale":
            percent = np.floor((p - free_to) / max(occupied_from - free_to, 1e-300) * 100 + 0.5)
            between = ~occupied & ~free
            occupied, free = occupied | (between & (percent == 100)), free | (between & (percent == 0))
        occupied, free = occupied & opaque, free & opaque
    occupied &= ~free
    unknown = ~occupied & ~free
    height, width = grey.shape
    files = {path.name: digest(text), str(Path(data["image"])): digest(raw)}
    frame = Frame(resolution, x, y, yaw, width, height)
    return Grid(frame, np.ascontiguousarray(occupied), np.ascontiguousarray(unknown), files)


def spread(mask: Grid, frame: Frame) -> Bools:
    """The cells of a map that overlap an occupied cell of a mask with a grid of its own.

    A turned map's cells count as their bounding boxes along the mask's axes, which errs to the side of keeping out.
    """
    if mask.frame == frame:
        return mask.occupied
    if mask.frame.yaw:
        raise BadInput("a mask must have a yaw of 0, or the very grid of its map")
    if frame.yaw:
        corners = (frame.corners() - (mask.frame.x, mask.frame.y)) / mask.frame.resolution
        four = np.stack((corners[:-1, :-1], corners[:-1, 1:], corners[1:, :-1], corners[1:, 1:]))
        (left, low), (right, high) = (np.moveaxis(part, -1, 0) for part in (four.min(axis=0), four.max(axis=0)))
    else:
        scale = frame.resolution / mask.frame.resolution
        x0, y0 = (frame.x - mask.frame.x) / mask.frame.resolution, (frame.y - mask.frame.y) / mask.frame.resolution
        left, low = x0 + np.arange(frame.width)[None, :] * scale, y0 + np.arange(frame.height)[:, None] * scale
        right, high = left + scale, low + scale
    c0, c1 = _range(left, right, mask.frame.width)
    r0, r1 = _range(low, high, mask.frame.height)
    sums = np.zeros((mask.frame.height + 1, mask.frame.width + 1), dtype=np.int64)
    sums[1:, 1:] = mask.occupied.cumsum(axis=0, dtype=np.int64).cumsum(axis=1)
    count = sums[r1, c1] - sums[r0, c1] - sums[r1, c0] + sums[r0, c0]
    return np.asarray((count > 0) & (r1 > r0) & (c1 > c0))


def _range(low: npt.NDArray[Any], high: npt.NDArray[Any], most: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    first, last = np.floor(low + _TOUCH), np.ceil(high - _TOUCH)
    return np.clip(first, 0, most).astype(np.int64), np.clip(last, 0, most).astype(np.int64)


def _pixels(path: Path) -> tuple[npt.NDArray[np.float64], Bools]:
    """Grey from 0 to 255, and where the image is fully opaque; top row first."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=("PPM", "PNG", "BMP")) as image:
                if image.width * image.height > _MOST_PIXELS:
                    raise BadInput(f"{path} has more than {_MOST_PIXELS} pixels; it is not read")
                if image.mode.startswith("I"):
                    wide = np.asarray(image, dtype=np.float64) / 65535.0 * 255.0
                    return wide, np.ones(wide.shape, dtype=bool)
                clear = "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info
                if not clear:
                    grey = np.asarray(image.convert("L"), dtype=np.float64)
                    return grey, np.ones(grey.shape, dtype=bool)
                colours = image.convert("RGBA")
                opaque = np.asarray(colours.getchannel("A")) == 255
                return np.asarray(colours.convert("RGB").convert("L"), dtype=np.float64), opaque
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadInput(f"{path} has more than {_MOST_PIXELS} pixels; it is not read") from None
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise BadInput(f"{path} is not a PGM, PNG or BMP image: {error}") from None


def _number(value: Any, path: Path) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value) or abs(value) >= 1e9:
        raise BadInput(f"{path}: expected a number, found {str(value)[:80]!r}")
    return float(value)
