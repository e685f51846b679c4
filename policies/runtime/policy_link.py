"""The policy's process as the control process sees it: started, asked whether it lives, served with observations, heard, ended."""

import contextlib
import json
import math
import os
import subprocess
import sys
import time
from typing import Any

from policies.policy import PolicySpec
from policies.runtime.asking import check_spec
from policies.runtime.errors import EngineError
from policies.runtime.plant import Plant, PlantState
from policies.runtime.settings import LoopSettings, settings_data
from policies.runtime.tick import ControlLoop
from policies.runtime.wire import Wire, chunk_of, observation_bytes

__all__ = ["PolicyLink"]

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""The policy's process computes on one thread where the user has set none: threads that wait for one another are as slow as the one
that another program has pushed aside, and a small network gains nothing by them."""


class PolicyLink:
    """What leads to the policy's process and back. Nothing in here waits but ``start`` and ``end``.

    Args:
        policy: ``module:factory``.
        options: Its keyword arguments.
        plant: Whose joints and cameras it gets.
        loop: Which it drives.
        settings: Of both processes.
    """

    def __init__(self, policy: str, options: dict[str, Any], plant: Plant, loop: ControlLoop, settings: LoopSettings) -> None:
        self._policy, self._options = policy, options
        self._plant, self._loop, self._settings = plant, loop, settings
        self._wire: Wire | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._looks: dict[str, float] = {}
        self._served = self._answered = 0
        self.spec: PolicySpec | None = None
        self.fault = ""
        """Why the policy cannot drive this robot, a sentence; empty while nothing is known against it."""

    @property
    def pid(self) -> int | None:
        """The process's id; None before the first start."""
        return None if self._process is None else self._process.pid

    @property
    def lives(self) -> bool:
        """Whether the process does; before the first start nothing is held against it."""
        return self._process is None or self._wire is None or (not self._wire.died and self._process.poll() is None)

    def start(self) -> None:
        """Start the process; it may take a while until it says what its policy is."""
        self.fault, self.spec = "", None
        self._served = self._answered = 0
        self._wire = Wire(len(self._plant.joint_names), self._plant.cameras)
        order = {
            "policy": self._policy,
            "options": self._options,
            "joints": len(self._plant.joint_names),
            "cameras": {name: list(size) for name, size in self._plant.cameras.items()},
            "descriptor": self._wire.descriptor,
            "settings": settings_data(self._settings),
            "parent": os.getpid(),
        }
        # A new interpreter, not a fork: nothing of this process is in it but the shared memory.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "policies.runtime.policy_process", json.dumps(order)],
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            pass_fds=[self._wire.descriptor],
            env={**dict.fromkeys(_THREADS, "1"), **os.environ},
        )

    def end(self) -> None:
        """Kill the process, wait until it is gone, and let go of the memory."""
        if self._process is not None:
            with contextlib.suppress(OSError):
                # Also wakes a process that was stopped with SIGSTOP.
                self._process.kill()
            self._process.wait()
        if self._wire is not None:
            self._wire.close()

    def take_answers(self, now: float) -> None:
        """Take its chunks and texts."""
        if self._wire is None:
            return
        message = self._wire.chunks.news()
        if message is not None:
            self._answered = message.number
            if self.spec is not None:
                chunk, number = chunk_of(message.payload)
                self._loop.offer(chunk, now, number=number)
        message = self._wire.texts.news()
        if message is None:
            return
        said = json.loads(message.payload)
        if "spec" in said:
            given = said["spec"]
            given.update(joints=tuple(given["joints"]), cameras={name: tuple(size) for name, size in given["cameras"].items()})
            try:
                spec = PolicySpec(**given)
                check_spec(spec, self._plant.joint_names, self._plant.cameras)
                self.spec = spec
                self._looks = dict.fromkeys(spec.cameras, -math.inf)
            except EngineError as error:
                self.fault = str(error)
        elif "error" in said:
            self.fault = said["error"]
        elif "refused" in said:
            self._loop.refuse(said["refused"])

    def serve(self, state: PlantState, now: float) -> None:
        """Hand over pictures, at their rate, and an observation, when the policy's process asks for one."""
        if self._wire is None or self.spec is None or not self._loop.wanted:
            return
        if self._wire.asked == self._served:
            return
        stamp = time.monotonic()
        for camera, looked in self._looks.items():
            # New when they are asked for, so that what the policy sees is as fresh as it can be.
            due = now - looked >= 1.0 / self._settings.encode_hz - 1e-6 or looked < self._loop.watch.fresh_after
            if due and not self._show(camera, now, stamp):
                return
        self._served = self._wire.asked
        observation = self._loop.observation(state, period_s=self.spec.period_s, most=self.spec.chunk)
        self._wire.observations.write(observation_bytes(observation, self._answered), stamp)

    def _show(self, camera: str, now: float, stamp: float) -> bool:
        """Hand over a new picture; the robot holds when there is none."""
        assert self._wire is not None
        assert self.spec is not None
        try:
            frame = self._plant.image(camera)
            height, width = self.spec.cameras[camera]
            if frame.pixels.shape != (height, width, 3):
                raise ValueError(f"it gave a picture of shape {frame.pixels.shape} instead of ({height}, {width}, 3)")
            self._wire.show(camera, frame, stamp)
        except Exception as error:
            self._loop.refuse(f"camera {camera!r} failed: {error}")
            return False
        self._looks[camera] = now
        return True
