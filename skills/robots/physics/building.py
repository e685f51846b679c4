"""The building: a saved map's truth as walls, furniture, doors and items. Cells are merged into rectangles and extruded.

A grid does not say how high things are. What is thin is a wall; what is thick is furniture, as high as a table where something
stands on it.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maps import Body, Point, Pose, Thing, World, distance
from maps.grid import OCCUPIED
from skills.robots.errors import RobotError
from skills.robots.physics.items import Brick, Item, ItemKind, rgb_of

__all__ = ["Building", "building_of", "merge_rectangles", "number_in"]

Mask = NDArray[np.bool_]

WALL_M = 1.1
TABLE_M = 0.5
FURNITURE_M = 0.8
THICK_M = 0.35
MOST_BRICKS = 40_000
DIAL_M = 0.95
"""Height of the middle of a gauge on a wall, metres."""

GRIPPED_M = 0.085
"""Widest thing that the fingers get around, metres."""

KINDS: dict[str, ItemKind] = {"tray": "tray", "button": "button", "switch": "button", "gauge": "gauge", "meter": "gauge"}
READINGS = ("reading", "value", "display", "pressure", "temperature", "level")


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """A building for ``Simulation``.

    Attributes:
        bricks: Walls and furniture, in the grid's own frame if that is turned: see ``yaw``.
        items: One for each thing, in the order of ``names``.
        names: Of the things on the map.
        doors: ax, ay, bx, by of each door, in the order of ``door_names``.
        door_names: Of the doors.
        extent: x0, y0, x1, y1, metres.
        surfaces: Tops on which something can be put down.
    """

    bricks: tuple[Brick, ...]
    items: tuple[Item, ...]
    names: tuple[str, ...]
    doors: tuple[tuple[float, float, float, float], ...]
    door_names: tuple[str, ...]
    extent: tuple[float, float, float, float]
    surfaces: tuple[Brick, ...]


def building_of(truth: World, body: Body, start: Pose) -> Building:
    """What the truth looks like in physics.

    Args:
        truth: What is really there.
        body: What has to fit in.
        start: Where it stands.

    Raises:
        RobotError: Walls fill the robot where it stands, the grid is turned, or the map is too rugged.
    """
    frame = truth.frame
    if frame.origin.yaw != 0.0:
        raise RobotError(
            f"map {truth.name!r} lies on a grid turned by {frame.origin.yaw:.3f} rad; physics builds along x and y only: "
            "save the map with an origin yaw of 0"
        )
    _check_start(truth, body, start)
    occupied = truth.cells == OCCUPIED
    thick = _opened(occupied, max(2, math.ceil(THICK_M / frame.resolution)))
    laden = _laden(truth, thick)
    x0, y0 = frame.origin.x, frame.origin.y
    size = frame.resolution
    bricks: list[Brick] = []
    surfaces: list[Brick] = []
    for mask, top, material in (
        (occupied & ~thick, WALL_M, "wall"), (thick & ~laden, FURNITURE_M, "furniture"), (laden, TABLE_M, "table"),
    ):  # fmt: skip
        made = [
            Brick(x0=x0 + a * size, y0=y0 + b * size, x1=x0 + c * size, y1=y0 + d * size, top=top, material=material)
            for a, b, c, d in merge_rectangles(mask)
        ]
        bricks += made
        surfaces += made if material == "table" else []
    if len(bricks) > MOST_BRICKS:
        raise RobotError(
            f"map {truth.name!r} becomes {len(bricks)} boxes, more than the {MOST_BRICKS} that physics takes: clean the walls up "
            "or cut the map down to where the robot drives"
        )
    items = []
    for thing in truth.things.values():
        item, shelf = _item(truth, thing, occupied, thick)
        items.append(item)
        bricks += shelf
    left, bottom = frame.corners[0]
    right, top_ = frame.corners[2]
    return Building(
        bricks=tuple(bricks), items=tuple(items), names=tuple(truth.things), surfaces=tuple(surfaces),
        doors=tuple((*door.segment[0], *door.segment[1]) for door in truth.doors.values()),
        door_names=tuple(truth.doors), extent=(left, bottom, right, top_),
    )  # fmt: skip


def merge_rectangles(mask: Mask) -> list[tuple[int, int, int, int]]:
    """Cells as few rectangles: runs along each row, joined to the same run of the row before.

    Returns:
        (first column, first row, past the last column, past the last row) of each; they cover the mask and do not overlap.
    """
    done: list[tuple[int, int, int, int]] = []
    open_runs: dict[tuple[int, int], int] = {}
    for row in range(mask.shape[0] + 1):
        runs: list[tuple[int, int]] = []
        if row < mask.shape[0] and mask[row].any():
            edges = np.flatnonzero(np.diff(np.concatenate([[False], mask[row], [False]]).astype(np.int8)))
            runs = [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
        now = {run: open_runs.get(run, row) for run in runs}
        done += [(a, first, b, row) for (a, b), first in open_runs.items() if (a, b) not in now]
        open_runs = now
    return done


def number_in(values: Iterable[object]) -> float | None:
    """The first number in some values: ``4.2`` for ``"4.2 bar"``."""
    for value in values:
        if isinstance(value, bool) or value is None:
            continue
        match = re.search(r"-?\d+(?:\.\d+)?", str(value))
        if match:
            return float(match.group())
    return None


def scale_for(thing: Thing, value: float) -> tuple[float, float]:
    """The ends of a gauge's dial: as the map says (``scale_min``, ``scale_max``), else a round number beyond the value."""
    low, high = thing.attributes.get("scale_min", 0.0), thing.attributes.get("scale_max")
    if isinstance(low, int | float) and isinstance(high, int | float) and high > low:
        return float(low), float(high)
    size = max(abs(value), 0.1)
    power = 10.0 ** math.floor(math.log10(size))
    end = next(step * power for step in (1, 2, 5, 10, 20) if step * power >= 1.2 * size)
    return (-end if value < 0 else 0.0), end


