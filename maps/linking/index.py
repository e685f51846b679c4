"""NameIndex: everything that a map's features are called, turned round for look-up."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from maps.arm_reach import described
from maps.linking.mention import Candidate
from maps.linking.noun_classes import classes_of
from maps.linking.phrases import Phrase, Phrases
from maps.linking.script import ScriptNames
from maps.linking.series import Series
from maps.linking.spelling import Spelling

if TYPE_CHECKING:
    from maps.geometry import Point
    from maps.world import World

__all__ = ["NameIndex", "together"]


@dataclass(frozen=True)
class NameIndex:
    """Everything that a map's features are called, ready for look-up.

    Attributes:
        phrases: Stemmed words joined by spaces -> what they can mean.
        joined: The same phrases without spaces and hyphens, for "tool box" and "toolbox", "P 101" and "P-101".
        prefixes: What phrases of several words begin with, to give up a search early.
        spelling: Every stemmed word of a phrase, for typos.
        scripts: Names in scripts without spaces.
        series: Names that differ in a number alone.
        inside: Thing or door -> names of the places that it is in or joins.
        contents: The same turned round: place -> its things and doors, in file order.
        around: Place -> names of the larger places that its centre is in.
        by_use: What places are for, where that is their name's first part: "treatment" for a treatment room.
        commas: Whether a name has a comma in it.
        kinds: What each feature is.
        told: What is known of each feature: its name, aliases and attributes.
        states: What state a thing is in, of those that are in one.
        units: What an instrument's numbers are, of those that have one.
        classes: Class of nouns -> the things that are of it: "instruments" -> gauges and meters.
        carried: What can be carried: the things whose weight is told, all of them where none is.
    """

    phrases: Mapping[str, Phrase]
    joined: Mapping[str, tuple[str, ...]]
    prefixes: frozenset[str]
    spelling: Spelling
    scripts: ScriptNames
    series: Series = field(default_factory=Series)
    inside: Mapping[Candidate, frozenset[str]] = field(default_factory=dict)
    contents: Mapping[str, tuple[Candidate, ...]] = field(default_factory=dict)
    around: Mapping[str, frozenset[str]] = field(default_factory=dict)
    by_use: Mapping[str, Phrase] = field(default_factory=dict)
    commas: bool = False
    kinds: Mapping[Candidate, str] = field(default_factory=dict)
    told: Mapping[Candidate, tuple[str, ...]] = field(default_factory=dict)
    states: Mapping[Candidate, str] = field(default_factory=dict)
    units: Mapping[Candidate, str] = field(default_factory=dict)
    classes: Mapping[str, tuple[Candidate, ...]] = field(default_factory=dict)
    carried: frozenset[Candidate] = frozenset()

    def held_by(self, places: Iterable[Candidate], among: Container[Candidate]) -> tuple[Candidate, ...]:
        """The things and doors of one or several places that are among these, in the order of the places and then of the file."""
        held = (thing for place in places if place.type == "place" for thing in self.contents.get(place.name, ()))
        return tuple(dict.fromkeys(thing for thing in held if thing in among))

    @classmethod
    def of(cls, world: World, extra: Iterable[tuple[str, str, Iterable[str]]] = ()) -> NameIndex:
        """Index a world; ``maps.linking.index_of`` keeps what it has indexed.

        Args:
            world: The map.
            extra: More that can be named: ``(type, name, phrases)``, e.g. a user's skills with the verbs people use for them.
        """
        said = Phrases()
        for place in world.places.values():
            said.feature(Candidate("place", place.name), place.aliases, place.kind)
        for thing in world.things.values():
            attributes = {str(key): str(value) for key, value in described(thing).items()}
            said.feature(Candidate("thing", thing.name), thing.aliases, thing.kind, attributes)
        for door in world.doors.values():
            said.feature(Candidate("door", door.name), door.aliases, door.kind)
        for type_, name, phrases in extra:
            said.verb(Candidate(type_, name), (*phrases, name.replace("_", " ")))
        kinds = {candidate: kind for candidate, _, kind in _named(world)}
        said.scripts.finish(kinds)
        joined: dict[str, tuple[str, ...]] = {}
        prefixes: set[str] = set()
        words: set[str] = set()
        for key in said.table:
            tight = together(key)
            joined[tight] = (*joined.get(tight, ()), key)
            parts = key.split()
            words.update(parts)
            prefixes.update(" ".join(parts[:cut]) for cut in range(1, len(parts)))
        inside = _inside(world)
        contents: dict[str, list[Candidate]] = {}
        for candidate, places in inside.items():
            for place_name in places:
                contents.setdefault(place_name, []).append(candidate)
        return cls(
            phrases={key: Phrase.of(matches) for key, matches in said.table.items()},
            joined=joined,
            prefixes=frozenset(prefixes),
            spelling=Spelling(words),
            scripts=said.scripts,
            series=Series.of((candidate, names) for candidate, names, _ in _named(world)),
            inside=inside,
            contents={place: tuple(held) for place, held in contents.items()},
            around=_around(world),
            by_use={key: Phrase.of(matches) for key, matches in said.by_use.items()},
            commas=any("," in name for _, names, _ in _named(world) for name in names),
            kinds=kinds,
            told=_told(world),
            states={Candidate("thing", thing.name): thing.state for thing in world.things.values() if thing.state},
            units={Candidate("thing", t.name): str(t.attributes["unit"]) for t in world.things.values() if "unit" in t.attributes},
            classes=_by_class(world),
            carried=_carried(world),
        )


def _named(world: World) -> Iterator[tuple[Candidate, tuple[str, ...], str]]:
    """All features, what they are called, and their kinds."""
    for type_, features in (("place", world.places), ("thing", world.things), ("door", world.doors)):
        for name, feature in features.items():
            yield Candidate(type_, name), (name, *feature.aliases), feature.kind


def _by_class(world: World) -> dict[str, tuple[Candidate, ...]]:
    """Class of nouns -> things, in file order."""
    found: dict[str, list[Candidate]] = {}
    for thing in world.things.values():
        for name in classes_of((thing.name, thing.kind)):
            found.setdefault(name, []).append(Candidate("thing", thing.name))
    return {name: tuple(things) for name, things in found.items()}


def _carried(world: World) -> frozenset[Candidate]:
    weighed = [name for name, thing in world.things.items() if "weight_kg" in thing.attributes]
    return frozenset(Candidate("thing", name) for name in weighed or world.things)


def _told(world: World) -> dict[Candidate, tuple[str, ...]]:
    told = {candidate: names for candidate, names, _ in _named(world)}
    for thing in world.things.values():
        values = (str(value) for key, value in described(thing).items() if key != "unit" and not isinstance(value, float))
        told[Candidate("thing", thing.name)] += tuple(values)
    return told


def together(phrase: str) -> str:
    """A phrase without its spaces and hyphens."""
    return phrase.replace(" ", "").replace("-", "")


def _around(world: World) -> dict[str, frozenset[str]]:
    """Place -> names of the other places with an outline that its centre is in."""
    from maps.polygon import contains

    outlined = [(place, *_bounds(place.outline)) for place in world.places.values() if place.outline]
    around: dict[str, frozenset[str]] = {}
    for place in world.places.values():
        x, y = place.centre
        held = frozenset(
            other.name
            for other, (left, low), (right, high) in outlined
            if left <= x <= right and low <= y <= high and other.name != place.name and contains(other.outline, (x, y))
        )
        if held:
            around[place.name] = held
    return around


def _bounds(outline: Sequence[Point]) -> tuple[Point, Point]:
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    return (min(xs), min(ys)), (max(xs), max(ys))


def _inside(world: World) -> dict[Candidate, frozenset[str]]:
    """Thing or door -> names of the places that it is in or joins."""
    inside: dict[Candidate, frozenset[str]] = {}
    for thing in world.things.values():
        place_name = thing.place
        if place_name is None:
            spot = world.place_at(thing.position)
            place_name = spot.name if spot else None
        if place_name is not None:
            inside[Candidate("thing", thing.name)] = frozenset((place_name,))
    inside.update((Candidate("door", door.name), frozenset(door.between)) for door in world.doors.values())
    return inside
