"""Books: routes and drive times kept on disk between dry runs, by everything that they depend on, the code behind them included.

A book is a text file of one line for each answer: a checksum, the digest of the question, the answer as JSON; before them one that
says which map it is about. Lines are added in single writes; one that is cut short or damaged counts as none. Missions do not read
books: they search anew.
"""

import hashlib
import json
import math
from abc import ABC, abstractmethod
from collections.abc import Hashable
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from maps import NoRoute, Route, StaleIndex
from maps.built_from import BuiltFrom
from verifier.verdict import Interval

__all__ = ["Book", "RouteBook", "TimeBook"]

_TITLE = "revision"
"""Stands where other lines have a digest, before the revision of the map that the book is about."""
_LARGEST = 32 * 2**20
"""Bytes; a book that has grown beyond is begun anew."""

_T = TypeVar("_T")


class Book(BuiltFrom, ABC, Generic[_T]):
    """Answers about one map on disk.

    Args:
        path: The file; it and its folder are made on the first write.
        revision: Of the map that they are about.

    Raises:
        StaleIndex: The file is about another revision.
    """

    def __init__(self, path: Path, revision: str) -> None:
        self.path = path
        self.revision = revision
        self._lines = _read(path)
        written = self._lines.get(_TITLE, revision)
        if written != revision:
            raise StaleIndex(f"{type(self).__name__} {path}", written, revision)

    @abstractmethod
    def written(self, answer: _T) -> Any:
        """An answer as JSON data; None for one that is not kept."""

    @abstractmethod
    def read(self, data: Any) -> _T:
        """What ``written`` wrote; ValueError, TypeError, KeyError or IndexError for anything else."""

    def get(self, key: Hashable) -> _T | None:
        """The answer to a question; None where there is no sound line."""
        line = self._lines.get(_digest(key))
        try:
            return None if line is None else self.read(json.loads(line))
        except (ValueError, TypeError, KeyError, IndexError):
            return None

    def put(self, key: Hashable, answer: _T) -> None:
        """Add an answer. Where the disk refuses, nothing is kept."""
        data = self.written(answer)
        if data is None:
            return
        text = f"{_digest(key)} {json.dumps(data, separators=(',', ':'))}"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fresh = not self._lines and self.path.is_file() and self.path.stat().st_size > _LARGEST
            title = "" if self._lines else _line(f"{_TITLE} {self.revision}")
            with self.path.open("wb" if fresh else "ab", buffering=0) as file:
                file.write(f"{title}{_line(text)}".encode())
            self._lines.setdefault(_TITLE, self.revision)
        except OSError:
            return


class RouteBook(Book[Route | NoRoute]):
    """Routes; why there is none is not kept."""

    def written(self, answer: Route | NoRoute) -> Any:
        """A route as JSON data."""
        return answer.to_json() if isinstance(answer, Route) else None

    def read(self, data: Any) -> Route | NoRoute:
        """A route from JSON data."""
        return Route.from_json(data)


class TimeBook(Book[Interval]):
    """Times to drive routes, seconds, low and high."""

    def written(self, answer: Interval) -> Any:
        """The interval as JSON data."""
        return list(answer)

    def read(self, data: Any) -> Interval:
        """The interval from JSON data."""
        low, high = map(float, data)
        if not 0.0 <= low <= high < math.inf:
            raise ValueError(f"{data} is no interval of time")
        return (low, high)


def _read(path: Path) -> dict[str, str]:
    """The sound lines of a book: JSON by digest."""
    try:
        if path.stat().st_size > _LARGEST:
            return {}
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    found: dict[str, str] = {}
    for line in lines:
        checksum, _, text = line.partition(" ")
        digest, _, route = text.partition(" ")
        if route and _checksum(text) == checksum:
            found[digest] = route
    return found


def _line(text: str) -> str:
    return f"\n{_checksum(text)} {text}"  # the line before it may have been cut short


def _digest(key: Hashable) -> str:
    return hashlib.blake2b(f"{_code()} {key!r}".encode(), digest_size=16).hexdigest()


def _checksum(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


@cache
def _code() -> str:
    """A digest of which code answers: sizes and times of the files that find routes and drive them."""
    import maps
    import policies

    digest = hashlib.blake2b(digest_size=16)
    for package in (maps, policies):
        for file in sorted(Path(str(package.__file__)).parent.rglob("*.py")):
            known = file.stat()
            digest.update(f"{file.name} {known.st_size} {known.st_mtime_ns}\n".encode())
    return digest.hexdigest()
