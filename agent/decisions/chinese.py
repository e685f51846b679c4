"""Clauses of a Chinese mission: 如果…就…否则…, …的话, 除非…否则…, and 没关就…, 关了就… behind a question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.decisions.amounts import limit
from agent.decisions.clauses import MASK, Conditional, Span, said
from agent.decisions.lexicon import fine, read
from agent.decisions.words import plain

__all__ = ["chinese"]

_PAUSE = "\uff0c,\uff1b;\u3002\uff01!\uff1f?\uff1a:\u3001\u2026\n \u3000"
_STOP = "\u3002\uff01!\uff1b;\n"
_SPLIT = re.compile(rf"[{_PAUSE}]+")
_FIRM = frozenset({"如果说", "如果是", "如果", "要是", "若是", "假如", "假使", "假设", "倘若", "倘使", "万一", "一旦"})
"""Conjunctions that are one wherever they stand; the others open a clause."""

_FIRM_ELSE = ("否则", "不然", "要不然", "要不就")
"""Those that lead to the other branch wherever they stand."""

_THEN = re.compile(r"(?:那么你?就?|那你?就|你就|呢就|就|便|则|才)")
_ENDS = re.compile(r"(?:的话|的时候|的情况下|之时|时候|时(?=[\uff0c,就才再请则便]))")
_QUESTION = re.compile(
    r"([\u3400-\u9fff]{1,3})(?:没有?|不)\1|有没有|是不是|是否|几[个只条箱瓶度点成台]|多[少大高重长宽热]|怎么样|(?:没有?|吗|呢|了没)$"
)
_ASKED = re.compile(r".*?(?:了没有?(?=.)|吗(?=.)|([\u3400-\u9fff])(?:没有?|不)\1(?=.))")
_JOINT = re.compile(r"^(?:然后|再|并且|而且|但是?|那么?|接着|而|并|同时|最好|你|请|麻烦|帮我)+")
_LATER = re.compile(r"^(?:然后|完了|完事|弄完|做完|弄好|做好|之后|接着|最后|随后|到了|回来|都|等)")
_LONGEST = 16
"""A condition without a conjunction is no longer."""


def _any(language: str, kind: str) -> str:
    return "(?:" + "|".join(map(re.escape, said(language, kind))) + ")"


class _Chinese:
    def __init__(self, text: str) -> None:
        self.text = text
        self.size = len(text)
        self.question: Span | None = None
        self.named = False
        self.looked = False
        self.looking = re.compile("[看查瞧瞅]|" + _any("zh", "looks"))
        self.if_ = re.compile(_any("zh", "if"))
        self.unless = re.compile(_any("zh", "unless"))
        self.otherwise = re.compile(_any("zh", "otherwise"))
        self.after = re.compile(_any("zh", "after"))
        self.looks = re.compile(rf"(?:[请你先去再到帮我]|{_any('zh', 'looks')}|一下|一眼|{MASK}+)+")

    def opens(self, at: int) -> bool:
        """Whether a clause begins at a character."""
        return at == 0 or self.text[at - 1] in _PAUSE

    def read(self) -> Iterator[Conditional]:
        at = 0
        begun = False
        while at < self.size:
            marker = self._marker(at)
            if marker is not None:
                found = self._with_marker(at, *marker)
            else:
                found = self._bare(at, begun) if self.opens(at) else None
            if found is not None:
                begun = True
                at = max(found[1], at + 1)
                yield found[0]
                continue
            if self.opens(at):
                end = self._segment(at)
                self.named = self.named or MASK in self.text[at:end]
                self.looked = self.looked or (self.named and self.looking.search(self.text, at, end) is not None)
                if _QUESTION.search(self.text[at:end]) or self.text[end : end + 1] in ("?", "\uff1f"):
                    lead = self.looks.match(self.text, at, end)
                    self.question = (lead.end() if lead and lead.end() < end else at, end)
            at += 1

    def _segment(self, at: int) -> int:
        match = _SPLIT.search(self.text, at)
        return self.size if match is None else match.start()

    def _marker(self, at: int) -> tuple[int, bool] | None:
        """A conjunction at a character: its length, and whether it denies."""
        if match := self.unless.match(self.text, at):
            return len(match.group()), True
        if (match := self.if_.match(self.text, at)) and (match.group() in _FIRM or self.opens(at)):
            if match.group() in ("在", "只有在", "当", "要", "如", "若", "只有", "只要", "但凡") and not self._settles(match.end()):
                return None
            return len(match.group()), False
        return None

    def _settles(self, at: int) -> bool:
        """Whether the words from a character on are a condition that the lexicon knows something of."""
        end, _ = self._condition_end(at)
        return end - at <= 2 * _LONGEST and self._known(self.text[at:end])

    def _known(self, words: str) -> bool:
        words = words.rpartition(MASK)[2] or words.replace(MASK, "")
        return bool(read(words)) or limit(plain(words)) is not None or fine(words) is not None

    def _condition_end(self, at: int) -> tuple[int, int]:
        """Where a condition ends, and where what hangs on it begins."""
        for end in range(at + 1, self.size + 1):
            if end == self.size:
                return end, end
            for pattern in (_ENDS, _THEN):
                if match := pattern.match(self.text, end):
                    return end, self._begin(match.end())
            if self.text[end] in _PAUSE:
                return end, self._begin(end)
        return self.size, self.size

    def _begin(self, at: int) -> int:
        """Where a branch begins: behind stops and 那就."""
        while at < self.size:
            if self.text[at] in _PAUSE:
                at += 1
            elif match := _THEN.match(self.text, at):
                at = match.end()
            else:
                break
        return at

    def _with_marker(self, at: int, length: int, negative: bool) -> tuple[Conditional, int] | None:
        first = at + length
        if first >= self.size:
            return None
        end, begin = self._condition_end(first)
        cut_from = at
        if joint := re.search(r"(?:但|而|那|并且|然后)$", self.text[:at]):
            cut_from = joint.start()
        if negative and (match := self.otherwise.match(self.text, begin)):
            begin = self._begin(match.end())
        if begin >= self.size:
            return self._trailing(cut_from, (first, end), negative)
        return self._branches(cut_from, (first, end), begin, negative)

    def _bare(self, at: int, begun: bool) -> tuple[Conditional, int] | None:
        """A condition without a conjunction, behind a question or another conditional."""
        end, begin = self._condition_end(at)
        if match := _ASKED.match(self.text, at, end):  # a question without a stop behind it
            self.question, at = (at, match.end()), match.end()
        words = self.text[at:end]
        ended = self.text[end:begin].lstrip(_PAUSE)
        if not ended or begin >= self.size or not 0 < len(words.replace(MASK, "")) <= _LONGEST or _LATER.match(words):
            return None
        if self._elliptic(words) is None and not self._known(words):
            return None
        if not (begun or self.looked or self.question or "的话" in ended or MASK in words):
            return None
        return self._branches(at, (at, end), begin, False)

    def _elliptic(self, words: str) -> bool | None:
        words = words.strip("了的呢啊 ") or words
        for kind, answer in (("yes", True), ("no", False)):
            if words in said("zh", kind):
                return answer
        return None

    def _branches(self, cut_from: int, condition: Span, begin: int, negative: bool) -> tuple[Conditional, int] | None:
        end, resume = self._branch_end(begin)
        if end <= begin:
            return None
        otherwise = cut_else = None
        at = resume
        while at < self.size and self.text[at] in _PAUSE:
            at += 1
        match = self.otherwise.match(self.text, at)
        if match is None and (lead := re.compile(r"如果|要是|若|假如").match(self.text, at)):
            ends, _ = self._condition_end(lead.end())
            if self._elliptic(self.text[lead.end() : ends]) is False:
                match = re.compile(re.escape(self.text[at:ends])).match(self.text, at)
        if match is not None:
            start = self._begin(match.end())
            stop, resume = self._branch_end(start)
            if stop > start:
                otherwise, cut_else = (start, stop), (end, start)
        conditional = Conditional(
            condition=condition, cut=(cut_from, begin), then=(begin, end), otherwise=otherwise, cut_else=cut_else,
            negative=negative, elliptic=self._elliptic(self.text[slice(*condition)]), question=self.question,
        )  # fmt: skip
        return conditional, resume

    def _branch_end(self, begin: int) -> tuple[int, int]:
        """Where a branch ends, and where reading goes on."""
        for at in range(begin, self.size):
            char = self.text[at]
            if char in _STOP:
                return at, at
            if at > begin and (self.opens(at) or self.text.startswith(_FIRM_ELSE, at)) and self.otherwise.match(self.text, at):
                return self._back(at, begin), at
            if at > begin and self.opens(at):
                if self._marker(at) is not None or self.after.match(self.text, at):
                    return self._back(at, begin), at
                end, start = self._condition_end(at)
                words = self.text[at:end]
                if self.text[end:start].lstrip(_PAUSE) and not _LATER.match(words) and len(words.replace(MASK, "")) <= _LONGEST:
                    if words and (self._elliptic(words) is not None or (self._known(words) and not self._verbal(words))):
                        return self._back(at, begin), at
        return self._back(self.size, begin), self.size

    def _verbal(self, words: str) -> bool:
        """Whether a stretch is something to do rather than a state."""
        return bool(re.search(r"[去把拿送带告说给叫喊搬取打找放]", words))

    def _back(self, at: int, begin: int) -> int:
        while at > begin and self.text[at - 1] in _PAUSE:
            at -= 1
        return at

    def _trailing(self, cut_from: int, condition: Span, negative: bool) -> tuple[Conditional, int] | None:
        """… 除非…: what hangs on it is the clause before."""
        stop = self._back(cut_from, 0)
        start = stop
        while start and self.text[start - 1] not in _PAUSE:
            start -= 1
        if start >= stop:
            return None
        conditional = Conditional(
            condition=condition, cut=(stop, condition[1]), then=(start, stop), negative=negative,
            elliptic=self._elliptic(self.text[slice(*condition)]), question=self.question, trailing=True,
        )  # fmt: skip
        return conditional, condition[1]


def chinese(text: str) -> Sequence[Conditional]:
    """The conditionals of a folded, masked Chinese mission, in order."""
    return list(_Chinese(text).read())
