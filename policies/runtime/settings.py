"""Settings of the engine: its rates, and how patient it is."""

import math
from dataclasses import asdict, dataclass, field
from typing import Any

from policies.runtime.errors import EngineError
from policies.runtime.watchdog import WatchSettings

__all__ = ["LoopSettings", "settings_data", "settings_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopSettings:
    """Rates and patience.

    Attributes:
        tick_hz: Control ticks per second.
        encode_hz: How often the policy gets new pictures.
        decode_hz: How often it is asked for a chunk, at most: a policy may want to carry out several actions of each
            (``PolicySpec.steps``).
        blend_s: How long a chunk that does not continue the last one is faded in, seconds; 0 switches at once.
        conditioned: Whether the policy is told what will be executed meanwhile; False shows what it is good for.
        real_time: Whether to ask the operating system for real-time priority and locked memory for the control process, and for
            more than ordinary priority for the policy's.
        watch: The watchdog's.

    Raises:
        EngineError: A rate that cannot be.
    """

    tick_hz: float = 100.0
    encode_hz: float = 5.0
    decode_hz: float = 20.0
    blend_s: float = 0.1
    conditioned: bool = True
    real_time: bool = True
    watch: WatchSettings = field(default_factory=WatchSettings)

    def __post_init__(self) -> None:
        for key in ("tick_hz", "encode_hz", "decode_hz"):
            value = getattr(self, key)
            if not (math.isfinite(value) and 0 < value <= 1000):
                raise EngineError(f"{key} is {value}; it must be more than 0 and at most 1000")
        if self.decode_hz > self.tick_hz:
            raise EngineError(f"decode_hz is {self.decode_hz:g}: more chunks than the {self.tick_hz:g} ticks a second could take")
        if not (math.isfinite(self.blend_s) and self.blend_s >= 0):
            raise EngineError(f"blend_s is {self.blend_s}; it must be 0 or more seconds")

    @property
    def period_s(self) -> float:
        """Time between ticks, seconds."""
        return 1.0 / self.tick_hz


def settings_data(settings: LoopSettings) -> dict[str, Any]:
    """Plain data; ``settings_of`` is its inverse."""
    return asdict(settings)


def settings_of(data: dict[str, Any]) -> LoopSettings:
    """What ``settings_data`` wrote."""
    return LoopSettings(**{**data, "watch": WatchSettings(**data["watch"])})
