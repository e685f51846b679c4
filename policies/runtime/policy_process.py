"""The policy's process: ``python -m policies.runtime.policy_process``, started by the control process.

Torch, or whatever the policy needs, is imported here and only here. It takes the newest observation out of shared memory, asks the
policy and puts the chunk back; it ends when the control process does.
"""

import contextlib
import json
import os
import sys
import time
from dataclasses import asdict
from typing import Any

from policies.policy import ObservationInvalid
from policies.runtime.asking import Asker
from policies.runtime.errors import EngineError
from policies.runtime.naming import made
from policies.runtime.plant import Frame
from policies.runtime.settings import settings_of
from policies.runtime.wire import Wire, chunk_bytes, observation_of

__all__ = ["main"]

POLL_S = 0.001


def main(order: dict[str, Any]) -> int:
    """Answer observations until the control process ends.

    Args:
        order: ``policy``, ``options``, ``joints``, ``cameras``, ``descriptor``, ``settings`` and ``parent`` (its process id).

    Returns:
        The exit status.
    """
    cameras = {name: (int(size[0]), int(size[1])) for name, size in order["cameras"].items()}
    wire = Wire(int(order["joints"]), cameras, int(order["descriptor"]))
    settings = settings_of(order["settings"])
    wire.live(real_time=settings.real_time)
    try:
        policy = made(order["policy"], order["options"])
        asker = Asker(policy, settings)
    except EngineError as error:
        wire.say(time.monotonic(), error=str(error))
        return 1
    except Exception as error:
        wire.say(time.monotonic(), error=f"{order['policy']!r} is no policy: {type(error).__name__}: {error}")
        return 1
    spec = asker.spec
    if settings.real_time:
        # Ahead of ordinary programs, behind the control process; a full real-time priority could lock out everything else.
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, -10)
    wire.say(time.monotonic(), spec={**asdict(spec), "cameras": {name: list(size) for name, size in spec.cameras.items()}})
    _answer(wire, asker, int(order["parent"]))
    return 0


def _answer(wire: Wire, asker: Asker, parent: int) -> None:
    """Rounds: ask for an observation that knows of the last answer, answer it."""

    def picture(camera: str) -> Frame:
        frame = wire.picture(camera)
        if frame is None:
            raise ObservationInvalid(f"camera {camera!r} has given no picture yet")
        return frame

    due, answered = time.monotonic(), 0
    while os.getppid() == parent:
        if time.monotonic() < due:
            time.sleep(POLL_S)
            continue
        before = wire.observations.written
        wire.ask()
        while wire.observations.written == before and os.getppid() == parent:
            time.sleep(POLL_S)
        message = wire.observations.newest()
        if message is None:
            continue
        observation, known = observation_of(message.payload)
        due = max(due + asker.period_s, time.monotonic())
        if not observation.task or known < answered:
            continue
        try:
            chunk = asker.answer(observation, picture)
            payload = chunk_bytes(chunk, observation.number)
        except ObservationInvalid as error:
            wire.say(time.monotonic(), refused=str(error), number=observation.number)
            continue
        except Exception as error:
            # A policy's own fault must not look like silence: the robot holds, and the report says what it was.
            wire.say(time.monotonic(), refused=f"the policy failed: {type(error).__name__}: {error}", number=observation.number)
            continue
        now = time.monotonic()
        answered = wire.chunks.write(payload, now)
        # One tick may pass before the control process looks.
        asker.took(now - message.stamp + 0.01)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main(json.loads(sys.argv[1])))
