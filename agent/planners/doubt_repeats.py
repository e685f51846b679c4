"""Doubts about how often: "do the following three times: ...", "four laps of the yard", and a plan that repeats less."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from agent.planners.doubt import Doubt
from agent.planners.doubt_each import SOME_OF

if TYPE_CHECKING:
    from maps.linking import Mention
    from skills import Plan, SkillCall

__all__ = ["doubted_number", "doubted_repeats", "in_rounds", "once", "times_of_all"]

_NUMBER = r"(?:(?P<twice>twice)|(?P<thrice>thrice)|(?P<number>\d+|[a-z]+)\s*(?:times|x)\b)"
_HELLO = (
    r"^\W*(?:[^.!?:;]{0,40}?[,.!]\s*|(?:could|can|would|will)\s+you\s+|please\s+|help\s+me\s+and\s+"
    r"|i\s+(?:want|need|would\s+like)\s+you\s+to\s+)*"
)
_FOLLOWING = re.compile(
    rf"{_HELLO}(?:do|perform|run|carry\s+out|repeat|execute|go\s+through)\s+"
    rf"(?:(?:all\s+of\s+)?(?:the\s+following|this|what\s+follows|these(?:\s+\w+){{0,2}}))\s+{_NUMBER}(?:\s+over)*\s*[:,;-]",
    re.IGNORECASE,
)
_WHOLE = (
    r"(?:all\s+(?:of\s+)?(?:that|this|it)|(?:the|that|this)\s+(?:whole\s+|entire\s+)?(?:thing|lot|sequence|round|same|set)|everything|it\s+all"
    r"|these\s+(?:two|three|steps)|both)"
)
_ALL_OF_IT = re.compile(
    rf"[.,;]?\s*(?:and\s+|then\s+|please\s+|you\s+)*(?:do|repeat|run)\s+{_WHOLE}"
    rf"\s+{_NUMBER}(?:\s+(?:over|in\s+total|altogether|in\s+a\s+row))*(?:\s*[.!]*\s*$|\s*,?\s+(?:because|since|so|as|for)\b[^.!?]*[.!]*\s*$)"
    rf"|[.;]\s*that['\u2019]?s\s+(?:one|a)\s+(?:set|round|lap|cycle)[.,;]?\s*(?:please\s+)?(?:do|make|i\s+(?:want|need))\s+(?P<sets>\d+|[a-z]+)"
    r"(?:\s+(?:sets|rounds|laps|cycles|of\s+(?:them|those)))?\s*[.!]*\s*$",
    re.IGNORECASE,
)
_ONCE_MORE = re.compile(
    rf"[.,;]?\s*(?:and\s+|then\s+)*(?:(?:when|once)\s+[^.,;]{{1,40}}\s+)?(?:start\s+over\s+and\s+)?"
    rf"(?:(?:do|repeat|run)\s+{_WHOLE}\s+(?:a\s+second\s+time|once\s+more|over\s+again|again)|(?:both|all|the\s+(?:same|lot))\s+(?:of\s+them\s+)?once\s+more"
    r"|(?:then\s+)?the\s+same\s+(?:round\s+)?again)(?:\s+in\s+the\s+same\s+(?:fashion|way|order))?\s*[.!]*\s*$"
    "|[\u3002\uff0c,;\uff1b]?(?:一圈)?(?:走完|做完|完事|完)?(?:一圈|一遍|之后|后)?[\uff0c,]?(?:再(?:从头)?|从头再?|然后再(?:从头)?)(?:来|走|做)(?:第二)?(?:一圈|一遍|一轮|一回)[\u3002!\uff01]*$",
    re.IGNORECASE,
)
"""Twice, told behind what is to be done: "and do the lot a second time", 再从头来一圈."""
_LAPS = re.compile(
    r"\b(?P<number>\d+|[a-z]+)\s+(?:full\s+|complete\s+|whole\s+)?(?:circuits?|laps?|rounds?|loops?|tours?|circles)\s+(?:of|around|round|between|through)\b",
    re.IGNORECASE,
)
_HAN_NUMBER = "(?P<number>\\d+|[一二两三四五六七八九十]+)"
_HAN_FOLLOWING = re.compile(
    f"(?:把)?(?:下面|以下|接下来|下列)[^\uff0c,\u3002:\uff1a]{{0,8}}?(?:做|重复|来|执行|走|干|循环){_HAN_NUMBER}(?:遍|次|回|轮|趟)[\uff1a:\uff0c,]"
)
_HAN_LAPS = re.compile(f"(?:转|绕|走|跑|巡逻|巡){_HAN_NUMBER}(?:圈|趟|轮)")
_MOST, _LONGEST = 20, 60
_STOP = re.compile(
    r"[.;!?](?=\s)|\b(?:then|after\s+(?:that|which)|once\s+(?:that|done)|followed\s+by|next|finally|lastly)\b"
    "|[\u3002\uff1b]|然后|接着|之后|最后|完事|处理完|弄好|弄完|做完|顺便|要先|再|先",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"[.;!?](?=\s)|\b(?:second|(?:and|then)\s+next|next(?=\s*[,:])|finally|lastly|as\s+soon\s+as|(?:when|once)\s+(?:(?:you|that|this|it)\S*\s+)?(?:is\s+)?(?:all\s+)?(?:done|finished))\b"
    "|[\u3002\uff1b]|最后|完事|处理完|弄好|弄完|做完|顺便|要先",
    re.IGNORECASE,
)
"""What follows is not to be repeated."""
_ANY_NUMBER = re.compile(r"\bany\s+(?:(?P<number>\w+)\s+)?(?:of\s+)?(?:(?:the|our|my|these|those)\s+)?$", re.IGNORECASE)
_THE = re.compile(r"\bthe\s+$", re.IGNORECASE)
_NO_TITLE = re.compile(r"(?!s\b|['\u2019]s\b|\s+(?:and|or|&)\b|\s*[-\d])")
_PLURAL = re.compile(r"[^\Wsu]s\b|\b(?:and|or)\b", re.IGNORECASE)
_MANY = re.compile(
    r"\b(?:all|both|every\w*|each|any|either|twice|times|one|ones|other|others|two|three|four|five|six|\d+|lot|set|round|respectively"
    r"|nearest|closest|first|second|last)\b",
    re.IGNORECASE,
)
"""Where such words stand several may be meant."""
_OTHERS = re.compile(r"\b(?:other|others|rest|remaining|another|second|both|each|all|every\w*)\b", re.IGNORECASE)
_TOLD = re.compile(r"\b(?:if|whether|when|unless|should|once|until|as|because|since|that)\b[^.;!?,]*$", re.IGNORECASE)
_IS = re.compile(r"\s+(?:is|are|was|were|has|have|looks?|reads?|shows?|seems?)\b", re.IGNORECASE)
"""Around what is told or asked of some of a group, and not chosen: "if one of the gauges is above 6 bar"."""
_EITHER = re.compile(
    r"\beither\s+(?:of\s+(?:the\s+two|them)|one|will\s+do)|\bwhichever\s+(?:you|one)|\b(?:don['\u2019]?t|dont|do\s+not)\s+(?:care|mind)\s+which"
    r"|\bmakes?\s+no\s+(?:odds|difference)|\b(?:doesn['\u2019]?t|does\s+not)\s+matter\s+which|\bone\s+only\b|\bonly\s+one\b",
    re.IGNORECASE,
)
_A_SINGLE = re.compile(r"\b(?:one|an?)\s+(?:\w+\s+)?$", re.IGNORECASE)
_YOU_LIKE = re.compile(
    r"\s*,?\s*(?:that\s+)?(?:you\s+(?:like|want|prefer|please)|will\s+do|of\s+your\s+choice|is\s+fine)\b", re.IGNORECASE
)


def times_of_all(mission: str) -> int | None:
    """How often all of a mission is to be done; None where it does not say so."""
    if (said := once(mission)) is not None:
        return said[1]
    laps = _LAPS.search(mission) or _HAN_LAPS.search(mission)
    if laps is None or _STOP.search(mission.strip(" .!\u3002"), laps.end()) or _STOP.search(mission, 0, laps.start()):
        return None
    return _value(laps)


def once(mission: str) -> tuple[str, int] | None:
    """What is to be done several times, said once, and how often; None where a mission does not say so of all of it."""
    for pattern in (_FOLLOWING, _HAN_FOLLOWING, _ALL_OF_IT, _ONCE_MORE):
        said, behind = pattern.search(mission), pattern in (_ALL_OF_IT, _ONCE_MORE)
        times = None if said is None else 2 if pattern is _ONCE_MORE else _value(said)
        if said is not None and times is not None:
            rest = (mission[: said.start()] if behind else mission[said.end() :]).strip()
            more = not behind and _MORE.search(rest.rstrip(" .!?;\u3002\uff01"))
            return (rest, times) if rest and not more else None
    return None


def doubted_repeats(plan: Plan, mission: str) -> Iterator[Doubt]:
    """A plan that does once, or only its beginning again and again, what is all to be done several times.

    Args:
        plan: A whole plan.
        mission: What the operator said.
    """
    times = times_of_all(mission)
    steps = plan.steps
    if times is None or _is_round(steps, times):
        return
    size, count = _repeated(steps)
    unit = (*steps[:size], *steps[size * times :]) if count >= times else steps
    whole = in_rounds(plan.model_copy(update={"steps": unit}), times) if count in (1, times) else None
    yield Doubt(f"all of it is to be done {times} times", plan=whole)


def in_rounds(plan: Plan, times: int) -> Plan | None:
    """A plan so many times over; None where that would be a plan that nobody reads."""
    return None if len(plan.steps) * times > _LONGEST else plan.model_copy(update={"steps": plan.steps * times})


def doubted_number(plan: Plan, mission: str, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """More of a group than are asked for: "any two of the doors", "any studio you like"; with the plan of the first ones.

    Args:
        plan: The plan.
        mission: What the operator said.
        mentions: What it names, in order.
    """
    from agent.planners.plan_parts import without
    from agent.planners.planner import Proposal
    from maps.ordinary_words import NUMBERS

    for mention in mentions:
        names = {candidate.name for candidate in mention.candidates}
        besides = {m.candidates[0].name for m in mentions if m is not mention and len(m.candidates) == 1}
        if _one_is_meant(mission, mention) and len(names & _acted_on(plan) - besides) > 1:
            which = tuple(candidate.name for candidate in mention.candidates)
            said = mission[mention.start : mention.end]
            yield Doubt(f"one {said!r} is meant", ends=Proposal(question=f"Which {said!r} is meant?", choices=which, about=said))
        word = _chosen(mission, mention) if len(names) > 1 else ""
        number = NUMBERS.get(word, word)
        used = list(dict.fromkeys(value for step in plan.steps for value in step.args.values() if value in names))
        if number.isdigit() and 0 < int(number) < len(used):
            more = set(used[int(number) :])
            less = without(plan, more)
            yield Doubt(f"{len(used)} instead of {number} are chosen", plan=less if less != plan else None)


def _one_is_meant(mission: str, mention: Mention) -> bool:
    """Whether one of a group is spoken of as if there were no other: "what the thermometer in the greenhouse says"."""
    if mention.plural or _MANY.search(mission) or _PLURAL.search(mission, mention.start, mention.end):
        return False
    return _THE.search(mission, 0, mention.start) is not None and _NO_TITLE.match(mission, mention.end) is not None


def _acted_on(plan: Plan) -> set[str]:
    return {str(value) for step in plan.steps for value in step.args.values()}


def _chosen(mission: str, mention: Mention) -> str:
    """How many of a group are said to be chosen freely, in the mission's word; empty where that is not said."""
    anyone = _ANY_NUMBER.search(mission, 0, mention.start)
    if anyone is not None and (anyone["number"] is not None or _YOU_LIKE.match(mission, mention.end)):
        return (anyone["number"] or "one").lower()
    some = SOME_OF.search(mission, 0, mention.start)
    told = some is not None and (_TOLD.search(mission, 0, some.start()) or _IS.match(mission, mention.end))
    if some is not None and not told and not _OTHERS.search(mission):
        return some["number"].lower()
    return "one" if _EITHER.search(mission) and _A_SINGLE.search(mission, 0, mention.start) else ""


