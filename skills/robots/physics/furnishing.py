"""Furnishing: what a thing of the map becomes in physics, and what it stands on: the floor, a table, a board on a wall."""

import math
import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from maps import Point, Thing, World
from maps.arm_reach import height_of
from skills.robots.physics.items import Brick, Item, ItemKind, rgb_of

__all__ = ["FURNITURE_M", "READINGS", "TABLE_M", "WALL_M", "furnish", "is_handled", "number_in", "scale_for"]

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

WALL_M = 1.1
TABLE_M = 0.5
FURNITURE_M = 0.8
DIAL_M = 0.95
"""Height of the middle of a gauge on a wall, metres."""
BOARD_M = 0.03
"""How thick a board is."""

KINDS: dict[str, ItemKind] = {"tray": "tray", "button": "button", "switch": "button", "gauge": "gauge", "meter": "gauge"}
READINGS = ("reading", "value", "display", "pressure", "temperature", "level")


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


def is_handled(thing: Thing) -> bool:
    """Whether a thing can be gripped, put upon or pressed."""
    return _kind(thing) in ("block", "tray", "button")


def _kind(thing: Thing) -> ItemKind:
    for word in reversed(thing.kind.casefold().split()):
        if word in KINDS:
            made = KINDS[word]
            return "sign" if made == "gauge" and number_in(thing.attributes.get(key) for key in READINGS) is None else made
    if thing.kind.casefold() == "conveyor":
        return "conveyor"
    return "block" if isinstance(thing.attributes.get("weight_kg"), int | float) else "sign"


def furnish(truth: World, thing: Thing, occupied: Mask, tops: Floats) -> tuple[Item, list[Brick]]:
    """A thing as an item, and the board that it needs where it would stand in a wall or higher than what is under it.

    Args:
        truth: What is really there.
        thing: One of its things.
        occupied: (H, W) walls and furniture.
        tops: (H, W) how high the furniture is, metres; 0 elsewhere.
    """
    kind = _kind(thing)
    x, y = thing.position
    colour = rgb_of(_text(thing, "colour") or _text(thing, "color"), thing.name)
    row, column = truth.frame.cell(thing.position)
    inside = truth.frame.inside(row, column)
    under = float(tops[row, column]) if inside else 0.0
    in_wall = inside and bool(occupied[row, column]) and under == 0.0
    known = height_of(thing)
    if kind == "gauge":
        value = number_in(thing.attributes.get(key) for key in READINGS) or 0.0
        yaw = _outward(truth, thing, occupied)
        at = (*_before_wall(truth, thing.position, yaw, occupied), DIAL_M if known is None else known)
        return Item(name=thing.name, kind="gauge", at=at, yaw=yaw, value=value, scale=scale_for(thing, value)), []
    if not is_handled(thing):
        top, height = (WALL_M, 0.02) if in_wall else (under, 0.12 if under else 0.02)
        return Item(name=thing.name, kind="sign", at=(x, y, top), size=(0.12, 0.12, height), colour=colour), []
    if in_wall:
        x, y = _before_wall(truth, thing.position, _outward(truth, thing, occupied), occupied, gap=0.06)
    z = max(known if known is not None else TABLE_M if in_wall else 0.0, under)
    board = [Brick(x0=x - 0.1, y0=y - 0.1, x1=x + 0.1, y1=y + 0.1, top=z, bottom=z - BOARD_M, material="table")]
    if z <= under:
        board = []
    if kind == "tray":
        size = (_length(thing, "width_m", 0.14), _length(thing, "depth_m", 0.14), 0.016)
        return Item(name=thing.name, kind="tray", at=(x, y, z), size=size, colour=colour), board
    if kind == "button":
        return Item(name=thing.name, kind="button", at=(x, y, z), colour=colour), board
    size = (_length(thing, "width_m", 0.04), _length(thing, "depth_m", 0.04), _length(thing, "height_m", 0.05))
    mass = max(float(thing.attributes.get("weight_kg", 0.2)), 0.01)
    friction = number_in([thing.attributes.get("friction")]) or 0.6
    return Item(name=thing.name, kind="block", at=(x, y, z), size=size, colour=colour, mass=mass, friction=friction), board


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
