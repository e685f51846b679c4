"""Spots: where on a table something can be put down."""

import math
from collections.abc import Sequence

from maps.arm_reach import HANDLED_M
from policies.arm import ARM
from skills.robots.physics.hand import Point3
from skills.robots.physics.items import Brick
from skills.robots.physics.simulation import Simulation

__all__ = ["free_spot"]

_STEP_M, _RIM_M, _APART_M = 0.05, 0.06, 0.14
"""Between spots that are tried; from the edge of a table; from what stands there."""
_NEAREST_M = 0.42
"""How near to the arm's middle something can be put down."""


def free_spot(simulation: Simulation, tables: Sequence[Brick], reach_m: float) -> Point3 | None:
    """The nearest spot of a table that the arm reaches and that is free, metres; None where there is none."""
    pose = simulation.pose()
    taken = [simulation.item_pose(i)[0] for i, item in enumerate(simulation.items) if item.kind in ("block", "tray")]
    best: tuple[float, Point3] | None = None
    for table in tables:
        farthest = min(reach_m, ARM.reach_at(table.top), ARM.reach_at(table.top + HANDLED_M))
        for ix in range(int((table.x1 - table.x0) / _STEP_M)):
            for iy in range(int((table.y1 - table.y0) / _STEP_M)):
                x, y = table.x0 + _STEP_M * (ix + 0.5), table.y0 + _STEP_M * (iy + 0.5)
                inside = min(x - table.x0, table.x1 - x, y - table.y0, table.y1 - y) > _RIM_M
                away = math.hypot(x - pose.x, y - pose.y)
                if not inside or not _NEAREST_M < away < farthest:
                    continue
                if all(math.hypot(x - at[0], y - at[1]) > _APART_M for at in taken) and (best is None or away < best[0]):
                    best = (away, (x, y, table.top))
    return None if best is None else best[1]
