"""Building: the saved maps of several levels as one, laid side by side as docs/formats.md says; written from that document.

The first level stays where it is. Each further one goes to the right of the one before it, at least four cells away, moved in x by
a multiple of ten metres where its grid then falls on the first one's cells to within half a cell. All between is wall. What has a
name or alias that another level has too is called by its name and its level's; so is every cabin of a lift.
"""

import math
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from .errors import BadInput
from .frame import Frame
from .grids import digest
from .reader import Point, parse, read_limited
from .saved_map import SavedMap

__all__ = ["LEVELS_FILE", "entries", "join"]

LEVELS_FILE = "levels.json"
_MOST = 1_000_000
_MOST_PLACES = 20_000_000
_STEP_M = 10.0
_GAP = 4
_ARTICLES = ("the ", "a ", "an ")


@dataclass(frozen=True)
class _Level:
    """A level, and the words of its file: by type of feature each name with its aliases; and its lift doors."""

    name: str
    folder: str
    saved: SavedMap
    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    lift_doors: frozenset[str]
    dx: float = 0.0
    dy: float = 0.0
    row: int = 0
    col: int = 0


def join(folder: Path, levels: list[tuple[str, str, SavedMap]], lifts: Any) -> SavedMap:
    """One map of several.

    Args:
        folder: The building's.
        levels: Name, folder and map of each level, in order.
        lifts: The lifts of levels.json.

    Raises:
        BadInput: The levels do not fit together, or a file is malformed.
    """
    made = [_Level(name, at, saved, *_words(folder / at / "places.geojson")) for name, at, saved in levels]
    placed, frame = _placed(made)
    occupied = np.ones((frame.height, frame.width), dtype=bool)
    unknown, keepout = np.zeros_like(occupied), np.zeros_like(occupied)
    for level in placed:
        there = (slice(level.row, level.row + level.saved.frame.height), slice(level.col, level.col + level.saved.frame.width))
        occupied[there], unknown[there] = level.saved.occupied, level.saved.unknown
        keepout[there] = level.saved.keepout
    called = {kind: _called(kind, placed, _cabins(lifts) if kind == "place" else set()) for kind in ("place", "thing", "door")}
    doors: dict[str, tuple[tuple[Point, Point], str]] = {}
    joined = SavedMap(frame, occupied, unknown, keepout, doors, {}, {}, {}, {})
    outlines: dict[str, tuple[Point, ...]] = {}
    poses: dict[str, tuple[float, float, float]] = {}
    things: dict[str, Point] = {}
    files: dict[str, str] = {LEVELS_FILE: digest(read_limited(folder / LEVELS_FILE, _MOST))}
    for level in placed:
        saved, name = level.saved, level.name
        for door, ((a, b), state) in saved.doors.items():
            opens = door in level.lift_doors and state == "closed"
            doors[called["door"][name, door]] = ((_moved(a, level), _moved(b, level)), "open" if opens else state)
        for place, ring in saved.outlines.items():
            outlines[called["place"][name, place]] = tuple(_moved(point, level) for point in ring)
        for place, (x, y, yaw) in saved.poses.items():
            poses[called["place"][name, place]] = (*_moved((x, y), level), yaw)
        for thing, at in saved.things.items():
            things[called["thing"][name, thing]] = _moved(at, level)
        files.update({f"{level.folder}/{file}": sha for file, sha in saved.files.items()})
    return replace(joined, doors=doors, outlines=outlines, poses=poses, things=things, files=files)


def entries(folder: Path) -> tuple[list[tuple[str, str]], Any]:
    """Name and folder of each level, and the lifts, of a levels.json.

    Raises:
        BadInput: It is malformed, or a folder's name leads elsewhere.
    """
    data = parse(read_limited(folder / LEVELS_FILE, _MOST), LEVELS_FILE)
    try:
        found = [(str(level["name"]), str(level["folder"])) for level in data["levels"]]
        lifts = list(data.get("lifts", []))
    except (KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"{LEVELS_FILE} is malformed: {error!r}") from None
    for _, at in found:
        if not at or at.startswith(".") or set(at) & set("/\\\0:") or (folder / at).resolve().parent != folder.resolve():
            raise BadInput(f"{LEVELS_FILE}: {at[:80]!r} is not the name of a folder beside it")
    if not 0 < len(found) <= 100 or len({name for name, _ in found}) < len(found):
        raise BadInput(f"{LEVELS_FILE} must name 1 to 100 levels, each once")
    return found, lifts


