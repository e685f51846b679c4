"""Touching: whether a body in given poses overlaps what is there; for simulations, which know the truth."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from maps.body import Body
    from maps.world import World

__all__ = ["overlaps"]


def overlaps(
    body: "Body",
    world: "World",
    points: npt.NDArray[np.float64],
    yaws: npt.NDArray[np.float64],
    which: npt.NDArray[np.bool_],
) -> npt.NDArray[np.bool_]:
    """Whether a polygon body overlaps an occupied cell or the outside of the map.

    Args:
        body: Its footprint is a polygon; the margin does not count.
        world: Doors, keep-outs and unknown cells do not count.
        points: (n, 2) where it stands, metres.
        yaws: (n,) its headings, radians.
        which: (n,) which of the poses to look at.

    Returns:
        (n,) bool, False for the others.
    """
    from dataclasses import replace

    from maps.clearance import layers
    from maps.footprint.obstacles import rectangles
    from maps.footprint.route import shape_of
    from maps.footprint.sweep import Sweeper

    blocked = layers(world, unknown="allowed", ignore=frozenset(("doors", "keepout"))).blocked
    sweeper = Sweeper(replace(shape_of(body, world.frame.resolution), margin=0.0), rectangles(blocked))
    local, found = world.frame.local(points), np.zeros(len(points), dtype=bool)
    for i in np.flatnonzero(which):
        x, y = local[i].tolist()
        found[i] = sweeper.at(x, y, float(yaws[i]) - world.frame.origin.yaw) < -1e-6
    return found
