"""Which names of a large map a mission may mean: those that must be listed, those it mentions, those beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from agent.planners.refuted import NAMED

if TYPE_CHECKING:
    from agent.planners.planner import Brief

__all__ = ["Named", "relevant"]

Named: TypeAlias = tuple[str, str]
"""Kind and name of a place, thing or door."""


def relevant(brief: Brief, limit: int) -> frozenset[Named]:
    """At most ``limit`` names, the most relevant first to be kept.

    Args:
        brief: The mission and its world.
        limit: How many names are listed.
    """
    kept: dict[Named, None] = {}
    for kind, name in _by_relevance(brief):
        if len(kept) >= limit:
            break
        if kind in NAMED and name in brief.world.features(kind):
            kept.setdefault((kind, name))
    return frozenset(kept)


def _by_relevance(brief: Brief) -> Iterator[Named]:
    world = brief.world
    mentioned = list(_mentioned(brief))
    yield from (("place", name) for name in (brief.start_place,) if name)
    yield from (("thing", name) for name in brief.state.carrying)
    yield from _in_calls(brief)
    yield from mentioned
    yield from (("place", place.name) for place in world.places.values() if place.is_dock)
    places = {name for kind, name in mentioned if kind == "place"}
    for kind, name in mentioned:
        if kind == "thing" and (inside := world.things[name].place):
            places.add(inside)
    yield from (("place", name) for name in world.places if name in places)
    yield from (("door", door.name) for door in world.doors.values() if places & set(door.between))
    yield from (("thing", thing.name) for thing in world.things.values() if thing.place in places)
    for kind in NAMED:
        yield from ((kind, name) for name in world.names(kind))


def _mentioned(brief: Brief) -> Iterator[Named]:
    """What the mission names, by the map's own linking."""
    from maps.linking import NameIndex, link

    for candidate in link(brief.mission, NameIndex.of(brief.world), limit=64).candidates:
        if candidate.type in NAMED:
            yield candidate.type, candidate.name


def _in_calls(brief: Brief) -> Iterator[Named]:
    """What the calls of the history and of the last refused plan name."""
    calls = [entry.call for entry in brief.history]
    calls += brief.rejected[-1].steps if brief.rejected else ()
    for call in calls:
        skill = brief.skills.get(call.skill)
        for parameter in () if skill is None else skill.parameters:
            value = call.args.get(parameter.name)
            if parameter.kind in NAMED and isinstance(value, str):
                yield parameter.kind, value
