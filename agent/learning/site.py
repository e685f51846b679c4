"""The symbolic site of one sample: which pointers stand for what, which are candidates together, what the prompt tells."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.learning.cell import Cell, Role
from agent.learning.meaning import Form, Mention
from agent.learning.situations import Situation, situation
from agent.learning.states import State, condition_state
from agent.learning.words import Vocabulary
from agent.planners.pointers import DOORS, PLACES, SKILLS, THINGS

__all__ = ["Site", "tokens"]

_HAN = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"\[/?\w+\]|[{_HAN}]|[^\W{_HAN}]+(?:['-][^\W{_HAN}]+)*|[^\w\s]")
_QUOTES = str.maketrans({"\u201c": '"', "\u201d": '"'})
MOST = 24
"""So many pointers of places, things and doors are mentioned at most, as the linker gives them."""

_FORMS: tuple[Form, ...] = ("all", "nearest", "nearest_to", "farthest", "count", "except", "any", "attribute")
_TWO_LEFT_OUT = 0.4
"""So often "all but" leaves out two by name, where there are four and more."""


def tokens(text: str) -> list[str]:
    """Words, characters, punctuation marks and special tokens of a generated text, split as ``normalise_words`` splits."""
    return _TOKEN.findall(text.translate(_QUOTES))


@dataclass
class Site:
    """Draws places, things, doors and skills, and mentions of them.

    Args:
        rng: Everything random comes from here.
        words: Vocabulary of what is not linked.

    Attributes:
        trouble: A mention that cannot be resolved is put into the next act: ``"which"``, ``"unknown"`` or none.
        inside: Thing -> place, as the prompt tells it.
        attributes: Pointer -> words that are true of it.
        skills: User skills with the words of their names and the kinds of their parameters.
        start: Where the mission begins.
        docks: Where the robot can charge.
        carrying: What the robot holds.
        battery: Its charge, percent.
        cell: The skills of a manipulation cell, where the brief lists them.
        role: What a thing that is mentioned next is there for.
        holders: Things that others were put on.
    """

    rng: random.Random
    words: Vocabulary
    trouble: str = ""
    inside: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    seen_places: list[str] = field(default_factory=list)
    seen_things: list[str] = field(default_factory=list)
    skills: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    carrying: str | None = None
    battery: int = 100
    cell: Cell | None = None
    role: Role = ""
    holders: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Shuffle the pointers and choose where the robot is."""
        rng = self.rng
        self._places = rng.sample(PLACES, len(PLACES))
        self._things = rng.sample(THINGS, len(THINGS))
        self._doors = rng.sample(DOORS, len(DOORS))
        self._skills = rng.sample(SKILLS, len(SKILLS))
        self._left = MOST
        self.start: str = self._places.pop()
        self.docks: list[str] = [self._places.pop() for _ in range(rng.choice((0, 1, 1, 1, 1, 1, 2)))]
        if self.docks and rng.random() < 0.5:  # missions often begin on the dock
            self.start = self.docks[0]
        self.battery = rng.choice((100, 100, rng.randrange(30, 101), rng.randrange(30, 101), rng.randrange(5, 101)))

    # drawing pointers

    def place(self) -> str:
        """A place's pointer: a fresh one mostly, at times one met before, the start or a dock.

        Raises:
            IndexError: There are no pointers left; so do the other methods.
        """
        rng = self.rng
        roll = rng.random()
        if roll < 0.12 and self.seen_places:
            return rng.choice(self.seen_places)
        if roll < 0.14:
            return self.start
        if roll < 0.16 and self.docks:
            return self.docks[0]
        pointer = self.fresh_place()
        return pointer

    def fresh_place(self) -> str:
        """A place that was not mentioned."""
        self._count()
        pointer = self._places.pop()
        self.seen_places.append(pointer)
        return pointer

    def thing(self, place: str | None = None) -> str:
        """A fresh thing's pointer; the listing says mostly where it is."""
        self._count()
        pointer = self._things.pop()
        if place is not None:
            self.inside[pointer] = place
        elif self.rng.random() < 0.93:
            again = bool(self.seen_places) and self.rng.random() < 0.5
            self.inside[pointer] = self.rng.choice(self.seen_places) if again else self.somewhere()
        self.seen_things.append(pointer)
        return pointer

    def spare(self) -> Iterator[str]:
        """Pointers for things that turn up while the mission runs."""
        return iter(self._things)

    def noun(self) -> str:
        """Words for a thing that the map does not know."""
        return self.words.noun(self.rng)

    def condition(self, thing: str) -> tuple[State, bool]:
        """A state that decides something about a thing, and whether it is in that state."""
        return condition_state(self.rng, self.words), self.rng.random() < 0.5

    def situation(self, *, named: bool) -> Situation | None:
        """What may be so with a thing, in everyday words; None where things have states already."""
        return situation(self.rng, "zh" if self.words.language == "zh" else "en", self.words.held_out, named=named)

    def unlisted(self) -> str:
        """A pointer for a thing that the map does not know yet, or that the robot holds."""
        return self._things.pop()

    def door(self) -> str:
        """A fresh door's pointer; its state is told."""
        self._count()
        pointer = self._doors.pop()
        self.attributes[pointer] = (self.rng.choice(("open", "closed", "closed", "closed", "unknown")),)
        return pointer

    def fresh(self, kind: str) -> str:
        """A fresh pointer of a kind."""
        return {"place": self.fresh_place, "thing": self.thing, "door": self.door}[kind]()

    def skill(self, kinds: tuple[str, ...], name: tuple[str, ...]) -> str:
        """A user skill's pointer, with its signature put on the list; an earlier one of this signature serves again."""
        own = () if self.cell is None else (self.cell.put, self.cell.press)
        for pointer, (_, known) in self.skills.items():
            if known == kinds and pointer not in own:
                return pointer
        return self.listed(kinds, name)

    def listed(self, kinds: tuple[str, ...], name: tuple[str, ...]) -> str:
        """A fresh skill's pointer, put on the list."""
        pointer = self._skills.pop()
        self.skills[pointer] = (name, kinds)
        return pointer

    def somewhere(self) -> str:
        """A place that is told and not mentioned."""
        if self.rng.random() < 0.1:
            return self.start
        return self._places.pop() if self._places else self.rng.choice(self.seen_places)

    def _count(self) -> None:
        if not self._left:
            raise IndexError("so many names are not linked in one mission")
        self._left -= 1

    # drawing mentions

    def mention(self, kind: str) -> Mention:
        """A mention of one place, thing or door."""
        pointer = {"place": self.place, "thing": self.thing, "door": self.door}[kind]()
        tail = None
        if kind == "thing" and pointer in self.inside and self.rng.random() < 0.12:
            tail = self.one(self.inside[pointer], "place")
        slip = None
        if tail is None and self.rng.random() < 0.03:
            named = self.rng.random() < 0.75
            slip = self.one(self.fresh(kind), kind) if named else Mention("words", (), (), word=self.words.noun(self.rng))
        return Mention(kind, (pointer,), (pointer,), tail=tail, instead=slip)

    def one(self, pointer: str, kind: str) -> Mention:
        """A mention of this."""
        return Mention(kind, (pointer,), (pointer,))

    def several(self, kind: str, count: int) -> list[str]:
        """Fresh pointers that are candidates of one mention, nearest first."""
        return [self.fresh(kind) for _ in range(count)]

    def group(self, kind: str, form: Form | None = None) -> Mention:
        """A mention that means some of several candidates."""
        rng = self.rng
        form = form or rng.choices(_FORMS, (28, 15, 8, 13, 18, 14, 6, 26))[0]
        count = rng.choice((2, 2, 3, 3, 3, 4, 4, 5, 6, 8))
        if form == "except":
            count = max(count, 3)
        if form == "all" and kind != "thing":
            count = rng.choice((2, 3, 4, 5, 6, 7, 8, 10, 12))
        group = self.several(kind, count)
        if form == "nearest_to":
            return Mention(kind, tuple(group), (group[0],), "nearest_to", beside=self.mention("place"))
        if form in ("nearest", "any"):
            return Mention(kind, tuple(group), (group[0],), form)
        if form == "farthest":
            return Mention(kind, tuple(group), (group[-1],), "farthest")
        if form == "count":
            wanted = rng.randrange(2, max(3, count))
            return Mention(kind, tuple(group), tuple(group[:wanted]), "count")
        if form == "except":
            return self._except(kind, group)
        if form == "attribute":
            return self._attribute(kind, group)
        where = self.together(group) if kind == "thing" and rng.random() < 0.12 else None
        return Mention(kind, tuple(group), tuple(group), "all", tail=None if where is None else self.one(where, "place"))

    def together(self, group: list[str]) -> str | None:
        """The place that all of these things are in; None where they are in several."""
        place = self.place()
        self.inside.update(dict.fromkeys(group, place))
        return place

    def _except(self, kind: str, group: list[str]) -> Mention:
        """All but one of them, but what is in some place, or but those of which a word is true."""
        rng = self.rng
        if kind == "thing" and rng.random() < 0.6:
            place = rng.choice([p for p in (self.inside.get(t) for t in group) if p is not None] or [self.place()])
            chosen = tuple(t for t in group if self.inside.get(t) != place)
            if chosen and len(chosen) < len(group):
                return Mention(kind, tuple(group), chosen, "except", beside=self.one(place, "place"))
        if kind != "door" and rng.random() < 0.3:
            others = self._attribute(kind, group)
            if len(others.chosen) < len(group):
                left = tuple(t for t in group if t not in others.chosen)
                return Mention(kind, tuple(group), left, "except", word=others.word)
        out = rng.sample(group, 2 if len(group) > 3 and rng.random() < _TWO_LEFT_OUT else 1)
        chosen = tuple(t for t in group if t not in out)
        beside = self.one(out[0], kind) if len(out) == 1 else Mention(kind, tuple(out), tuple(out), "group")
        return Mention(kind, tuple(group), chosen, "except", beside=beside)

    def _attribute(self, kind: str, group: list[str]) -> Mention:
        """Those of which a word is true."""
        rng = self.rng
        if kind == "door":
            word = rng.choice(("open", "closed"))
        else:
            word = rng.choice(self.words.states if rng.random() < 0.6 else self.words.colours)
        right = rng.sample(range(len(group)), rng.choice((1, 1, 1, min(2, len(group)))))
        for number, pointer in enumerate(group):
            if number in right:
                self.attributes[pointer] = (word,)
            elif kind == "door":
                self.attributes[pointer] = ("closed" if word == "open" else "open",)
        return Mention(kind, tuple(group), tuple(group[i] for i in sorted(right)), "attribute", word=word)

    def ambiguous(self, kind: str) -> Mention:
        """A mention with several candidates, of which none is preferred."""
        group = self.several(kind, self.rng.choice((2, 2, 2, 2, 3, 3, 4, 6)))
        return Mention(kind, tuple(group), (group[0],), "which")

    def unknown(self, kind: str) -> Mention:
        """A noun phrase that names nothing here."""
        noun = self.words.noun(self.rng, room=kind == "place")
        return Mention("words", (), (), word=noun)
