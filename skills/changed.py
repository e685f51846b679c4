"""Changed: a frozen dataclass with some fields replaced, several times faster than ``dataclasses.replace``.

A plan of twenty steps is judged in milliseconds and makes hundreds of states; calling ``__init__`` for each was a third of that.
"""

from typing import Any, TypeVar

__all__ = ["changed"]

_T = TypeVar("_T")


def changed(item: _T, **values: Any) -> _T:
    """A copy of a frozen dataclass that has no slots and no ``__post_init__``, with other values in some fields.

    Its fields are copied in one go, which slots do not allow; so it must keep nothing else, such as a ``cached_property``.

    Args:
        item: The dataclass.
        values: New values by field.

    Raises:
        TypeError: A name that is no field.
    """
    made: _T = object.__new__(type(item))
    known = made.__dict__
    known.update(item.__dict__)
    count = len(known)
    known.update(values)
    if len(known) != count:
        unknown = [repr(name) for name in values if name not in item.__dict__]
        raise TypeError(f"{type(item).__name__} has no field {', '.join(unknown)}")
    return made
