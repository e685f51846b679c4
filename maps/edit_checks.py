"""What an edit of a map must meet: names that mean one thing, points on the map, poses and outlines on free ground."""

import math
from collections.abc import Iterable

import numpy as np

from maps.errors import EditRefused
from maps.features import Door, Feature, FeatureType, Place, Thing, Zone
from maps.geometry import Point, distance
from maps.grid import FREE, OCCUPIED
from maps.naming import near_names, normalise_name
from maps.places_model import MAX_NAME
from maps.plain_text import label_fault, short
from maps.polygon import area, is_simple, touched_cells
from maps.world import FEATURE_TYPES, World

__all__ = ["anchor", "check_feature", "check_label", "check_unused", "feature_points", "locate", "type_of"]

MOSTLY = 0.5
"""An outline with a smaller share of free cells is worth a warning."""


def type_of(feature: Feature) -> FeatureType:
    """A feature's type; a dock is a place."""
    if isinstance(feature, Place):
        return "place"
    return "thing" if isinstance(feature, Thing) else "door" if isinstance(feature, Door) else "zone"


def locate(world: World, name: str, type: FeatureType | None = None) -> Feature:
    """The one feature that a name or an alias means.

    Raises:
        EditRefused: There is none, with names that look alike; or there are several.
    """
    types = FEATURE_TYPES if type is None else (type,)
    found = [(t, known) for t in types if (known := world.resolve(t, name)) is not None]
    exact = [(t, known) for t, known in found if known == name]
    if len(exact or found) > 1:
        listed = " and ".join(f"the {t} {known!r}" for t, known in exact or found)
        raise EditRefused(f"{name!r} means {listed}: say which with --type")
    if not found:
        near = near_names(name, [known for t in types for known in world.names(t)])
        hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else f"; `surefoot maps show {world.name}` lists all names"
        raise EditRefused(f"map {world.name!r} has no {type or 'feature'} named {short(name)}{hint}")
    return world.feature(*(exact or found)[0])


def check_label(name: str) -> str:
    """A name without white space around it.

    Raises:
        EditRefused: It is blank, too long, or may not stand in a map.
    """
    name = name.strip()
    fault = "a name may not be blank" if not name else label_fault(name)
    if not fault and len(name) > MAX_NAME:
        fault = f"a name has at most {MAX_NAME} characters, and this one has {len(name)}"
    if fault:
        raise EditRefused(f"{short(name)} is no name: {fault}")
    return name


def check_unused(world: World, type: FeatureType, name: str, but: Feature | None = None) -> None:
    """Refuse a name that a feature of this type other than ``but`` has, as name or alias."""
    form = normalise_name(name)
    for other in world.features(type).values():
        if other is but:
            continue
        if normalise_name(other.name) == form:
            raise EditRefused(f"there is a {type} called {other.name!r} already ({other.source}); choose another name")
        for alias in other.aliases:
            if normalise_name(alias) == form:
                raise EditRefused(f"{alias!r} is an alias of the {type} {other.name!r} already; choose another name")


def check_feature(world: World, feature: Feature, in_wall: bool) -> tuple[str, ...]:
    """Refuse what is no number, or lies outside the map or in a wall; warn of what is mostly so.

    Args:
        world: The map.
        feature: What is to be on it.
        in_wall: Accept a pose or an outline that holds no free cell.

    Returns:
        Warnings, one sentence each.

    Raises:
        EditRefused: It cannot be there.
    """
    _check_numbers(feature)
    _check_points(world, feature.name, feature_points(feature))
    if isinstance(feature, Place | Zone) and feature.outline:
        return _check_outline(world, feature, in_wall)
    if isinstance(feature, Place) and feature.pose is not None:
        _check_pose(world, feature, feature.pose.point, in_wall)
    return ()


def _check_numbers(feature: Feature) -> None:
    """Refuse a width, speed, reach, heading or attribute that is no finite number: JSON has no word for it."""
    given = {key: getattr(feature, key, None) for key in ("width_m", "max_speed", "reach_m")}
    given |= feature.attributes if isinstance(feature, Thing) else {}
    if isinstance(feature, Place) and feature.pose is not None:
        given["yaw"] = feature.pose.yaw
    for key, value in given.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise EditRefused(f"{feature.name!r}: {key} is {value}, expected a finite number")


