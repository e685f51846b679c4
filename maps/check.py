"""Map check: what a user should repair or know before a robot relies on a map, each with a way to mend it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from maps.alike import alike_names
from maps.body import Body
from maps.features import Door, Place, Thing
from maps.geometry import Point, distance
from maps.grid import FREE, OCCUPIED, UNKNOWN
from maps.polygon import contains, touched_cells
from maps.world import FEATURE_TYPES, World

__all__ = ["MapIssue", "Severity", "check_map"]

Severity: TypeAlias = Literal["error", "warning", "note"]

NEAR_M = 1.0
"""How far outside its place a thing may stand (on a wall, on a shelf), metres."""

DOOR_NEAR_M = 2.0
"""How far a door may be from the outline of a place that it opens into, metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapIssue:
    """One thing to repair or to know.

    Attributes:
        code: What kind of issue, in capitals.
        severity: ``error``: missions will fail on it; ``warning``: probably a mistake; ``note``: worth knowing.
        subject: The feature it is about, if any.
        where: A point on the map, metres, if there is a telling one.
        sentence: What is wrong, with numbers.
        fix: What to do.
    """

    code: str
    severity: Severity
    subject: str = ""
    where: Point | None = None
    sentence: str
    fix: str

    def __str__(self) -> str:
        """As people read it."""
        return f"{self.severity}: {self.sentence}; {self.fix} [{self.code}]"


def check_map(world: World, body: Body | None = None) -> tuple[MapIssue, ...]:
    """Look for mistakes in a map.

    Args:
        world: The map.
        body: The robot; with it, what is too tight or out of reach for this robot is found too.

    Returns:
        Issues, errors first, then in the order of the checks and of the file.
    """
    checks: list[Callable[[World], Iterator[MapIssue]]] = [_files, _grid, _places, _things, _doors, _names]
    issues = [issue for check in checks for issue in check(world)]
    if body is not None and (world.cells == FREE).any():
        from maps.check_body import check_body

        issues += check_body(world, body)
    return tuple(sorted(issues, key=lambda issue: ("error", "warning", "note").index(issue.severity)))


def _files(world: World) -> Iterator[MapIssue]:
    """What reading the files has already found."""
    for warning in world.warnings:
        sentence, _, fix = warning.partition("; ")
        code = "GREY_205" if "grey 205" in warning else "MASK" if " mask " in warning else "FILE"
        yield MapIssue(code=code, severity="warning", sentence=sentence, fix=fix or "see docs/formats.md")


def _grid(world: World) -> Iterator[MapIssue]:
    if not (world.cells == FREE).any():
        yield MapIssue(
            code="NO_FREE_SPACE",
            severity="error",
            sentence="the map has no free cell at all",
            fix="check negate, mode and the thresholds in map.yaml",
        )
    if not world.places:
        yield MapIssue(
            code="NO_PLACES",
            severity="warning",
            sentence="the map names no place, and no room was found on it",
            fix="add a places.geojson beside map.yaml",
        )
    if not any(place.is_dock for place in world.places.values()):
        yield MapIssue(
            code="NO_DOCK",
            severity="note",
            sentence="the map has no dock, so no return for charging can be planned",
            fix="add a feature of type dock with a pose",
        )


def _places(world: World) -> Iterator[MapIssue]:
    for place in world.places.values():
        if place.outline:
            yield from _outline(world, place)
        if place.pose is not None:
            yield from _pose(world, place)


