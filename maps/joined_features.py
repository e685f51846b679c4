"""Joined features: what is on a building's levels, under names that mean one thing on all of it, where it lies on the joined map.

Names that several levels have get the level's name behind them, and a lift's cabin always does. Doors of lifts open when a robot
calls the lift, so a closed one counts as open; one that is locked does not.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from maps.building import LIFT_DOOR, Level
from maps.features import Door, Feature, FeatureType, Place, Thing, Zone
from maps.geometry import Point, Pose
from maps.naming import normalise_name
from maps.world import FEATURE_TYPES, World

__all__ = ["Called", "joined_features"]

Called: TypeAlias = Mapping[FeatureType, Mapping[tuple[str, str], str]]
"""Names on the building by type, and by the level and the name on it."""


def joined_features(
    levels: tuple[Level, ...], worlds: Mapping[str, World], cabins: set[tuple[str, str]]
) -> tuple[dict[FeatureType, list[Feature]], Called]:
    """All features of a building's levels.

    Args:
        levels: The levels, in order.
        worlds: Their maps by name.
        cabins: Level and name of the places that are cabins of lifts: these always get the level's name.

    Returns:
        The features by type, level by level, where they lie on the building; and what each is called there.
    """
    said = {kind: _said(kind, worlds) for kind in FEATURE_TYPES}
    called = {kind: _names(kind, levels, worlds, said[kind], cabins if kind == "place" else set()) for kind in FEATURE_TYPES}
    features = {
        kind: [
            _moved(feature, level, called, said[kind]) for level in levels for feature in worlds[level.name].features(kind).values()
        ]
        for kind in FEATURE_TYPES
    }
    return features, called


def _names(
    kind: FeatureType,
    levels: tuple[Level, ...],
    worlds: Mapping[str, World],
    said: Mapping[str, set[str]],
    always: set[tuple[str, str]],
) -> dict[tuple[str, str], str]:
    """A name on the building for each level's feature: its own where no other level says it, else with its level's name."""
    taken: set[str] = set()
    names: dict[tuple[str, str], str] = {}
    for alone in (True, False):  # names that stay come first, so that a made one never takes one
        for level in levels:
            for feature in worlds[level.name].features(kind).values():
                clear = (level.name, feature.name) not in always and len(said[normalise_name(feature.name)]) == 1
                if clear is not alone:
                    continue
                wish = feature.name if clear else f"{feature.name} {level.name}"
                name, number = wish, 2
                while normalise_name(name) in taken or (not clear and normalise_name(name) in said):
                    name, number = f"{wish} {number}", number + 1
                taken.add(normalise_name(name))
                names[level.name, feature.name] = name
    return names


def _said(kind: FeatureType, worlds: Mapping[str, World]) -> dict[str, set[str]]:
    """On which levels a name or alias is used."""
    said: dict[str, set[str]] = {}
    for level, world in worlds.items():
        for feature in world.features(kind).values():
            for word in (feature.name, *feature.aliases):
                said.setdefault(normalise_name(word), set()).add(level)
    return said


def _moved(
    feature: Feature,
    level: Level,
    called: Called,
    said: Mapping[str, set[str]],
) -> Feature:
    """A level's feature on the building."""
    source = replace(feature.source, file=f"{level.folder}/{feature.source.file}") if feature.source.file else feature.source

    def shift(point: Point) -> Point:
        return (round(point[0] + level.offset[0], 9), round(point[1] + level.offset[1], 9))

    def known(kind: FeatureType, name: str) -> str:
        return called[kind].get((level.name, name), name)

    def aliases(name: str) -> tuple[str, ...]:
        """Its words, with the level's name where another level has the same."""
        words: list[str] = []
        for word in (feature.name, *feature.aliases):
            alone = len(said[normalise_name(word)]) == 1
            words += [word] if alone else [f"{word} {level.name}", f"{word} on {level.name}"]
        return tuple(dict.fromkeys(word for word in words if normalise_name(word) != normalise_name(name)))

    if isinstance(feature, Thing):
        name = known("thing", feature.name)
        place = None if feature.place is None else known("place", feature.place)
        return replace(feature, name=name, aliases=aliases(name), position=shift(feature.position), place=place, source=source)
    if isinstance(feature, Door):
        name = known("door", feature.name)
        opens = feature.kind == LIFT_DOOR and feature.state == "closed"
        return replace(
            feature,
            name=name,
            aliases=aliases(name),
            segment=(shift(feature.segment[0]), shift(feature.segment[1])),
            between=tuple(known("place", other) for other in feature.between),
            state="open" if opens else feature.state,
            source=source,
        )
    outline = tuple(shift(point) for point in feature.outline)
    if isinstance(feature, Zone):
        name = known("zone", feature.name)
        return replace(feature, name=name, aliases=aliases(name), outline=outline, source=source)
    assert isinstance(feature, Place)
    name = known("place", feature.name)
    pose = None if feature.pose is None else Pose(*shift(feature.pose.point), feature.pose.yaw)
    return replace(feature, name=name, aliases=aliases(name), outline=outline, pose=pose, source=source)