def _check_start(truth: World, body: Body, start: Pose) -> None:
    from maps.clearance import clearance

    frame = truth.frame
    if not frame.contains(start.point):
        raise RobotError(f"the robot would stand at ({start.x:.2f}, {start.y:.2f}), which is not on map {truth.name!r}")
    free = float(clearance(truth, unknown="allowed", ignore=frozenset({"keepout"}))[frame.cell(start.point)])
    if free + 0.71 * frame.resolution < body.inscribed_m:
        raise RobotError(
            f"the robot cannot stand at ({start.x:.2f}, {start.y:.2f}) on map {truth.name!r}: a wall is {free:.2f} m away and its "
            f"body needs {body.inscribed_m:.2f} m; choose another start or a smaller body"
        )


def _opened(mask: Mask, side: int) -> Mask:
    """What of a mask is at least ``side`` cells wide both ways."""
    from scipy.ndimage import binary_opening

    return np.asarray(binary_opening(np.pad(mask, side), np.ones((side, side), bool))[side:-side, side:-side])


def _laden(truth: World, thick: Mask) -> Mask:
    """The furniture on which, or right at which, something stands that can be handled."""
    from scipy.ndimage import label

    labels, _ = label(thick)
    frame = truth.frame
    found = set()
    for thing in truth.things.values():
        if _kind(thing) not in ("block", "tray", "button"):
            continue
        row, column = frame.cell(thing.position)
        around = labels[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3]
        found |= set(np.unique(around).tolist())
    found.discard(0)
    return np.asarray(np.isin(labels, sorted(found)) & thick)


def _kind(thing: Thing) -> ItemKind:
    for word in reversed(thing.kind.casefold().split()):
        if word in KINDS:
            made = KINDS[word]
            return "sign" if made == "gauge" and number_in(thing.attributes.get(key) for key in READINGS) is None else made
    if thing.kind.casefold() == "conveyor":
        return "conveyor"
    return "block" if isinstance(thing.attributes.get("weight_kg"), int | float) else "sign"


