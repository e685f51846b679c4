"""The words of an English mission as a reader of conditions sees them: where sentences end, clauses open and commands begin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from agent.decisions.clauses import MASK, Span, phrases

__all__ = ["JOINTS", "NO_FRAGMENT", "NO_VERB_AFTER", "PAUSES", "EnglishWords", "firsts"]

_TOKEN = re.compile(rf"\d+(?:\.\d+)?|[^\W_]+(?:['\u2019][^\W_]+)*|{MASK}+|\.{{2,}}|->|[^\w\s]")
_STOPS = frozenset({".", ";", "?", "!", "..", "...", "\u2026"})
PAUSES = _STOPS | {",", ":", "-", "\u2013", "\u2014", "->"}
JOINTS = frozenset({"and", "but", "then", "or", "so", "also", "only", "just"})
NO_VERB_AFTER = frozenset(
    "to not a an the you we i they it and or can could will would did does do don't doesn't didn't can't cannot won't no any its "
    "their your my our his her of for with that this is are was be been being has have had if at by from who still than".split()
)  # fmt: skip
"""Words that no command begins after."""
_ELLIPTIC = frozenset(
    "it its it's is isn't not so that that's the case there there's no does doesn't do don't has hasn't are aren't they have "
    "haven't yes any one none such true false this was wasn't did didn't he she then really".split()
)  # fmt: skip
_BEFORE_PRONOUN = frozenset("in on at inside under with near by of for off behind around about to".split())
_OBJECT_PRONOUNS = frozenset("it them this that him her there".split())
"""Behind "in it" a phrase is whole, so a command may begin: "if nobody is in it lock the door"."""
_OBJECTS = frozenset(
    "the a an my our your that this these those all every each any some it them up and yourself there here at".split()
)
_FEW = 6
"""A fragment has so many words at most."""
NO_FRAGMENT = frozenset(
    "to into onto in at from please then first next last after before until when while with once if unless whether should".split()
    + "is are was were has have will it's i'm i you we they he she thanks sorry hi hello ok okay yes no well so and but".split()
    + ["which", "that", "who", "not"]
)
"""With these, words before a comma are no state that something hangs on."""
_NOT = re.compile(r"n't$|^(?:not|no|none|false)$")


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int


@cache
def firsts(kind: str) -> frozenset[str]:
    """The first words of a kind's phrases."""
    return frozenset(phrase[0] for phrase in phrases("en", kind))


