"""Ground: a map to make missions on, with the words that mean several of its features, and the truth behind it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from maps import Point, Thing, World, distance
from maps.linking import Linked, NameIndex, link
from maps.linking.groups import group_mentions

__all__ = ["Ground", "with_hidden"]

_GROUP_LIMIT = 12


@dataclass
class Ground:
    """A world to make missions on, with what must be computed once.

    Attributes:
        world: What the map knows.
        truth: What is really there: some things more.
        index: The map's names.
        start: The place where the robot stands.
        groups: Kind of feature and its word -> the names that the word means, nearest to the start first.
    """

    world: World
    truth: World
    index: NameIndex
    start: str
    groups: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World, truth: World, start: str, language: str) -> "Ground":
        """Find the words of this world that mean several features."""
        ground = cls(world, truth, NameIndex.of(world), start)
        here = world.places[start].centre
        words = {("thing", thing.kind) for thing in world.things.values()} | {("place", p.kind) for p in world.places.values()}
        general = {"en": (("place", "room"), ("door", "door")), "zh": (("place", "房间"), ("door", "门"))}[language]
        for kind, word in (*sorted(words), *general):
            said = f"every {word}" if language == "en" else f"所有{word}"
            mentions = ground.link(said).mentions
            if len(mentions) == 1 and {c.type for c in mentions[0].candidates} == {kind}:
                names = [c.name for c in mentions[0].candidates]
                if 1 < len(names) <= _GROUP_LIMIT:
                    ground.groups[kind, word] = tuple(sorted(names, key=lambda n: distance(_point(world, kind, n), here)))
        return ground

    def link(self, text: str) -> Linked:
        """A text's mentions, as the planner's brief finds them."""
        return group_mentions(link(text, self.index, limit=24, group=24), self.world, 24)


def _point(world: World, kind: str, name: str) -> Point:
    if kind == "door":
        (x0, y0), (x1, y1) = world.doors[name].segment
        return ((x0 + x1) / 2, (y0 + y1) / 2)
    return world.places[name].centre if kind == "place" else world.things[name].position


def with_hidden(world: World, names: Iterator[str], count: int, rng: random.Random) -> World:
    """The truth behind a map: some things more than it knows."""
    rooms = [place for place in world.places.values() if place.outline and place.kind != "corridor"]
    more: list[Thing] = []
    for name in names:
        if len(more) == count or not rooms:
            break
        place = rng.choice(rooms)
        x, y = place.centre
        more.append(
            Thing(
                name=name,
                kind=name.split()[-1],
                position=(x + rng.uniform(-0.5, 0.5), y + rng.uniform(-0.5, 0.5)),
                place=place.name,
            )
        )
    return replace(world, things={**world.things, **{thing.name: thing for thing in more}})
