"""Limits: what a caller is ready to spend on a plan, besides what the battery allows."""

import math
from dataclasses import dataclass

__all__ = ["NO_LIMITS", "Limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Most time, distance and steps that a plan may take; None means no limit.

    Attributes:
        time_s: Seconds from the first step's start to the last one's end.
        distance_m: Metres driven.
        steps: Number of steps.

    Raises:
        ValueError: A limit is negative or not a number.
    """

    time_s: float | None = None
    distance_m: float | None = None
    steps: int | None = None

    def __post_init__(self) -> None:
        for name in ("time_s", "distance_m", "steps"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise ValueError(f"the limit {name} must be a number of 0 or more, not {value!r}")


NO_LIMITS = Limits()
