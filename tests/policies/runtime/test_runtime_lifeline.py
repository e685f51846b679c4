"""A killed process is known to be dead before the kernel has given its memory back."""

import mmap
import os
import subprocess
import sys
import time
from pathlib import Path

from policies.runtime.lifeline import LIFELINE_BYTES, has_died

HOLDER = """
import mmap, sys, time
sys.path.insert(0, sys.argv[2])
from policies.runtime.lifeline import hold_lifeline
memory = mmap.mmap(int(sys.argv[1]), 0)
print(hold_lifeline(memory, 64), flush=True)
time.sleep(600)
"""


def test_the_mark_is_there_when_the_holder_is_killed():
    descriptor = os.memfd_create("test")
    os.ftruncate(descriptor, 64 + LIFELINE_BYTES)
    memory = mmap.mmap(descriptor, 0)
    words = memoryview(memory)[64:].cast("I")
    assert not has_died(words)
    root = str(Path(__file__).parents[3])
    command = [sys.executable, "-c", HOLDER, str(descriptor), root]
    with subprocess.Popen(command, pass_fds=[descriptor], stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"True\n"
        assert not has_died(words)
        holder.kill()
        patience = time.monotonic() + 30.0
        while not has_died(words) and time.monotonic() < patience:
            time.sleep(0.001)
        assert has_died(words)
        holder.wait()
    words.release()
    memory.close()
    os.close(descriptor)
