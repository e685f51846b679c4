"""Recent: a small thread-safe cache that keeps what was used last, within a budget of bytes."""

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

__all__ = ["Recent"]

T = TypeVar("T")


class Recent(Generic[T]):
    """Values by content key; the least recently used go first once the budget is spent."""

    def __init__(self, budget: int) -> None:
        """Keep at most ``budget`` bytes, and always the newest value."""
        self._budget = budget
        self._spent = 0
        self._lock = Lock()
        self._values: OrderedDict[bytes, tuple[T, int]] = OrderedDict()

    def get(self, key: bytes) -> T | None:
        """The value kept under a key, if it is still there."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: bytes, value: T, size: int) -> None:
        """Keep a value of ``size`` bytes under a key."""
        with self._lock:
            old = self._values.pop(key, None)
            if old is not None:
                self._spent -= old[1]
            self._values[key] = (value, size)
            self._spent += size
            while self._spent > self._budget and len(self._values) > 1:
                self._spent -= self._values.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self._spent = 0

    def __len__(self) -> int:
        """How many values are kept."""
        return len(self._values)
