"""Changed: a frozen dataclass with slots and some fields replaced, several times faster than ``dataclasses.replace``.

A plan of twenty steps is judged in milliseconds and makes hundreds of states; calling ``__init__`` for each was a third of that.
"""

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

__all__ = ["changed"]

_T = TypeVar("_T")


def changed(item: _T, **values: Any) -> _T:
    """A copy of a frozen dataclass that has slots and no ``__post_init__``, with other values in some fields.

    Args:
        item: The dataclass.
        values: New values by field.

    Raises:
        TypeError: A name that is no field.
    """
    kind: Any = type(item)
    made: _T = object.__new__(kind)
    for name, get, put in _slots(kind):
        put(made, values.pop(name) if name in values else get(item))
    if values:
        raise TypeError(f"{kind.__name__} has no field {', '.join(map(repr, values))}")
    return made


@cache
def _slots(kind: Any) -> tuple[tuple[str, Callable[[Any], Any], Callable[[Any, Any], None]], ...]:
    """Each field's name with its slot's getter and setter, which know nothing of being frozen."""
    slots = ((field.name, kind.__dict__[field.name]) for field in fields(kind))
    return tuple((name, slot.__get__, slot.__set__) for name, slot in slots)