def _check_points(world: World, name: str, points: Iterable[Point]) -> None:
    """Refuse points that are no numbers or lie outside the map."""
    xs, ys = zip(*world.frame.corners, strict=True)
    for x, y in points:
        if not (math.isfinite(x) and math.isfinite(y)):
            raise EditRefused(f"{name!r}: ({x}, {y}) is no point; give two finite numbers in metres")
        across, up = world.frame.local([(x, y)])[0]
        if not (0 <= across <= world.frame.width and 0 <= up <= world.frame.height):
            raise EditRefused(
                f"{name!r}: the point ({x:g}, {y:g}) lies outside the map "
                f"(x {min(xs):g} to {max(xs):g} m, y {min(ys):g} to {max(ys):g} m)"
            )


def _check_pose(world: World, place: Place, at: Point, in_wall: bool) -> None:
    """Refuse a pose in an occupied cell, unless that is accepted; say where the nearest free cell is."""
    row, col = world.frame.cell(at)
    if in_wall or not world.frame.inside(row, col) or world.cells[row, col] != OCCUPIED:
        return
    spot = _nearest_free(world, row, col)
    near = f"; the nearest free cell is {distance(spot, at):.2f} m away at ({spot[0]:.2f}, {spot[1]:.2f})" if spot else ""
    raise EditRefused(f"{place.name!r} at ({at[0]:g}, {at[1]:g}) would stand in a wall{near}; --in-wall puts it there all the same")


def _check_outline(world: World, feature: Place | Zone, in_wall: bool) -> tuple[str, ...]:
    """Refuse an outline that is none, or a place without any free cell; warn where most of it is not free.

    Returns:
        Warnings.
    """
    size = area(feature.outline)
    if len(feature.outline) < 3 or size <= 0 or not is_simple(feature.outline):
        raise EditRefused(f"the outline of {feature.name!r} crosses itself or has no area: give its corners in order, once around")
    if isinstance(feature, Zone):
        return ()
    rows, cols = touched_cells(world.frame, feature.outline).T
    cells = world.cells[rows, cols]
    free = float((cells == FREE).mean()) if cells.size else 0.0
    if free == 0 and not in_wall and (cells == OCCUPIED).any():
        raise EditRefused(
            f"none of the {size:.1f} m2 of {feature.name!r} is free: it lies in a wall; --in-wall puts it there all the same"
        )
    if free < MOSTLY:
        return (f"only {100 * free:.0f} % of the {size:.1f} m2 of {feature.name!r} are free",)
    return ()


def feature_points(feature: Feature) -> list[Point]:
    """All points that say where a feature is."""
    if isinstance(feature, Thing):
        return [feature.position]
    if isinstance(feature, Door):
        return list(feature.segment)
    pose = [feature.pose.point] if isinstance(feature, Place) and feature.pose is not None else []
    return [*pose, *feature.outline]


def anchor(feature: Feature) -> Point:
    """The one point that stands for a feature: its pose or position, else the middle of its doorway or outline."""
    if isinstance(feature, Thing):
        return feature.position
    if isinstance(feature, Door):
        (x0, y0), (x1, y1) = feature.segment
        return ((x0 + x1) / 2, (y0 + y1) / 2)
    return feature.centre if isinstance(feature, Place) else Place(name=feature.name, outline=feature.outline).centre


def _nearest_free(world: World, row: int, col: int, most: int = 400) -> Point | None:
    """The centre of the nearest free cell, looked for within ``most`` cells."""
    reach = 8
    while reach <= most:
        first_row, first_col = max(row - reach, 0), max(col - reach, 0)
        free = np.argwhere(world.cells[first_row : row + reach + 1, first_col : col + reach + 1] == FREE)
        if free.size:
            away = np.hypot(free[:, 0] + first_row - row, free[:, 1] + first_col - col)
            best = int(np.argmin(away))
            if away[best] <= reach:
                return world.frame.centre(int(free[best, 0]) + first_row, int(free[best, 1]) + first_col)
        reach *= 2
    return None
