"""Edits of what a map names: pure functions from a World and a wish to the features before and after, or one sentence why not."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from maps.change import FeatureChange
from maps.edit_checks import (
    anchor,
    check_feature,
    check_label,
    check_unused,
    locate,
    type_of,
)
from maps.edit_shapes import places_beside, shifted
from maps.errors import EditRefused
from maps.features import Door, Feature, FeatureType, Place, Thing
from maps.geometry import Point, Pose, distance
from maps.naming import normalise_name
from maps.world import World

__all__ = [
    "Edit",
    "Pair",
    "add_feature",
    "change_aliases",
    "move",
    "remove",
    "rename",
]

Pair: TypeAlias = tuple[Feature | None, Feature | None]
"""A feature before (None: it is new) and after (None: it is removed)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What is to be done to a map's names.

    Attributes:
        title: What it does, as people read it.
        pairs: The features that it adds, changes or removes; what refers to them is among them.
        warnings: What a user should know, one sentence each.
    """

    title: str
    pairs: tuple[Pair, ...]
    warnings: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[FeatureChange, ...]:
        """The same for ``world.apply``: first what goes, then what comes."""
        gone = [before for before, after in self.pairs if before is not None and (after is None or after.name != before.name)]
        come = [after for _, after in self.pairs if after is not None]
        changes = [FeatureChange(type=type_of(f), name=f.name, feature=None, origin="operator") for f in gone]
        changes += [FeatureChange(type=type_of(f), name=f.name, feature=f, origin="operator") for f in come]
        return tuple(changes)


def rename(world: World, old: str, new: str, type: FeatureType | None = None) -> Edit:
    """Give a feature another name; the things and doors that refer to a place follow.

    Args:
        world: The map.
        old: Its name or an alias.
        new: The new name. An alias of this very feature becomes its name and is no longer an alias.
        type: Where things of several types share the name: which one is meant.

    Raises:
        EditRefused: The name means nothing or several features, or the new one is taken or no name.
    """
    feature = locate(world, old, type)
    new = check_label(new)
    if new == feature.name:
        raise EditRefused(f"the {type_of(feature)} {new!r} is called so already")
    check_unused(world, type_of(feature), new, but=feature)
    aliases = tuple(alias for alias in feature.aliases if normalise_name(alias) != normalise_name(new))
    pairs: list[Pair] = [(feature, replace(feature, name=new, aliases=aliases))]
    if isinstance(feature, Place):
        pairs += _referring(world, feature.name, lambda _: new)
    return Edit(title=f"{type_of(feature)} {feature.name!r} is now called {new!r}", pairs=tuple(pairs))


def add_feature(world: World, feature: Feature, *, in_wall: bool = False) -> Edit:
    """Put a new feature on the map.

    Args:
        world: The map.
        feature: What to add. A thing without a place gets the place that it stands in, a door the places on its two sides;
            places may be given by an alias.
        in_wall: Accept a pose or an outline that holds no free cell.

    Raises:
        EditRefused: Its name is taken or no name, or it lies outside the map or, unless that is accepted, in a wall.
    """
    for name in (feature.name, *feature.aliases):
        check_label(name)
        check_unused(world, type_of(feature), name)
    if isinstance(feature, Thing):
        named = None if feature.place is None else locate(world, feature.place, "place").name
        feature = replace(feature, place=named or _place_name(world, feature.position))
    elif isinstance(feature, Door):
        feature = replace(feature, between=tuple(locate(world, name, "place").name for name in feature.between))
    if isinstance(feature, Door) and not feature.between:
        feature = replace(feature, between=places_beside(world, feature.segment))
    what = "dock" if isinstance(feature, Place) and feature.is_dock else type_of(feature)
    return Edit(title=f"added {what} {feature.name!r}", pairs=((None, feature),), warnings=check_feature(world, feature, in_wall))


def move(
    world: World,
    name: str,
    *,
    to: Pose | None = None,
    by: Point | None = None,
    yaw: bool = False,
    type: FeatureType | None = None,
    in_wall: bool = False,
) -> Edit:
    """Put a feature elsewhere, its shape unchanged.

    Args:
        world: The map.
        name: Its name or an alias.
        to: Where its pose, position, the middle of its doorway or the centre of its outline goes, metres.
        by: Or how far it goes, metres along x and y of the map frame.
        yaw: Whether ``to`` also says the heading.
        type: Which one is meant, where several share the name.
        in_wall: Accept a place without a free cell.

    Raises:
        EditRefused: As for ``add_feature``; neither or both of ``to`` and ``by``; a heading for what has none.
    """
    if (to is None) == (by is None):
        raise EditRefused("say either where it goes or how far it moves")
    feature = locate(world, name, type)
    here = anchor(feature)
    dx, dy = by if by is not None else (to.x - here[0], to.y - here[1]) if to is not None else (0.0, 0.0)
    turned = to.yaw if to is not None and yaw else None
    if turned is not None and not (isinstance(feature, Place) and feature.pose is not None):
        raise EditRefused(f"the {type_of(feature)} {feature.name!r} has no pose, so it has no heading; leave the yaw out")
    moved = shifted(feature, dx, dy, turned)
    if moved == feature:
        raise EditRefused(f"the {type_of(feature)} {feature.name!r} is there already")
    if isinstance(moved, Thing) and moved.place is not None:
        moved = replace(moved, place=_place_name(world, moved.position) or moved.place)
    at = anchor(moved)
    title = f"moved {type_of(feature)} {feature.name!r} by {distance(here, at):.2f} m to ({at[0]:g}, {at[1]:g})"
    if turned is not None:
        title += f", heading {turned:g}"
    return Edit(title=title, pairs=((feature, moved),), warnings=check_feature(world, moved, in_wall))


def change_aliases(
    world: World, name: str, *, add: Iterable[str] = (), drop: Iterable[str] = (), type: FeatureType | None = None
) -> Edit:
    """Add other names to a feature, or take some away.

    Raises:
        EditRefused: The feature does not exist, a new alias is taken or no name, one to drop is none, or nothing changes.
    """
    feature = locate(world, name, type)
    aliases = list(feature.aliases)
    for alias in drop:
        same = [known for known in aliases if normalise_name(known) == normalise_name(alias)]
        if not same:
            raise EditRefused(
                f"{alias!r} is no alias of {feature.name!r}; its aliases are {', '.join(map(repr, aliases)) or 'none'}"
            )
        aliases.remove(same[0])
    for alias in map(check_label, add):
        if any(normalise_name(alias) == normalise_name(known) for known in (feature.name, *aliases)):
            raise EditRefused(f"the {type_of(feature)} {feature.name!r} is called {alias!r} already")
        check_unused(world, type_of(feature), alias, but=feature)
        aliases.append(alias)
    if tuple(aliases) == feature.aliases:
        raise EditRefused(f"give the aliases of {feature.name!r} to add or to remove")
    listed = ", ".join(map(repr, aliases)) or "none"
    title = f"aliases of {type_of(feature)} {feature.name!r} are now {listed}"
    return Edit(title=title, pairs=((feature, replace(feature, aliases=tuple(aliases))),))


def remove(world: World, name: str, type: FeatureType | None = None) -> Edit:
    """Take a feature off the map; things and doors that refer to a place no longer do.

    Raises:
        EditRefused: The name means nothing, or several features.
    """
    feature = locate(world, name, type)
    pairs: list[Pair] = [(feature, None)]
    if isinstance(feature, Place):
        pairs += _referring(world, feature.name, lambda _: None)
    return Edit(title=f"removed {type_of(feature)} {feature.name!r}", pairs=tuple(pairs))


def _referring(world: World, place: str, instead: Callable[[str], str | None]) -> list[Pair]:
    """The things and doors that refer to a place, before and after it is called otherwise, or is no more."""
    name = instead(place)
    kept = (name,) if name is not None else ()
    pairs: list[Pair] = [(thing, replace(thing, place=name)) for thing in world.things.values() if thing.place == place]
    for door in world.doors.values():
        if place in door.between:
            between = tuple(other for known in door.between for other in (kept if known == place else (known,)))
            pairs.append((door, replace(door, between=between)))
    return pairs


def _place_name(world: World, point: Point) -> str | None:
    place = world.place_at(point)
    return place.name if place is not None else None