class EnglishWords:
    """A text as tokens, by number.

    Args:
        text: Folded and masked.

    Attributes:
        tokens: Words, numbers, marks and masked stretches.
        size: How many there are.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [_Token(match.group().replace("\u2019", "'"), *match.span()) for match in _TOKEN.finditer(text)]
        self.size = len(self.tokens)

    def word(self, at: int) -> str:
        """The token's text; empty before the first and behind the last."""
        return self.tokens[at].text if 0 <= at < self.size else ""

    def stop(self, at: int) -> bool:
        """Whether a sentence ends at a token; a point between digits ends none."""
        return self.word(at) in _STOPS and not (
            self.word(at) == "." and self.word(at - 1).isdigit() and self.word(at + 1).isdigit()
        )

    def pause(self, at: int) -> bool:
        """Whether a token is no word but parts clauses or sentences."""
        return self.stop(at) or (self.word(at) in PAUSES and self.word(at) not in _STOPS)

    def phrase(self, at: int, kind: str) -> int:
        """How many tokens of a kind's longest phrase stand at a token; 0 for none."""
        for phrase in phrases("en", kind):
            if all(self.word(at + number) == word for number, word in enumerate(phrase)):
                return len(phrase)
        return 0

    def span(self, start: int, end: int) -> Span:
        """The characters of tokens; an empty stretch lies where its first token begins."""
        if start >= end:
            at = self.tokens[start].start if start < self.size else len(self.text)
            return at, at
        return self.tokens[start].start, self.tokens[end - 1].end

    def opens(self, at: int) -> bool:
        """Whether a clause begins at a token."""
        back = at - 1
        while self.word(back) in JOINTS or self.word(back) in ("please", "hi", "hey", "now", "ok", "oh", "um"):
            back -= 1
        return back < 0 or self.pause(back) or (back < at - 1 and self.word(at - 1) in JOINTS)

    def elliptic(self, first: int, end: int) -> bool | None:
        """What "if so" and "if it isn't" say to the question before; None for a condition in full."""
        said = [self.word(at) for at in range(first, end)]
        if not set(said) <= _ELLIPTIC or len(said) > 6:
            return None
        return sum(bool(_NOT.search(word)) for word in said) % 2 == 0

    def commands(self, first: int, at: int) -> bool:
        """Whether a command begins at a token, behind a condition without a stop."""
        short = at > first and self.elliptic(first, at) is not None
        free = {"so", "is", "it"} if short else set()
        if self.word(at - 2) in _BEFORE_PRONOUN and at - 2 >= first:
            free = free | _OBJECT_PRONOUNS
        if not (at >= first + 2 or short) or self.word(at - 1) in NO_VERB_AFTER - free:
            return False
        word = self.word(at)
        if word in firsts("verbs") or (word in firsts("either") and self.is_object(at + 1)):
            return True
        return bool(self.phrase(at, "begins")) and self.word(at - 1) not in ("that", "when")

    def is_object(self, at: int) -> bool:
        """Whether what a command is done to, or what joins it to the next one, stands at a token."""
        return self.word(at).startswith(MASK) or self.word(at) in _OBJECTS

    def otherwise_at(self, at: int) -> int:
        """How many tokens of an "otherwise" stand at a token; "if not" after a branch is one."""
        if size := self.phrase(at, "otherwise"):
            return size
        if self.word(at) == "no" and self.word(at + 1) in (":", "->") and (at == 0 or self.pause(at - 1)):
            return 2
        if self.word(at) == "if":
            end = at + 1
            while end < self.size and self.word(end) in _ELLIPTIC:
                end += 1
            said = [self.word(number) for number in range(at + 1, end)]
            while said and self.word(end) not in ("", *PAUSES) and said[-1] in ("then",):
                said.pop()
                end -= 1
            if said and sum(bool(_NOT.search(word)) for word in said) % 2 == 1 and len(said) <= 6:
                return end - at
        return 0

    def before_joints(self, start: int, at: int) -> int:
        """The end of what stands before a token, without the words and pauses that only join."""
        while at > start and (self.word(at - 1) in JOINTS or self.pause(at - 1)):
            at -= 1
        return at

    def is_look(self, at: int) -> bool:
        """Whether a command to look at something begins at a token."""
        while self.word(at) in ("please", "go", "and", "can", "you", "could", "hi", "hey", "first", ",", "just", "to"):
            at += 1
        return self.phrase(at, "looks") > 0

    def turned_round(self, at: int) -> bool:
        """Whether a sentence that begins with its verb is no question: "is more than five degrees, you say so"."""
        if self.word(at) not in ("is", "are") or not self.stop(at - 1):
            return False
        end = next((number for number in range(at, self.size) if self.stop(number)), self.size)
        return self.word(end) != "?" and any(self.word(number) == "," for number in range(at, end))

    def any_of(self, at: int) -> bool:
        """Whether what holds of any of several begins at a token: "which ones are empty, tell them in the linen room"."""
        word, after = self.word(at), self.word(at + 1)
        return (word == "which" and after == "ones") or (word in ("anything", "any") and after not in ("", ",", "?"))

    def fragment_end(self, at: int) -> int:
        """Where a sentence's few words before its first comma end, none of them a verb: "charged, it goes to ..."; 0 for none."""
        few = 2 * _FEW if self.any_of(at) else _FEW
        end = next((number for number in range(at, min(at + few + 1, self.size)) if self.pause(number)), 0)
        if self.word(end) not in (",", "->", ":") or end == at or not self.stop(at - 1) or self.is_look(at):
            return 0
        if self.any_of(at):
            return end
        said = {self.word(number) for number in range(at, end)}
        if said & NO_FRAGMENT or any(self.phrase(number, "verbs") for number in range(at, end)):
            return 0
        return end

    def sentence(self, at: int, floor: int) -> int:
        """Where the sentence that a token is in begins, not before ``floor``."""
        start = at
        while start > floor and not self.stop(start - 1):
            start -= 1
        return start
