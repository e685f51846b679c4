"""The parts of an Open-RMF building.yaml, checked one by one: numbers, parameters, vertices, edges between them and rings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maps.errors import MapFileInvalid
from maps.map_server import is_number
from maps.plain_text import short

__all__ = ["MAX_ITEMS", "BuildingEdge", "edges_of", "list_of", "numbers_of", "rings_of", "vertices_of"]

MAX_ITEMS = 10_000


@dataclass(frozen=True, slots=True)
class BuildingEdge:
    """A wall, door or lane: two vertices by number."""

    start: int
    end: int
    params: Mapping[str, Any]


def list_of(data: Mapping[str, Any], key: str, where: str) -> list[Any]:
    """What a key holds, where it is a list; nothing where the key is not there.

    Raises:
        MapFileInvalid: It is no list, or one of too many.
    """
    value = data.get(key) or []
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        raise MapFileInvalid(f"{where}: {key} must be a list of at most {MAX_ITEMS}, found {short(value)}")
    return value


def numbers_of(value: Any, count: int, where: str) -> list[float]:
    """The first numbers of a list.

    Raises:
        MapFileInvalid: It has fewer, or one that no map can have.
    """
    if not isinstance(value, list) or len(value) < count or not all(is_number(part) and abs(part) <= 1e7 for part in value[:count]):
        raise MapFileInvalid(f"{where} is {short(value)}, expected {count} numbers first")
    return [float(part) for part in value[:count]]


def _params(value: Any, where: str) -> dict[str, Any]:
    """``{name: [type, value]}`` as name to value."""
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(pair, list) and len(pair) == 2 for pair in value.values()):
        raise MapFileInvalid(f"{where}: its parameters are {short(value)}, expected name: [type, value]")
    return {str(name): pair[1] for name, pair in value.items()}


def vertices_of(level: Mapping[str, Any], where: str, flip: float) -> list[tuple[float, float, str, dict[str, Any]]]:
    """A level's vertices in its own numbers, y up: x, y, name and parameters.

    Raises:
        MapFileInvalid: One is malformed.
    """
    found = []
    for index, item in enumerate(list_of(level, "vertices", where)):
        at = f"{where}, vertices[{index}]"
        x, y = numbers_of(item, 2, at)
        name = item[3] if len(item) > 3 and isinstance(item[3], str) else ""
        found.append((x, flip * y, name, _params(item[4] if len(item) > 4 else None, at)))
    return found


def edges_of(level: Mapping[str, Any], key: str, count: int, where: str) -> tuple[BuildingEdge, ...]:
    """A level's walls, doors, lanes or measurements between its ``count`` vertices.

    Raises:
        MapFileInvalid: One is malformed or names no vertex.
    """
    found = []
    for index, item in enumerate(list_of(level, key, where)):
        at = f"{where}, {key}[{index}]"
        if not isinstance(item, list) or len(item) < 2 or not all(_is_index(end, count) for end in item[:2]):
            raise MapFileInvalid(f"{at} is {short(item)}, expected two of the {count} vertices by number")
        found.append(BuildingEdge(item[0], item[1], _params(item[2] if len(item) > 2 else None, at)))
    return tuple(found)


def rings_of(level: Mapping[str, Any], key: str, count: int, where: str) -> tuple[tuple[int, ...], ...]:
    """A level's floors or holes, as rings of its ``count`` vertices.

    Raises:
        MapFileInvalid: One is malformed or names no vertex.
    """
    found = []
    for index, item in enumerate(list_of(level, key, where)):
        ring = item.get("vertices") if isinstance(item, dict) else None
        if not isinstance(ring, list) or not 3 <= len(ring) <= 2000 or not all(_is_index(corner, count) for corner in ring):
            raise MapFileInvalid(
                f"{where}, {key}[{index}]: vertices are {short(ring)}, expected 3 or more of the {count} by number"
            )
        found.append(tuple(ring))
    return tuple(found)


def _is_index(value: Any, count: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count
