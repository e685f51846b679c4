"""Reader: the values of an untrusted JSON document, each checked for type, range and size as it is taken out."""

import json
import math
from pathlib import Path
from typing import Any

from .errors import BadInput

__all__ = ["Fields", "Point", "parse", "read_limited"]

Point = tuple[float, float]

MOST_BYTES = 64_000_000
MOST_ITEMS = 500_000
_MOST_TEXT = 500
_MOST_METRES = 1e7


def read_limited(path: Path, most: int) -> bytes:
    """A plain file's bytes.

    Raises:
        BadInput: It is not there, not a plain file, or larger than ``most`` bytes.
    """
    try:
        if not path.is_file():
            raise BadInput(f"{str(path)!r} is not a file that can be read")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise BadInput(f"{str(path)!r} cannot be read: {error}") from None
    if len(data) > most:
        raise BadInput(f"{str(path)!r} is larger than {most} bytes; it is not read")
    return data


def parse(data: bytes, what: str) -> Any:
    """JSON without NaN, infinities and duplicate keys.

    Raises:
        BadInput: It is anything else.
    """
    try:
        return json.loads(data, parse_constant=_no_constant, object_pairs_hook=_no_twins)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{what} is not JSON: {str(error)[:200]}") from None


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is not a number")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key is given twice")
    return made


class Fields:
    """The keys of one JSON object. Every getter names the place in the document when it refuses."""

    def __init__(self, data: Any, where: str, keys: str) -> None:
        """Take an object that has exactly these keys.

        Raises:
            BadInput: It is no object, or a key is missing or unknown.
        """
        if not isinstance(data, dict):
            raise BadInput(f"{where}: expected an object")
        wanted = set(keys.split())
        if set(data) != wanted:
            wrong = sorted(wanted ^ set(data))[0]
            raise BadInput(f"{where}: the key {wrong[:80]!r} is {'missing' if wrong in wanted else 'unknown'}")
        self.data: dict[str, Any] = data
        self.where = where

    def __contains__(self, key: str) -> bool:
        """Whether a key holds something."""
        return self.data[key] is not None

    def within(self, key: str, keys: str) -> "Fields":
        """An object inside this one."""
        return Fields(self.data[key], f"{self.where}.{key}", keys)

    def text(self, key: str) -> str:
        """A text of a name's length."""
        value = self.data[key]
        if not isinstance(value, str) or len(value) > _MOST_TEXT:
            raise BadInput(f"{self.where}.{key}: expected a text of at most {_MOST_TEXT} characters")
        return value

    def one_of(self, key: str, *choices: str) -> str:
        """One of a few words."""
        value = self.text(key)
        if value not in choices:
            raise BadInput(f"{self.where}.{key}: expected {' or '.join(choices)}, found {value[:80]!r}")
        return value

    def number(self, key: str) -> float:
        """A finite number within any map's range."""
        return _number(self.data[key], f"{self.where}.{key}")

    def count(self, key: str) -> int:
        """A whole number, 0 or more."""
        value = self.data[key]
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10**9:
            raise BadInput(f"{self.where}.{key}: expected a whole number")
        return value

    def numbers(self, key: str, count: int | None = None) -> tuple[float, ...]:
        """Numbers, as many as wanted."""
        items = _items(self.data[key], f"{self.where}.{key}", count)
        return tuple(_number(item, f"{self.where}.{key}") for item in items)

    def point(self, key: str) -> Point:
        """A position, metres."""
        x, y = self.numbers(key, 2)
        return (x, y)

    def points(self, key: str) -> tuple[Point, ...]:
        """Positions."""
        return _points(self.data[key], f"{self.where}.{key}")

    def rings(self, key: str) -> tuple[tuple[Point, ...], ...]:
        """Lists of positions."""
        return tuple(_points(item, f"{self.where}.{key}") for item in _items(self.data[key], f"{self.where}.{key}"))

    def whole_rows(self, key: str, width: int) -> tuple[tuple[int, ...], ...]:
        """Rows of whole numbers."""
        where = f"{self.where}.{key}"
        rows = [_items(item, where, width) for item in _items(self.data[key], where)]
        for row in rows:
            for value in row:
                if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 10**9:
                    raise BadInput(f"{where}: expected whole numbers")
        return tuple(tuple(row) for row in rows)

    def words(self, key: str) -> tuple[str, ...]:
        """Names in order."""
        return tuple(_word(item, f"{self.where}.{key}") for item in _items(self.data[key], f"{self.where}.{key}"))

    def table(self, key: str) -> dict[str, str]:
        """Texts by name."""
        value = self.data[key]
        if not isinstance(value, dict) or len(value) > MOST_ITEMS:
            raise BadInput(f"{self.where}.{key}: expected an object of texts")
        return {_word(name, f"{self.where}.{key}"): _word(item, f"{self.where}.{key}") for name, item in value.items()}


def _items(value: Any, where: str, count: int | None = None) -> list[Any]:
    if not isinstance(value, list) or len(value) > MOST_ITEMS or (count is not None and len(value) != count):
        raise BadInput(f"{where}: expected a list of {f'at most {MOST_ITEMS}' if count is None else count} items")
    return value


def _number(value: Any, where: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= _MOST_METRES or math.isnan(value):
        raise BadInput(f"{where}: expected a finite number of at most {_MOST_METRES:g}")
    return float(value)


def _points(value: Any, where: str) -> tuple[Point, ...]:
    made = []
    for item in _items(value, where):
        x, y = _items(item, where, 2)
        made.append((_number(x, where), _number(y, where)))
    return tuple(made)


def _word(value: Any, where: str) -> str:
    if not isinstance(value, str) or len(value) > _MOST_TEXT:
        raise BadInput(f"{where}: expected texts of at most {_MOST_TEXT} characters")
    return value
