"""Write a World's grid and masks as map_server files: map.yaml and map.png, keepout.*, speed.*."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from maps.geometry import Pose
from maps.grid import FREE, OCCUPIED, GridFrame
from maps.masks import Overlap
from maps.world import World

__all__ = ["write_layers"]

GREY_OCCUPIED, GREY_UNKNOWN, GREY_FREE = 0, 205, 254


def write_layers(world: World, folder: Path, *, straight_masks: bool = False) -> None:
    """Write the grid and, where there are any, the masks into a folder.

    Speed limits are written in m/s; what 100 levels cannot say is rounded down.

    Args:
        world: What to write.
        folder: Where to.
        straight_masks: Write the masks of a map with a yaw on a straight grid that covers it, grown outward: Nav2 takes no yaw from
            a mask. Otherwise they lie on the map's own grid.
    """
    grey = np.full(world.frame.shape, GREY_UNKNOWN, dtype=np.uint8)
    grey[world.cells == FREE] = GREY_FREE
    grey[world.cells == OCCUPIED] = GREY_OCCUPIED
    notes = {"x-surefoot": {"notes": list(world.notes)}} if world.notes else {}
    _write(folder, "map", grey, world.frame, {"mode": "trinary", **notes})
    straight = _straight(world.frame) if straight_masks else world.frame
    overlap = Overlap.of(world.frame, straight)
    if world.keepout_mask is not None:
        kept_out = overlap.any(world.keepout_mask.array == OCCUPIED)
        grey = np.where(kept_out, np.uint8(GREY_OCCUPIED), np.uint8(GREY_UNKNOWN))  # free would make unknown space free in Nav2
        _write(folder, "keepout", grey, straight, {"mode": "trinary", "type": 0})
    if world.speed_mask is not None:
        levels, multiplier = _levels(world.speed_mask.array)
        data = np.zeros(straight.shape, dtype=np.uint8)
        for level in sorted(np.unique(levels[levels > 0]).tolist(), reverse=True):
            data[overlap.any(levels == level)] = level
        _write(folder, "speed", data, straight, {"mode": "raw", "type": 2, "base": 0.0, "multiplier": multiplier})


def _write(folder: Path, name: str, grey: npt.NDArray[np.uint8], frame: GridFrame, more: dict[str, Any]) -> None:
    import yaml
    from PIL import Image

    Image.fromarray(np.flipud(grey).copy()).save(folder / f"{name}.png", optimize=True)
    data = {
        "image": f"{name}.png",
        "resolution": frame.resolution,
        "origin": [frame.origin.x, frame.origin.y, frame.origin.yaw],
        "negate": 0,
        "occupied_thresh": 0.65,
        "free_thresh": 0.196,
        **more,
    }
    text = yaml.safe_dump(data, sort_keys=False, default_flow_style=None, allow_unicode=True)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def _straight(frame: GridFrame) -> GridFrame:
    """A grid without yaw that covers this one."""
    if frame.origin.yaw == 0.0:
        return frame
    xs, ys = zip(*frame.corners, strict=True)
    width, height = (int(np.ceil((max(part) - min(part)) / frame.resolution)) for part in (xs, ys))
    return GridFrame(frame.resolution, Pose(min(xs), min(ys)), max(width, 1), max(height, 1))


def _levels(limits: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int64], float]:
    """Limits as whole multiples, 1 to 100, of one speed: exact where a common step says them all, else rounded down."""
    used = np.unique(limits[limits > 0]).astype(np.float64)
    if used.size == 0:
        return np.zeros(limits.shape, dtype=np.int64), 0.01
    for step in (0.01, 0.02, 0.05, 0.1, float(used[-1]) / 100):
        levels = np.round(used / step)
        if (
            levels.min() >= 1
            and levels.max() <= 100
            and np.array_equal((levels * step).astype(np.float32), used.astype(np.float32))
        ):
            return np.where(limits > 0, np.round(limits / step), 0).astype(np.int64), step
    step = float(used[-1]) / 100
    floor = np.maximum(np.floor(limits / step + 1e-6), 1)
    return np.where(limits > 0, floor, 0).astype(np.int64), step
