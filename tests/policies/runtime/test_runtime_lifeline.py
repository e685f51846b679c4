"""A killed process is known to be dead before the kernel has given its memory back, and before its own thread has run again."""

import ctypes
import mmap
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from policies.runtime.lifeline import LIFELINE_BYTES, has_died

HOLDER = """
import mmap, sys, time
sys.path.insert(0, sys.argv[2])
from policies.runtime.lifeline import hold_lifeline
memory = mmap.mmap(int(sys.argv[1]), 0)
print(hold_lifeline(memory, 64, real_time=sys.argv[3] == "True"), flush=True)
time.sleep(600)
"""
THREAD_ID = 0x3FFFFFFF
PATIENT_S = 30.0
PTRACE_SEIZE, PTRACE_DETACH, PTRACE_O_TRACEEXIT, PTRACE_EVENT_EXIT = 0x4206, 17, 0x40, 6


@pytest.fixture
def memory():
    descriptor = os.memfd_create("test")
    os.ftruncate(descriptor, 64 + LIFELINE_BYTES)
    memory = mmap.mmap(descriptor, 0)
    words = memoryview(memory)[64:].cast("I")
    yield descriptor, words
    words.release()
    memory.close()
    os.close(descriptor)


@contextmanager
def holder(descriptor, *, real_time=True):
    """A process that holds the lifeline."""
    root = str(Path(__file__).parents[3])
    command = [sys.executable, "-c", HOLDER, str(descriptor), root, str(real_time)]
    with subprocess.Popen(command, pass_fds=[descriptor], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout.readline() == b"True\n"
            yield process
        finally:
            process.kill()


def marked(words):
    end = time.monotonic() + PATIENT_S
    while not has_died(words) and time.monotonic() < end:
        time.sleep(0.001)
    return has_died(words)


@pytest.mark.parametrize("real_time", [True, False])
def test_the_mark_is_there_when_the_holder_is_killed(memory, real_time):
    descriptor, words = memory
    assert not has_died(words)
    with holder(descriptor, real_time=real_time) as process:
        assert not has_died(words)
        process.kill()
        assert marked(words)


def test_a_thread_of_its_own_holds_it_with_real_time_priority_where_that_is_permitted(memory):
    descriptor, words = memory
    ask = [sys.executable, "-c", "import os; os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(20))"]
    permitted = subprocess.run(ask, capture_output=True).returncode == 0
    with holder(descriptor) as process:
        owner = (words[0] & THREAD_ID) or (words[1] & THREAD_ID)
        assert owner != process.pid
        found = os.sched_getscheduler(owner) & ~os.SCHED_RESET_ON_FORK, os.sched_getscheduler(process.pid)
    plain = os.sched_getscheduler(0)
    assert found == (os.SCHED_FIFO if permitted else plain, plain)


def test_the_mark_does_not_wait_until_the_killed_process_gets_a_processor(memory):
    """Found beside other programs: the policy's own thread was runnable and killed, and stayed so for 200 ms."""
    descriptor, words = memory
    library = ctypes.CDLL(None, use_errno=True)
    library.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    library.ptrace.restype = ctypes.c_long
    with holder(descriptor) as process:
        try:
            # The first thread, and only it, is held on its way out, as if no processor were free for it.
            if library.ptrace(PTRACE_SEIZE, process.pid, None, PTRACE_O_TRACEEXIT):
                pytest.skip(f"a process may not be traced here: {os.strerror(ctypes.get_errno())}")
            process.kill()
            _, status = os.waitpid(process.pid, 0)
            if status >> 8 != signal.SIGTRAP | PTRACE_EVENT_EXIT << 8:
                pytest.skip("this system does not hold a killed process on its way out")
            died = marked(words)
            held = os.waitpid(process.pid, os.WNOHANG) == (0, 0)
            assert died and held
        finally:
            library.ptrace(PTRACE_DETACH, process.pid, None, None)