def _value(said: re.Match[str]) -> int | None:
    """The number that was said, from 2 to 20."""
    from maps.linking.script import numeral_value
    from maps.ordinary_words import NUMBERS

    groups = said.groupdict()
    if groups.get("twice") or groups.get("thrice"):
        return 2 if groups.get("twice") else 3
    word = (groups.get("number") or groups.get("sets") or "").lower()
    value = word if word.isdigit() else NUMBERS.get(word) or ("" if word.isascii() else str(numeral_value(word) or ""))
    return int(value) if value.isdigit() and 2 <= int(value) <= _MOST else None


def _is_round(steps: Sequence[SkillCall], times: int) -> bool:
    """Whether steps are some of them so many times over; what is done between one round and the next may be left out at last."""
    for size in range(1, len(steps) + 1):
        whole = list(steps[:size]) * times
        if whole == list(steps) or (steps[size - 1].skill == "wait" and whole[:-1] == list(steps)):
            return True
    return False


def _repeated(steps: Sequence[SkillCall]) -> tuple[int, int]:
    """How many steps a plan begins with that come again right behind, and how often they come."""
    for size in range(1, len(steps) // 2 + 1):
        count = 1
        while tuple(steps[size * count : size * (count + 1)]) == tuple(steps[:size]):
            count += 1
        if count > 1:
            return size, count
    return len(steps), 1
