"""Quotes: whether an answer quotes its mission, word for word."""

import re
from collections.abc import Iterable, Iterator, Sequence

from agent.learning.families import acts_of
from agent.learning.meaning import Node, Quote

__all__ = ["bare", "quoted", "quotes_hold"]

_LEAD = re.compile(
    r"^(?:you (?:can )?(?:see|find|notice|discover|think)(?: out)?(?: that)? |it (?:so )?(?:turns out|happens) that |"
    r"it looks like )"
)
_LEAD_ZH = re.compile(r"^(?:要是|(?:检查)?发现|看到|看见)?(?:真的|真)?")
_TAIL_ZH = re.compile(r"(?:了?的话|了)$")


def bare(condition: str, *, chinese: bool) -> str:
    """A condition without the words that could as well belong to its "if".

    "If you see that" is said of both: nothing would tell whether a look asks for "the valve is open" or for "you see that the
    valve is open".
    """
    if not chinese:
        return _LEAD.sub("", condition)
    return _TAIL_ZH.sub("", _LEAD_ZH.sub("", condition)) or condition


def quoted(nodes: Iterable[Node]) -> list[str]:
    """The stretches of a mission that its plan quotes, once it was said: a mark behind them tells where they end."""
    found: dict[str, None] = {}
    for act in acts_of(nodes):
        for step in act.steps:
            found.update({act.said[part.slot]: None for part in step if isinstance(part, Quote) and part.slot in act.said})
    return list(found)


def quotes_hold(answer: Sequence[str], mission: Sequence[str]) -> bool:
    """Whether all that an answer quotes stands in the mission; words can run together there: "h-5" and "5 times" in Chinese.

    Args:
        answer: Tokens.
        mission: Words and pointers.
    """
    return all(_within(quote, mission) for quote in _quotes(answer))


def _quotes(answer: Sequence[str]) -> Iterator[list[str]]:
    at = 0
    while "[q]" in answer[at:]:
        start = answer.index("[q]", at) + 1
        at = answer.index("[/q]", start)
        yield list(answer[start:at])


def _within(quote: list[str], mission: Sequence[str]) -> bool:
    return any(list(mission[i : i + len(quote)]) == quote for i in range(len(mission) - len(quote) + 1))
