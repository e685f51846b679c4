"""Names for the rooms that are found on a map, proposed by what is in them and by their shape."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from maps.edit import Edit
from maps.errors import EditRefused
from maps.features import Place, Thing
from maps.naming import normalise_name
from maps.polygon import contains
from maps.world import World

__all__ = ["add_rooms", "proposed_names"]

TELLING: Mapping[str, tuple[str, ...]] = {
    "kitchen": ("fridge", "refrigerator", "oven", "stove", "microwave", "dishwasher", "coffee machine", "kettle"),
    "bedroom": ("bed", "wardrobe", "bunk"),
    "bathroom": ("toilet", "shower", "bathtub", "washbasin"),
    "living room": ("sofa", "couch", "tv", "television", "armchair"),
    "office": ("desk", "printer", "monitor", "computer"),
    "meeting room": ("whiteboard", "projector", "conference table"),
    "store": ("shelf", "rack", "pallet", "crate", "bin", "box"),
    "machine room": ("pump", "valve", "gauge", "boiler", "compressor", "machine", "tank", "generator"),
    "server room": ("server", "switch cabinet"),
    "workshop": ("workbench", "tool cabinet", "lathe", "drill press", "vice"),
}
"""What a room is usually called that holds things of these kinds."""


def proposed_names(rooms: Iterable[Place], world: World) -> tuple[Place, ...]:
    """Rooms with names that people would look for.

    A room with a dock in it is a charging room; else the things in it vote by their kind or name; else it is called by its shape
    (hall, room, corridor). Names that come up more than once, or are taken on the map, are numbered, largest room first.

    Args:
        rooms: Rooms as ``find_rooms`` gives them.
        world: The map, for what lies in the rooms and for the names that are taken.

    Returns:
        The same rooms in the same order, renamed.
    """
    rooms = tuple(rooms)
    wanted = [_by_content(room, world) or room.kind for room in rooms]
    taken = {normalise_name(name) for place in world.places.values() for name in (place.name, *place.aliases)}
    taken -= {normalise_name(room.name) for room in rooms}  # these very rooms, where the map has no names yet
    often = Counter(wanted)
    named = []
    for room, base in zip(rooms, wanted, strict=True):
        name, number = base, 0
        while normalise_name(name) in taken or (often[base] > 1 and number == 0):
            number += 1
            name = f"{base} {number}"
        taken.add(normalise_name(name))
        named.append(replace(room, name=name, kind=base))
    return tuple(named)


def add_rooms(world: World) -> Edit:
    """The edit that names the rooms of a map.

    On a map without any semantic layer these are the rooms that loading has found; on another they are found now, and those that
    hold a named region, or whose middle lies in one, are left out.

    Raises:
        EditRefused: No room is found, or all of them have a name.
    """
    from maps.rooms import find_rooms

    automatic = all(place.source.index is None for place in world.places.values())
    found = tuple(world.places.values()) if automatic and world.places else find_rooms(world)
    known = () if automatic else tuple(place for place in world.places.values() if place.outline)
    fresh = [room for room in found if not any(_overlap(room, place) for place in known)]
    if not fresh:
        raise EditRefused(
            f"all {len(found)} rooms found on map {world.name!r} have a name already"
            if found
            else f"no room is found on map {world.name!r}: no free region of 4 m2 or more that a robot fits in"
        )
    rooms = proposed_names(fresh, world)
    listed = ", ".join(room.name for room in rooms[:8]) + (", ..." if len(rooms) > 8 else "")
    title = f"named {len(rooms)} room{'' if len(rooms) == 1 else 's'}: {listed}"
    return Edit(title=title, pairs=tuple((None, room) for room in rooms))


def _overlap(room: Place, place: Place) -> bool:
    return contains(room.outline, place.centre) or contains(place.outline, room.centre)


def _by_content(room: Place, world: World) -> str:
    for place in world.places.values():
        if place.is_dock and place.pose is not None and contains(room.outline, place.pose.point):
            return "charging room"
    votes = Counter(vote for thing in world.things.values() if contains(room.outline, thing.position) for vote in _votes(thing))
    if not votes:
        return ""
    most = max(votes.values())
    return min(name for name, count in votes.items() if count == most)


def _votes(thing: Thing) -> set[str]:
    words = f" {normalise_name(thing.kind)} {normalise_name(thing.name)} "
    return {name for name, kinds in TELLING.items() if any(f" {kind} " in words for kind in kinds)}
