"""Mentions of a brief's mission: what the map's linking finds, groups such as "every room", and candidates the nearest first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.planners.asides import seeks
from maps.everyday_words import everyday
from maps.linking import Linked, Mention, index_of, link
from maps.linking.groups import group_mentions
from maps.ordinary_words import ORDINARY
from maps.unlinked import unlinked

if TYPE_CHECKING:
    from agent.planners.planner import Brief
    from agent.planners.pointers import Dialect
    from maps import Point, World
    from maps.linking import Candidate

__all__ = ["find_mentions"]

_NEAREST = re.compile(r"\b(?:nearest|closest|nearby)\b|最近|最靠近", re.IGNORECASE)
_FURTHEST = re.compile(r"\b(?:furthest|farthest|most\s+distant)\b|最远", re.IGNORECASE)
_TO = re.compile(r"(?:\bto|\bfrom)\s+(?:the\s+)?$", re.IGNORECASE)
_ADJECTIVE = re.compile(r"\b(?:an?|the|our|my|some|that)\s+(?P<word>[a-z]{3,})\s+$", re.IGNORECASE)
_AWAY = re.compile(r"^\s*最近|^\s*最靠近")


def find_mentions(brief: Brief, skills: frozenset[str], dialect: Dialect) -> Linked:
    """Link a mission.

    "The furthest" is the one furthest away. Candidates of one mention stand nearest first: to the place that the mission names
    beside "nearest", else to where the mission began. Words for all places or doors become one mention of them, unless they are
    too many.

    Args:
        brief: The mission and its world.
        skills: Names of the user's skills that can be mentioned.
        dialect: Says how many names may be mentioned.
    """
    world = brief.world
    spoken = [("skill", skill.name, skill.phrases) for skill in brief.skills if skill.name in skills]
    linked = link(brief.mission, index_of(world, spoken), limit=dialect.candidates, group=dialect.candidates)
    linked = _unlike(linked) if seeks(brief.mission) else linked
    left = dialect.candidates - len(linked.candidates)
    linked = group_mentions(linked, world, left)
    start = world.places.get(brief.start_place or "")
    here = start.centre if start is not None else brief.state.pose.point
    return replace(linked, mentions=tuple(_nearest_first(linked, world, here)))


def _unlike(linked: Linked) -> Linked:
    """A text in which something is looked for, without the mentions that a word beside them fits in no way.

    "Find the wooden crate" means none of the crates that the map knows where none of them is wooden.
    """
    several = [mention for mention in linked.mentions if len(mention.candidates) > 1 and mention.loose and not mention.plural]
    other = {stretch.of for stretch in unlinked(linked)} | {m for m in several if _told_apart(linked.text, m)}
    return replace(linked, mentions=tuple(m for m in linked.mentions if not (m in other and m in several)))


def _told_apart(text: str, mention: Mention) -> bool:
    """Whether the word before a mention is an adjective that is not an everyday one: "a wooden crate"."""
    word = _ADJECTIVE.search(text, 0, mention.start)
    if word is None:
        return False
    common = ORDINARY | everyday("people", "address", "hesitations", "time", "abstract", "qualities", "generic")
    return word["word"].lower() not in common


def _nearest_first(linked: Linked, world: World, here: Point) -> Iterator[Mention]:
    for number, mention in enumerate(linked.mentions):
        if len(mention.candidates) < 2 or mention.each:
            yield mention
            continue
        anchor = _anchor(linked, number, world) or here
        if _FURTHEST.search(linked.text[max(0, mention.start - 16) : mention.end + 24]) and not mention.plural:
            furthest = max(mention.candidates, key=lambda c: _distance(c, world, anchor))
            yield replace(mention, candidates=(furthest,))
            continue
        yield replace(mention, candidates=tuple(sorted(mention.candidates, key=lambda c: _distance(c, world, anchor))))


def _anchor(linked: Linked, number: int, world: World) -> Point | None:
    """The place beside "nearest to" that a group is measured from: "the bin nearest to the lobby", 离大厅最近的垃圾桶."""
    mention, text = linked.mentions[number], linked.text
    after = linked.mentions[number + 1] if number + 1 < len(linked.mentions) else None
    before = linked.mentions[number - 1] if number else None
    if after is not None and len(after.candidates) == 1 and after.start - mention.end < 40:
        between = text[mention.end : after.start]
        lead = text[max(0, mention.start - 20) : mention.start]
        if _TO.search(between) and (_NEAREST.search(between) or _NEAREST.search(lead)):
            return _point(after.candidates[0], world)
    if before is not None and len(before.candidates) == 1 and _AWAY.match(text[before.end : mention.start]):
        return _point(before.candidates[0], world)
    return None


def _distance(candidate: Candidate, world: World, anchor: Point) -> float:
    point = _point(candidate, world)
    return 0.0 if point is None else (point[0] - anchor[0]) ** 2 + (point[1] - anchor[1]) ** 2


def _point(candidate: Candidate, world: World) -> Point | None:
    """Where a candidate is; None for a skill."""
    if candidate.type == "place":
        return world.places[candidate.name].centre
    if candidate.type == "thing":
        return world.things[candidate.name].position
    if candidate.type == "door":
        (x0, y0), (x1, y1) = world.doors[candidate.name].segment
        return ((x0 + x1) / 2, (y0 + y1) / 2)
    return None
