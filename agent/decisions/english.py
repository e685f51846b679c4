"""Clauses of an English mission: "if ... , ... , otherwise ...", "... unless ...", "see if ... and if so ..."."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.decisions.amounts import limit
from agent.decisions.clauses import MASK, Conditional, Span
from agent.decisions.english_branches import EnglishBranches
from agent.decisions.english_words import JOINTS
from agent.decisions.lexicon import read

__all__ = ["english"]

_QUESTION = re.compile(r"(?:is|are|does|has|did|was|were|any|anything)\b")
_WHOLE = frozenset(
    "is are was were does do did has have had can could will would shall should may might what which who whom whose where when why "
    "how am isn't aren't doesn't don't won't can't".split()
)
"""What a whole question begins with."""


class _English(EnglishBranches):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.question: Span | None = None

    def read(self) -> Iterator[Conditional]:
        at = 0
        last_end = 0
        while at < self.size:
            bare = self._answered(at, last_end) if self.word(at) == "?" else self._stated(at)
            if bare is not None:
                conditional, at = bare
                last_end = at
                yield conditional
                continue
            marker = self.marker(at)
            if marker is None:
                if (asked := self._asked(at)) is not None:
                    self.question = asked
                at += 1
                continue
            size, negative = marker
            if self.is_question(at, size):
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

    def _answered(self, at: int, floor: int) -> tuple[Conditional, int] | None:
        """A question with what is done on either answer: "pressure over 15 bar? then charge, otherwise report"."""
        first = self.sentence(at, floor)
        first = max((number + 1 for number in range(first, at) if self.pause(number)), default=first)
        start = at + 1
        said = self.word(start) in ("yes", "if") and self.phrase(start + (self.word(start) == "if"), "yes")
        start += (said + (self.word(start) == "if")) if said else 0
        while start < self.size and (self.pause(start) or self.word(start) == "then"):
            start += 1
        body_end, resume = self.branch_end(start)
        if first >= at or body_end == start or self.marker(start):
            return None
        otherwise, cut_else, resume = self.otherwise(start, body_end, resume)
        asked = self.span(first, at)
        elliptic = self.elliptic(first, at)
        part = elliptic is not None or self._tells(first, at)
        if (
            otherwise is None
            and not said
            and (not part or (elliptic is None and (self.word(body_end) == "?" or self.is_look(start))))
        ):
            return None  # "the pump running? the fan off?", "is the pump on? then go to the office": one after the other
        if otherwise is None and not said:  # "still going round? then leave it", "it does? stay there"
            cut = (asked[0], self.tokens[start].start)
            then = self.span(start, body_end)
            question = self.question if elliptic is not None else None
            if elliptic is not None and question is None:
                return None
            return Conditional(condition=asked, cut=cut, then=then, elliptic=elliptic, question=question), max(resume, body_end)
        cut = (self.tokens[at].end, self.tokens[start].start)
        then = self.span(start, body_end)
        conditional = Conditional(
            condition=asked, cut=cut, then=then, otherwise=otherwise, cut_else=cut_else, elliptic=True, question=asked
        )
        return conditional, max(resume, body_end)

    def _stated(self, at: int) -> tuple[Conditional, int] | None:
        """A state with what is done in it: "charged, it goes to the pump room", "fewer than ten trays, ask check-in for more"."""
        end = self.fragment_end(at)
        words = self.text[slice(*self.span(at, end))] if end else ""
        stated = (
            limit(words) is not None
            or (bool(end) and self.any_of(at))
            or (bool(read(words)) and not self.word(end - 1).startswith(MASK))
        )
        if not stated or self.marker(end + 1) or self.pause(end + 1):
            return None
        body_end, resume = self.branch_end(end + 1)
        otherwise, cut_else, resume = self.otherwise(end + 1, body_end, resume)
        conditional = Conditional(
            condition=self.span(at, end), cut=(self.tokens[at].start, self.tokens[end + 1].start),
            then=self.span(end + 1, body_end), otherwise=otherwise, cut_else=cut_else,
        )  # fmt: skip
        return conditional, max(resume, body_end)

    def _tells(self, first: int, at: int) -> bool:
        """Whether words before a question mark are no whole question but tell a state: "anything leaking out there?"."""
        words = self.text[slice(*self.span(first, at))]
        return at > first and self.word(first) not in _WHOLE and (bool(read(words)) or limit(words) is not None)

    # one conditional

    def _conditional(self, at: int, size: int, negative: bool, floor: int) -> tuple[Conditional, int] | None:
        first = at + size
        end, ended = self.condition_end(first, inverted=self.word(at) in ("should", "is", "are"))
        if end == first:
            return None
        elliptic = self.elliptic(first, end)
        cut_from = at
        while cut_from - 1 >= floor and self.word(cut_from - 1) in JOINTS - {"so"}:
            cut_from -= 1
        opens = self.opens(at)
        start = end
        while start < self.size and (self.pause(start) or self.phrase(start, "then")):
            if self.stop(start) and (self.marker(start + 1) or self.otherwise_at(start + 1)):
                break
            start += self.phrase(start, "then") or 1
        nothing_follows = start >= self.size or self.otherwise_at(start) or (self.stop(end) and ended == "stop" and not opens)
        if not opens and ended == "pause" and not nothing_follows and not self._looks_before(at, floor):
            nothing_follows = True
        if nothing_follows or (not opens and ended in ("stop", "end", "pause") and not self._looks_before(at, floor)):
            return self._trailing(at, first, end, cut_from, negative, elliptic, floor)
        body_end, resume = self.branch_end(start)
        if body_end == start or [self.word(n) for n in range(start, body_end)] in (
            ["that", "is"],
            ["that's", "all"],
            ["that", "is", "all"],
        ):
            return None
        otherwise, cut_else, resume = self.otherwise(start, body_end, resume)
        then = self.span(start, body_end)
        if otherwise is not None and cut_else is not None and cut_else[0] < then[1]:
            then = then[0], min(otherwise[0], cut_else[0])
        conditional = Conditional(
            condition=self.span(first, end), cut=(self.tokens[cut_from].start, self.tokens[start].start), then=then,
            otherwise=otherwise, cut_else=cut_else, negative=negative, elliptic=elliptic, question=self.question,
        )  # fmt: skip
        return conditional, resume

    # "... if ..." behind what hangs on it

    def _looks_before(self, at: int, floor: int) -> bool:
        """Whether only a look stands before a token in its sentence."""
        start = self.sentence(at, floor)
        return (
            start < at
            and self.is_look(start)
            and not any(
                self.word(number) in ("and", ",") and not self.is_look(number + 1) and number + 1 < at
                for number in range(start, at)
            )
        )

    def _trailing(
        self, at: int, first: int, end: int, cut_from: int, negative: bool, elliptic: bool | None, floor: int
    ) -> tuple[Conditional, int] | None:
        start = self.sentence(cut_from, floor)
        while start < cut_from and self.is_look(start):
            after = next((n for n in range(start + 1, cut_from) if self.word(n) in ("and", ",", "then", "-")), None)
            if after is None:
                break
            start = after + 1
            while start < cut_from and (self.word(start) in JOINTS or self.pause(start)):
                start += 1
        stop = cut_from
        while stop > start and self.pause(stop - 1):
            stop -= 1
        if stop <= start:
            return None
        resume = end
        otherwise, cut_else, resume = self.otherwise(end, end, end) if end < self.size else (None, None, end)
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
