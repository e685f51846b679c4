"""Clauses of an English mission: "if ... , ... , otherwise ...", "... unless ...", "see if ... and if so ..."."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from agent.decisions.clauses import MASK, Conditional, Span, phrases

__all__ = ["english"]

_TOKEN = re.compile(rf"\d+(?:\.\d+)?|[^\W_]+(?:['\u2019][^\W_]+)*|{MASK}+|\.{{2,}}|->|[^\w\s]")
_STOPS = frozenset({".", ";", "?", "!", "..", "...", "\u2026"})
_PAUSES = _STOPS | {",", ":", "-", "\u2013", "\u2014", "->"}
_JOINTS = frozenset({"and", "but", "then", "or", "so", "also", "only", "just"})
_NO_VERB_AFTER = frozenset(
    "to not a an the you we i they it and or can could will would did does do don't doesn't didn't can't cannot won't no any its "
    "their your my our his her of for with that this is are was be been being has have had if at by from who still than".split()
)  # fmt: skip
"""Words that no command begins after."""

_QUESTION = re.compile(r"(?:is|are|does|has|did|was|were|any|anything)\b")
_ELLIPTIC = frozenset(
    "it its it's is isn't not so that that's the case there there's no does doesn't do don't has hasn't are aren't they have "
    "haven't yes any one none such true false this was wasn't did didn't he she then really".split()
)  # fmt: skip
_OBJECTS = frozenset(
    "the a an my our your that this these those all every each any some it them up and yourself there here at".split()
)
_NOT = re.compile(r"n't$|^(?:not|no|none|false)$")


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int


@cache
def _firsts(kind: str) -> frozenset[str]:
    """The first words of a kind's phrases."""
    return frozenset(phrase[0] for phrase in phrases("en", kind))


_ON_END = frozenset(("you", "you're", "done", "finished", "that", "that's", "ready", "i", "it's"))
"""After "when" they tell of an end, not of a condition: "when you are done"."""


