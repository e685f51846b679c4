"""Memory: answers to pure questions, remembered so that the same question costs nothing the second time."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar

__all__ = ["Memory", "Store"]

_T = TypeVar("_T")


class Store(Protocol[_T]):
    """Where answers are kept between processes."""

    def get(self, key: Hashable) -> _T | None:
        """The answer for a key, or None."""

    def put(self, key: Hashable, answer: _T) -> None:
        """Keep an answer."""


_UNKNOWN: Any = object()


class Memory(Generic[_T]):
    """A bounded memory that forgets what was not asked for lately.

    Keys hold everything that the answer depends on, so it never goes stale. While it is less than half full it keeps no account
    of use: that would cost as much as looking an answer up.

    Args:
        most: How many answers are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[Hashable, _T] = OrderedDict()
        self._by_objects: dict[tuple[int, ...], tuple[tuple[object, ...], _T]] = {}
        self._lock = Lock()
        self.store: Store[_T] | None = None
        """Asked for what is not in memory, and told what is found; none by default."""

    def recall(self, key: Hashable, find: Callable[[], _T]) -> _T:
        """The answer for a key, found by ``find`` the first time."""
        with self._lock:
            known = self._answers.get(key, _UNKNOWN)
            if known is not _UNKNOWN:
                if 2 * len(self._answers) > self._most:
                    self._answers.move_to_end(key)
                return known  # type: ignore[no-any-return]
        kept = None if self.store is None else self.store.get(key)
        answer = find() if kept is None else kept
        if self.store is not None and kept is None:
            self.store.put(key, answer)
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return answer

    def known(self, key: Hashable) -> _T | None:
        """The answer for a key, if it is in memory."""
        with self._lock:
            return self._answers.get(key)

    def recall_of(self, objects: tuple[object, ...], key: Callable[[], Hashable], find: Callable[[], _T]) -> _T:
        """``recall`` for a key that a few objects, which never change, make up; the very same ones are told without the key."""
        which = tuple(map(id, objects))
        known = self._by_objects.get(which)
        if known is not None:
            return known[1]
        answer = self.recall(key(), find)
        if len(self._by_objects) >= self._most:
            self._by_objects.clear()
        self._by_objects[which] = (objects, answer)  # the objects are kept, so that no others take their identity
        return answer

    def __len__(self) -> int:
        """How many answers are remembered."""
        return len(self._answers)

    def clear(self) -> None:
        """Forget everything (for benchmarks that measure the cold case)."""
        with self._lock:
            self._answers.clear()
            self._by_objects.clear()
