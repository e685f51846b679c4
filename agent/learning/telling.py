"""Telling: acts and mentions in the words of one language, as somebody says them whose mission was linked already."""

import random
import re

from agent.learning.durations import chinese_number, number_word
from agent.learning.language import Tongue
from agent.learning.meaning import Act, Mention, Slot, Text
from agent.learning.words import Vocabulary, code, made_up
from agent.planners.pointers import PLURAL

__all__ = ["Teller"]

_DOOR_STATES = {"open": "开着", "closed": "关着", "locked": "锁着", "unknown": "不清楚"}
_OPTIONAL = ("st", "n")
"""Slots of plain words that a phrase may leave out."""


_IT = re.compile(r"\bit\b")


def _many(slot: "Slot | None") -> bool:
    return isinstance(slot, list) or (isinstance(slot, Mention) and len(slot.chosen) > 1)


class Teller:
    """Says the parts of one mission.

    Args:
        rng: Everything random comes from here.
        tongue: The language.
        words: What is said beside names.
    """

    def __init__(self, rng: random.Random, tongue: Tongue, words: Vocabulary) -> None:
        self.rng = rng
        self.tongue = tongue
        self.words = words
        self.chinese = tongue.language == "zh"
        self._last: tuple[str, ...] = ()
        self._now: tuple[str, ...] = ()
        self.pronoun = False

    def act(self, act: Act, *, clause: bool = False) -> str:
        """An act, its verbs marked ``<so>``; what its slots were said with is kept in it.

        Args:
            act: The act.
            clause: It is to stand in a longer sentence.
        """
        things = act.things
        self._now = things[0].chosen if len(things) == 1 and things[0].form == "one" and len(things[0].chosen) == 1 else ()
        text = self.text(act.text, act.said, clause=clause)
        self._last = self._now
        return text

    def text(self, text: Text, said: dict[str, str] | None = None, *, clause: bool = False) -> str:
        """A phrase with its slots filled."""
        phrase = (self.tongue.clause if clause else self.tongue.phrase)(self.rng, text.table)
        if not self.chinese and _many(text.slots.get("t")):
            phrase = _IT.sub("them", phrase)
        for name, slot in text.slots.items():
            mark = f"{{{name}}}"
            if mark not in phrase:
                if name in _OPTIONAL and isinstance(slot, str):
                    continue
                raise ValueError(f"the phrase {phrase!r} of {text.table!r} has no {mark}")
            words = self._bare(slot) if name == "n" else self.slot(slot, plain=name == "it")
            if said is not None:
                said[name] = words
            phrase = phrase.replace(mark, words)
        return phrase

    def slot(self, slot: Slot, *, plain: bool = False) -> str:
        """What stands in a slot."""
        if isinstance(slot, Mention):
            return self.mention(slot, plain=plain)
        if isinstance(slot, Text):
            return self.text(slot)
        if isinstance(slot, list):
            return self.listed([self.mention(one) for one in slot])
        return slot

    def _bare(self, slot: Slot) -> str:
        """A noun to which the phrase gives the article."""
        return slot.pointer if isinstance(slot, Mention) and slot.form == "one" and slot.chosen else self.slot(slot)

    def listed(self, parts: list[str]) -> str:
        """A list as people say it."""
        if len(parts) == 1:
            return parts[0]
        middle, last = self.tongue.phrase(self.rng, "list_middle"), self.tongue.phrase(self.rng, "list_last")
        return f" {middle} ".join(parts[:-1]) + f" {last} " + parts[-1]

    def mention(self, mention: Mention, *, plain: bool = False) -> str:
        """A mention as it stands after linking: pointers, the words that choose among them, articles."""
        if mention.kind == "words":
            return mention.word
        if mention.kind == "skill":
            return mention.pointer
        if mention.kind == "thing" and mention.chosen == self._last and self._now == self._last and self.rng.random() < 0.7:
            self.pronoun = True
            self._now = ()  # said once, the rest of the act's words need no name
            return self.tongue.phrase(self.rng, "it")
        if mention.form == "one":
            return self._one(mention, plain)
        return self._several(mention)

    def _one(self, mention: Mention, plain: bool) -> str:
        rng, text = self.rng, mention.pointer
        if not plain and not self.chinese:
            if rng.random() < 0.04:
                text = f"{rng.choice(self.words.adjectives) if rng.random() < 0.7 else made_up(rng)} {text}"
            if rng.random() < 0.03:
                text = f"{text} {rng.choice(('area', 'room', 'over there', 'thing', code(rng), made_up(rng)))}"
        table = "plain_articles" if plain else "articles"
        if self.chinese and mention.kind == "thing" and rng.random() < 0.15:
            table = "classifiers"
        article = self.tongue.phrase(rng, table)
        text = f"{article} {text}".strip()
        if mention.instead is not None:
            text = self.tongue.phrase(rng, "m_instead", t=text, i=self.slot(mention.instead, plain=True))
        if mention.tail is not None:
            text = self.tongue.phrase(rng, "where", t=text, p=self._one(mention.tail, True))
        return text

    def _several(self, mention: Mention) -> str:
        joined = " [or] ".join(mention.candidates)
        many = joined if self.chinese else f"{joined} {PLURAL}"
        slots = {"g": joined, "gs": many}
        table = f"m_{mention.form}"
        if mention.form == "which" or mention.word == "single":
            return self.tongue.phrase(self.rng, "m_which", **slots)
        if mention.form == "attribute":
            table = "m_attribute" if len(mention.chosen) == 1 else "m_attributes"
            slots["a"] = _DOOR_STATES[mention.word] if self.chinese and mention.kind == "door" else mention.word
        if mention.form == "count":
            slots["n"] = self.number(len(mention.chosen))
        if mention.form == "all" and len(mention.candidates) == 2 and self.rng.random() < 0.5:
            table = "m_both"
        if mention.form == "all" and 2 < len(mention.candidates) < 9 and self.rng.random() < 0.14:
            table, slots["n"] = "m_all_counted", self.number(len(mention.candidates))
        if mention.word in ("those", "apart"):
            table = "m_those" if mention.word == "those" or self.rng.random() < 0.3 else "m_all"
        elif mention.form == "except" and mention.beside is None:
            table = "m_except_attribute"
            slots["a"] = mention.word
        elif mention.form == "except" and mention.beside is not None and mention.beside.kind != mention.kind:
            table = "m_except_in"
        if mention.beside is not None:
            slots["x"] = self.listed([self._one(one, True) for one in mention.beside.each()])
        text = self.tongue.phrase(self.rng, table, **slots)
        if mention.tail is not None:
            text = self.tongue.phrase(self.rng, "where_all", t=text, p=self._one(mention.tail, True))
        return text

    def number(self, value: int) -> str:
        """A small number, in words mostly."""
        if self.rng.random() < 0.3:
            return str(value)
        return chinese_number(value) if self.chinese else number_word(value) or str(value)
