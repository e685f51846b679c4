"""The ring: the newest whole message or none, never half of one."""

import mmap
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from policies.runtime.plant import Frame
from policies.runtime.ring import Ring
from policies.runtime.wire import Wire

SLOTS, SIZE = 3, 40


class RingMachine(RuleBasedStateMachine):
    """A writer and a reader over one memory, beside a list of what was written."""

    def __init__(self):
        super().__init__()
        self.memory = bytearray(Ring.bytes_needed(SLOTS, SIZE))
        self.writer = Ring(memoryview(self.memory), SLOTS, SIZE)
        self.reader = Ring(memoryview(self.memory), SLOTS, SIZE)
        self.written, self.seen = [], 0

    @rule(payload=st.binary(max_size=SIZE), stamp=st.floats(allow_nan=False))
    def write(self, payload, stamp):
        self.written.append((payload, stamp))
        assert self.writer.write(payload, stamp) == len(self.written)

    @rule()
    def news(self):
        message = self.reader.news()
        if self.seen == len(self.written):
            assert message is None
        else:
            self.seen = len(self.written)
            assert (message.payload, message.stamp, message.number) == (*self.written[-1], len(self.written))

    @rule(payload=st.binary(min_size=SIZE + 1, max_size=SIZE + 9))
    def too_long(self, payload):
        with pytest.raises(ValueError, match=f"a message of {len(payload)} bytes does not fit a ring made for {SIZE}"):
            self.writer.write(payload, 0.0)

    @rule(payload=st.binary(min_size=1, max_size=SIZE), done=st.integers(1, 5))
    def killed_while_writing(self, payload, done):
        """The writer dies after some of its stores; the next message of a new writer is whole again."""
        whole = bytearray(self.memory)
        Ring(memoryview(whole), SLOTS, SIZE).write(payload, 1.0)
        changed = [i for i, (a, b) in enumerate(zip(self.memory, whole, strict=True)) if a != b]
        slot = 8 * (8 + ((len(self.written) + 1) % SLOTS) * (4 + SIZE // 8))
        # The sequence number is odd while the rest is written; the count in the head comes last.
        self.memory[slot : slot + 8] = (2 * (len(self.written) + 1) - 1).to_bytes(8, sys.byteorder)
        for place in changed[: done * len(changed) // 6]:
            if place >= slot + 8:
                self.memory[place] = whole[place]
        before = self.reader.newest()
        assert before is None or (before.payload, before.stamp) == self.written[-1]

    @invariant()
    def newest_is_the_last_one(self):
        message = self.reader.newest()
        if not self.written:
            assert message is None
        else:
            assert (message.payload, message.stamp) == self.written[-1]


TestRing = RingMachine.TestCase
TestRing.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def torn(change):
    memory = bytearray(Ring.bytes_needed(SLOTS, SIZE))
    ring = Ring(memoryview(memory), SLOTS, SIZE)
    ring.write(b"whole message", 1.0)
    change(memory, 8 * (8 + (1 % SLOTS) * (4 + SIZE // 8)))
    reader = Ring(memoryview(memory), SLOTS, SIZE)
    assert reader.newest() is None
    return reader.torn


def test_an_odd_number_is_torn():
    def odd(memory, slot):
        memory[slot] = 1

    assert torn(odd) == 3


def test_a_message_whose_checksum_does_not_fit_is_torn():
    def flip(memory, slot):
        memory[slot + 8 * 4 + 3] ^= 1

    assert torn(flip) == 3


def test_a_length_that_cannot_be_is_torn():
    def stretch(memory, slot):
        memory[slot + 16] = 255

    assert torn(stretch) == 3


WRITER = """
import mmap, sys
sys.path.insert(0, sys.argv[3])
from policies.runtime.ring import Ring
memory = mmap.mmap(int(sys.argv[1]), 0)
ring = Ring(memoryview(memory), 2, 4096)
for number in range(1, int(sys.argv[2]) + 1):
    ring.write(bytes([number % 251]) * (1 + number % 4096), float(number))
"""


def test_a_reader_beside_a_fast_writer_never_sees_half_a_message():
    descriptor = os.memfd_create("test")
    os.ftruncate(descriptor, Ring.bytes_needed(2, 4096))
    memory = mmap.mmap(descriptor, 0)
    ring, count = Ring(memoryview(memory), 2, 4096), 30_000
    root = str(Path(__file__).parents[3])
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(descriptor), str(count), root], pass_fds=[descriptor], stderr=subprocess.PIPE
    ) as writer:
        read, last, end = 0, 0, time.monotonic() + 60
        while last < count and time.monotonic() < end:
            message = ring.newest()
            if message is None:
                continue
            assert message.payload == bytes([message.number % 251]) * (1 + message.number % 4096)
            assert message.stamp == message.number >= last
            read, last = read + 1, message.number
        assert writer.wait(30) == 0, writer.stderr.read().decode()
    assert last == count
    assert read > 0
    ring.release()
    memory.close()
    os.close(descriptor)


def test_pictures_go_over_the_wire_whole():
    wire = Wire(3, {"wrist": (4, 5)})
    assert wire.picture("wrist") is None
    pixels = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    wire.show("wrist", Frame(1.5, pixels), 2.0)
    frame = wire.picture("wrist")
    assert frame.stamp == 1.5
    assert (frame.pixels == pixels).all()
    wire.close()