def _outline(world: World, place: Place) -> Iterator[MapIssue]:
    values = _values(world, touched_cells(world.frame, place.outline))
    free = int(np.count_nonzero(values == FREE))
    if free == 0 and (values == UNKNOWN).any():
        yield MapIssue(
            code="PLACE_UNKNOWN", severity="note", subject=place.name, where=place.centre,
            sentence=f"the place {place.name!r} lies in space that the map does not know",
            fix="map it, or let the robot explore it before it is sent there",
        )  # fmt: skip
    elif free == 0:
        yield MapIssue(
            code="PLACE_IN_WALL", severity="error", subject=place.name, where=place.centre,
            sentence=f"the place {place.name!r} holds no free cell: it lies in a wall or outside the map",
            fix="move its outline, or check the map's origin and resolution",
        )  # fmt: skip
    elif world.keepout is not None:
        rows, cols = touched_cells(world.frame, place.outline).T
        if world.keepout[rows, cols][values == FREE].all():
            yield MapIssue(
                code="PLACE_KEPT_OUT", severity="warning", subject=place.name, where=place.centre,
                sentence=f"the place {place.name!r} lies wholly in a keep-out area",
                fix="remove the place, or shrink the keep-out",
            )  # fmt: skip


def _pose(world: World, place: Place) -> Iterator[MapIssue]:
    assert place.pose is not None
    what, code = ("dock", "DOCK") if place.is_dock else ("pose of place", "POSE")
    at = place.pose.point
    said = f"the {what} {place.name!r} at ({at[0]:.2f}, {at[1]:.2f})"
    row, col = world.frame.cell(at)
    value = int(world.cells[row, col]) if world.frame.inside(row, col) else OCCUPIED
    if value == OCCUPIED:
        yield MapIssue(
            code=f"{code}_IN_WALL", severity="error", subject=place.name, where=at,
            sentence=f"{said} stands in a wall or outside the map",
            fix="move its pose to where the robot's centre can stand",
        )  # fmt: skip
    elif value == UNKNOWN:
        yield MapIssue(
            code=f"{code}_UNKNOWN", severity="note", subject=place.name, where=at,
            sentence=f"{said} lies in space that the map does not know",
            fix="map it, or let the robot explore it first",
        )  # fmt: skip
    elif world.keepout is not None and world.keepout[row, col]:
        yield MapIssue(
            code=f"{code}_KEPT_OUT", severity="warning", subject=place.name, where=at,
            sentence=f"{said} lies in a keep-out area",
            fix="move the pose, or shrink the keep-out",
        )  # fmt: skip
    if place.outline and not contains(place.outline, at):
        yield MapIssue(
            code="POSE_OUTSIDE_PLACE", severity="warning", subject=place.name, where=at,
            sentence=f"{said} lies outside the place's own outline",
            fix="move the pose or the outline",
        )  # fmt: skip


def _things(world: World) -> Iterator[MapIssue]:
    for thing in world.things.values():
        if not world.frame.contains(thing.position):
            yield MapIssue(
                code="THING_OUTSIDE", severity="error", subject=thing.name, where=thing.position,
                sentence=f"the thing {thing.name!r} lies outside the map",
                fix="correct its position",
            )  # fmt: skip
        elif (place := world.places.get(thing.place or "")) is not None and not _is_at(thing, place):
            found = world.place_at(thing.position)
            fix = f'write "place": {found.name!r}, or move it' if found else "correct its place or its position"
            yield MapIssue(
                code="THING_ELSEWHERE", severity="warning", subject=thing.name, where=thing.position,
                sentence=f"the thing {thing.name!r} says it is in {thing.place!r}, but its position is not",
                fix=fix,
            )  # fmt: skip
        elif thing.place is not None and thing.place not in world.places:
            yield MapIssue(
                code="THING_PLACE_UNKNOWN", severity="warning", subject=thing.name, where=thing.position,
                sentence=f"the thing {thing.name!r} says it is in {thing.place!r}, which is no place on this map",
                fix="correct the name",
            )  # fmt: skip


def _is_at(thing: Thing, place: Place) -> bool:
    if not place.outline:
        return distance(thing.position, place.centre) <= 2.0
    return contains(place.outline, thing.position) or _away(place.outline, thing.position) <= NEAR_M


