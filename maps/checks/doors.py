"""Doors: in walls, in unknown space, with nothing behind them, twice in one doorway, or between other places than they say."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from maps.checks.issue import MapIssue, SetFeature
from maps.checks.look import Look, value_at, values
from maps.checks.shapes import middle_of, side_points, to_ring
from maps.compass import compass
from maps.features import Door
from maps.geometry import Point, distance
from maps.grid import FREE, OCCUPIED, UNKNOWN
from maps.polygon import contains, touched_cells
from maps.world import World

__all__ = ["check_doors"]

NEAR_M = 2.0
"""How far a door may be from the outline of a place that it opens into, metres."""

BEHIND_M = 0.5
"""Within this distance of the doorway there must be space to step into, metres."""

SAME_M = 0.2
"""Doors whose ends are all this near to each other stand in one doorway, metres."""


def check_doors(look: Look) -> Iterator[MapIssue]:
    """Find doors that are no doors, and doors that join something else than they say."""
    for door in look.world.doors.values():
        misplaced = list(_where(look.world, door))
        yield from misplaced
        yield from _size(door)
        yield from _between(look.world, door, sound=not misplaced)
    yield from _twice(look.world)


def _where(world: World, door: Door) -> Iterator[MapIssue]:
    middle = middle_of(door)
    cells = touched_cells(world.frame, door.segment, closed=False)
    around = values(world, _grown(cells, world.frame.shape))
    if not (around == FREE).any() and (around == UNKNOWN).any():
        yield MapIssue(
            code="DOOR_UNKNOWN", severity="note", subject=door.name, where=middle,
            sentence=f"the door {door.name!r} lies in space that the map does not know",
            fix="map it, or let the robot explore it first",
        )  # fmt: skip
    elif not (around == FREE).any():
        yield MapIssue(
            code="DOOR_IN_WALL", severity="error", subject=door.name, where=middle,
            sentence=f"the door {door.name!r} touches no free space",
            fix="move it to the doorway that it closes",
        )  # fmt: skip
    elif (values(world, cells) == OCCUPIED).all():
        yield MapIssue(
            code="DOOR_WALLED", severity="warning", subject=door.name, where=middle,
            sentence=f"the doorway of {door.name!r} is drawn as wall, so it stays shut even when the door is open",
            fix="erase the wall in the map's image where the door opens",
        )  # fmt: skip
    elif (side := _blind_side(world, door)) is not None:
        yield MapIssue(
            code="DOOR_JOINS_NOTHING", severity="warning", subject=door.name, where=middle,
            sentence=f"the door {door.name!r} joins nothing: within {BEHIND_M:g} m {compass(middle, side)} of it all is wall",
            fix="move it to the doorway that it closes, or erase the wall behind it in the map's image",
        )  # fmt: skip


def _blind_side(world: World, door: Door) -> Point | None:
    """A point on a side where all is wall, if there is such a side."""
    thick = 2.0 * world.frame.resolution  # the doorway's own depth: a door drawn in the wall's middle has its jambs beside it
    for points in side_points(door, np.linspace(min(thick, BEHIND_M), BEHIND_M, 6)):
        if all(value_at(world, (x, y)) == OCCUPIED for x, y in points.tolist()):
            x, y = points.mean(axis=0).tolist()
            return (x, y)
    return None


def _size(door: Door) -> Iterator[MapIssue]:
    length = distance(*door.segment)
    if door.width_m is not None and abs(length - door.width_m) > 0.3:
        yield MapIssue(
            code="DOOR_WIDTH", severity="note", subject=door.name, where=middle_of(door), needed=door.width_m,
            available=round(length, 6), unit="m",
            sentence=f"the door {door.name!r} is {length:.2f} m long on the map and says width_m {door.width_m:.2f}",
            fix="make them agree",
        )  # fmt: skip


def _between(world: World, door: Door, *, sound: bool) -> Iterator[MapIssue]:
    """What the door says that it joins, against what lies on its two sides."""
    found = _sides(world, door) if sound else None
    repair = None
    if found and door.source.index is not None:
        what = f"between {_json(door.between)} -> {_json(found)}"
        repair = SetFeature(before=door, after=replace(door, between=found), what=what)
    says = f"; on its two sides are {found[0]!r} and {found[1]!r}" if found else ""
    for name in door.between:
        place = world.places.get(name)
        if place is not None and place.outline and not _reaches(door, place.outline):
            yield MapIssue(
                code="DOOR_FAR", severity="note", subject=door.name, where=middle_of(door), needed=NEAR_M,
                available=round(to_ring(place.outline, middle_of(door)), 3), unit="m",
                sentence=f"the door {door.name!r} says it opens into {name!r}, which is more than {NEAR_M:g} m away",
                fix="correct `between`, or move the door" + says, repair=repair,
            )  # fmt: skip
            return
    if sound and len(door.between) < 2 and found and set(door.between) <= set(found):
        yield MapIssue(
            code="DOOR_BETWEEN", severity="note", subject=door.name, where=middle_of(door),
            sentence=f"the door {door.name!r} does not say what it joins",
            fix=f'write "between": {_json(found)}', repair=repair,
        )  # fmt: skip


def _json(names: tuple[str, ...]) -> str:
    import json

    return json.dumps(names, ensure_ascii=False)


def _sides(world: World, door: Door) -> tuple[str, str] | None:
    """The places on a door's two sides, if the map leaves no doubt: one place each, and not the same."""
    found = []
    for points in side_points(door, (0.2, 0.4, 0.6, 0.8)):
        places = [world.place_at((x, y)) for x, y in points.tolist()]
        counts = Counter(place.name for place in places if place is not None and place.outline)
        if not counts:
            return None
        found.append(counts.most_common(2))
    if any(len(counts) > 1 and counts[0][1] == counts[1][1] for counts in found):
        return None
    a, b = found[0][0][0], found[1][0][0]
    return None if a == b else (a, b)


def _reaches(door: Door, outline: tuple[Point, ...]) -> bool:
    points = (door.segment[0], middle_of(door), door.segment[1])
    return any(contains(outline, point) or to_ring(outline, point) <= NEAR_M for point in points)


def _twice(world: World) -> Iterator[MapIssue]:
    """Doors that stand in one doorway: opening one of them opens nothing."""
    doors = list(world.doors.values())
    middles = np.array([middle_of(door) for door in doors]).reshape(-1, 2)
    near = [
        (i, i + 1 + int(k))
        for i, middle in enumerate(middles)
        for k in np.flatnonzero(np.hypot(*(middles[i + 1 :] - middle).T) <= SAME_M)
    ]
    for i, j in near:
        (a, b), other = doors[i].segment, doors[j].segment
        if min(max(math.dist(a, c), math.dist(b, d)) for c, d in (other, other[::-1])) <= SAME_M:
            yield MapIssue(
                code="DOORS_SAME", severity="warning", subject=doors[j].name, where=middle_of(doors[j]),
                sentence=f"the doors {doors[i].name!r} and {doors[j].name!r} stand in one doorway, which is open only if both are",
                fix="remove one",
            )  # fmt: skip


def _grown(cells: npt.NDArray[np.int64], shape: tuple[int, int]) -> npt.NDArray[np.int64]:
    """These cells and the two around each, inside the grid."""
    steps = np.array([(r, c) for r in range(-2, 3) for c in range(-2, 3)])
    near = np.unique((cells[:, None, :] + steps[None]).reshape(-1, 2), axis=0)
    return near[((near >= 0) & (near < shape)).all(axis=1)]
