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

    def start(self) -> None:
        """Let time run, where it stood still until the robot was first told something."""

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
        standing: Begin with time standing still, until ``start`` or the first ``wait``: what loading, planning and a person's
            approval take on the wall clock would be hours of robot time at a high rate.
    """

    kind = "real"

    def __init__(self, rate: float = 1.0, *, standing: bool = False) -> None:
        if not rate > 0:
            raise ValueError(f"a clock's rate must be positive, got {rate!r}")
        self.rate = rate
        self._standing = standing
        self._robot = 0.0
        self._anchor = None if standing else time.monotonic()

    def now(self) -> float:
        """Robot seconds."""
        return self._robot if self._anchor is None else self._robot + (time.monotonic() - self._anchor) * self.rate

    def start(self) -> None:
        """Let time run from now on, if it stands."""
        if self._anchor is None:
            self._anchor = time.monotonic()

    async def wait(self, seconds: float) -> None:
        """Sleep until so many robot seconds have passed."""
        self.start()
        await asyncio.sleep(max(0.0, seconds) / self.rate)

    def to_json(self) -> dict[str, Any]:
        """Robot seconds and the wall time at which they were read."""
        running = self._anchor is not None
        return {"kind": self.kind, "rate": self.rate, "robot": self.now(), "wall": time.time(), "running": running}

    def resume(self, data: Mapping[str, Any], until: float = math.inf) -> None:
        """Go on: wall time since then counts at the rate that held then; a standing clock stands again once ``until`` is past."""
        ran = data["kind"] == self.kind and bool(data.get("running", True))
        passed = max(0.0, time.time() - float(data["wall"])) if ran else 0.0
        kept = float(data["robot"])
        reached = kept + passed * float(data["rate"])
        self._robot = max(kept, min(reached, until))
        stands = self._standing and (reached >= until or not ran)
        self._anchor = None if stands else time.monotonic()


class VirtualClock:
    """Stands still but for ``wait``, which jumps ahead at once. Waits that overlap count once."""

    kind = "virtual"

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        """Robot seconds."""
        return self._now

    def start(self) -> None:
        """Nothing: it runs only while somebody waits."""

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