def _away(outline: tuple[Point, ...], point: Point) -> float:
    """Distance from a point to a ring's border, metres."""
    a = np.array(outline)
    d = np.roll(a, -1, axis=0) - a
    t = np.clip(((np.array(point) - a) * d).sum(axis=1) / np.maximum((d * d).sum(axis=1), 1e-12), 0.0, 1.0)
    return float(np.min(np.linalg.norm(a + d * t[:, None] - np.array(point), axis=1)))


def _doors(world: World) -> Iterator[MapIssue]:
    for door in world.doors.values():
        (x0, y0), (x1, y1) = door.segment
        middle = ((x0 + x1) / 2, (y0 + y1) / 2)
        cells = touched_cells(world.frame, door.segment, closed=False)
        around = _values(world, _grown(cells, world.frame.shape))
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
        elif (_values(world, cells) == OCCUPIED).all():
            yield MapIssue(
                code="DOOR_WALLED", severity="warning", subject=door.name, where=middle,
                sentence=f"the doorway of {door.name!r} is drawn as wall, so it stays shut even when the door is open",
                fix="erase the wall in the map's image where the door opens",
            )  # fmt: skip
        yield from _door_size(door, middle)
        for name in door.between:
            place = world.places.get(name)
            if place is not None and place.outline and not _reaches(door, place.outline):
                yield MapIssue(
                    code="DOOR_FAR", severity="note", subject=door.name, where=middle,
                    sentence=f"the door {door.name!r} says it opens into {name!r}, which is more than {DOOR_NEAR_M:g} m away",
                    fix="correct `between`, or move the door",
                )  # fmt: skip


def _door_size(door: Door, middle: Point) -> Iterator[MapIssue]:
    length = distance(*door.segment)
    if door.width_m is not None and abs(length - door.width_m) > 0.3:
        yield MapIssue(
            code="DOOR_WIDTH", severity="note", subject=door.name, where=middle,
            sentence=f"the door {door.name!r} is {length:.2f} m long on the map and says width_m {door.width_m:.2f}",
            fix="make them agree",
        )  # fmt: skip


def _reaches(door: Door, outline: tuple[Point, ...]) -> bool:
    (x0, y0), (x1, y1) = door.segment
    points = ((x0, y0), ((x0 + x1) / 2, (y0 + y1) / 2), (x1, y1))
    return any(contains(outline, point) or _away(outline, point) <= DOOR_NEAR_M for point in points)


def _names(world: World) -> Iterator[MapIssue]:
    for type in FEATURE_TYPES:
        for a, b in alike_names(world.features(type).values()):
            yield MapIssue(
                code="NAMES_ALIKE", severity="warning", subject=a,
                sentence=f"two {type}s are called {a!r} and {b!r}, which are easily mistaken for each other",
                fix="rename one",
            )  # fmt: skip
    for name, types in _shared(world):
        yield MapIssue(
            code="NAME_SHARED", severity="note", subject=name,
            sentence=f"{name!r} names a {' and a '.join(types)}",
            fix="rename one if people would confuse them",
        )  # fmt: skip


def _shared(world: World) -> Iterator[tuple[str, list[str]]]:
    for type in FEATURE_TYPES:
        for name in world.names(type):
            types = [other for other in FEATURE_TYPES if world.resolve(other, name) is not None]
            if len(types) > 1 and types[0] == type:
                yield name, [str(other) for other in types]


def _values(world: World, cells: npt.NDArray[np.int64]) -> npt.NDArray[np.int8]:
    return np.asarray(world.cells[cells[:, 0], cells[:, 1]])


def _grown(cells: npt.NDArray[np.int64], shape: tuple[int, int]) -> npt.NDArray[np.int64]:
    """These cells and the two around each, inside the grid."""
    steps = np.array([(r, c) for r in range(-2, 3) for c in range(-2, 3)])
    near = np.unique((cells[:, None, :] + steps[None]).reshape(-1, 2), axis=0)
    return near[((near >= 0) & (near < shape)).all(axis=1)]
