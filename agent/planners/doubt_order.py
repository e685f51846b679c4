"""Doubts about the order of steps: "then", "on your way to", "begin with", 然后, and a plan that turns it round."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from agent.planners.doubt import Doubt
from maps.linking.stems import CJK

if TYPE_CHECKING:
    from maps.linking import Mention
    from skills import Plan

__all__ = ["doubted_order"]

_THEN = re.compile(
    r"[,.;]?\s*\b(?:and\s+then|after\s+(?:that|this)|afterwards|then|next|finally|lastly|once\s+(?:that|this)['\u2019]?s?\s+(?:is\s+)?done)\b"
    r"|然后|接着|之后再|完了再|再去|最后|随后",
    re.IGNORECASE,
)
"""What stands before these words is done before what stands behind them."""
_TOLD_OTHERWISE = re.compile(
    r"\b(?:before|after|first|last|until|till|while|when|once|if|unless|otherwise|instead|no|sorry|actually|meanwhile|earlier|back"
    r"|again|repeat|twice|times|laps?|rounds?)\b|之前|以前|前先|如果|要是|的话|等到|否则|不对|算了|先别|[遍趟圈]",
    re.IGNORECASE,
)
"""Words by which what is said first need not be done first."""
_ON_THE_WAY = re.compile(
    r"\bon\s+(?:your|the|ur|yr|my|our)\s+way\s+(?:over\s+|down\s+|up\s+|back\s+)?to\s+(?:the\s+)?$", re.IGNORECASE
)
_FIRST_OF_ALL = re.compile(r"\b(?:begin|start|starting|beginning)\s+(?:with|at|from|in)\s+(?:the\s+)?$", re.IGNORECASE)
_GOES_FIRST = re.compile(r"\s+(?:goes\s+|comes\s+)?first(?=\s*(?:[,.;!?)]|and\b|then\b|pls\b|please\b|$))", re.IGNORECASE)
"""Behind what comes before all that is said before it: "both printers, P2 first"."""
_OPENED_FIRST = re.compile(
    r"\b(?:have|need|needs|ha[sd]|got)\s+to\s+(?:be\s+)?open(?:ed)?\s+(?:(?:the|our|my|that)\s+)*$", re.IGNORECASE
)
"""A door that is to be opened first is so before what its own sentence speaks of."""
_SET_OFF = re.compile(r"(?:[,;:(]|\s-+)\s*(?:(?:but|and|with|do|the|our|my|that)\s+)*$", re.IGNORECASE)
_ARTICLE = re.compile(r"\s*(?:(?:the|our|my|that|this)\s+)*", re.IGNORECASE)
_AND_THEN = re.compile(r"\s*[,;]?\s*(?:and\s+)?then\b", re.IGNORECASE)
_LAST_OF_ALL = re.compile(
    r"(?:^|[.;!?,]\s*|\band\s+)(?:the\s+)?(?:very\s+)?last(?:\s+(?:thing|of\s+all|one|job|stop))\b[^.;!?,]{0,40}$|最后(?:再|才|去|看|查|检查|到|是)*$",
    re.IGNORECASE,
)
"""Before what comes behind all else, wherever it is said: "the last thing I need is a look at the trap"."""
_BEFORE_THAT = re.compile(
    r"\bbefore\s+(?:you\s+)?(?:\w+\s+){1,5}?(?:either|any(?:\s+of\s+\w+|thing)?|them|those|that|it|both|all\s+(?:of\s+)?(?:that|this))(?:\s+of\s+\w+)?\s*,\s*",
    re.IGNORECASE,
)
"""Before what is done before all that was said: "before you lay a finger on either, have a look at the tractor"."""
_THAT_FIRST = re.compile(
    r"[,.;]\s*(?:but\s+|and\s+)?(?:do\s+)?(?:that|this)(?:\s+one)?\s+(?:goes\s+|comes\s+)?first\b", re.IGNORECASE
)


def doubted_order(plan: Plan, mission: str, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """Pairs of names that a plan has in another order than its mission.

    Only names that the mission says once and the plan uses are compared.

    Args:
        plan: The plan.
        mission: What the operator said.
        mentions: What it names, in order.
    """
    from agent.planners.plan_parts import at_the_end

    used = _first_uses(plan)
    for mention in mentions:
        first = mention.candidates[0].name
        begins = _FIRST_OF_ALL.search(mission, 0, mention.start) or _goes_first(mission, mention, mentions)
        if len(mention.candidates) == 1 and first in used and begins:
            named = {candidate.name for other in mentions if other.end < mention.start for candidate in other.candidates}
            before = [name for name in named & used.keys() if used[name] < used[first]]
            if before:
                yield _turned(first, min(before, key=lambda name: used[name]))
                return
    certain = [m for m in mentions if len(m.candidates) == 1 and m.candidates[0].name in used]
    last = next((m for m in certain if _LAST_OF_ALL.search(mission, 0, m.start)), None)
    if (
        last is not None
        and (ends := at_the_end(plan, last.candidates[0].name)) != plan
        and _too_early(mission, last, certain, used)
    ):
        yield Doubt(f"{last.candidates[0].name!r} comes last", plan=ends)
        return
    for earlier, later in _before_that(mission, certain):
        first, second = earlier.candidates[0].name, later.candidates[0].name
        if first != second and used[first] > used[second]:
            yield _turned(first, second)
            return
    names = [m.candidates[0].name for m in certain]
    single = [m for m in certain if names.count(m.candidates[0].name) == 1]
    for earlier, later in _pairs(mission, single):
        first, second = earlier.candidates[0].name, later.candidates[0].name
        if used[first] > used[second]:
            yield _turned(first, second)
            return


def _goes_first(mission: str, mention: Mention, mentions: Sequence[Mention]) -> bool:
    """Whether a mention comes before all that is said before it; in "see the pump first, and then go" before what follows."""
    first = _GOES_FIRST.match(mission, mention.end)
    if first is None or _OPENED_FIRST.search(mission, 0, mention.start):
        return False
    then = _AND_THEN.match(mission, first.end())
    return (
        then is None
        or _SET_OFF.search(mission, 0, mention.start) is not None
        or any(_ARTICLE.fullmatch(mission, then.end(), other.start) for other in mentions if other.start >= then.end())
    )


def _too_early(mission: str, last: Mention, mentions: Sequence[Mention], used: Mapping[str, int]) -> bool:
    """Whether something that is not said to come with the last of all comes behind it; what follows 最后 comes with it."""
    name = last.candidates[0].name
    before = [m for m in mentions if m.end <= last.start]
    if before and CJK.match(mission[last.start - 1]):
        return any(used[m.candidates[0].name] > used[name] for m in before)
    return max(used, key=lambda other: used[other]) != name


def _before_that(mission: str, mentions: Sequence[Mention]) -> Iterator[tuple[Mention, Mention]]:
    """Mentions of which the first is to be done before the second, by "but before you touch any of it, ..."."""
    for before in _BEFORE_THAT.finditer(mission):
        end = min((m.start() for m in re.finditer(r"[.;!?](?=\s|$)", mission) if m.start() >= before.end()), default=len(mission))
        said = [m for m in mentions if before.end() <= m.start < end]
        yield from ((mention, other) for mention in said for other in mentions if other.end <= before.start())


def _turned(first: str, second: str) -> Doubt:
    return Doubt(f"{first!r} comes after {second!r}", order=(first, second))


def _first_uses(plan: Plan) -> dict[str, int]:
    """Number of the first step that has a name among its arguments."""
    used: dict[str, int] = {}
    for number, step in enumerate(plan.steps):
        if step.skill in ("place", "put_on"):
            continue  # where something is brought to may be named before or behind it
        for value in step.args.values():
            if isinstance(value, str):
                used.setdefault(value, number)
    return used


def _pairs(mission: str, mentions: Sequence[Mention]) -> Iterator[tuple[Mention, Mention]]:
    """Mentions of which the first is to be done before the second."""
    for number, mention in enumerate(mentions):
        if number and _ON_THE_WAY.search(mission, 0, mention.start):
            yield mentions[number - 1], mention
    if that := _THAT_FIRST.search(mission):
        start = max((m.end() for m in re.finditer(r"[.;!?]\s", mission[: that.start()])), default=0)
        said = [m for m in mentions if start <= m.start < that.start()]
        yield from ((mention, other) for mention in said for other in mentions if other.end <= start)
    if _TOLD_OTHERWISE.search(mission):
        return
    for then in _THEN.finditer(mission):
        yield from ((a, b) for a in mentions if a.end <= then.start() for b in mentions if b.start >= then.end())
