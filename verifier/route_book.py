"""Route book: routes kept on disk between dry runs, by everything that they depend on, the code that found them included.

A book is a text file of one line for each route: a checksum, the digest of the question, the route as JSON. Lines are added
in single writes; one that is cut short or damaged counts as none. Missions do not read it: they search anew.
"""

import hashlib
import json
from collections.abc import Hashable
from functools import cache
from pathlib import Path

from maps import NoRoute, Route

__all__ = ["RouteBook"]

_LARGEST = 32 * 2**20
"""Bytes; a book that has grown beyond is begun anew."""


class RouteBook:
    """Routes of one map on disk.

    Args:
        path: The file; it and its folder are made on the first write.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines = _read(path)

    def get(self, key: Hashable) -> Route | None:
        """The route for a question; None where there is no sound line."""
        line = self._lines.get(_digest(key))
        try:
            return None if line is None else Route.from_json(json.loads(line))
        except (ValueError, TypeError, KeyError, IndexError):
            return None

    def put(self, key: Hashable, answer: Route | NoRoute) -> None:
        """Add a route; why there is none is not kept. Where the disk refuses, nothing is kept."""
        if not isinstance(answer, Route):
            return
        text = f"{_digest(key)} {json.dumps(answer.to_json(), separators=(',', ':'))}"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fresh = not self._lines and self.path.is_file() and self.path.stat().st_size > _LARGEST
            with self.path.open("wb" if fresh else "ab", buffering=0) as file:
                file.write(f"\n{_checksum(text)} {text}".encode())  # a line before it may have been cut short
        except OSError:
            return


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


def _digest(key: Hashable) -> str:
    return hashlib.blake2b(f"{_code()} {key!r}".encode(), digest_size=16).hexdigest()


def _checksum(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


@cache
def _code() -> str:
    """A digest of which code finds routes: sizes and times of the maps package's files."""
    import maps

    digest = hashlib.blake2b(digest_size=16)
    for file in sorted(Path(str(maps.__file__)).parent.rglob("*.py")):
        known = file.stat()
        digest.update(f"{file.name} {known.st_size} {known.st_mtime_ns}\n".encode())
    return digest.hexdigest()
