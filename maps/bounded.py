"""Bounded reading of untrusted text files: JSON and YAML of a limited size and depth, without aliases, NaN or infinity."""

import json
from pathlib import Path
from typing import Any, NoReturn

from maps.errors import MapFileInvalid, MapFileMissing

__all__ = ["MAX_DEPTH", "parse_json", "parse_yaml", "read_bytes", "read_head"]

MAX_DEPTH = 40
"""Deepest nesting that is read; map files need about ten."""

MAX_PARTS = 1_000_000
"""Most objects and lists in a JSON file, and events in a YAML file: counted before anything is built."""


def read_bytes(path: Path, most: int) -> bytes:
    """A plain file's content.

    Args:
        path: The file.
        most: Bytes it may hold.

    Raises:
        MapFileMissing: It is not there or cannot be read.
        MapFileInvalid: It is no plain file, or larger.
    """
    try:
        size = path.stat().st_size
        if not path.is_file() or size > most:
            raise MapFileInvalid(f"{path} is not a plain file of at most {most / 1e6:g} MB")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise MapFileMissing(f"{str(path)!r} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def read_head(path: Path, most: int = 65_536) -> bytes:
    """The first bytes of a plain file.

    Raises:
        MapFileMissing: It is not there or cannot be read.
        MapFileInvalid: It is no plain file.
    """
    try:
        if path.exists() and not path.is_file():
            raise MapFileInvalid(f"{path} is not a plain file")
        with path.open("rb") as file:
            return file.read(most)
    except (OSError, ValueError) as error:
        raise MapFileMissing(f"{str(path)!r} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def parse_json(data: bytes, path: Path) -> dict[str, Any]:
    """A JSON object.

    Raises:
        MapFileInvalid: It is not JSON, holds NaN or infinity or far too much, or is not an object.
    """

    def refuse(text: str) -> NoReturn:
        raise ValueError(f"{text} is not a number that a map can use")

    if data.count(b"{") + data.count(b"[") > MAX_PARTS:
        raise MapFileInvalid(f"{path} holds more than {MAX_PARTS} objects and lists, which no map that can be used does")
    try:
        found = json.loads(data, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise MapFileInvalid(f"{path} is not JSON that can be read: {error or 'it is nested too deeply'}") from None
    if not isinstance(found, dict):
        raise MapFileInvalid(f"{path} must hold one JSON object, and holds a {type(found).__name__}")
    return found


def parse_yaml(data: bytes, path: Path) -> Any:
    """A YAML document; the structure is looked over before anything is built from it.

    Aliases are refused: a few lines of them can stand for more nodes than memory holds, and no map tool writes them.

    Raises:
        MapFileInvalid: It is not YAML, has aliases, or is nested too deeply.
    """
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        depth = 0
        for count, event in enumerate(yaml.parse(data, Loader=loader)):
            if count > MAX_PARTS:
                raise MapFileInvalid(f"{path} holds more than {MAX_PARTS} values, which no map that can be used does")
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    raise MapFileInvalid(f"{path} is nested more than {MAX_DEPTH} levels deep, which no map is")
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.AliasEvent):
                line = f", line {event.start_mark.line + 1}" if event.start_mark else ""
                raise MapFileInvalid(f"{path}{line}: the alias *{event.anchor} is not read; write its content out")
        found = yaml.load(data, Loader=loader)  # a safe loader: plain values only
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or (str(error).splitlines() or [type(error).__name__])[0]
        raise MapFileInvalid(f"{path} is not YAML: {problem}" + (f" (line {mark.line + 1})" if mark else "")) from None
    return found
