"""Where the parts of an English conditional begin and end: its conjunction, its condition, its branches."""

from __future__ import annotations

from agent.decisions.clauses import Span
from agent.decisions.english_words import NO_VERB_AFTER, PAUSES, EnglishWords, firsts

__all__ = ["EnglishBranches"]

_ON_END = frozenset(("you", "you're", "done", "finished", "that", "that's", "ready", "i", "it's"))
"""After "when" they tell of an end, not of a condition: "when you are done"."""

_HOW_LONG = frozenset({("it", "takes"), ("it", "needs"), ("you", "like"), ("you", "need"), ("you", "can"), ("you", "want")})
"""Behind "as long as" it tells how long, and no condition."""


class EnglishBranches(EnglishWords):
    """The words of a mission, and the parts of the conditionals in it, by tokens."""

    def marker(self, at: int) -> tuple[int, bool] | None:
        """A conjunction at a token: how many tokens, and whether it denies."""
        if size := self.phrase(at, "unless"):
            return size, True
        if size := self.phrase(at, "if"):
            word, after = self.word(at), self.word(at + 1)
            if word in ("when", "suppose", "so") and not self.opens(at):
                return None
            sees = after == "it's" or (after == "you" and self.word(at + 2) in ("see", "find"))
            if word == "when" and after in _ON_END and not sees:
                return None
            if size == 3 and after == "long" and (self.word(at + 3), self.word(at + 4)) in _HOW_LONG:
                return None
            if word == "if" and self.word(at - 1) in ("even", "as", "what", "that"):
                return None
            return size, False
        should = self.word(at) == "should" and self.opens(at) and self.word(at + 1) not in ("not", "")
        if should or self.turned_round(at):
            return 1, False
        return None

    def is_question(self, at: int, size: int) -> bool:
        """Whether an "if" is what somebody is to find out: "see if it is open"."""
        if size != 1 or self.word(at) != "if":
            return False
        before = [self.word(back) for back in range(max(0, at - 4), at)]
        if pauses := [number for number, word in enumerate(before) if word in PAUSES]:
            before = before[pauses[-1] + 1 :]
        if not before or not (before[-1] in firsts("asks") or {"ask", "tell", "know"} & set(before)):
            return False
        end, _ = self.condition_end(at + 1)
        return not (self.otherwise_at(end) or self.otherwise_at(end + 1))

    def condition_end(self, first: int, *, inverted: bool = False) -> tuple[int, str]:
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
            if at > first and (self.otherwise_at(at) or (self.word(at) == "and" and self.otherwise_at(at + 1))):
                return at, "end"
            if at >= first + 2 and self.phrase(at, "nothing") > 1 and self.word(at - 1) not in NO_VERB_AFTER:
                return at, "verb"
            if inverted and at < first + 3:
                continue  # "should it turn out": its own verb
            if self.commands(first, at):
                return at, "verb"
        return self.size, "end"

    def branch_end(self, start: int) -> tuple[int, int]:
        """Where a branch ends, and where reading goes on."""
        for at in range(start, self.size):
            if self.stop(at):
                return at, at
            if at == start:
                continue
            if self.otherwise_at(at):
                return self.before_joints(start, at), at
            if self.pause(at - 1) or self.word(at - 1) in ("and", "but", "or"):
                marker = self.marker(at)
                if (marker and not self.is_question(at, marker[0])) or self.phrase(at, "after"):
                    back = self.before_joints(start, at)
                    return back, back
        return self.size, self.size

    def otherwise(self, start: int, body_end: int, resume: int) -> tuple[Span | None, Span | None, int]:
        """The other branch behind one that ended: its words, what leads to it, and where reading goes on."""
        at = resume
        while (
            at < self.size and (self.pause(at) or self.word(at) in ("and", "but", "or", "so", "well")) and not self.otherwise_at(at)
        ):
            at += 1
        size = self.otherwise_at(at) if at < self.size else 0
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
        end, on = self.branch_end(begin)
        return self.span(begin, end), (self.tokens[body_end - 1].end, self.tokens[begin].start), on
