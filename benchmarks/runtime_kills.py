"""How soon an arm brakes once the policy's process is killed: the kills, and what the targets that were sent say of each."""

import json
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policies.runtime import Engine, Mode

__all__ = ["Kill", "judged_kill", "kills"]

BRAKES = 0.01
"""A target that is slower than the one before it by more than this brakes, rad/s; the arm's elbow brakes by 0.08 in a tick."""


@dataclass(frozen=True, slots=True)
class Kill:
    """One killed process.

    Attributes:
        delay_s: From before the kill was asked for to the first target of the braking that ends at rest, seconds: the upper figure.
        asking_s: How much of that the asking took, so that the true delay is at most so much less, seconds. The killer is an
            ordinary program and may be pushed aside between looking at the clock and killing.
        gap_s: The longest time between two targets from the kill to the braking, seconds; more than a tick says that the control
            process itself was late.
    """

    delay_s: float
    asking_s: float
    gap_s: float

    def __str__(self) -> str:
        return (
            f"{1e3 * self.delay_s:.1f} ms, of which the kill itself took {1e3 * self.asking_s:.1f} ms at most; "
            f"longest gap between targets {1e3 * self.gap_s:.1f} ms"
        )


def kills(make: Callable[[Path], Engine], trials: int) -> list[Kill]:
    """Kill the policy's process so many times while the arm moves.

    Args:
        make: An engine with a plant that writes what it was sent to a path; see ``JudgedPlant``.
        trials: How many times.
    """
    draw, times = random.Random(0), list[tuple[float, float]]()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sent.json"
        with make(path) as one:
            one.start("cruise")
            for trial in range(trials):
                one.wait(lambda status: status.mode is Mode.RUN, timeout_s=30.0)
                time.sleep(0.4 + draw.uniform(0.0, 0.1))
                assert one.policy_pid is not None
                before = time.monotonic()
                os.kill(one.policy_pid, signal.SIGKILL)
                times.append((before, time.monotonic()))
                one.wait(lambda status: status.mode is Mode.STOP, timeout_s=30.0)
                if trial < trials - 1:
                    one.reset()
                    one.wait(lambda status: status.mode is not Mode.STOP, timeout_s=30.0)
                    # Back to where there is room to cruise again.
                    one.start("cruise")
        stamps, speeds = np.array(json.loads(path.read_text())["sent"], dtype=np.float64).T
    return [judged_kill(stamps, speeds, before, after) for before, after in times]


def judged_kill(stamps: NDArray[np.float64], speeds: NDArray[np.float64], before: float, after: float) -> Kill:
    """What the targets say of one kill.

    Args:
        stamps: (n,) when each target was sent, seconds.
        speeds: (n,) how fast it moves, the sum of the joints' speeds.
        before: When the kill was about to be asked for, seconds.
        after: When it had been, seconds.
    """
    first = int(np.searchsorted(stamps, before))
    assert speeds[first - 1] > 0.3, f"the arm moved with {speeds[first - 1]:.2f} rad/s when the policy was killed"
    rest = first + int(np.flatnonzero(speeds[first:] == 0.0)[0])
    # Back from rest to where the braking began: from there on every target brakes.
    slower = rest
    while slower > first and speeds[slower - 2] - speeds[slower - 1] > BRAKES:
        slower -= 1
    gaps = np.diff(stamps[first - 1 : slower + 1])
    return Kill(delay_s=float(stamps[slower] - before), asking_s=after - before, gap_s=float(gaps.max()))
