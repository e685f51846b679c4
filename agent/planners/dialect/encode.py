"""Brief to prompt: link the mission, give everything that matters a pointer, lay it out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from agent.planners.dialect.attributes import attributes
from agent.planners.dialect.handing import Pointers
from agent.planners.dialect.history import past, refused, refuted
from agent.planners.dialect.mentions import find_mentions
from agent.planners.dialect.prompt import Facts, MissionTooLong, Prompt, Signature, Word, compose
from agent.planners.doubt import ANSWER, DECLINE, DONE, MORE, UNKNOWN, WORDLESS
from agent.planners.pointers import (
    LIBRARY,
    PLURAL,
    POINTER_3,
    Dialect,
    Segment,
    normalise_words,
)

if TYPE_CHECKING:
    from agent.planners.planner import Brief, HistoryEntry
    from maps import World
    from maps.linking import Linked
    from skills import Skill

__all__ = ["encode"]

HISTORY_LIMIT = 24
DOCK_LIMIT = 2

_KINDS = {"place": "place", "thing": "thing", "door": "door", "number": "number", "text": "text", "described": "text"}


def encode(brief: Brief, dialect: Dialect = POINTER_3) -> Prompt:
    """Lay out a brief for a model of a dialect.

    Args:
        brief: What to plan for.
        dialect: The vocabulary of the model.

    Raises:
        MissionTooLong: The mission has more words than the model reads.
    """
    from maps.unlinked import unlinked

    world = brief.world
    signatures = {skill.name: signature for skill in brief.skills if (signature := _signature(skill)) is not None}
    linked = find_mentions(brief, frozenset(signatures), dialect)
    pointers = Pointers(dialect)
    here = brief.start_place
    start = pointers.of("place", here) if here is not None and here in world.places else None
    spot = world.place_at(brief.state.pose.point)
    now = None if spot is None or spot.name == here else pointers.of("place", spot.name)
    docks = [place.name for place in world.places.values() if place.is_dock][:DOCK_LIMIT]
    dock_pointers = tuple(p for name in docks if (p := pointers.of("place", name)) is not None)
    words = tuple(_words(linked, pointers))
    if len(words) > dialect.words:
        raise MissionTooLong(
            f"The mission has {len(words)} words and this model reads at most {dialect.words}: "
            "say it more shortly, or as several missions."
        )
    carrying = tuple(p for name in brief.state.carrying if (p := pointers.of("thing", name)) is not None)
    history = tuple(past(entry, pointers, signatures) for entry in brief.history[-HISTORY_LIMIT:])
    mentioned = [p for p, referent in pointers.table.items() if referent.type == "thing" and p not in carrying]
    inside = tuple(_inside(mentioned, world, pointers))
    turned_down = tuple(refused(brief, pointers, signatures))
    for name in signatures:
        pointers.of("skill", name)
    listed = {p: r.name for p, r in pointers.table.items() if r.type == "skill"}
    skills = tuple((p, _name_words(name), signatures[name].kinds) for p, name in listed.items())
    facts = Facts(
        start=start, here=now, docks=dock_pointers, battery=_battery(brief), carrying=carrying, skills=skills,
        inside=inside, attributes=tuple(attributes(linked, pointers.table, brief)), history=history,
        refused=turned_down,
    )  # fmt: skip
    return Prompt(
        segments=compose(facts, (word.item for word in words)),
        table=pointers.table,
        words=words,
        mission=brief.mission,
        signatures={p: signatures[name] for p, name in listed.items()},
        library=frozenset(name for name in dialect.library if name in brief.skills and name not in brief.unsaid),
        docks=frozenset(p for p, r in pointers.table.items() if r.type == "place" and _is_dock(r.name, world)),
        refuted=frozenset(refuted(brief, pointers, signatures)),
        unlinked=tuple(stretch for stretch in unlinked(linked) if not _done(stretch.text(brief.mission), brief.history)),
        inside=dict(inside),
        names=(*world.places, *world.things, *world.doors),
        dialect=dialect,
        begun=bool(brief.history) and not brief.due and DONE not in brief.unsaid,
        declines=DECLINE not in brief.unsaid,
        begins=MORE not in brief.unsaid,
        worded=WORDLESS in brief.unsaid,
        answers=ANSWER not in brief.unsaid,
        wonders=UNKNOWN not in brief.unsaid,
        brief=brief,
    )


def _is_dock(name: str, world: World) -> bool:
    return name in world.places and world.places[name].is_dock


def _battery(brief: Brief) -> int | None:
    """The charge, percent."""
    return round(100 * brief.state.battery_wh / brief.body.battery_wh) if brief.body.battery_wh else None


def _name_words(name: str) -> tuple[str, ...]:
    return tuple(word for word, _, _ in normalise_words(name.replace("_", " ")))


def _done(words: str, history: Iterable[HistoryEntry]) -> bool:
    """Whether a call that was carried out said these words."""
    plain = _plainly(words)
    return any(isinstance(value, str) and plain in _plainly(value) for entry in history for value in entry.call.args.values())


def _plainly(text: str) -> str:
    return " ".join(word for word, _, _ in normalise_words(text))


def _signature(skill: Skill) -> Signature | None:
    """A user skill as the model can call it; None for the library's, and for one that needs what no token can say."""
    if skill.name in LIBRARY:
        return None
    needed = [parameter for parameter in skill.parameters if parameter.required]
    if any(parameter.kind not in _KINDS for parameter in needed):
        return None
    return Signature(skill.name, tuple(p.name for p in needed), tuple(_KINDS[p.kind] for p in needed))


def _words(linked: Linked, pointers: Pointers) -> Iterator[Word]:
    """The mission's items: words between mentions, pointers in the stead of mentions."""
    text, at = linked.text, 0
    for mention in linked.mentions:
        group = [p for c in mention.candidates if (p := pointers.of(c.type, c.name)) is not None]  # type: ignore[arg-type]
        if not group:
            continue
        yield from _plain(text, at, mention.start)
        for number, pointer in enumerate(group):
            if number:
                yield Word(Segment("[or]", special=True), mention.start, mention.end)
            yield Word(Segment(pointer, special=True), mention.start, mention.end)
        if (mention.plural or mention.each) and len(group) > 1:
            yield Word(Segment(PLURAL), mention.end, mention.end)
        at = mention.end
    yield from _plain(text, at, len(text))


def _plain(text: str, start: int, end: int) -> Iterator[Word]:
    for word, first, last in normalise_words(text[start:end]):
        yield Word(Segment(word), start + first, start + last)


def _inside(mentioned: Iterable[str], world: World, pointers: Pointers) -> Iterator[tuple[str, str]]:
    """Which place each mentioned thing is in."""
    for thing_pointer in mentioned:
        thing = world.things.get(pointers.table[thing_pointer].name)
        if thing is None:
            continue
        spot = world.place_at(thing.position)
        name = thing.place if thing.place in world.places else spot.name if spot else None
        if name is not None and (place_pointer := pointers.of("place", name)) is not None:
            yield thing_pointer, place_pointer
