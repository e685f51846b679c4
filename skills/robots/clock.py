"""Robot time: the wall clock at some rate, or a virtual clock that jumps, so that tests never sleep."""

import asyncio
import math
import time
from collections.abc import Mapping
from typing import Any, Protocol

__all__ = ["Clock", "RealClock", "VirtualClock"]


class Clock(Protocol):
    """Seconds of robot time, starting at 0 with the robot's first state and going on when it is attached again."""

    @property
    def kind(self) -> str:
        """``real`` or ``virtual``."""

    def now(self) -> float:
        """Robot seconds."""

    async def wait(self, seconds: float) -> None:
        """Return once so many robot seconds have passed."""

    def to_json(self) -> dict[str, Any]:
        """What ``resume`` needs to go on from here in another process."""

    def resume(self, data: Mapping[str, Any], until: float = math.inf) -> None:
        """Go on from what ``to_json`` gave, perhaps in another process; not further than ``until``, robot seconds."""


class RealClock:
    """Follows the wall clock; it goes on while no process looks at it.

    Args:
        rate: Robot seconds per wall second: 1 is real time, 50 is fifty times faster.
    """

    kind = "real"

    def __init__(self, rate: float = 1.0) -> None:
        if not rate > 0:
            raise ValueError(f"a clock's rate must be positive, got {rate!r}")
        self.rate = rate
        self._robot = 0.0
        self._anchor = time.monotonic()

    def now(self) -> float:
        """Robot seconds."""
        return self._robot + (time.monotonic() - self._anchor) * self.rate

    async def wait(self, seconds: float) -> None:
        """Sleep until so many robot seconds have passed."""
        await asyncio.sleep(max(0.0, seconds) / self.rate)

    def to_json(self) -> dict[str, Any]:
        """Robot seconds and the wall time at which they were read."""
        return {"kind": self.kind, "rate": self.rate, "robot": self.now(), "wall": time.time()}

    def resume(self, data: Mapping[str, Any], until: float = math.inf) -> None:
        """Go on: wall time since then counts at the rate that held then."""
        passed = max(0.0, time.time() - float(data["wall"])) if data["kind"] == self.kind else 0.0
        kept = float(data["robot"])
        self._robot = max(kept, min(kept + passed * float(data["rate"]), until))
        self._anchor = time.monotonic()


class VirtualClock:
    """Stands still but for ``wait``, which jumps ahead at once. Waits that overlap count once."""

    kind = "virtual"

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        """Robot seconds."""
        return self._now

    async def wait(self, seconds: float) -> None:
        """Jump ahead, giving other tasks a turn first."""
        until = self._now + max(0.0, seconds)
        await asyncio.sleep(0)
        self._now = max(self._now, until)

    def to_json(self) -> dict[str, Any]:
        """Robot seconds now."""
        return {"kind": self.kind, "rate": 1.0, "robot": self._now, "wall": time.time()}

    def resume(self, data: Mapping[str, Any], until: float = math.inf) -> None:
        """Go on from the robot seconds that were kept; no time has passed since."""
        self._now = float(data["robot"])
