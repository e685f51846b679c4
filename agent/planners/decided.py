"""What is decided by the map before anything is done: what a mission makes hang on a door, which the map knows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maps.linking import Mention

__all__ = ["decided", "hangs_on_door"]

_WHETHER = re.compile(r"\b(?:if|whether)\s+(?:(?:the|our|my|your|that|this)\s+)?(?:[\w-]+\s+){0,2}$", re.IGNORECASE)
_SO = re.compile(r"\b(?:if|when)\s+(?:so|yes|not|no|it\s+is|it\s+isn['\u2019]?t)\b", re.IGNORECASE)
"""What is done on the answer stands behind it: "check whether the gate is open: if so, ..."."""
_HAN_THEN = re.compile("[^\uff0c,\u3002\uff1b]{0,8}?(?:的话|时|就|则)|[^\u3002\uff1b]{0,12}(?:反之|否则|不然)")


def hangs_on_door(mission: str, mentions: Sequence[Mention]) -> bool:
    """Whether some of a mission hangs on a door: "on condition that the gate is open", "is it open? if so, ...", 门闭着就...."""
    from agent.decisions.clauses import conditionals

    if _answered(mission, mentions) is not None:
        return True
    doors = [m for m in mentions if any(candidate.type == "door" for candidate in m.candidates)]
    found = conditionals(mission, [(m.start, m.end) for m in mentions]) if doors else ()
    return any(one.condition[0] <= door.start < one.condition[1] for one in found for door in doors)


def decided(mention: Mention, mission: str, mentions: Sequence[Mention]) -> bool:
    """Whether a mention stands in a conditional about a door: the map knows doors, so no look at one need be planned."""
    from agent.decisions.clauses import conditionals

    begins = _answered(mission, mentions)
    if begins is not None and mention.start >= begins:
        return True
    spans = [(m.start, m.end) for m in mentions]
    doors = [m for m in mentions if any(candidate.type == "door" for candidate in m.candidates)]
    for one in conditionals(mission, spans) if doors else ():
        start, end = one.condition
        parts = [one.condition, one.then, *([one.otherwise] if one.otherwise is not None else [])]
        if any(start <= door.start < end for door in doors) and any(a <= mention.start < b for a, b in parts):
            return True
    return False


def _answered(mission: str, mentions: Sequence[Mention]) -> int | None:
    """Where a door is named of which it is asked how it is, with what is done on the answer behind it."""
    for mention in mentions:
        if not any(candidate.type == "door" for candidate in mention.candidates):
            continue
        asked = _WHETHER.search(mission, 0, mention.start) and _SO.search(mission, mention.end)
        if asked or _HAN_THEN.match(mission, mention.end):
            return mention.start
    return None
