"""Lifeline: tells at once that a process has been killed, however busy the machine is and however long its memory takes to free.

A process counts as ended only when its memory is gone, and for a network of a gigabyte that takes tens of milliseconds. But the
first thing the kernel does for a thread that is killed is to mark the robust locks that it holds (``man 2 get_robust_list``); so
the policy's process holds one in shared memory, and the control process looks at its mark in every tick.

A killed thread does even that much only when it next gets a processor, and beside other programs an ordinary one has been seen to
wait 200 ms for it. So the lock is held by a thread that does nothing else, asleep, with real-time priority where that is permitted:
the kill wakes it, and it dies ahead of all ordinary threads, whatever the policy's own thread is doing or waiting for.
"""

import contextlib
import ctypes
import mmap
import os
import signal
import threading

from policies.runtime.clock import PRIORITY

__all__ = ["LIFELINE_BYTES", "has_died", "hold_lifeline"]

LIFELINE_BYTES = 64
_SHARED = _ROBUST = 1
_OWNER_DIED = 0x40000000


def hold_lifeline(memory: mmap.mmap, offset: int, *, real_time: bool = True) -> bool:
    """Hold a lock in shared memory until this process ends.

    Args:
        memory: Shared with whoever wants to know.
        offset: Where there are ``LIFELINE_BYTES`` bytes, all zero.
        real_time: Whether to ask for real-time priority for the thread that holds it.

    Returns:
        Whether the C library could do it; if not, the process is only known to be dead once it has ended.
    """
    held: list[bool] = []
    tried = threading.Event()

    def hold() -> None:
        try:
            # Signals are the other threads' business: this one is not to be woken to pass them on.
            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
            if real_time:
                with contextlib.suppress(OSError, AttributeError):
                    os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(PRIORITY))
            held.append(_lock(memory, offset))
        finally:
            tried.set()
        threading.Event().wait()

    try:
        threading.Thread(target=hold, name="lifeline", daemon=True).start()
    except RuntimeError:
        # No thread can be had: the caller's own is better than none.
        return _lock(memory, offset)
    tried.wait()
    return held == [True]


def _lock(memory: mmap.mmap, offset: int) -> bool:
    """Lock as the calling thread."""
    try:
        library = ctypes.CDLL(None)
        lock = ctypes.byref(ctypes.c_char.from_buffer(memory, offset))
        attributes = ctypes.create_string_buffer(64)
        return not (
            library.pthread_mutexattr_init(attributes)
            or library.pthread_mutexattr_setpshared(attributes, _SHARED)
            or library.pthread_mutexattr_setrobust(attributes, _ROBUST)
            or library.pthread_mutex_init(lock, attributes)
            or library.pthread_mutex_lock(lock)
        )
    except (OSError, AttributeError):
        return False


def has_died(words: memoryview) -> bool:
    """Whether whoever held a lifeline has died.

    Args:
        words: Its memory, as 32-bit words; glibc has the mark in the first one, musl in the second.
    """
    return bool((words[0] | words[1]) & _OWNER_DIED)
