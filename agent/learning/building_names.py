"""Names of a building's places and things: nouns, adjectives, numbers, codes, people, made-up words, names that look alike."""

import random

from agent.learning.words import Vocabulary, code, made_up

__all__ = ["BuildingNames"]

_CORRIDORS = {"en": ("corridor", "hallway", "passage", "gallery"), "zh": ("走廊", "过道", "通道", "长廊")}
_DOCKS = {"en": ("charging dock", "charger", "charging point"), "zh": ("充电桩", "充电座", "充电点")}
_SIDES = {
    "en": ("north", "south", "east", "west", "upper", "lower", "old", "new"),
    "zh": ("北", "南", "东", "西", "上", "下", "旧", "新"),
}
_PEOPLE = {"en": ("Anna", "Bob", "Dr Meyer", "Ines", "Oscar", "Ms Novak"), "zh": ("小王", "李医生", "张老师", "老刘", "周教授")}
_STATES = {"en": ("on", "off", "open", "closed"), "zh": ("打开", "关闭", "运行", "停止")}


class BuildingNames:
    """Names that are unique in one building.

    Args:
        rng: Everything random comes from here.
        words: The vocabulary; its language is the names'.
    """

    def __init__(self, rng: random.Random, words: Vocabulary) -> None:
        self.rng = rng
        self.words = words
        self.language = words.language
        self.gap = " " if words.language == "en" else ""
        self.states = _STATES[words.language]
        self.taken: set[str] = set()
        self.kinds: list[str] = []
        self.sided: list[tuple[str, str]] = []

    def fresh(self, *options: str) -> str:
        """The first option that is free, numbered if need be."""
        for option in (*options, *(f"{options[0]} {n}" for n in range(2, 1000))):
            if option not in self.taken:
                self.taken.add(option)
                return option
        raise ValueError("no free name")

    def corridor(self) -> str:
        """A way's name."""
        return self.fresh(*_CORRIDORS[self.language])

    def dock(self) -> str:
        """A dock's name."""
        return self.fresh(*_DOCKS[self.language])

    def door(self, room: str) -> str:
        """The name of a room's door."""
        return self.fresh(f"{room} door" if self.language == "en" else f"{room}门")

    def room(self) -> tuple[str, str]:
        """A room's kind and name; at times the twin of one before it: north and south."""
        rng = self.rng
        if self.sided and rng.random() < 0.4:
            side, kind = self.sided.pop()
            sides = _SIDES[self.language]
            twin = sides[sides.index(side) ^ 1]
            return kind, self.fresh(f"{twin}{self.gap}{kind}")
        kind = rng.choice(self.words.rooms)
        roll = rng.random()
        if roll < 0.4:
            return kind, self.fresh(kind, f"{rng.choice(self.words.adjectives)}{self.gap}{kind}")
        if roll < 0.55:
            side = rng.choice(_SIDES[self.language])
            self.sided.append((side, kind))
            return kind, self.fresh(f"{side}{self.gap}{kind}")
        if roll < 0.68:
            return kind, self.fresh(f"{rng.choice(self.words.adjectives)}{self.gap}{kind}")
        if roll < 0.76:
            person = rng.choice(_PEOPLE[self.language])
            return kind, self.fresh(f"{person}'s {kind}" if self.language == "en" else f"{person}的{kind}")
        return kind, self.fresh(f"{kind} {code(rng)}" if roll < 0.9 else self.words.noun(rng, room=True))

    def thing(self) -> tuple[str, str, str]:
        """A thing's kind, colour and name."""
        rng = self.rng
        kind = rng.choice(self.kinds) if self.kinds and rng.random() < 0.35 else rng.choice(self.words.objects)
        colour = rng.choice(self.words.colours[:6]) if rng.random() < 0.4 else ""
        self.kinds.append(kind)
        roll = rng.random()
        joined = f"{colour}{self.gap or '的'}{kind}"
        if colour and roll < 0.6:
            return kind, colour, self.fresh(joined)
        if roll < 0.72:
            return kind, colour, self.fresh(kind, f"{rng.choice(self.words.adjectives)}{self.gap}{kind}", f"{kind} {code(rng)}")
        return kind, colour, self.fresh(f"{kind} {code(rng)}" if roll < 0.88 else self.words.noun(rng))

    def alias(self, *, room: bool = False) -> tuple[str, ...]:
        """At times another name."""
        if self.rng.random() > 0.2:
            return ()
        return (self.fresh(self.words.noun(self.rng, room=room), made_up(self.rng)),)
