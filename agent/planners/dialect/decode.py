"""Answer to proposal: a lossless parser of the dialect that never repairs; what does not parse is refused whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.planners.dialect.prompt import Prompt, Word
from agent.planners.errors import PlanUnreadable
from agent.planners.pointers import END, VERBS, tokenise

if TYPE_CHECKING:
    from pydantic import JsonValue

    from agent.planners.planner import Proposal
    from skills import SkillCall

__all__ = ["ARGUMENTS", "OPTIONAL", "decode"]

ARGUMENTS: dict[str, tuple[tuple[str, str], ...]] = {
    "goto": (("place", "place"),),
    "explore": (("place", "place"),),
    "search": (("what", "text"), ("place", "place")),
    "inspect": (("thing", "thing"), ("question", "text")),
    "pick": (("thing", "thing"),),
    "place": (("place", "place"),),
    "open_door": (("door", "door"),),
    "wait": (("seconds", "number"),),
    "dock": (("place", "place"),),
    "say": (("text", "text"),),
    "ask": (("question", "text"),),
    "report": (("text", "text"),),
}
"""The library's parameters in the order they are written, with what each is."""

OPTIONAL = frozenset({("explore", "place"), ("search", "place"), ("inspect", "question"), ("dock", "place"), ("report", "text")})
"""Parameters that may be left out; they are the last of their skill."""

_NUMBER = re.compile(r"\d{1,6}")
DECLINED = "None of this robot's skills can do that."


class _Reader:
    """Walks over the answer's tokens."""

    def __init__(self, text: str, prompt: Prompt) -> None:
        self.tokens = tokenise(text.removesuffix(END))
        self.prompt = prompt
        self.text = text
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def wrong(self, expected: str) -> PlanUnreadable:
        found = self.peek() or "the end"
        return PlanUnreadable(
            f"The model's answer {self.text.strip()[:200]!r} cannot be read: expected {expected}, found {found!r}."
        )

    def name(self, kind: str) -> str:
        referent = self.prompt.table.get(self.peek())
        if referent is None or referent.type != kind:
            raise self.wrong(f"a {kind}")
        self.at += 1
        return referent.name

    def number(self) -> int | float:
        if not _NUMBER.fullmatch(self.peek()):
            raise self.wrong("a number")
        whole = self.take()
        if self.peek() != ".":
            return int(whole)
        self.at += 1
        if not _NUMBER.fullmatch(self.peek()):
            raise self.wrong("decimals")
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
                return list(words[first : first + len(quoted)])
        raise PlanUnreadable(f"The model's answer quotes {' '.join(quoted)!r}, which is no stretch of the mission.")

    def argument(self, kind: str) -> JsonValue:
        if kind == "number":
            return self.number()
        if kind == "text":
            return _spoken(self.span(), self.prompt)
        return self.name(kind)


def decode(text: str, prompt: Prompt) -> Proposal:
    """Read a model's answer.

    Args:
        text: The answer, special tokens as text.
        prompt: The prompt that it answers.

    Returns:
        A plan, a question with its candidates, or a reason for declining; planner and timing are not filled in.

    Raises:
        PlanUnreadable: The answer is not exactly one of them.
    """
    from agent.planners.planner import Proposal
    from skills import Plan

    reader = _Reader(text, prompt)
    first = reader.peek()
    if first == "[decline]":
        reader.at += 1
        proposal = Proposal(reason=DECLINED)
    elif first == "[which]":
        proposal = _which(reader)
    elif first == "[unknown]":
        reader.at += 1
        words = reader.span()
        about = prompt.mission[words[0].start : words[-1].end]
        proposal = Proposal(question=f"Nothing on this map is called {about!r}: what is meant?", about=about)
    else:
        steps = []
        while reader.peek():
            steps.append(_step(reader))
        if not steps:
            raise reader.wrong("a step")
        return Proposal(plan=Plan(mission=prompt.mission, map=None, revision=None, steps=tuple(steps)))
    if reader.peek():
        raise reader.wrong("the end")
    return proposal


def _which(reader: _Reader) -> Proposal:
    from agent.planners.planner import Proposal

    reader.at += 1
    pointers = [reader.take()]
    while reader.peek() == "[or]":
        reader.at += 1
        pointers.append(reader.take())
    names = []
    for pointer in pointers:
        if pointer not in reader.prompt.table:
            raise reader.wrong("a pointer")
        names.append(reader.prompt.table[pointer].name)
    if len(names) < 2:
        raise reader.wrong("several candidates")
    word = next((word for word in reader.prompt.words if word.item.text == pointers[0]), None)
    about = "" if word is None else reader.prompt.mission[word.start : word.end]
    listed = f"{', '.join(names[:-1])} or {names[-1]}"
    return Proposal(question=f"Which one is meant by {about!r}: {listed}?", choices=tuple(names), about=about)


def _step(reader: _Reader) -> SkillCall:
    from skills import SkillCall

    verb = reader.peek()
    args: dict[str, JsonValue] = {}
    signature = reader.prompt.signatures.get(verb)
    if signature is not None:
        reader.at += 1
        for name, kind in zip(signature.names, signature.kinds, strict=True):
            args[name] = reader.argument(kind)
        return SkillCall(skill=signature.skill, args=args)
    skill = verb[1:-1]
    if verb not in VERBS or skill not in reader.prompt.library:
        raise reader.wrong("a skill of this robot")
    reader.at += 1
    for name, kind in ARGUMENTS[skill]:
        if (skill, name) in OPTIONAL and not _begins(reader, kind):
            continue
        args[name] = reader.argument(kind)
    return SkillCall(skill=skill, args=args)


def _begins(reader: _Reader, kind: str) -> bool:
    """Whether the next token starts an argument of this kind."""
    token = reader.peek()
    if kind == "text":
        return token == "[q]"
    referent = reader.prompt.table.get(token)
    return referent is not None and referent.type == kind


def _spoken(words: list[Word], prompt: Prompt) -> str:
    """A stretch of the mission as people read it: words as they were typed, mentions by their names."""
    parts: list[str] = []
    at = words[0].start
    for word in words:
        if word.item.text == "[or]":
            parts.append(" or ")
            continue
        if word.item.special and parts and parts[-1] == " or ":
            parts.append(prompt.table[word.item.text].name)
            continue
        parts.append(" " * (word.start > at))
        parts.append(prompt.table[word.item.text].name if word.item.special else prompt.mission[word.start : word.end])
        at = word.end
    return "".join(parts)
