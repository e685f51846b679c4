"""Answer to proposal: a lossless parser of the dialect that never repairs; what does not parse is refused whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.planners.dialect.loops import unrolled
from agent.planners.dialect.prompt import Prompt, Word
from agent.planners.dialect.questions import either, qualifier, unknown_question, unlinked_question
from agent.planners.errors import PlanUnreadable
from agent.planners.pointers import END, TOPICS, tokenise

if TYPE_CHECKING:
    from pydantic import JsonValue

    from agent.planners.planner import Proposal
    from maps.unlinked import Unlinked
    from skills import SkillCall

__all__ = ["ARGUMENTS", "DECIMAL_DIGITS", "OPTIONAL", "WHOLE_DIGITS", "decode", "pointers_of"]

ARGUMENTS: dict[str, tuple[tuple[str, str], ...]] = {
    "goto": (("place", "place"),),
    "explore": (("place", "place"),),
    "search": (("what", "text"), ("place", "place")),
    "inspect": (("thing", "thing"), ("question", "text")),
    "pick": (("thing", "thing"),),
    "place": (("place", "place"),),
    "open_door": (("door", "door"),),
    "wait": (("seconds", "number"),),
    "dock": (("place", "dock"),),
    "say": (("text", "text"),),
    "ask": (("question", "text"),),
    "report": (("text", "text"),),
    "take_lift": (("lift", "place"), ("to", "place")),
}
"""The library's parameters in the order they are written, with what each is; a dock is a place."""

OPTIONAL = frozenset(
    {("explore", "place"), ("search", "place"), ("inspect", "question"), ("dock", "place"), ("say", "text"), ("report", "text")}
)
"""Parameters that may be left out; they are the last of their skill."""

WHOLE_DIGITS, DECIMAL_DIGITS = 5, 3
"""Most digits of a number before and after its point: what the grammar writes and the decoder reads."""

_WHOLE = re.compile(rf"[0-9]{{1,{WHOLE_DIGITS}}}")
_DECIMALS = re.compile(rf"[0-9]{{1,{DECIMAL_DIGITS}}}")
_CLAUSE = re.compile(r"[,.;:!?]|\b(?:and|then|after|afterwards|before|but|next|finally|followed|once|also|when)\b", re.IGNORECASE)
"""What a new clause of a mission begins with."""
_OPEN_ENDED = frozenset({"explore", "search"})
"""Skills after which the rest of the mission is planned anew: what is said after them may be left to that plan."""
DECLINED = "None of this robot's skills can do that."


class _Reader:
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
        if self.peek() not in pointers_of(kind, self.prompt):
            raise self.wrong(f"a {kind}")
        token = self.take()
        self._said(next((word.end for word in self.prompt.words if word.item.text == token), 0))
        return self.prompt.table[token].name

    def _said(self, until: int) -> None:
        self.said_until = max(self.said_until, until)

    def number(self) -> int | float:
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
        A plan, a question with its candidates, or a reason for declining; planner and timing are not filled in. A plan that
        leaves out what is said like a name and names nothing here is not the mission that was asked for: it is a question.

    Raises:
        PlanUnreadable: The answer is not exactly one of them.
    """
    from agent.planners.planner import Proposal
    from skills import Plan

    reader = _Reader(text, prompt)
    first = reader.peek()
    if first == "[decline]":
        proposal = _declined(reader)
    elif first == "[which]":
        proposal = _which(reader)
    elif first == "[unknown]":
        reader.at += 1
        words = reader.span()
        proposal = unknown_question(prompt.mission[words[0].start : words[-1].end], prompt)
    elif first == "[done]" and prompt.begun:
        reader.at += 1
        proposal = Proposal(plan=Plan(mission=prompt.mission, steps=()))
    elif first == "[answer]":
        proposal = _answer(reader)
    else:
        return _plan(reader)
    if reader.peek():
        raise reader.wrong("the end")
    return proposal


def _plan(reader: _Reader) -> Proposal:
    from agent.planners.planner import Proposal
    from skills import Plan

    prompt = reader.prompt
    steps: list[SkillCall] = []
    more = False
    while reader.peek() and not more:
        if steps and reader.peek() == "[more]":
            more = True
            reader.at += 1
            break
        reader.said_until = 0
        steps.append(_step(reader))
    if reader.peek():
        raise reader.wrong("the end")
    if not steps:
        raise PlanUnreadable(
            "The model answered with an empty plan, which is no plan for this mission: what should the robot do first? "
            "Say it in other words."
        )
    later = reader.said_until if more or steps[-1].skill in _OPEN_ENDED else 0
    for stretch in prompt.unlinked:
        if not reader.quotes(stretch) and not (later and _CLAUSE.search(prompt.mission[later : stretch.start])):
            return unlinked_question(stretch, prompt)
    return Proposal(plan=Plan(mission=prompt.mission, map=None, revision=None, steps=tuple(steps)), more=more)


def _declined(reader: _Reader) -> Proposal:
    """What cannot be done, with the words that say it where the model quotes them."""
    from agent.planners.planner import Proposal

    reader.at += 1
    if reader.peek() != "[q]":
        return Proposal(reason=DECLINED)
    words = reader.span()
    said = reader.prompt.mission[words[0].start : words[-1].end]
    return Proposal(reason=f"None of this robot's skills can do this: {said!r}.", about=said)


def _answer(reader: _Reader) -> Proposal:
    """What the map or the robot's own state answers, as a report."""
    from agent.planners.dialect.answers import answer_text, speaker
    from agent.planners.planner import Proposal
    from skills import Plan, SkillCall

    prompt = reader.prompt
    said = speaker(prompt)
    reader.at += 1
    topic = reader.peek()
    if topic not in TOPICS or said is None:
        raise reader.wrong("what the answer is about")
    reader.at += 1
    pointers: list[str] = []
    kinds = {"[list]": ("place",), "[hello]": (), "[self]": ()}.get(topic, ("place", "thing", "door"))
    named = {pointer for pointer, referent in prompt.table.items() if referent.type in kinds}
    while reader.peek() in named and (not pointers or topic in ("[where]", "[count]")):
        pointers.append(reader.take())
        if reader.peek() != "[or]":
            break
        reader.at += 1
    if not pointers and topic in ("[where]", "[state]", "[count]"):
        raise reader.wrong("a pointer")
    text = answer_text(topic, [prompt.table[pointer] for pointer in pointers], prompt)
    step = SkillCall(skill=said, args={"text": text})
    return Proposal(plan=Plan(mission=prompt.mission, map=None, revision=None, steps=(step,)))


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
    stretch = None if word is None else qualifier(word, reader.prompt)
    if stretch is not None:
        return unlinked_question(stretch, reader.prompt, tuple(names))
    about = "" if word is None else reader.prompt.mission[word.start : word.end]
    return Proposal(question=f"Which one is meant by {about!r}: {either(names)}?", choices=tuple(names), about=about)


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
    if verb not in reader.prompt.dialect.verbs or skill not in reader.prompt.library:
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
    return token in pointers_of(kind, reader.prompt)


def pointers_of(kind: str, prompt: Prompt) -> tuple[str, ...]:
    """The pointers that may stand for an argument of a kind."""
    if kind == "dock":
        return tuple(pointer for pointer in prompt.table if pointer in prompt.docks)
    return tuple(pointer for pointer, referent in prompt.table.items() if referent.type == kind)


def _spoken(words: list[Word], prompt: Prompt) -> str:
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