def _words(path: Path) -> tuple[dict[str, dict[str, tuple[str, ...]]], frozenset[str]]:
    words: dict[str, dict[str, tuple[str, ...]]] = {"place": {}, "thing": {}, "door": {}}
    doors = set()
    if path.exists():
        try:
            for feature in parse(read_limited(path, _MOST_PLACES), str(path))["features"]:
                given = feature["properties"]
                kind = "place" if given["type"] == "dock" else given["type"]
                if kind in words:
                    words[kind][given["name"]] = tuple(given.get("aliases", ()))
                if kind == "door" and given.get("kind") == "lift door":
                    doors.add(given["name"])
        except (KeyError, TypeError, AttributeError) as error:
            raise BadInput(f"{path} has a feature that cannot be read: {error!r}") from None
    return words, frozenset(doors)


def _placed(levels: list[_Level]) -> tuple[list[_Level], Frame]:
    first = levels[0].saved.frame
    scale, right = first.resolution, 0
    placed: list[_Level] = []
    for level in levels:
        own = level.saved.frame
        if own.yaw or not math.isclose(own.resolution, scale, rel_tol=1e-6):
            raise BadInput(f"level {level.name[:80]!r} is turned, or has cells of another size than the first level")
        col = 0
        if placed:
            least = right + _GAP
            tens = math.ceil((first.x + least * scale - own.x) / _STEP_M - 1e-9)
            col = max(least, round((own.x + tens * _STEP_M - first.x) / scale))
        placed.append(replace(level, col=col, row=round((own.y - first.y) / scale)))
        right = col + own.width
    low = min(level.row for level in placed)
    high = max(level.row + level.saved.frame.height for level in placed)
    y = round(first.y + low * scale, 9)
    frame = Frame(scale, first.x, y, 0.0, right, high - low)
    return [
        replace(
            level,
            row=level.row - low,
            dx=round(first.x + level.col * scale - level.saved.frame.x, 9),
            dy=round(y + (level.row - low) * scale - level.saved.frame.y, 9),
        )
        for level in placed
    ], frame


def _moved(point: Point, level: _Level) -> Point:
    return (round(point[0] + level.dx, 9), round(point[1] + level.dy, 9))


def _cabins(lifts: Any) -> set[tuple[str, str]]:
    try:
        return {(level, lift.get("places", {}).get(level, lift["name"])) for lift in lifts for level in lift["levels"]}
    except (KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"{LEVELS_FILE}: a lift is malformed: {error!r}") from None


def _called(kind: str, levels: list[_Level], always: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """By level and own name the name on the building."""
    users: dict[str, set[str]] = {}
    for level in levels:
        for name, aliases in level.words[kind].items():
            for word in (name, *aliases):
                users.setdefault(_plain(word), set()).add(level.name)
    every = [(level.name, name) for level in levels for name in level.words[kind]]
    alone = {pair for pair in every if pair not in always and len(users[_plain(pair[1])]) == 1}
    names = {pair: pair[1] for pair in every if pair in alone}
    taken = {_plain(name) for name in names.values()}
    for pair in every:
        if pair not in alone:
            name = next(name for name in _numbered(f"{pair[1]} {pair[0]}") if _plain(name) not in taken | users.keys())
            taken.add(_plain(name))
            names[pair] = name
    return names


def _numbered(wish: str) -> Iterator[str]:
    yield wish
    number = 2
    while True:
        yield f"{wish} {number}"
        number += 1


def _plain(text: str) -> str:
    """Unicode NFKC without case, doubled white space or a leading English article."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    article = next((article for article in _ARTICLES if folded.startswith(article)), "")
    return folded[len(article) :]
