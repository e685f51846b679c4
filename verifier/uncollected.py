"""Uncollected: a stretch of work during which Python does not look for garbage.

Looking through all objects of a process that has loaded a few libraries takes tens of milliseconds, whenever it happens to come.
Who waits for a verdict is told it first; what was put off is done moments after.
"""

import gc
from threading import Lock

__all__ = ["UNCOLLECTED"]


class _Uncollected:
    """Puts garbage collection off until the last one who is inside leaves; whoever has switched it off keeps it off."""

    def __init__(self) -> None:
        self._lock, self._inside, self._was_enabled = Lock(), 0, False

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._was_enabled = gc.isenabled()
                gc.disable()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._was_enabled:
                gc.enable()


UNCOLLECTED = _Uncollected()
"""``with UNCOLLECTED:`` in any number of threads, and inside one another."""