class _English:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [_Token(match.group().replace("\u2019", "'"), *match.span()) for match in _TOKEN.finditer(text)]
        self.size = len(self.tokens)
        self.question: Span | None = None

    def word(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < self.size else ""

    def stop(self, at: int) -> bool:
        """Whether a sentence ends at a token; a point between digits ends none."""
        return self.word(at) in _STOPS and not (
            self.word(at) == "." and self.word(at - 1).isdigit() and self.word(at + 1).isdigit()
        )

    def pause(self, at: int) -> bool:
        return self.stop(at) or (self.word(at) in _PAUSES and self.word(at) not in _STOPS)

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

    def read(self) -> Iterator[Conditional]:
        at = 0
        last_end = 0
        while at < self.size:
            marker = self._marker(at)
            if marker is None:
                if (asked := self._asked(at)) is not None:
                    self.question = asked
                at += 1
                continue
            size, negative = marker
            if self._is_question(at, size):
                self.question = self.span(at + size, self._question_end(at + size))
                at += size
                continue
            found = self._conditional(at, size, negative, last_end)
            if found is None:
                at += size
                continue
            conditional, at = found
            last_end = at
            yield conditional

    def _marker(self, at: int) -> tuple[int, bool] | None:
        """A conjunction at a token: how many tokens, and whether it denies."""
        if size := self.phrase(at, "unless"):
            return size, True
        if size := self.phrase(at, "if"):
            word, after = self.word(at), self.word(at + 1)
            if word in ("when", "suppose", "so") and not self._opens(at):
                return None
            sees = after == "it's" or (after == "you" and self.word(at + 2) in ("see", "find"))
            if word == "when" and after in _ON_END and not sees:
                return None
            if word == "if" and self.word(at - 1) in ("even", "as", "what", "that"):
                return None
            return size, False
        if self.word(at) == "should" and self._opens(at) and self.word(at + 1) not in ("not", ""):
            return 1, False
        return None

    def _opens(self, at: int) -> bool:
        """Whether a clause begins at a token."""
        back = at - 1
        while self.word(back) in _JOINTS or self.word(back) in ("please", "hi", "hey", "now", "ok", "oh", "um"):
            back -= 1
        return back < 0 or self.pause(back) or (back < at - 1 and self.word(at - 1) in _JOINTS)

    def _is_question(self, at: int, size: int) -> bool:
        """Whether an "if" is what somebody is to find out: "see if it is open"."""
        if size != 1 or self.word(at) != "if":
            return False
        before = [self.word(back) for back in range(max(0, at - 4), at)]
        for number in range(len(before) - 1, -1, -1):
            if before[number] in _PAUSES:
                before = before[number + 1 :]
                break
        if not before or not (before[-1] in _firsts("asks") or {"ask", "tell", "know"} & set(before)):
            return False
        end, _ = self._condition_end(at + 1)
        return not (self._else(end) or self._else(end + 1))

    def _question_end(self, at: int) -> int:
        while (
            at < self.size and not self.pause(at) and not (self.word(at) == "and" and self.word(at + 1) in ("if", "tell", "then"))
        ):
            at += 1
        return at

    def _asked(self, at: int) -> Span | None:
        """A direct question that begins at a token: "is it full?"."""
        whether = self.word(at) == "whether"
        opens = at == 0 or self.pause(at - 1)
        if not whether and not (opens and _QUESTION.match(self.word(at))):
            return None
        end = self._question_end(at + 1)
        return self.span(at + whether, end) if end > at + 1 else None

    # one conditional

    def _conditional(self, at: int, size: int, negative: bool, floor: int) -> tuple[Conditional, int] | None:
        first = at + size
        end, ended = self._condition_end(first, inverted=self.word(at) == "should")
        if end == first:
            return None
        elliptic = self._elliptic(first, end)
        cut_from = at
        while cut_from - 1 >= floor and self.word(cut_from - 1) in _JOINTS - {"so"}:
            cut_from -= 1
        opens = self._opens(at)
        start = end
        while start < self.size and (self.pause(start) or self.phrase(start, "then")):
            if self.stop(start) and (self._marker(start + 1) or self._else(start + 1)):
                break
            start += self.phrase(start, "then") or 1
        nothing_follows = start >= self.size or self._else(start) or (self.stop(end) and ended == "stop" and not opens)
        if not opens and ended == "pause" and not nothing_follows and not self._looks_before(at, floor):
            nothing_follows = True
        if nothing_follows or (not opens and ended in ("stop", "end", "pause") and not self._looks_before(at, floor)):
            return self._trailing(at, first, end, cut_from, negative, elliptic, floor)
        body_end, resume = self._branch_end(start)
        if body_end == start or [self.word(n) for n in range(start, body_end)] in (
            ["that", "is"],
            ["that's", "all"],
            ["that", "is", "all"],
        ):
            return None
        otherwise, cut_else, resume = self._otherwise(start, body_end, resume)
        then = self.span(start, body_end)
        if otherwise is not None and cut_else is not None and cut_else[0] < then[1]:
            then = then[0], min(otherwise[0], cut_else[0])
        conditional = Conditional(
            condition=self.span(first, end), cut=(self.tokens[cut_from].start, self.tokens[start].start), then=then,
            otherwise=otherwise, cut_else=cut_else, negative=negative, elliptic=elliptic, question=self.question,
        )  # fmt: skip
        return conditional, resume

    def _elliptic(self, first: int, end: int) -> bool | None:
        """What "if so" and "if it isn't" say to the question before; None for a condition in full."""
        said = [self.word(at) for at in range(first, end)]
        if not set(said) <= _ELLIPTIC or len(said) > 6:
            return None
        return sum(bool(_NOT.search(word)) for word in said) % 2 == 0

    def _condition_end(self, first: int, *, inverted: bool = False) -> tuple[int, str]:
        """Where a condition ends: its token, and what ends it."""
        if self.word(first) in ("so", "yes") or (self.word(first) == "not" and self.word(first + 1) != "so"):
            return first + 1, "pause" if self.pause(first + 1) else "verb"
        for at in range(first, self.size):
            if self.stop(at):
                return at, "stop"
            if self.pause(at):
                return at, "pause"
            if at > first and self.phrase(at, "then"):
                return at, "then"
            if at > first and (self._else(at) or (self.word(at) == "and" and self._else(at + 1))):
                return at, "end"
            if at >= first + 2 and self.phrase(at, "nothing") > 1 and self.word(at - 1) not in _NO_VERB_AFTER:
                return at, "verb"
            if inverted and at < first + 4:
                continue  # "should it turn out": its own verb
            if self._commands(first, at):
                return at, "verb"
        return self.size, "end"

    def _commands(self, first: int, at: int) -> bool:
        """Whether a command begins at a token, behind a condition without a stop."""
        short = at > first and self._elliptic(first, at) is not None
        if not (at >= first + 2 or short) or self.word(at - 1) in _NO_VERB_AFTER - ({"so", "is", "it"} if short else set()):
            return False
        word = self.word(at)
        if word in _firsts("verbs") or (word in _firsts("either") and self._is_object(at + 1)):
            return True
        return bool(self.phrase(at, "begins")) and self.word(at - 1) not in ("that", "when")

    def _is_object(self, at: int) -> bool:
        """Whether what a command is done to, or what joins it to the next one, stands at a token."""
        return self.word(at).startswith(MASK) or self.word(at) in _OBJECTS

    def _else(self, at: int) -> int:
        """How many tokens of an "otherwise" stand at a token; "if not" after a branch is one."""
        if size := self.phrase(at, "otherwise"):
            return size
        if self.word(at) == "if":
            end = at + 1
            while end < self.size and self.word(end) in _ELLIPTIC:
                end += 1
            said = [self.word(number) for number in range(at + 1, end)]
            while said and self.word(end) not in ("", *_PAUSES) and said[-1] in ("then",):
                said.pop()
                end -= 1
            if said and sum(bool(_NOT.search(word)) for word in said) % 2 == 1 and len(said) <= 6:
                return end - at
        return 0

    def _branch_end(self, start: int) -> tuple[int, int]:
        """Where a branch ends, and where reading goes on."""
        for at in range(start, self.size):
            if self.stop(at):
                return at, at
            if at == start:
                continue
            if self._else(at):
                return self._before_joints(start, at), at
            if self.pause(at - 1) or self.word(at - 1) in ("and", "but", "or"):
                marker = self._marker(at)
                if (marker and not self._is_question(at, marker[0])) or self.phrase(at, "after"):
                    back = self._before_joints(start, at)
                    return back, back
        return self.size, self.size

    def _before_joints(self, start: int, at: int) -> int:
        """The end of what stands before a token, without the words and pauses that only join."""
        while at > start and (self.word(at - 1) in _JOINTS or self.pause(at - 1)):
            at -= 1
        return at

    def _otherwise(self, start: int, body_end: int, resume: int) -> tuple[Span | None, Span | None, int]:
        """The other branch behind one that ended: its words, what leads to it, and where reading goes on."""
        at = resume
        while at < self.size and (self.pause(at) or self.word(at) in ("and", "but", "or", "so", "well")) and not self._else(at):
            at += 1
        size = self._else(at) if at < self.size else 0
        if not size:
            return None, None, max(resume, body_end)
        begin = at + size
        while begin < self.size and (
            (self.pause(begin) and not self.stop(begin)) or self.phrase(begin, "then") or self.word(begin) in ("just", "so")
        ):
            begin += 1
        if begin >= self.size or self.stop(begin):  # "... and wait otherwise"
            back = at
            while back > start and self.word(back - 1) not in ("and", "or", ",", "but"):
                back -= 1
            if back <= start:
                return None, None, begin
            return self.span(back, at), (self.tokens[at].start, self.tokens[at + size - 1].end), begin
        end, on = self._branch_end(begin)
        return self.span(begin, end), (self.tokens[body_end - 1].end, self.tokens[begin].start), on

    # "... if ..." behind what hangs on it

    def _looks_before(self, at: int, floor: int) -> bool:
        """Whether only a look stands before a token in its sentence."""
        start = self._sentence(at, floor)
        return (
            start < at
            and self._is_look(start)
            and not any(
                self.word(number) in ("and", ",") and not self._is_look(number + 1) and number + 1 < at
                for number in range(start, at)
            )
        )

    def _is_look(self, at: int) -> bool:
        while self.word(at) in ("please", "go", "and", "can", "you", "could", "hi", "hey", "first", ",", "just", "to"):
            at += 1
        return self.phrase(at, "looks") > 0

    def _sentence(self, at: int, floor: int) -> int:
        start = at
        while start > floor and not self.stop(start - 1):
            start -= 1
        return start

    def _trailing(
        self, at: int, first: int, end: int, cut_from: int, negative: bool, elliptic: bool | None, floor: int
    ) -> tuple[Conditional, int] | None:
        start = self._sentence(cut_from, floor)
        while start < cut_from and self._is_look(start):
            after = next((n for n in range(start + 1, cut_from) if self.word(n) in ("and", ",", "then", "-")), None)
            if after is None:
                break
            start = after + 1
            while start < cut_from and (self.word(start) in _JOINTS or self.pause(start)):
                start += 1
        stop = cut_from
        while stop > start and self.pause(stop - 1):
            stop -= 1
        if stop <= start:
            return None
        resume = end
        otherwise, cut_else, resume = self._otherwise(end, end, end) if end < self.size else (None, None, end)
        if cut_else is not None and otherwise is not None:
            cut_else = (self.tokens[end - 1].end, otherwise[0])
        cut = (self.tokens[stop - 1].end, self.tokens[end - 1].end)
        conditional = Conditional(
            condition=self.span(first, end), cut=cut, then=self.span(start, stop), otherwise=otherwise, cut_else=cut_else,
            negative=negative, elliptic=elliptic, question=self.question, trailing=True,
        )  # fmt: skip
        return conditional, resume


def english(text: str) -> Sequence[Conditional]:
    """The conditionals of a folded, masked English mission, in order."""
    return list(_English(text).read())
