"""The wire between the control process and the policy's process: what lies where in their shared memory, and in which form.

The memory has no name: it is a file descriptor that the policy's process inherits, so when both processes are gone, killed or not,
the kernel has freed it, and nothing is ever left behind in /dev/shm.
"""

import contextlib
import json
import mmap
import os
import struct
import tempfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from policies.runtime.chunks import ActionChunk
from policies.runtime.lifeline import LIFELINE_BYTES, has_died, hold_lifeline
from policies.runtime.plant import Frame
from policies.runtime.ring import Ring
from policies.runtime.tick import Observation

__all__ = ["MOST_ACTIONS", "Wire", "chunk_bytes", "chunk_of", "observation_bytes", "observation_of"]

_HEAD = 64 + LIFELINE_BYTES
MOST_ACTIONS = 256
"""Longest chunk that fits."""
TASK_BYTES = 4096
TEXT_BYTES = 8192
_OBSERVATION = struct.Struct("=dddqqqqqq")
_CHUNK = struct.Struct("=dddqqqqd")
_FRAME = struct.Struct("=dqq")


class Wire:
    """Rings in one piece of shared memory.

    Args:
        joints: How many numbers a state and an action have.
        cameras: (height, width) by camera name.
        descriptor: Of the memory; None to make it.
    """

    def __init__(self, joints: int, cameras: Mapping[str, tuple[int, int]], descriptor: int | None = None) -> None:
        self.joints, self.cameras = joints, dict(cameras)
        numbers = 8 * joints * (3 + MOST_ACTIONS)
        sizes = {"observation": _OBSERVATION.size + TASK_BYTES + numbers, "chunk": _CHUNK.size + numbers, "text": TEXT_BYTES}
        places = [(name, 4, size) for name, size in sizes.items()]
        places += [(f"camera {name}", 3, _FRAME.size + 3 * height * width) for name, (height, width) in cameras.items()]
        total = _HEAD + sum(Ring.bytes_needed(slots, size) for _, slots, size in places)
        self.descriptor = _memory(total) if descriptor is None else descriptor
        self._map = mmap.mmap(self.descriptor, total)
        self._view = memoryview(self._map)
        # The first word counts how often the policy's process has asked for an observation.
        self._asked = self._view[:64].cast("Q")
        self._lifeline = self._view[64:_HEAD].cast("I")
        self._rings: dict[str, Ring] = {}
        start = _HEAD
        for name, slots, size in places:
            end = start + Ring.bytes_needed(slots, size)
            self._rings[name] = Ring(self._view[start:end], slots, size)
            start = end

    @property
    def observations(self) -> Ring:
        """From the control process."""
        return self._rings["observation"]

    @property
    def chunks(self) -> Ring:
        """From the policy's process."""
        return self._rings["chunk"]

    @property
    def texts(self) -> Ring:
        """From the policy's process: JSON, see ``say``."""
        return self._rings["text"]

    @property
    def asked(self) -> int:
        """How often the policy's process has asked for an observation."""
        return self._asked[0]

    def ask(self) -> None:
        """Ask the control process for an observation, in its next tick."""
        self._asked[0] += 1

    def live(self, *, real_time: bool = True) -> None:
        """Let the control process know at once when this process dies; see ``hold_lifeline``."""
        hold_lifeline(self._map, 64, real_time=real_time)

    @property
    def died(self) -> bool:
        """Whether the process that said it lives has died."""
        return has_died(self._lifeline)

    def say(self, stamp: float, **what: Any) -> None:
        """Tell the control process something that is no chunk, in at most 8 kB of JSON."""
        text = json.dumps(what).encode()
        if len(text) > TEXT_BYTES:
            text = json.dumps({key: str(value)[: TEXT_BYTES // 8] for key, value in what.items()}).encode()[:TEXT_BYTES]
        self.texts.write(text, stamp)

    def show(self, camera: str, frame: Frame, stamp: float) -> None:
        """Hand a picture to the policy's process."""
        height, width = frame.pixels.shape[:2]
        pixels = np.ascontiguousarray(frame.pixels).tobytes()
        self._rings[f"camera {camera}"].write(_FRAME.pack(frame.stamp, height, width) + pixels, stamp)

    def picture(self, camera: str) -> Frame | None:
        """The newest picture of a camera; None before the first."""
        message = self._rings[f"camera {camera}"].newest()
        if message is None:
            return None
        stamp, height, width = _FRAME.unpack_from(message.payload)
        pixels = np.frombuffer(message.payload, dtype=np.uint8, offset=_FRAME.size)
        return Frame(stamp, pixels.reshape(height, width, 3))

    def close(self) -> None:
        """Let go of the memory."""
        for ring in self._rings.values():
            ring.release()
        self._asked.release()
        self._lifeline.release()
        self._view.release()
        self._map.close()
        with contextlib.suppress(OSError):
            os.close(self.descriptor)


def _memory(size: int) -> int:
    """A descriptor of that much zeroed memory, without a name."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("surefoot-runtime")
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    os.ftruncate(descriptor, size)
    return descriptor


def observation_bytes(observation: Observation, answered: int) -> bytes:
    """An observation as bytes; ``answered`` is the number of the last chunk message that it takes account of."""
    left = np.asarray(observation.left_over, dtype=np.float64)
    task = observation.task.encode()[:TASK_BYTES]
    head = _OBSERVATION.pack(
        observation.stamp,
        observation.fresh_after,
        observation.grip_force_n,
        observation.number,
        answered,
        len(task),
        len(observation.positions),
        len(observation.left_over),
        0,
    )
    numbers = np.array([observation.positions, observation.origin, observation.velocity], dtype=np.float64)
    return b"".join((head, task, numbers.tobytes(), left.tobytes()))


def observation_of(payload: bytes) -> tuple[Observation, int]:
    """What ``observation_bytes`` wrote."""
    stamp, fresh_after, grip, number, answered, task_length, joints, left, _ = _OBSERVATION.unpack_from(payload)
    start = _OBSERVATION.size
    task = payload[start : start + task_length].decode(errors="replace")
    numbers = np.frombuffer(payload, dtype=np.float64, offset=start + task_length) if joints else np.zeros(0)
    table = numbers.reshape(3 + left, joints)
    observation = Observation(
        stamp=stamp,
        positions=tuple(table[0].tolist()),
        origin=tuple(table[1].tolist()),
        velocity=tuple(table[2].tolist()),
        left_over=table[3:].tolist(),
        fresh_after=fresh_after,
        task=task,
        grip_force_n=grip,
        number=number,
    )
    return observation, answered


def chunk_bytes(chunk: ActionChunk, number: int) -> bytes:
    """A chunk as bytes; ``number`` is the task's that it answers."""
    actions = np.ascontiguousarray(chunk.actions[:MOST_ACTIONS], dtype=np.float64)
    count, width = actions.shape
    head = _CHUNK.pack(chunk.observed, chunk.period_s, chunk.encoded, number, chunk.delay, count, width, 0.0)
    return b"".join((head, chunk.origin.astype(np.float64).tobytes(), actions.tobytes()))


def chunk_of(payload: bytes) -> tuple[ActionChunk, int]:
    """What ``chunk_bytes`` wrote."""
    observed, period_s, encoded, number, delay, count, width, _ = _CHUNK.unpack_from(payload)
    numbers = np.frombuffer(payload, dtype=np.float64, offset=_CHUNK.size)
    origin, actions = numbers[: len(numbers) - count * width], numbers[len(numbers) - count * width :].reshape(count, width)
    return ActionChunk(observed=observed, period_s=period_s, actions=actions, origin=origin, encoded=encoded, delay=delay), number
