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

MOST_MENTIONED = 64
"""So many names at most are looked for in one mission."""


def relevant(brief: Brief, limit: int) -> frozenset[Named]:
    """At most ``limit`` names, the most relevant first to be kept.

    Args:
        brief: The mission and its world.
        limit: How many names are listed.
    """
    kept: dict[Named, None] = {}
    for kind, name in _by_relevance(brief, limit):
        if len(kept) >= limit:
            break
        if kind in NAMED and name in brief.world.features(kind):
            kept.setdefault((kind, name))
    return frozenset(kept)


def _by_relevance(brief: Brief, limit: int) -> Iterator[Named]:
    """What must be listed, what the mission names, then docks, where the named things are, and what is in and beside the places."""
    from maps.linking import Candidate, index_of, link

    world = brief.world
    must = [("place", brief.start_place)] if brief.start_place else []
    must += [("thing", name) for name in brief.state.carrying]
    must += _in_calls(brief)
    yield from must
    index = index_of(world)
    found = link(brief.mission, index, limit=max(0, min(MOST_MENTIONED, limit - len(set(must))))).candidates
    mentioned = [(candidate.type, candidate.name) for candidate in found if candidate.type in NAMED]
    yield from mentioned
    yield from (("place", place.name) for place in world.places.values() if place.is_dock)
    places = dict.fromkeys(name for kind, name in mentioned if kind == "place")
    for kind, name in mentioned:
        if kind == "thing":
            places.update(dict.fromkeys(sorted(index.inside.get(Candidate(kind, name), ()))))
    yield from (("place", name) for name in places)
    beside = [(c.type, c.name) for name in places for c in index.contents.get(name, ())]
    yield from (named for named in beside if named[0] == "door")
    yield from (named for named in beside if named[0] == "thing")
    for kind in NAMED:
        yield from ((kind, name) for name in world.names(kind))


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
