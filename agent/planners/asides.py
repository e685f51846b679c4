"""What a mission's words tell beside its names: that something is to be looked for, that a clause only tells what others do."""

import re

__all__ = ["orders_nothing", "seeks"]

_OTHERS = re.compile(
    r"(?:\b(?:and|but|so|because|since|as|cos|cause)\s+)?\b(?:they|he|she|people|someone|somebody|everyone|everybody|(?:the|our|my)\s+\w+)"
    r"(?:['\u2019](?:re|s|ve)|\s+(?:are|is|were|was|have|has))"
    r"(?:\s+(?:just|still|now|all|busy|currently|already|been))*\s+(?:(?P<doing>\w+ing)\b)?\s*",
    re.IGNORECASE,
)
"""How a clause begins that tells what others do."""
_STOPS = re.compile(r"[,.;:!?\n]\s|\s-+\s|[\uff0c\u3002\uff1b]")
_SEEKS = re.compile(
    r"\b(?:find\w*|found|look\w*\s+(?:[\w'-]+\s+){0,5}for|(?:is|are)\s+there|any\s+sign|lying|anywhere|search\w*|hunt\w*|seek\w*|locat\w*|track\w*|lost|lose|missing|gone|mislaid|misplaced|where"
    r"|spot|turn\w*\s+up|somewhere|can['\u2019]?t\s+see)\b|[找搜寻丢]|哪|有没有(?!.{0,3}的)|还有|在不在",
    re.IGNORECASE,
)


def seeks(mission: str) -> bool:
    """Whether a mission says that something is to be looked for, or is not where it belongs."""
    return _SEEKS.search(mission) is not None


def orders_nothing(mission: str, at: int) -> bool:
    """Whether a character stands in a clause that only tells what somebody else is doing.

    Args:
        mission: What the operator said.
        at: Where the words in question begin.
    """
    start = max((stop.end() for stop in _STOPS.finditer(mission, 0, at)), default=0)
    told = _OTHERS.match(mission, start)
    if told is None:
        return False
    doing = told["doing"] or (re.match(r"\w+", mission[at:]) or [""])[0]
    return doing.lower().endswith("ing") and told.start("doing" if told["doing"] else 0) <= at
