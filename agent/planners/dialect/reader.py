"""The reader of an answer's tokens: names, numbers and quotations, each exactly as the grammar writes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.planners.dialect.arguments import DECIMAL_DIGITS, WHOLE_DIGITS, pointers_of
from agent.planners.dialect.loops import unrolled
from agent.planners.dialect.prompt import Prompt, Word
from agent.planners.errors import PlanUnreadable
from agent.planners.pointers import END, tokenise

if TYPE_CHECKING:
    from pydantic import JsonValue

    from maps.unlinked import Unlinked

__all__ = ["Reader"]

_WHOLE = re.compile(rf"[0-9]{{1,{WHOLE_DIGITS}}}")
_DECIMALS = re.compile(rf"[0-9]{{1,{DECIMAL_DIGITS}}}")


class Reader:
    """Walks over the answer's tokens."""

    def __init__(self, text: str, prompt: Prompt) -> None:
        self.tokens = [token for token, _ in unrolled(tokenise(text.removesuffix(END)), prompt)]
        self.prompt = prompt
        self.text = text
        self.at = 0
        self.quoted: list[tuple[int, int]] = []
        self.said_until = 0
        """Where in the mission the current step's last argument ends, in characters; 0 when it has none there."""

    def peek(self) -> str:
        """The next token; empty at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        """The next token, which is read by that."""
        token = self.peek()
        self.at += 1
        return token

    def wrong(self, expected: str) -> PlanUnreadable:
        """What to raise where something else was expected than what is next."""
        found = self.peek() or "the end"
        return PlanUnreadable(
            f"The model's answer {self.text.strip()[:200]!r} cannot be read: expected {expected}, found {found!r}."
        )

    def name(self, kind: str) -> str:
        """What a pointer of a kind stands for."""
        if self.peek() not in pointers_of(kind, self.prompt):
            raise self.wrong(f"a {kind}")
        token = self.take()
        self._said(next((word.end for word in self.prompt.words if word.item.text == token), 0))
        return self.prompt.table[token].name

    def _said(self, until: int) -> None:
        self.said_until = max(self.said_until, until)

    def number(self) -> int | float:
        """A number, as the grammar writes them."""
        if not _WHOLE.fullmatch(self.peek()):
            raise self.wrong(f"a number of at most {WHOLE_DIGITS} digits")
        whole = self.take()
        if self.peek() != ".":
            return int(whole)
        self.at += 1
        if not _DECIMALS.fullmatch(self.peek()):
            raise self.wrong(f"at most {DECIMAL_DIGITS} decimals")
        return float(f"{whole}.{self.take()}")

    def span(self) -> list[Word]:
        """A quoted stretch of the mission, as its items."""
        if self.peek() != "[q]":
            raise self.wrong("a quotation")
        self.at += 1
        quoted = []
        while self.peek() not in ("[/q]", ""):
            quoted.append(self.take())
        if not quoted or self.take() != "[/q]":
            raise self.wrong("the end of a quotation")
        words = self.prompt.words
        for first in range(len(words) - len(quoted) + 1):
            if all(word.item.text == token for word, token in zip(words[first:], quoted, strict=False)):
                span = list(words[first : first + len(quoted)])
                self.quoted.append((span[0].start, span[-1].end))
                self._said(span[-1].end)
                return span
        raise PlanUnreadable(f"The model's answer quotes {' '.join(quoted)!r}, which is no stretch of the mission.")

    def quotes(self, stretch: Unlinked) -> bool:
        """Whether a quotation so far holds some of a stretch."""
        return any(start < stretch.end and stretch.start < end for start, end in self.quoted)

    def argument(self, kind: str, *, aloud: bool = False) -> JsonValue:
        """A value for a parameter of a kind; what is said aloud to people is said in the words that were typed."""
        if kind == "number":
            return self.number()
        if kind == "text":
            words = self.span()
            return " ".join(self.prompt.mission[words[0].start : words[-1].end].split()) if aloud else _read(words, self.prompt)
        return self.name(kind)


def _read(words: list[Word], prompt: Prompt) -> str:
    """A stretch of the mission as people read it: words as they were typed, mentions by the name that they mean if it is one."""
    parts: list[str] = []
    at = words[0].start
    groups = {word.start for word in words if word.item.text == "[or]"}
    for word in words:
        if word.item.special and word.start < at and word.start in groups:
            continue
        named = word.item.special and word.start not in groups
        parts.append(" " * (word.start > at))
        parts.append(prompt.table[word.item.text].name if named else prompt.mission[word.start : word.end])
        at = word.end
    return "".join(parts)