def _item(truth: World, thing: Thing, occupied: Mask, thick: Mask) -> tuple[Item, list[Brick]]:
    """A thing as an item, with the shelf that it needs where it would stand in a wall."""
    kind = _kind(thing)
    x, y = thing.position
    colour = rgb_of(_text(thing, "colour") or _text(thing, "color"), thing.name)
    row, column = truth.frame.cell(thing.position)
    inside = truth.frame.inside(row, column)
    on_top = inside and bool(thick[row, column])
    in_wall = inside and bool(occupied[row, column]) and not on_top
    if kind == "gauge":
        value = number_in(thing.attributes.get(key) for key in READINGS) or 0.0
        yaw = _outward(truth, thing, occupied)
        at = _before_wall(truth, thing.position, yaw, occupied)
        return Item(name=thing.name, kind="gauge", at=(*at, DIAL_M), yaw=yaw, value=value, scale=scale_for(thing, value)), []
    z = TABLE_M if on_top else 0.0
    shelf: list[Brick] = []
    if in_wall and kind in ("block", "tray", "button"):
        yaw = _outward(truth, thing, occupied)
        x, y = _before_wall(truth, thing.position, yaw, occupied, gap=0.06)
        z = TABLE_M
        shelf.append(Brick(x0=x - 0.1, y0=y - 0.1, x1=x + 0.1, y1=y + 0.1, top=TABLE_M, bottom=TABLE_M - 0.03, material="table"))
    if kind == "block":
        size = (_length(thing, "width_m", 0.04), _length(thing, "depth_m", 0.04), _length(thing, "height_m", 0.05))
        mass = max(float(thing.attributes.get("weight_kg", 0.2)), 0.01)
        friction = number_in([thing.attributes.get("friction")]) or 0.6
        return Item(name=thing.name, kind="block", at=(x, y, z), size=size, colour=colour, mass=mass, friction=friction), shelf
    if kind == "tray":
        size = (_length(thing, "width_m", 0.14), _length(thing, "depth_m", 0.14), 0.016)
        return Item(name=thing.name, kind="tray", at=(x, y, z), size=size, colour=colour), shelf
    if kind == "button":
        return Item(name=thing.name, kind="button", at=(x, y, z), colour=colour), shelf
    height = 0.12 if on_top else 0.02
    z = TABLE_M if on_top else WALL_M if in_wall else 0.0
    if on_top:
        z = FURNITURE_M if not _laden(truth, thick)[row, column] else TABLE_M
    return Item(name=thing.name, kind="sign", at=(x, y, z), size=(0.12, 0.12, height), colour=colour), []


def _outward(truth: World, thing: Thing, occupied: Mask) -> float:
    """The direction away from the wall that a thing hangs on: towards the free floor of its place."""
    frame = truth.frame
    home = truth.places.get(thing.place or "")
    best, most = 0.0, -1.0
    for quarter in range(4):
        yaw = 0.5 * math.pi * quarter
        free = 0.0
        for k in range(1, 25):
            spot = (thing.position[0] + 0.05 * k * math.cos(yaw), thing.position[1] + 0.05 * k * math.sin(yaw))
            row, column = frame.cell(spot)
            if not frame.inside(row, column):
                break
            if occupied[row, column] and k > 8:
                break
            free += 0.0 if occupied[row, column] else 1.0
        end = (thing.position[0] + 0.4 * math.cos(yaw), thing.position[1] + 0.4 * math.sin(yaw))
        if home is not None and truth.place_at(end) == home:
            free += 100.0
        if free > most + 1e-9:
            best, most = yaw, free
    return best


def _before_wall(truth: World, at: Point, yaw: float, occupied: Mask, gap: float = 0.02) -> Point:
    """The spot in front of the wall: stepped out of it along a direction, or back to it where the thing stands before it."""
    frame, step = truth.frame, 0.5 * truth.frame.resolution
    ahead = (math.cos(yaw), math.sin(yaw))

    def taken(away: float) -> bool:
        row, column = frame.cell((at[0] + away * ahead[0], at[1] + away * ahead[1]))
        return frame.inside(row, column) and bool(occupied[row, column])

    away = 0.0
    if taken(0.0):
        while taken(away) and away < 1.0:
            away += step
    else:
        while not taken(away - step) and away > -0.3:
            away -= step
        away = away if away > -0.3 else 0.0
    return (at[0] + (away + gap) * ahead[0], at[1] + (away + gap) * ahead[1])


def _length(thing: Thing, key: str, fallback: float) -> float:
    value = thing.attributes.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and 0.005 < value < 1.0 else fallback


def _text(thing: Thing, key: str) -> str | None:
    value = thing.attributes.get(key)
    return value if isinstance(value, str) else None


def nearest_surface(building: Building, point: Point) -> Brick | None:
    """The table nearest to a point."""
    return min(
        building.surfaces,
        key=lambda b: distance(point, (min(max(point[0], b.x0), b.x1), min(max(point[1], b.y0), b.y1))),
        default=None,
    )
