"""Tampering: every single value of a certificate file, and what it may be replaced by."""

import copy
import hashlib
import json
from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]


def leaves(data: Any, path: Path = ()) -> Iterator[Path]:
    """The places of all values that hold no others; of long lists of numbers every few dozen's."""
    items: list[tuple[str | int, Any]] = []
    if isinstance(data, dict):
        items = list(data.items())
    elif isinstance(data, list):
        items = list(enumerate(data))[:: max(1, len(data) // 6)]
    if not items:
        yield path
    for key, value in items:
        yield from leaves(value, (*path, key))


def at(data: Any, path: Path) -> Any:
    """The value at a place."""
    for key in path:
        data = data[key]
    return data


def put(data: Any, path: Path, value: Any) -> Any:
    """A copy with another value at a place."""
    made = copy.deepcopy(data)
    at(made, path[:-1])[path[-1]] = value
    return made


def other(value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(value, bool) or value is None:
        return 1.5
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value + 0.05
    if isinstance(value, str):
        swaps = {"open": "closed", "closed": "open", "locked": "open", "blocked": "ignored", "route": "refusal"}
        return swaps.get(value, value + "x")
    return [1.0, 2.0]


def signed(data: Any) -> Any:
    """With the digest of its content, as a liar would sign it."""
    rest = {key: value for key, value in data.items() if key != "digest"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return {**rest, "digest": "sha256:" + hashlib.sha256(text.encode("ascii")).hexdigest()}
