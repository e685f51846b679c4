"""Edits of doors and zones: what is given of one is changed, or it is added where there is none of that name."""

from collections.abc import Sequence
from dataclasses import replace

from maps.edit import Edit, add_feature
from maps.edit_checks import check_feature, locate, type_of
from maps.errors import EditRefused
from maps.features import Door, DoorState, Zone, ZoneRule
from maps.geometry import Point
from maps.naming import near_names
from maps.world import World

__all__ = ["change_door", "change_zone"]


def change_door(
    world: World,
    name: str,
    *,
    segment: tuple[Point, Point] | None = None,
    between: Sequence[str] | None = None,
    state: DoorState | None = None,
    width_m: float | None = None,
) -> Edit:
    """Change what is given of a door, or add the door if there is none of that name and it is said where it is.

    Raises:
        EditRefused: It is new and has no segment; it lies outside the map; it joins what is no place; nothing changes.
    """
    joined = None if between is None else tuple(locate(world, place, "place").name for place in between)
    known = world.resolve("door", name)
    if known is None:
        if segment is None:
            near = near_names(name, world.doors)
            hint = f", or did you mean {' or '.join(map(repr, near))}?" if near else ""
            raise EditRefused(f"there is no door {name!r} yet: say where it is, from one jamb to the other{hint}")
        door = Door(name=name, segment=segment, between=joined or (), state=state or "open", width_m=width_m)
        return add_feature(world, door)
    old = world.doors[known]
    new = replace(
        old,
        segment=segment or old.segment,
        between=old.between if joined is None else joined,
        state=state or old.state,
        width_m=width_m if width_m is not None else old.width_m,
    )
    return _changed(world, old, new)


def change_zone(
    world: World,
    name: str,
    *,
    outline: Sequence[Point] | None = None,
    rule: ZoneRule | None = None,
    max_speed: float | None = None,
) -> Edit:
    """Change what is given of a zone, or add the zone if there is none of that name and its outline is given.

    A speed makes it a slow zone, unless the rule is said; a keep-out zone has no speed.

    Raises:
        EditRefused: It is new and has no outline, its outline is none or outside the map, a rule and a speed that do not go
            together, or nothing changes.
    """
    known = world.resolve("zone", name)
    old = world.zones[known] if known is not None else None
    rule = rule or ("slow" if max_speed is not None else old.rule if old else "keepout")
    speed = max_speed if max_speed is not None or old is None or rule == "keepout" else old.max_speed
    if (rule == "slow") != (speed is not None):
        raise EditRefused(f"zone {name!r}: a slow zone needs a speed limit in m/s, and a keep-out zone has none")
    if old is not None:
        return _changed(world, old, replace(old, outline=tuple(outline or old.outline), rule=rule, max_speed=speed))
    if outline is None:
        raise EditRefused(f"there is no zone {name!r} yet: give its outline")
    return add_feature(world, Zone(name=name, rule=rule, outline=tuple(outline), max_speed=speed))


def _changed(world: World, old: Door | Zone, new: Door | Zone) -> Edit:
    if old == new:
        raise EditRefused(f"the {type_of(old)} {old.name!r} is so already: say what is to change")
    said = []
    for key in ("segment", "between", "state", "width_m", "outline", "rule", "max_speed"):
        before, after = getattr(old, key, None), getattr(new, key, None)
        if before != after:
            said.append(f"{key} {after}" if key in ("state", "rule", "width_m", "max_speed") else key)
    title = f"changed {type_of(old)} {old.name!r}: {', '.join(said)}"
    return Edit(title=title, pairs=((old, new),), warnings=check_feature(world, new, False))
