"""Lifeline: tells at once that a process has been killed, while the kernel may still be busy giving its memory back.

A process counts as ended only when its memory is gone, and for a network of a gigabyte that takes tens of milliseconds. But the
first thing the kernel does for a process that is killed is to mark the robust locks that it holds (``man 2 get_robust_list``); so
the policy's process holds one in shared memory, and the control process looks at its mark in every tick.
"""

import ctypes
import mmap

__all__ = ["LIFELINE_BYTES", "has_died", "hold_lifeline"]

LIFELINE_BYTES = 64
_SHARED = _ROBUST = 1
_OWNER_DIED = 0x40000000


def hold_lifeline(memory: mmap.mmap, offset: int) -> bool:
    """Hold a lock in shared memory until this process ends.

    Args:
        memory: Shared with whoever wants to know.
        offset: Where there are ``LIFELINE_BYTES`` bytes, all zero.

    Returns:
        Whether the C library could do it; if not, the process is only known to be dead once it has ended.
    """
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
