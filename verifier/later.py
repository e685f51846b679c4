"""Later: a sequence that is worked out once somebody looks at it; who only wants what goes with it does not wait."""

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar, overload

__all__ = ["Later"]

_T = TypeVar("_T")


class Later(Sequence[_T], Generic[_T]):
    """What a function gives, asked for it at the first look.

    Args:
        find: The function; it is asked once.
    """

    def __init__(self, find: Callable[[], tuple[_T, ...]]) -> None:
        self._find: Callable[[], tuple[_T, ...]] | None = find
        self._found: tuple[_T, ...] = ()

    def _all(self) -> tuple[_T, ...]:
        find = self._find
        if find is not None:
            self._found = find()
            self._find = None
        return self._found

    @overload
    def __getitem__(self, index: int) -> _T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[_T, ...]: ...
    def __getitem__(self, index: int | slice) -> _T | tuple[_T, ...]:
        """One, or some of them."""
        return self._all()[index]

    def __iter__(self) -> Iterator[_T]:
        """All of them in order."""
        return iter(self._all())

    def __len__(self) -> int:
        """How many there are."""
        return len(self._all())
