"""What goes into the safety filter and what comes out: numbers from outside taken as floats or refused, targets with reasons."""

import math
from typing import Any, Literal, NamedTuple, TypeAlias

__all__ = ["REASONS", "Filtered", "Reason", "finite", "is_finite"]

Reason: TypeAlias = Literal["shape", "finite", "range", "speed", "acceleration", "braking", "effort", "workspace", "grip"]
REASONS: tuple[Reason, ...] = ("shape", "finite", "range", "speed", "acceleration", "braking", "effort", "workspace", "grip")
"""Why the filter changed what was asked for, in the order of its checks."""


class Filtered(NamedTuple):
    """What may be sent.

    Attributes:
        positions: (n,) rad or m.
        velocities: (n,) rad/s or m/s.
        grip_force_n: Newtons per finger.
        reasons: Why it is not what was asked for; empty when it is.
        alarm: Set when no motion between braking and what was asked for is within the efforts' limits; it brakes then.
    """

    positions: tuple[float, ...]
    velocities: tuple[float, ...]
    grip_force_n: float
    reasons: tuple[Reason, ...]
    alarm: str = ""


def is_finite(value: Any) -> bool:
    """Whether something is a finite number; never raises."""
    try:
        return math.isfinite(value)
    except (TypeError, ValueError, OverflowError):
        return False


def finite(values: Any, count: int) -> list[float] | Literal["shape", "finite"]:
    """Some numbers as floats; or what is wrong with them.

    Args:
        values: Whatever was given.
        count: How many numbers it has to be.
    """
    try:
        plain = values if type(values) is list else values.tolist() if hasattr(values, "tolist") else list(values)
        if len(plain) != count:
            return "shape"
        return list(map(float, plain)) if all(map(math.isfinite, plain)) else "finite"
    except (TypeError, ValueError, OverflowError):
        return "shape"
