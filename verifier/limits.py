"""Limits: what a caller is ready to spend on a plan, or a mission on all its plans, besides what the battery allows."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["NOTHING_TAKEN", "NO_LIMITS", "Limits", "Taken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a mission has taken so far, by the robot's own measure.

    Attributes:
        time_s: Seconds that its steps have run.
        distance_m: Metres driven.
        energy_wh: Watt-hours used meanwhile, whatever was charged.
        steps: Number of steps that have ended.
    """

    time_s: float = 0.0
    distance_m: float = 0.0
    energy_wh: float = 0.0
    steps: int = 0


NOTHING_TAKEN = Taken()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Most time, distance, energy and steps that a plan may take; None means no limit.

    Attributes:
        time_s: Seconds from the first step's start to the last one's end.
        distance_m: Metres driven.
        energy_wh: Watt-hours used, whatever is charged meanwhile.
        steps: Number of steps.
        taken: What the same mission has taken before the plan begins; it counts.

    Raises:
        ValueError: A limit is negative or not a number.
    """

    time_s: float | None = None
    distance_m: float | None = None
    energy_wh: float | None = None
    steps: int | None = None
    taken: Taken = NOTHING_TAKEN

    def __post_init__(self) -> None:
        for name in ("time_s", "distance_m", "energy_wh", "steps"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise ValueError(f"the limit {name} must be a number of 0 or more, not {value!r}")

    def given(self) -> dict[str, float]:
        """The limits that there are, by name; ``Limits.of`` is the inverse."""
        named = {"time_s": self.time_s, "distance_m": self.distance_m, "energy_wh": self.energy_wh, "steps": self.steps}
        return {name: value for name, value in named.items() if value is not None}

    @classmethod
    def of(cls, given: Mapping[str, float]) -> "Limits":
        """Limits by name."""
        steps = given.get("steps")
        return cls(
            time_s=given.get("time_s"),
            distance_m=given.get("distance_m"),
            energy_wh=given.get("energy_wh"),
            steps=None if steps is None else int(steps),
        )


NO_LIMITS = Limits()
