"""What a small model reads: facts and mission as pointers and words, laid out in one order that training and planning share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.planners.errors import MissionInvalid
from agent.planners.pointers import POINTER_3, Dialect, Item, Referent, Segment, merge

if TYPE_CHECKING:
    from agent.planners.planner import Brief
    from maps.unlinked import Unlinked

__all__ = ["Facts", "History", "MissionTooLong", "Prompt", "Signature", "Word", "compose"]


class MissionTooLong(MissionInvalid):
    """The mission has more words than the small models read."""


@dataclass(frozen=True, slots=True)
class Word:
    """One item of the mission as the model reads it, and the characters of the mission that it stands for."""

    item: Item
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Signature:
    """A user skill as the model reads it: its parameters' names and kinds in order; all of them are written."""

    skill: str
    names: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    """A call that was carried out or refused, as items, and what came of it.

    Attributes:
        call: The call.
        outcome: Its outcome's mark; empty for a refused call.
        seen: What was found or seen, or why it failed or was refused and what would help.
    """

    call: tuple[Item, ...]
    outcome: str = ""
    seen: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that stands before the mission in a prompt, as pointers.

    Attributes:
        start: Where the mission began.
        here: Where the robot is now, if that is somewhere else.
        docks: Where it can charge.
        battery: Its charge, percent.
        carrying: What it holds.
        skills: The user's skills, each with the words of its name and the kinds of its parameters.
        inside: Thing and the place it is in.
        attributes: Pointer and the words of the mission that are true of it: its state, colour, level, kind.
        history: What was done.
        refused: What the verifier refused.
    """

    start: str | None = None
    here: str | None = None
    docks: tuple[str, ...] = ()
    battery: int | None = None
    carrying: tuple[str, ...] = ()
    skills: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()
    inside: tuple[tuple[str, str], ...] = ()
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    history: tuple[History, ...] = ()
    refused: tuple[History, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt ready for a model: segments for the tokenizer, and what decoding and the grammar need.

    Attributes:
        segments: What the model reads; special tokens apart from text.
        table: What each pointer stands for.
        words: The mission's items, in order.
        mission: The mission as it was typed.
        signatures: The user skills that can be called, by pointer.
        library: Names of the library's skills that this robot has.
        docks: Pointers of the places that are docks.
        refuted: Calls that must not be generated again: the verb and a pointer for each named argument, None where it is left
            out, e.g. ``("[goto]", "[P3]")``.
        unlinked: Stretches of the mission that are said like names and name nothing on this map.
        inside: Thing and the place it is in, as pointers, for the things that the model was told of.
        names: Every place, thing and door of the map, to offer one that looks alike.
        dialect: The version of the vocabulary.
        begun: Whether something was done already, so that nothing may be left to do.
        declines: Whether it may be said that no skill can do it.
        begins: Whether a plan may leave the rest to later.
        answers: Whether the map and the robot's own state may be told.
        wonders: Whether it may be asked what words mean that name nothing.
        worded: Whether nothing may be said without words, as what was seen is.
        brief: What it was made from; facts of the map that an answer needs are taken from it.
    """

    segments: tuple[Segment, ...]
    table: Mapping[str, Referent]
    words: tuple[Word, ...]
    mission: str
    signatures: Mapping[str, Signature] = field(default_factory=dict)
    library: frozenset[str] = frozenset()
    docks: frozenset[str] = frozenset()
    refuted: frozenset[tuple[str | None, ...]] = frozenset()
    unlinked: tuple[Unlinked, ...] = ()
    inside: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    dialect: Dialect = POINTER_3
    begun: bool = False
    declines: bool = True
    begins: bool = True
    answers: bool = True
    wonders: bool = True
    worded: bool = False
    brief: Brief | None = None


def compose(facts: Facts, mission: Iterable[Item]) -> tuple[Segment, ...]:
    """Lay out a prompt. Training and planning both go through here, so that the model meets what it was taught."""
    return tuple(merge(_items(facts, mission)))


def _items(facts: Facts, mission: Iterable[Item]) -> Iterator[Item]:
    yield from _known(facts)
    yield Segment("[mission]", special=True)
    yield from mission
    for mark, calls in (("[did]", facts.history), ("[refused]", facts.refused)):
        for past in calls:
            yield Segment(mark, special=True)
            yield from past.call
            if past.outcome:
                yield Segment(past.outcome, special=True)
            yield from past.seen
    yield Segment("[plan]", special=True)


def _known(facts: Facts) -> Iterator[Item]:
    """What stands before the mission."""
    for mark, pointers in (
        ("[start]", (facts.start,) if facts.start else ()), ("[here]", (facts.here,) if facts.here else ()),
        ("[docks]", facts.docks),
    ):  # fmt: skip
        if pointers:
            yield from _specials(mark, *pointers)
    if facts.battery is not None:
        yield from (Segment("[battery]", special=True), Segment(str(facts.battery)))
    if facts.carrying:
        yield from _specials("[carry]", *facts.carrying)
    for pointer, name, kinds in facts.skills:
        yield from _specials("[skill]", pointer)
        if name:
            yield from (Segment("[q]", special=True), *map(Segment, name), Segment("[/q]", special=True))
        yield from map(Segment, kinds)
    for thing, place in facts.inside:
        yield from _specials("[in]", thing, place)
    for pointer, words in facts.attributes:
        yield from (*_specials("[is]", pointer), *map(Segment, words))


def _specials(*texts: str) -> Iterator[Item]:
    return (Segment(text, special=True) for text in texts)
