"""Body: its numbers are ones that a body can have; with others nothing that follows would mean anything."""

import math
from collections.abc import Iterator
from dataclasses import fields

from maps import Body
from verifier.finding import Finding
from verifier.step import Scope

__all__ = ["LARGEST_M", "check_body"]

_RATES = frozenset({"max_speed", "max_acceleration", "max_yaw_rate", "max_yaw_acceleration"})
"""What a body that moves at all has more than none of; its times are found by dividing by them."""

LARGEST_M = 100.0
"""Metres: no body, margin or reach is larger."""


def check_body(scope: Scope) -> Iterator[Finding]:
    """Find numbers of the body that cannot be: not finite, below zero, or a size of zero or beyond reason.

    Args:
        scope: The body that the plan is judged for.

    Yields:
        One BAD_ARGUMENT for each such number; with any of them no step is judged.
    """
    for field in fields(Body):
        value = getattr(scope.body, field.name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        size = field.name.endswith("_m")
        if not math.isfinite(value) or value < 0:
            reason = f"the body's {field.name} is {value!r}; it must be a finite number that is not negative"
        elif field.name in _RATES and value == 0:
            reason = f"the body's {field.name} is 0; a body that never moves drives nowhere"
        elif field.name == "radius_m" and value == 0:
            reason = "the body's radius_m is 0; a body has a size, in metres"
        elif size and value > LARGEST_M:
            reason = f"the body's {field.name} is {value:g} m; more than {LARGEST_M:g} m is no robot"
        else:
            continue
        yield Finding(code="BAD_ARGUMENT", subject=f"body.{field.name}", detail={"reason": reason})
