"""Zone cells: what masks, zones and lanes say of every cell of the grid: where no footprint may be, and how fast it may go."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from maps.features import Zone
from maps.grid import OCCUPIED, GridFrame
from maps.polygon import touched_cells
from maps.tiles import Tiles

if TYPE_CHECKING:
    from maps.lanes import Lanes

__all__ = ["keepout_cells", "lowest_limits"]


def keepout_cells(frame: GridFrame, zones: Iterable[Zone], mask: Tiles | None) -> npt.NDArray[np.bool_] | None:
    """Where the footprint may never be.

    Args:
        frame: Where the grid lies.
        zones: The map's zones; keep-outs are grown to whole cells.
        mask: (H, W) int8, 100 = never enter; None without a mask.

    Returns:
        (H, W) bool, read-only; None if nowhere.
    """
    shut = [zone for zone in zones if zone.rule == "keepout"]
    if mask is None and not shut:
        return None
    found = np.zeros(frame.shape, bool) if mask is None else mask.array == OCCUPIED
    for zone in shut:
        rows, cols = touched_cells(frame, zone.outline).T
        found[rows, cols] = True
    found.flags.writeable = False
    return found


def lowest_limits(
    frame: GridFrame, zones: Iterable[Zone], lanes: "Lanes | None", mask: Tiles | None
) -> npt.NDArray[np.float32] | None:
    """The lowest speed limit of mask, slow zones and lanes.

    Args:
        frame: Where the grid lies.
        zones: The map's zones.
        lanes: Its lanes, which limit the cells that they touch.
        mask: (H, W) float32 m/s, 0 = no limit; None without a mask.

    Returns:
        (H, W) float32 m/s, read-only, 0 = no limit; None if nowhere.
    """
    slow = [zone for zone in zones if zone.rule == "slow" and zone.max_speed is not None]
    limited = [] if lanes is None else [lane for lane in lanes.edges if lane.speed is not None]
    if mask is None and not slow and not limited:
        return None
    limit = np.zeros(frame.shape, np.float32) if mask is None else mask.array.copy()
    for zone in slow:
        _lower(limit, touched_cells(frame, zone.outline), zone.max_speed or 0.0)
    for lane in limited:
        assert lanes is not None
        ends = (lanes.points[lane.start], lanes.points[lane.end])
        _lower(limit, touched_cells(frame, ends, closed=False), lane.speed or 0.0)
    limit.flags.writeable = False
    return limit


def _lower(limit: npt.NDArray[np.float32], cells: npt.NDArray[np.int64], speed: float) -> None:
    """Let no limit of some cells (N, 2) be higher than a speed."""
    rows, cols = cells.T
    there = limit[rows, cols]
    limit[rows, cols] = np.where(there > 0, np.minimum(there, speed), speed)
