"""The symbolic site of one sample: which pointers stand for what, and how mentions of them look after linking."""

import random
import re
from collections.abc import Callable

from agent.learning.phrases import phrase
from agent.learning.words import Vocabulary, code, made_up
from agent.planners.pointers import DOORS, PLACES, SKILLS, THINGS

__all__ = ["Mention", "Site", "quoted", "tokens"]

Mention = tuple[str, str, list[str] | None]
"""A pointer, the words of its mention, and the answer in place of a plan if it cannot be resolved."""

_TOKEN = re.compile(r"\w+(?:['-]\w+)*|\[/?\w+\]|[^\w\s]")


def tokens(text: str) -> list[str]:
    """Words, punctuation marks and special tokens of a generated text, split as ``normalise_words`` splits a person's."""
    return _TOKEN.findall(text)


def quoted(text: str) -> list[str]:
    """A stretch of the mission as a plan quotes it."""
    return ["[q]", *tokens(text), "[/q]"]


class Site:
    """Draws places, things, doors and skills, and mentions of them.

    Args:
        rng: Everything random comes from here.
        words: Vocabulary of what is not linked.

    Attributes:
        trouble: A mention that cannot be resolved is put into the next clause: ``"which"``, ``"unknown"`` or none.
        answered: What the operator answered when he was asked about that mention, as the mission then ends with it.
        inside: Thing -> place, as the listing of the prompt gives it.
        skills: User skills with the kinds of their parameters.
        start: Where the mission begins.
        docks: Where the robot can charge.
        carrying: What the robot holds.
    """

    def __init__(self, rng: random.Random, words: Vocabulary) -> None:
        self.rng = rng
        self.words = words
        self.trouble = ""
        self.answered = ""
        self.inside: dict[str, str] = {}
        self.seen_places: list[str] = []
        self.skills: dict[str, list[str]] = {}
        self.carrying: str | None = None
        self._places = rng.sample(PLACES, len(PLACES))
        self._things = rng.sample(THINGS, len(THINGS))
        self._doors = rng.sample(DOORS, len(DOORS))
        self._skills = rng.sample(SKILLS, len(SKILLS))
        self.start: str = self._places.pop()
        self.docks: list[str] = [self._places.pop() for _ in range(rng.choice((0, 1, 1, 1, 1, 1, 2)))]
        if self.docks and rng.random() < 0.5:  # missions often begin on the dock
            self.start = self.docks[0]

    def place(self) -> str:
        """A place's pointer: a fresh one mostly, at times one met before, the start or a dock.

        Raises:
            IndexError: There are no pointers left; so do the other methods.
        """
        rng = self.rng
        roll = rng.random()
        if roll < 0.12 and self.seen_places:
            return rng.choice(self.seen_places)
        if roll < 0.15:
            return self.start
        if roll < 0.18 and self.docks:
            return self.docks[0]
        pointer = self._places.pop() if len(self._places) > 1 else rng.choice(self.seen_places)
        self.seen_places.append(pointer)
        return pointer

    def thing(self) -> str:
        """A fresh thing's pointer; the listing says mostly where it is."""
        pointer = self._things.pop()
        if self.rng.random() < 0.93:
            fresh = self.rng.random() < 0.5 or not self.seen_places
            self.inside[pointer] = self.place() if fresh else self.rng.choice(self.seen_places)
        return pointer

    def thing_in(self, place: str) -> str:
        """A fresh thing's pointer, the thing being in this place."""
        thing = self._things.pop()
        self.inside[thing] = place
        return thing

    def unlisted(self) -> str:
        """A pointer for a thing that the map does not know yet, or that the robot holds."""
        return self._things.pop()

    def door(self) -> str:
        """A fresh door's pointer."""
        return self._doors.pop() if self._doors else self.rng.choice(DOORS)

    def skill(self, kinds: list[str]) -> str:
        """A user skill's pointer, with its signature put on the list; an earlier one of this signature serves again."""
        for pointer, known in self.skills.items():
            if known == kinds:
                return pointer
        pointer = self._skills.pop()
        self.skills[pointer] = kinds
        return pointer

    def group(self, pointer: str, kind: str) -> list[str]:
        """Candidates of an ambiguous mention, this one first."""
        rng = self.rng
        group = [pointer]
        for _ in range(rng.choice((1, 1, 1, 1, 1, 2, 2, 3, 5, 7))):
            other = self._things.pop() if kind == "thing" else self._places.pop() if kind == "place" else self.door()
            if other not in group:
                group.append(other)
        if kind == "thing":
            for other in group[1:]:
                again = bool(self.seen_places) and rng.random() < 0.5
                self.inside[other] = rng.choice(self.seen_places) if again else self.place()
        return group

    def unknown(self, kind: str) -> str:
        """A noun phrase that names nothing here."""
        return self.words.noun(self.rng, room=kind == "place")

    def say(self, pointer: str, *, plain: bool = False) -> str:
        """A mention as it looks after linking: an article, words that the linker left over, a mixed group at times."""
        rng = self.rng
        text = pointer
        if not plain and rng.random() < 0.02:
            other = self._things[-1] if pointer in PLACES else self._places[-1]
            text = f"{pointer} [or] {other}" if rng.random() < 0.5 else f"{other} [or] {pointer}"
        if rng.random() < 0.05:
            text = f"{rng.choice(self.words.adjectives) if rng.random() < 0.7 else made_up(rng)} {text}"
        if rng.random() < 0.04:
            text = f"{text} {rng.choice(('area', 'room', 'over there', 'thing', code(rng), made_up(rng)))}"
        return f"{phrase(rng, 'articles')} {text}"

    def where(self, thing: str) -> str:
        """At times, words that only tell where a thing is."""
        if self.rng.random() > 0.14 or thing not in self.inside:
            return ""
        return f"{phrase(self.rng, 'where')} {self.say(self.inside[thing], plain=True)}"

    def mention(self, kind: str) -> Mention:
        """A mention of a place, thing or door; the site's trouble, if there is any, happens here."""
        rng = self.rng
        draw: Callable[[], str] = {"place": self.place, "thing": self.thing, "door": self.door}[kind]
        pointer = draw()
        trouble, self.trouble = self.trouble, ""
        if trouble == "which":
            return self._ambiguous(pointer, kind)
        if trouble == "unknown" and kind != "door":
            noun = self.unknown(kind)
            text = f"{rng.choice(('the', 'the', 'the', 'the', 'my', 'that', 'a', ''))} {noun}"
            return pointer, text, None if self._answers(pointer) else ["[unknown]", *quoted(noun)]
        tail = self.where(pointer) if kind == "thing" else ""
        return pointer, f"{self.say(pointer)} {tail}", None

    def _ambiguous(self, pointer: str, kind: str) -> Mention:
        group = self.group(pointer, kind)
        if len(group) == 1:
            return pointer, self.say(pointer), None
        if self._answers(pointer):
            self.rng.shuffle(group)
            return pointer, f"the {' [or] '.join(group)}", None
        joined = " [or] ".join(group).split()
        return pointer, f"{self.rng.choice(('the', 'the', 'the', '', 'that', 'a'))} {' '.join(joined)}", ["[which]", *joined]

    def _answers(self, pointer: str) -> bool:
        """At times the operator was asked already, and the mission ends with his answer."""
        if self.rng.random() > 0.14:
            return False
        self.answered = f"( {self.rng.choice(('the ', '', ''))}{pointer} )"
        return True
