"""What a small model reads: facts and mission as pointers and words, laid out in one order that training and planning share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent.planners.errors import MissionInvalid
from agent.planners.pointers import Item, Referent, Segment, merge

if TYPE_CHECKING:
    from maps.unlinked import Unlinked

__all__ = ["WORD_LIMIT", "Facts", "History", "MissionTooLong", "Prompt", "Signature", "Word", "compose"]

WORD_LIMIT = 160
"""Longest mission that the small models read, in words and pointers."""


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
    """A call that was carried out (or refused), as items, with its outcome's mark or its remedy's pointer."""

    call: tuple[Item, ...]
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that stands before the mission in a prompt, as pointers."""

    start: str | None = None
    docks: tuple[str, ...] = ()
    carrying: tuple[str, ...] = ()
    skills: tuple[tuple[str, tuple[str, ...]], ...] = ()
    inside: tuple[tuple[str, str], ...] = ()
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
        names: Every place, thing and door of the map, to offer one that looks alike.
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
    names: tuple[str, ...] = ()


def compose(facts: Facts, mission: Iterable[Item]) -> tuple[Segment, ...]:
    """Lay out a prompt. Training and planning both go through here, so that the model meets what it was taught."""
    return tuple(merge(_items(facts, mission)))


def _items(facts: Facts, mission: Iterable[Item]) -> Iterator[Item]:
    if facts.start:
        yield from _specials("[start]", facts.start)
    if facts.docks:
        yield from _specials("[docks]", *facts.docks)
    if facts.carrying:
        yield from _specials("[carry]", *facts.carrying)
    for pointer, kinds in facts.skills:
        yield from _specials("[skill]", pointer)
        yield from (Segment(kind) for kind in kinds)
    for thing, place in facts.inside:
        yield from _specials("[in]", thing, place)
    yield Segment("[mission]", special=True)
    yield from mission
    for past in facts.history:
        yield Segment("[did]", special=True)
        yield from past.call
        yield Segment(past.outcome, special=True)
    for past in facts.refused:
        yield Segment("[refused]", special=True)
        yield from past.call
        if past.outcome:
            yield Segment(past.outcome, special=True)
    yield Segment("[plan]", special=True)


def _specials(*texts: str) -> Iterator[Item]:
    return (Segment(text, special=True) for text in texts)
