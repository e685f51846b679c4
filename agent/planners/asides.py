"""What a mission's words tell beside its names: that something is to be looked for, that a clause only tells how things are."""

import re

__all__ = ["needs", "orders_nothing", "seeks", "tells_what_was"]

_OTHERS = re.compile(
    r"(?:\b(?:and|but|so|because|since|as|cos|cause)\s+)?\b(?:they|he|she|people|someone|somebody|everyone|everybody|(?:the|our|my)\s+\w+)"
    r"(?:['\u2019](?:re|s|ve)|\s+(?:are|is|were|was|have|has))"
    r"(?:\s+(?:just|still|now|all|busy|currently|already|been))*\s+(?:(?P<doing>\w+ing)\b)?\s*",
    re.IGNORECASE,
)
"""How a clause begins that tells what others do."""
_STATES = re.compile(
    r"(?:\b(?:and|but|so|because|since|as|cos|cause)\s+)?\b(?:the|our|my|his|her|their|some|a|an)\s+(?:[\w'\u2019-]+\s+){0,2}?[\w-]+"
    r"(?:['\u2019](?:re|s)|\s+(?:is|are|was|were))(?=\s+(?!(?:to|for|due|meant|needed|wanted|required|supposed|missing|lost|gone|going)\b)\w)",
    re.IGNORECASE,
)
"""How a clause begins that tells how something is: "the plumber is here"."""
_DID = re.compile(
    r"(?:\b(?:and|but|so|because|since|as|cos|cause)\s+)?\b(?:someone|somebody|some\s+\w+|they|he|she|people|the\s+\w+|one\s+of\s+\w+)\s+"
    r"(?:(?:has|have|had|just|already|must\s+have)\s+)*(?:\w{2,}ed|spilt|broke|burnt|fell|threw|knocked|poured|smelt|saw|left|put|forgot)\b",
    re.IGNORECASE,
)
"""How a clause begins that tells what somebody did: "someone dropped oil here"."""
_REFERS = re.compile(
    r"\b(?:it|them|him|her|they|this|(?<!know )(?<!say )(?<!tell them )that|those|these|one|ones)\b", re.IGNORECASE
)
"""By these words a later clause may mean what an earlier one told of."""
_HAN_STATES = re.compile(
    "(?!.*[拿送带搬放查看检帮请告通喊叫去取])(?:(?:因为|反正|毕竟)?(?:我们?|他们?|她们?|大家|人家|客人|病人|患者|孩子|老板|领导|同事)(?!要|想|需|让|给|把|在等)"
    "|.*(?:有人|好像|似乎|听说|据说))"
)
"""A clause without an order that tells how somebody is, or what may have happened: 我头疼, 好像有人摔了."""
_HAN_STOPS = re.compile("[,;:!?\n\uff0c\u3002\uff1b\uff1a\uff01\uff1f]")
_STOPS = re.compile(r"[,.;:!?\n]\s|\s-+\s|[\uff0c\u3002\uff1b]")
_SEEKS = re.compile(
    r"\b(?:find\w*|found|look\w*\s+(?:[\w'-]+\s+){0,5}for|(?:is|are)\s+there|any\s+sign|lying|anywhere|search\w*|hunt\w*|seek\w*|locat\w*|track\w*|lost|lose|missing|gone|mislaid|misplaced|where"
    r"|spot|turn\w*\s+up|somewhere|(?:may|might|could|must|should)\s+be\s+(?:in|at|around|near)|can['\u2019]?t\s+see)\b|[找搜寻丢]|哪|有没有(?!.{0,3}的)|还有|在不在",
    re.IGNORECASE,
)


def seeks(mission: str) -> bool:
    """Whether a mission says that something is to be looked for, or is not where it belongs."""
    return _SEEKS.search(mission) is not None


def orders_nothing(mission: str, at: int) -> bool:
    """Whether a character stands in a clause that only tells what others do or how something is, and nothing hangs on it.

    Args:
        mission: What the operator said.
        at: Where the words in question begin.
    """
    if _han_states(mission, at):
        return True
    start, end = _clause(mission, at)
    told = _OTHERS.match(mission, start)
    if told is not None:
        doing = told["doing"] or (re.match(r"\w+", mission[at:]) or [""])[0]
        if doing.lower().endswith("ing") and told.start("doing" if told["doing"] else 0) <= at:
            return True
    alone = start == 0 and not mission[end:].strip(" .!?")
    if alone or _REFERS.search(mission, end):
        return False
    if _STATES.match(mission, start, end) and mission[end : end + 1] != "?":
        return True
    return _DID.match(mission, start, end) is not None


_NEEDS = re.compile(
    r"(?:(?:^|[.;:!?])|\b(?:to|into|in|inside|at|onto|on|from|through|near|by|for|of|visit(?:ing)?|explor(?:e|ing)|enter(?:ing)?|reach(?:ing)?|survey|patrol|scout|search|"
    r"check(?:ing)?|inspect(?:ing)?|examine|see|read|bring(?:ing)?|tak(?:e|ing)|fetch(?:ing)?|get(?:ting)?|grab|pick(?:ing)?(?:\s+up)?|lift|collect|carry|"
    r"mov(?:e|ing)|deliver|put(?:ting)?|plac(?:e|ing)|drop|leave|set|press|push|hit|open(?:ing)?|unlatch|use|and|or|then)\b|[,&+])\s*"
    r"(?:(?:me|us|him|her|them|out|off|over|down|up)\s+)?(?:(?:the|a|an|my|our|your|his|her|their|this|that|these|those|all|every|each|both|any|some)\s+)*"
    r"(?:[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
"""What goes before a name without which an order cannot be carried out: where to, what to take, what to look at."""
_CALLER = re.compile(
    r"\W*(?:(?:a\s+)?quick\s+(?:one|question|word)|message|request|hello|hi|hey|greetings|call(?:ing)?|question|note|word|this\s+is)\b[^.,;:!?]{0,15}"
    r"\bfrom\s+(?:the\s+)?",
    re.IGNORECASE,
)
"""Before the place that somebody calls from: "quick one from the gatehouse"."""


def needs(mission: str, at: int) -> bool:
    """Whether an order needs what is named at a character: "go to the kiln" does, "tell the poor souls in the hall" does not.

    Args:
        mission: What the operator said.
        at: Where the words in question begin.
    """
    return _NEEDS.search(mission[:at]) is not None and _CALLER.fullmatch(mission[:at]) is None


def tells_what_was(mission: str, at: int) -> bool:
    """Whether a character stands in a clause that tells what somebody did, with no word behind it that means any of it.

    Args:
        mission: What the operator said.
        at: Where the words in question begin.
    """
    start, end = _clause(mission, at)
    return _DID.match(mission, start, end) is not None and bool(mission[end:].strip(" .!?")) and not _REFERS.search(mission, end)


def _clause(mission: str, at: int) -> tuple[int, int]:
    """The clause that a character is in, from stop to stop."""
    after = _STOPS.search(mission, at)
    return max((stop.end() for stop in _STOPS.finditer(mission, 0, at)), default=0), after.start() if after else len(mission)


def _han_states(mission: str, at: int) -> bool:
    """The same in Chinese, of a clause that is not all of its text."""
    start = max((stop.end() for stop in _HAN_STOPS.finditer(mission, 0, at)), default=0)
    after = _HAN_STOPS.search(mission, at)
    end = after.start() if after else len(mission)
    return (start > 0 or end < len(mission)) and _HAN_STATES.match(mission[start:end]) is not None
