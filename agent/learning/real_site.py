"""RealSite: a site whose pointers stand for the features of a real world, and what happens on it."""

import random
import re
from collections.abc import Mapping

from agent.learning.cell import Cell
from agent.learning.cell_things import BUTTONS, HOLDERS
from agent.learning.chance import Chance
from agent.learning.ground import Ground
from agent.learning.meaning import Form, Mention
from agent.learning.site import Site, tokens
from agent.learning.situations import Situation
from agent.learning.states import State
from agent.learning.words import Vocabulary, typo
from agent.planners.pointers import DOORS, PLACES, PLURAL, THINGS
from maps import Door, Place, Thing
from skills import library

__all__ = ["RealSite", "TrueFate"]

_POINTER = re.compile(r"\[[PTDS]\d+\](?: \[or\] \[[PTD]\d+\])*(?: s\b)?")
_SAID = {"put_on": ("put on",), "press": ("press", "press", "push", "hit")}
"""How a cell's skills are said in one piece."""


class RealSite(Site):
    """Draws what is on a map; ``names`` tells what each pointer stands for."""

    def __init__(self, rng: random.Random, words: Vocabulary, ground: Ground) -> None:
        super().__init__(rng, words)
        self.ground = ground
        self.world = ground.world
        self.names: dict[str, str] = {}
        self.words_of: dict[tuple[str, ...], str] = {}
        self.hidden = [name for name in ground.truth.things if name not in ground.world.things]
        self.seen_places.clear()
        self.docks = [self._bind(p.name, PLACES) for p in self.world.places.values() if p.is_dock][:2]
        self.start = self._bind(ground.start, PLACES)
        self.battery = 100
        if "put_on" in library(self.world):
            put, press = (self._skills.pop() for _ in range(2))
            self.names |= {put: "put_on", press: "press"}
            self.cell = Cell(put, press)

    def _bind(self, name: str, pool: tuple[str, ...]) -> str:
        for pointer in pool:
            if self.names.get(pointer) == name:
                return pointer
        fresh = next((p for p in pool if p not in self.names), None)
        if fresh is None:
            raise IndexError("no pointer is left")
        self.names[fresh] = name
        return fresh

    def place(self) -> str:
        """A place of the map, at times one met before."""
        if self.seen_places and self.rng.random() < 0.12:
            return self.rng.choice(self.seen_places)
        return self.fresh_place()

    def fresh_place(self) -> str:
        """A place of the map."""
        self._count()
        pointer = self._bind(self.rng.choice([p.name for p in self.world.places.values() if not p.is_dock]), PLACES)
        self.seen_places.append(pointer)
        return pointer

    def thing(self, place: str | None = None) -> str:
        """A thing of the map, in a place if one is given."""
        self._count()
        taken = set(self.names.values())
        fits = [
            t.name
            for t in self.world.things.values()
            if t.name not in taken and (place is None or t.place == self.names[place]) and self._serves(t)
        ]
        return self._thing(self.rng.choice(fits))

    def _serves(self, thing: Thing) -> bool:
        """Whether a thing can be what is wanted of the next: a button, something to put things on, a thing to carry."""
        if self.cell is None or not self.role:
            return True
        if self.role == "load":
            return "weight_kg" in thing.attributes
        return thing.kind in (BUTTONS if self.role == "button" else HOLDERS)

    def _thing(self, name: str) -> str:
        pointer = self._bind(name, THINGS)
        self.inside[pointer] = self._bind(str(self.world.things[name].place), PLACES)
        return pointer

    def door(self) -> str:
        """A door of the map, with its state."""
        self._count()
        pointer = self._bind(self.rng.choice(list(self.world.doors)), DOORS)
        self.attributes[pointer] = (self.world.doors[self.names[pointer]].state,)
        return pointer

    def unlisted(self) -> str:
        """Nothing is carried where a case begins."""
        raise IndexError("the hand is empty")

    def several(self, kind: str, count: int) -> list[str]:
        """Features that one word of this map means."""
        fits = [
            (word, names)
            for (of, word), names in self.ground.groups.items()
            if of == kind and (kind != "thing" or all(self._serves(self.world.things[name]) for name in names))
        ]
        word, names = self.rng.choice(fits)
        pointers = self._group(kind, names)
        self.words_of[tuple(pointers)] = word
        return pointers

    def _group(self, kind: str, names: tuple[str, ...]) -> list[str]:
        if kind == "thing":
            return [self._thing(name) for name in names]
        pool = PLACES if kind == "place" else DOORS
        return [self._bind(name, pool) for name in names]

    def group(self, kind: str, form: Form | None = None) -> Mention:
        """A mention that means some of several."""
        made = super().group(kind, form)
        if made.form == "which" or len(made.candidates) < 2:
            raise IndexError("no group")
        return made

    def together(self, group: list[str]) -> str | None:
        """The place that all of these things are in, as the map has it."""
        places = {self.inside.get(thing) for thing in group}
        return places.pop() if len(places) == 1 else None

    def _attribute(self, kind: str, group: list[str]) -> Mention:
        """Those of one state, which the word chooses among several."""
        if kind == "place":
            raise IndexError("places have no states")
        states = [self._state(kind, pointer) for pointer in group]
        known = [state for state in states if state]
        if len(set(known)) < 2:
            raise IndexError("all are alike")
        word = self.rng.choice(known)
        chosen = tuple(p for p, state in zip(group, states, strict=True) if state == word)
        form: Form = "attribute"
        return Mention(kind, tuple(group), chosen, form, word=word)

    def _state(self, kind: str, pointer: str) -> str | None:
        name = self.names[pointer]
        return self.world.doors[name].state if kind == "door" else self.world.things[name].state

    def unknown(self, kind: str) -> Mention:
        """Words that name nothing here."""
        return Mention("words", (), (), word=self._unlinked(room=kind == "place"))

    def noun(self) -> str:
        """Something that is there and not on the map, or that is nowhere."""
        return self.rng.choice(self.hidden) if self.hidden and self.rng.random() < 0.7 else self._unlinked(room=False)

    def _unlinked(self, *, room: bool) -> str:
        for _ in range(20):
            noun = self.words.noun(self.rng, room=room)
            if not self.ground.link(noun).mentions:
                return noun
        raise IndexError("every noun names something here")

    def condition(self, thing: str) -> tuple[State, bool]:
        """A state, and whether the thing is really in it."""
        state = self.ground.truth.things[self.names[thing]].state
        if state is None:
            raise IndexError("it has no state")
        holds = self.rng.random() < 0.5
        others = {t.state for t in self.world.things.values()} - {state, None}
        said = state if holds or not others else self.rng.choice(sorted(s for s in others if s))
        return State(said, state, state), said == state

    def situation(self, *, named: bool) -> Situation | None:
        """None: what is so with a thing is the world's."""
        return None

    # speaking

    def spoken(self, text: str) -> str:
        """A told mission with the map's names, as somebody types it."""
        text = re.sub(r"(?<=\d) ?\. (?=\d)", ".", re.sub(r" ' s\b", "'s", text))  # numbers and genitives in one piece
        spoken = _POINTER.sub(lambda match: self._surface(match.group()), text)
        spoken = re.sub(r"\s+([.,;:!?)])", r"\1", re.sub(r"\s+", " ", spoken)).replace(" 's", "'s").strip()
        if self.words.language == "zh":
            return re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef]) +| +(?=[\u3000-\u9fff\uff00-\uffef])", "", spoken)
        return spoken[:1].upper() + spoken[1:] if self.rng.random() < 0.6 else spoken

    def _surface(self, text: str) -> str:
        rng = self.rng
        many = text.endswith(f" {PLURAL}")
        pointers = tuple(text.removesuffix(f" {PLURAL}").split(" [or] "))
        if text[1] == "S":
            return rng.choice(_SAID[self.names[text]])
        if len(pointers) > 1:
            if pointers not in self.words_of:
                raise IndexError("no word of this map means just these")
            word = self.words_of[pointers]
            return _plural(word) if many else word
        name = self.names[pointers[0]]
        known: dict[str, Mapping[str, Place | Thing | Door]] = {
            "P": self.world.places, "T": self.world.things, "D": self.world.doors,
        }  # fmt: skip
        features = known[pointers[0][1]]
        aliases = features[name].aliases if name in features else ()
        if aliases and rng.random() < 0.25:
            name = rng.choice(aliases)
        if self.words.language == "zh":
            return name
        roll = rng.random()
        if roll < 0.04:
            return typo(rng, name) if " " not in name else " ".join([*name.split()[:-1], typo(rng, name.split()[-1])])
        return name.title() if roll < 0.1 else name.upper() if roll < 0.12 else name


def _plural(word: str) -> str:
    if word.endswith(("s", "x", "ch", "sh")):
        return f"{word}es"
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2] not in "aeiou" else f"{word}s"


class TrueFate(Chance):
    """What happens where the world is as it is: nothing fails, searches find what is there."""

    def __init__(self, rng: random.Random, site: RealSite) -> None:
        super().__init__(rng, iter(()))
        self.site = site

    def failure(self, steps: list[tuple[str, ...]]) -> int | None:
        """Nothing fails."""
        return None

    def find(self, step: tuple[str, ...]) -> str | None:
        """What is really there under the words of a search."""
        site = self.site
        words = [site.names.get(token, token) for token in step[step.index("[q]") + 1 : step.index("[/q]")]]
        place = site.names[step[-1]] if step[-1].startswith("[P") else None
        for name in site.ground.truth.things:
            if tokens(name.lower()) == [word.lower() for said in words for word in tokens(said)]:
                at = site.ground.truth.things[name].place
                return site._bind(name, THINGS) if place is None or at == place else None
        return None

    def holds(self, item: object) -> bool:
        """Whether the condition is really so."""
        return bool(getattr(item, "holds", False))
