"""Until: what a mission waits for, "wait until the kettle is off, then ...", 等灯亮了再去门口, how often it looks, and the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.decisions.clauses import Span, masked

__all__ = ["Until", "until"]

_WAITS = (
    r"(?:wait|hold(?:\s+on)?|stay|stop|pause|stand(?:\s+by)?|hang\s+on|remain|sit|let\s+it\s+be|do\s+nothing|watch|keep|look|check|see"
    r"|(?:don['\u2019]?t|do\s+not)\s+(?:go\s+on|move(?:\s+on)?|continue|proceed|do\s+anything|leave))"
)
_UNTIL = re.compile(
    rf"(?P<lead>(?:\b(?:and|then|please|just)\s+)*\b{_WAITS}\b[^.;!?]{{0,60}}?\s*,?\s*)?\b(?:until|till|til)\s+(?P<condition>[^.;!?,]+?)"
    r"(?=\s*(?:[.;!?,]|$)|\s+(?:and\s+)?then\b|\s+and\s+(?:go|come|bring|take|fetch|tell|say|check|look|report|return|drive|open|pick|put|charge)\b)",
    re.IGNORECASE,
)
_HAN = re.compile(
    "(?P<lead>(?:请|就|先)?(?:待着|等着|守着|盯着|别动|在[^\uff0c,\u3002]{1,10})?[\uff0c,]?(?:一直)?)(?:直到|等到|等)(?P<condition>[^\uff0c,\u3002\uff1b\uff01\uff1f]+?)"
    "(?:为止|之后|以后|的时候|时)?(?=[\uff0c,\u3002\uff1b\uff01\uff1f]|$|再|然后|就)"
)
_EVERY = re.compile(
    r"\b(?:every|each)\s+(?:[\w.]+\s+){0,3}?(?:seconds?|secs?|minutes?|mins?|hours?)\b|每(?:隔|过)?[^\uff0c,\u3002]{1,6}[秒分]|隔[^\uff0c,\u3002]{1,6}[秒分]",
    re.IGNORECASE,
)
_AGAIN = re.compile(r"\b(?:until|till|til)\b|直到|等到", re.IGNORECASE)
_COMMAS = " ,;\uff0c"
_CJK = re.compile(r"[\u3400-\u9fff]")
_COURTESY = re.compile(
    r"(?:\b(?:ok(?:ay)?|please|pls|understood|got\s+it|thanks?|thank\s+you|will\s+you|and|then|now|robot|hi|hello|there)\b|谢谢|多谢|好吧|好吗|辛苦了|请|[\W_])*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Until:
    """What is waited for.

    Attributes:
        condition: Its characters in the mission.
        words: Its words, names left out.
        every: The words that say how often to look; empty where none do.
        rest: The mission without the waiting; empty where nothing else is asked for.
    """

    condition: Span
    words: str
    every: str
    rest: str


def until(mission: str, spans: Sequence[Span]) -> Until | None:
    """What a mission waits for; None where it waits for nothing, or for several things.

    Args:
        mission: Its text.
        spans: The characters of what it names.
    """
    plain = masked(mission, spans)
    found = list((_HAN if _CJK.search(mission) else _UNTIL).finditer(plain))
    if len(found) != 1 or len(_AGAIN.findall(plain)) > 1:
        return None
    (one,) = found
    start, end = one.span("condition")
    every = _EVERY.search(mission)
    before, behind = mission[: one.start()].rstrip(_COMMAS), mission[one.end() :].lstrip(_COMMAS)
    rest = f"{before} {behind}"
    if every is not None:
        rest = rest.replace(every.group(), "")
    rest = re.sub(r"\s+([,.;!?])", r"\1", re.sub(r"\s+", " ", rest)).strip(_COMMAS)
    return Until((start, end), plain[start:end], "" if every is None else every.group(), "" if _COURTESY.fullmatch(rest) else rest)
