"""How fast a joint may be in this tick so that it can still brake to rest within the room that it has."""

import math

__all__ = ["stoppable", "stopping"]


def stoppable(distance: float, acceleration: float, dt: float) -> float:
    """The highest speed for one tick after which braking still ends within a distance: v dt + v^2 / 2a = distance."""
    if distance <= 0:
        return 0.0
    return acceleration * (math.sqrt(dt * dt + 2 * distance / acceleration) - dt)


def stopping(wanted: float, above: float, below: float, acceleration: float, dt: float) -> float:
    """The velocity nearest to a wanted one after which a joint can stop within what is above and below it."""
    if wanted > 0.0:
        return min(wanted, stoppable(above, acceleration, dt))
    return max(wanted, -stoppable(below, acceleration, dt))
